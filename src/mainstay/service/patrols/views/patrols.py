"""Patrols: the list, its file, planning one, and one on its page, which is the log on the street."""

from dataclasses import replace
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.attendance.views.links import MOST_ROWS, exports
from mainstay.service.common.exports import export_response
from mainstay.service.common.ui.lists import Column, listing
from mainstay.service.patrols import places
from mainstay.service.patrols.actions import planning
from mainstay.service.patrols.forms import CancelForm, PatrolsFilter, PlanForm, moment
from mainstay.service.patrols.models import Patrol
from mainstay.service.patrols.queries import patrols as shown
from mainstay.service.patrols.steps import PATROL
from mainstay.service.patrols.views.filling import filled, taken, typed

WITHIN: Final = (
    "A patrol lies within the period of a superintendent’s direction. Write the direction down first, under “Places and "
    "directions”."
)
METHODS: Final = ["GET", "HEAD", "POST"]
COLUMNS: Final = (
    Column("number", "Patrol", sort="pk", nowrap=True),
    Column("starts", "When", sort="starts", nowrap=True),
    Column("area", "Where", sort="area"),
    Column("state", "State", sort="state"),
    Column("lead", "Led by", sort="lead__name"),
    Column("met", "Children met", sort="met", numeric=True),
    Column("without", "Without leave", sort="without", numeric=True),
)


def _found(request: SignedIn, page_size: int) -> Any:
    found = shown.filtered(request.user, PatrolsFilter(request.GET).wanted)
    return listing(found, request.GET, COLUMNS, default_sort="-starts", page_size=page_size)


@require_safe
@needs("see_patrols")
def patrols(request: SignedIn) -> HttpResponse:
    wanted = PatrolsFilter(request.GET).wanted
    found = _found(request, 50)
    context = {
        "page": replace(found, rows=shown.rows(found.rows)),
        "places": places.tabs(request.user, "patrols"),
        "wanted": wanted,
        "states": shown.STATES,
        "sort": request.GET.get("sort", ""),
        "exports": exports(request, "patrols_export"),
        "filtered": any(wanted.values()),
    }
    return render(request, "patrols/list.jinja", context)


@require_safe
@needs("follow_patrol")
def export(request: SignedIn, kind: str) -> HttpResponseBase:
    """Exactly the rows the list shows, all pages."""
    return export_response(kind, "patrols", shown.HEADER, shown.for_export(_found(request, MOST_ROWS).rows))


@require_http_methods(METHODS)
@needs("plan_patrol")
def new(request: SignedIn) -> HttpResponse:
    form = PlanForm(typed(request))
    made: list[Patrol] = []

    def act() -> None:
        made.append(_plan(request, form))

    if filled(request, form, act, "The patrol is planned.", "patrols") is not None:
        return redirect("patrol", made[0].pk)
    context = {
        "form": form, "heading": "Plan a patrol", "button": "Plan the patrol", "back": ("patrols", "Back to patrols", ()),
        "notes": [WITHIN],
    }  # fmt: skip
    return render(request, "patrols/form.jinja", context, status=400 if form.is_bound else 200)


def _plan(request: SignedIn, form: PlanForm, pk: int | None = None) -> Patrol:
    said = form.cleaned_data
    officers = [said["lead"], *(one for one in said["officers"] if one != said["lead"])]
    return planning.plan(
        direction_id=said["direction"].pk, place_id=said["place"].pk, area=said["area"],
        starts=moment(said["on"], said["begins"]), ends=moment(said["on"], said["ends"]), officers=officers,
        police=said["police"], briefing=said["briefing"], by=request.user, at=timezone.now(), patrol_id=pk,
    )  # fmt: skip


@require_http_methods(METHODS)
@needs("plan_patrol")
def change(request: SignedIn, pk: int) -> HttpResponse:
    """The plan of a patrol that has not gone out."""
    one = get_object_or_404(Patrol.objects.visible_to(request.user), pk=pk)
    form = PlanForm(typed(request), of=one)
    response = filled(
        request,
        form,
        lambda: _plan(request, form, pk),
        "The plan is changed: tell whoever goes.",
        "patrol",
        pk,
    )
    context = {
        "form": form, "heading": "Change the plan", "caption": one.number, "button": "Keep the plan",
        "back": ("patrol", "Back to the patrol", (pk,)), "notes": [WITHIN],
    }  # fmt: skip
    return response or render(request, "patrols/form.jinja", context, status=400 if form.is_bound else 200)


@require_safe
@needs("see_patrols")
def patrol(request: SignedIn, pk: int) -> HttpResponse:
    user = request.user
    one = get_object_or_404(shown.one_of(user), pk=pk)
    steps = [(step, step.missing(one)) for step in PATROL.open_to(user, one.state)]
    context = {
        "one": one,
        "colour": shown.COLOURS[one.state],
        "steps": [row for row in steps if row[0].name != "cancel"],
        "may_cancel": any(step.name == "cancel" for step, _ in steps),
        "met": shown.met(one, user),
        "really": shown.really(one)
        if one.state not in (Patrol.State.PLANNED, Patrol.State.CANCELLED)
        else {},
        "to_told": user.may("plan_patrol")
        and any(missing for step, missing in steps if step.name == "start"),
        "logs": user.may("log_patrol") and one.state in (Patrol.State.OUT, Patrol.State.BACK),
    }
    return render(request, "patrols/page.jinja", context)


@require_POST
@needs("log_patrol")
def go(request: SignedIn, pk: int, step: str) -> HttpResponse:
    if step not in PATROL or step == "cancel":
        raise Http404
    get_object_or_404(Patrol.objects.visible_to(request.user), pk=pk)

    def act() -> None:
        planning.take(patrol_id=pk, step=step, by=request.user, at=timezone.now())

    said = {"start": "The patrol is out.", "back": "You are back.", "close": "The patrol is closed."}
    return taken(request, act, said[step], "patrol", pk)


@require_http_methods(METHODS)
@needs("plan_patrol")
def cancel(request: SignedIn, pk: int) -> HttpResponse:
    one = get_object_or_404(Patrol.objects.visible_to(request.user), pk=pk)
    form = CancelForm(typed(request))

    def act() -> None:
        planning.take(
            patrol_id=pk,
            step="cancel",
            because=form.cleaned_data["because"],
            by=request.user,
            at=timezone.now(),
        )

    response = filled(request, form, act, "The patrol is cancelled.", "patrol", pk)
    context = {
        "form": form, "heading": "Cancel the patrol", "caption": one.number, "button": "Cancel the patrol",
        "back": ("patrol", "Back to the patrol", (pk,)),
    }  # fmt: skip
    return response or render(request, "patrols/form.jinja", context, status=400 if form.is_bound else 200)
