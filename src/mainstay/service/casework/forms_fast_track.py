"""What is typed about a Fast Track: the decision, the meeting, what parents need, who came."""

from datetime import datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.casework.actions.fast_track_deciding import Offence, Weighed
from mainstay.service.casework.actions.fast_track_inviting import When
from mainstay.service.casework.models import FastTrack
from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.common.ui.params import NumberParam
from mainstay.service.documents.models import LeafletGiven

DUE: Final = "due"
STATES: Final = [("", "Open"), (DUE, "Review due"), *FastTrack.State.choices, ("all", "All")]
SCOPES: Final = [("", "All I may see"), ("mine", "My cases"), ("chair", "I chair"), ("schools", "My schools")]


def words(label: str, hint: str = "", rows: int = 3, **said: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, widget=forms.Textarea(attrs={"rows": rows}), **said)


class FastTracksFilter(forms.Form):
    """Filters of the list; what makes no sense filters nothing."""

    state = forms.ChoiceField(required=False, choices=STATES)
    scope = forms.ChoiceField(required=False, choices=SCOPES)
    breached = forms.BooleanField(required=False)
    school = NumberParam(required=False)

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {"state": "", "scope": "", "breached": False, "school": None, **self.cleaned_data}


class DecideForm(forms.Form):
    suitable = forms.ChoiceField(
        label="Is Fast Track the right way?", widget=forms.RadioSelect,
        choices=[("yes", "Yes, invite the parents"), ("no", Choice("No", hint="Kept with your reasons; the case goes on as it is."))],
    )  # fmt: skip
    parents = forms.MultipleChoiceField(
        label="Parents to invite", widget=forms.CheckboxSelectMultiple, required=False,
        help_text="Each gets a letter and a leaflet of their own, also where they live together.",
    )  # fmt: skip
    section = forms.ChoiceField(
        label="Offence the questions are about", choices=FastTrack.Section.choices, widget=forms.RadioSelect,
        initial=FastTrack.Section.ABSENT,
    )  # fmt: skip
    offence_from = DateInput(label="From", what="first day", latest=timezone.localdate)
    offence_to = DateInput(label="To", what="last day", latest=timezone.localdate)
    evidence = words(
        "What it rests on", "The recommendation of the investigation, the register, what the school sent."
    )
    support_tried = words("Support tried", "By the school, the service and others, and what came of it.")
    alternatives = words(
        "Early help and an education supervision order",
        "How each was considered, and why it is not the way now.",
    )
    circumstances = words(
        "Vulnerability", "Of the child and of each parent: health, disability, violence, care, language."
    )
    equality = words(
        "Equality Act", "What was considered: disability, race, sex and other characteristics.", 2
    )
    reasons = words("Your reasons", "In sentences the family could read.", 4)

    def __init__(self, data: Any = None, *, parents: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["parents"].choices = parents  # type: ignore[attr-defined]

    @property
    def weighed(self) -> Weighed:
        names = ("reasons", "evidence", "support_tried", "alternatives", "circumstances", "equality")
        return Weighed(**{name: self.cleaned_data[name] for name in names})

    @property
    def offence(self) -> Offence:
        return Offence(
            **{name: self.cleaned_data[name] for name in ("section", "offence_from", "offence_to")}
        )


class TimeForm(forms.Form):
    """A day, a time and a place."""

    on = DateInput(label="Day", what="day of the meeting")
    starts = forms.TimeField(
        label="Time", widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
        input_formats=["%H:%M", "%H.%M", "%I:%M%p", "%I%p"], help_text="For example 10:00 or 2:30pm",
        error_messages={"invalid": "Enter a time, for example 10:00 or 2:30pm"},
    )  # fmt: skip
    minutes = forms.IntegerField(
        label="Minutes", min_value=15, max_value=480, initial=90,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
    )  # fmt: skip
    where = forms.CharField(label="Place", max_length=200)

    def span(self) -> tuple[datetime, datetime]:
        said = self.cleaned_data
        at: time = said["starts"]
        starts = timezone.make_aware(datetime.combine(said["on"], at))
        return starts, starts + timedelta(minutes=said["minutes"])


class MeetingForm(TimeForm):
    chair = forms.ModelChoiceField(
        label="Chair", queryset=User.objects.none(), empty_label="Choose",
        help_text="Senior officers, managers, and officers who are authorised to chair.",
    )  # fmt: skip
    school_name = forms.CharField(label="Who comes from the school", max_length=120, required=False)
    school_email = forms.EmailField(label="Their e-mail address", required=False)
    because = forms.CharField(
        label="Why it is moved", max_length=300, required=False, help_text="Only where a day was set before."
    )

    def __init__(self, *args: Any, chairs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chair"].queryset = chairs  # type: ignore[attr-defined]

    @property
    def when(self) -> When:
        starts, ends = self.span()
        said = self.cleaned_data
        return When(
            starts=starts, ends=ends, where=said["where"], school_name=said["school_name"],
            school_email=said["school_email"],
        )  # fmt: skip


class NeedsForm(forms.Form):
    """Empty means: asked, and not needed."""

    interpreter = forms.CharField(
        label="Interpreter for",
        max_length=80,
        required=False,
        help_text="The language; empty if none is needed.",
    )
    appropriate_adult = forms.CharField(
        label="Appropriate adult",
        max_length=200,
        required=False,
        help_text="Who, or who finds one; empty if none is needed.",
    )
    reading_help = forms.CharField(
        label="Help with reading",
        max_length=200,
        required=False,
        help_text="What help; empty if none is needed.",
    )
    adjustments = forms.CharField(
        label="Reasonable adjustments",
        max_length=300,
        required=False,
        help_text="For a disability or ill health: breaks, a quiet room, no stairs, another time; empty if none is needed.",
    )
    leaflet_language = forms.CharField(
        label="Language of the leaflet",
        max_length=60,
        required=False,
        help_text="Empty for English. Where there is no leaflet in it, the English one goes.",
    )
    asked = forms.BooleanField(
        label="The parent was asked about each of these, or every way to ask was tried"
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned.pop("asked", None)
        return cleaned


class LeafletForm(forms.Form):
    language = forms.CharField(
        label="Language of the leaflet", max_length=60, required=False, help_text="Empty for English."
    )
    given_on = DateInput(label="Given on", what="day it was given", latest=timezone.localdate)
    how = forms.ChoiceField(choices=LeafletGiven.How.choices, label="How")


class BecauseForm(forms.Form):
    because = words("Why", "", 2, max_length=600)


class HeldForm(forms.Form):
    """The part about help. There is no place here for what the child says about an offence: it is never asked."""

    guests = forms.MultipleChoiceField(
        label="Who came", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick who came; where no parent did, record that nobody came"},
    )  # fmt: skip
    views = words(
        "What the family says", "What stands in the way of going to school, and what would help.", 4
    )
    child_present = forms.TypedChoiceField(
        label="Was the child there for this part?", choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect,
        coerce=lambda said: said == "yes",
    )  # fmt: skip
    child_voice = words(
        "The child’s voice", "In the child’s own words; if not here, asked for when and by whom.", 3
    )
    support = words("Support offered", "By the school, the service and others, from now on.", 3)

    def __init__(self, data: Any = None, *, guests: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["guests"].choices = guests  # type: ignore[attr-defined]


class AbsentForm(forms.Form):
    record = words(
        "What was done", "How long you waited, whom you called, what is known of why nobody came.", 4
    )
    questions = words(
        "Questions in writing",
        "One a line. They go with the plan; the parent need not answer.",
        4,
        required=False,
    )
