"""What parents type, and what the council writes on the public pages."""

from typing import Any

from django import forms

from mainstay.service.penalties import reference
from mainstay.service.penalties.actions.representing import GROUNDS, MOST
from mainstay.service.public import markup


class OpenForm(forms.Form):
    """What stands on the letter."""

    number = forms.CharField(
        max_length=40,
        label="Number of the notice",
        help_text="At the top of the letter. It looks like PN‑0001234‑K.",
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-10", "autocomplete": "off", "spellcheck": "false"}
        ),
        error_messages={"required": "Enter the number of the notice"},
    )
    surname = forms.CharField(
        max_length=120,
        label="Your surname",
        help_text="As it is written on the letter.",
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-20", "autocomplete": "family-name", "spellcheck": "false"}
        ),
        error_messages={"required": "Enter your surname"},
    )
    postcode = forms.CharField(
        max_length=16,
        label="Postcode the letter was sent to",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "postal-code"}),
        error_messages={"required": "Enter the postcode the letter was sent to"},
    )  # fmt: skip

    def clean_number(self) -> str:
        number = reference.read(self.cleaned_data["number"])
        if number is None:
            raise forms.ValidationError(
                "Check the number: it has the letters PN, seven figures and one letter, such as PN-0001234-K"
            )
        return number


class RepresentationForm(forms.Form):
    """What a parent says against a notice."""

    ground = forms.ChoiceField(
        label="What is wrong with the notice?",
        choices=list(GROUNDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is wrong with the notice"},
    )
    text = forms.CharField(
        max_length=MOST,
        label="Tell us in your own words",
        help_text="You can also tell us about anything that made it hard for your child to be at school. "
        f"Up to {MOST:,} characters.",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Tell us in your own words what is wrong"},
    )
    reach = forms.CharField(
        max_length=200,
        required=False,
        label="How should we answer you?",
        help_text="A telephone number or e-mail address, and when to call. Otherwise we write to you.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if isinstance(cleaned.get("text"), str):
            cleaned["text"] = cleaned["text"].replace("\r\n", "\n")
        return cleaned


class TextForm(forms.Form):
    """A new version of a public text."""

    title = forms.CharField(
        max_length=120, label="Title", error_messages={"required": "Give the page a title"}
    )
    text = forms.CharField(
        max_length=20_000,
        label="Words",
        help_text="Short sentences and easy words. An empty line begins a paragraph, ## a heading, - a point of a list, "
        "1. a step. **Two stars** make words stand out.",
        widget=forms.Textarea(attrs={"rows": 22, "spellcheck": "true"}),
        error_messages={"required": "Write what the page says"},
    )
    reason = forms.CharField(
        max_length=300,
        label="Why is it changed?",
        help_text="Kept with the version, with your name.",
        error_messages={"required": "Say why it is changed"},
    )
    after = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        if found := markup.faults(text):
            raise forms.ValidationError(found)
        return text


class RestoreForm(forms.Form):
    """An earlier version put back."""

    reason = forms.CharField(
        max_length=300,
        label="Why is it put back?",
        error_messages={"required": "Say why it is put back"},
    )
    after = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
