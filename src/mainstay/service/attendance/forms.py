"""What people type in this room."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from mainstay.law import codes
from mainstay.service.attendance.findings.steps import Said
from mainstay.service.attendance.models import Finding
from mainstay.service.attendance.queries.findings import NOBODY
from mainstay.service.common.steps import Step
from mainstay.service.common.ui.forms import Choice, DateInput, FilesField
from mainstay.service.common.ui.params import NumberParam
from mainstay.service.directory.models import School


class FindingsFilter(forms.Form):
    """The worklist's filters; anything not understood is ignored, so that old bookmarks open."""

    kind = forms.MultipleChoiceField(choices=Finding.Kind.choices, required=False, label="What was found")
    scope = forms.ChoiceField(
        choices=[("", "All I may see"), ("mine", "My schools"), ("alerts", "With an alert")],
        required=False,
        label="Whose",
    )
    owner = forms.RegexField(rf"^(\d{{1,15}}|{NOBODY})$", required=False, label="Owner")
    school = NumberParam(label="School")
    state = forms.ChoiceField(
        choices=[
            ("", "To consider"),
            ("considered", "Considered"),
            ("lapsed", "No longer met"),
            ("all", "All"),
        ],
        required=False,
        label="State",
    )
    age = forms.TypedChoiceField(
        choices=[
            ("", "Any"),
            ("7", "Older than a week"),
            ("28", "Older than four weeks"),
            ("90", "Older than a term"),
        ],
        required=False,
        coerce=int,
        empty_value=None,
        label="Age of the finding",
    )
    year_group = forms.CharField(required=False, max_length=4, label="Year group")

    def clean(self) -> dict[str, Any]:
        for name in list(self.errors):
            del self.errors[name]
        nothing: dict[str, Any] = {
            "kind": [],
            "scope": "",
            "owner": "",
            "school": None,
            "state": "",
            "age": None,
            "year_group": "",
        }
        return nothing | {k: v for k, v in self.cleaned_data.items() if v not in ("", None, [])}


class ConsiderationForm(forms.Form):
    """An officer's recorded consideration of one finding."""

    choice = forms.ChoiceField(
        widget=forms.RadioSelect,
        label="What do you decide?",
        error_messages={"required": "Choose what you decide"},
    )
    reasons = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        label="Your reasons",
        help_text="What you weighed, in sentences the family could read.",
        max_length=4000,
        error_messages={"required": "Say why: the record must explain the decision on its own"},
    )
    support_tried = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Support tried so far",
        help_text="By the school, the service or others, and what came of it. Leave empty if not known yet.",
        required=False,
        max_length=4000,
    )
    circumstances = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}),
        label="Circumstances of the child and family",
        help_text="For example health, special educational needs, a disability, caring duties, bereavement.",
        required=False,
        max_length=4000,
    )
    equality = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}),
        label="Equality Act considered",
        required=False,
        max_length=2000,
    )
    review_on = DateInput(required=False, label="Look again on", help_text="Optional. For example 27 3 2026.")

    def __init__(self, *args: Any, steps: Iterable[Step], **kwargs: Any) -> None:
        """steps: what may be decided, each with what it asks for first."""
        super().__init__(*args, **kwargs)
        self.steps = {step.name: step for step in steps}
        self.fields["choice"].choices = [  # type: ignore[attr-defined]
            (step.name, Choice(step.label, hint=" ".join(step.missing(Said()))))
            for step in self.steps.values()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if step := self.steps.get(cleaned.get("choice", "")):
            for missing in step.missing(Said(support_tried=cleaned.get("support_tried", ""))):
                self.add_error("support_tried", missing)
        if (day := cleaned.get("review_on")) and day <= timezone.localdate():
            self.add_error("review_on", "The day to look again must be in the future")
        return cleaned


class SavedViewForm(forms.Form):
    name = forms.CharField(
        max_length=60, label="Name of this view", error_messages={"required": "Give the view a name"}
    )
    query = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)


class MarkForm(forms.Form):
    """A correction of one session's mark, with its reason; registers: (id, school and year) to choose from."""

    register = forms.ChoiceField(
        label="Register", error_messages={"required": "Choose the school and year of the register"}
    )
    on = DateInput(label="Date")
    half = forms.ChoiceField(choices=[("AM", "Morning"), ("PM", "Afternoon")], label="Session")
    code = forms.ChoiceField(label="New code")
    reason = forms.CharField(
        max_length=300,
        label="Reason",
        error_messages={"required": "Say why the mark is changed; the register keeps it"},
    )

    def __init__(self, *args: Any, registers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["register"].choices = registers  # type: ignore[attr-defined]
        today = timezone.localdate()
        self.fields["code"].choices = [("", "Choose a code")] + [  # type: ignore[attr-defined]
            (entry.code, f"{entry.code}  {entry.meaning}")
            for entry in codes.all_codes()
            if entry.in_force(today)
        ]


class UploadForm(forms.Form):
    """One or many register files."""

    files = FilesField(  # type: ignore[assignment]
        label="Register files",
        help_text="Drop one or many. CSV, Excel (.xlsx) or Common Transfer File (.xml). Nothing is stored in a register before you have looked.",
        error_messages={"required": "Choose one or more register files"},
    )
    school = forms.ModelChoiceField(
        queryset=School.objects.none(), required=False, label="School", empty_label="The file names its school",
        help_text="Only needed when the file does not name its school by URN, LA and establishment number, or name.",
    )  # fmt: skip

    def __init__(self, *args: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]


class ReadingForm(forms.Form):
    """How a file is to be read, when it cannot be told from the file alone."""

    dates = forms.ChoiceField(
        choices=[
            ("", "Tell from the file"),
            ("dmy", "Day, month, year"),
            ("mdy", "Month, day, year"),
            ("ymd", "Year, month, day"),
        ],
        required=False,
        label="Order of the dates",
    )
    school = forms.ModelChoiceField(
        queryset=School.objects.none(), required=False, label="School", empty_label="As the file says"
    )
    mapping = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 6}), required=False, max_length=5000, label="Columns and codes",
        help_text="One a line: [columns] UPN = \"Pupil number\" or [codes] \"P\" = \"/\". Kept for the school when the file is taken.",
    )  # fmt: skip

    def __init__(self, *args: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]
