"""What is typed at the steps of an application or a report."""

from datetime import time
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.common.ui.forms import DateInput
from mainstay.service.common.ui.params import NumberParam
from mainstay.service.directory.models import Pupil
from mainstay.service.employment.forms.fields import (
    any_day,
    as_time,
    clock,
    minutes,
    past,
    text,
    words,
    yes_no,
)
from mainstay.service.employment.models import Handover, Inspection, Permit, Report, SchoolView
from mainstay.service.employment.models.base import State
from mainstay.service.employment.values import Value
from mainstay.service.team.forms_duty import ChildForm

_LONG: Final = 4000
SCOPES: Final = [
    ("", "All I may see"),
    ("mine", "Mine"),
    ("nobody", "Nobody’s"),
    ("schools", "Of my schools"),
]


class GrantForm(forms.Form):
    reasons = words("Your reasons", most=_LONG)
    conditions = words("Conditions, one a line", "They stand on the paper.", 6, _LONG, required=False)

    def clean_conditions(self) -> list[str]:
        return [line for line in self.cleaned_data["conditions"].splitlines() if line.strip()]


class ReasonsForm(forms.Form):
    reasons = words(
        "Your reasons",
        "They stand in the letter to the applicant: say what was found and which rule it is against.",
        5,
        _LONG,
    )


class BecauseForm(forms.Form):
    because = words("Why", most=_LONG)


class WorkSeenForm(forms.Form):
    """How an officer sees the kind of work, where the applicant put it otherwise."""

    work = forms.ChoiceField(label="Kind of work", choices=Permit.Work.choices, widget=forms.RadioSelect)
    work_because = text("Why", "Which line of the byelaws.", 300)


class IdentifyForm(ChildForm):
    """``cleaned_data["pupil"]``: the child chosen among those born that day, or looked for by UPN or name."""

    born = forms.ChoiceField(label="The child in the directory", required=False, widget=forms.RadioSelect)
    off_record = text(
        "Or why the child is in no record here", "Such as: goes to a school outside the city, seen the birth certificate.", 300,
        required=False,
    )  # fmt: skip

    def __init__(self, data: Any = None, *, pupils: list[tuple[str, str]], **said: Any) -> None:
        super().__init__(data, **said)
        self.fields["child"].label = "Or look for the child" if pupils else "Look for the child"
        self.fields["born"].choices = pupils  # type: ignore[attr-defined]
        if not pupils:
            del self.fields["born"]
        self.order_fields(["born", "child", "child_id", "off_record"])

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        born = said.pop("born", "")
        if born and said["pupil"] is None and not self.errors:
            said["pupil"] = (
                Pupil.objects.visible_to(self.user).select_related("school").filter(pk=born).first()
            )
        return said


class ViewForm(forms.Form):
    answer = forms.ChoiceField(
        label="The school’s view", choices=SchoolView.Answer.choices, widget=forms.RadioSelect
    )
    text = words("Attendance, and anything the council should know", most=_LONG, required=False)
    leave = yes_no("May the child miss school for it?", required=False)

    def __init__(self, data: Any = None, *, absence: bool, **said: Any) -> None:
        super().__init__(data, **said)
        if not absence:
            del self.fields["leave"]


class TriageForm(forms.Form):
    risk = forms.ChoiceField(
        label="First: is the child at risk?", choices=Report.Risk.choices, widget=forms.RadioSelect,
        help_text="Think of exploitation, trafficking, long hours at night, dangerous work, debts, fear.",
    )  # fmt: skip
    told_whom = text(
        "Whom you told", "Name and reference at the safeguarding hub or the police.", 200, required=False
    )
    reasons = words("Why you see it so", most=_LONG)


