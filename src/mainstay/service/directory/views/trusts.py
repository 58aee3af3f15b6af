"""Trusts and their schools."""

from typing import Any

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import School, Trust
from mainstay.service.directory.views.schools import MOST_ROWS, exports, log_export

COLUMNS = (
    Column("name", "Trust", sort="name"),
    Column("schools_seen", "Schools", sort="schools_seen", numeric=True),
)


def _trusts(request: SignedIn) -> Any:
    seen = School.objects.visible_to(request.user).filter(trust__isnull=False)
    return (
        Trust.objects.filter(schools__in=seen)
        .annotate(schools_seen=Count("schools", distinct=True))
        .values("pk", "name", "schools_seen")
    )


@require_safe
@needs("see_schools")
def trusts(request: SignedIn) -> HttpResponse:
    page = listing(_trusts(request), request.GET, COLUMNS, default_sort="name")
    shown = {
        "rows": [{**row, "href": reverse("trust", args=[row["pk"]])} for row in page.rows],
        "columns": page.columns,
        "sorting": page.sorting,
    }
    more = {"exports": exports(request, "trusts_export")}
    return render(request, "directory/trusts.jinja", {"page": page, "shown": shown, **more})


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    page = listing(_trusts(request), request.GET, COLUMNS, default_sort="name", page_size=MOST_ROWS)
    log_export(request, "trusts", "directory.trust", page.total, kind)
    rows = ((row["name"], row["schools_seen"]) for row in page.rows)
    return export_response(kind, "trusts", ("Trust", "Schools"), rows)


@require_safe
@needs("see_schools")
def trust(request: SignedIn, pk: int) -> HttpResponse:
    """404 for a trust none of whose schools is in view."""
    schools = School.objects.visible_to(request.user).filter(trust=pk).select_related("trust")
    rows = [
        {
            "name": school.name,
            "href": reverse("school", args=[school.pk]),
            "phase": school.get_phase_display(),
            "urn": school.urn,
        }
        for school in schools
    ]
    found = Trust.objects.filter(pk=pk).first()
    if found is None or not rows:
        raise Http404
    return render(request, "directory/trust.jinja", {"trust": found, "rows": rows})
