"""What is asked of the list of prosecutions."""

from typing import Any, Final

from django import forms

from mainstay.service.court.models import Prosecution

BEFORE: Final = "before"
STATES: Final = [("", "Open"), (BEFORE, "Open, no charge issued"), *Prosecution.State.choices, ("all", "All")]
LIMITS: Final = [
    ("", "Any"),
    ("8", "Safe date within 8 weeks"),
    ("4", "Safe date within 4 weeks"),
    ("past", "Safe date passed"),
]
READY: Final = [("", "Any"), ("yes", "Court-ready"), ("no", "Not yet")]
SCOPES: Final = [("", "All I may see"), ("investigator", "I investigate"), ("legal", "I prosecute")]


class ProsecutionsFilter(forms.Form):
    """Filters of the list; what makes no sense filters nothing."""

    state = forms.ChoiceField(required=False, choices=STATES)
    limit = forms.ChoiceField(required=False, choices=LIMITS)
    ready = forms.ChoiceField(required=False, choices=READY)
    scope = forms.ChoiceField(required=False, choices=SCOPES)
    offence = forms.ChoiceField(required=False, choices=[("", "Any"), *Prosecution.Offence.choices])
    school = forms.IntegerField(required=False, min_value=1)

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        nothing = {"state": "", "limit": "", "ready": "", "scope": "", "offence": "", "school": None}
        return {**nothing, **self.cleaned_data}
