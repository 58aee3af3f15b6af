"""The list of requests, its export, and the page on which one is begun."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.models import User
from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.queries import holding
from mainstay.service.attendance.models import Finding
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui import params
from mainstay.service.common.ui.filters import plural, short_date
from mainstay.service.common.ui.forms import Choice
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import Pupil, School
from mainstay.service.penalties import code, places
from mainstay.service.penalties.actions import requests as actions
from mainstay.service.penalties.forms_requests import NOBODY, NewRequestForm, RequestsFilter
from mainstay.service.penalties.models import Improvement, LeaveRequest, NoticeRequest
from mainstay.service.penalties.queries import names
from mainstay.service.penalties.queries import requests as shown
from mainstay.service.penalties.queries.request_page import MEANING
from mainstay.service.record import access, frame

Route = NoticeRequest.Route
#: the longest waiting first; what is still being written stands where it was begun
LONGEST: Final = "asked_at"
COLUMNS: Final = (
    Column("child", "Child", sort="pupil__key"),
    Column("school", "School", sort="school__key"),
    Column("route", "Rests on", sort="route"),
    Column("sessions", "Sessions", numeric=True),
    Column("asked_at", "Asked", sort="begun_at", nowrap=True),
    Column("state", "State", sort="state"),
    Column("lights", "Check"),
    Column("owner", "Officer", sort="owner__name"),
)


def _columns(user: Any) -> tuple[Column, ...]:
    """How the check stands is the service's own."""
    return COLUMNS if names.shows_considerations(user) else tuple(c for c in COLUMNS if c.key != "lights")


def _wanted(request: SignedIn) -> dict[str, Any]:
    form = RequestsFilter(request.GET)
    form.is_valid()
    return form.cleaned_data


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, _wanted(request)).select_related(*shown.SHOWN_WITH)
    return listing(found, request.GET, _columns(request.user), default_sort=LONGEST, page_size=page_size)


@require_safe
@needs("see_notices")
def requests(request: SignedIn) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    found, wanted = _found(request, 50), _wanted(request)
    return render(
        request,
        "penalties/requests.jinja",
        {
            "page": replace(found, rows=shown.rows(found.rows, user, today)),
            "places": places.tabs(user, "notice_requests"),
            "wanted": wanted,
            "today": today,
            "sort": request.GET.get("sort", ""),
            "states": [("", "Open"), *NoticeRequest.State.choices, ("all", "All")],
            "routes": [("", "Any"), *Route.choices],
            "scopes": _scopes(user),
            "owners": _owners(user, wanted["owner"]),
            "schools": School.objects.visible_to(user).values_list("pk", "name"),
            "exports": exports(request, "notice_requests_export"),
            "filtered": any(wanted.values()),
        },
    )


def _scopes(user: Any) -> list[tuple[str, str]]:
    if user.is_school_user:
        return [("", "All of our school"), ("mine", "Begun by me")]
    return [("", "All I may see"), ("mine", "Mine"), ("schools", "My schools")]


def _owners(user: Any, wanted: str) -> list[tuple[str, str]]:
    """Officers to filter by, and whoever is filtered by now though they check none any more; none for a school."""
    if user.is_school_user:
        return []
    officers = holding("check_notice", timezone.localdate())
    if wanted.isdecimal():
        officers = officers | User.objects.filter(pk=wanted).order_by("name")
    people = [(str(pk), name) for pk, name in officers.values_list("pk", "name")]
    return [("", "Anybody"), (NOBODY, "Nobody yet"), *people]


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "notice requests export")
    rows = shown.for_export(_found(request, MOST_ROWS).rows, request.user, timezone.localdate())
    return export_response(kind, "notice-requests", shown.HEADER, rows)


@dataclass(frozen=True, slots=True)
class Source:
    """One thing a request can rest on: a route, with the finding, leave or notice to improve it needs."""

    value: str
    label: Choice
    route: str
    thing: Any = None


