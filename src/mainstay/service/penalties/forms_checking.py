"""What officers type while they check a request: answers, the choice of a parent, reasons, the proposal."""

from collections.abc import Sequence
from typing import Any

from django import forms

from mainstay.service.accounts.models import User
from mainstay.service.penalties import checks
from mainstay.service.penalties.forms_requests import words


class ReasonForm(forms.Form):
    """Reasons alone: for sending back, refusing, dropping a parent."""

    reasons = words("Reasons", "Give the reasons")

    def __init__(self, *args: Any, label: str, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reasons"].label, self.fields["reasons"].help_text = label, hint


class AnswerForm(forms.Form):
    """One answer to one question of the check."""

    value = forms.ChoiceField(
        widget=forms.RadioSelect, label="Answer", error_messages={"required": "Choose an answer"}
    )
    text = words("What was considered", "Say what was considered, in words that can be read years later")

    def __init__(self, data: Any = None, *, question: checks.Question) -> None:
        super().__init__(data, prefix=question.name)
        self.question = question
        self.fields["value"].label = question.hint
        self.fields["value"].choices = [(c.value, c.label) for c in question.choices]  # type: ignore[attr-defined]


class ChooseParentForm(forms.Form):
    """One parent, and why this one."""

    why = words(
        "Why this parent",
        "Say why this parent: who had the care of the child, who allowed the absence",
        rows=2,
        help_text="Who had the care of the child, who allowed the absence.",
    )

    def __init__(self, data: Any = None, *, parent: int) -> None:
        super().__init__(data, prefix=f"parent-{parent}")


class ProposeForm(forms.Form):
    """The officer's decision about one parent."""

    reasons = words("Reasons", "Give the reasons: the record must explain the decision on its own", rows=4)
    circumstances = words("Circumstances of the child and family", "", required=False)
    alternatives = words(
        "Alternatives considered", "", required=False, help_text="And why they would not do, or not yet."
    )


class ImprovementLinkForm(forms.Form):
    """Which notice to improve came first."""

    improvement = forms.TypedChoiceField(
        coerce=int, label="Notice to improve", error_messages={"required": "Choose the notice to improve"}
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["improvement"].choices = [("", "Choose one"), *choices]  # type: ignore[attr-defined]


class OwnerForm(forms.Form):
    """Who looks at the request."""

    owner = forms.ModelChoiceField(
        queryset=User.objects.none(), label="Officer", empty_label="Choose somebody", error_messages={"required": "Choose an officer"}
    )  # fmt: skip

    def __init__(self, *args: Any, officers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = officers  # type: ignore[attr-defined]
