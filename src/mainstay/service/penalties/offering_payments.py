"""What money gives to the rooms below: the menu, the first page, where a payment can be seen."""

from datetime import date
from typing import Any, Final

from django.urls import reverse

from mainstay.service.accounts.context import navigation
from mainstay.service.attendance.providers import first_page
from mainstay.service.attendance.queries.screen import SHOWN, Block, Row
from mainstay.service.common.ui.filters import money, plural, short_date
from mainstay.service.penalties.places import Place, offer
from mainstay.service.penalties.queries import money as shown

#: before the city's page for those who work with payments and not with findings
ORDER: Final = 35


def menu(user: Any) -> list[dict[str, Any]]:
    """For those whose work it is; officers and managers find the way from the register of notices."""
    if not user.may("see_income") or user.may("see_findings"):
        return []
    return [{"text": "Payments", "href": reverse("payments"), "order": ORDER}]


def cards(user: Any, today: date) -> list[Block]:
    if not user.may("record_payments") or user.may("see_findings"):
        return []
    return [_to_match(), _to_pay_back(user)]


def _to_match() -> Block:
    waiting = shown.lines("")
    number, found = waiting.count(), waiting.order_by("on", "pk")[:SHOWN]
    rows = [
        Row(
            f"{money(line.pence)} on {short_date(line.on)}",
            reverse("bank_line_match", args=[line.pk]),
            line.reason,
        )
        for line in found
    ]
    more = plural(number, "payment") + " to match" if number > SHOWN else ""
    return Block(
        "Payments to match",
        rows,
        "Every payment in the bank’s lists is matched.",
        reverse("bank_lines"),
        more,
    )


def _to_pay_back(user: Any) -> Block:
    waiting = shown.refunds(user, "hand")
    number, found = waiting.count(), waiting.order_by("due_at", "pk")[:SHOWN]
    rows = [
        Row(
            f"{money(refund.pence)} for {refund.notice.number if refund.notice else 'no notice'}",
            reverse("refund_done", args=[refund.pk]),
            refund.because,
        )
        for refund in found
    ]
    more = plural(number, "refund") + " to pay back" if number > SHOWN else ""
    return Block(
        "Refunds to pay back",
        rows,
        "Nothing is to be paid back by hand.",
        reverse("refunds") + "?state=hand",
        more,
    )


def register() -> None:
    """From ``apps.py``."""
    navigation.register(menu)
    first_page.register(cards)
    offer(Place(85, "Payments", "payments", "see_income"))
