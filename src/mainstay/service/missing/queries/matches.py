"""Candidates as lists and pages show them: two records side by side, restricted children by initials."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse

from mainstay.service.common.ui.filters import NOTHING, and_list, short_date
from mainstay.service.directory.models import Address, Parenthood, Pupil, PupilAlias
from mainstay.service.missing.models import Candidate, Comparison, MissingChild

HEADER: Final = (
    "Missing child", "Pupil", "School", "On roll since", "Likely, percent", "For", "Against", "Twin", "State", "Found", "Decided by",
    "Why",
)  # fmt: skip
COLOURS: Final = {"new": "yellow", "unsure": "orange", "same": "green", "other": "grey"}
#: what the list can be narrowed to: value, words
VIEWS: Final = (
    ("decide", "To decide"), ("roll", "To decide, on a roll now"), ("twins", "Likely twins"), ("same", "The same child"),
    ("other", "Not the same child"), ("all", "Every pair"),
)  # fmt: skip


def filtered(user: Any, view: str) -> QuerySet[Candidate]:
    """Those of one view; what it does not know is what there is to decide."""
    rows = Candidate.objects.visible_to(user).select_related("child__pupil", "pupil", "school", "decided_by")
    if view in ("same", "other"):
        return rows.filter(state=view)
    if view == "twins":
        return rows.filter(twin=True)
    if view == "all":
        return rows
    found = rows.filter(pk__in=Candidate.objects.to_decide().order_by().values("pk"), twin=False)
    return found.exclude(school=None) if view == "roll" else found


def waiting(user: Any) -> QuerySet[Candidate]:
    """For first pages: what there is to decide."""
    return filtered(user, "decide")


def same(user: Any, child_id: int) -> Candidate | None:
    """The pupil on a roll whom somebody decided to be this missing child, of those in view; the latest."""
    rows = Candidate.objects.visible_to(user).filter(child=child_id, state=Candidate.State.SAME)
    return rows.exclude(school=None).select_related("school", "decided_by").order_by("-decided_at").first()


def rows(found: Iterable[Candidate]) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk, "url": reverse("match", args=[one.pk]), "child": one.child.listed_name, "number": one.child.number,
            "pupil": listed(one.pupil), "school": one.school.name if one.school else "On no roll now",
            "since": one.entered_on, "score": one.score, "likely": likely(one), "reasons": said(one), "twin": one.twin,
            "state": one.get_state_display(), "colour": COLOURS[one.state], "own": one.own,
        }
        for one in found
    ]  # fmt: skip


def likely(one: Candidate) -> str:
    """How likely in words; a number would promise more than it knows."""
    if one.own:
        return "The same record"
    if one.twin:
        return "Likely a twin"
    return "Very likely" if one.score >= 0.9 else "Likely" if one.score >= 0.5 else "Possible"


def said(one: Candidate) -> str:
    return ", ".join(one.reasons)


def school_of(pupil: Pupil) -> str:
    return pupil.school.name if pupil.school else "On no roll now"


def listed(pupil: Pupil) -> str:
    return f"{pupil.initials} (restricted)" if pupil.restricted else pupil.listed_name


def for_export(found: Iterable[Candidate]) -> Iterator[tuple[Any, ...]]:
    for one in found:
        yield (
            one.child.number, listed(one.pupil), one.school.name if one.school else "", one.entered_on,
            round(one.score * 100), said(one), ", ".join(one.against), one.twin, one.get_state_display(),
            one.get_found_display(), one.decided_by.name if one.decided_by else "", one.why,
        )  # fmt: skip


def last_comparison() -> Comparison | None:
    return Comparison.objects.first()


def sides(child: MissingChild, pupil: Pupil) -> list[dict[str, str]]:
    """What is known of both, line by line; for records that stand open to the reader."""
    told, held = _told(child), _held(pupil)
    return [{"what": what, "child": told[what], "pupil": held[what]} for what in told]


def _told(child: MissingChild) -> dict[str, str]:
    aliases = [alias.name for alias in child.aliases.all()]
    parents = list(child.parents.all())
    return {
        "Name": child.name or NOTHING,
        "Other names": and_list(aliases) or NOTHING,
        "Date of birth": short_date(child.date_of_birth)
        if child.date_of_birth
        else child.age_told or NOTHING,
        "Sex": child.sex or NOTHING,
        "UPN": child.upn or NOTHING,
        "Address": ", ".join(filter(None, (*child.address.split("\n"), child.postcode))) or NOTHING,
        "Parents": and_list([parent.name for parent in parents]) or NOTHING,
        "Telephone": and_list(list(filter(None, (parent.phone for parent in parents)))) or NOTHING,
        "School": child.school_told or NOTHING,
    }


def _held(pupil: Pupil) -> dict[str, str]:
    aliases = [f"{one.forename} {one.surname}".strip() for one in PupilAlias.objects.filter(pupil=pupil)]
    homes = Address.objects.filter(pupil=pupil, confidential=False).order_by("-since", "-pk")[:3]
    ties = list(Parenthood.objects.filter(pupil=pupil).select_related("parent"))
    other = [pupil.name] if pupil.name != pupil.legal_name else []
    return {
        "Name": pupil.legal_name,
        "Other names": and_list([*other, *aliases]) or NOTHING,
        "Date of birth": short_date(pupil.date_of_birth) if pupil.date_of_birth else NOTHING,
        "Sex": pupil.sex or NOTHING,
        "UPN": pupil.upn or NOTHING,
        "Address": "; ".join(", ".join([*one.lines.split("\n"), one.postcode]) for one in homes) or NOTHING,
        "Parents": and_list([tie.parent.name for tie in ties]) or NOTHING,
        "Telephone": and_list(list(filter(None, (tie.parent.phone for tie in ties)))) or NOTHING,
        "School": school_of(pupil),
    }


def of_child(child: MissingChild, user: Any) -> list[dict[str, Any]]:
    """For the missing child's page: every pair of theirs, what there is to decide first."""
    found = Candidate.objects.visible_to(user).filter(child=child)
    found = found.select_related("child__pupil", "pupil", "school", "decided_by")
    order = {"new": 0, "unsure": 1, "same": 2, "other": 3}
    return rows(sorted(found, key=lambda one: (order[one.state], one.twin, -one.score)))
