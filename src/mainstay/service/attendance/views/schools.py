"""One school's attendance: trend, bands, groups, quality of the codes, its pupils."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance import mappings
from mainstay.service.attendance.queries import schools as shown_schools
from mainstay.service.attendance.views.links import exports
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
def attendance(request: SignedIn, pk: int) -> HttpResponse:
    school = get_object_or_404(School.objects.visible_to(request.user).select_related("trust"), pk=pk)
    shown = shown_schools.of_school(school, request.user, request.GET)
    page = listing(shown.pupils, request.GET, COLUMNS, default_sort="rate")
    page = replace(page, rows=shown_schools.rows(page.rows))
    links = exports(request, "school_attendance_export", school.pk)
    reading = mappings.lines(mappings.saved(school)) if request.user.may("import_registers") else []
    return render(
        request,
        "attendance/school.jinja",
        {"school": school, "shown": shown, "page": page, "exports": links, "reading": reading},
    )


@require_POST
@needs("import_registers")
def forget_reading(request: SignedIn, pk: int) -> HttpResponse:
    """From now on the school's files are read as they come."""
    school = get_object_or_404(School.objects.visible_to(request.user), pk=pk)
    mappings.forget(school=school, by=request.user, at=timezone.now())
    messages.success(request, "This is forgotten: the school's next files are read as they come.")
    return redirect("school_attendance", pk=pk)


@require_safe
@needs("export_lists")
def export(request: SignedIn, pk: int, kind: str) -> HttpResponseBase:
    school = get_object_or_404(School.objects.visible_to(request.user), pk=pk)
    access.log_list(request, "attendance export")
    shown = shown_schools.of_school(school, request.user, request.GET)
    page = listing(shown.pupils, request.GET, COLUMNS, default_sort="rate", page_size=100_000)
    rows = shown_schools.for_export(page.rows)
    return export_response(kind, "attendance", shown_schools.HEADER, rows)
