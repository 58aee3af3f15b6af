"""What waits on first pages: one prepared question for a school, one for finance; leaders' lines are counted with others."""

from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Sum, Value

from mainstay.service.common import prepared
from mainstay.service.traded.models import Booking, Invoice, LedgerEntry, Order, OrderShare
from mainstay.service.traded.queries.invoices import overpaid


def orders_to_answer(user: Any) -> QuerySet[Any]:
    return Order.objects.visible_to(user).waiting()


def invoices_to_send(user: Any) -> QuerySet[Any]:
    return Invoice.objects.visible_to(user).due_to_issue(prepared.today())


def invoices_overdue(user: Any) -> QuerySet[Any]:
    open_ = (Invoice.State.UNPAID, Invoice.State.PART)
    return Invoice.objects.visible_to(user).filter(state__in=open_, due_on__lt=prepared.today())


def _part(rows: QuerySet[Any], name: str, of: Any) -> QuerySet[Any]:
    named = rows.order_by().annotate(part_=Value(name)).values("part_")
    return named.annotate(n_=of).values_list("part_", "n_")  # type: ignore[no-any-return]


@prepared.prepared
def _of_school(user: Any, year: int, first: date, last: date, today: date) -> QuerySet[Any]:
    left = LedgerEntry.objects.visible_to(user).filter(year=year)
    bought = left.filter(kind=LedgerEntry.Kind.BOUGHT)
    booked = Booking.objects.visible_to(user).open().filter(on__gte=first, on__lte=last)
    past = booked.filter(on__lt=today)
    waiting = OrderShare.objects.visible_to(user).filter(order__state=Order.State.AGREEING, approved_at=None)
    quoted = Order.objects.visible_to(user).filter(state=Order.State.QUOTED)
    nothing = Value(0, IntegerField())
    return _part(left, "left", Sum("half_days", default=nothing)).union(
        _part(bought, "bought", Sum("half_days", default=nothing)),
        _part(booked, "booked", Sum("half_days", default=nothing)),
        _part(past, "to_write_up", Count("pk")),
        _part(waiting, "to_approve", Count("pk")),
        _part(quoted, "quoted", Count("pk")),
        all=True,
    )


def of_school(user: Any, year: int, first: date, last: date, today: date) -> dict[str, int]:
    """Half-days left, bought and booked of this person's schools, visits nobody wrote up, orders to approve, quotes to
    answer."""
    return {name: number or 0 for name, number in _of_school(user, year, first, last, today)}


@prepared.prepared
def _of_finance(user: Any) -> QuerySet[Any]:
    return _part(invoices_to_send(user), "to_send", Count("pk")).union(
        _part(invoices_overdue(user), "overdue", Count("pk")),
        _part(overpaid(Invoice.objects.visible_to(user)), "refund", Count("pk")),
        all=True,
    )


def of_finance(user: Any) -> dict[str, int]:
    return dict(_of_finance(user))
