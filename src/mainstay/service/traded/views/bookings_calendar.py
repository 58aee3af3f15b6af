"""The calendar of officers: by officer, by school, or both together."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.ui.lists import with_query
from mainstay.service.directory.models import School
from mainstay.service.traded import places
from mainstay.service.traded.forms_bookings import CalendarFilter
from mainstay.service.traded.queries import calendar_weeks as shown
from mainstay.service.traded.queries.calendar import officers
from mainstay.service.traded.queries.ledger import balance
from mainstay.service.traded.years import days, last_day, named, year_of


def cleaned(form: Any) -> dict[str, Any]:
    """What makes sense of it."""
    form.is_valid()
    return {name: form.cleaned_data.get(name) for name in form.fields}


@require_safe
@needs("see_traded")
def calendar(request: SignedIn) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    said = cleaned(CalendarFilter(request.GET))
    people = list(officers(today).order_by("name", "pk"))
    schools = list(School.objects.visible_to(user).filter(closed_on=None).order_by("key", "pk"))
    officer = next((one for one in people if one.pk == said["officer"]), None)
    school = next((one for one in schools if one.pk == said["school"]), None)
    if school is None and user.is_school_user and schools:
        school = schools[0]
    if officer is None and school is None:
        officer = next((one for one in people if one.pk == user.pk), None)
    first = shown.begins(said["first"] or today)
    one = shown.Shown(user, today, first, people, officer, school, user.may("book_days"), said["instead_of"])
    year = year_of(max(one.last, today) if first > today else today)
    context = {
        "places": places.tabs(user, "booking_calendar"),
        "one": one,
        "weeks": shown.weeks(one),
        "names": shown.DAYS,
        "people": [(each.pk, each.name) for each in people],
        "schools": [(each.pk, each.name) for each in schools],
        "held": balance(school, year) if school else None,
        "year": named(year),
        "ends": last_day(year),
        "days": days,
        "before": with_query(request.GET, first=(first - timedelta(weeks=shown.WEEKS)).isoformat()),
        "after": with_query(request.GET, first=(first + timedelta(weeks=shown.WEEKS)).isoformat()),
    }
    return render(request, "traded/bookings/calendar.jinja", context)