def _sources(pupil: Pupil, user: Any) -> Iterator[Source]:
    found = Finding.objects.visible_to(user).filter(pupil=pupil, kind=Finding.Kind.THRESHOLD)
    for finding in found.exclude(state=Finding.State.LAPSED).order_by("-reached_on")[:5]:
        said = f"{Route.THRESHOLD.label}: {finding.strength}, met on {short_date(finding.reached_on)}"
        yield _source(Route.THRESHOLD, said, finding)
    given = Improvement.objects.visible_to(user).filter(pupil=pupil)
    over = (Improvement.State.BREACHED, Improvement.State.ENDED, Improvement.State.FOLLOWED)
    for improvement in given.filter(state__in=over)[:5]:
        said = f"{Route.IMPROVEMENT.label}: from {short_date(improvement.starts_on)}"
        yield _source(Route.IMPROVEMENT, said, improvement)
    refused = (LeaveRequest.State.REFUSED, LeaveRequest.State.PART)
    for leave in LeaveRequest.objects.visible_to(user).filter(pupil=pupil, state__in=refused)[:5]:
        said = f"Leave was refused: {short_date(leave.first_day)} to {short_date(leave.last_day)}"
        yield _source(Route.LEAVE, said, leave)
    yield _source(Route.LEAVE, "Leave in term time that nobody asked for")
    if code.in_force(timezone.localdate())["below_threshold"] != "refused":
        yield _source(Route.BELOW, Route.BELOW.label)
    yield _source(Route.EXCLUDED, Route.EXCLUDED.label)


def _source(route: Route, text: str, thing: Any = None) -> Source:
    value = f"{route.value}:{thing.pk}" if thing is not None else route.value
    return Source(value, Choice(text, hint=MEANING[route]), route.value, thing)


def _asked_for(request: SignedIn) -> str:
    """The choice a link came with: ``?finding=7``, ``?leave=3`` or ``?improvement=2``."""
    for name, route in (
        ("finding", Route.THRESHOLD),
        ("leave", Route.LEAVE),
        ("improvement", Route.IMPROVEMENT),
    ):
        if pk := params.number(request.GET.get(name)):
            return f"{route.value}:{pk}"
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@needs("request_notice")
@access.opened("notice request")
def new(request: SignedIn, pupil: Pupil) -> HttpResponse:
    """What the request rests on is chosen; the draft then opens with its sessions picked."""
    user = request.user
    sources = {source.value: source for source in _sources(pupil, user)}
    typed = request.POST if request.method == "POST" else None
    form = NewRequestForm(
        typed, choices=[(s.value, s.label) for s in sources.values()], initial={"source": _asked_for(request)}
    )
    if form.is_valid():
        source = sources[form.cleaned_data["source"]]
        things = {source.route: source.thing}
        try:
            made = actions.start(
                pupil=pupil, route=source.route, by=user, at=timezone.now(), finding=things.get(Route.THRESHOLD),
                leave=things.get(Route.LEAVE), improvement=things.get(Route.IMPROVEMENT),
            )  # fmt: skip
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("notice_request", pk=made.pk)
    return render(
        request,
        "penalties/request_new.jinja",
        {
            "child": frame.identity(pupil, user),
            "pupil": pupil,
            "form": form,
            "open": _open_ones(pupil, user),
            "has_threshold": any(source.route == Route.THRESHOLD for source in sources.values()),
        },
        status=400 if form.is_bound else 200,
    )


def _open_ones(pupil: Pupil, user: Any) -> list[dict[str, str]]:
    """Requests about the child that are not decided, so that none is begun twice."""
    found = NoticeRequest.objects.visible_to(user).filter(pupil=pupil, state__in=shown.OPEN)
    return [
        {
            "text": f"{one.get_route_display()}, {plural(len(one.sessions), 'session')}",
            "state": one.get_state_display(),
            "href": reverse("notice_request", args=[one.pk]),
        }
        for one in found
    ]
