"""What is typed about courts, sittings, hearings and the preparation of a trial."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.casework.forms_fast_track import words
from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.common.ui.params import DayParam, NumberParam
from mainstay.service.court.actions.hearings import Held
from mainstay.service.court.models import Court, Hearing, Prosecution, Sitting

Outcome, Plea = Hearing.Outcome, Prosecution.Plea
_BOX: Final = {"class": "govuk-input--width-5"}
#: what can be ordered on one page; more goes to the notes
DIRECTIONS: Final = 3
WHEN: Final = [("", "To come"), ("unrecorded", "Past, not recorded"), ("past", "Past"), ("all", "All")]
WEEKS: Final = [("", "One week"), ("4", "Four weeks"), ("12", "Twelve weeks")]
KINDS: Final = [("", "What comes next for each"), *Hearing.Kind.choices]
_MOST_POUNDS: Final = 1_000_000


class Pounds(forms.DecimalField):
    """A sum in pounds and pence, as pence; empty is 0."""

    def __init__(self, **said: Any) -> None:
        given = {"min_value": 0, "max_value": _MOST_POUNDS, "decimal_places": 2, "required": False}
        super().__init__(widget=forms.TextInput(attrs={**_BOX, "inputmode": "decimal"}), **(given | said))

    def clean(self, value: Any) -> int:
        pounds: Decimal | None = super().clean(str(value or "").replace("£", "").replace(",", ""))
        return int(pounds * 100) if pounds else 0


class CourtForm(forms.Form):
    name = forms.CharField(label="Name of the court", max_length=120)
    code = forms.CharField(label="Code", max_length=20, required=False, help_text="As the courts know it.")
    address = words("Address", "", 3, required=False, max_length=400)


class CourtChangeForm(forms.Form):
    code = forms.CharField(label="Code", max_length=20, required=False)
    address = words("Address", "", 3, required=False, max_length=400)
    closed = forms.BooleanField(
        label="Closed: no sitting is added any more", required=False, help_text="Hearings held there keep it."
    )


class SittingForm(forms.Form):
    court = forms.ModelChoiceField(label="Court", queryset=Court.objects.none(), empty_label="Choose")
    on = DateInput(label="Day", what="day of the sitting")
    starts = forms.TimeField(
        label="Time", widget=forms.TextInput(attrs=_BOX), input_formats=["%H:%M", "%H.%M", "%I:%M%p", "%I%p"],
        help_text="For example 10:00", initial="10:00", error_messages={"invalid": "Enter a time, for example 10:00"},
    )  # fmt: skip
    courtroom = forms.CharField(label="Courtroom", max_length=40, required=False)
    presenter = forms.ModelChoiceField(
        label="Who presents", queryset=User.objects.none(), required=False, empty_label="Nobody yet"
    )

    def __init__(self, data: Any = None, *, presenters: Any, **said: Any) -> None:
        super().__init__(data, **said)
        self.fields["court"].queryset = Court.objects.filter(closed_on=None)  # type: ignore[attr-defined]
        self.fields["presenter"].queryset = presenters  # type: ignore[attr-defined]

    @property
    def moment(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["on"], self.cleaned_data["starts"]))


class HearingsFilter(forms.Form):
    """Filters of the list of hearings; what makes no sense filters nothing."""

    when = forms.ChoiceField(required=False, choices=WHEN)
    court = NumberParam()
    kind = forms.ChoiceField(required=False, choices=[("", "Any"), *Hearing.Kind.choices])
    on = DayParam()

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {"when": "", "court": None, "kind": "", "on": None, **self.cleaned_data}


class CalendarFilter(forms.Form):
    """Filters of the calendar; what makes no sense filters nothing. week: a day of its first week."""

    week = DayParam()
    weeks = forms.ChoiceField(required=False, choices=WEEKS)
    court = NumberParam()
    officer = NumberParam()
    witness = NumberParam()

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {
            "week": None,
            "weeks": "",
            "court": None,
            "officer": None,
            "witness": None,
            **self.cleaned_data,
        }


class ListForm(forms.Form):
    """Prosecutions onto a sitting."""

    sitting = forms.ModelChoiceField(label="Sitting", queryset=Sitting.objects.none(), empty_label="Choose")
    kind = forms.ChoiceField(label="For which hearing", choices=KINDS, required=False)

    def __init__(self, data: Any = None, *, sittings: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["sitting"]
        field.queryset, field.label_from_instance = sittings, sitting_words


def sitting_words(sitting: Sitting) -> str:
    starts = timezone.localtime(sitting.starts)
    room = f", {sitting.courtroom}" if sitting.courtroom else ""
    return f"{starts:%a} {starts.day} {starts:%B %Y} {starts:%H:%M}, {sitting.court.name}{room}"


class HearingForm(forms.Form):
    """The page of a hearing, on one sheet."""

    attended = forms.MultipleChoiceField(
        label="Who was there",
        choices=Hearing.Came.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    bench = forms.CharField(
        label="Bench", max_length=200, required=False, help_text="Magistrates, or a district judge, and the legal adviser."
    )  # fmt: skip
    plea = forms.ChoiceField(
        label="Plea", required=False, choices=[("", "None at this hearing"), (Plea.GUILTY, "Guilty"), (Plea.NOT_GUILTY, "Not guilty")],
    )  # fmt: skip
    notes = words("Notes", "What was said and shown, in the order in which it came.", 6, required=False)
    mitigation = words("What the defendant put forward", "", 2, required=False)
    outcome = forms.ChoiceField(
        label="How it ended", widget=forms.RadioSelect,
        choices=[
            (Outcome.DECIDED, Choice("Decided", hint="The result comes on the next page.")),
            (Outcome.TRIAL_SET, Choice("Set down for trial", hint="After a plea of not guilty.")),
            (Outcome.ADJOURNED, "Adjourned"),
            (Outcome.WARRANT, "A warrant was issued"),
            (Outcome.VACATED, "It was not held"),
        ],
    )  # fmt: skip
    in_absence = forms.BooleanField(
        label="The defendant did not come, and the court found the charge proved in their absence", required=False,
        help_text="Only where service of the charge is proved.",
    )  # fmt: skip
    because = words("Why adjourned, why a warrant, why not held", "", 2, required=False)
    asked_by = forms.ChoiceField(
        label="Who asked for the adjournment",
        required=False,
        choices=[("", "Nobody"), *Hearing.Asked.choices],
    )
    costs_pence = Pounds(label="Costs of the adjournment, in pounds")
    next_sitting = forms.ModelChoiceField(
        label="Next day", queryset=Sitting.objects.none(), required=False, empty_label="Not fixed yet",
        help_text="Add the sitting first if it is not there. Not fixed: you are reminded to ask the court.",
    )  # fmt: skip
    disclosure_due = DateInput(label="Disclosure due", what="day disclosure is due", required=False, help_text="For a trial: as the court directed.")  # fmt: skip
    disclosure_officer = forms.ModelChoiceField(
        label="Disclosure officer", queryset=User.objects.none(), required=False, empty_label="Choose"
    )

    def __init__(self, data: Any = None, *, sittings: Any, officers: Any, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        field: Any = self.fields["next_sitting"]
        field.queryset, field.label_from_instance = sittings, sitting_words
        self.fields["disclosure_officer"].queryset = officers  # type: ignore[attr-defined]
        for number in range(1, DIRECTIONS + 1):
            self.fields[f"direction_{number}"] = forms.CharField(
                label=f"Direction {number}", max_length=400, required=False
            )
            self.fields[f"due_{number}"] = DateInput(
                label=f"Direction {number}: by when", what=f"day direction {number} is due", required=False
            )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        for number in range(1, DIRECTIONS + 1):
            what, due = said.get(f"direction_{number}"), said.get(f"due_{number}")
            if what and due is None and f"due_{number}" not in self.errors:
                self.add_error(f"due_{number}", f"Say by when direction {number} is due")
            if due and not what:
                self.add_error(f"direction_{number}", f"Say what direction {number} is")
        return said

    @property
    def held(self) -> Held:
        said = self.cleaned_data
        directions: list[tuple[str, date]] = [
            (said[f"direction_{n}"], said[f"due_{n}"])
            for n in range(1, DIRECTIONS + 1)
            if said[f"direction_{n}"]
        ]
        names = ("outcome", "notes", "bench", "attended", "plea", "in_absence", "because", "asked_by", "mitigation", "disclosure_due", "disclosure_officer")  # fmt: skip
        following = said["next_sitting"]
        return Held(
            **{name: said[name] for name in names}, costs_pence=said["costs_pence"] or None, directions=directions,
            next_sitting=following.pk if following else None,
        )  # fmt: skip


class NoteForm(forms.Form):
    text = words("What is to be added", "", 3, max_length=2000)


class StatementForm(forms.Form):
    witness = forms.CharField(label="Whose statement", max_length=120)
    served_on = DateInput(label="Served on", what="day it was served", latest=timezone.localdate)


class ObjectionForm(forms.Form):
    on = DateInput(label="Day of the objection", what="day of the objection", latest=timezone.localdate)
    objection = words("What is objected to", "", 2, max_length=1000, required=False)


class WarnedForm(forms.Form):
    on = DateInput(label="Told on", what="day the witness was told", latest=timezone.localdate)


class DisclosedForm(forms.Form):
    on = DateInput(label="Day", what="day", latest=timezone.localdate)
    found = words("What was disclosed, or found when it was looked at again", "", 2, max_length=1000)
