"""The list of meetings, and one meeting with its pack and what was agreed."""

from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.targeting import terms
from mainstay.service.attendance.targeting.forms import SCOPES, STATES, MeetingsFilter
from mainstay.service.attendance.targeting.models import TargetingDecision, TargetingMeeting
from mainstay.service.attendance.targeting.pack import RANKS
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

State, Choice = TargetingMeeting.State, TargetingDecision.Choice
COLUMNS: Final = (
    Column("school", "School", sort="school__key"),
    Column("starts", "When", sort="calendar__starts", nowrap=True),
    Column("term", "Counts for", sort="year,term"),
    Column("organiser", "Held by", sort="calendar__organiser__name"),
    Column("state", "State", sort="state"),
    Column("discussed", "Children discussed", numeric=True),
    Column("actions_open", "Actions open", numeric=True),
)


#: our own choice: of each place in the order so many stand on the page of a meeting to come, all on the next page
FIRST: Final = 10
CHILDREN: Final = (
    Column("name", "Child"),
    Column("year", "Year"),
    Column("rate", "Attendance", numeric=True),
    Column("lately", "Last 4 weeks", numeric=True),
    Column("unauthorised", "Unauthorised", numeric=True),
    Column("authorised", "Authorised", numeric=True),
    Column("plan", "Plan"),
    Column("found", "Still to consider"),
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
    pack = one.pack_made
    content = pack.content if pack else {}
    ranked = shown_children.ranked(content, user)
    agreed = one.state == State.AGREED
    first = set() if agreed else {pk for numbers in ranked.values() for pk in numbers[:FIRST]}
    children = {child.pk: child for child in shown_children.of_meeting(one, content, user, first)}
    if children:
        access.log_list(request, "targeting meeting")
    stands = standing(one, user, timezone.now())
    discussed = list(children.values()) if agreed else []
    context = {
        "meeting": one,
        "term": terms.label(one.year, one.term),
        "colour": shown.COLOURS[one.state],
        "guests": list(one.calendar.guests.all()) if one.calendar else [],
        "pack": pack,
        "columns": CHILDREN,
        "figures": shown_page.figures(one, content) if pack else {},
        "ranks": [
            {
                "key": rank, "label": RANKS[rank], "total": len(numbers),
                "children": [children[pk] for pk in numbers[:FIRST] if pk in first],
            }
            for rank, numbers in ranked.items()
        ],
        "discussed": discussed,
        "earlier": shown_children.action_rows(shown_page.earlier_actions(one, user), user),
        "actions": shown_children.action_rows(shown_page.own_actions(one, user), user) if agreed else [],
        "steps": [step for step in MEETING.open_to(user, one.state) if step.name in _ASKS_NOTHING],
        "stands": stands,
        "may_arrange": user.may("hold_meetings") and one.state in (State.PLANNED, State.READY),
        "information": shown_children.information(discussed, user),
        "consult": {
            child.pk: shown_children.consultation(child.pk, user)
            for child in discussed
            if child.decision and child.decision.choice == Choice.CONSULT
        },
    }  # fmt: skip
    return render(request, "attendance/targeting/meeting.jinja", context)


@require_safe
@needs("see_meetings")
def children(request: SignedIn, pk: int) -> HttpResponse:
    """All children of the pack in their order, or those of one place in it."""
    user, one = request.user, meeting_of(request, pk)
    if one.pack_made is None:
        return redirect("targeting_meeting", pk=pk)
    content = one.pack_made.content
    ranked = shown_children.ranked(content, user)
    rank = request.GET.get("rank", "")
    numbers = ranked.get(rank, []) if rank in RANKS else [pk for each in ranked.values() for pk in each]
    found = listing(numbers, request.GET, CHILDREN)
    access.log_list(request, "targeting pack")
    known = {child.pk: child for child in shown_children.of_meeting(one, content, user, found.rows)}
    context = {
        "meeting": one,
        "page": replace(found, rows=[known[pk] for pk in found.rows]),
        "rank": rank,
        "ranks": [("", "All"), *RANKS.items()],
    }
    return render(request, "attendance/targeting/children.jinja", context)


#: the steps that are one button on the page
_ASKS_NOTHING: Final = ("make_pack", "begin")
