"""The head teacher's part: approve one's own share with a purchase order number, or do not agree."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import own_schools
from mainstay.service.traded.actions.orders import locked
from mainstay.service.traded.models import Order, OrderShare
from mainstay.service.traded.steps import ORDER
from mainstay.service.traded.telling import tell_managers, tell_schools
from mainstay.service.traded.years import days, named


@transaction.atomic
def approve(*, share: OrderShare, purchase_order: str, by: Any, at: datetime) -> OrderShare:
    """Approve the days and cost of one's own school; the last approval sends the order to the manager.

    Raises StepRefused for another school's share, one that is approved, or while the shares do not add up.
    """
    order, share = _own(share, by, at)
    if share.approved_at is not None:
        raise StepRefused("This share is approved already.")
    if not purchase_order.strip():
        raise StepRefused("Enter the purchase order number.")
    waiting = [each for each in order.shares.all() if each.approved_at is None]
    target = ORDER.check("approve_last" if len(waiting) == 1 else "approve", order, by)
    share.approved_at, share.approved_by, share.refused_because = at, by, ""
    share.purchase_order = purchase_order.strip()[:60]
    share.save()
    if target != order.state:
        Order.objects.filter(pk=order.pk).update(state=target, state_since=at)
    trail.record(
        by=by, at=at, action="traded.share_approved", on=share, order=order.pk, half_days=share.half_days,
        pence=share.pence, now=target,
    )  # fmt: skip
    if target == Order.State.SENT:
        tell_managers(
            subject=f"An order waits for you: {order.number}", at=at, about=order,
            body=f"Every school has approved its share of order {order.number} for {named(order.year)}: "
            f"{days(sum(each.half_days for each in order.shares.all()))} in all. Please accept or decline it.",
        )  # fmt: skip
    return share


@transaction.atomic
def refuse(*, share: OrderShare, because: str, by: Any, at: datetime) -> OrderShare:
    """Do not agree to one's own share: the order goes back to its school, and every approval is asked anew."""
    order, share = _own(share, by, at)
    if not because.strip():
        raise StepRefused("Say what you do not agree to.")
    target = ORDER.check("refuse", order, by)
    order.shares.update(approved_at=None, approved_by=None, purchase_order="")
    share.refresh_from_db()
    share.refused_because = because.strip()
    share.save()
    Order.objects.filter(pk=order.pk).update(state=target, state_since=at)
    trail.record(
        by=by, at=at, action="traded.share_refused", on=share, order=order.pk, because=share.refused_because
    )
    tell_schools(
        [each.school for each in order.shares.all() if each.leads], subject=f"Order {order.number} was not agreed",
        at=at, about=order,
        body=f"{share.school.name} does not agree to its share of order {order.number}: {share.refused_because}",
    )  # fmt: skip
    return share


def _own(share: OrderShare, by: Any, at: datetime) -> tuple[Order, OrderShare]:
    order = locked(share.order)
    if share.school_id not in own_schools(by):
        raise StepRefused("The head teacher of that school answers for its share.")
    order.looked_on = timezone.localdate(at)  # type: ignore[attr-defined]
    return order, next(each for each in order.shares.all() if each.pk == share.pk)
