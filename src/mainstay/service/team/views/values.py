"""What the service sets for itself, value by value."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.team import places, values
from mainstay.service.team.forms import ValueForm
from mainstay.service.team.models import TeamValue


@require_safe
@needs("see_team")
def team_values(request: SignedIn) -> HttpResponse:
    now = values.in_force(timezone.localdate())
    groups: dict[str, list[Any]] = {}
    for value in values.known().values():
        groups.setdefault(value.group, []).append({"value": value, "lines": _lines(now[value.name])})
    context = {
        "places": places.tabs(request.user, "team_values"),
        "groups": groups.items(),
        "may_edit": request.user.may("edit_checklist"),
    }
    return render(request, "team/values.jinja", context)


def _lines(value: Any) -> list[str]:
    return [str(line) for line in value] if isinstance(value, list) else [str(value)]


@require_http_methods(["GET", "HEAD", "POST"])
@needs("edit_checklist")
def set_value(request: SignedIn, name: str) -> HttpResponse:
    value = values.known().get(name)
    if value is None:
        raise Http404
    now = values.in_force(timezone.localdate())[name]
    form = ValueForm(request.POST if request.method == "POST" else None, of=value, now=now)
    if form.is_valid():
        said = {"since": form.cleaned_data["since"], "reason": form.cleaned_data["reason"]}
        try:
            values.set_value(name=name, value=form.value, **said, by=request.user, at=timezone.now())
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Set: {value.label[:1].lower()}{value.label[1:]}.")
            return redirect("team_values")
    history = [
        (one, _lines(one.value)) for one in TeamValue.objects.filter(name=name).select_related("set_by")[:20]
    ]
    context = {"form": form, "value": value, "history": history}
    return render(request, "team/value_set.jinja", context, status=400 if form.is_bound else 200)
