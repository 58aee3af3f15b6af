"""Forms of contacts, absences, cover and the service's own values."""

from typing import Any

from django import forms
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.queries import holding
from mainstay.service.common.ui.forms import DateInput
from mainstay.service.common.ui.params import EARLIEST, LATEST, DayParam, NumberParam
from mainstay.service.team.models import Absence
from mainstay.service.team.queries.duty import ANY
from mainstay.service.team.values import Value


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the people who hold a permission today; set in ``__init__`` of the form."""

    def __init__(self, **said: Any) -> None:
        super().__init__(**{"queryset": User.objects.none(), "empty_label": "Choose", **said})

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def people(form: forms.Form, name: str, permission: str, *, without: Any = None) -> None:
    found = holding(permission, timezone.localdate()).order_by("name", "pk")
    form.fields[name].queryset = found.exclude(pk=without.pk) if without else found  # type: ignore[attr-defined]


class ContactForm(forms.Form):
    """How somebody is reached at work."""

    phone = forms.CharField(label="Work telephone", max_length=40, required=False)
    teams = forms.CharField(
        label="Address on Teams",
        max_length=160,
        required=False,
        help_text="Usually your work e-mail address.",
    )
    hours = forms.CharField(
        label="When you work", max_length=160, required=False, help_text="Such as “Monday to Thursday”."
    )
    public = forms.BooleanField(
        label="Show me on the public page", required=False,
        help_text="Name, work telephone and work e-mail, for parents and schools; no sign-in is needed to read it.",
    )  # fmt: skip


class AbsenceForm(forms.Form):
    """From one half-day to another."""

    officer = PersonChoice(label="Who is away")
    kind = forms.ChoiceField(
        label="Why", choices=Absence.Kind.choices, initial=Absence.Kind.LEAVE, widget=forms.RadioSelect,
        help_text="Colleagues read “Away”. Do not write down what somebody is ill with.",
    )  # fmt: skip
    first_on = DateInput(label="First day", what="first day", earliest=EARLIEST, latest=LATEST)
    first_half = forms.ChoiceField(
        label="From", choices=[("AM", "Morning"), ("PM", "Afternoon")], initial="AM"
    )
    last_on = DateInput(label="Last day", what="last day", earliest=EARLIEST, latest=LATEST)
    last_half = forms.ChoiceField(
        label="To the end of", choices=[("AM", "Morning"), ("PM", "Afternoon")], initial="PM"
    )
    stands_in = PersonChoice(
        label="Who answers their schools meanwhile", required=False, empty_label="The duty officer"
    )

    def __init__(self, data: Any = None, *, of: Any | None) -> None:
        today = timezone.localdate()
        super().__init__(data, initial={"first_on": today, "last_on": today})
        if of is not None:
            del self.fields["officer"]
        else:
            people(self, "officer", "hold_meetings")
        people(self, "stands_in", "hold_meetings", without=of)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("first_on"), said.get("last_on")
        if first and last and not 0 <= (last - first).days <= 400:
            self.add_error("last_on", "The last day must be the first or after it, within a year")
        return said


class EndForm(forms.Form):
    """Back sooner, or away longer."""

    last_on = DateInput(label="Last day", what="last day", earliest=EARLIEST, latest=LATEST)
    last_half = forms.ChoiceField(
        label="To the end of", choices=[("AM", "Morning"), ("PM", "Afternoon")], initial="PM"
    )


class RearrangeForm(forms.Form):
    """Another time for a meeting."""

    on = DateInput(label="New day", what="new day", earliest=timezone.localdate, latest=LATEST)
    at = forms.TimeField(label="Begins at", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(
        label="Minutes", min_value=5, max_value=600, widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"})
    )  # fmt: skip
    where = forms.CharField(label="Where", max_length=200)
    because = forms.CharField(
        label="Why, in words the school may read", max_length=300, initial="The officer is away",
        help_text="Nothing about anybody’s health, and no child’s name.",
    )  # fmt: skip


class DeclineForm(forms.Form):
    """Why a colleague cannot cover; a word is enough, and none is needed."""

    because = forms.CharField(required=False, max_length=300)


class ValueForm(forms.Form):
    """A value of the service from a day on."""

    since = DateInput(label="From", what="first day", earliest=timezone.localdate, latest=LATEST)
    reason = forms.CharField(label="Why", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("value", "since", "reason")

    def __init__(self, data: Any = None, *, of: Value, now: Any) -> None:
        super().__init__(data, initial={"since": timezone.localdate()})
        self.of = of
        said: dict[str, Any] = {"label": of.label, "help_text": of.hint}
        if of.kind == "whole":
            box = forms.NumberInput(attrs={"class": "govuk-input--width-4"})
            self.fields["value"] = forms.IntegerField(
                min_value=of.least, max_value=of.most, widget=box, initial=now, **said
            )
        elif of.kind == "text":
            self.fields["value"] = forms.CharField(max_length=300, required=False, initial=now, **said)
        else:
            area = forms.Textarea(attrs={"rows": 10})
            self.fields["value"] = forms.CharField(
                widget=area, required=of.kind == "lines", initial="\n".join(now), max_length=6000, **said
            )
        self.order_fields(self.field_order)

    @property
    def value(self) -> Any:
        said = self.cleaned_data["value"]
        return said if self.of.kind in ("whole", "text") else said.splitlines()


class CallsFilter(forms.Form):
    """Filters of the log; what makes no sense filters nothing."""

    theme = forms.CharField(required=False, max_length=120)
    asker = forms.CharField(required=False, max_length=14)
    state = forms.ChoiceField(
        required=False, choices=[("", "All"), ("waiting", "Not answered"), ("follow_up", "To follow up")]
    )
    school = NumberParam()
    since = DayParam()
    until = DayParam()

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {**ANY, **self.cleaned_data}
