"""The list of visits and its export; texts kept beside others are put away."""

from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.casework import places
from mainstay.service.casework.actions import passages
from mainstay.service.casework.forms_visits import SCOPES, STATES, VisitsFilter
from mainstay.service.casework.queries import visits as shown
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import School
from mainstay.service.record import access, providers

COLUMNS: Final = (
    Column("when", "When", sort="meeting__starts", nowrap=True),
    Column("child", "Child", sort="case__pupil__key"),
    Column("school", "School", sort="case__school__key"),
    Column("place", "Where"),
    Column("state", "State", sort="state"),
    Column("officer", "Officer", sort="meeting__organiser__name"),
)


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, VisitsFilter(request.GET).wanted)
    return listing(found, request.GET, COLUMNS, default_sort="when", page_size=page_size)


@require_safe
@needs("work_case")
def visits(request: SignedIn) -> HttpResponse:
    form, found = VisitsFilter(request.GET), _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows)),
        "places": places.tabs(request.user, "visits"),
        "wanted": form.wanted,
        "states": STATES,
        "scopes": SCOPES,
        "schools": list(School.objects.visible_to(request.user).order_by("key").values_list("pk", "name")),
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "visits_export"),
        "filtered": any(form.wanted.values()),
    }
    return render(request, "casework/visits.jinja", context)


@require_safe
@needs("work_case")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "visits export")
    return export_response(kind, "visits", shown.HEADER, shown.for_export(_found(request, MOST_ROWS).rows))


@require_POST
@needs("write_plans")
def put_away(request: SignedIn, pk: int) -> HttpResponse:
    """Both texts are put together: the one beside is put away."""
    try:
        kept = passages.settle(kept_id=pk, by=request.user, at=timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("cases")
    messages.success(request, "The other text is put away. It stays in the record.")
    about = kept.passage
    return redirect(providers.href_of(about.about_kind, about.about_id, request.user) or "cases")
