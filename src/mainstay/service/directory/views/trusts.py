"""Trusts and their schools."""

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import School, Trust

COLUMNS = (
    Column("name", "Trust", sort="name"),
    Column("schools_seen", "Schools", sort="schools_seen", numeric=True),
)


@require_safe
@needs("see_schools")
def trusts(request: SignedIn) -> HttpResponse:
    seen = School.objects.visible_to(request.user).filter(trust__isnull=False)
    rows = (
        Trust.objects.filter(schools__in=seen)
        .annotate(schools_seen=Count("schools", distinct=True))
        .values("pk", "name", "schools_seen")
    )
    page = listing(rows, request.GET, COLUMNS, default_sort="name")
    shown = {
        "rows": [{**row, "href": reverse("trust", args=[row["pk"]])} for row in page.rows],
        "columns": page.columns,
        "sorting": page.sorting,
    }
    return render(request, "directory/trusts.jinja", {"page": page, "shown": shown})


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
