"""The list of cases, and one as its page shows it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from mainstay.service.attendance.queries.findings import link_schools
from mainstay.service.casework.forms_cases import NO_STEP
from mainstay.service.casework.models import Case, FastTrack, Plan, Visit
from mainstay.service.casework.steps import CASE
from mainstay.service.common.prepared import now
from mainstay.service.common.steps import Step
from mainstay.service.record.models import Deadline, Meeting

State = Case.State
COLOURS: Final[Mapping[str, str]] = {
    State.INVESTIGATION: "blue", State.MONITORING: "turquoise", State.FAST_TRACK: "purple", State.LEGAL: "red",
    State.CLOSED: "grey",
}  # fmt: skip
SHOWN_WITH: Final = ("pupil", "school", "owner")
HEADER: Final = (
    "Case",
    "Child",
    "UPN",
    "School",
    "Stage",
    "Since",
    "Officer",
    "Next day",
    "Opened",
    "Closed",
    "Because",
)
WAY: Final = (State.INVESTIGATION, State.MONITORING, State.FAST_TRACK, State.LEGAL, State.CLOSED)


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[Case]:
    """The cases this person may see that fit the filters; the open ones where no stage is asked for."""
    about = _running("casework.case").order_by("last_day").values("last_day")
    found: QuerySet[Case] = Case.objects.visible_to(user).annotate(next_day=Subquery(about[:1]))
    if not wanted["state"]:
        found = found.filter(closed_at=None)
    elif wanted["state"] == NO_STEP:
        found = without_step(found, now())
    elif wanted["state"] != "all":
        found = found.filter(state=wanted["state"])
    if wanted["scope"] == "mine":
        found = found.filter(owner=user)
    elif wanted["scope"] == "schools":
        found = found.filter(school__in=link_schools(user))
    elif wanted["scope"] == "nobody":
        found = found.filter(owner=None)
    if wanted["school"]:
        found = found.filter(school=wanted["school"])
    return found.select_related(*SHOWN_WITH)


def without_step(found: QuerySet[Case], at: datetime) -> QuerySet[Case]:
    """Open cases for which no day is set: no deadline of the case, its plans and Fast Tracks, no visit, no meeting.

    The next step of a case with legal is legal's.
    """
    this = OuterRef("pk")
    visits = Visit.objects.filter(case=this, meeting__state=Meeting.State.PLANNED, meeting__ends__gte=at)
    tracks, plans = FastTrack.objects.filter(case=this).open(), Plan.objects.filter(case=this)
    invited = tracks.filter(meeting__state=Meeting.State.PLANNED, meeting__ends__gte=at)
    return found.filter(
        ~Exists(_running("casework.case")), ~Exists(tracks.filter(Exists(_running("casework.fasttrack")))),
        ~Exists(plans.filter(Exists(_running("casework.plan")))), ~Exists(visits), ~Exists(invited), closed_at=None,
    ).exclude(state=State.LEGAL)  # fmt: skip


def _running(kind: str) -> QuerySet[Deadline]:
    """The open deadlines about each row of the query around it."""
    return Deadline.objects.open().filter(about_kind=kind, about_id=Cast(OuterRef("pk"), CharField()))


def child(case: Case) -> str:
    """The child's name in a list; a restricted child is shown by initials."""
    return f"{case.pupil.initials} (restricted)" if case.pupil.restricted else case.pupil.name


def rows(found: Iterable[Any], user: Any) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "url": reverse("case", args=[one.pk]),
            "label": child(one),
            "child": child(one),
            "number": one.number,
            "school": one.school.name,
            "state": one.get_state_display(),
            "colour": COLOURS[one.state],
            "since": timezone.localdate(one.state_since),
            "next_day": one.next_day,
            "owner": owner(one, user),
        }
        for one in found
    ]


def owner(case: Case, user: Any) -> str:
    if case.owner is not None:
        return str(case.owner.name)
    return "Nobody yet" if user.sees_all_schools else "The service"


def for_export(found: Iterable[Any], user: Any) -> Iterable[tuple[Any, ...]]:
    """The same rows for a file; restricted children by initials and without UPN."""
    for one in found:
        yield (
            one.number, child(one), "" if one.pupil.restricted else one.pupil.upn, one.school.name, one.get_state_display(),
            timezone.localdate(one.state_since), owner(one, user), one.next_day, timezone.localdate(one.opened_at),
            timezone.localdate(one.closed_at) if one.closed_at else None, one.get_closed_because_display(),
        )  # fmt: skip


def progress(case: Case) -> list[dict[str, str]]:
    """Where it stands, for ``ui.steps``."""
    now = WAY.index(State(case.state))
    return [
        {"text": str(state.label), "state": "now" if n == now else "done" if n < now else "next", "note": ""}
        for n, state in enumerate(WAY)
    ]


def steps(case: Case, user: Any) -> list[Step]:
    """The steps this person may take now, blocked ones included."""
    return CASE.open_to(user, case.state)


def deadlines(case: Case, user: Any) -> list[Deadline]:
    found = Deadline.objects.visible_to(user).open().filter(about_kind="casework.case", about_id=str(case.pk))
    return list(found.select_related("owner").order_by("last_day", "pk"))
