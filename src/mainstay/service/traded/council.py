"""Prices, VAT, the menu and the values of selling to schools, for the list of everything the council sets."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.urls import reverse

from mainstay.service.common import council
from mainstay.service.common.ui.filters import money
from mainstay.service.traded.models import MENU, MenuChange, Price, SchoolType, Unit, VatCode, VatRate
from mainstay.service.traded.models.prices import AGREED_DAY, AGREED_YEAR
from mainstay.service.traded.queries.prices import STANDARD
from mainstay.service.traded.values import known
from mainstay.service.traded.values_bookings import CANCEL_NOTICE
from mainstay.service.traded.years import named, year_of

_AREA, _OWNERS = "Purchases", "edit_prices"
_INVOICES: Final = "What stands on each invoice, and when it is overdue."
_ACCOUNTS: Final = "The file that finance takes the income from."
_DEPENDS: Final = {
    "days_to_pay": _INVOICES,
    "vat_number": _INVOICES,
    "how_to_pay": _INVOICES,
    "cost_centre": _ACCOUNTS,
    "income_code": _ACCOUNTS,
    CANCEL_NOTICE: "Until when a school gives a booking up without charge.",
}


def given(rows: council.Rows) -> Iterator[council.Value]:
    for value in known().values():
        row = rows.get(value.name)
        yield council.Value(
            _AREA, value.label, council.words(row.value if row else value.default), _OWNERS,
            _DEPENDS.get(value.name, "Days bought, booked and invoiced from then on."),
            reverse("trade_value_set", args=[value.name]), **council.said(row, value.hint or "Our own choice", rows.coming.get(value.name)),
        )  # fmt: skip


def prices(on: date) -> Iterator[council.Value]:
    """What a day costs this financial year by type of school, and each other unit that has a price; one query."""
    year = year_of(on)
    rows = Price.objects.of_year(year).filter(since__lte=on).select_related("set_by").order_by("since", "pk")
    now = {(row.school_type, row.unit): row for row in rows}
    shipped = f"{money(AGREED_DAY)}" if year == AGREED_YEAR else "No price yet"
    for kind in SchoolType:
        for unit in Unit:
            row = now.get((kind.value, unit.value))
            if row is None and unit != Unit.DAY:
                continue
            yield council.Value(
                _AREA, f"{unit.label}, {named(year)}: {kind.label.lower()}", _price(row) if row else shipped, _OWNERS,
                "What an order costs that is sent from then on.", reverse("trade_price_set", args=[year]),
                **council.said(row, "Nothing is sold in a year until its price is set"),
            )  # fmt: skip


def _price(row: Price) -> str:
    if row.pence is None:
        return "Taken off"
    vat = row.get_vat_code_display().lower().replace("vat", "VAT")
    return f"{money(row.pence)}, {vat}; at least {row.minimum} half-days"


def rates(on: date) -> Iterator[council.Value]:
    """The rate of each VAT code; one query."""
    rows = VatRate.objects.filter(since__lte=on).select_related("set_by").order_by("since", "pk")
    now = {row.vat_code: row for row in rows}
    for code in VatCode:
        row = now.get(code.value)
        points = row.basis_points if row else STANDARD if code == VatCode.STANDARD else 0
        yield council.Value(
            _AREA, f"VAT: {code.label.lower().replace('vat', 'VAT')}", f"{points / 100:g}%", _OWNERS,
            "The VAT of an order that is sent from then on.", reverse("trade_rate_set", args=[code.value]),
            **council.said(row, "Assumed: confirm with finance"),
        )  # fmt: skip


def menu(on: date) -> Iterator[council.Value]:
    """Each line of the menu; one query."""
    rows = MenuChange.objects.filter(since__lte=on).select_related("set_by").order_by("since", "pk")
    now = {row.code: row for row in rows}
    for line in MENU:
        row = now.get(line.code)
        title = row.title if row else line.title
        yield council.Value(
            _AREA, f"Menu: {line.title}", title if row is None or row.active else f"{title} (off the menu)", _OWNERS,
            "What schools can buy and book from then on.", reverse("trade_line_set", args=[line.code]),
            **council.said(row, "As in the service level agreement"),
        )  # fmt: skip
