"""What is to be paid back, and marking it done."""

from dataclasses import replace
from typing import Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.penalties.actions import refunds as actions
from mainstay.service.penalties.forms_payments import BackForm, RefundsFilter
from mainstay.service.penalties.models import Refund
from mainstay.service.penalties.queries import money as shown
from mainstay.service.penalties.views.payments import GET_POST, exports

COLUMNS: Final = (
    Column("number", "Notice", sort="notice__number"),
    Column("pence", "Sum", sort="pence", numeric=True),
    Column("because", "Because"),
    Column("way", "Came in", sort="payment__way"),
    Column("due_at", "Since", sort="due_at", nowrap=True),
    Column("state", "State", sort="state"),
    Column("do", "What to do", hidden=True),
)


def _wanted(request: SignedIn) -> tuple[RefundsFilter, str | None]:
    form = RefundsFilter(request.GET)
    form.is_valid()
    return form, form.cleaned_data["state"]


@require_safe
@needs("see_income")
def refunds(request: SignedIn) -> HttpResponse:
    form, state = _wanted(request)
    page = listing(shown.refunds(request.user, state), request.GET, COLUMNS, default_sort="due_at")
    context = {
        "page": replace(page, rows=shown.refund_rows(page.rows)),
        "filters": form,
        "tabs": shown.tabs(request.user, "refunds"),
        "exports": exports(request, "refunds_export"),
    }
    return render(request, "penalties/refunds.jinja", context)


@require_safe
@needs("see_income")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    found = shown.refunds(request.user, _wanted(request)[1])
    return export_response(kind, "refunds", shown.REFUND_HEADER, shown.refund_cells(found))


@require_http_methods(GET_POST)
@needs("record_payments")
def done(request: SignedIn, pk: int) -> HttpResponse:
    """Say how money was paid back."""
    found = Refund.objects.visible_to(request.user).select_related("payment", "notice", "done_by")
    refund = get_object_or_404(found, pk=pk)
    form = BackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.done(
                refund_id=refund.pk, how=form.cleaned_data["how"], by=request.user, at=timezone.now()
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Marked as paid back.")
            return redirect("refunds")
    context = {
        "form": form,
        "refund": refund,
        "by_hand": actions.by_hand(refund),
        "colour": shown.REFUND_COLOURS[refund.state],
    }
    return render(request, "penalties/refund.jinja", context)
