"""What is typed about patrols; those of the street are short, with large choices."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.queries import holding
from mainstay.service.common.ui.filters import date_time
from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.common.ui.params import EARLIEST, LATEST, DayParam
from mainstay.service.directory.ethnicity import WORDS
from mainstay.service.directory.models import School
from mainstay.service.patrols.actions.meeting import BY_CONSTABLE
from mainstay.service.patrols.models import DesignatedPlace, Direction, Encounter, Patrol
from mainstay.service.patrols.queries.patrols import STATES
from mainstay.service.team.forms import PersonChoice

_YES_NO: Final = [("yes", "Yes"), ("no", "No")]
Outcome, Status, Finding = Encounter.Outcome, Encounter.Status, Encounter.Finding


def day(label: str, what: str, **said: Any) -> forms.Field:
    return DateInput(label=label, what=what, **{"earliest": EARLIEST, "latest": LATEST, **said})


def hour(label: str, **said: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, widget=forms.TimeInput(attrs={"type": "time", "class": "ms-clock"}, format="%H:%M"),
        error_messages={"invalid": "Enter the time as 10:30"}, **said,
    )  # fmt: skip


def moment(on: Any, at: Any) -> datetime:
    return timezone.make_aware(datetime.combine(on, at))


def _schools() -> Any:
    return forms.ModelChoiceField(
        label="School", queryset=School.objects.none(), empty_label="Not known, or none", required=False
    )


class PatrolsFilter(forms.Form):
    """Filters of the list; what makes no sense filters nothing."""

    state = forms.ChoiceField(required=False, choices=STATES)
    mine = forms.ChoiceField(required=False, choices=[("", "All"), ("yes", "Those I go on")])
    since = DayParam()
    until = DayParam()

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {"state": "", "mine": "", "since": None, "until": None, **self.cleaned_data}


class PlaceForm(forms.Form):
    name = forms.CharField(label="Name of the place", max_length=160)
    address = forms.CharField(label="Address", max_length=300)
    on = day("Designated from", "day it is designated")
    chief_told_on = day(
        "Chief officer of police told on", "day the chief officer was told", required=False, latest=timezone.localdate,
        help_text="Leave it empty until it is done: no patrol goes out with the place before.",
    )  # fmt: skip


class ToldForm(forms.Form):
    on = day("Chief officer of police told on", "day the chief officer was told", latest=timezone.localdate)


class DirectionForm(forms.Form):
    reference = forms.CharField(
        label="Reference of the direction", max_length=60, help_text="As the police gave it."
    )
    given_by = forms.CharField(
        label="Given by", max_length=120, help_text="Name and rank: a superintendent or above."
    )
    given_on = day("Given on", "day it was given")
    area = forms.CharField(label="Area", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    first_on = day("Period begins on", "first day")
    first_at = hour("at")
    last_on = day("Period ends on", "last day")
    last_at = hour("at")


def _direction(one: Direction) -> str:
    return f"{one.reference}, {date_time(one.starts)} to {date_time(one.ends)}: {one.area[:60]}"


class PlanForm(forms.Form):
    direction = forms.ModelChoiceField(
        label="Direction", queryset=Direction.objects.none(), empty_label="Choose"
    )
    place = forms.ModelChoiceField(
        label="Designated place", queryset=DesignatedPlace.objects.none(), empty_label="Choose"
    )
    area = forms.CharField(
        label="Where it goes", max_length=200, help_text="Streets, parks, shopping centres."
    )
    on = day("Day", "day", earliest=timezone.localdate)
    begins = hour("Begins at")
    ends = hour("Ends at")
    lead = PersonChoice(label="Led by")
    officers = forms.ModelMultipleChoiceField(
        label="Other officers",
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    police = forms.CharField(label="Constables", max_length=300, help_text="Names or collar numbers.")
    briefing = forms.CharField(
        label="Briefing", max_length=900, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What everybody should know. No child’s name.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, of: Patrol | None = None) -> None:
        super().__init__(data, initial=self.written(of) if of else None)
        now = timezone.now()
        direction, place = self.fields["direction"], self.fields["place"]
        direction.queryset = Direction.objects.filter(ends__gte=now, withdrawn_at=None)  # type: ignore[attr-defined]
        direction.label_from_instance = _direction  # type: ignore[attr-defined]
        place.queryset = DesignatedPlace.objects.filter(ended_on=None)  # type: ignore[attr-defined]
        place.label_from_instance = lambda one: one.name  # type: ignore[attr-defined]
        people = holding("follow_patrol", timezone.localdate())
        for name in ("lead", "officers"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
        self.fields["officers"].label_from_instance = lambda one: one.name  # type: ignore[attr-defined]

    @staticmethod
    def written(one: Patrol) -> dict[str, Any]:
        """A plan as this form has it."""
        starts, ends = timezone.localtime(one.starts), timezone.localtime(one.ends)
        others = [officer.pk for officer in one.officers.all() if officer.pk != one.lead_id]
        return {
            "direction": one.direction_id, "place": one.place_id, "area": one.area, "on": starts.date(), "begins": starts.time(),
            "ends": ends.time(), "lead": one.lead_id, "officers": others, "police": one.police, "briefing": one.briefing,
        }  # fmt: skip


class CancelForm(forms.Form):
    because = forms.CharField(label="Why", max_length=300)


class MeetForm(forms.Form):
    """On the street: what is seen and said, and a name only if it is given."""

    where = forms.CharField(label="Where", max_length=200)
    hour = hour("Time")
    with_parent = forms.ChoiceField(
        label="With a parent or carer?", choices=_YES_NO, widget=forms.RadioSelect
    )
    status = forms.ChoiceField(label="What do they say?", choices=Status.choices, widget=forms.RadioSelect)
    forename = forms.CharField(
        label="First name, if given",
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    surname = forms.CharField(
        label="Last name, if given",
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    born_on = day("Date of birth, if given", "date of birth", required=False, latest=timezone.localdate)
    school = _schools()
    reason = forms.CharField(
        label="Reason they give",
        max_length=300,
        required=False,
        help_text="In their words, if they give one.",
    )

    def __init__(self, data: Any = None, *, schools: Any, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]


class IdentifyForm(MeetForm):
    """The same again, without what stands."""

    field_order = ("forename", "surname", "born_on", "school", "status", "reason")

    def __init__(self, data: Any = None, **said: Any) -> None:
        super().__init__(data, **said)
        for name in ("where", "hour", "with_parent"):
            del self.fields[name]


class LookUpForm(forms.Form):
    """The whole name and the birthday, nothing less."""

    forename = forms.CharField(
        label="First name", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    surname = forms.CharField(
        label="Last name", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    born_on = day("Date of birth", "date of birth", latest=timezone.localdate)


class CheckForm(forms.Form):
    finding = forms.ChoiceField(
        label="What does the school say?", choices=Finding.choices, widget=forms.RadioSelect
    )
    code = forms.CharField(
        label="Code in the register, if there is one", max_length=2, required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-2", "autocomplete": "off"}),
    )  # fmt: skip
    checked_with = forms.CharField(label="Who at the school said so", max_length=120)


class AnswerForm(CheckForm):
    """By the school itself."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        del self.fields["checked_with"]
        self.fields["finding"].label = "How is this pupil absent?"
        self.fields["finding"].choices = [  # type: ignore[attr-defined]
            (Finding.LAWFUL, "With leave, or somewhere we approved"), (Finding.WITHOUT, "Without leave"),
            (Finding.HERE, "The pupil is here now: somebody else gave this name"),
            (Finding.UNKNOWN, "We cannot say, or they are not our pupil"),
        ]  # fmt: skip


