"""What the addresses of this room can be about."""

from typing import Any, Final

from django.utils import timezone
from tests.factories import UserFactory
from tests.factories_traded import AT, Cast

from mainstay.service.common.jobs.queue import queue
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.traded.actions import invoices
from mainstay.service.traded.actions.years import END

#: addresses about one child that a service manager opens
OF_A_CHILD: Final[tuple[str, ...]] = ()


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``: an order that was accepted and one that was sent, an invoice."""
    cast = Cast(pupil.school)
    bought, waiting = cast.bought(), cast.sent(6)
    bill = invoices.issue(invoice=bought.shares.get().invoices.get(), by=UserFactory(role="finance"), at=AT)
    job = queue(END, by=by, at=timezone.now(), year=2025)
    ids = {
        "trade_order": bought.pk,
        "trade_order_accept": waiting.pk,
        "trade_order_decline": waiting.pk,
        "trade_order_quote": waiting.pk,
        "trade_order_split": waiting.pk,
        "trade_share": waiting.shares.get().pk,
        "trade_account": cast.school.pk,
        "trade_invoice": bill.pk,
        "trade_year_end_job": job.pk,
    }
    extra = {
        "trade_line_set": {"code": "audit"},
        "trade_price_set": {"year": 2026},
        "trade_rate_set": {"code": "standard"},
        "trade_value_set": {"name": "days_to_pay"},
        "trade_plan_set": {"year": 2026},
        "trade_order_go": {"step": "send"},
    }
    return ids, extra
