"""Is it court-ready? Of a case and of a prosecution; for a school what it owes itself; and the list of what is not."""

from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.casework.models import Case
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.court import forms_readiness as forms
from mainstay.service.court import opening, places
from mainstay.service.court.models import Prosecution
from mainstay.service.court.queries import readiness as shown
from mainstay.service.court.steps import BEFORE
from mainstay.service.directory.models import School
from mainstay.service.record import access, frame

COLUMNS: Final = (
    Column("number", "About", sort="number", nowrap=True),
    Column("child", "Child", sort="child"),
    Column("school", "School", sort="school"),
    Column("stage", "Stage", sort="stage"),
    Column("way", "For", sort="way"),
    Column("missing", "Missing", sort="missing", numeric=True),
    Column("said", "Who owes it"),
    Column("safe_date", "Safe date", sort="limit", nowrap=True),
    Column("officer", "Officer", sort="officer"),
)


@require_safe
@needs("see_cases")
def of_case(request: SignedIn, pk: int) -> HttpResponse:
    """Of the prosecution without a charge whose time runs out first; before one is proposed, of the case."""
    user = request.user
    found = Case.objects.visible_to(user).select_related("pupil__school", "school", "owner")
    case = get_object_or_404(found, pk=pk)
    if not access.may_open(user, case.pupil):
        return redirect(access.ask_reason_url(case.pupil, back=request.get_full_path()))
    access.log_read(request, case.pupil, page="court readiness")
    if not user.may("see_prosecutions"):
        return _owed(request, case)
    of = shown.of_case_in_view(case, user)
    one = next((each for each in of if each.state in BEFORE), None)
    return _page(request, case, one, of)


@require_safe
@needs("see_prosecutions")
@opening.of_prosecution("court readiness")
def of_prosecution(request: SignedIn, one: Prosecution) -> HttpResponse:
    of = shown.of_case_in_view(one.case, request.user)
    return _page(request, one.case, next((each for each in of if each == one), one), of)


def _page(request: SignedIn, case: Case, one: Prosecution | None, of: list[Prosecution]) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    over = case.closed_at is not None if one is None else one.state not in BEFORE
    asks = not over and not (one is None and of)
    for_notice = request.GET.get("for") == "notice"
    ways = []
    if asks:
        ways = (
            [shown.of_notice(case, user, today, one)]
            if for_notice
            else shown.to_court(one, case, user, today)
        )
    context: dict[str, Any] = {
        "case": case,
        "one": one,
        "child": frame.identity(case.pupil, user),
        "tabs": [
            {"text": "For court", "href": request.path, "current": not for_notice},
            {"text": "For a penalty notice", "href": f"{request.path}?for=notice", "current": for_notice},
        ],
        "ways": [(way, shown.rows(way, user)) for way in ways],
        "others": [each for each in of if each != one],
        "today": today,
    }
    return render(request, "court/readiness/page.jinja", context)


def _owed(request: SignedIn, case: Case) -> HttpResponse:
    user = request.user
    owed = shown.owed_by_school(case, user) if user.is_school_user else []
    gaps = (
        shown.gaps_of_requests(case, user, timezone.localdate()) if owed and user.may("see_notices") else {}
    )
    context = {"case": case, "child": frame.identity(case.pupil, user), "owed": owed, "gaps": gaps}
    return render(request, "court/readiness/school.jinja", context)


def _found(request: SignedIn, page_size: int) -> Any:
    rows = shown.not_ready(request.user, forms.ReadinessFilter(request.GET).wanted)
    return listing(rows, request.GET, COLUMNS, default_sort="safe_date", page_size=page_size)


@require_safe
@needs("see_prosecutions")
def not_ready(request: SignedIn) -> HttpResponse:
    user, wanted = request.user, forms.ReadinessFilter(request.GET).wanted
    context = {
        "page": _found(request, 50),
        "places": places.tabs(user, "court_not_ready"),
        "wanted": wanted,
        "of": forms.OF,
        "scopes": forms.SCOPES,
        "waits": forms.WAITS,
        "schools": [("", "Any"), *School.objects.visible_to(user).order_by("key").values_list("pk", "name")],
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "court_not_ready_export"),
        "filtered": any(wanted.values()),
    }
    return render(request, "court/readiness/list.jinja", context)


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "not court-ready export")
    return export_response(
        kind, "not-court-ready", shown.HEADER, shown.for_export(_found(request, MOST_ROWS).rows)
    )
