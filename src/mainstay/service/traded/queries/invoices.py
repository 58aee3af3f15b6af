"""Invoices and credit notes as lists, pages and files show them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from mainstay.service.common.ui.filters import money
from mainstay.service.traded.models import Invoice, InvoicePayment
from mainstay.service.traded.models.invoices import InvoiceQuerySet
from mainstay.service.traded.money import in_pounds
from mainstay.service.traded.years import named

St = Invoice.State
COLOURS: Final = {
    St.PLANNED: "yellow", St.UNPAID: "blue", St.PART: "orange", St.PAID: "green", St.CREDITED: "grey",
}  # fmt: skip
STATES: Final = (
    ("", "Any"), ("due", "To send now"), ("planned", "To send, now or later"), ("open", "Not paid"),
    ("overdue", "Overdue"), ("paid", "Paid"), ("refund", "Refund due"), ("credited", "Credited, and credit notes"),
)  # fmt: skip
#: one line a document; sums in pounds, a credit note's below nought
HEADER: Final = (
    "Number", "Kind", "Date", "Due", "School", "URN", "Purchase order", "Order", "Financial year", "Net", "VAT code",
    "VAT rate %", "VAT", "Gross", "Credited", "Paid", "Outstanding", "State", "Cost centre", "Account", "Credits",
)  # fmt: skip


def filtered(user: Any, wanted: dict[str, Any], today: date) -> InvoiceQuerySet:
    found = Invoice.objects.visible_to(user)
    state = wanted.get("state")
    if state == "due":
        found = found.due_to_issue(today)
    elif state == "open":
        found = found.filter(state__in=(St.UNPAID, St.PART))
    elif state == "overdue":
        found = found.filter(state__in=(St.UNPAID, St.PART), due_on__lt=today)
    elif state == "refund":
        found = overpaid(found)
    elif state in St.values:
        found = found.filter(state=state)
    if wanted.get("year"):
        found = found.filter(year=wanted["year"])
    if wanted.get("school"):
        found = found.filter(school=wanted["school"])
    return found


def overpaid(found: InvoiceQuerySet) -> InvoiceQuerySet:
    """Of which more was paid than is owed after its credit notes."""
    summed: Any = with_sums(found.filter(kind=Invoice.Kind.INVOICE).exclude(number=None))
    over = summed.filter(came__gt=F("net") + F("vat") - F("gone"))
    return found.filter(pk__in=over.order_by().values("pk"))


def with_sums(found: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """With ``came`` (paid) and ``gone`` (credited, VAT included), in pence."""
    paid = InvoicePayment.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice")
    gone = Invoice.objects.filter(credits=OuterRef("pk")).order_by().values("credits")
    return found.select_related("school", "share__order", "credits").annotate(
        came=Coalesce(Subquery(paid.annotate(n=Sum("pence")).values("n")), 0),
        gone=Coalesce(Subquery(gone.annotate(n=Sum("net") + Sum("vat")).values("n")), 0),
    )


def outstanding(one: Any) -> int:
    """Pence still to pay of one with its sums; below nought: more was paid than is owed after a credit."""
    if one.number is None or one.kind == Invoice.Kind.CREDIT:
        return 0
    return int(one.gross - one.came - one.gone)


def state_of(one: Any, today: date) -> tuple[str, str]:
    """Its state in words and the colour, in lists, pages and files alike."""
    if one.kind == Invoice.Kind.CREDIT:
        return "Credit note", COLOURS[St.CREDITED]
    if (left := outstanding(one)) < 0:
        return f"Refund due {money(-left)}", "red"
    if is_late(one, today):
        return "Overdue", "red"
    return one.get_state_display(), COLOURS[St(one.state)]


def is_late(one: Any, today: date) -> bool:
    return one.state in (St.UNPAID, St.PART) and one.due_on is not None and one.due_on < today


def rows(found: Iterable[Any], today: date) -> list[dict[str, Any]]:
    return [
        {
            "pk": one.pk,
            "label": f"the invoice for {one.school.name}",
            "url": reverse("trade_invoice", args=[one.pk]),
            "number": one.reference or "Not sent yet",
            "kind": one.get_kind_display(),
            "school": one.school.name,
            "order": one.share.order.number,
            "purchase_order": one.purchase_order,
            "day": one.issued_on or one.planned_for,
            "due_on": one.due_on,
            "gross": -one.gross if one.kind == Invoice.Kind.CREDIT else one.gross,
            "open": max(outstanding(one), 0),
            "state": state,
            "colour": colour,
            "sendable": one.number is None,
        }
        for one in found for state, colour in [state_of(one, today)]
    ]  # fmt: skip


def for_export(found: Iterable[Any], set_: dict[str, Any], today: date) -> Iterable[Sequence[Any]]:
    for one in found:
        sign = -1 if one.kind == Invoice.Kind.CREDIT else 1
        yield (
            one.reference, one.get_kind_display(), one.issued_on, one.due_on, one.school.name, one.school.urn,
            one.purchase_order, one.share.order.number, named(one.year), in_pounds(sign * one.net),
            one.get_vat_code_display(), one.vat_basis_points / 100, in_pounds(sign * one.vat), in_pounds(sign * one.gross),
            in_pounds(one.gone), in_pounds(one.came), in_pounds(outstanding(one)), state_of(one, today)[0],
            set_["cost_centre"], set_["income_code"], one.credits.reference if one.credits else "",
        )  # fmt: skip
