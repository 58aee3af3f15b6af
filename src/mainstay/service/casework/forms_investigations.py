"""What is typed about an investigation and the reviews of a case."""

from typing import Any

from django import forms
from django.utils import timezone

from mainstay.service.casework.forms_passages import BoxesForm
from mainstay.service.casework.models import AgencyCheck, Recommendation
from mainstay.service.common.ui.forms import DateInput
from mainstay.service.common.ui.params import EARLIEST, LATEST

CHOOSE = ("", "Choose")


class InvestigationForm(BoxesForm):
    """The long texts, and why no agency was asked."""

    no_agencies = forms.CharField(
        required=False, max_length=300, label="Why no other agency was asked",
        help_text="Only where none was: the checks you made stand above.",
    )  # fmt: skip


class PeriodForm(forms.Form):
    """The period of the register check."""

    first = DateInput(label="From", what="first day", earliest=EARLIEST, latest=timezone.localdate)
    last = DateInput(label="To", what="last day", earliest=EARLIEST, latest=timezone.localdate)


class AgencyForm(forms.Form):
    agency = forms.CharField(
        max_length=160, label="Agency", error_messages={"required": "Say which agency you asked"}
    )
    person = forms.CharField(required=False, max_length=160, label="Whom you spoke to")
    asked_on = DateInput(label="When", what="day you asked", earliest=EARLIEST, latest=timezone.localdate)
    basis = forms.ChoiceField(
        choices=[CHOOSE, *AgencyCheck.Basis.choices], label="On which legal basis",
        help_text="What allows you to share this family’s data. Ask information governance where you are not sure.",
        error_messages={"required": "Choose the legal basis"},
    )  # fmt: skip
    basis_words = forms.CharField(
        required=False,
        max_length=300,
        label="The basis in words",
        help_text="Who agreed and when, or which duty.",
    )
    shared = forms.CharField(
        max_length=4000, label="What you shared, and why that much", widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say what you shared about the family"},
    )  # fmt: skip
    learnt = forms.CharField(
        required=False, max_length=4000, label="What you learnt", widget=forms.Textarea(attrs={"rows": 3})
    )


class LearntForm(forms.Form):
    """What an agency answered later; several stand on one page."""

    learnt = forms.CharField(
        max_length=4000, label="What you learnt", widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write down what you learnt"},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, check: int) -> None:
        super().__init__(data, auto_id=f"id_check_{check}_%s")


class FinishForm(forms.Form):
    recommendation = forms.ChoiceField(
        choices=Recommendation.choices, widget=forms.RadioSelect, label="What do you recommend?",
        help_text="A senior officer agrees before Fast Track, or before it goes straight to legal.",
        error_messages={"required": "Choose what you recommend"},
    )  # fmt: skip
    reasons = forms.CharField(
        max_length=8000, label="Your reasons", widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Kept as a decision record: what was tried, what the family needs, and why this and nothing gentler.",
        error_messages={"required": "Give your reasons"},
    )  # fmt: skip
    review_on = DateInput(label="When will you look at it again?", what="day of the review", latest=LATEST)


class ReviewForm(forms.Form):
    """A review of the case."""

    words = forms.CharField(
        max_length=8000, label="What has changed since", widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what has changed since"},
    )  # fmt: skip
    recommendation = forms.ChoiceField(
        choices=Recommendation.choices, widget=forms.RadioSelect, label="What follows?",
        error_messages={"required": "Choose what follows"},
    )  # fmt: skip
    next_on = DateInput(
        required=False,
        label="Next review",
        what="day of the next review",
        latest=LATEST,
        help_text="Leave it empty only where the case is to be closed.",
    )


def this_year() -> dict[str, Any]:
    """The school year so far, for a first check."""
    today = timezone.localdate()
    year = today.year if today.month >= 9 else today.year - 1
    return {"first": today.replace(year=year, month=9, day=1), "last": today}
