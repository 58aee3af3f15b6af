"""Forms of supervision and of quality reviews."""

from typing import Any

from django import forms
from django.utils import timezone

from mainstay.service.common.ui.forms import DateInput
from mainstay.service.common.ui.params import EARLIEST, LATEST
from mainstay.service.team.forms import PersonChoice, people
from mainstay.service.team.forms_duty import ChildForm
from mainstay.service.team.models import Review, Supervision


def _area(label: str, rows: int = 4, **said: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, widget=forms.Textarea(attrs={"rows": rows}), max_length=20_000, **said
    )


class BeginForm(forms.Form):
    officer = PersonChoice(label="Officer")
    held_on = DateInput(label="Held on", what="day it was held", earliest=EARLIEST, latest=timezone.localdate)

    def __init__(self, data: Any = None, *, user: Any, initial: Any = None) -> None:
        super().__init__(data, initial={"held_on": timezone.localdate(), **(initial or {})})
        people(self, "officer", "have_supervision", without=user)


class TextsForm(forms.Form):
    """What is written of a supervision besides cases and actions."""

    wellbeing = _area("Wellbeing", help_text="For the two of you only, like everything on this page.")
    development = _area("Development and training")
    other = _area("Anything else")


class DiscussForm(ChildForm):
    """A child talked about."""

    talk = _area("What was talked about", 3, help_text="Stays on this page.")
    decision = forms.CharField(
        label="What was decided", widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000,
        help_text="Goes into the child’s chronology, for the service.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("pupil") is None and "child" not in self.errors:
            self.add_error("child", "Say which child it is about")
        return said


class ActionForm(forms.Form):
    text = forms.CharField(label="What is to be done", max_length=300)
    owner = PersonChoice(label="Who does it")
    due_on = DateInput(label="By", what="day", earliest=timezone.localdate, latest=LATEST)

    def __init__(self, data: Any = None, *, record: Supervision) -> None:
        super().__init__(data)
        pair = {"pk__in": [record.officer_id, record.supervisor_id]}
        self.fields["owner"].queryset = type(record.officer).objects.filter(**pair).order_by("name")  # type: ignore[attr-defined]


class ReviewForm(forms.Form):
    """Every line of the checklist with a grade and a note, then the whole."""

    def __init__(
        self, data: Any = None, *, checklist: list[str], grades: list[str], themes: list[str]
    ) -> None:
        super().__init__(data)
        self.checklist, choices = checklist, [(grade, grade) for grade in grades]
        for number, line in enumerate(checklist):
            self.fields[f"grade_{number}"] = forms.ChoiceField(label=line, choices=[("", "Choose"), *choices])
            self.fields[f"note_{number}"] = forms.CharField(
                label=f"Note on line {number + 1}", required=False, max_length=500
            )
        self.fields["overall"] = forms.ChoiceField(
            label="The record as a whole", choices=choices, widget=forms.RadioSelect
        )
        self.fields["themes"] = forms.MultipleChoiceField(
            label="Themes", choices=[(theme, theme) for theme in themes], required=False,
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
        self.fields["said"] = forms.CharField(
            label="What was found", widget=forms.Textarea(attrs={"rows": 4}), max_length=10_000
        )

    @property
    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Grade and note of each line."""
        return [(self[f"grade_{n}"], self[f"note_{n}"]) for n in range(len(self.checklist))]

    @property
    def said(self) -> dict[str, Any]:
        """As ``actions.quality.review`` takes it."""
        given = self.cleaned_data
        lines = [[line, given[f"grade_{n}"], given[f"note_{n}"]] for n, line in enumerate(self.checklist)]
        return {"grades": lines, **{name: given[name] for name in ("overall", "themes", "said")}}


class ModerateForm(forms.Form):
    """The grade that stands."""

    grade = forms.ChoiceField(label="The grade that stands", widget=forms.RadioSelect)
    reasons = _area("Why", 3, help_text="Needed where it is another grade than the reviewer’s.")

    agreed = _area(
        "What is agreed with the officer",
        3,
        help_text="The officer reads it, and all the rest of the review.",
    )

    def __init__(self, data: Any = None, *, review: Review, grades: list[str]) -> None:
        super().__init__(data, initial={"grade": review.overall})
        known = list(dict.fromkeys([*grades, review.overall]))
        self.fields["grade"].choices = [(grade, grade) for grade in known]  # type: ignore[attr-defined]


class ReplyForm(forms.Form):
    """What the officer says about a review of their work."""

    reply = forms.CharField(
        label="Your comment", max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="If you want to say something. It stays as you write it; whoever reviews reads it, nobody else.",
    )  # fmt: skip
