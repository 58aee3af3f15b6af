"""Planning, issuing and crediting invoices, and writing down what was paid."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import money as pounds
from mainstay.service.traded import money, papers, values
from mainstay.service.traded.actions import ledger
from mainstay.service.traded.models import Invoice, InvoicePayment, LedgerEntry, Numbering, Order, OrderShare
from mainstay.service.traded.queries.ledger import balance
from mainstay.service.traded.telling import tell_schools
from mainstay.service.traded.years import days, first_day, last_day

SERIES: Final = "invoices"
St = Invoice.State


def plan(*, share: OrderShare, order: Order, at: datetime) -> list[Invoice]:
    """The invoices of one school's share, none numbered yet; together they are exactly its cost and its VAT."""
    dates = _dates(order, timezone.localdate(at))
    sums = money.instalments(share.pence, share.vat_basis_points, len(dates))
    halves = money.split(share.half_days, [1] * len(dates))
    return Invoice.objects.bulk_create(
        Invoice(
            school=share.school, share=share, year=order.year, part=n, parts=len(dates), planned_for=day,
            half_days=half, net=net, vat=vat, vat_code=share.vat_code, vat_basis_points=share.vat_basis_points,
            purchase_order=share.purchase_order,
        )
        for n, (day, half, (net, vat)) in enumerate(zip(dates, halves, sums, strict=True), 1)
    )  # fmt: skip


def _dates(order: Order, today: date) -> list[date]:
    """When each invoice is to be sent: at once, with each term that is left of the year, or at its end."""
    first = max(today, first_day(order.year))
    if order.billing == Order.Billing.ARREARS:
        return [last_day(order.year)]
    if order.billing == Order.Billing.TERMLY:
        terms = (date(order.year, 9, 1), date(order.year + 1, 1, 1))
        return [first, *(day for day in terms if day > first)]
    return [first]


@transaction.atomic
def issue(*, invoice: Invoice, by: Any, at: datetime) -> Invoice:
    """Number an invoice, make its PDF and tell the school. Raises StepRefused for one that is issued already."""
    _may(by)
    invoice = _locked(invoice)
    if invoice.number is not None:
        raise StepRefused(f"This invoice is sent already: {invoice.reference}.")
    _number(invoice, by, at)
    invoice.state = St.UNPAID
    set_ = values.in_force(timezone.localdate(at))
    invoice.due_on = timezone.localdate(at) + timedelta(days=set_["days_to_pay"])
    if invoice.net == 0:
        invoice.state = St.PAID
    return _made(invoice, by, at)


@transaction.atomic
def credit(*, invoice: Invoice, net: int, half_days: int, reason: str, by: Any, at: datetime) -> Invoice:
    """Take back so many pence (without VAT) of an issued invoice, and so many half-days that are not used or booked.

    VAT goes back in proportion, and to the penny once the whole is credited. Raises StepRefused.
    """
    _may(by)
    ledger.lock(schools=[invoice.school_id])
    invoice = _locked(invoice)
    if invoice.number is None or invoice.kind != Invoice.Kind.INVOICE:
        raise StepRefused("A credit note is written for an invoice that was sent.")
    if not reason.strip():
        raise StepRefused("Say why: it stands on the credit note.")
    before = credited(invoice)
    if net < 0 or half_days < 0 or not (net or half_days):
        raise StepRefused("Say how much is credited.")
    if net > invoice.net - before:
        raise StepRefused(f"Of this invoice {pounds(invoice.net - before)} without VAT can be credited.")
    if half_days and not net:
        raise StepRefused("Days are taken back together with what they cost.")
    if half_days > invoice.half_days - _halves_back(invoice):
        raise StepRefused(
            f"This invoice is for {days(invoice.half_days)}: no more than that can be taken back with it."
        )
    free = balance(invoice.school, invoice.year).free
    if half_days > free:
        raise StepRefused(f"{days(max(free, 0)).capitalize()} of this year are neither used nor booked.")
    note = Invoice(
        kind=Invoice.Kind.CREDIT, school=invoice.school, share=invoice.share, year=invoice.year, state=St.CREDITED,
        planned_for=timezone.localdate(at), half_days=half_days, net=net, vat_code=invoice.vat_code,
        vat_basis_points=invoice.vat_basis_points, vat=money.credit_vat(invoice.net, invoice.vat, before, net),
        purchase_order=invoice.purchase_order, credits=invoice, reason=reason.strip(),
    )  # fmt: skip
    _number(note, by, at)
    note = _made(note, by, at)
    if half_days:
        ledger.write(
            school=invoice.school, year=invoice.year, kind=LedgerEntry.Kind.CREDITED, half_days=-half_days,
            on=timezone.localdate(at), by=by, at=at, share=invoice.share, note=f"Credit note {note.reference}",
        )  # fmt: skip
    _settle(invoice)
    return note


