"""The list of attendance orders, and one as its page shows it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from mainstay.service.common.ui.filters import long_date, short_date
from mainstay.service.directory.models import Parent
from mainstay.service.documents.states import state as served
from mainstay.service.orders import attendance_ground as ground
from mainstay.service.orders.actions import attendance_posting as posting
from mainstay.service.orders.actions.attendance_writing import STEPS, open_to_send
from mainstay.service.orders.models import (
    AttendanceAmendment,
    AttendanceCheck,
    AttendanceConsultation,
    AttendanceEnquiry,
    AttendanceOrder,
    AttendanceOrderNotice,
    AttendanceRevocation,
    AttendanceSchoolPaper,
)
from mainstay.service.orders.steps_attendance import ORDER, Kind, parents
from mainstay.service.record.models import Deadline

State = AttendanceOrder.State
COLOURS: Final[Mapping[str, str]] = {
    State.ENQUIRIES: "blue", State.NOTICE: "turquoise", State.EXPEDIENCY: "orange", State.SCHOOL: "yellow",
    State.SCHOOL_TOLD: "turquoise", State.INTENTION: "turquoise", State.READY: "orange", State.SERVED: "purple",
    State.ENDED: "grey",
}  # fmt: skip
HEADER: Final = (
    "Attendance order", "Child", "UPN", "State", "Since", "School", "Served", "Registered", "Officer", "Begun", "Ended",
    "How it ended",
)  # fmt: skip
#: how far ahead the end of school age is shown beside an order: our own choice
YEAR: Final = timedelta(days=365)
_WAY: Final = (
    ("Enquiries", (State.ENQUIRIES,)),
    ("Notice", (State.NOTICE,)),
    ("Panel", (State.EXPEDIENCY,)),
    ("School", (State.SCHOOL, State.SCHOOL_TOLD)),
    ("Parents’ choice", (State.INTENTION, State.READY)),
    ("Order", (State.SERVED,)),
    ("Ended", (State.ENDED,)),
)


#: the filters of the list, none of them set
ANY: Final = {"state": "", "scope": "", "registered": "", "school": None}
#: among the states of its filter: somebody asked for the order to be revoked
REVOCATION: Final = "revocation"


def child(one: AttendanceOrder) -> str:
    """The child's name in a list; a restricted child is shown by initials."""
    return f"{one.pupil.initials} (restricted)" if one.pupil.restricted else one.pupil.name


def filtered(user: Any, wanted: Mapping[str, Any]) -> QuerySet[AttendanceOrder]:
    """Those this person may see that fit the filters; the open ones where no state is asked for."""
    found = AttendanceOrder.objects.visible_to(user)
    if not wanted["state"]:
        found = found.open()
    elif wanted["state"] == REVOCATION:
        asked = AttendanceRevocation.objects.filter(order=OuterRef("pk"), revoked=None)
        found = found.filter(Exists(asked), state=State.SERVED)
    elif wanted["state"] != "all":
        found = found.filter(state=wanted["state"])
    if wanted["scope"] == "mine":
        found = found.filter(owner=user)
    elif wanted["scope"] == "nobody":
        found = found.filter(owner=None)
    if wanted["registered"]:
        found = found.filter(enrolled_on__isnull=wanted["registered"] == "no", state=State.SERVED)
    if wanted["school"]:
        found = found.filter(school=wanted["school"])
    return found.select_related("pupil", "school", "owner")


def rows(found: Iterable[AttendanceOrder]) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "url": reverse("attendance_order", args=[one.pk]),
            "label": child(one),
            "child": child(one),
            "number": one.number,
            "state": one.get_state_display(),
            "colour": COLOURS[one.state],
            "since": one.state_since,
            "school": one.school.name if one.school else "Not chosen yet",
            "registered": one.state == State.SERVED
            and ("Registered" if one.enrolled_on else "Not registered"),
            "served_on": one.served_on,
            "owner": one.owner.name if one.owner else "Nobody yet",
        }
        for one in found
    ]


