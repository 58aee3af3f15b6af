"""Invoices and credit notes: the list, the file to the accounts, one on its page, sending, crediting, payments."""

from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import plural
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.common.ui.params import number
from mainstay.service.common.uploads.store import file_response
from mainstay.service.traded import places, values
from mainstay.service.traded.actions import invoices as actions
from mainstay.service.traded.forms_money import CreditForm, InvoicesFilter, PaidForm
from mainstay.service.traded.models import Invoice
from mainstay.service.traded.queries import invoices as shown
from mainstay.service.traded.views import filling
from mainstay.service.traded.views.filling import METHODS, filled, taken, typed
from mainstay.service.traded.views.links import exports, school_choices, year_choices

COLUMNS: Final = (
    Column("number", "Number", sort="number", nowrap=True),
    Column("school", "School", sort="school__key"),
    Column("order", "Order, purchase order"),
    Column("day", "Sent, or to send", sort="planned_for", nowrap=True),
    Column("due_on", "To be paid by", sort="due_on", nowrap=True),
    Column("gross", "Sum with VAT", numeric=True),
    Column("open", "Still to pay", numeric=True),
    Column("state", "State", sort="state"),
)


#: in the address of a file: no invoice that is still to be sent
SENT: Final = "sent"


def _found(request: SignedIn, page_size: int) -> Any:
    today = timezone.localdate()
    found = shown.with_sums(shown.filtered(request.user, InvoicesFilter(request.GET).wanted, today))
    return listing(found, request.GET, COLUMNS, default_sort="-number", page_size=page_size)


@require_safe
@needs("see_traded")
def invoices(request: SignedIn) -> HttpResponse:
    found, wanted, today = _found(request, 50), InvoicesFilter(request.GET).wanted, timezone.localdate()
    context = {
        "page": replace(found, rows=shown.rows(found.rows, today)),
        "places": places.tabs(request.user, "trade_invoices"),
        "wanted": wanted,
        "states": [
            one for one in shown.STATES if not request.user.is_school_user or one[0] not in ("due", "planned")
        ],
        "years": year_choices(today),
        "schools": school_choices(request.user),
        "exports": _exports(request),
        "filtered": any(wanted.values()),
        "sends": request.user.may("invoice_days")
        and wanted["state"] in ("due", "planned")
        and found.total > 0,
    }
    return render(request, "traded/invoices.jinja", context)


@require_safe
@needs("invoice_days")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """The rows the list shows, all pages, one line a document; for the accounts those only that were sent."""
    rows, today = _found(request, 1_000_000).rows, timezone.localdate()
    sent = request.GET.get(SENT) == "1"
    kept = [one for one in rows if one.number is not None] if sent else rows
    name = "invoices-for-the-accounts" if sent else "invoices"
    return export_response(kind, name, shown.HEADER, shown.for_export(kept, values.in_force(today), today))


def _exports(request: SignedIn) -> list[dict[str, str]]:
    """What is shown, and the file for the council's accounts."""
    found = exports(request, "trade_invoices_export", "invoice_days")
    return found + [{"text": f"{one['text']} for the accounts", "href": _sent(one["href"])} for one in found]


def _sent(href: str) -> str:
    return f"{href}{'&' if '?' in href else '?'}{SENT}=1"


@require_POST
@needs("invoice_days")
def issue_many(request: SignedIn) -> HttpResponse:
    """Send the ticked ones, each in a transaction of its own."""
    wanted = [pk for text in request.POST.getlist("invoice")[:50] if (pk := number(text)) is not None]
    found = (
        Invoice.objects.visible_to(request.user)
        .filter(pk__in=wanted, number=None)
        .order_by("planned_for", "pk")
    )
    sent = 0
    for one in found:
        try:
            actions.issue(invoice=one, by=request.user, at=timezone.now())
        except StepRefused as refusal:
            messages.error(request, str(refusal))
        else:
            sent += 1
    if sent:
        messages.success(request, f"{plural(sent, 'invoice')} sent.")
    elif not found:
        messages.error(request, "Tick at least one invoice to send.")
    return redirect(f"{reverse('trade_invoices')}?state=due")


def opened(request: SignedIn, pk: int) -> Any:
    found = shown.with_sums(Invoice.objects.visible_to(request.user)).select_related(
        "document__file", "issued_by", "share__school"
    )
    return get_object_or_404(found, pk=pk)


@require_safe
@needs("see_traded")
def invoice(request: SignedIn, pk: int) -> HttpResponse:
    one, today = opened(request, pk), timezone.localdate()
    works = request.user.may("invoice_days")
    is_bill = one.kind == Invoice.Kind.INVOICE and one.number is not None
    left = one.gross - one.gone - one.came if is_bill else 0
    context = {
        "one": one,
        "row": shown.rows([one], today)[0],
        "left": left,
        "payments": list(one.payments.select_related("by")) if is_bill else [],
        "notes": list(one.credit_notes.order_by("pk")) if is_bill else [],
        "may_send": works and one.number is None,
        "may_pay": works and is_bill and left > 0,
        "may_correct": works and is_bill and one.came > 0,
        "may_credit": works and is_bill and one.gone < one.gross,
        "overpaid": -left if is_bill and left < 0 else 0,
        "no_vat_number": works and bool(one.vat) and not values.in_force(today)["vat_number"],
    }
    return render(request, "traded/invoice.jinja", context)


@require_safe
@needs("see_traded")
def file(request: SignedIn, pk: int) -> HttpResponseBase:
    one = opened(request, pk)
    if one.document is None:
        raise Http404
    return file_response(one.document.file, f"{one.reference}.pdf")


@require_POST
@needs("invoice_days")
def issue(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    at = timezone.now()
    return taken(
        request,
        lambda: actions.issue(invoice=one, by=request.user, at=at),
        "Sent: the school is told.",
        "trade_invoice",
        pk,
    )


def _of(one: Invoice) -> dict[str, str]:
    back = reverse("trade_invoice", args=[one.pk])
    return {"caption": f"Invoice {one.reference}", "back": back, "back_words": "Back to the invoice"}


@require_http_methods(METHODS)
@needs("invoice_days")
def credit(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    most = actions.creditable(one)
    form = CreditForm(typed(request), net=most.net, half_days=most.half_days)

    def act() -> None:
        said = {**form.cleaned_data, "half_days": form.cleaned_data["half_days"] or 0}
        actions.credit(invoice=one, **said, by=request.user, at=timezone.now())

    done = filled(request, form, act, "The credit note is sent.", "trade_invoice", pk)
    return done or filling.shown(
        request, form, title="Write a credit note", button="Send the credit note", intro="VAT goes back in proportion. What "
        "was numbered is never changed: a credit note sets it right.", **_of(one),
    )  # fmt: skip


@require_http_methods(METHODS)
@needs("invoice_days")
def pay(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    left = shown.outstanding(one)
    form = PaidForm(typed(request), left=left)

    def act() -> None:
        actions.pay(invoice=one, **form.cleaned_data, by=request.user, at=timezone.now())

    done = filled(request, form, act, "Written down.", "trade_invoice", pk)
    title = "Record the refund" if left < 0 else "Record a payment"
    return done or filling.shown(request, form, title=title, button="Record it", **_of(one))
