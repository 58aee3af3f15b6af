"""What people type about enquiries to other authorities and about earlier notices."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from mainstay.service.common.ui.forms import DateInput, FileDrop
from mainstay.service.common.ui.params import DayParam, NumberParam
from mainstay.service.penalties.actions.enquiring import Told
from mainstay.service.penalties.models import EarlierNotice, Enquiry
from mainstay.service.penalties.models.requests import Kind

OUTCOMES = list(EarlierNotice._meta.get_field("outcome").flatchoices)
#: rows for notices an authority tells of; more are added by answering for the rest by hand
TOLD_ROWS = 3


class EnquiryForm(forms.Form):
    """Which authority is asked, and how."""

    authority = forms.CharField(
        max_length=120, label="Which authority is asked?", error_messages={"required": "Say which authority is asked"}
    )  # fmt: skip
    email = forms.EmailField(
        required=False, label="Its mailbox for such enquiries",
        help_text="Often of the form crossborder.penaltynotice@… Mainstay sends nothing there by itself: the letter is about "
        "a family and goes in a secure way.",
    )  # fmt: skip
    school = forms.CharField(
        required=False, max_length=160, label="The child’s school there", help_text="If it is known."
    )
    how = forms.CharField(
        max_length=200, label="Where the answer goes, and in which secure way",
        help_text="Stands in the letter. For example: welfare@example.org, by encrypted message.",
        error_messages={"required": "Say where the answer goes, and in which secure way"},
    )  # fmt: skip


class EnquiryChaseForm(forms.Form):
    how = forms.CharField(required=False, max_length=200, label="How, and what was said")


class EnquiryAnswerForm(forms.Form):
    """What the authority answered."""

    outcome = forms.ChoiceField(
        choices=[(v, label) for v, label in Enquiry.Outcome.choices if v != Enquiry.Outcome.AWAITED],
        widget=forms.RadioSelect, label="What did it answer?", error_messages={"required": "Choose what it answered"},
    )  # fmt: skip
    answered_on = DateInput(label="When did it answer?", what="day of the answer", latest=timezone.localdate)
    answered_by = forms.CharField(
        max_length=120, label="Who answered", error_messages={"required": "Say who answered"}
    )
    text = forms.CharField(
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="The answer in its own words",
    )


class ToldForm(forms.Form):
    """One notice the authority tells of; an empty row says nothing."""

    issued_on = DayParam(label="Issued on")
    kind = forms.ChoiceField(choices=Kind.choices, label="For", required=False, initial=Kind.ATTENDANCE)
    outcome = forms.ChoiceField(
        choices=[("", "Choose"), *OUTCOMES], label="What became of it", required=False
    )
    issuer = forms.CharField(
        required=False, max_length=120, label="Issued by", help_text="If not the authority itself"
    )
    reference = forms.CharField(required=False, max_length=60, label="Its number")
    offence_from = DayParam(label="Offence from")
    offence_to = DayParam(label="Offence until")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        said = any(
            cleaned.get(name) for name in ("issued_on", "outcome", "issuer", "reference", "offence_from")
        )
        if said and not self.errors:
            if not cleaned.get("issued_on"):
                self.add_error("issued_on", "Enter the day each notice was issued")
            if not cleaned.get("outcome"):
                self.add_error("outcome", "Choose what became of each notice")
            first, last = cleaned.get("offence_from"), cleaned.get("offence_to")
            if first and last and last < first:
                self.add_error("offence_to", "The offence must end after it begins")
        return cleaned

    @property
    def told(self) -> Told | None:
        said = self.cleaned_data
        if not said.get("issued_on"):
            return None
        return Told(**{**said, "kind": said["kind"] or Kind.ATTENDANCE})


ToldRows = forms.formset_factory(ToldForm, extra=TOLD_ROWS, max_num=20, validate_max=True)


class EnquiriesFilter(forms.Form):
    """The filters of the list; anything not understood is ignored, so that old bookmarks open."""

    outcome = forms.ChoiceField(
        choices=[("", "Awaited"), *Enquiry.Outcome.choices[1:], ("all", "All")], required=False
    )
    scope = forms.ChoiceField(choices=[("", "All I may see"), ("mine", "Asked by me")], required=False)

    def clean(self) -> dict[str, Any]:
        for name in list(self.errors):
            del self.errors[name]
        return {"outcome": "", "scope": ""} | {k: v for k, v in self.cleaned_data.items() if v}


class EarlierFileForm(forms.Form):
    file = forms.FileField(
        widget=FileDrop, label="Earlier notices as a CSV", help_text="With a header line. Nothing is stored before you have looked.",
        error_messages={"required": "Choose the file"},
    )  # fmt: skip


class SettleForm(forms.Form):
    """Which of the child's parents a row is about."""

    parent = forms.TypedChoiceField(
        coerce=int, label="Parent", error_messages={"required": "Choose the parent"}
    )

    def __init__(self, data: Any = None, *, line: int, parents: Sequence[tuple[int, str]]) -> None:
        super().__init__(data, prefix=f"line-{line}")
        self.fields["parent"].choices = [("", "Choose the parent"), *parents]  # type: ignore[attr-defined]


class OutcomeForm(forms.Form):
    """What became of an earlier notice, as it is known now."""

    outcome = forms.ChoiceField(choices=OUTCOMES, widget=forms.RadioSelect, label="What became of it?")
    reason = forms.CharField(
        max_length=300, label="How you know", error_messages={"required": "Say how you know"}
    )


class EarlierFilter(forms.Form):
    """The filters of the list; anything not understood is ignored, so that old bookmarks open."""

    outcome = forms.ChoiceField(choices=[("", "Any"), *OUTCOMES], required=False)
    kind = forms.ChoiceField(choices=[("", "Any"), *Kind.choices], required=False)
    source = forms.ChoiceField(
        choices=[("", "Any"), ("file", "A file"), ("enquiry", "Another authority’s answer")], required=False
    )
    file = NumberParam()
    first = DayParam()
    last = DayParam()

    def clean(self) -> dict[str, Any]:
        for name in list(self.errors):
            del self.errors[name]
        nothing: dict[str, Any] = {
            "outcome": "",
            "kind": "",
            "source": "",
            "file": None,
            "first": None,
            "last": None,
        }
        return nothing | {k: v for k, v in self.cleaned_data.items() if v not in ("", None)}
