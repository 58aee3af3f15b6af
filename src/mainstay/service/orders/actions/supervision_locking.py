"""What every action on a supervision order begins and ends with."""

from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from mainstay.service.casework.families import parents_of
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Parent
from mainstay.service.orders.models import SupervisionOrder
from mainstay.service.orders.steps_supervision import SUPERVISION
from mainstay.service.record import access, deadlines
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience

#: rules of its deadlines; of several at once the number of the thing follows a colon
CONSULTATION: Final = "eso-consultation"
DIRECTED: Final = "eso-direction-report"
NOTICE: Final = "eso-application-notice"
EXPIRY: Final = "eso-extend-from"
VISIT: Final = "eso-visit"
REPORT: Final = "eso-progress-report"
DIRECTION: Final = "eso-direction"
CHILD: Final = "eso-child-referral"


def locked(order_id: int, by: Any, at: datetime) -> SupervisionOrder:
    """The order, locked. Raises StepRefused where it is not in view or its record is not open to this person."""
    rows = SupervisionOrder.objects.select_for_update(of=("self",)).select_related(
        "case__pupil", "case__school", "case__owner", "supervisor", "authorised", "plan_document"
    )
    one = rows.filter(pk=order_id).first()
    if one is None or not SupervisionOrder.objects.visible_to(by).filter(pk=order_id).exists():
        raise StepRefused("You cannot see this supervision order.")
    if not access.may_open(by, one.case.pupil):
        raise StepRefused("This record is restricted: open it with a reason first.")
    one.looked_at = at
    return one


def take(
    one: SupervisionOrder,
    step: str,
    title: str,
    text: str,
    by: Any,
    at: datetime,
    audience: str = Audience.SERVICE,
    **changes: Any,
) -> None:
    """Take a step of the table and save, with what changes by it; told in the chronology, with an audit row."""
    target = SUPERVISION.check(step, one, by)
    move(one, target, at, **changes)
    tell(one, title, text, by=by, at=at, audience=audience)
    trail.record(by=by, at=at, action=f"supervision_order.{step}", on=one)


def move(one: SupervisionOrder, target: str, at: datetime, **changes: Any) -> None:
    if target != one.state:
        one.state, one.state_since = target, at
    for name, value in changes.items():
        setattr(one, name, value)
    one.save()


def tell(
    one: SupervisionOrder, title: str, text: str, *, by: Any, at: datetime, audience: str = Audience.SERVICE
) -> None:
    """An entry in the child's chronology about the order."""
    add_entry(
        pupil=one.case.pupil_id, by=by, at=at, kind="supervision_order", title=f"{one.in_words}: {title}", text=text,
        audience=audience, about=one,
    )  # fmt: skip


def clock(
    one: SupervisionOrder, rule: str, words: str, by: Any, at: datetime, /, key: str = "", **counted: Any
) -> None:
    """Start, or start again, a deadline of the order; it belongs to its supervising officer or the case's."""
    deadlines.start(
        pupil=one.case.pupil_id, about=one, rule=f"{rule}:{key}" if key else rule, label=f"{one.number}: {words}",
        owner=one.supervisor or one.case.owner, by=by, at=at, **counted,
    )  # fmt: skip


def stop(one: SupervisionOrder, rule: str, by: Any, at: datetime, key: str = "") -> None:
    deadlines.stop(about=one, by=by, at=at, rule=f"{rule}:{key}" if key else rule)


def past(day: date, at: datetime, what: str) -> None:
    """Raises StepRefused for a day to come."""
    if day > timezone.localdate(at):
        raise StepRefused(f"The day {what} cannot be in the future.")


def parent_of(one: SupervisionOrder, parent_id: int | None, at: datetime) -> Parent | None:
    """That parent of the child; None for the child. Raises StepRefused for somebody else."""
    if parent_id is None:
        return None
    for parent in parents_of(one.case.pupil_id, timezone.localdate(at)):
        if parent.pk == parent_id:
            return parent
    raise StepRefused("This person is not recorded as a parent of the child.")


def needed(**said: str) -> None:
    """Raises StepRefused with the words of what was left empty; ``words=value``, underscores for spaces."""
    for words, value in said.items():
        if not value.strip():
            raise StepRefused(f"Write down {words.replace('_', ' ')}.")
