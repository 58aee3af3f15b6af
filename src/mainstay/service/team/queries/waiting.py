"""What the team's room has for one person, in one question: asked of them, to sign, found in their work."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, TruncDate

from mainstay.service.common.prepared import now, prepared
from mainstay.service.team.models import Cover, Review, Supervision, Swap

#: how long a settled review stands on the officer's first page if they say nothing about it: our own choice
FRESH: Final = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Own:
    """kind: meeting, day, swap, supervision, review; words: who asks, with whom, or which record."""

    kind: str
    pk: int
    on: date
    words: str


def own(user: Any, today: date) -> list[Own]:
    """Covers and swaps asked of this person for days to come, supervision records they sign next, fresh reviews of their work."""
    return sorted((Own(*row) for row in _own(user, today)), key=lambda one: (one.on, one.pk))


@prepared
def _own(user: Any, today: date) -> QuerySet[Any]:
    covers = Cover.objects.filter(colleague=user, state=Cover.State.ASKED)
    swaps = Swap.objects.filter(asked_of=user, state=Swap.State.ASKED, day__on__gte=today)
    records = Supervision.objects.visible_to(user)
    of_officer = records.filter(officer=user, officer_signed_at=None, supervisor_signed_at__isnull=False)
    of_supervisor = records.filter(
        supervisor=user, supervisor_signed_at=None, officer_signed_at__isnull=False
    )
    reviews = Review.objects.own_of(user).filter(replied_at=None, moderated_at__gte=now() - FRESH)
    parts = [
        _part(covers.filter(duty_on=None), "meeting", TruncDate("was_at"), F("asked_by__name")),
        _part(covers.filter(duty_on__gte=today), "day", F("duty_on"), F("asked_by__name")),
        _part(swaps, "swap", F("day__on"), F("asked_by__name")),
        _part(of_officer, "supervision", F("held_on"), F("supervisor__name")),
        _part(of_supervisor, "supervision", F("held_on"), F("officer__name")),
        _part(reviews, "review", TruncDate("moderated_at"), F("label")),
    ]
    return parts[0].union(*parts[1:], all=True)  # type: ignore[no-any-return]


def _part(rows: QuerySet[Any], kind: str, on: Any, words: Any) -> Any:
    said = {"kind_": Value(kind), "on_": on, "words_": Cast(words, CharField())}
    return rows.order_by().annotate(**said).values_list("kind_", "pk", "on_", "words_")
