"""The list of visits, and one as its page shows it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from mainstay.service.casework.forms_visits import OVER
from mainstay.service.casework.models import Visit
from mainstay.service.casework.models.visits import VisitQuerySet
from mainstay.service.casework.queries.cases import child
from mainstay.service.common.prepared import now
from mainstay.service.record.models import Meeting

State = Visit.State
COLOURS: Final[Mapping[str, str]] = {
    State.PLANNED: "blue", State.THERE: "purple", State.LEFT: "yellow", State.RECORDED: "green", State.CANCELLED: "grey",
}  # fmt: skip
HEADER: Final = (
    "Case",
    "Child",
    "School",
    "Day",
    "Time",
    "Where",
    "Announced",
    "State",
    "Outcome",
    "Officer",
)
OPEN: Final = (State.PLANNED, State.THERE, State.LEFT)
LABELS: Final = {
    "said": "What was said and seen",
    "next": "What was agreed, and what comes next",
    "child": "What the child said",
}


def shown_with(user: Any) -> VisitQuerySet:
    """Visits in view, with what every page of one asks for."""
    return Visit.objects.visible_to(user).select_related(
        "case__pupil__school",
        "case__school",
        "case__owner",
        "meeting__organiser",
        "recorded_by",
        "answered_by",
    )


def filtered(user: Any, wanted: Mapping[str, Any]) -> VisitQuerySet:
    """The visits this person may see that fit the filters."""
    found = shown_with(user)
    if not wanted["state"]:
        found = found.filter(state__in=OPEN).exclude(meeting__state=Meeting.State.CANCELLED)
    elif wanted["state"] == OVER:
        found = found.without_outcome(now())
    elif wanted["state"] != "all":
        found = found.filter(state=wanted["state"])
    if wanted["scope"] != "team":
        found = found.filter(meeting__organiser=user)
    if wanted["school"]:
        found = found.filter(case__school=wanted["school"])
    return found


def state_of(visit: Visit) -> State:
    """Cancelled, too, where its meeting was."""
    called_off = visit.state == State.PLANNED and visit.meeting.state == Meeting.State.CANCELLED
    return State.CANCELLED if called_off else State(visit.state)


def rows(found: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "url": reverse("visit", args=[one.pk]),
            "label": child(one.case),
            "when": one.meeting.starts,
            "child": child(one.case),
            "school": one.case.school.name,
            "place": one.get_place_display(),
            "state": state_of(one).label,
            "colour": COLOURS[state_of(one)],
            "officer": one.meeting.organiser.name,
        }
        for one in found
    ]


def for_export(found: Iterable[Any]) -> Iterable[tuple[Any, ...]]:
    """The same rows for a file; restricted children by initials."""
    for one in found:
        starts = timezone.localtime(one.meeting.starts)
        yield (
            one.case.number, child(one.case), one.case.school.name, starts.date(), f"{starts:%H:%M}", one.get_place_display(),
            "yes" if one.announced else "no", state_of(one).label, one.get_outcome_display(), one.meeting.organiser.name,
        )  # fmt: skip


def summary(visit: Visit) -> list[dict[str, Any]]:
    """What is known before the visit, and how it went."""
    yes_no = {True: "Yes", False: "No", None: ""}
    said = [
        ("What for", visit.purpose),
        ("Where", visit.get_place_display()),
        ("Announced", f"Yes: {visit.told}" if visit.announced else "No"),
        ("Risks", visit.risks),
        ("What is done about them", visit.precautions),
        ("Officer", visit.meeting.organiser.name),
        ("Outcome", visit.get_outcome_display()),
        ("Seen", visit.who_seen),
        ("Child seen", yes_no[visit.child_seen]),
    ]
    return [{"key": key, "value": value} for key, value in said if value]
