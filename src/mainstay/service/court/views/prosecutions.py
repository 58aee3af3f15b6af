"""Prosecutions: the list, its file, and one on its page with the parts that each subject of the room adds."""

from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.court import expected, parts, places, steps_hearings
from mainstay.service.court.actions.testing import may_not_authorise
from mainstay.service.court.forms_prosecutions import LIMITS, READY, SCOPES, STATES, ProsecutionsFilter
from mainstay.service.court.models import Prosecution
from mainstay.service.court.notices import over_for
from mainstay.service.court.opening import of_prosecution
from mainstay.service.court.queries import prosecutions as shown
from mainstay.service.court.steps import BEFORE
from mainstay.service.directory.models import School
from mainstay.service.record import access, frame

COLUMNS: Final = (
    Column("number", "Prosecution", sort="pk", nowrap=True),
    Column("child", "Child", sort="case__pupil__key"),
    Column("parent", "Parent", sort="parent__key"),
    Column("school", "School", sort="school__key"),
    Column("offence", "Offence", sort="offence", nowrap=True),
    Column("state", "State", sort="state"),
    Column("safe_date", "Safe date", sort="safe_date", nowrap=True),
    Column("who", "With"),
)


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, ProsecutionsFilter(request.GET).wanted)
    return listing(found, request.GET, COLUMNS, default_sort="safe_date", page_size=page_size)


@require_safe
@needs("see_prosecutions")
def prosecutions(request: SignedIn) -> HttpResponse:
    user, wanted, today = request.user, ProsecutionsFilter(request.GET).wanted, timezone.localdate()
    found = _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows, today)),
        "places": places.tabs(user, "prosecutions"),
        "wanted": wanted,
        "states": STATES,
        "limits": LIMITS,
        "readiness": READY,
        "scopes": SCOPES,
        "offences": [("", "Any"), *Prosecution.Offence.choices],
        "schools": list(School.objects.visible_to(user).order_by("key").values_list("pk", "name")),
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "prosecutions_export"),
        "filtered": any(wanted.values()),
    }
    return render(request, "court/prosecution/list.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "prosecutions export")
    rows = shown.for_export(_found(request, MOST_ROWS).rows)
    return export_response(kind, "prosecutions", shown.HEADER, rows)


@require_safe
@needs("see_prosecutions")
@of_prosecution("prosecution")
def prosecution(request: SignedIn, one: Prosecution) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    expected.keep(one)
    steps_hearings.keep(one)
    context = {
        "one": one,
        "child": frame.identity(one.case.pupil, user),
        "colour": shown.COLOURS[one.state],
        "progress": shown.progress(one),
        "clock": shown.clock(one, today),
        "not_issued": one.state in BEFORE,
        "notice_over": over_for(one),
        "steps": shown.buttons(one, user),
        "links": shown.links(one, user),
        "not_allowed": may_not_authorise(one, user) if _decides(one, user) else "",
        "others": [other for other in shown.of_case(one.case_id, user) if other.pk != one.pk],
        "deadlines": shown.deadlines(one, user),
        "parts": parts.of_prosecution(one, user),
        "today": today,
    }
    return render(request, "court/prosecution/page.jinja", context)


def _decides(one: Prosecution, user: Any) -> bool:
    return one.state == Prosecution.State.AUTHORISING and bool(user.may("authorise_prosecution"))
