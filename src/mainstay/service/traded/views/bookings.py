"""Bookings: the list, its file, one on its page, and what came of them."""

from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import School
from mainstay.service.record import access
from mainstay.service.traded import places
from mainstay.service.traded.forms_bookings import SCOPES, SERVICES, STATES, BookingsFilter
from mainstay.service.traded.models import Booking
from mainstay.service.traded.queries import achieved as came
from mainstay.service.traded.queries import booking_page as of_one
from mainstay.service.traded.queries import bookings as shown
from mainstay.service.traded.years import named, year_of

COLUMNS: Final = (
    Column("number", "Booking", sort="pk", nowrap=True),
    Column("on", "Day", sort="on", nowrap=True),
    Column("part", "Part", sort="part"),
    Column("school", "School", sort="school__key"),
    Column("service", "What for", sort="service"),
    Column("officer", "Officer", sort="officer__name"),
    Column("state", "State", sort="state"),
)


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, BookingsFilter(request.GET).wanted, timezone.localdate())
    return listing(found, request.GET, COLUMNS, default_sort="on", page_size=page_size)


def years() -> list[tuple[int, str]]:
    this = year_of(timezone.localdate())
    return [(year, named(year)) for year in (this + 1, this, this - 1, this - 2)]


@require_safe
@needs("see_traded")
def bookings(request: SignedIn) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    wanted, found = BookingsFilter(request.GET).wanted, _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows, today)),
        "places": places.tabs(user, "bookings"),
        "wanted": wanted,
        "states": STATES,
        "scopes": SCOPES if user.may("deliver_days") else [],
        "services": SERVICES,
        "years": years(),
        "schools": list(School.objects.visible_to(user).order_by("key").values_list("pk", "name")),
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "bookings_export"),
        "filtered": any(wanted.values()),
        "may_book": user.may("book_days"),
    }
    return render(request, "traded/bookings/list.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages; no child is named."""
    rows = shown.for_export(_found(request, MOST_ROWS).rows, timezone.localdate())
    return export_response(kind, "bookings", shown.HEADER, rows)


@require_safe
@needs("see_traded")
def booking(request: SignedIn, pk: int) -> HttpResponse:
    user = request.user
    one = get_object_or_404(of_one.found_rows(user), pk=pk)
    context = of_one.context(one, user, timezone.localdate())
    if context["children"]:
        access.log_reads(request, [child["pk"] for child in context["children"]], page="booking")
    return render(request, "traded/bookings/page.jinja", context)


@require_safe
@needs("see_traded")
def achieved(request: SignedIn) -> HttpResponse:
    """What bought days came to, service by service, and the visits one by one."""
    user = request.user
    wanted = BookingsFilter(request.GET).wanted
    year = wanted["year"] or year_of(timezone.localdate())
    context = {
        "places": places.tabs(user, "bookings_achieved"),
        "wanted": wanted,
        "year": year,
        "years": years(),
        "named": named(year),
        "schools": list(School.objects.visible_to(user).order_by("key").values_list("pk", "name")),
        **came.shown(user, year, wanted["school"]),
    }
    return render(request, "traded/bookings/achieved.jinja", context)


def opened(request: SignedIn, pk: int) -> Booking:
    """The booking, for a page that changes it; 404 out of view."""
    return get_object_or_404(of_one.found_rows(request.user), pk=pk)
