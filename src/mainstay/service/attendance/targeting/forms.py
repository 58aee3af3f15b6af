"""What people type about targeting meetings."""

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.attendance.targeting import terms
from mainstay.service.attendance.targeting.actions.planning import MOST_A_TERM
from mainstay.service.attendance.targeting.models import TargetingDecision, TargetingMeeting
from mainstay.service.common.ui.forms import DateInput
from mainstay.service.common.ui.params import EARLIEST, LATEST, DayParam, NumberParam
from mainstay.service.directory.models import School
from mainstay.service.record.meetings import Asked

LENGTHS: Final = [
    (30, "30 minutes"),
    (45, "45 minutes"),
    (60, "1 hour"),
    (90, "1½ hours"),
    (120, "2 hours"),
    (180, "3 hours"),
]
STATES: Final = [("", "Any"), *TargetingMeeting.State.choices]
SCOPES: Final = [("", "All I may see"), ("mine", "Held by me"), ("schools", "My schools")]
ACTION_STATES: Final = [("", "Open"), ("late", "Late"), ("done", "Done"), ("all", "All")]
COVERED: Final = [("", "All schools"), ("without", "Without"), ("planned", "Planned"), ("held", "Held")]
_MOST_OTHERS: Final = 20


class _Filter(forms.Form):
    """What makes no sense filters nothing, so that old bookmarks open."""

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


class MeetingsFilter(_Filter):
    state = forms.ChoiceField(required=False, choices=STATES)
    scope = forms.ChoiceField(required=False, choices=SCOPES)
    school = NumberParam()
    term = forms.CharField(required=False, max_length=12)

    def clean_term(self) -> Any:
        return terms.read(self.cleaned_data["term"])


class ActionsFilter(_Filter):
    state = forms.ChoiceField(required=False, choices=ACTION_STATES)
    scope = forms.ChoiceField(required=False, choices=[("", "All I may see"), ("mine", "Mine")])
    school = NumberParam()


class CoverageFilter(_Filter):
    state = forms.ChoiceField(required=False, choices=COVERED)
    term = forms.CharField(required=False, max_length=12)

    def clean_term(self) -> Any:
        return terms.read(self.cleaned_data["term"])


class TimeForm(forms.Form):
    """When and where."""

    day = DateInput(label="Day", what="day of the meeting", earliest=EARLIEST, latest=LATEST)
    time = forms.TimeField(
        label="Begins at", help_text="For example 9:30 or 14:00", widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
        error_messages={"invalid": "Enter the time as hours and minutes, for example 9:30"},
    )  # fmt: skip
    minutes = forms.TypedChoiceField(label="How long", choices=LENGTHS, coerce=int, initial=60)
    where = forms.CharField(label="Where", max_length=200, help_text="A room at the school, or Teams")

    def times(self) -> dict[str, Any]:
        """Beginning, end and place, as the actions take them."""
        said = self.cleaned_data
        starts = timezone.make_aware(datetime.combine(said["day"], said["time"]))
        return {"starts": starts, "ends": starts + timedelta(minutes=said["minutes"]), "where": said["where"]}


class AskForm(forms.Form):
    """Who is asked to a meeting. people: (key, label) of those of the school."""

    people = forms.MultipleChoiceField(
        label="From the school", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Each gets a calendar invitation. It names no child.",
    )  # fmt: skip
    others = forms.CharField(
        label="Others", required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line with an e-mail address, for example: Sam Carer, sam@example.org",
    )  # fmt: skip

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = people  # type: ignore[attr-defined]
        if not people:
            del self.fields["people"]

    def clean_others(self) -> list[Asked]:
        lines = [line.strip() for line in self.cleaned_data["others"].splitlines() if line.strip()]
        if len(lines) > _MOST_OTHERS:
            raise ValidationError(f"At most {_MOST_OTHERS} others can be asked")
        return [_asked(line) for line in lines]


class PlanForm(AskForm, TimeForm):
    """A new meeting of one school. officers: who may hold it."""

    organiser = forms.ModelChoiceField(label="Held by", queryset=User.objects.none(), empty_label="Choose")
    field_order = ("day", "time", "minutes", "where", "organiser", "people", "others")

    def __init__(self, *args: Any, officers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organiser"].queryset = officers  # type: ignore[attr-defined]


def _asked(line: str) -> Asked:
    """ "Sam Carer, sam@example.org" or "Sam Carer <sam@example.org>" or the address alone."""
    name, _, email = line.replace("<", ",").replace(">", "").rpartition(",")
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError(f"“{line[:60]}” has no e-mail address at its end") from None
    return Asked(name.strip(" ,") or email, email)


class MoveForm(TimeForm):
    because = forms.CharField(label="Why it is moved", max_length=300)


class CancelForm(forms.Form):
    because = forms.CharField(label="Why it is cancelled", max_length=300)


class WriteForm(forms.Form):
    """One child in the live meeting: what is decided, and one action."""

    pupil = NumberParam(widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    choice = forms.ChoiceField(
        label="What is decided?", required=False, choices=TargetingDecision.Choice.choices, widget=forms.RadioSelect
    )  # fmt: skip
    note = forms.CharField(
        label="Why, in a line", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )
    has_plan = forms.TypedChoiceField(
        label="Is there a plan?", required=False, choices=[("", "Not asked"), ("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes", empty_value=None,
    )  # fmt: skip
    lead = forms.CharField(label="Who leads on it", required=False, max_length=120)
    review_on = DayParam(label="Look again on")
    line = forms.CharField(
        label="Action", required=False, max_length=400,
        help_text="Who, what and by when in one line: @school call home by Fri. @ewo is the officer.",
    )  # fmt: skip


class WholeForm(forms.Form):
    """An action about the school as a whole."""

    whole = forms.CharField(
        label="Action for the school as a whole",
        max_length=400,
        help_text="For example: @school check the N codes by Friday",
    )


class FindForm(forms.Form):
    """A child of the school who is not in the pack."""

    words = forms.CharField(max_length=120, required=False)


class AgreeForm(forms.Form):
    """guests: (number, name) of those asked."""

    attended = forms.TypedMultipleChoiceField(
        label="Who attended?", coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick who attended"},
    )  # fmt: skip
    minutes = forms.CharField(
        label="About the school as a whole", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Trend, codes, groups, timetables, what the school asks for. Name no child here.",
    )  # fmt: skip

    def __init__(self, *args: Any, guests: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attended"].choices = guests  # type: ignore[attr-defined]


class DoneForm(forms.Form):
    words = forms.CharField(label="What was done", max_length=300)


class FrequencyForm(forms.Form):
    per_term = forms.IntegerField(
        label="Meetings a term", min_value=1, max_value=MOST_A_TERM,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
    )  # fmt: skip
    since = DateInput(label="From", what="first day", earliest=EARLIEST, latest=LATEST)
    reason = forms.CharField(label="Why", max_length=300)


class SchoolForm(forms.Form):
    """Whose meeting is planned."""

    school = forms.ModelChoiceField(label="School", queryset=School.objects.none(), empty_label="Choose")

    def __init__(self, *args: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]
