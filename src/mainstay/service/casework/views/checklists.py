"""The evidence checklist in force, its versions, and the page that makes a new one; right first time, by school."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import exports
from mainstay.service.casework import checklist, places
from mainstay.service.casework.actions import checklists
from mainstay.service.casework.forms_checking import ChecklistForm, Lines, lines_of
from mainstay.service.casework.models import Checklist
from mainstay.service.casework.queries import right_first_time as rates
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.record import access

COLUMNS: Final = (
    Column("school", "School", sort="school"),
    Column("answered", "Answered", sort="answered", numeric=True),
    Column("accepted", "Right first time", sort="accepted", numeric=True),
    Column("share", "Share", sort="share", numeric=True),
    Column("returned", "Sent back", sort="returned", numeric=True),
    Column("overridden", "Accepted despite gaps", sort="overridden", numeric=True),
    Column("rejected", "Rejected", sort="rejected", numeric=True),
    Column("diverted", "Another way", sort="diverted", numeric=True),
)


@require_safe
@needs("see_cases")
def current(request: SignedIn) -> HttpResponse:
    """What every school can read before it refers."""
    today = timezone.localdate()
    context = {
        "version": checklist.in_force(today),
        "versions": list(Checklist.objects.select_related("made_by")),
        "by_itself": {item.key for item in checklist.in_force(today).items if checklist.by_itself(item.key)},
        "places": places.tabs(request.user, "checklist"),
        "today": today,
    }
    return render(request, "casework/checklist.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("edit_checklist")
def edit(request: SignedIn) -> HttpResponse:
    today = timezone.localdate()
    version = checklist.in_force(today)
    typed = request.POST if request.method == "POST" else None
    initial = {
        "window_sessions": version.window_sessions, "window_weeks": version.window_weeks, "since": today,
    }  # fmt: skip
    form = ChecklistForm(typed, initial=initial)
    lines = Lines(typed, prefix="line", initial=[item.as_kept() for item in version.items])
    if typed is not None and all([form.is_valid(), lines.is_valid()]):
        try:
            checklists.set_version(
                items=lines_of(lines.forms), by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The checklist has a new version.")
            return redirect("checklist")
    context = {"form": form, "lines": lines, "version": version}
    return render(request, "casework/checklist_edit.jinja", context, status=400 if form.is_bound else 200)


def _year(request: SignedIn) -> int | None:
    """The school year asked for, this one unless another or all (0) are."""
    asked = params.number(request.GET.get("year"))
    offered = rates.years(timezone.localdate())
    if asked == 0:
        return None
    return asked if asked in dict(offered) else offered[0][0]


@require_safe
@needs("see_cases")
def quality(request: SignedIn) -> HttpResponse:
    """How often a referral was right the first time."""
    found = rates.rates(request.user, _year(request))
    context: dict[str, Any] = {
        "page": listing(found, request.GET, COLUMNS, default_sort="school"),
        "total": rates.total(found),
        "years": [*rates.years(timezone.localdate()), (0, "All years")],
        "year": _year(request) or 0,
        "ours": request.user.is_school_user,
        "places": places.tabs(request.user, "referrals_quality"),
        "exports": exports(request, "referrals_quality_export"),
    }
    return render(request, "casework/referrals_quality.jinja", context)


@require_safe
@needs("export_lists")
def quality_export(request: SignedIn, kind: str) -> HttpResponseBase:
    access.log_list(request, "right first time export")
    rows = rates.for_export(rates.rates(request.user, _year(request)))
    return export_response(kind, "right-first-time", rates.HEADER, rows)
