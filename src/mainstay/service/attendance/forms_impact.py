"""Filters of the page about what interventions did; what is not understood is ignored, so that old bookmarks open."""

from typing import Any

from django import forms

from mainstay.service.attendance.queries.impact import BY
from mainstay.service.common.ui.params import DayParam, NumberParam


class ImpactFilter(forms.Form):
    by = forms.ChoiceField(choices=[(name, words) for name, (_, words) in BY.items()], required=False)
    label = forms.CharField(max_length=60, required=False)
    school = NumberParam()
    first = DayParam()
    last = DayParam()

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        said = {name: self.cleaned_data.get(name) for name in self.fields}
        return {**said, "by": said["by"] or "kind"}