@transaction.atomic
def pay(*, invoice: Invoice, pence: int, on: date, reference: str, by: Any, at: datetime) -> InvoicePayment:
    """Write down money that came for an invoice; below nought takes back what was written down by mistake."""
    _may(by)
    invoice = _locked(invoice)
    if invoice.number is None or invoice.kind != Invoice.Kind.INVOICE:
        raise StepRefused("Money comes for an invoice that was sent.")
    if on > timezone.localdate(at):
        raise StepRefused("The day it was paid cannot be in the future.")
    if not pence:
        raise StepRefused("Enter the amount.")
    came = paid(invoice)
    if came + pence < 0:
        raise StepRefused(f"Only {pounds(came)} was written down as paid.")
    if pence > 0 and came + pence > owed_in_all(invoice):
        raise StepRefused(f"{pounds(owed_in_all(invoice) - came)} is still to pay.")
    row = InvoicePayment.objects.create(
        invoice=invoice, pence=pence, on=on, reference=reference.strip()[:60], at=at, by=by
    )
    trail.record(by=by, at=at, action="traded.invoice_paid", on=invoice, pence=pence, on_day=on)
    _settle(invoice)
    return row


def credited(invoice: Invoice) -> int:
    """Net pence of its credit notes."""
    return int(invoice.credit_notes.aggregate(n=Sum("net", default=0))["n"])


@dataclass(frozen=True, slots=True)
class Creditable:
    """The most that can still be credited of an invoice: pence without VAT, and half-days that are not used or booked."""

    net: int
    half_days: int


def creditable(invoice: Invoice) -> Creditable:
    """Of an invoice that was sent."""
    free = balance(invoice.school, invoice.year).free
    of_days = min(invoice.half_days - _halves_back(invoice), free)
    return Creditable(invoice.net - credited(invoice), max(of_days, 0))


def paid(invoice: Invoice) -> int:
    return int(invoice.payments.aggregate(n=Sum("pence", default=0))["n"])


def owed_in_all(invoice: Invoice) -> int:
    """What the invoice asks for, VAT included, less what was credited."""
    gone = invoice.credit_notes.aggregate(n=Sum("net", default=0), v=Sum("vat", default=0))
    return int(invoice.gross - gone["n"] - gone["v"])


def _halves_back(invoice: Invoice) -> int:
    return int(invoice.credit_notes.aggregate(n=Sum("half_days", default=0))["n"])


def _settle(invoice: Invoice) -> None:
    came, asked = paid(invoice), owed_in_all(invoice)
    if not asked and not came:
        invoice.state = St.CREDITED
    elif came >= asked:
        invoice.state = St.PAID
    else:
        invoice.state = St.PART if came else St.UNPAID
    invoice.save(update_fields=["state"])


def _number(invoice: Invoice, by: Any, at: datetime) -> None:
    """The next number; the row of the series is held, so that none is left out and none given twice."""
    Numbering.objects.get_or_create(series=SERIES)
    row = Numbering.objects.select_for_update().get(series=SERIES)
    row.last += 1
    row.save()
    invoice.number, invoice.issued_at, invoice.issued_by = row.last, at, by
    invoice.issued_on = timezone.localdate(at)


def _made(invoice: Invoice, by: Any, at: datetime) -> Invoice:
    """Keep it with its PDF, and tell the school."""
    invoice.save()
    invoice.document = papers.invoice(invoice, by=by, at=at)
    invoice.save(update_fields=["document"])
    trail.record(
        by=by, at=at, action=f"traded.{invoice.kind}_issued", on=invoice, number=invoice.number, net=invoice.net,
        vat=invoice.vat,
    )  # fmt: skip
    what = "An invoice" if invoice.kind == Invoice.Kind.INVOICE else "A credit note"
    tell_schools(
        [invoice.school], subject=f"{invoice.get_kind_display()} {invoice.reference}", at=at, about=invoice,
        body=f"{what} of the education welfare service for {invoice.school.name}: {invoice.reference} about "
        f"{pounds(invoice.gross)}. It lies under Purchases, Invoices.",
    )  # fmt: skip
    return invoice


def _locked(invoice: Invoice) -> Invoice:
    Invoice.objects.select_for_update().get(pk=invoice.pk)
    return Invoice.objects.select_related("school", "share__order").get(pk=invoice.pk)


def _may(by: Any) -> None:
    if not by.may("invoice_days"):
        raise StepRefused("Your role cannot do this.")
