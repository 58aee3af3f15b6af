"""One school's attendance: trend, bands, groups, quality of the codes, its pupils."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import needs
from mainstay.service.attendance import queries
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import School
from mainstay.service.record import access

COLUMNS = (
    Column("name", "Child", sort="pupil__key"),
    Column("year_group", "Year", sort="pupil__year_group"),
    Column("rate", "Attendance", sort="rate", numeric=True),
    Column("possible", "Possible", sort="possible", numeric=True),
    Column("authorised", "Authorised", sort="authorised", numeric=True),
    Column("unauthorised", "Unauthorised", sort="unauthorised", numeric=True),
    Column("late", "Late", sort="late", numeric=True),
    Column("unresolved", "No reason yet", sort="unresolved", numeric=True),
    Column("best_count", "Most in 10 weeks", sort="best_count", numeric=True),
    Column("band", "Band"),
)


@require_safe
@needs("see_registers")
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    school = get_object_or_404(School.objects.visible_to(request.user).select_related("trust"), pk=pk)
    shown = queries.school(school, request.user, request.GET)
    page = listing(shown.pupils, request.GET, COLUMNS, default_sort="rate")
    return render(request, "attendance/school.jinja", {"school": school, "shown": shown, "page": page})


@require_safe
@needs("export_lists")
def export(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    school = get_object_or_404(School.objects.visible_to(request.user), pk=pk)
    shown = queries.school(school, request.user, request.GET)
    page = listing(shown.pupils, request.GET, COLUMNS, default_sort="rate", page_size=100_000)
    access.log_list(request, "school attendance export")
    rows = (queries.school_export_row(row) for row in page.rows)
    return export_response(kind, "attendance", queries.SCHOOL_HEADER, rows)
