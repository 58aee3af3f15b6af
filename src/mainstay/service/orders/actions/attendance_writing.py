"""The papers of the road, one kind at a time: informal letter, warning, notice, intention, order, reminder, the end."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.orders.actions import attendance_posting as posting
from mainstay.service.orders.actions.attendance_locking import locked, take, tell
from mainstay.service.orders.models import AttendanceOrder, AttendanceOrderNotice, AttendanceSchoolPaper
from mainstay.service.orders.steps_attendance import ORDER, Kind, over, parents, told
from mainstay.service.record import deadlines

State = AttendanceOrder.State
#: kind -> the step that sends it to every parent, and from where
STEPS: Final = {
    Kind.FIRST: ("notice", State.ENQUIRIES), Kind.INTENTION: ("intend", State.SCHOOL_TOLD),
    Kind.ORDER: ("serve", State.READY),
}  # fmt: skip
#: kind -> where it can be sent to a parent who has none, or whose own came back
ALSO: Final = {
    Kind.LETTER: (State.ENQUIRIES,), Kind.WARNING: (State.ENQUIRIES,),
    Kind.FIRST: (State.NOTICE, State.EXPEDIENCY, State.SCHOOL, State.SCHOOL_TOLD, State.INTENTION, State.READY),
    Kind.INTENTION: (State.INTENTION, State.READY), Kind.ORDER: (State.SERVED,), Kind.AMENDMENT: (State.SERVED,),
    Kind.REMINDER: (State.SERVED,), Kind.ENDED: (State.ENDED,),
}  # fmt: skip


def open_to_send(one: AttendanceOrder) -> list[AttendanceOrderNotice.Kind]:
    """The kinds of paper that somebody can be sent now."""
    found = []
    for kind, states in ALSO.items():
        of_step = kind in STEPS and STEPS[kind][1] == one.state
        if of_step or (one.state in states and _may_follow(one, kind) is None and _to(one, kind)):
            found.append(kind)
    return found


def _to(one: AttendanceOrder, kind: str) -> list[Any]:
    return parents(one) if kind == Kind.REMINDER else posting.lacking(one, kind)


def _may_follow(one: AttendanceOrder, kind: str) -> str | None:
    """Why a paper that takes no step cannot go yet."""
    kinds = {notice.kind for notice in one.notices.all()}
    if kind == Kind.WARNING:
        running = "{parent} has until {day} to answer the informal letter: the warning follows it."
        return over(
            one, Kind.LETTER, "{parent} has no informal letter yet: it goes before the warning.", running
        )
    if kind == Kind.ORDER and Kind.AMENDMENT in kinds:
        return "The order was amended: the amended one goes instead."
    if kind == Kind.AMENDMENT and Kind.AMENDMENT not in kinds:
        return "The order was not amended."
    if kind == Kind.REMINDER:
        checks = [check for check in one.checks.all() if check.school_id == one.school_id]
        if not checks or checks[-1].registered or one.enrolled_on:
            return "The last check with the school did not say that the child is not registered."
    if kind == Kind.ENDED and one.ending in (AttendanceOrder.Ending.IN_ERROR, AttendanceOrder.Ending.REVOKED):
        return "The parents have their letter, or need none."
    return None


@transaction.atomic
def send(*, order_id: int, kind: str, by: Any, at: datetime) -> AttendanceOrder:
    """Post one kind of paper to each parent who has none yet; the step it belongs to is taken.

    Raises StepRefused with what is missing.
    """
    one = locked(order_id, by, at)
    if kind not in ALSO:
        raise StepRefused("There is no such paper.")
    wanted = Kind(kind)
    if wanted in STEPS and one.state == STEPS[wanted][1]:
        _by_step(one, wanted, by, at)
        return one
    if one.state not in ALSO[wanted]:
        raise StepRefused(f"This paper is not sent now: the order is at “{one.get_state_display()}”.")
    if words := _may_follow(one, wanted):
        raise StepRefused(words)
    sent = posting.post(one, wanted, _to(one, wanted), by, at)
    if wanted in (Kind.ORDER, Kind.AMENDMENT):
        posting.count_order(one, by, at)
    names = " and ".join(notice.parent.name for notice in sent)
    tell(one, f"{wanted.label.lower()} sent", f"To {names}, each apart.", by=by, at=at)
    trail.record(
        by=by, at=at, action="attendance_order.sent", on=one, kind=kind, parents=[n.parent_id for n in sent]
    )
    return one


def _by_step(one: AttendanceOrder, kind: AttendanceOrderNotice.Kind, by: Any, at: datetime) -> None:
    step = STEPS[kind][0]
    ORDER.check(step, one, by)
    names = [parent.name for parent in parents(one)]
    said = f"To {' and '.join(names)}, each apart."
    if kind == Kind.ORDER:
        said += f" Copies to the governing body and the head of {one.school}."
    take(one, step, f"{kind.label.lower()} sent", said, by, at)
    if kind == Kind.FIRST:
        for rule in ("sao-informal-letter", "sao-informal-warning"):
            for notice in one.notices.all():
                deadlines.stop(about=notice, rule=rule, by=by, at=at)
    posting.post(one, kind, parents(one), by, at)
    if kind == Kind.ORDER:
        assert one.school is not None
        for notice in one.notices.filter(kind=Kind.INTENTION):
            deadlines.stop(about=notice, by=by, at=at)
        posting.post_to_schools(one, AttendanceSchoolPaper.Kind.ORDER, [one.school], by, at)
        posting.count_order(one, by, at)
    if kind == Kind.INTENTION:
        for paper in told(one):
            deadlines.stop(about=paper, by=by, at=at)


@transaction.atomic
def go_on(*, order_id: int, step: str, by: Any, at: datetime) -> AttendanceOrder:
    """Take a step that sends nothing: to the panel, the time to choose over, by the plan, another school."""
    one = locked(order_id, by, at)
    if step == "again":
        _another_school(one, by, at)
        return one
    titles = {
        "to_panel": "goes to the panel", "time_over": "the time to choose is over",
        "plan_names": "the plan names the school",
    }  # fmt: skip
    if step not in titles:
        raise StepRefused("There is no such step.")
    take(one, step, titles[step], "", by, at)
    kind = Kind.FIRST if step == "to_panel" else Kind.INTENTION
    for notice in one.notices.filter(kind=kind):
        deadlines.stop(about=notice, by=by, at=at)
    return one


def _another_school(one: AttendanceOrder, by: Any, at: datetime) -> None:
    name = one.school.name if one.school else ""
    for paper in told(one):
        deadlines.stop(about=paper, by=by, at=at)
    take(one, "again", "another school is to be chosen", name, by, at, school=None, school_because="")
    one.alternatives.clear()
    one.papers.filter(kind=AttendanceSchoolPaper.Kind.TOLD).update(current=False)


def choice_over(*, on: date, at: datetime) -> None:
    """Once a day: where every parent's time to choose is over, the order is to be served."""
    for pk in list(
        AttendanceOrder.objects.filter(state=State.INTENTION).order_by("pk").values_list("pk", flat=True)
    ):
        _choice_over(pk, on, at)


@transaction.atomic
def _choice_over(pk: int, on: date, at: datetime) -> None:
    one = AttendanceOrder.objects.select_for_update(of=("self",)).select_related("pupil", "school").get(pk=pk)
    one.looked_on = on
    if one.state != State.INTENTION or ORDER["time_over"].missing(one):
        return
    one.state, one.state_since = State.READY, at
    one.save(update_fields=["state", "state_since"])
    for notice in one.notices.filter(kind=Kind.INTENTION):
        deadlines.stop(about=notice, by=None, at=at)
    tell(one, "the time to choose is over", "", by=None, at=at)
    trail.record(by=None, at=at, action="attendance_order.time_over", on=one)