class VisitForm(forms.Form):
    on = past("Visited on", "day of the visit")
    where = text("Where", most=300)
    met = text("Whom you met", most=200)
    children = forms.IntegerField(label="Children there", min_value=0, max_value=1000, initial=0)
    chaperones = forms.IntegerField(label="Chaperones there", min_value=0, max_value=1000, initial=0)
    outcome = forms.ChoiceField(
        label="What came of it", choices=Inspection.Outcome.choices, widget=forms.RadioSelect
    )
    text = words("What you saw, and what was said", most=_LONG)
    cautioned = forms.BooleanField(
        label="Somebody was spoken to under caution", required=False,
        help_text="If you suspect an offence, caution before you ask about it. The record is kept apart.",
    )  # fmt: skip
    photo = forms.FileField(label="Photograph", help_text="JPEG or PNG; no child’s face.", required=False)

    def __init__(
        self, data: Any = None, files: Any = None, *, lines: list[str], chaperones: bool, **said: Any
    ) -> None:
        super().__init__(data, files, **said)
        if not chaperones:
            del self.fields["chaperones"]
        self.lines = lines
        for n, line in enumerate(lines):
            self.fields[f"check{n}"] = forms.ChoiceField(
                label=line,
                choices=[("yes", "Yes"), ("no", "No"), ("na", "Not looked at")],
                widget=forms.RadioSelect,
            )
        self.order_fields(
            ["on", "where", "met", "children", "chaperones", *(f"check{n}" for n in range(len(lines)))]
        )

    @property
    def said(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given.pop("photo")
        checks = [[line, given.pop(f"check{n}"), ""] for n, line in enumerate(self.lines)]
        return {"chaperones": 0, **given, "checks_": checks}


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(label="Outcome", choices=Report.Outcome.choices, widget=forms.RadioSelect)
    offence_from = past(
        "First day of the offence", "first day of the offence", required=False,
        help_text="If a prosecution is considered: the six months are counted from it.",
    )  # fmt: skip
    offence_to = past("Last day of the offence", "last day of the offence", required=False)
    reasons = words("Your reasons", most=_LONG)


class ToldForm(forms.Form):
    whom = forms.ChoiceField(
        label="Whom you told", choices=[("referrer", "Whoever reported it"), ("school", "The child’s school")],
        widget=forms.RadioSelect,
    )  # fmt: skip
    what = text("What, and how", "Or why nobody can be told: the report came without a name.", 300)
    on = past("On", "day")


class ReferForm(forms.Form):
    officer = forms.ModelChoiceField(label="Officer", queryset=User.objects.none(), empty_label="Choose")
    text = words("What worries you, and what you ask of the officer", most=_LONG)

    def __init__(self, data: Any = None, *, officers: Any, **said: Any) -> None:
        super().__init__(data, **said)
        self.fields["officer"].queryset = officers  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    step = forms.ChoiceField(
        label="Your answer",
        choices=[("accept", "I take it on"), ("return", "I send it back")],
        widget=forms.RadioSelect,
    )
    text = words("What you do, or why it is sent back", most=_LONG, required=False)


class EngageForm(forms.Form):
    production = text("Production")
    venue = text("Where", most=300)
    first_on = any_day("First day", "first day")
    last_on = any_day("Last day", "last day")
    children = forms.IntegerField(label="Children in their charge", min_value=1, max_value=500)
    noticed_on = past("The chaperone told us on", "day of the notice")


class ValueForm(forms.Form):
    """A value of the council from a day on."""

    since = DateInput(label="From", what="first day", earliest=timezone.localdate)
    reason = text("Why", most=300)
    field_order = ("value", "since", "reason")

    def __init__(self, data: Any = None, *, of: Value, now: Any) -> None:
        super().__init__(data, initial={"since": timezone.localdate()})
        said: dict[str, Any] = {"label": of.label, "help_text": of.hint}
        if of.kind == "whole":
            self.fields["value"] = forms.IntegerField(
                min_value=of.least, max_value=of.most, initial=now,
                widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}), **said,
            )  # fmt: skip
        elif of.kind == "time":
            self.fields["value"] = clock(of.label, help_text=of.hint, initial=as_time(now))
            self.fields["value"].required = True
        elif of.kind == "yes_no":
            self.fields["value"] = yes_no(of.label, of.hint, initial="yes" if now else "no")
        elif of.kind == "text":
            self.fields["value"] = words(of.label, of.hint, most=600, initial=now)
        else:
            area = forms.Textarea(attrs={"rows": 8})
            self.fields["value"] = forms.CharField(
                widget=area, required=False, initial="\n".join(now), max_length=6000, **said
            )
            self.lines = True
        self.order_fields(self.field_order)

    @property
    def value(self) -> Any:
        said = self.cleaned_data["value"]
        if isinstance(said, time):
            return minutes(said)
        return said.splitlines() if getattr(self, "lines", False) else said


class ListFilter(forms.Form):
    """Filters of every list; what makes no sense filters nothing."""

    state = forms.CharField(required=False, max_length=20)
    scope = forms.ChoiceField(required=False, choices=SCOPES)
    school = NumberParam(required=False)

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {"state": "", "scope": "", "school": None, **self.cleaned_data}


STATES: Final[dict[str, list[tuple[str, str]]]] = {
    "application": [("", "To decide, and in force"), *State.choices, ("renew", "To renew"), ("all", "All")],
    "report": [("", "Open"), *Report.State.choices, ("all", "All")],
    "inspection": [("", "All"), *Inspection.Outcome.choices],
    "handover": [("", "All"), *Handover.State.choices],
    "view": [("", "To answer"), ("answered", "Answered"), ("all", "All")],
}
