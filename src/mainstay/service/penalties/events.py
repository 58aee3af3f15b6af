"""What other systems of the council are told of notices: numbers, states, days and sums, never a name.

Each receiver that the settings name gets its message in the transaction of the change; without one nothing is queued.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings

from mainstay.service.common.outbox import post
from mainstay.service.penalties import providers
from mainstay.service.penalties.models import Notice

FIELDS: Final = (
    "number", "kind", "position", "state", "issued_on", "served_on", "reduced_until", "full_until", "reduced_pence",
    "full_pence", "paid_on", "paid_pence", "withdrawn_on", "ground",
)  # fmt: skip


def subscribe() -> None:
    """From ``apps.py``."""
    providers.issued.subscribe(issued)
    providers.paid.subscribe(paid)
    providers.payment_undone.subscribe(payment_undone)
    providers.unpaid.subscribe(unpaid)
    providers.withdrawn.subscribe(withdrawn)


def issued(*, notices: Iterable[Notice], at: datetime, **_: Any) -> None:
    for notice in notices:
        _tell("notice.issued", notice, at)


def paid(*, notice: Notice, at: datetime, **_: Any) -> None:
    _tell("notice.paid", notice, at)


def payment_undone(*, notice: Notice, at: datetime, **_: Any) -> None:
    _tell("notice.payment_undone", notice, at)


def unpaid(*, notice: Notice, at: datetime, **_: Any) -> None:
    _tell("notice.unpaid", notice, at)


def withdrawn(*, notice: Notice, at: datetime, **_: Any) -> None:
    _tell("notice.withdrawn", notice, at)


def payload(notice: Notice) -> dict[str, Any]:
    """What is told: days by ISO 8601, money in pence, null or "" where there is none."""
    values = {name: getattr(notice, name) for name in FIELDS}
    return {name: v.isoformat() if isinstance(v, date) else v for name, v in values.items()}


def _tell(event: str, notice: Notice, at: datetime) -> None:
    for url in settings.CONFIG.webhooks:
        post.queue_webhook(url=url, event=event, payload=payload(notice), at=at, about=notice)
