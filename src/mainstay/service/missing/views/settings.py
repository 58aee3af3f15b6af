"""What the council sets for this room, value by value."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.common.ui.forms import DateInput
from mainstay.service.missing import places, values
from mainstay.service.missing.models import MissingValue
from mainstay.service.missing.views.filling import METHODS, typed


class ValueForm(forms.Form):
    """A value from a day on."""

    since = DateInput(label="From", what="first day", earliest=timezone.localdate)
    reason = forms.CharField(label="Why", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, of: values.Value, now: Any) -> None:
        super().__init__(data, initial={"since": timezone.localdate()})
        self.of = of
        said: dict[str, Any] = {"label": of.label, "help_text": of.hint}
        if of.kind == "whole":
            box = forms.NumberInput(attrs={"class": "govuk-input--width-4"})
            field: forms.Field = forms.IntegerField(
                min_value=of.least, max_value=of.most, widget=box, initial=now, **said
            )
        elif of.kind == "day":
            start = date.fromisoformat(now) if now else None
            field = DateInput(what="day", required=False, initial=start, **said)
        elif of.kind == "text":
            field = forms.CharField(max_length=300, initial=now, **said)
        else:
            area = forms.Textarea(attrs={"rows": 8})
            field = forms.CharField(
                widget=area, required=False, initial="\n".join(now), max_length=900, **said
            )
        self.fields["value"] = field
        self.order_fields(["value", "since", "reason"])

    @property
    def value(self) -> Any:
        said = self.cleaned_data["value"]
        return said if self.of.kind in ("whole", "text", "day") else said.splitlines()


def _lines(value: Any, kind: str) -> list[str]:
    if kind == "day" and value:
        return [long_date(date.fromisoformat(value))]
    return [str(line) for line in value] if isinstance(value, list) else [str(value)]


@require_safe
@needs("work_missing")
def settings(request: SignedIn) -> HttpResponse:
    now = values.in_force(timezone.localdate())
    groups: dict[str, list[Any]] = {}
    for value in values.KNOWN.values():
        groups.setdefault(value.group, []).append(
            {"value": value, "lines": _lines(now[value.name], value.kind)}
        )
    context = {"places": places.tabs(request.user, "missing_values"), "groups": groups.items()}
    return render(request, "missing/values.jinja", context)


@require_http_methods(METHODS)
@needs("work_missing")
def set_value(request: SignedIn, name: str) -> HttpResponse:
    value = values.KNOWN.get(name)
    if value is None:
        raise Http404
    form = ValueForm(typed(request), of=value, now=values.in_force(timezone.localdate())[name])
    if form.is_valid():
        said = {"since": form.cleaned_data["since"], "reason": form.cleaned_data["reason"]}
        try:
            values.set_value(name=name, value=form.value, **said, by=request.user, at=timezone.now())
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Set: {value.label[:1].lower()}{value.label[1:]}.")
            return redirect("missing_values")
    rows = MissingValue.objects.filter(name=name).select_related("set_by")[:20]
    context = {
        "form": form,
        "value": value,
        "history": [(one, _lines(one.value, value.kind)) for one in rows],
    }
    return render(request, "missing/value_set.jinja", context, status=400 if form.is_bound else 200)
