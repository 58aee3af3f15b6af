"""The council's values for court: the list with its history, and one set anew."""

from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.court import places
from mainstay.service.court import values as of_court
from mainstay.service.court.forms_prosecuting import ValueForm
from mainstay.service.court.models import CourtValue
from mainstay.service.court.views.filling import done, typed

METHODS: Final = ["GET", "HEAD", "POST"]


@require_safe
@needs("edit_court_values")
def values(request: SignedIn) -> HttpResponse:
    now = of_court.in_force(timezone.localdate())
    said: dict[str, list[Any]] = {}
    for row in CourtValue.objects.select_related("set_by"):
        if row.name in of_court.VALUES:
            said.setdefault(row.name, []).append((row, of_court.VALUES[row.name].words(row.value)))
    context = {
        "places": places.tabs(request.user, "court_values"),
        "values": [(value, value.words(now[name])) for name, value in of_court.VALUES.items()],
        "said": said,
    }
    return render(request, "court/values.jinja", context)


@require_http_methods(METHODS)
@needs("edit_court_values")
def value_set(request: SignedIn, name: str) -> HttpResponse:
    of = of_court.VALUES.get(name)
    if of is None:
        raise Http404
    form = ValueForm(typed(request), of=of, now=of_court.in_force(timezone.localdate())[name])

    def act() -> None:
        of_court.set_value(name=name, by=request.user, at=timezone.now(), **form.cleaned_data)

    if (response := done(request, form, act, "It is set.", "court_values")) is not None:
        return response
    return render(
        request, "court/value_set.jinja", {"form": form, "value": of}, status=400 if form.is_bound else 200
    )
