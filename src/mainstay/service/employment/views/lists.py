"""Every list of this room, and its file."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import listing
from mainstay.service.employment import places
from mainstay.service.employment.forms.steps import SCOPES, STATES, ListFilter
from mainstay.service.employment.queries import lists
from mainstay.service.record import access

#: list -> what is typed anew from it
NEW = {
    "permits": "employment_permit_new", "licences": "employment_licence_new", "approvals": "employment_approval_new",
    "chaperones": "employment_chaperone_new",
}  # fmt: skip


def _found(request: SignedIn, of: lists.List, page_size: int) -> Any:
    found = of.rows(request.user, ListFilter(request.GET).wanted)
    return listing(found, request.GET, of.columns, default_sort=of.sort, page_size=page_size)


@require_safe
@needs("see_employment")
def listed(request: SignedIn, key: str) -> HttpResponse:
    of, wanted = lists.LISTS[key], ListFilter(request.GET).wanted
    found = _found(request, of, 50)
    actions = []
    if key in NEW and request.user.may("work_employment"):
        actions.append({"text": "Type an application", "href": reverse(NEW[key])})
    if key == "reports" and request.user.may("report_employment"):
        actions.append({"text": "Report illegal employment", "href": reverse("employment_report_new")})
    context = {
        "page": replace(found, rows=[of.row(one) for one in found.rows]),
        "of": of,
        "places": places.tabs(request.user, f"employment_{key}"),
        "wanted": wanted,
        "states": STATES[of.states],
        "scopes": SCOPES
        if of.states in ("application", "report")
        else SCOPES[:2]
        if key == "handovers"
        else [],
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, f"employment_{key}_export"),
        "filtered": any(wanted.values()),
        "actions": actions,
        "clear": reverse(f"employment_{key}"),
    }
    return render(request, "employment/list.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, key: str, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    of = lists.LISTS[key]
    access.log_list(request, f"employment {key}")
    rows = lists.for_export(of, _found(request, of, MOST_ROWS).rows)
    return export_response(kind, f"employment-{key}", [column.text for column in of.columns], rows)
