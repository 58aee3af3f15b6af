"""The list of children, its file, and the page of those who hand over and take over."""

from dataclasses import replace
from typing import Any, Final

from django.db.models import Case, F, When
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.directory.models import School
from mainstay.service.missing import places
from mainstay.service.missing.forms import ROUTES, SCOPES, STATES, MissingFilter
from mainstay.service.missing.models import HandOver, MissingChild
from mainstay.service.missing.queries import children as shown
from mainstay.service.record import access

COLUMNS: Final = (
    Column("number", "Number", sort="pk", nowrap=True),
    Column("child", "Child", sort="key"),
    Column("state", "Stage", sort="state"),
    Column("since", "Since", sort="state_since", nowrap=True),
    Column("due", "Next clock ends", sort="due"),
    Column("school", "Last school", sort="last_school__key"),
    Column("route", "Referred by", sort="route"),
    Column("owner", "Officer", sort="owner__name"),
)
HANDED: Final = (
    Column("number", "Number", sort="child__pk", nowrap=True),
    Column("child", "Child", sort="child__key"),
    Column("state", "Answer", sort="state"),
    Column("at", "Handed over", sort="at", nowrap=True),
    Column("by", "By", sort="by__name"),
    Column("to", "To", sort="to__name"),
    Column("asked", "Asked"),
)
HANDED_STATES: Final = [("", "Waiting"), *HandOver.State.choices[1:], ("all", "All")]


def _found(request: SignedIn, page_size: int) -> Any:
    wanted = MissingFilter(request.GET).wanted
    found = shown.filtered(request.user, {**wanted, "today": timezone.localdate()})
    if page_size == MOST_ROWS:
        found = found.prefetch_related("closures")
    at_risk = Case(When(risks=[], then=1), default=0)
    rows = found.order_by(at_risk, F("due").asc(nulls_last=True), "-pk")  # risk first, then what is due
    return listing(rows, request.GET, COLUMNS, page_size=page_size)


@require_safe
@needs("see_missing")
def children(request: SignedIn) -> HttpResponse:
    user = request.user
    wanted = MissingFilter(request.GET).wanted
    found = _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows)),
        "places": places.tabs(user, "missing"),
        "wanted": wanted,
        "states": STATES,
        "scopes": SCOPES if not user.is_school_user else [*SCOPES[:1], *SCOPES[4:]],
        "routes": ROUTES,
        "schools": list(School.objects.visible_to(user).order_by("key").values_list("pk", "name")),
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "missing_export"),
        "filtered": any(wanted.values()),
        "stages": _stages(user),
        "may_refer": user.may("refer_missing"),
        "today": timezone.localdate(),
    }
    return render(request, "missing/list.jinja", context)


def _stages(user: Any) -> list[dict[str, Any]]:
    """How many stand at each open stage."""
    if user.is_school_user:
        return []
    counts = shown.counts(user)
    State = MissingChild.State
    wanted = (State.REFERRED, State.ENQUIRIES, State.NOT_FOUND, State.FOUND, State.PLACE)
    return [
        {"value": counts.get(state, 0), "label": state.label.lower(), "href": f"?state={state}"}
        for state in wanted
    ]


@require_safe
@needs("export_lists")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    access.log_list(request, "missing children export")
    rows = shown.for_export(_found(request, MOST_ROWS).rows)
    return export_response(kind, "children-missing-education", shown.HEADER, rows)


@require_safe
@needs("see_handovers")
def liaison(request: SignedIn) -> HttpResponse:
    """What was handed over, and how it was answered."""
    user, state = request.user, request.GET.get("state", "")
    found = HandOver.objects.filter(child__in=MissingChild.objects.visible_to(user).order_by().values("pk"))
    if state != "all":
        found = found.filter(state=state if state in HandOver.State.values else HandOver.State.OFFERED)
    found = found.select_related("child__pupil", "by", "to")
    page = listing(found, request.GET, HANDED, default_sort="-at")
    rows = [
        {
            "pk": row.pk, "number": row.child.number, "child": shown.child(row.child), "label": shown.child(row.child),
            "state": row.get_state_display(), "opened": row.opened,
            "colour": {"offered": "yellow", "accepted": "green", "returned": "grey"}[row.state], "at": row.at,
            "by": row.by.name, "to": row.to.name if row.to else "Whoever takes it on", "asked": row.asked,
            "waits": row.state == HandOver.State.OFFERED and user.may("take_over_missing"),
            "child_pk": row.child_id, "answer": row.answer,
        }
        for row in page.rows
    ]  # fmt: skip
    context = {
        "page": replace(page, rows=rows), "places": places.tabs(user, "missing_liaison"), "states": HANDED_STATES,
        "state": state,
    }  # fmt: skip
    return render(request, "missing/liaison.jinja", context)
