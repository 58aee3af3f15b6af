"""What is typed about a case itself."""

from typing import Any, Final

from django import forms

from mainstay.service.accounts.models import User
from mainstay.service.casework.models import Case

NO_STEP: Final = "no_step"
STATES: Final = [("", "Open"), (NO_STEP, "Open, without a next step"), *Case.State.choices, ("all", "All")]
SCOPES: Final = [
    ("", "All I may see"),
    ("mine", "Mine"),
    ("schools", "My schools"),
    ("nobody", "Nobody's yet"),
]


class CasesFilter(forms.Form):
    """Filters of the list; what makes no sense filters nothing."""

    state = forms.ChoiceField(required=False, choices=STATES)
    scope = forms.ChoiceField(required=False, choices=SCOPES)
    school = forms.IntegerField(required=False, min_value=1)

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {"state": "", "scope": "", "school": None, **self.cleaned_data}


class AllocateForm(forms.Form):
    owner = forms.ModelChoiceField(label="Officer", queryset=User.objects.none(), empty_label="Choose")
    because = forms.CharField(
        label="Why",
        max_length=300,
        required=False,
        help_text="Needed where it is not the school's link officer.",
    )

    def __init__(self, *args: Any, officers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = officers  # type: ignore[attr-defined]


class ReferenceForm(forms.Form):
    reference = forms.CharField(
        label="Number in the former system", max_length=40, required=False,
        help_text="As the council’s papers from before have it. The search finds the case by it.",
    )  # fmt: skip


class CloseForm(forms.Form):
    reason = forms.ChoiceField(label="Why it is closed", choices=[("", "Choose"), *Case.Reason.choices])
    reasons = forms.CharField(
        label="Your reasons", widget=forms.Textarea(attrs={"rows": 4}), help_text="Kept as a decision record."
    )
