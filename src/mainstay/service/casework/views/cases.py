"""The list of cases, its export, and one case with the parts that each subject of the room adds."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.queries import holding
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.casework import parts, places
from mainstay.service.casework.actions import cases as actions
from mainstay.service.casework.forms_cases import (
    SCOPES,
    STATES,
    AllocateForm,
    CasesFilter,
    CloseForm,
    ReferenceForm,
)
from mainstay.service.casework.models import Case
from mainstay.service.casework.queries import cases as shown
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused, missing_of
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import School
from mainstay.service.record import access, frame

COLUMNS: Final = (
    Column("number", "Case", sort="pk", nowrap=True),
    Column("child", "Child", sort="pupil__key"),
    Column("school", "School", sort="school__key"),
    Column("state", "Stage", sort="state"),
    Column("since", "Since", sort="state_since", nowrap=True),
    Column("next_day", "Next day", sort="next_day", nowrap=True),
    Column("owner", "Officer", sort="owner__name"),
)
FIELDS: Final = ("pupil__school", "school", "owner", "opened_by", "closing__by", "investigation__decision")


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, CasesFilter(request.GET).wanted)
    return listing(found, request.GET, COLUMNS, default_sort="next_day", page_size=page_size)


@require_safe
@needs("see_cases")
def cases(request: SignedIn) -> HttpResponse:
    user, form = request.user, CasesFilter(request.GET)
    found = _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows, user)),
        "places": places.tabs(user, "cases"),
        "wanted": form.wanted,
        "states": STATES,
        "scopes": SCOPES if user.sees_all_schools else [],
        "schools": list(School.objects.visible_to(user).order_by("key").values_list("pk", "name")),
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "cases_export"),
        "filtered": any(form.wanted.values()),
        "today": timezone.localdate(),
    }
    return render(request, "casework/cases.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "cases export")
    return export_response(
        kind, "cases", shown.HEADER, shown.for_export(_found(request, MOST_ROWS).rows, request.user)
    )


def opened(request: SignedIn, pk: int) -> Case:
    """The case, for a page that changes it; 404 unless it is in view and its record stands open."""
    found = get_object_or_404(Case.objects.visible_to(request.user).select_related(*FIELDS), pk=pk)
    if not access.may_open(request.user, found.pupil):
        raise Http404
    return found


@require_safe
@needs("see_cases")
def case(request: SignedIn, pk: int) -> HttpResponse:
    found = get_object_or_404(Case.objects.visible_to(request.user).select_related(*FIELDS), pk=pk)
    if not access.may_open(request.user, found.pupil):
        return redirect(access.ask_reason_url(found.pupil, back=request.get_full_path()))
    access.log_read(request, found.pupil, page="case")
    return _page(request, found)


def _page(request: SignedIn, found: Case, **bound: forms.Form) -> HttpResponse:
    """The case as this person may see it; bound: forms that were not right, as they were typed."""
    user, is_open = request.user, found.closed_at is None
    steps = shown.steps(found, user) if user.sees_all_schools else []
    missing = missing_of(steps, found)
    context: dict[str, Any] = {
        "case": found,
        "child": frame.identity(found.pupil, user),
        "colour": shown.COLOURS[found.state],
        "progress": shown.progress(found),
        "steps": [(step, missing[step.name]) for step in steps],
        "parts": parts.of_case(found, user),
        "deadlines": shown.deadlines(found, user),
        "owner": shown.owner(found, user),
        "today": timezone.localdate(),
        "service": user.sees_all_schools,
        "allocate": bound.get("allocate")
        or (_allocate_form(request) if is_open and user.may("work_case") else None),
        "reference": bound.get("reference")
        or (ReferenceForm(initial={"reference": found.earlier_reference}) if user.may("work_case") else None),
        "close": bound.get("close") or (CloseForm() if is_open and user.may("work_case") else None),
    }
    return render(request, "casework/case.jinja", context, status=400 if bound else 200)


def _allocate_form(request: SignedIn, data: Any = None) -> AllocateForm:
    user, officers = request.user, holding("work_case", timezone.localdate())
    return AllocateForm(data, officers=officers if user.may("allocate") else officers.filter(pk=user.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("work_case")
def allocate(request: SignedIn, pk: int) -> HttpResponse:
    return _take(request, pk, "allocate", _allocate_form, actions.allocate, "The case has its officer.")


@require_POST
@needs("work_case")
def reference(request: SignedIn, pk: int) -> HttpResponse:
    """The number the case had in the council's former system."""
    done = "The number is kept: the search finds the case by it."
    return _take(request, pk, "reference", lambda _, data: ReferenceForm(data), actions.refer_back, done)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("work_case")
def close(request: SignedIn, pk: int) -> HttpResponse:
    return _take(request, pk, "close", lambda _, data: CloseForm(data), actions.close, "The case is closed.")


def _take(
    request: SignedIn,
    pk: int,
    name: str,
    make: Callable[[SignedIn, Any], forms.Form],
    act: Callable[..., Case],
    done: str,
) -> HttpResponse:
    """The step, from its form on the case's page; refused, the page keeps what was typed and says why."""
    found = opened(request, pk)
    if request.method != "POST":
        return redirect("case", pk=pk)
    form = make(request, request.POST)
    if form.is_valid():
        try:
            act(case_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done, extra_tags=f"case-{pk}-{name}")
            return redirect("case", pk=pk)
    return _page(request, found, **{name: form})
