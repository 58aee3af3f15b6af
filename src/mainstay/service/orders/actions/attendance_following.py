"""Once the order is served: checks with the school, another school in it, and what is known of not complying."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.law.clock import DAY
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Parent, School
from mainstay.service.orders import attendance_ground as ground
from mainstay.service.orders.actions import attendance_posting as posting
from mainstay.service.orders.actions.attendance_locking import locked, take
from mainstay.service.orders.models import (
    AttendanceAmendment,
    AttendanceCheck,
    AttendanceOrder,
    AttendanceSchoolPaper,
)
from mainstay.service.orders.steps_attendance import Kind, in_force, parents, school_refused
from mainstay.service.record import deadlines

State = AttendanceOrder.State


@transaction.atomic
def check(*, order_id: int, on: date, registered: bool, text: str, by: Any, at: datetime) -> AttendanceCheck:
    """Keep what the school says. Registered, the clocks stop and attendance is watched like any pupil's."""
    one = locked(order_id, by, at)
    if one.school is None or one.served_on is None:
        raise StepRefused("The order does not count as received by every parent: see to its service first.")
    if not text.strip() or not one.served_on <= on <= timezone.localdate(at):
        raise StepRefused(
            "Say who at the school told you, and a day between the service of the order and today."
        )
    said = "registered" if registered else "not registered"
    take(
        one, "check", f"{one.school.name} says: {said}", text, by, at, enrolled_on=on if registered else None
    )  # fmt: skip
    made: AttendanceCheck = one.checks.create(
        school=one.school, on=on, registered=registered, text=text.strip(), at=at, by=by
    )
    for rule, answer in posting.check_days(one).items():
        if registered or (answer is not None and answer.last_day <= on):
            deadlines.stop(about=one, rule=rule, by=by, at=at)
    return made


@transaction.atomic
def amend(
    *, order_id: int, ground_: str, parent_id: int | None, school: School, because: str, by: Any, at: datetime
) -> AttendanceOrder:
    """Name another school; the amended order is served on each parent, copies go to the school, checks begin anew.

    parent_id: who asked. because: for a parent's, who offered the place and when. Raises StepRefused.
    """
    one = locked(order_id, by, at, "decide_order")
    by_parent = ground_ == AttendanceAmendment.Ground.PARENT
    if ground_ not in AttendanceAmendment.Ground.values or by_parent != (parent_id is not None):
        raise StepRefused("Choose the ground; for a parent’s request, the parent who asked.")
    if parent_id is not None and parent_id not in {parent.pk for parent in parents(one)}:
        raise StepRefused("Choose a parent the order was served on.")
    if not because.strip():
        raise StepRefused("Say why; for a parent’s request, who offered the place and when.")
    if one.school is None or school.pk == one.school_id:
        raise StepRefused("The order names this school already.")
    if school.pk in ground.excluded_by(one.pupil):
        raise StepRefused(f"{school.name} permanently excluded the child: it may not be named.")
    if not by_parent and not one.by_plan and (words := school_refused(one, school.pk, school.name)):
        raise StepRefused(words)
    before = one.school
    take(
        one, "amend", f"amended: {school.name} instead of {before.name}", because, by, at, school=school,
        school_because=because.strip(), enrolled_on=None,
    )  # fmt: skip
    one.amendments.create(
        ground=ground_,
        parent_id=parent_id,
        before=before,
        school=school,
        because=because.strip(),
        at=at,
        by=by,
    )
    for rule in posting.CHECKS:
        deadlines.stop(about=one, rule=rule, by=by, at=at)
    posting.post(one, Kind.AMENDMENT, parents(one), by, at)
    posting.post_to_schools(one, AttendanceSchoolPaper.Kind.AMENDMENT, [school], by, at)
    posting.count_order(one, by, at)
    trail.record(by=by, at=at, action="attendance_order.amended", on=one, before=before.pk, after=school.pk)
    return one


@dataclass(frozen=True, slots=True)
class NotComplied:
    """What a prosecution under s.443 begins with. parents: each with the day the order counts as served on them."""

    first: date
    last: date
    school: School
    parents: tuple[tuple[Parent, date], ...]


def not_complied(order: AttendanceOrder, days: posting.CheckDays | None = None) -> NotComplied | None:
    """The time in which an order in force was not complied with; None while that is not known.

    It is known once the last check of the follow-up said that the child is not registered. After a conviction the time
    begins the day after it: one failure is not charged twice. days: of the checks, where they are counted already.
    """
    if (
        order.state != State.SERVED
        or order.enrolled_on is not None
        or order.served_on is None
        or order.school is None
    ):
        return None
    last_check = (days or posting.check_days(order))[posting.CHECKS[-1]]
    checks = [one for one in order.checks.all() if one.school_id == order.school_id]
    if not checks or checks[-1].registered or last_check is None or checks[-1].on < last_check.last_day:
        return None
    first = order.served_on
    if order.convicted_on is not None and order.convicted_on >= first:
        first = order.convicted_on + DAY
    if first > checks[-1].on:
        return None
    papers = in_force(order)
    served = tuple(
        (parent, day) for parent in parents(order)
        if parent.pk in papers and (day := papers[parent.pk].counted_from) is not None
    )  # fmt: skip
    return NotComplied(first, checks[-1].on, order.school, served)
