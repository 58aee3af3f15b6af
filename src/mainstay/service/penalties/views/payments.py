"""Payments: the list, one payment, recording what came in, and the receipt."""

from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import money, short_date
from mainstay.service.common.ui.lists import Column, listing, with_query
from mainstay.service.penalties import settling
from mainstay.service.penalties.actions import paying, receipts
from mainstay.service.penalties.forms_payments import FindForm, PaymentsFilter, RecordForm
from mainstay.service.penalties.models import Notice, Payment
from mainstay.service.penalties.models.payments import conflicted
from mainstay.service.penalties.queries import money as shown

GET_POST: Final = ["GET", "HEAD", "POST"]
COLUMNS: Final = (
    Column("reference", "Reference", sort="reference"),
    Column("counts_on", "Counts on", sort="counts_on", nowrap=True),
    Column("way", "How", sort="way"),
    Column("pence", "Sum", sort="pence", numeric=True),
    Column("state", "State", sort="state"),
    Column("parts", "What for"),
)


def _wanted(request: SignedIn) -> tuple[PaymentsFilter, dict[str, Any]]:
    form = PaymentsFilter(request.GET)
    form.is_valid()
    return form, form.cleaned_data


def exports(request: SignedIn, name: str) -> list[dict[str, str]]:
    """The downloads of exactly what a list of money shows."""
    query = with_query(request.GET, page=None)
    return [
        {"text": text, "href": reverse(name, args=[kind]) + query}
        for kind, text in (("csv", "CSV"), ("xlsx", "Excel"))
    ]


@require_safe
@needs("see_income")
def payments(request: SignedIn) -> HttpResponse:
    form, wanted = _wanted(request)
    page = listing(shown.payments(request.user, wanted), request.GET, COLUMNS, default_sort="-counts_on")
    context = {
        "page": replace(page, rows=shown.payment_rows(page.rows)),
        "filters": form,
        "find": FindForm(auto_id="find_%s"),
        "tabs": shown.tabs(request.user, "payments"),
        "exports": exports(request, "payments_export"),
    }
    return render(request, "penalties/payments.jinja", context)


@require_safe
@needs("see_income")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    found = shown.payments(request.user, _wanted(request)[1])
    return export_response(kind, "payments", shown.HEADER, shown.payment_cells(found))


@require_safe
@needs("see_income")
def payment(request: SignedIn, pk: int) -> HttpResponse:
    found = Payment.objects.visible_to(request.user).select_related("recorded_by")
    one = get_object_or_404(found, pk=pk)
    parts = one.allocations.select_related("notice__school").order_by("pk")
    context = {
        "payment": one,
        "colour": shown.COLOURS[one.state],
        "parts": [(part, shown.counts_for(part)) for part in parts],
        "refunds": shown.refund_rows(one.refunds.select_related("payment", "notice")),
        "line": one.bank_lines.select_related("source").first(),
        "postings": one.postings.select_related("batch", "notice"),
    }
    return render(request, "penalties/payment.jinja", context)


def _issued(request: SignedIn) -> Any:
    """The notices money can come in for, whoever may read what they are about."""
    return (
        Notice.objects.issued()
        .exclude(conflicted(request.user, ""))
        .select_related("pupil", "parent", "school")
    )


@require_safe
@needs("record_payments")
def find(request: SignedIn) -> HttpResponse:
    """From the number on a letter to the page that records money for it."""
    form = FindForm(request.GET if "number" in request.GET else None, auto_id="find_%s")
    if form.is_valid():
        notice = _issued(request).filter(number=form.cleaned_data["number"]).first()
        if notice is not None:
            return redirect("payment_record", pk=notice.pk)
        form.add_error("number", "There is no notice with this number")
    return render(request, "penalties/payment_find.jinja", {"form": form})


@require_http_methods(GET_POST)
@needs("record_payments")
def record(request: SignedIn, pk: int) -> HttpResponse:
    notice = get_object_or_404(_issued(request), pk=pk)
    posted = request.POST if request.method == "POST" else None
    form = RecordForm(posted, initial={"key": paying.new_key()})
    objection = ""
    if form.is_valid():
        said = form.cleaned_data
        objection = _objection(notice, form)
        if not form.errors and (not objection or said["confirm"]):
            try:
                made = paying.record(
                    notice_id=notice.pk, way=said["way"], pence=said["pence"], on=said["on"], note=said["note"],
                    key=said["key"], by=request.user, at=timezone.now(),
                )  # fmt: skip
            except StepRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                _tell(request, made, notice)
                return redirect("payment", pk=made.pk)
    context = {
        "form": form,
        "notice": notice,
        "objection": objection,
        "price": settling.due(notice, timezone.localdate()),
        "names": request.user.may("see_people") and not notice.pupil.restricted,
    }
    return render(request, "penalties/payment_record.jinja", context)


def _objection(notice: Notice, form: RecordForm) -> str:
    """What stands against it: as an error where it cannot be, else as words to confirm."""
    said, today = form.cleaned_data, timezone.localdate()
    if words := paying.wrong_day(notice, said["on"], today):
        form.add_error("on", words)
        return ""
    return settling.objection(notice, said["pence"], said["on"], today)


def _tell(request: SignedIn, made: Payment, notice: Notice) -> None:
    part = made.allocations.get(notice=notice)
    recorded = f"{money(made.pence)} for {notice.number}, {short_date(made.counts_on)}."
    if part.discharged:
        messages.success(request, f"Recorded: {recorded} The notice is paid.")
    else:
        messages.warning(
            request, f"Recorded: {recorded} It counts for nothing and is to be paid back. {part.refused}"
        )


@require_POST
@needs("record_payments")
def receipt(request: SignedIn, pk: int) -> HttpResponse:
    """Make the receipt of a paid notice, to be posted."""
    notice = get_object_or_404(_issued(request), pk=pk)
    try:
        receipts.send(notice_id=notice.pk, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The receipt for {notice.number} is made and waits to be posted.")
    paid = notice.allocations.filter(discharged=True).first()
    return redirect("payment", pk=paid.payment_id) if paid else redirect("payments")