def for_export(found: Iterable[AttendanceOrder]) -> Iterator[tuple[Any, ...]]:
    """The same rows for a file; restricted children by initials and without UPN."""
    for one in found:
        yield (
            one.number, child(one), "" if one.pupil.restricted else one.pupil.upn, one.get_state_display(),
            one.state_since, one.school.name if one.school else "", one.served_on, one.enrolled_on,
            one.owner.name if one.owner else "", one.opened_at, one.ended_on, one.get_ending_display(),
        )  # fmt: skip


def found_rows() -> QuerySet[AttendanceOrder]:
    """With everything that its page and its steps look at; a fixed number of queries."""
    notices = AttendanceOrderNotice.objects.select_related("parent", "service__run")
    papers = AttendanceSchoolPaper.objects.select_related("school", "service__run")
    return AttendanceOrder.objects.select_related(
        "pupil__school", "school", "owner", "opened_by", "expediency__by", "expediency__approved_by", "stands__by",
        "stands__approved_by", "regime_decision__by", "regime_decision__approved_by",
    ).prefetch_related(
        Prefetch("parents", Parent.objects.order_by("pk")), "alternatives", Prefetch("notices", notices),
        Prefetch("papers", papers), Prefetch("enquiries", AttendanceEnquiry.objects.select_related("by")),
        Prefetch("consultations", AttendanceConsultation.objects.select_related("school")),
        Prefetch("checks", AttendanceCheck.objects.select_related("school", "by")),
        Prefetch("amendments", AttendanceAmendment.objects.select_related("before", "school", "parent")),
        Prefetch(
            "revocations",
            AttendanceRevocation.objects.select_related("parent", "decision__by", "decision__approved_by"),
        ),
    )  # fmt: skip


def progress(one: AttendanceOrder) -> list[dict[str, str]]:
    """Where it stands, for ``ui.steps``."""
    now = next(n for n, (_, states) in enumerate(_WAY) if one.state in states)
    notes = {5: "registered" if one.enrolled_on else ""}
    return [
        {
            "text": text,
            "state": "now" if n == now else "done" if n < now else "next",
            "note": notes.get(n, ""),
        }
        for n, (text, _) in enumerate(_WAY)
    ]


#: domain notes, A7
_RESTS = "The order stands. From now on absence is followed as any pupil’s, and can be an offence under section 444 (confirm with legal)."


def facts(one: AttendanceOrder) -> list[dict[str, Any]]:
    said = [
        {"key": "Law", "value": one.get_regime_display()},
        {"key": "Officer", "value": one.owner.name if one.owner else "Nobody yet"},
        {"key": "The service was told", "value": long_date(one.received_on)},
        {"key": "Why", "value": one.opened_because},
    ]
    if one.school is not None:
        said += [
            {"key": "School named", "value": one.school.name},
            {"key": "Why this school", "value": one.school_because},
        ]
    if others := [school.name for school in one.alternatives.all()]:
        said.append({"key": "To choose from", "value": ", ".join(others)})
    if one.served_on:
        said.append({"key": "Order served", "value": f"{long_date(one.served_on)} (the latest parent’s)"})
    if one.enrolled_on:
        said.append({"key": "Registered", "value": f"{long_date(one.enrolled_on)}. {_RESTS}"})
    if one.convicted_on:
        said.append({"key": "Convicted", "value": long_date(one.convicted_on)})
    if one.ended_on:
        said += [
            {"key": "Ended", "value": f"{long_date(one.ended_on)}: {one.get_ending_display().lower()}"},
            {"key": "Reasons", "value": one.ending_because},
        ]
    return said


def of_parents(one: AttendanceOrder) -> list[dict[str, Any]]:
    """Each parent with their papers and how each stands."""
    now = {parent.pk: parent for parent in parents(one)}
    before = {notice.parent_id: notice.parent for notice in one.notices.all()}
    return [
        {
            "pk": parent.pk,
            "name": parent.name,
            "former": parent.pk not in now,
            "safe_contact": parent.safe_contact,
            "papers": [
                {
                    "notice": notice,
                    "name": notice.get_kind_display(),
                    "state": served(notice.service) if notice.service else "not sent yet",
                }
                for notice in one.notices.all()
                if notice.parent_id == parent.pk
            ],
        }
        for parent in {**before, **now}.values()
    ]


