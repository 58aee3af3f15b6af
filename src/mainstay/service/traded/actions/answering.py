"""The manager's part: quote, accept or decline an order. Accepting it buys the days and plans the invoices."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.traded import papers
from mainstay.service.traded.actions import invoices, ledger
from mainstay.service.traded.actions.orders import locked
from mainstay.service.traded.models import LedgerEntry, Order, OrderShare, YearWarning
from mainstay.service.traded.money import split
from mainstay.service.traded.steps import ORDER
from mainstay.service.traded.telling import tell_schools
from mainstay.service.traded.warning_days import latest_due
from mainstay.service.traded.years import days, last_day, named


@transaction.atomic
def quote(
    *, order: Order, half_days: int, pence: int, text: str, until: date, by: Any, at: datetime
) -> Order:
    """Offer so many half-days for so many pence (without VAT), in words, until a day. The school takes it or not.

    The shares keep their ratio and add up to the quote. Raises StepRefused.
    """
    order = _looked(order, at)
    target = ORDER.check("quote", order, by)
    shares = list(order.shares.all())
    if half_days < len(shares):
        raise StepRefused("Each school has at least half a day.")
    if pence <= 0:
        raise StepRefused("Say what it costs.")
    if not text.strip():
        raise StepRefused("Say what the school gets for it.")
    if until < timezone.localdate(at):
        raise StepRefused("The quote must stand for some time: choose a day to come.")
    weights = [share.half_days for share in shares]
    # half a day each before the rest is split, so that nobody is left without
    parts = [1 + rest for rest in split(half_days - len(shares), weights)]
    for share, part, cost in zip(shares, parts, split(pence, parts), strict=True):
        share.half_days, share.pence = part, cost
        share.approved_at = share.approved_by = None
        share.purchase_order = ""
        share.save()
    order.quote, order.quoted_half_days, order.quoted_pence, order.pence = (
        text.strip(),
        half_days,
        pence,
        pence,
    )
    order.quote_until, order.quoted_at, order.quoted_by = until, at, by
    _to(order, target, "quoted", by, at, half_days=half_days, pence=pence, until=until)
    tell_schools(
        [share.school for share in shares if share.leads], subject=f"A quote for order {order.number}", at=at,
        about=order, body=f"The service manager has answered order {order.number} with a quote. Please take it or withdraw "
        "the order.",
    )  # fmt: skip
    return order


@transaction.atomic
def accept(*, order: Order, answer: str = "", by: Any, at: datetime) -> Order:
    """Accept an order: each school's half-days are bought, its invoices planned, the agreement made. Raises StepRefused."""
    order = _looked(order, at)
    target = ORDER.check("accept", order, by)
    shares = list(order.shares.all())
    ledger.lock(schools=[share.school_id for share in shares])
    today = timezone.localdate(at)
    for share in shares:
        ledger.write(
            school=share.school, year=order.year, kind=LedgerEntry.Kind.BOUGHT, half_days=share.half_days, on=today,
            by=by, at=at, share=share, note=f"Order {order.number}",
        )  # fmt: skip
        invoices.plan(share=share, order=order, at=at)
    _answered(order, answer, by, at)
    order.agreement = papers.agreement(order, shares, by=by, at=at)
    _to(order, target, "accepted", by, at, pence=order.pence)
    _tell_accepted(order, shares, today, at)
    return order


@transaction.atomic
def decline(*, order: Order, because: str, by: Any, at: datetime) -> Order:
    """Do not sell what was ordered or asked for; the schools are told why."""
    order = _looked(order, at)
    target = ORDER.check("decline", order, by)
    if not because.strip():
        raise StepRefused("Say why: the school is told.")
    _answered(order, because, by, at)
    _to(order, target, "declined", by, at)
    tell_schools(
        [share.school for share in order.shares.all()], subject=f"Order {order.number} is declined", at=at, about=order,
        body=f"The service manager has declined order {order.number}: {order.answer}",
    )  # fmt: skip
    return order


def _tell_accepted(order: Order, shares: list[OrderShare], today: date, at: datetime) -> None:
    """Each school hears what it bought and when it ends; who buys after a warning has had it with this letter."""
    late = latest_due(order.year, today)
    for share in shares:
        tell_schools(
            [share.school], subject=f"Order {order.number} is accepted", at=at, about=order,
            body=f"{share.school.name} has bought {days(share.half_days)} for {named(order.year)}. They can be booked until "
            f"31 March {order.year + 1}; what is not used by then expires and cannot be carried over. The agreement is on "
            "the page of the order.",
        )  # fmt: skip
        if late is not None and today <= last_day(order.year):
            YearWarning.objects.get_or_create(
                school=share.school,
                year=order.year,
                months=late,
                defaults={"half_days": share.half_days, "at": at},
            )


def _looked(order: Order, at: datetime) -> Order:
    order = locked(order)
    order.looked_on = timezone.localdate(at)  # type: ignore[attr-defined]
    return order


def _answered(order: Order, answer: str, by: Any, at: datetime) -> None:
    order.answer, order.answered_at, order.answered_by = answer.strip(), at, by


def _to(order: Order, target: str, done: str, by: Any, at: datetime, **more: Any) -> None:
    before, order.state, order.state_since = order.state, target, at
    order.save()
    trail.record(by=by, at=at, action=f"traded.order_{done}", on=order, before=before, now=target, **more)
