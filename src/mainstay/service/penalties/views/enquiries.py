"""Enquiries to other authorities about earlier notices."""

from dataclasses import replace
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.penalties import places
from mainstay.service.penalties.actions import enquiring
from mainstay.service.penalties.forms_earlier import (
    EnquiriesFilter,
    EnquiryAnswerForm,
    EnquiryChaseForm,
    EnquiryForm,
    ToldRows,
)
from mainstay.service.penalties.models import Enquiry, Notice
from mainstay.service.penalties.queries import enquiries as shown
from mainstay.service.record import access, frame

FIELDS: Final = ("pupil__school", "parent", "asked_by", "letter")
COLUMNS: Final = (
    Column("child", "Child", sort="pupil__key"),
    Column("parent", "Parent", sort="parent__key"),
    Column("authority", "Authority", sort="authority"),
    Column("asked_on", "Asked", sort="asked_on", nowrap=True),
    Column("chased_on", "Chased", nowrap=True),
    Column("left", "Chase by"),
    Column("outcome", "Answer", sort="outcome"),
    Column("officer", "Officer", sort="asked_by__name"),
)


def _wanted(request: SignedIn) -> dict[str, Any]:
    form = EnquiriesFilter(request.GET)
    form.is_valid()
    return form.cleaned_data


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, _wanted(request)).select_related(*shown.SHOWN_WITH)
    return listing(found, request.GET, COLUMNS, default_sort="asked_on", page_size=page_size)


@require_safe
@needs("check_notice")
def enquiries(request: SignedIn) -> HttpResponse:
    found, wanted = _found(request, 50), _wanted(request)
    context = {
        "page": replace(found, rows=shown.rows(found.rows, timezone.localdate())),
        "places": places.tabs(request.user, "enquiries"),
        "wanted": wanted,
        "sort": request.GET.get("sort", ""),
        "outcomes": [("", "Awaited"), *Enquiry.Outcome.choices[1:], ("all", "All")],
        "exports": exports(request, "enquiries_export"),
        "filtered": any(wanted.values()),
    }
    return render(request, "penalties/enquiries.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "enquiries export")
    return export_response(kind, "enquiries", shown.HEADER, shown.for_export(_found(request, MOST_ROWS).rows))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("check_notice")
def new(request: SignedIn, pk: int) -> HttpResponse:
    """Another authority is asked about the parent and child of a notice that is being checked."""
    found = Notice.objects.visible_to(request.user).select_related("pupil__school", "parent", "request")
    notice = get_object_or_404(found, pk=pk)
    if not access.may_open(request.user, notice.pupil):
        raise Http404
    form = EnquiryForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = enquiring.ask(notice_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The enquiry is recorded, and its letter is made. Send it now.")
            return redirect("enquiry", pk=made.pk)
    asked = Enquiry.objects.visible_to(request.user).filter(pupil=notice.pupil, parent=notice.parent)
    context = {
        "child": frame.identity(notice.pupil, request.user),
        "notice": notice,
        "form": form,
        "asked": list(asked),
    }
    return render(request, "penalties/enquiry_new.jinja", context, status=400 if form.is_bound else 200)


def opened(request: SignedIn, pk: int) -> Enquiry:
    """The enquiry, for a page that changes it; 404 unless it is in view and its record stands open."""
    one = get_object_or_404(Enquiry.objects.visible_to(request.user).select_related(*FIELDS), pk=pk)
    if not access.may_open(request.user, one.pupil):
        raise Http404
    return one


@require_safe
@needs("check_notice")
def enquiry(request: SignedIn, pk: int) -> HttpResponse:
    one = get_object_or_404(Enquiry.objects.visible_to(request.user).select_related(*FIELDS), pk=pk)
    if not access.may_open(request.user, one.pupil):
        return redirect(access.ask_reason_url(one.pupil, back=request.get_full_path()))
    access.log_read(request, one.pupil, page="enquiry")
    return page(request, one)


def page(request: SignedIn, one: Enquiry, **bound: Any) -> HttpResponse:
    """bound: forms that were not right, as they were typed."""
    awaited, typed = one.outcome == Enquiry.Outcome.AWAITED, bound.pop("rows", None)
    rows = typed if typed is not None and typed.forms else ToldRows(prefix="told")
    wrong: list[forms.BaseForm] = [*bound.values(), *(rows.forms if typed is not None else [])]
    context = {
        "enquiry": one,
        "child": frame.identity(one.pupil, request.user),
        "colour": shown.COLOURS[one.outcome],
        "summary": shown.summary(one),
        "awaited": awaited,
        "answer_form": bound.get("answer") or (EnquiryAnswerForm() if awaited else None),
        "rows": rows,
        "chase_form": bound.get("chase") or (EnquiryChaseForm() if awaited else None),
        "told": list(one.notices.all()),
        "notices": shown.waiting_for(one),
        "wrong": wrong,
    }
    return render(request, "penalties/enquiry.jinja", context, status=400 if bound else 200)


@require_POST
@needs("check_notice")
def answer(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form, rows = EnquiryAnswerForm(request.POST), ToldRows(request.POST, prefix="told")
    if form.is_valid() and rows.is_valid():
        told = [each for row in rows.forms if (each := row.told)]
        try:
            enquiring.answer(
                enquiry_id=pk, notices=told, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The answer is recorded.", extra_tags=f"enquiry-{pk}")
            return redirect("enquiry", pk=pk)
    return page(request, one, answer=form, rows=rows)


@require_POST
@needs("check_notice")
def chase(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    form = EnquiryChaseForm(request.POST)
    if form.is_valid():
        try:
            enquiring.chase(enquiry_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The reminder is recorded; the time to answer begins anew.")
            return redirect("enquiry", pk=pk)
    return page(request, one, chase=form)
