"""What is asked of the list of what is not court-ready."""

from typing import Any, Final

from django import forms

from mainstay.service.common.ui.params import NumberParam
from mainstay.service.court.readiness import OWNERS

OF: Final = [("", "Prosecutions, and cases with legal"), ("every", "Every open case")]
SCOPES: Final = [("", "All I may see"), ("mine", "Mine"), ("schools", "My link schools")]
WAITS: Final = [("", "Anybody"), *((owner, owner.capitalize()) for owner in OWNERS)]


class ReadinessFilter(forms.Form):
    """Filters of the list; what makes no sense filters nothing."""

    of = forms.ChoiceField(required=False, choices=OF)
    scope = forms.ChoiceField(required=False, choices=SCOPES)
    owner = forms.ChoiceField(required=False, choices=WAITS)
    school = NumberParam()

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {"of": "", "scope": "", "owner": "", "school": None, **self.cleaned_data}
