"""The yearly return of parental responsibility measures, the lists behind its figures, and its files."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.registers.grid import year_label
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui import params
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import School, conflicts_of
from mainstay.service.penalties import places, returns
from mainstay.service.penalties.queries import yearly, yearly_lists
from mainstay.service.record import access

COLUMNS = (
    Column("name", "School", sort="name"),
    *(Column(part, text, sort=part, numeric=True) for part, text in yearly.BY_SCHOOL.items()),
)


def _year(request: SignedIn) -> int:
    """The year asked for; this one where none is, or none that there can be a return of."""
    offered = returns.years(timezone.localdate())
    asked = params.number(request.GET.get("year"))
    return asked if asked in offered else offered[0]


@require_safe
@needs("see_notices")
def notices_return(request: SignedIn) -> HttpResponse:
    counted = yearly.count(request.user, _year(request))
    context = {
        "counted": counted,
        "whole": _whole(request.user),
        "years": [(year, year_label(year)) for year in returns.years(timezone.localdate())],
        "bounds": returns.bounds(counted.year),
        "sections": yearly.sections(counted),
        "checks": yearly.checks(counted),
        "beside": yearly.beside_england(counted),
        "page": listing(yearly.school_rows(counted), request.GET, COLUMNS, default_sort="name"),
        "exports": exports(request, "notices_return_export"),
        "left_out": any(conflicts_of(request.user)),
        "places": places.tabs(request.user, "notices_return"),
    }
    return render(request, "penalties/notices_return.jinja", context)


def _whole(user: Any) -> str:
    return "The whole council" if user.sees_all_schools else "All your schools"


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Every figure, for the whole council and each school with anything to count."""
    access.log_list(request, "yearly return export")
    counted = yearly.count(request.user, _year(request))
    rows = yearly.for_export(counted, _whole(request.user))
    return export_response(kind, f"penalty-notices-{counted.label}", yearly.header(), rows)


@require_safe
@needs("see_notices")
def return_list(request: SignedIn) -> HttpResponse:
    """What one figure counts: ``?year=2025&part=holiday``, of one school with ``&school=7``."""
    part = returns.PARTS.get(request.GET.get("part", "issued"))
    if part is None:
        raise Http404
    year, school = _year(request), _school(request)
    found: QuerySet[Any] = yearly_lists.counted(request.user, year, part, school.pk if school else None)
    page = listing(found, request.GET, _columns(part.book), default_sort="-on")
    if page.rows:
        access.log_list(request, "yearly return")
    context = {
        "part": part,
        "label": year_label(year),
        "year": year,
        "school": school,
        "page": page,
        "rows": yearly_lists.rows(page.rows, part.book),
        "columns": page.columns,
    }
    return render(request, "penalties/notices_return_list.jinja", context)


def _school(request: SignedIn) -> School | None:
    pk = params.number(request.GET.get("school"))
    if pk is None:
        return None
    school = School.objects.visible_to(request.user).filter(pk=pk).first()
    if school is None:
        raise Http404
    return school


def _columns(book: str) -> tuple[Column, ...]:
    day, text = yearly_lists.DAYS[book]
    number = (Column("number", "Number", sort="number", nowrap=True),) if book == "notices" else ()
    return (
        *number,
        Column("child", "Child", sort="pupil__key"),
        Column("school", "School", sort="school__key"),
        Column("on", text, sort=day, nowrap=True),
        Column("state", "State", sort="state"),
    )
