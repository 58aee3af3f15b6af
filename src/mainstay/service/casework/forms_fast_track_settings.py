"""What a manager types: who may chair, and the council's own values."""

from typing import Any

from django import forms
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.casework.fast_track_values import Value
from mainstay.service.casework.forms_fast_track import words
from mainstay.service.common.ui.forms import DateInput


class ChairForm(forms.Form):
    user = forms.ModelChoiceField(label="Officer", queryset=User.objects.none(), empty_label="Choose")
    since = DateInput(label="From", what="first day", initial=timezone.localdate)
    until = DateInput(label="To", what="last day", required=False, help_text="Empty: until it is ended.")
    because = words("Why", "Experience, training, what is watched over.", 2, max_length=300)

    def __init__(self, *args: Any, officers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = officers  # type: ignore[attr-defined]


class ValueForm(forms.Form):
    since = DateInput(label="From", what="first day", earliest=timezone.localdate)
    reason = words("Why, and by whose decision", "", 2, max_length=300)
    field_order = ("value", "since", "reason")

    def __init__(self, data: Any = None, *, of: Value, now: Any) -> None:
        super().__init__(data, initial={"since": timezone.localdate()})
        box = forms.NumberInput(attrs={"class": "govuk-input--width-3"})
        self.fields["value"] = (
            forms.ChoiceField(label=of.label, choices=of.choices, widget=forms.RadioSelect, initial=now)
            if of.choices
            else forms.IntegerField(
                label=of.label, min_value=of.least, max_value=of.most, initial=now, widget=box
            )
        )
        self.order_fields(self.field_order)
