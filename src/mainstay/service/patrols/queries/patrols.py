"""Lists of patrols, and one as its page shows it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from mainstay.service.common.audit.models import AuditRow
from mainstay.service.patrols.models import Encounter, Patrol

COLOURS: Final[Mapping[str, str]] = {
    Patrol.State.PLANNED: "blue", Patrol.State.OUT: "orange", Patrol.State.BACK: "yellow", Patrol.State.CLOSED: "grey",
    Patrol.State.CANCELLED: "grey",
}  # fmt: skip
FOUND: Final[Mapping[str, str]] = {
    Encounter.Finding.LAWFUL: "green", Encounter.Finding.WITHOUT: "red", Encounter.Finding.UNKNOWN: "grey",
    Encounter.Finding.HERE: "orange",
}  # fmt: skip
HEADER: Final = (
    "Patrol", "Where", "Begins", "Ends", "State", "Direction", "Led by", "Constables", "Children met", "Absent without leave",
)  # fmt: skip
STATES: Final = [("", "Open"), ("all", "All"), *Patrol.State.choices]


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Patrol]:
    """Those in view; the open ones where no state is asked for."""
    found = Patrol.objects.visible_to(user)
    if not wanted["state"]:
        found = found.open()
    elif wanted["state"] != "all":
        found = found.filter(state=wanted["state"])
    if wanted["mine"]:
        found = found.filter(officers=user)
    if wanted["since"]:
        found = found.filter(starts__date__gte=wanted["since"])
    if wanted["until"]:
        found = found.filter(starts__date__lte=wanted["until"])
    without = Count("encounters", filter=Q(encounters__finding=Encounter.Finding.WITHOUT), distinct=True)
    found = found.annotate(met=Count("encounters", distinct=True), without=without)
    return found.select_related("lead", "direction")


def rows(found: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk, "url": reverse("patrol", args=[one.pk]), "label": one.number, "number": one.number,
            "starts": one.starts, "ends": one.ends, "area": one.area, "state": one.get_state_display(),
            "colour": COLOURS[one.state], "lead": one.lead.name, "met": one.met, "without": one.without,
        }
        for one in found
    ]  # fmt: skip


def for_export(found: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file; it names no child."""
    for one in found:
        yield (
            one.number, one.area, one.starts, one.ends, one.get_state_display(), one.direction.reference, one.lead.name,
            one.police, one.met, one.without,
        )  # fmt: skip


def one_of(user: Any) -> QuerySet[Patrol]:
    """For its page: with everything its steps look at."""
    found = Patrol.objects.visible_to(user).select_related("direction", "place", "lead")
    return found.prefetch_related("officers", "encounters")


def really(one: Patrol) -> dict[str, datetime]:
    """When it went out and came back, by the audit trail: step -> the moment; empty where it is not known."""
    rows = AuditRow.objects.filter(
        on_kind=one._meta.label_lower, on_id=str(one.pk), action__in=("patrol.start", "patrol.back")
    )
    return {
        action.removeprefix("patrol."): at for action, at in rows.order_by("pk").values_list("action", "at")
    }


def met(one: Patrol, user: Any) -> list[dict[str, Any]]:
    """The log, newest first; names only of those in view."""
    seen = {
        e.pk: e
        for e in Encounter.objects.visible_to(user).filter(patrol=one).select_related("pupil", "school")
    }
    lines = []
    for e in sorted(one.encounters.all(), key=lambda e: -e.number):
        mine = seen.get(e.pk)
        lines.append(
            {
                "e": e, "url": reverse("patrol_encounter", args=[e.pk]) if mine else "", "name": named(mine) if mine else "Not shown",
                "school": mine.school.name if mine and mine.school else "",
                "finding": e.get_finding_display(), "colour": FOUND.get(e.finding, "grey"),
            }
        )  # fmt: skip
    return lines


def named(one: Encounter) -> str:
    """How a child met is called on a page."""
    if one.forgotten_at is not None:
        return "Forgotten"
    if one.pupil is not None and one.pupil.restricted:
        return f"{one.pupil.initials} (restricted)"
    return one.name or "No name given"
