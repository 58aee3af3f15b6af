"""Samples of a term, who has one, and what the reviews found."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from mainstay.service.accounts.queries import holding
from mainstay.service.team.models import Review, Sample
from mainstay.service.team.terms import Term

COLOURS = {"drawn": "blue", "reviewed": "yellow", "moderated": "green"}


def reviews(user: Any, term: Term | None) -> list[Review]:
    """Those of a term; of none: what waits for this person, whenever it was drawn."""
    found = (
        Review.objects.due_from(user)
        if term is None
        else Review.objects.visible_to(user).filter(sample__term=term.key)
    )
    shown = found.select_related("sample__officer", "pupil", "reviewed_by", "moderated_by")
    return list(shown.order_by("sample__officer__name", "pk"))


def rows(found: Iterable[Review]) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk, "url": reverse("quality_review", args=[one.pk]), "label": one.label, "child": child(one),
            "officer": one.sample.officer.name, "state": one.get_state_display(), "colour": COLOURS[one.state],
            "grade": one.moderated or one.overall,
        }
        for one in found
    ]  # fmt: skip


def own(user: Any) -> list[dict[str, Any]]:
    """The settled reviews of this person's own work, the latest first; no child is named in the list."""
    found = Review.objects.own_of(user).select_related("sample").order_by("-moderated_at", "-pk")
    return [
        {"pk": one.pk, "url": reverse("own_review", args=[one.pk]), "label": one.label, "on": one.moderated_at,
         "term": Term.of_key(one.sample.term).label, "grade": one.moderated, "themes": ", ".join(one.themes),
         "reply": "Yes" if one.reply else ""}
        for one in found
    ]  # fmt: skip


def child(review: Review) -> str:
    pupil = review.pupil
    return f"{pupil.initials} (restricted)" if pupil.restricted else pupil.name


def without(user: Any, term: Term, today: date) -> list[Any]:
    """The officers of whom nothing is drawn this term, but for oneself."""
    drawn = Sample.objects.filter(term=term.key).values("officer")
    return list(holding("work_case", today).exclude(pk__in=drawn).exclude(pk=user.pk).order_by("name", "pk"))


def by_grade(found: Iterable[Review], grades: list[str]) -> list[dict[str, Any]]:
    """Line of the checklist by grade, and the whole: how often each was given. Grades of before stand beside."""
    counts: dict[str, Counter[str]] = {}
    for one in found:
        for line, grade, _ in one.grades:
            counts.setdefault(line, Counter())[grade] += 1
        if grade := one.moderated or one.overall:
            counts.setdefault("The whole record", Counter())[grade] += 1
    given = list(dict.fromkeys([*grades, *(grade for found in counts.values() for grade in found)]))
    return [{"line": line, **{grade: number[grade] for grade in given}} for line, number in counts.items()]


def by_theme(found: Iterable[Review]) -> list[dict[str, Any]]:
    """How many reviews named each theme, the most first."""
    counted = Counter(theme for one in found for theme in one.themes)
    return [{"theme": theme, "number": number} for theme, number in counted.most_common()]
