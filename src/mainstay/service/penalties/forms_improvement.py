"""What people type about a notice to improve."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils import timezone

from mainstay.law.rules import CURRENT
from mainstay.service.common.steps import Step
from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.common.ui.params import NumberParam
from mainstay.service.penalties.actions.improving import Content
from mainstay.service.penalties.models import Improvement


def _words(label: str, hint: str, rows: int = 3, **given: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, widget=area, max_length=4000, **given)


class ImprovementForm(forms.Form):
    """What the notice says; each line of a box is a sentence of its own in the letter."""

    picked = forms.MultipleChoiceField(
        label="Sessions",
        error_messages={
            "required": "Choose the sessions it rests on",
            "invalid_choice": "A session picked is not on the list any more: look at the register again",
        },
    )
    attendance = _words(
        "Record of attendance",
        "A figure a line, as in “Possible sessions: 96”. It begins with the register’s own.",
        6,
    )
    record_from = DateInput(label="The record is about the days from", what="first day of the record")
    record_to = DateInput(label="To", what="last day of the record", latest=timezone.localdate)
    support_so_far = _words(
        "Support so far", "What was offered or given, by whom and when, one thing a line. It begins with what was "
        "written down when findings were considered.",
    )  # fmt: skip
    support_refused = _words(
        "Support that was refused or not taken up", "One thing a line.", 2, required=False
    )
    support_offered = _words("Support on offer now", "What the family can have from now on, one thing a line.", 2,
                             required=False)  # fmt: skip
    starts_on = DateInput(
        label="The time to improve begins on", what="first day",
        help_text="At the earliest the day after the letter counts as received.",
    )  # fmt: skip
    school_weeks = forms.TypedChoiceField(
        coerce=int, label="School weeks", help_text="The week in which it begins is the first. Holidays do not count.",
        error_messages={"required": "Choose the number of school weeks"},
    )  # fmt: skip
    target = forms.IntegerField(
        min_value=0, max_value=100, label="Unauthorised sessions that are tolerated",
        help_text="More than that is flagged at the next register file. An officer then decides.",
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"}),
    )  # fmt: skip
    sufficient = _words(
        "What is enough", "One sentence for the letter, that says the same as the number above.", 2
    )
    early_grounds = _words(
        "A penalty notice may come before the time is over, if…",
        "One ground a line. It stands in the letter.",
        3,
    )

    def __init__(self, data: Any = None, *, offered: Iterable[str], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.fields["picked"].choices = [(key, key) for key in offered]  # type: ignore[attr-defined]
        weeks = range(CURRENT.whole("improvement_weeks_least"), CURRENT.whole("improvement_weeks_most") + 1)
        self.fields["school_weeks"].choices = [(n, f"{n} school weeks") for n in weeks]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("record_from"), cleaned.get("record_to")
        if first and last and last < first:
            self.add_error("record_to", "The record must end after it begins")
        if not (cleaned.get("support_offered") or cleaned.get("support_refused")) and not self.errors:
            self.add_error("support_offered", "Say what support is on offer now, or what was refused")
        return cleaned

    @property
    def content(self) -> Content:
        said = dict(self.cleaned_data)
        return Content(picked=tuple(said.pop("picked")), **said)


class ImprovementParentForm(forms.Form):
    """One parent, and why this one."""

    why = forms.CharField(
        max_length=300, label="Why this parent", widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Who has the care of the child, who can change something.",
        error_messages={"required": "Say why this parent: who has the care of the child, who can change something"},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, parent: int) -> None:
        super().__init__(data, prefix=f"parent-{parent}")


class ImprovementDecisionForm(forms.Form):
    """What an officer decides: one of the steps that are open."""

    choice = forms.ChoiceField(
        widget=forms.RadioSelect,
        label="What do you decide?",
        error_messages={"required": "Choose what you decide"},
    )
    reasons = _words(
        "Your reasons", "What you weighed, in sentences the family could read.", 4,
        error_messages={"required": "Give your reasons"},
    )  # fmt: skip
    support_tried = _words("Support that goes on", "By the school, the service or others.", 2, required=False)
    circumstances = _words("Circumstances of the child and family", "", 2, required=False)
    equality = _words("Equality Act considered", "", 2, required=False)

    def __init__(self, data: Any = None, *, steps: Sequence[Step]) -> None:
        super().__init__(data)
        choices = [(step.name, Choice(step.label, hint=_HINTS.get(step.name, ""))) for step in steps]
        self.fields["choice"].choices = choices  # type: ignore[attr-defined]


_HINTS = {
    "met": "It is closed, the support goes on, and the earlier sessions stay on record.",
    "go_on": "The time runs on. Only sessions beyond those known now are flagged again.",
    "follow": "Begins a request on this route. Ten new sessions are not needed; it is checked and approved as every other.",
    "close": "For example: the family moved away, or other steps are taken. Nothing follows from it here.",
}


class ImprovementsFilter(forms.Form):
    """The filters of the list; anything not understood is ignored, so that old bookmarks open."""

    state = forms.ChoiceField(
        choices=[("", "Open"), *Improvement.State.choices, ("all", "All")], required=False, label="State"
    )
    scope = forms.ChoiceField(
        choices=[("", "All I may see"), ("mine", "Mine"), ("schools", "My schools")],
        required=False,
        label="Whose",
    )
    school = NumberParam(label="School")

    def clean(self) -> dict[str, Any]:
        for name in list(self.errors):
            del self.errors[name]
        nothing: dict[str, Any] = {"state": "", "scope": "", "school": None}
        return nothing | {k: v for k, v in self.cleaned_data.items() if v not in ("", None)}
