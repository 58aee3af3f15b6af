"""Deadlines: the list, and one deadline that is marked done or moved."""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.queries import holding
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing, with_query
from mainstay.service.record import access, deadlines, frame, providers
from mainstay.service.record import queries as shown
from mainstay.service.record.forms import DeadlinesFilter, DoneForm, MoveForm
from mainstay.service.record.models import Deadline

COLUMNS = (
    Column("label", "Deadline", sort="label"),
    Column("child", "Child", sort="pupil__key"),
    Column("last_day", "Last day", sort="last_day", nowrap=True),
    Column("left", "Left"),
    Column("owner", "Owner", sort="owner__name"),
)
MOST_ROWS = 1_000_000


def _wanted(request: SignedIn) -> dict[str, Any]:
    form = DeadlinesFilter(request.GET)
    form.is_valid()
    said = form.cleaned_data
    return {
        "scope": said.get("scope") or "mine",
        "state": said.get("state") or "",
        "owner": said.get("owner"),
    }


@require_safe
@needs("see_service_entries")
def deadlines_list(request: SignedIn) -> HttpResponse:
    user, today, wanted = request.user, timezone.localdate(), _wanted(request)
    team = user.may("see_team")
    page = listing(
        shown.filtered(user, wanted, today),
        request.GET,
        COLUMNS if team else COLUMNS[:-1],
        default_sort="last_day",
    )
    exports = [
        {"text": text, "href": reverse("deadlines_export", args=[kind]) + with_query(request.GET, page=None)}
        for kind, text in (("csv", "CSV"), ("xlsx", "Excel"))
        if user.may("export_lists")
    ]
    context = {
        "page": replace(page, rows=shown.rows(page.rows, today)),
        "wanted": wanted,
        "scopes": DeadlinesFilter.SCOPES,
        "states": DeadlinesFilter.STATES,
        "owners": _owners() if team else [],
        "sort": request.GET.get("sort", ""),
        "exports": exports,
    }
    return render(request, "record/deadlines.jinja", context)


def _owners() -> list[tuple[int, str]]:
    owners = holding("consider_finding", timezone.localdate())
    return list(owners.values_list("pk", "name"))


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    today = timezone.localdate()
    access.log_list(request, "deadlines export")
    found = shown.filtered(request.user, _wanted(request), today)
    page = listing(found, request.GET, COLUMNS, default_sort="last_day", page_size=MOST_ROWS)
    return export_response(kind, "deadlines", shown.HEADER, shown.for_export(page.rows, today))


def _one(request: SignedIn, pk: int) -> Deadline:
    found = Deadline.objects.visible_to(request.user)
    return get_object_or_404(found.select_related("pupil__school", "owner", "overridden_by"), pk=pk)


@require_safe
@needs("see_service_entries")
def deadline(request: SignedIn, pk: int) -> HttpResponse:
    one = _one(request, pk)
    if one.pupil is not None:
        if not access.may_open(request.user, one.pupil):
            return redirect(access.ask_reason_url(one.pupil, back=request.get_full_path()))
        access.log_read(request, one.pupil, page="deadline")
    return _page(request, one, DoneForm(), MoveForm())


@require_POST
@needs("see_service_entries")
def done(request: SignedIn, pk: int) -> HttpResponse:
    one = _one(request, pk)
    form = DoneForm(request.POST)
    if form.is_valid():
        try:
            deadlines.finish(deadline=one, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Done: {one.label}.")
            return redirect("deadlines")
    return _again(request, one, form, MoveForm())


@require_POST
@needs("see_service_entries")
def move(request: SignedIn, pk: int) -> HttpResponse:
    one = _one(request, pk)
    form = MoveForm(request.POST)
    if form.is_valid():
        try:
            deadlines.override(deadline=one, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The deadline was moved: {one.label}.")
            return redirect("deadline", pk=one.pk)
    return _again(request, one, DoneForm(), form)


def _again(request: SignedIn, one: Deadline, done_form: DoneForm, move_form: MoveForm) -> HttpResponse:
    """The page with what was typed; never of a restricted record that does not stand open."""
    if one.pupil is not None and not access.may_open(request.user, one.pupil):
        raise Http404
    return _page(request, one, done_form, move_form)


def _page(request: SignedIn, one: Deadline, done_form: DoneForm, move_form: MoveForm) -> HttpResponse:
    user, is_open = request.user, one.state == Deadline.State.OPEN
    bound: list[forms.Form] = [form for form in (done_form, move_form) if form.is_bound]
    context = {
        "deadline": one,
        "child": frame.identity(one.pupil, user) if one.pupil else None,
        "left": shown.left(one, timezone.localdate()) if is_open else None,
        "about": providers.href_of(one.about_kind, one.about_id, user),
        "may_change": is_open and deadlines.may_change(user, one),
        "done_form": done_form,
        "move_form": move_form,
        "form": bound[0] if bound else None,
    }
    return render(request, "record/deadline.jinja", context, status=400 if bound else 200)