def of_schools(one: AttendanceOrder) -> list[dict[str, Any]]:
    return [
        {
            "paper": paper,
            "name": f"{paper.get_kind_display()}: {paper.get_to_display().lower()} of {paper.school.name}",
            "state": served(paper.service),
            "may_object": paper.kind == AttendanceSchoolPaper.Kind.TOLD
            and paper.current
            and one.state == State.SCHOOL_TOLD,
        }
        for paper in one.papers.all()
    ]


def to_send(one: AttendanceOrder) -> list[dict[str, Any]]:
    """The papers that can be sent now, each with what is missing and who gets it."""
    found = []
    for kind in open_to_send(one):
        step = STEPS[kind][0] if kind in STEPS and STEPS[kind][1] == one.state else ""
        whom = parents(one) if step or kind == Kind.REMINDER else posting.lacking(one, kind)
        missing = ORDER[step].missing(one) if step else []
        found.append({"kind": kind.value, "name": kind.label, "step": step, "missing": missing, "whom": whom})
    return found


def warnings(one: AttendanceOrder, today: date, days: posting.CheckDays) -> list[str]:
    """What somebody has to know before the next step."""
    said = []
    if one.state != State.ENDED:
        if soon := ground.age_ends_soon(one.pupil, today):
            said.append(soon)
        for notice in one.notices.all():
            if notice.service is not None and notice.service in _returned(one):
                said.append(
                    f"{notice.get_kind_display()} to {notice.parent.name} came back: it is to be served anew."
                )
    named = [one.school, *one.alternatives.all()] if one.school else []
    if one.state in (State.SCHOOL, State.SCHOOL_TOLD, State.INTENTION, State.READY, State.SERVED):
        said += [
            f"{school.name} is an academy: the council cannot make it admit. Its agreement is sought; otherwise the "
            "Secretary of State. Confirm with legal."
            for school in named if ground.is_academy(school)
        ]  # fmt: skip
    if one.state == State.READY:
        said.append("Confirm with legal that the order has the form the law asks for before it is served.")
    if one.ending == AttendanceOrder.Ending.SPENT:
        said.append(
            "Whether one conviction spends an order is disputed: it is treated as spent, and a new road may be begun. "
            "A manager may decide, with reasons, that it still stands. Confirm with legal."
        )
    waits = one.state == State.SERVED and one.enrolled_on is None and one.served_on is not None
    if waits and not all(days.values()):
        school = one.school.name if one.school else "the school"
        said.append(f"The terms of {school} end too soon to say when it is asked: see to its calendar.")
    return said


def _returned(one: AttendanceOrder) -> list[Any]:
    """Services of the last paper of each kind to each parent that came back."""
    last = {(notice.kind, notice.parent_id): notice.service for notice in one.notices.all()}
    return [s for s in last.values() if s is not None and s.returned_on is not None and s.proved_on is None]


def checks_due(one: AttendanceOrder, days: posting.CheckDays) -> list[str]:
    """The days on which the school is asked, in words."""
    if one.state != State.SERVED or one.enrolled_on is not None:
        return []
    return [
        f"{rule.rpartition('-')[2].capitalize()} check: {short_date(answer.last_day)}"
        for rule, answer in days.items()
        if answer is not None
    ]


def clocks(one: AttendanceOrder, user: Any) -> list[Deadline]:
    """Every open deadline of the order, of its papers and of what parents ask."""
    about = Q(about_kind=one._meta.label_lower, about_id=str(one.pk))
    for rows_ in (one.notices.all(), one.papers.all(), one.revocations.all()):
        if ids := [str(row.pk) for row in rows_]:
            about |= Q(about_kind=rows_[0]._meta.label_lower, about_id__in=ids)
    far = Q(
        rule=ground.LEAVING, last_day__gt=timezone.localdate() + YEAR
    )  # in its list of deadlines, not beside the work
    found = Deadline.objects.visible_to(user).open().filter(about).exclude(far)
    return list(found.order_by("last_day", "pk"))
