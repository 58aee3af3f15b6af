"""Forms of bookings: when, who and what for; moving, cancelling, what was delivered, and what the school says of it."""

from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.common.ui.forms import DateInput
from mainstay.service.common.ui.params import LATEST, DayParam, NumberParam
from mainstay.service.directory.models import School
from mainstay.service.traded.models import Booking, ServiceCode
from mainstay.service.traded.queries import bookings as shown
from mainstay.service.traded.years import days

SERVICES: Final = [choice for choice in ServiceCode.choices if choice[0] != ServiceCode.BESPOKE]
STATES: Final = [
    ("", "To come or to write up"), (shown.TO_DELIVER, "To write up"), (shown.TO_CONFIRM, "School to confirm"),
    (shown.QUERIED, "Queried by the school"), *Booking.State.choices[1:], ("all", "All"),
]  # fmt: skip
SCOPES: Final = [("", "All I may see"), ("mine", "Mine")]


def words(label: str, hint: str = "", rows: int = 3, most: int = 4000, **said: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **said
    )


class BookingsFilter(forms.Form):
    """Filters of the list; what makes no sense filters nothing."""

    state = forms.ChoiceField(required=False, choices=STATES)
    scope = forms.ChoiceField(required=False, choices=SCOPES)
    service = forms.ChoiceField(required=False, choices=[("", "Any"), *SERVICES])
    school = NumberParam()
    officer = NumberParam()
    year = NumberParam(max_value=2190)

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {**shown.ANY, **self.cleaned_data}


class CalendarFilter(forms.Form):
    """Whose days, and from when."""

    school = NumberParam()
    officer = NumberParam()
    first = DayParam()
    instead_of = NumberParam()


class OfficerChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Officers who can be booked; ``notes``: user id -> what is said behind the name."""

    notes: dict[int, str] = {}

    def label_from_instance(self, obj: Any) -> str:
        note = self.notes.get(obj.pk, "")
        return f"{obj.name} ({note})" if note else str(obj.name)


class WhenForm(forms.Form):
    """A day, a part of it and an officer."""

    on = DateInput(label="Day", what="day", earliest=timezone.localdate, latest=LATEST)
    part = forms.ChoiceField(
        label="Which part of it", choices=Booking.Part.choices, widget=forms.RadioSelect,
        help_text="Mornings 9am to 12 noon, afternoons 1pm to 4pm; agree another hour with the officer.",
    )  # fmt: skip
    officer = OfficerChoice(label="Officer", queryset=User.objects.none(), empty_label="Choose")

    def __init__(self, data: Any = None, *, officers: list[User], notes: dict[int, str], **said: Any) -> None:
        super().__init__(data, **said)
        field = self.fields["officer"]
        field.queryset = User.objects.filter(pk__in=[one.pk for one in officers])  # type: ignore[attr-defined]
        field.notes = notes  # type: ignore[attr-defined]
        field.choices = [("", "Choose"), *((one.pk, field.label_from_instance(one)) for one in officers)]  # type: ignore[attr-defined]


class BookForm(WhenForm):
    school = forms.ModelChoiceField(label="School", queryset=School.objects.none(), empty_label="Choose")
    service = forms.ChoiceField(label="What for", choices=[("", "Choose"), *SERVICES])
    purpose = forms.CharField(
        label="What is to be done", required=False, max_length=300,
        help_text="A line for the officer. It stands in calendars: no child’s name.",
    )  # fmt: skip
    instead_of = forms.IntegerField(required=False, widget=forms.HiddenInput)
    field_order = ("school", "service", "on", "part", "officer", "purpose", "instead_of")

    def __init__(self, data: Any = None, *, schools: Any, **said: Any) -> None:
        super().__init__(data, **said)
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]


class MoveForm(WhenForm):
    because = forms.CharField(
        label="Why it is moved", max_length=300, help_text="Everybody who is asked reads it: no child’s name."
    )


class GiveForm(forms.Form):
    to = OfficerChoice(label="Who comes instead", queryset=User.objects.none(), empty_label="Choose")
    because = forms.CharField(
        label="Why, in words the school may read", max_length=300, initial="A colleague is away",
        help_text="Nothing about anybody’s health.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, officers: list[User], notes: dict[int, str], **said: Any) -> None:
        super().__init__(data, **said)
        field = self.fields["to"]
        field.queryset = User.objects.filter(pk__in=[one.pk for one in officers])  # type: ignore[attr-defined]
        field.notes = notes  # type: ignore[attr-defined]
        field.choices = [("", "Choose"), *((one.pk, field.label_from_instance(one)) for one in officers)]  # type: ignore[attr-defined]


class CancelForm(forms.Form):
    because = words("Why", "The other side reads it: no child’s name.", 2, 300)


class DeliverForm(forms.Form):
    half_days = forms.TypedChoiceField(label="Days used", coerce=int, widget=forms.RadioSelect)
    minutes = forms.IntegerField(
        label="Minutes spent", min_value=1, max_value=1440, widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}),
        help_text="In school, and writing up.",
    )  # fmt: skip
    done = words("What was done", "The school reads it. Children are named on their own page, not here.")
    outcome = words("What came of it", "What is different now, and what was agreed.")
    next_step = words("Next", "Who does what, by when. Leave it empty if nothing follows.", 2, required=False)

    def __init__(self, data: Any = None, *, booked: int, **said: Any) -> None:
        super().__init__(data, initial={"half_days": booked}, **said)
        if booked == 1:
            self.fields["half_days"].widget = forms.HiddenInput()
        self.fields["half_days"].choices = [(n, days(n)) for n in range(booked, 0, -1)]  # type: ignore[attr-defined]


class QueryForm(forms.Form):
    text = words("What is not right", "The officer and the manager read it: no child’s name.")


class SettleForm(forms.Form):
    given_back = forms.TypedChoiceField(label="What is given back", coerce=int, widget=forms.RadioSelect)
    because = words("Your answer", "The school reads it.")

    def __init__(self, data: Any = None, *, used: int, **said: Any) -> None:
        super().__init__(data, **said)
        self.fields["given_back"].choices = [  # type: ignore[attr-defined]
            (0, "Nothing: it stands as written up"), *((n, days(n)) for n in range(1, used + 1)),
        ]  # fmt: skip
