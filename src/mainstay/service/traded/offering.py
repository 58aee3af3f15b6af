"""What prices, orders, accounts and invoices give to the rooms below: the menu, first pages, the daily task, the worker's."""

from datetime import date
from typing import Any

from django.urls import reverse

from mainstay.service.accounts.context import navigation
from mainstay.service.attendance import providers as attendance
from mainstay.service.attendance.queries.screen import WAITING, Block, Counted, Row
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.jobs.queue import handler
from mainstay.service.common.ui.filters import plural
from mainstay.service.record import providers
from mainstay.service.traded import places
from mainstay.service.traded.actions import years
from mainstay.service.traded.places import Place
from mainstay.service.traded.queries import waiting
from mainstay.service.traded.warning_days import latest_due
from mainstay.service.traded.years import days, first_day, last_day, named, past_visits, year_of


def menu(user: Any) -> list[dict[str, Any]]:
    if not user.may("see_traded"):
        return []
    name = "trade_accounts" if user.is_school_user or user.may("work_case") else "trade_orders"
    name = "trade_invoices" if user.may("invoice_days") else name
    return [{"text": "Purchases", "href": reverse(name), "order": 48, "places": places.addresses()}]


def first_page(user: Any, today: date) -> list[Block]:
    """A school's days and what waits for its head; what finance and business support have to send."""
    if user.may("order_days"):
        return [_of_school(user, today)]
    return [_of_finance(user)] if user.may("invoice_days") else []


def counted(user: Any, today: date) -> list[Counted]:
    """For whoever leads: orders to answer, invoices to send."""
    if not user.may("accept_order"):
        return []
    return [
        Counted(WAITING, "Orders of days to answer", "order", waiting.orders_to_answer,
                f"{reverse('trade_orders')}?state=waiting"),
        Counted(WAITING, "Invoices to send to schools", "invoice", waiting.invoices_to_send,
                f"{reverse('trade_invoices')}?state=due"),
    ]  # fmt: skip


def _of_school(user: Any, today: date) -> Block:
    year = year_of(today)
    said = waiting.of_school(user, year, first_day(year), last_day(year), today)
    left, booked = said.get("left", 0), said.get("booked", 0)
    accounts = reverse("trade_accounts")
    rows = []
    late = left > booked and latest_due(year, today) is not None
    if said.get("to_approve") and user.may("approve_order"):
        href = f"{reverse('trade_orders')}?state=agreeing"
        rows.append(Row(f"{plural(said['to_approve'], 'order')} to approve", href, "", "To sign", "yellow"))
    if said.get("quoted"):
        rows.append(
            Row(f"{plural(said['quoted'], 'quote')} to answer", f"{reverse('trade_orders')}?state=quoted")
        )
    if said.get("bought"):
        note = f"{_booked(left, booked, said.get('to_write_up', 0))}; they end on 31 March {year + 1}"
        rows.append(Row(f"{days(left)} left of {days(said['bought'])} bought", accounts, note,
                        *(("Book them soon", "red") if late else ("", ""))))  # fmt: skip
    return Block(
        f"Bought days {named(year)}", rows, "No days of an officer are bought for this year.",
        accounts if rows else reverse("trade_menu"), "", "urgent" if late else "", order=55,
    )  # fmt: skip


def _booked(left: int, booked: int, to_write_up: int) -> str:
    words = "none of them booked" if not booked else f"{days(booked)} of them booked"
    if left and left == booked:
        words = "all of them are booked"
    return f"{words}, {past_visits(to_write_up)}" if to_write_up else words


def _of_finance(user: Any) -> Block:
    said, where = waiting.of_finance(user), reverse("trade_invoices")
    rows = [
        Row(f"{plural(said[name], 'invoice')} {words}", f"{where}?state={state}", "", *tag)
        for name, words, state, tag in (
            ("to_send", "to send", "due", ("To send", "yellow")), ("overdue", "overdue", "overdue", ("Overdue", "red")),
            ("refund", "paid more than is owed", "refund", ("Refund due", "red")),
        )
        if said.get(name)
    ]  # fmt: skip
    return Block(
        "Invoices to schools", rows, "No invoice waits to be sent, and none is overdue.", where, order=30
    )


def address(kind: str, key: str) -> str | None:
    """Where an order or an invoice that a message is about can be seen."""
    names = {"traded.order": "trade_order", "traded.invoice": "trade_invoice"}
    return reverse(names[kind], args=[int(key)]) if kind in names and key.isdecimal() else None


def register() -> None:
    """From ``apps.py``."""
    places.offer(
        Place(10, "Menu", "trade_menu", "see_traded"),
        Place(20, "Orders", "trade_orders", "see_traded"),
        Place(30, "Accounts", "trade_accounts", "see_traded"),
        Place(50, "Invoices", "trade_invoices", "see_traded"),
        Place(60, "Prices", "trade_prices", "see_traded"),
        Place(70, "Income", "trade_income", "see_trading"),
        Place(80, "Year end", "trade_year_end", "end_year"),
    )
    navigation.register(menu)
    attendance.first_page.register(first_page)
    attendance.counted.register(counted)
    providers.addresses.register(address)
    daily("traded.warnings")(years.warn)
    handler(years.END)(years.end_job)
