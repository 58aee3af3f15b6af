"""What a manager sets: who may chair, and the council's own values."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.accounts.queries import holding
from mainstay.service.casework import fast_track_values, places
from mainstay.service.casework.actions import chairs as actions
from mainstay.service.casework.forms_fast_track import BecauseForm
from mainstay.service.casework.forms_fast_track_settings import ChairForm, ValueForm
from mainstay.service.casework.models import Chair, FastTrackValue
from mainstay.service.casework.queries.chairs import listed
from mainstay.service.casework.views.fast_tracks import METHODS
from mainstay.service.casework.views.filling import filled, typed


@require_http_methods(METHODS)
@needs("authorise_chairs")
def chairs(request: SignedIn) -> HttpResponse:
    today = timezone.localdate()
    by_role = holding("chair_fast_track", today)
    form = ChairForm(
        typed(request), officers=holding("interview", today).exclude(pk__in=by_role.values("pk"))
    )

    def act() -> None:
        actions.authorise(by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, "The officer may chair from that day.", "chairs")) is not None:
        return response
    context = {
        "places": places.tabs(request.user, "chairs"),
        "form": form,
        "by_role": list(by_role),
        "chairs": listed(),
        "today": today,
    }
    return render(request, "casework/fast_track/chairs.jinja", context, status=400 if form.is_bound else 200)


@require_http_methods(METHODS)
@needs("authorise_chairs")
def chair_end(request: SignedIn, pk: int) -> HttpResponse:
    chair = Chair.objects.select_related("user").filter(pk=pk).first()
    if chair is None:
        raise Http404
    form = BecauseForm(typed(request))

    def act() -> None:
        actions.end(chair_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, "Today is the last day.", "chairs")) is not None:
        return response
    context = {"chair": chair, "form": form}
    return render(
        request, "casework/fast_track/chair_end.jinja", context, status=400 if form.is_bound else 200
    )


@require_safe
@needs("edit_checklist")
def values(request: SignedIn) -> HttpResponse:
    now = fast_track_values.in_force(timezone.localdate())
    context = {
        "places": places.tabs(request.user, "fast_track_values"),
        "values": [(value, value.words(now[name])) for name, value in fast_track_values.VALUES.items()],
        "said": _said(),
    }
    return render(request, "casework/fast_track/values.jinja", context)


def _said() -> dict[str, list[Any]]:
    """Name -> what was set, the latest first."""
    found: dict[str, list[Any]] = {}
    for row in FastTrackValue.objects.select_related("set_by"):
        value = fast_track_values.VALUES.get(row.name)
        if value is not None:
            found.setdefault(row.name, []).append((row, value.words(row.value)))
    return found


@require_http_methods(METHODS)
@needs("edit_checklist")
def value_set(request: SignedIn, name: str) -> HttpResponse:
    of = fast_track_values.VALUES.get(name)
    if of is None:
        raise Http404
    form = ValueForm(typed(request), of=of, now=fast_track_values.in_force(timezone.localdate())[name])

    def act() -> None:
        fast_track_values.set_value(name=name, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := filled(request, form, act, "It is set.", "fast_track_values")) is not None:
        return response
    context = {"form": form, "value": of}
    return render(
        request, "casework/fast_track/value_set.jinja", context, status=400 if form.is_bound else 200
    )
