"""How long each kind of record is kept."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.service.accounts.permissions import SignedIn, needs
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.forms import DateInput
from mainstay.service.common.ui.params import LATEST
from mainstay.service.record import retention
from mainstay.service.record.models import RetentionPeriod


class PeriodForm(forms.Form):
    """A period from a day on."""

    number = forms.IntegerField(
        label="How many", min_value=1, max_value=1000, widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"})
    )  # fmt: skip
    unit = forms.ChoiceField(
        label="Of what", choices=[(name, name.capitalize()) for name in retention.UNITS], widget=forms.RadioSelect
    )  # fmt: skip
    age = forms.IntegerField(
        label="At least to the child’s age of", min_value=0, max_value=100, required=False,
        help_text="Leave it empty where the child’s age does not matter.",
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
    )  # fmt: skip
    since = DateInput(label="From", what="first day", earliest=timezone.localdate, latest=LATEST)
    reason = forms.CharField(
        label="Why, and by whose decision", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_age(self) -> int:
        return int(self.cleaned_data["age"] or 0)


@require_safe
@needs("see_values")
def periods(request: SignedIn) -> HttpResponse:
    now = retention.in_force(timezone.localdate())
    rows = [(kind, now[name][0].words(kind.event), now[name][1]) for name, kind in retention.KINDS.items()]
    context = {
        "rows": rows,
        "assumed": retention.ASSUMED,
        "may_edit": request.user.may("edit_retention"),
    }
    return render(request, "record/retention.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("edit_retention")
def set_period(request: SignedIn, name: str) -> HttpResponse:
    kind = retention.KINDS.get(name)
    if kind is None:
        raise Http404
    today = timezone.localdate()
    now = retention.in_force(today)[name][0]
    initial = {"number": now.number, "unit": now.unit, "age": now.age or None, "since": today}
    form = PeriodForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            retention.set_period(name=name, by=request.user, at=timezone.now(), **form.cleaned_data)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Set: {kind.label[:1].lower()}{kind.label[1:]}.")
            return redirect("retention")
    history = [
        (row, retention.Period(**row.value).words(kind.event))
        for row in RetentionPeriod.objects.filter(name=name).select_related("set_by")[:20]
    ]
    context = {
        "form": form,
        "kind": kind,
        "now": now.words(kind.event),
        "history": history,
        "assumed": retention.ASSUMED,
    }
    return render(request, "record/retention_set.jinja", context, status=400 if form.is_bound else 200)
