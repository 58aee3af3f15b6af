"""Unpaid notices without a prosecution: the list and its file."""

from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.court import places
from mainstay.service.court.queries import to_propose as shown
from mainstay.service.record import access

COLUMNS: Final = (
    Column("number", "Notice", sort="number", nowrap=True),
    Column("child", "Child", sort="pupil__key"),
    Column("parent", "Parent", sort="parent__key"),
    Column("school", "School", sort="school__key"),
    Column("limit", "Safe date", sort="offence_from", nowrap=True),
    Column("owner", "Officer"),
)


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.notices(request.user)
    return listing(found, request.GET, COLUMNS, default_sort="limit", page_size=page_size)


@require_safe
@needs("see_prosecutions")
def notices(request: SignedIn) -> HttpResponse:
    found = _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows, timezone.localdate())),
        "places": places.tabs(request.user, "notices_to_prosecute"),
        "exports": exports(request, "notices_to_prosecute_export"),
        "proposes": request.user.may("propose_prosecution"),
    }
    return render(request, "court/prosecution/notices.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "notices to prosecute export")
    rows = shown.for_export(_found(request, MOST_ROWS).rows, timezone.localdate())
    return export_response(kind, "notices-to-prosecute", shown.HEADER, rows)