class ListedForm(forms.Form):
    listed = forms.ChoiceField(
        label="Is the child on the list of children educated at home?",
        choices=Encounter.Listed.choices,
        widget=forms.RadioSelect,
    )


class ConcludeForm(forms.Form):
    outcome = forms.ChoiceField(label="What was done?", choices=Outcome.choices, widget=forms.RadioSelect)
    constable = forms.CharField(
        label="Constable who took the child along", max_length=120, required=False,
        help_text="Needed where a child was taken to school or to the place: nobody else may.",
    )  # fmt: skip
    informed = forms.ChoiceField(
        label="Was a parent told?", choices=Encounter.Informed.choices, widget=forms.RadioSelect
    )
    safeguarding = forms.CharField(
        label="Safeguarding referral, if one was made",
        max_length=300,
        required=False,
        help_text="To whom, and when.",
    )
    ethnicity = forms.ChoiceField(
        label="Ethnic group, as the child or parent says", required=False,
        help_text="Counted for monitoring only: it is kept as a number, apart from this record, and cannot be changed later.",
        choices=[("", "Not asked"), *((code, words) for code, words in WORDS.items() if code != "NOBT")],
    )  # fmt: skip

    def __init__(self, data: Any = None, *, of: Encounter, refused: Any) -> None:
        super().__init__(data, initial={"outcome": of.outcome, "informed": of.informed, "constable": of.constable,
                                        "safeguarding": of.safeguarding})  # fmt: skip
        choices = [(key, label) for key, label in Outcome.choices if not refused(of, key)]
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (
                key,
                Choice(label, hint="By a constable only. Officers never hold a child.")
                if key in BY_CONSTABLE
                else label,
            )
            for key, label in choices
        ]
        if of.outcome:
            del self.fields["ethnicity"]


class FollowForm(forms.Form):
    text = forms.CharField(
        label="What was done", max_length=900, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Who was spoken to, and what comes next.",
    )  # fmt: skip
