"""What is typed about a consultation."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.casework.models import Consultation
from mainstay.service.common.ui.forms import DateInput
from mainstay.service.common.ui.params import DayParam, NumberParam

OUTCOMES: Final = [("", "Any"), *Consultation.Outcome.choices]


def words(label: str, missing: str, rows: int = 4, hint: str = "", **given: Any) -> forms.CharField:
    """A box for several lines."""
    return forms.CharField(
        label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), help_text=hint,
        error_messages={"required": missing}, **given,
    )  # fmt: skip


class ConsultationForm(forms.Form):
    """schools: (id, name) to choose from, with a UPN; none where the child is known from the address already."""

    school = forms.TypedChoiceField(label="School", coerce=int)
    upn = forms.CharField(
        label="UPN of the child", required=False, max_length=13,
        help_text="Leave it empty if it is about the school as a whole. A referral needs a consultation about the child.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )  # fmt: skip
    officer = forms.ModelChoiceField(
        label="Officer who was consulted", queryset=User.objects.none(), empty_label="Choose"
    )
    spoke_with = forms.CharField(label="Who spoke for the school", max_length=120)
    on = DateInput(label="When", what="day of the consultation", latest=timezone.localdate)
    how = forms.ChoiceField(
        label="How", choices=Consultation.How.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose how you spoke"},
    )  # fmt: skip
    concern = words("What the school is worried about", "Say what the school is worried about", 3)
    advice = words("What the officer advised", "Say what the officer advised")
    outcome = forms.ChoiceField(
        label="What came of it", choices=Consultation.Outcome.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose what came of it"},
    )  # fmt: skip

    def __init__(
        self, *args: Any, officers: Any, schools: Sequence[tuple[int, str]] | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = officers  # type: ignore[attr-defined]
        if schools is None:
            del self.fields["school"], self.fields["upn"]
        else:
            self.fields["school"].choices = [("", "Choose"), *schools]  # type: ignore[attr-defined]


class ConsultationsFilter(forms.Form):
    """Filters of the list; what makes no sense filters nothing."""

    outcome = forms.ChoiceField(required=False, choices=OUTCOMES)
    school = NumberParam()
    first = DayParam()
    last = DayParam()

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {"outcome": "", "school": None, "first": None, "last": None, **self.cleaned_data}
