"""An attendance order locked for a change, told of in the chronology, taken to its next state."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.orders.models import AttendanceOrder
from mainstay.service.orders.steps_attendance import ORDER
from mainstay.service.record import access
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience


def locked(order_id: int, by: Any, at: datetime, permission: str = "work_orders") -> AttendanceOrder:
    """The order, locked. Raises StepRefused where it is not in view, not open to this person, or not theirs to change."""
    if not by.may(permission):
        raise StepRefused("Your role cannot do this to an attendance order.")
    rows = AttendanceOrder.objects.select_for_update(of=("self",)).select_related("pupil", "school", "owner")
    one = rows.filter(pk=order_id).first()
    if one is None or not AttendanceOrder.objects.visible_to(by).filter(pk=order_id).exists():
        raise StepRefused("You cannot see this attendance order.")
    if not access.may_open(by, one.pupil):
        raise StepRefused("This record is restricted: open it with a reason first.")
    one.looked_on = timezone.localdate(at)
    return one


def needs_state(one: AttendanceOrder, *states: str) -> None:
    if one.state not in states:
        raise StepRefused(f"This cannot be done now: the order is at “{one.get_state_display()}”.")


def take(
    one: AttendanceOrder,
    step: str,
    title: str,
    text: str,
    by: Any,
    at: datetime,
    *,
    audience: str = Audience.SERVICE,
    **changes: Any,
) -> None:
    """Take a step of the table and save, with what changes by it; told in the chronology, with an audit row."""
    target = ORDER.check(step, one, by)
    if target != one.state:
        one.state, one.state_since = target, at
    for name, value in changes.items():
        setattr(one, name, value)
    one.save()
    tell(one, title, text, by=by, at=at, audience=audience)
    trail.record(by=by, at=at, action=f"attendance_order.{step}", on=one)


def tell(
    one: AttendanceOrder,
    title: str,
    text: str,
    *,
    by: Any | None,
    at: datetime,
    audience: str = Audience.SERVICE,
) -> None:
    """An entry in the child's chronology about the order."""
    add_entry(
        pupil=one.pupil_id, by=by, at=at, kind="attendance_order", title=f"Attendance order {one.number}: {title}",
        text=text, audience=audience, about=one,
    )  # fmt: skip
