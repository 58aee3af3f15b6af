"""Once a day: orders that are over end, and those that expire soon are told of, months before."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from mainstay.law.clock import DAY
from mainstay.service.accounts.queries import holding
from mainstay.service.common.audit import trail
from mainstay.service.common.outbox import post
from mainstay.service.common.ui.filters import short_date
from mainstay.service.orders.actions.supervision_court import expire
from mainstay.service.orders.models import SupervisionOrder
from mainstay.service.orders.supervision_dates import of_age, window


def fall_due(*, on: date, last: date | None) -> None:
    """Each order in a transaction of its own; a day that was missed is caught up."""
    rows = SupervisionOrder.objects.in_force().exclude(ends_on=None)
    for one in list(rows.select_related("case__pupil", "supervisor", "case__owner")):
        assert one.ends_on is not None
        span = of_age(one.case.pupil)
        if one.ends_on < on or (span is not None and span[1] < on):
            expire(order_id=one.pk, on=on, at=timezone.now())
            continue
        since = last or on - DAY
        if any(since < day <= on for day in window(one.ends_on).reminders):
            _remind(one, on, timezone.now())


@transaction.atomic
def _remind(one: SupervisionOrder, on: date, at: datetime) -> None:
    """To whoever supervises, or works on the case, or else to the managers; numbers only."""
    owner = one.supervisor or one.case.owner
    told: list[Any] = [owner] if owner is not None and owner.is_active else list(holding("see_team", on))
    where = (
        f"{settings.CONFIG.address}{reverse('supervision_order', args=[one.pk])}"
        if settings.CONFIG.address
        else ""
    )
    opens = window(one.ends_on).next_step_from if one.ends_on else on
    for user in told:
        if not SupervisionOrder.objects.visible_to(user).filter(pk=one.pk).exists():
            continue
        post.queue(
            to=user.email, subject=f"Supervision order {one.number} ends on {short_date(one.ends_on)}",
            body=f"Supervision order {one.number} ends on {short_date(one.ends_on)}. An extension can be applied for from "
            f"{short_date(opens)} on.\n\n{where}\n", at=at, about=(one._meta.label_lower, str(one.pk)),
        )  # fmt: skip
    trail.record(by=None, at=at, action="supervision_order.reminded", on=one, ends_on=one.ends_on)
