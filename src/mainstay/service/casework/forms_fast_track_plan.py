"""What is typed about the plan of a Fast Track, and at its review."""

from typing import Any

from django import forms
from django.utils import timezone

from mainstay.service.casework.actions import fast_track_reviewing
from mainstay.service.casework.actions.fast_track_meeting import Line, Terms
from mainstay.service.casework.forms_fast_track import words
from mainstay.service.casework.models import FastTrackAction
from mainstay.service.common.ui.forms import DateInput


class LineForm(forms.Form):
    need = forms.CharField(label="What is needed", max_length=300)
    action = forms.CharField(label="What is done", max_length=300)
    owner = forms.ChoiceField(label="Whose it is", choices=[("", "Choose"), *FastTrackAction.Owner.choices])
    who = forms.CharField(label="Name or post", max_length=120, required=False)
    due = DateInput(label="By", what="day it is due", earliest=timezone.localdate)
    measure = forms.CharField(label="How it is told that it was done", max_length=300)

    @property
    def line(self) -> Line:
        return Line(**self.cleaned_data)


class TermsForm(forms.Form):
    agreed = forms.TypedChoiceField(
        label="Is the plan agreed?", choices=[("yes", "Agreed with the parents"), ("no", "Imposed")],
        widget=forms.RadioSelect, coerce=lambda said: said == "yes",
    )  # fmt: skip
    because = words("Why it is imposed", "Only where it is.", 2, required=False)
    target = forms.IntegerField(
        label="Target: attendance in per cent", min_value=1, max_value=100, initial=95,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}), help_text="Attainable for this child.",
    )  # fmt: skip
    tolerated = forms.IntegerField(
        label="Unauthorised sessions tolerated", min_value=0, max_value=60,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
        help_text="More of them bring the review forward, if an officer so decides.",
    )  # fmt: skip

    @property
    def terms(self) -> Terms:
        return Terms(**self.cleaned_data)


class DoneForm(forms.Form):
    done = forms.TypedChoiceField(
        label="Done?", choices=[("yes", "Done"), ("no", "Not done")], widget=forms.RadioSelect,
        coerce=lambda said: said == "yes",
    )  # fmt: skip
    evidence = forms.CharField(label="By whom, and how you know", max_length=300)


class ReviewForm(forms.Form):
    voice = words("The child’s voice", "In the child’s own words.", 3)
    account = words(
        "The parents’ account",
        "About help and what changed. Ask about an offence only in an interview under caution.",
        4,
    )
    came = forms.TypedMultipleChoiceField(
        label="Who came to the review", widget=forms.CheckboxSelectMultiple, required=False, coerce=int
    )

    def __init__(self, data: Any = None, *, guests: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["came"].choices = guests  # type: ignore[attr-defined]
        if not guests:
            del self.fields["came"]


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(label="What follows?", widget=forms.RadioSelect)
    reasons = words("Your reasons", "In sentences the family could read.", 4)
    told = words(
        "What the letter to each parent says about why",
        "Each parent reads it: nothing about where or how the other lives. Empty, the letter gives the register, the "
        "plan and the decision.",
        3,
        required=False,
        max_length=1500,
    )
    alternatives = words("What else was considered", "", 2)
    equality = words("Equality Act", "", 2)

    def __init__(self, data: Any = None, *, outcomes: list[tuple[str, Any]]) -> None:
        super().__init__(data)
        self.fields["outcome"].choices = outcomes  # type: ignore[attr-defined]

    @property
    def weighed(self) -> fast_track_reviewing.Weighed:
        names = ("reasons", "alternatives", "equality", "told")
        return fast_track_reviewing.Weighed(**{name: self.cleaned_data[name] for name in names})
