"""The calendar of hearings: a week, or several, with its files."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import with_query
from mainstay.service.court import places
from mainstay.service.court.forms_hearings import WEEKS, CalendarFilter
from mainstay.service.court.models import Court, Hearing
from mainstay.service.court.queries import calendar as shown
from mainstay.service.record import access


def _found(request: SignedIn) -> list[Hearing]:
    wanted = CalendarFilter(request.GET).wanted
    return list(shown.filtered(request.user, wanted, timezone.localdate()))


@require_safe
@needs("see_prosecutions")
def calendar(request: SignedIn) -> HttpResponse:
    user, wanted, found = request.user, CalendarFilter(request.GET).wanted, _found(request)
    first = shown.monday(wanted["week"] or timezone.localdate())
    long = timedelta(weeks=int(wanted["weeks"] or 1))
    offered = exports(request, "hearing_calendar_export")
    if offered:
        ics = offered[0]["href"].replace(".csv", ".ics", 1)
        offered = [*offered, {"text": "iCalendar", "href": ics}]
    context: dict[str, Any] = {
        "days": shown.days(found),
        "many": len(found),
        "first": first,
        "last": first + long - timedelta(days=1),
        "before": with_query(request.GET, week=(first - long).isoformat()),
        "after": with_query(request.GET, week=(first + long).isoformat()),
        "wanted": wanted,
        "weeks": WEEKS,
        "courts": [("", "Any"), *Court.objects.values_list("pk", "name")],
        "officers": shown.officers(user),
        "witnesses": shown.witnesses(user),
        "exports": offered,
        "filtered": any(wanted[name] for name in ("court", "officer", "witness")),
        "places": places.tabs(user, "hearing_calendar"),
    }
    return render(request, "court/hearings/calendar.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the hearings shown, without a name; also for calendar programs."""
    access.log_list(request, "calendar of hearings export")
    found = _found(request)
    if kind != "ics":
        return export_response(kind, "calendar-of-hearings", shown.HEADER, shown.for_export(found))
    whole = shown.as_calendar(
        found,
        f"{settings.CONFIG.service_name} hearings",
        request.build_absolute_uri("/").rstrip("/"),
        timezone.now(),
    )
    response = HttpResponse(whole, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="hearings.ics"'
    return response
