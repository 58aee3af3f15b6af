"""Forms of the code of conduct: one value set for a day on, and the declaration that earlier notices are all loaded."""

from typing import Any

from django import forms
from django.utils import timezone

from mainstay.service.common.ui.forms import DateInput
from mainstay.service.penalties.code import Value

_YES_NO = [("yes", "Yes"), ("no", "No")]


class CodeValueForm(forms.Form):
    """A new value, the day it holds from, and whose decision it was."""

    since = DateInput(
        label="From", what="first day", earliest=timezone.localdate,
        help_text="Today or later: what was decided before rested on the value of then. A value to come is changed by "
        "setting another for the same day.",
    )  # fmt: skip
    reason = forms.CharField(
        max_length=300,
        label="Why, and by whose decision",
        help_text="For example: Cabinet member’s decision of 3 November 2026, published with the code.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why it is changed, and by whose decision"},
    )
    field_order = ("value", "since", "reason")

    def __init__(self, data: Any = None, *, of: Value, now: Any) -> None:
        super().__init__(data, initial={"since": timezone.localdate()})
        self.of = of
        self.fields["value"] = _field(of, now)
        self.order_fields(self.field_order)

    @property
    def value(self) -> Any:
        """As ``code.set_value`` takes it."""
        said = self.cleaned_data["value"]
        if self.of.kind == "yes_no":
            return said == "yes"
        return said.splitlines() if self.of.kind == "lines" else said


def _field(of: Value, now: Any) -> forms.Field:
    missing = {"required": f"Say: {of.label[:1].lower()}{of.label[1:]}"}
    said: dict[str, Any] = {"label": of.label, "help_text": of.hint, "error_messages": missing}
    if of.kind == "yes_no":
        return forms.ChoiceField(
            choices=_YES_NO, widget=forms.RadioSelect, initial="yes" if now else "no", **said
        )
    if of.kind == "choice":
        return forms.ChoiceField(choices=of.choices, widget=forms.RadioSelect, initial=now, **said)
    if of.kind == "choices":
        boxes = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=of.choices, widget=boxes, initial=now, **said)
    if of.kind == "whole":
        box = forms.NumberInput(attrs={"class": "govuk-input--width-4"})
        return forms.IntegerField(min_value=of.least, max_value=of.most, widget=box, initial=now, **said)
    if of.kind == "lines":
        area = forms.Textarea(attrs={"rows": 6})
        return forms.CharField(widget=area, initial="\n".join(now), required=False, strip=False, **said)
    return forms.CharField(max_length=500, initial=now, required=False, **said)


class DeclareForm(forms.Form):
    """Earlier notices are all loaded, or were found not to be."""

    sure = forms.BooleanField(
        label="I have compared these numbers with the old books",
        error_messages={"required": "Tick that you have compared the numbers with the old books"},
    )
    reason = forms.CharField(
        max_length=300,
        label="How you know",
        help_text="Which books, lists or systems there were, and who checked them.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say how you know"},
    )

    def __init__(self, data: Any = None, *, withdraws: bool = False) -> None:
        super().__init__(data)
        if withdraws:
            del self.fields["sure"]
            self.fields["reason"].label, self.fields["reason"].help_text = "What was found to be missing", ""
