"""What patrols rest on: designated places and directions."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.patrols import places
from mainstay.service.patrols.actions import authorising
from mainstay.service.patrols.forms import DirectionForm, PlaceForm, ToldForm, moment
from mainstay.service.patrols.models import DesignatedPlace, Direction
from mainstay.service.patrols.views.filling import filled, taken, typed
from mainstay.service.patrols.views.patrols import METHODS

BACK = ("patrol_authority", "Back to places and directions", ())


@require_safe
@needs("plan_patrol")
def authority(request: SignedIn) -> HttpResponse:
    now = timezone.now()
    context = {
        "places": places.tabs(request.user, "patrol_authority"),
        "designated": list(DesignatedPlace.objects.all()),
        "directions": list(Direction.objects.all()[:50]),
        "now": now,
    }
    return render(request, "patrols/authority.jinja", context)


def _form(
    request: SignedIn, form: Any, heading: str, button: str, act: Any, done: str, **more: Any
) -> HttpResponse:
    response = filled(request, form, act, done, "patrol_authority")
    context = {"form": form, "heading": heading, "button": button, "back": BACK, **more}
    return response or render(request, "patrols/form.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("plan_patrol")
def new_place(request: SignedIn) -> HttpResponse:
    form = PlaceForm(typed(request))

    def act() -> None:
        authorising.designate(school=None, by=request.user, at=timezone.now(), **form.cleaned_data)

    note = "The council designates premises to which a constable may take a child, and tells the chief officer of police. Confirm with legal."
    return _form(
        request, form, "Designate a place", "Write it down", act, "The place is written down.", notes=[note]
    )


@require_http_methods(METHODS)
@needs("plan_patrol")
def told(request: SignedIn, pk: int) -> HttpResponse:
    place = get_object_or_404(DesignatedPlace, pk=pk)
    form = ToldForm(typed(request))

    def act() -> None:
        authorising.tell_chief(place_id=pk, on=form.cleaned_data["on"], by=request.user, at=timezone.now())

    return _form(
        request,
        form,
        "The chief officer of police was told",
        "Write it down",
        act,
        "Written down.",
        caption=place.name,
    )


@require_POST
@needs("plan_patrol")
def end_place(request: SignedIn, pk: int) -> HttpResponse:
    get_object_or_404(DesignatedPlace, pk=pk)

    def act() -> None:
        authorising.end_place(place_id=pk, on=timezone.localdate(), by=request.user, at=timezone.now())

    return taken(request, act, "The place is no longer designated after today.", "patrol_authority")


@require_http_methods(METHODS)
@needs("plan_patrol")
def new_direction(request: SignedIn) -> HttpResponse:
    form = DirectionForm(typed(request))

    def act() -> None:
        said = form.cleaned_data
        authorising.direct(
            reference=said["reference"], given_by=said["given_by"], given_on=said["given_on"], area=said["area"],
            starts=moment(said["first_on"], said["first_at"]), ends=moment(said["last_on"], said["last_at"]),
            by=request.user, at=timezone.now(),
        )  # fmt: skip

    note = "Given by the police, for an area and a period. Nothing on this page gives a power: it writes down what the police decided."
    return _form(
        request,
        form,
        "Write down a direction",
        "Write it down",
        act,
        "The direction is written down.",
        notes=[note],
    )


@require_POST
@needs("plan_patrol")
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    get_object_or_404(Direction, pk=pk)

    def act() -> None:
        authorising.withdraw(direction_id=pk, by=request.user, at=timezone.now())

    return taken(request, act, "The direction is withdrawn: no patrol starts under it.", "patrol_authority")
