"""What is typed about visits."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.casework.forms_passages import BoxesForm
from mainstay.service.casework.models import Visit
from mainstay.service.casework.queries.appointments import To
from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.common.ui.params import EARLIEST, LATEST, NumberParam

YES_NO: Final = [("yes", "Yes"), ("no", "No")]
SCOPES: Final = [("", "Mine"), ("team", "Everybody’s")]
OVER: Final = "over"
STATES: Final = [
    ("", "Planned, or to be written up"), (OVER, "Over, without an outcome"), *Visit.State.choices, ("all", "All"),
]  # fmt: skip
LENGTHS: Final = [(30, "Half an hour"), (60, "An hour"), (90, "An hour and a half"), (120, "Two hours")]


class VisitsFilter(forms.Form):
    """Filters of the list; what makes no sense filters nothing."""

    scope = forms.ChoiceField(required=False, choices=SCOPES)
    state = forms.ChoiceField(required=False, choices=STATES)
    school = NumberParam()

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {"scope": "", "state": "", "school": None, **self.cleaned_data}


class VisitForm(forms.Form):
    """A visit to plan."""

    day = DateInput(label="Day", what="day of the visit", earliest=EARLIEST, latest=LATEST)
    hour = forms.TimeField(
        label="Time", help_text="For example 15:30", input_formats=["%H:%M", "%H.%M"],
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "numeric"}),
        error_messages={"required": "Enter the time", "invalid": "Enter the time as 15:30"},
    )  # fmt: skip
    minutes = forms.TypedChoiceField(
        coerce=int, choices=LENGTHS, initial=60, label="How long you mean to stay",
        help_text="If nobody has heard from you fifteen minutes after that, senior officers are told, then managers.",
    )  # fmt: skip
    place = forms.ChoiceField(
        choices=Visit.Place.choices, initial=Visit.Place.HOME, widget=forms.RadioSelect, label="Where",
        help_text="Calendars outside say no address: it is in the case.",
    )  # fmt: skip
    announced = forms.ChoiceField(
        choices=[("yes", Choice("Announced", hint="The family knows the day and time.")),
                 ("no", Choice("Unannounced", hint="Say in the purpose why."))],
        widget=forms.RadioSelect, label="Does the family know?",
        error_messages={"required": "Say whether the family knows of the visit"},
    )  # fmt: skip
    told = forms.CharField(
        required=False, max_length=300, label="How and when the family was told",
        help_text="Each parent, where there are several. Only for an announced visit. A letter to each is written from the visit’s page.",
    )  # fmt: skip
    purpose = forms.CharField(
        max_length=300,
        label="What the visit is for",
        error_messages={"required": "Say what the visit is for"},
    )
    risks = forms.CharField(
        max_length=4000, label="Risks you know of", widget=forms.Textarea(attrs={"rows": 3}),
        help_text="People, dogs, the place, the time of day; or that you looked and know of none.",
        error_messages={"required": "Write down the risks you know of, or that you looked and know of none"},
    )  # fmt: skip
    precautions = forms.CharField(
        required=False,
        max_length=4000,
        label="What you do about them",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    colleague = forms.ModelChoiceField(
        required=False, label="Who comes along", queryset=User.objects.none(), empty_label="Nobody"
    )

    def __init__(self, data: Any = None, *, colleagues: Any) -> None:
        super().__init__(data)
        self.fields["colleague"].queryset = colleagues  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """What ``visits.plan`` takes besides the case."""
        said = dict(self.cleaned_data)
        starts = timezone.make_aware(datetime.combine(said.pop("day"), said.pop("hour")))
        return {**said, "starts": starts, "announced": said["announced"] == "yes"}


class StayForm(forms.Form):
    minutes = forms.TypedChoiceField(
        coerce=int, choices=[(30, "Half an hour more"), (60, "An hour more")], label="I stay longer"
    )


class WordsForm(forms.Form):
    """A reason or an answer in a line; ``name`` tells several of one page apart."""

    words = forms.CharField(max_length=300, label="Why")

    def __init__(
        self, data: Any = None, *, label: str = "Why", missing: str = "Say why", name: str = "why"
    ) -> None:
        super().__init__(data, auto_id=f"id_{name}_%s")
        self.fields["words"].label = label
        self.fields["words"].error_messages["required"] = missing


class RecordForm(BoxesForm):
    """What came of a visit."""

    outcome = forms.ChoiceField(
        required=False, choices=Visit.Outcome.choices, widget=forms.RadioSelect, label="What came of it?"
    )
    who_seen = forms.CharField(required=False, max_length=300, label="Who was seen")
    child_seen = forms.ChoiceField(
        required=False, choices=YES_NO, widget=forms.RadioSelect, label="Did you see the child?"
    )
    version = NumberParam(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, visit: Visit, **more: Any) -> None:
        seen = {True: "yes", False: "no", None: ""}[visit.child_seen]
        initial: Mapping[str, Any] = {
            "outcome": visit.outcome, "who_seen": visit.who_seen, "child_seen": seen, "version": visit.version,
        }  # fmt: skip
        super().__init__(data, initial=initial, **more)

    @property
    def answered(self) -> list[tuple[str, str]]:
        """The answers above the boxes, in words."""
        said = self.cleaned_data
        known = {"outcome": dict(Visit.Outcome.choices), "child_seen": dict(YES_NO)}
        return [
            (str(self[name].label), known.get(name, {}).get(said[name], said[name]))
            for name in ("outcome", "who_seen", "child_seen")
            if said[name]
        ]

    @property
    def values(self) -> dict[str, Any]:
        """What ``visits.save`` takes besides the visit."""
        said = self.cleaned_data
        seen = {"yes": True, "no": False}.get(said["child_seen"])
        return {
            "outcome": said["outcome"], "who_seen": said["who_seen"], "child_seen": seen, "version": said["version"] or 0,
            "typed": self.typed,
        }  # fmt: skip


class AppointmentForm(forms.Form):
    """Who gets the letter that announces a visit; with words on writing safely, nobody is ticked beforehand."""

    parents = forms.TypedMultipleChoiceField(
        coerce=int, label="Write to", widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose whom you write to"}
    )  # fmt: skip
    where = forms.CharField(
        max_length=200, label="Where, as the letter says it",
        error_messages={"required": "Say where you meet, as the letter has it"},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, rows: Iterable[To], elsewhere: bool) -> None:
        super().__init__(data, auto_id="id_letter_%s")
        found = [row for row in rows if row.open]
        self.fields["parents"].choices = [  # type: ignore[attr-defined]
            (row.parent.pk, Choice(row.parent.name, hint=row.unsure)) for row in found
        ]
        self.fields["parents"].initial = [row.parent.pk for row in found if not row.unsure]
        if not elsewhere:
            del self.fields["where"]


class CardForm(forms.Form):
    """For whom a card is left."""

    parent = forms.TypedChoiceField(
        coerce=int, label="For whom", widget=forms.RadioSelect, error_messages={"required": "Choose for whom"}
    )

    def __init__(self, data: Any = None, *, parents: Any) -> None:
        super().__init__(data)
        self.fields["parent"].choices = [(one.pk, one.name) for one in parents]  # type: ignore[attr-defined]
