"""What people type in this room."""

from typing import Any

from django import forms
from django.utils import timezone

from mainstay.service.common.ui.forms import DateInput
from mainstay.service.documents.letters import Slot
from mainstay.service.documents.models import Service


def _reason(label: str, missing: str, **options: Any) -> forms.CharField:
    return forms.CharField(max_length=300, label=label, error_messages={"required": missing}, **options)


class PostingForm(forms.Form):
    """The day one document was sent, or was sent in truth."""

    sent_on = DateInput(label="Day it was sent", what="day it was sent", latest=timezone.localdate)
    method = forms.ChoiceField(choices=Service.Method.choices, label="How it was sent")
    reason = _reason(
        "Why it is corrected", "", required=False, help_text="Empty, where no day is recorded yet."
    )

    def clean_method(self) -> str:
        """E-mail needs an agreement, which is recorded when the document is sent."""
        method: str = self.cleaned_data["method"]
        if method == Service.Method.EMAIL and self.initial.get("method") != Service.Method.EMAIL:
            raise forms.ValidationError("A letter cannot become an e-mail: send it as one instead")
        return method


class ProofForm(forms.Form):
    """Proof of the day it was received."""

    received_on = DateInput(
        label="Day it was received", what="day it was received", latest=timezone.localdate
    )
    proof = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        label="What proves it",
        help_text="For example who handed it over, where and to whom; or what the parent showed us.",
        error_messages={"required": "Say what proves it"},
    )


class ReturnedForm(forms.Form):
    """It came back."""

    returned_on = DateInput(label="Day it came back", what="day it came back", latest=timezone.localdate)
    reason = forms.CharField(
        max_length=200,
        label="Why, as the envelope has it",
        help_text="For example “addressee gone away”.",
        error_messages={"required": "Say why it came back"},
    )


class PostedForm(forms.Form):
    """The day the letters of a run were posted."""

    sent_on = DateInput(label="Posted on", what="day they were posted", latest=timezone.localdate)
    reason = _reason("Why it is corrected", "", required=False, help_text="Empty, where the letters have no other day yet.")  # fmt: skip


class WordingForm(forms.Form):
    """A council's own words in one slot, from a day on."""

    text = forms.CharField(required=False, label="Your words")
    since = DateInput(
        label="From",
        what="first day",
        earliest=timezone.localdate,
        help_text="Letters of that day on say it.",
    )
    reason = _reason("Why it is changed", "Say why the wording is changed")

    def __init__(self, *args: Any, slot: Slot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = self.fields["text"]
        text.widget = forms.Textarea(attrs={"rows": 8 if slot.most > 100 else 2})
        text.required = slot.needed
        text.error_messages["required"] = "This place cannot be left empty"
        text.help_text = f"{slot.purpose}. Plain text, an empty line between paragraphs, at most {slot.most} characters, no sums of money."
