"""The agreement of an order, invoices and credit notes, as tagged PDFs that are kept as issued."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.common.ui.filters import money, percent, plural
from mainstay.service.documents import rendering, writing
from mainstay.service.documents.models import Document
from mainstay.service.traded import values
from mainstay.service.traded.models import Invoice, Order, OrderShare
from mainstay.service.traded.money import cost, vat_of
from mainstay.service.traded.queries.menu import menu
from mainstay.service.traded.values_bookings import cancel_notice
from mainstay.service.traded.years import days, first_day, last_day, named


def pounds(pence: int) -> str:
    """Always with pence, as sums stand on an invoice."""
    return money(pence) if pence % 100 else f"{money(pence)}.00"


def agreement(order: Order, shares: Sequence[OrderShare], *, by: Any, at: datetime) -> Document:
    """What was agreed, for every school that has a share."""
    on = timezone.localdate(at)
    sender = writing.on(on).sender
    vat = sum(vat_of(share.pence, share.vat_basis_points) for share in shares)
    to_pay = values.in_force(on)["days_to_pay"]
    wanted = [one.title for one in menu(on) if one.code in order.services]
    given: dict[str, Any] = {
        "title": f"Agreement {order.number}: education welfare officer days {named(order.year)}",
        "footer": f"{sender.name} · Agreement {order.number}",
        "sender": sender.name,
        "facts": [
            ["Order", order.number],
            ["Financial year", f"{in_words(first_day(order.year))} to {in_words(last_day(order.year))}"],
            ["Days in all", days(sum(share.half_days for share in shares))],
            ["Cost in all, without VAT", pounds(order.pence)],
            ["VAT in all", pounds(vat)],
            ["Cost in all, with VAT", pounds(order.pence + vat)],
            ["Invoiced", order.get_billing_display()],
            ["To be paid", f"Within {plural(to_pay, 'day')} of each invoice"],
            ["Agreed on", in_words(on)],
            ["For the service", f"{by.name}, {by.post or 'service manager'}"],
        ],
        "shares": [
            [share.school.name, days(share.half_days), pounds(share.pence), pounds(vat_of(share.pence, share.vat_basis_points)),
             share.purchase_order, f"{share.approved_by.name}, {in_words(timezone.localdate(share.approved_at))}"]
            for share in shares if share.approved_by and share.approved_at
        ],
        "services": wanted,
        "wishes": order.wishes,
        "quote": order.quote,
        "price": _price(shares) if order.quoted_pence is None else "At the quoted price.",
        "ends": in_words(last_day(order.year)),
        "late": _late(on),
    }  # fmt: skip
    return rendering.issue(
        template="trade_agreement", title=given["title"], values=given, pupil_id=None, by=by, at=at, draft=False,
        about=order,
    )  # fmt: skip


def _late(on: date) -> str:
    """What a late cancellation costs, by the notice of the day; a longer one set later binds no booking made before."""
    notice = cancel_notice(on)
    until = f"until {plural(notice, 'working day')} before it" if notice else "until the day of it"
    return (
        f"A school cancels or moves a booking without charge {until}. Cancelled later, the half-days booked are used up; "
        "where the service cancels, or the officer is away and nobody comes instead, nothing is charged and the days are "
        "free again."
    )


def _price(shares: Sequence[OrderShare]) -> str:
    found = sorted({share.day_pence for share in shares})
    return f"At {' and '.join(pounds(one) for one in found)} a day."


def invoice(one: Invoice, *, by: Any, at: datetime) -> Document:
    """An invoice or credit note with its VAT; it is numbered already."""
    on = timezone.localdate(at)
    sender, set_, school = writing.on(on).sender, values.in_force(on), one.school
    name = one.get_kind_display()
    lines = [part.strip() for part in school.address.replace("\n", ",").split(",")]
    facts = [
        ["Number", one.reference], ["Date", in_words(on)],
        ["Your purchase order", one.purchase_order], ["Agreement", one.share.order.number],
    ]  # fmt: skip
    if one.kind == Invoice.Kind.INVOICE:
        supplied = f"Financial year, 1 April {one.year} to 31 March {one.year + 1}"
        facts += [["Days bought", _bought(one.share)], ["Date of supply", supplied]]
    if one.due_on:
        facts.append(["To be paid by", in_words(one.due_on)])
    if one.credits:
        facts += [["Credits invoice", one.credits.reference], ["Why", one.reason]]
    if set_["vat_number"]:
        facts.append(["Our VAT number", set_["vat_number"]])
    given: dict[str, Any] = {
        "title": f"{name} {one.reference}",
        "name": name,
        "footer": f"{sender.name} · {one.reference}",
        "sender": {"name": sender.name, "address": list(sender.address), "contact": sender.contact},
        "to": [school.name, *filter(None, [*lines, school.postcode])],
        "facts": facts,
        "rows": [[_what(one), pounds(one.net)]],
        "net": pounds(one.net),
        "vat": f"VAT: {one.get_vat_code_display().lower().replace('vat', 'VAT')}"
        + (f" ({percent(one.vat_basis_points / 10_000, 1)})" if one.vat_basis_points else ""),
        "vat_sum": pounds(one.vat),
        "total_name": "To pay" if one.kind == Invoice.Kind.INVOICE else "Credited",
        "total": pounds(one.gross),
        "how": set_["how_to_pay"] if one.kind == Invoice.Kind.INVOICE else [],
    }
    return rendering.issue(
        template="trade_invoice", title=given["title"], values=given, pupil_id=None, by=by, at=at, draft=False,
        about=one,
    )  # fmt: skip


def _bought(share: OrderShare) -> str:
    """The whole share with the price of a day; where another cost was quoted or agreed, with that."""
    by_day = share.order.quoted_pence is None and share.pence == cost(share.half_days, share.day_pence)
    price = (
        f"at {pounds(share.day_pence)} a day"
        if by_day
        else f"at an agreed price of {pounds(share.pence)} in all"
    )
    return f"{days(share.half_days)} of an education welfare officer {price}, without VAT"


def _what(one: Invoice) -> str:
    of = f", part {one.part} of {one.parts}" if one.parts > 1 and one.kind == Invoice.Kind.INVOICE else ""
    what = f"Education welfare officer, {named(one.year)}: {days(one.half_days)}{of}"
    if one.kind == Invoice.Kind.CREDIT and not one.half_days:
        return f"Education welfare officer, {named(one.year)}"
    return what
