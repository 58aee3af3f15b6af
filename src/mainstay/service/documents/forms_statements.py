"""What people choose and write for a statement."""

from typing import Any

from django import forms
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.queries import holding
from mainstay.service.common.ui.forms import DateInput
from mainstay.service.common.ui.params import MOST, number
from mainstay.service.documents.actions_statements import LONGEST
from mainstay.service.documents.statements import Asked


class Ticked(forms.Field):
    """Ids of ticked entries, hidden in the form; what is no number is left out."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> tuple[int, ...]:
        return tuple(found for text in value or () if (found := number(str(text))) is not None)


class AgainForm(forms.Form):
    """From what to draft, and as known on which day."""

    first = DateInput(
        required=False, label="From", what="first day", latest=timezone.localdate,
        help_text="Leave both days empty for the same entries as before.",
    )  # fmt: skip
    last = DateInput(required=False, label="To", what="last day", latest=timezone.localdate)
    known_on = DateInput(
        required=False, label="As known on", what="day", latest=timezone.localdate,
        help_text="Today, if left empty. What was written or corrected later is left out.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day is before the first")
        return cleaned

    @property
    def asked(self) -> Asked | None:
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        return Asked((), first, last) if first or last else None


class StartForm(AgainForm):
    """A new statement: whose it is besides."""

    witness = forms.ModelChoiceField(
        queryset=User.objects.none(), label="Whose statement", empty_label=None,
        error_messages={"required": "Choose whose statement it is"},
    )  # fmt: skip
    entry = Ticked(required=False)
    field_order = ["witness", "first", "last", "known_on", "entry"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = holding("draft_statement", timezone.localdate())
        self.fields["witness"].queryset = people  # type: ignore[attr-defined]
        self.fields["witness"].label_from_instance = lambda one: f"{one.name}, {one.post}".rstrip(", ")  # type: ignore[attr-defined]
        self.fields["witness"].initial = user.pk
        self.fields["first"].help_text = "Of the entries to draft from. All of them, if both days are empty."

    @property
    def asked(self) -> Asked:
        said = self.cleaned_data
        return Asked(said["entry"], said["first"], said["last"])


class WordsForm(forms.Form):
    """The words of a statement, paragraph by paragraph, and the version they were read in."""

    text = forms.CharField(
        max_length=LONGEST, label="Words", widget=forms.Textarea(attrs={"rows": 24}),
        help_text="An empty line begins a new paragraph. Numbers are put before the paragraphs by themselves.",
        error_messages={"required": "Write at least one paragraph"},
    )  # fmt: skip
    version = forms.IntegerField(min_value=0, max_value=MOST, widget=forms.HiddenInput)
