"""Forms of money: recording what came in, lists and their filters, the bank, what goes back."""

from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.common.ui.forms import DateInput, FileDrop
from mainstay.service.common.ui.params import DayParam
from mainstay.service.penalties import bank_cells, reference
from mainstay.service.penalties.models import BankLine, Payment, Refund

NO_NUMBER: Final = "Enter the number as it stands on the notice, for example PN-0001234-K"


def _pence(text: str) -> int:
    try:
        pence = bank_cells.pence(text.strip())
    except bank_cells.Misread:
        pence = 0
    if pence <= 0:
        raise forms.ValidationError("Enter the sum in pounds and pence, such as 80.00")
    return pence


class Filter(forms.Form):
    """Anything not understood is ignored, so that old bookmarks open."""

    def clean(self) -> dict[str, Any]:
        for name in list(self.errors):
            del self.errors[name]
        return {name: self.cleaned_data.get(name) for name in self.fields}


class PaymentsFilter(Filter):
    number = forms.CharField(required=False, max_length=40, label="Notice number")
    way = forms.ChoiceField(
        required=False, label="How it came in", choices=[("", "Any way"), *Payment.Way.choices]
    )
    state = forms.ChoiceField(
        required=False,
        label="State",
        choices=[("", "Received"), *Payment.State.choices[::2], ("refused", "Received, counts for nothing"), ("all", "All")],
    )  # fmt: skip
    first = DayParam(label="Counts from")
    last = DayParam(label="Counts until")


class RefundsFilter(Filter):
    state = forms.ChoiceField(
        required=False,
        label="State",
        choices=[("", "Still to pay back"), ("hand", "To pay back by hand"), *Refund.State.choices, ("all", "All")],
    )  # fmt: skip


class LinesFilter(Filter):
    state = forms.ChoiceField(
        required=False,
        label="State",
        choices=[("", "To match"), *BankLine.State.choices[::2], ("all", "All")],
    )


class FindForm(forms.Form):
    """A notice by its number."""

    number = forms.CharField(
        max_length=40,
        label="Number of the notice",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )

    def clean_number(self) -> str:
        number = reference.read(self.cleaned_data["number"])
        if number is None:
            raise forms.ValidationError(NO_NUMBER)
        return number


class RecordForm(forms.Form):
    """Money that came in. ``confirm`` is asked for once it is known that it will count for nothing."""

    way = forms.ChoiceField(
        label="How did the money come in?", choices=Payment.Way.choices[1:], widget=forms.RadioSelect
    )
    pence = forms.CharField(
        max_length=20,
        label="Sum in pounds",
        help_text="The whole sum that came in, whatever it is.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "decimal"}),
    )
    on = DateInput(
        label="Day it came in",
        what="day it came in",
        help_text="For example 27 9 2026.",
        latest=timezone.localdate,
    )
    note = forms.CharField(
        required=False, max_length=300, label="Receipt number or reference", help_text="No names."
    )
    key = forms.CharField(max_length=40, min_length=40, widget=forms.HiddenInput)
    confirm = forms.BooleanField(required=False, label="Record it all the same, to be paid back")

    def clean_pence(self) -> int:
        return _pence(self.cleaned_data["pence"])


class BackForm(forms.Form):
    how = forms.CharField(
        max_length=200,
        label="How was it paid back?",
        help_text="Cheque number, bank transfer, or at the counter, and when. No names.",
        error_messages={"required": "Say how it was paid back"},
    )


class BankForm(forms.Form):
    file = forms.FileField(
        label="List of payments from the bank (CSV)",
        widget=FileDrop,
        help_text="With a date, an amount and a reference on every line. Lines sent before are not counted again.",
        error_messages={"required": "Choose the file with the list of payments"},
    )


class MatchForm(forms.Form):
    """One number, or several with commas where one sum is for several."""

    numbers = forms.CharField(
        max_length=300,
        label="Number of the notice",
        help_text="Several with commas, where the sum is what they cost together on that day.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )

    def clean_numbers(self) -> list[str]:
        found = reference.find(self.cleaned_data["numbers"])
        if not found:
            raise forms.ValidationError(NO_NUMBER)
        return found


class NotOursForm(forms.Form):
    reason = forms.CharField(
        max_length=300,
        label="What was the payment for?",
        error_messages={"required": "Say what the payment was for"},
    )
