"""What people type about leave in term time."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils import timezone

from mainstay.service.common.steps import Step
from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.common.ui.params import DayParam, NumberParam
from mainstay.service.penalties.actions.leave_letters import METHODS
from mainstay.service.penalties.models import LeaveRequest

YES_NO = [("yes", "Yes"), ("no", "No")]


class LeaveForm(forms.Form):
    """What a parent asked for."""

    parent = forms.TypedChoiceField(
        coerce=int, widget=forms.RadioSelect, label="Which parent asks?",
        error_messages={"required": "Choose the parent who asks"},
    )  # fmt: skip
    lives_with = forms.ChoiceField(
        choices=YES_NO, widget=forms.RadioSelect, label="Does the child normally live with this parent?",
        help_text="Only a parent the child normally lives with can be granted leave.",
    )  # fmt: skip
    asked_on = DateInput(
        label="When did the parent ask?", what="day of the request", latest=timezone.localdate,
        help_text="The day the request reached the school. Leave asked for on its first day or later cannot be granted.",
    )  # fmt: skip
    first_day = DateInput(label="First day of the leave", what="first day")
    last_day = DateInput(label="Last day of the leave", what="last day")
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, label="The reason the parent gives",
        error_messages={"required": "Write down the reason the parent gives"},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, parents: Iterable[tuple[int, Choice]]) -> None:
        super().__init__(data, initial={"asked_on": timezone.localdate()})
        self.fields["parent"].choices = list(parents)  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """What ``leave.ask`` takes besides pupil and parent."""
        said = {k: v for k, v in self.cleaned_data.items() if k != "parent"}
        return {**said, "lives_with": said["lives_with"] == "yes"}


class _Warning(forms.Form):
    """When and how the parents were told that a penalty notice may follow."""

    warned_on = DateInput(
        required=False, label="Warned on", what="day of the warning", latest=timezone.localdate,
        help_text="When the parents were told that a penalty notice may follow if the leave is taken all the same. "
        "Leave it empty if the letter is to warn them: the day you give it is then kept.",
    )  # fmt: skip
    warning = forms.CharField(
        required=False,
        max_length=300,
        label="How, and in which words",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("warned_on") and not cleaned.get("warning", "").strip():
            self.add_error("warning", "Say how the parents were warned, and in which words")
        if (
            cleaned.get("warning", "").strip()
            and not cleaned.get("warned_on")
            and "warned_on" not in self.errors
        ):
            self.add_error("warned_on", "Enter the day of the warning")
        return cleaned


class LeaveDecisionForm(_Warning):
    """The head's decision: which way, which days, why, and the warning."""

    choice = forms.ChoiceField(
        widget=forms.RadioSelect,
        label="What do you decide?",
        error_messages={"required": "Choose what you decide"},
    )
    granted_from = DateInput(required=False, label="First day granted", what="first day granted",
                             help_text="Only where you grant a part.")  # fmt: skip
    granted_to = DateInput(required=False, label="Last day granted", what="last day granted")
    reasons = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, label="Your reasons",
        help_text="Each request is judged on its own: say what you weighed in this one. The parent reads this in the letter.",
        error_messages={"required": "Give the reasons for this request: each one is judged on its own"},
    )  # fmt: skip
    field_order = ("choice", "granted_from", "granted_to", "reasons", "warned_on", "warning")

    def __init__(self, data: Any = None, *, steps: Sequence[Step]) -> None:
        super().__init__(data)
        self.fields["choice"].choices = [(step.name, step.label) for step in steps]  # type: ignore[attr-defined]
        if "part" not in {step.name for step in steps}:
            del self.fields["granted_from"], self.fields["granted_to"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("choice") == "part":
            for name, what in (("granted_from", "first"), ("granted_to", "last")):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, f"Enter the {what} day granted")
        return cleaned


class WarnedForm(_Warning):
    """A warning given after the decision."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["warned_on"].required = self.fields["warning"].required = True
        self.fields["warned_on"].help_text = ""


class LeaveLetterForm(forms.Form):
    """Which letter to which parent: ``kind:parent``."""

    letter = forms.ChoiceField(
        widget=forms.RadioSelect, label="Which letter?", error_messages={"required": "Choose the letter"}
    )

    def __init__(self, data: Any = None, *, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["letter"].choices = choices  # type: ignore[attr-defined]


class GivenForm(forms.Form):
    """How a letter was given, and when."""

    method = forms.ChoiceField(
        choices=METHODS, widget=forms.RadioSelect, label="How was it given?",
        error_messages={"required": "Choose how the letter was given"},
    )  # fmt: skip
    on = DateInput(label="On", what="day it was given", latest=timezone.localdate)

    def __init__(self, data: Any = None, *, letter: int, hand_only: bool) -> None:
        super().__init__(data, prefix=f"letter-{letter}", initial={"on": timezone.localdate()})
        if hand_only:
            self.fields["method"].choices = METHODS[:1]  # type: ignore[attr-defined]
            self.fields["method"].initial = METHODS[0][0]
            self.fields[
                "method"
            ].help_text = "The address is confidential, so the letter names none and is handed over."


class LeavesFilter(forms.Form):
    """The filters of the list; anything not understood is ignored, so that old bookmarks open."""

    state = forms.ChoiceField(
        choices=[("", "All"), *LeaveRequest.State.choices], required=False, label="State"
    )
    school = NumberParam(label="School")
    warned = forms.ChoiceField(
        choices=[("", "Any"), ("yes", "Warned"), ("no", "Not warned")], required=False, label="Warning"
    )
    first = DayParam(label="Leave from")
    last = DayParam(label="Leave until")

    def clean(self) -> dict[str, Any]:
        for name in list(self.errors):
            del self.errors[name]
        nothing: dict[str, Any] = {"state": "", "school": None, "warned": "", "first": None, "last": None}
        return nothing | {k: v for k, v in self.cleaned_data.items() if v not in ("", None)}
