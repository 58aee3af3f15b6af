"""The list of meetings, and one meeting with its pack and what was agreed."""

from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.targeting import terms
from mainstay.service.attendance.targeting.forms import SCOPES, STATES, MeetingsFilter
from mainstay.service.attendance.targeting.models import TargetingMeeting
from mainstay.service.attendance.targeting.queries import children as shown_children
from mainstay.service.attendance.targeting.queries import meetings as shown
from mainstay.service.attendance.targeting.queries import page as shown_page
from mainstay.service.attendance.targeting.standing import standing
from mainstay.service.attendance.targeting.steps import MEETING
from mainstay.service.attendance.targeting.views.found import meeting_of, tabs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import School
from mainstay.service.record import access

State = TargetingMeeting.State
COLUMNS: Final = (
    Column("school", "School", sort="school__key"),
    Column("starts", "When", sort="calendar__starts", nowrap=True),
    Column("term", "Counts for", sort="year,term"),
    Column("organiser", "Held by", sort="calendar__organiser__name"),
    Column("state", "State", sort="state"),
    Column("discussed", "Children discussed", numeric=True),
    Column("actions_open", "Actions open", numeric=True),
)


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, MeetingsFilter(request.GET).wanted)
    return listing(found, request.GET, COLUMNS, default_sort="-starts", page_size=page_size)


@require_safe
@needs("see_meetings")
def meetings(request: SignedIn) -> HttpResponse:
    user, wanted = request.user, MeetingsFilter(request.GET).wanted
    found = _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows)),
        "places": tabs(user, "targeting_meetings"),
        "wanted": wanted,
        "term": terms.key(*wanted["term"]) if wanted["term"] else "",
        "terms": [("", "Any"), *terms.recent()],
        "states": STATES,
        "scopes": SCOPES if user.sees_all_schools else [],
        "schools": list(School.objects.visible_to(user).order_by("key").values_list("pk", "name")),
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "targeting_meetings_export"),
        "filtered": any(wanted.values()),
    }
    return render(request, "attendance/targeting/meetings.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages; no child stands in them."""
    return export_response(kind, "meetings", shown.HEADER, shown.for_export(_found(request, MOST_ROWS).rows))


@require_safe
@needs("see_meetings")
def meeting(request: SignedIn, pk: int) -> HttpResponse:
    """The pack until the meeting is held; afterwards what was agreed, the pack beneath."""
    user, one = request.user, meeting_of(request, pk)
    pack = shown_page.pack_of(one)
    content = pack.content if pack else {}
    children = shown_children.of_meeting(one, content, user)
    if children:
        access.log_list(request, "targeting meeting")
    stands = standing(one, user, timezone.now())
    agreed = one.state == State.AGREED
    context = {
        "meeting": one,
        "term": terms.label(one.year, one.term),
        "colour": shown.COLOURS[one.state],
        "guests": list(one.calendar.guests.all()) if one.calendar else [],
        "pack": pack,
        "figures": shown_page.figures(one, content) if pack else {},
        "ranks": shown_children.by_rank([child for child in children if child.said]),
        "discussed": [child for child in children if child.decision or child.actions] if agreed else [],
        "earlier": shown_children.action_rows(shown_page.earlier_actions(one, user), user),
        "actions": shown_children.action_rows(shown_page.own_actions(one, user), user) if agreed else [],
        "steps": [step for step in MEETING.open_to(user, one.state) if step.name in _ASKS_NOTHING],
        "stands": stands,
        "may_arrange": user.may("hold_meetings") and one.state in (State.PLANNED, State.READY),
        "consult": {child.pk: shown_children.consultation(child.pk, user) for child in children}
        if agreed
        else {},
        "service": user.sees_all_schools,
    }
    return render(request, "attendance/targeting/meeting.jinja", context)


#: the steps that are one button on the page
_ASKS_NOTHING: Final = ("make_pack", "begin")
