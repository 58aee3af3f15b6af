"""Leave in term time: written down by a school, decided by its head, read by the service as evidence."""

from dataclasses import replace
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import Parent, Pupil, School
from mainstay.service.penalties import code, places
from mainstay.service.penalties.actions import leave as actions
from mainstay.service.penalties.forms_leave import (
    GivenForm,
    LeaveDecisionForm,
    LeaveForm,
    LeaveLetterForm,
    LeavesFilter,
    WarnedForm,
)
from mainstay.service.penalties.models import LeaveRequest, NoticeRequest
from mainstay.service.penalties.queries import leave as shown
from mainstay.service.record import access, frame

State = LeaveRequest.State
FIELDS: Final = ("pupil__school", "school", "parent", "written_by", "decided_by")
COLUMNS: Final = (
    Column("child", "Child", sort="pupil__key"),
    Column("school", "School", sort="school__key"),
    Column("days", "Days asked for", sort="first_day"),
    Column("asked_on", "Asked", sort="asked_on", nowrap=True),
    Column("state", "State", sort="state"),
    Column("warned_on", "Warned", sort="warned_on", nowrap=True),
)


def _wanted(request: SignedIn) -> dict[str, Any]:
    form = LeavesFilter(request.GET)
    form.is_valid()
    return form.cleaned_data


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, _wanted(request)).select_related(*shown.SHOWN_WITH)
    return listing(found, request.GET, COLUMNS, default_sort="-days", page_size=page_size)


@require_safe
@needs("see_notices")
def leaves(request: SignedIn) -> HttpResponse:
    found, wanted = _found(request, 50), _wanted(request)
    context = {
        "page": replace(found, rows=shown.rows(found.rows)),
        "places": places.tabs(request.user, "leaves"),
        "wanted": wanted,
        "sort": request.GET.get("sort", ""),
        "states": [("", "All"), *State.choices],
        "schools": School.objects.visible_to(request.user).values_list("pk", "name"),
        "exports": exports(request, "leaves_export"),
        "filtered": any(wanted.values()),
    }
    return render(request, "penalties/leaves.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "leave export")
    return export_response(kind, "leave", shown.HEADER, shown.for_export(_found(request, MOST_ROWS).rows))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("ask_leave")
@access.opened("leave")
def new(request: SignedIn, pupil: Pupil) -> HttpResponse:
    """A parent's request is written down."""
    choices = shown.parents(pupil, timezone.localdate())
    form = LeaveForm(request.POST if request.method == "POST" else None, parents=choices)
    if form.is_valid():
        parent = get_object_or_404(Parent, pk=form.cleaned_data["parent"])
        try:
            made = actions.ask(pupil=pupil, parent=parent, by=request.user, at=timezone.now(), **form.values)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The request is written down.", extra_tags=f"leave-new-{pupil.pk}")
            return redirect("leave", pk=made.pk)
    context = {"child": frame.identity(pupil, request.user), "pupil": pupil, "form": form, "parents": choices}
    return render(request, "penalties/leave_new.jinja", context, status=400 if form.is_bound else 200)


def opened(request: SignedIn, pk: int) -> LeaveRequest:
    """The request, for a page that changes it; 404 unless it is in view and its record stands open."""
    one = get_object_or_404(LeaveRequest.objects.visible_to(request.user).select_related(*FIELDS), pk=pk)
    if not access.may_open(request.user, one.pupil):
        raise Http404
    return one


@require_safe
@needs("see_notices")
def leave(request: SignedIn, pk: int) -> HttpResponse:
    one = get_object_or_404(LeaveRequest.objects.visible_to(request.user).select_related(*FIELDS), pk=pk)
    if not access.may_open(request.user, one.pupil):
        return redirect(access.ask_reason_url(one.pupil, back=request.get_full_path()))
    access.log_read(request, one.pupil, page="leave")
    return page(request, one)


def page(request: SignedIn, one: LeaveRequest, **bound: forms.BaseForm) -> HttpResponse:
    """The request as this person may see it; bound: forms that were not right, as they were typed."""
    user, today = request.user, timezone.localdate()
    steps, stopped = shown.open_steps(one, user)
    writes = user.may("ask_leave") or user.may("decide_leave")
    choices = shown.letter_choices(one, today) if writes else []
    letters = shown.letters(one, user)
    not_warned = one.warned_on is None and one.state in (State.REFUSED, State.PART)
    context = {
        "leave": one,
        "child": frame.identity(one.pupil, user),
        "colour": shown.COLOURS[one.state],
        "rows": shown.summary(one),
        "stopped": stopped,
        "late": one.state == State.ASKED and one.first_day < today,
        "others": actions.overlapping(one),
        "decision_form": bound.get("decision") or (LeaveDecisionForm(steps=steps) if steps else None),
        "may_take_back": one.state == State.ASKED and user.may("ask_leave"),
        "letters": letters,
        "letter_form": bound.get("letter") or (LeaveLetterForm(choices=choices) if choices else None),
        "given_forms": _given_forms(letters, bound) if writes else {},
        "warned_form": bound.get("warned") or (WarnedForm() if writes and not_warned else None),
        "warning_missing": not_warned and code.in_force(today)["leave_warning"],
        "requests": list(NoticeRequest.objects.visible_to(user).filter(leave=one)),
        "request_href": _request_href(one, user),
        "wrong": list(bound.values()),
    }
    return render(request, "penalties/leave.jinja", context, status=400 if bound else 200)


def _given_forms(
    letters: list[dict[str, Any]], bound: dict[str, forms.BaseForm]
) -> dict[int, forms.BaseForm]:
    return {
        letter["pk"]: bound.get(f"given-{letter['pk']}")
        or GivenForm(letter=letter["pk"], hand_only=letter["by_hand"])
        for letter in letters
        if not letter["given"]
    }


def _request_href(one: LeaveRequest, user: Any) -> str:
    """Where a request for a penalty notice is begun that rests on this refusal; "" where none can be."""
    refused = one.state in (State.REFUSED, State.PART)
    if not refused or not user.may("request_notice") or not frame.is_present(one.pupil, user):
        return ""
    return f"{reverse('notice_request_new', args=[one.pupil_id])}?leave={one.pk}"


@require_POST
@needs("decide_leave")
def decide(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    steps, _ = shown.open_steps(one, request.user)
    form = LeaveDecisionForm(request.POST, steps=steps)
    if form.is_valid():
        try:
            _decide(one, form.cleaned_data, request.user)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Your decision is recorded.", extra_tags=f"leave-{pk}")
            return redirect("leave", pk=pk)
    return page(request, one, decision=form)


def _decide(one: LeaveRequest, said: dict[str, Any], by: Any) -> None:
    common = {"leave_id": one.pk, "reasons": said["reasons"], "by": by, "at": timezone.now()}
    warned = {"warned_on": said["warned_on"], "warning": said["warning"]}
    if said["choice"] == "grant":
        actions.grant(**common)
    elif said["choice"] == "part":
        days = {name: said[name] for name in ("granted_from", "granted_to")}
        actions.grant_part(**common, **days, **warned)
    else:
        actions.refuse(**common, **warned)


@require_POST
@needs("ask_leave")
def take_back(request: SignedIn, pk: int) -> HttpResponse:
    one = opened(request, pk)
    try:
        actions.take_back(leave_id=one.pk, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The request is taken back.")
    return redirect("leave", pk=pk)
