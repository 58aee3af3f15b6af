"""What is typed about plans."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.casework.forms_passages import BoxesForm
from mainstay.service.casework.models import Plan, PlanLine, PlanSignature
from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.common.ui.params import EARLIEST, LATEST, NumberParam

METHODS: Final = (
    ("hand", "Handed over"),
    ("first_class_post", "First class post"),
    ("second_class_post", "Second class post"),
)
STATES: Final = [("", "Not ended"), *Plan.State.choices, ("all", "All")]
KINDS: Final = [("", "Any"), *Plan.Kind.choices]


class PlansFilter(forms.Form):
    """Filters of the list; what makes no sense filters nothing."""

    state = forms.ChoiceField(required=False, choices=STATES)
    kind = forms.ChoiceField(required=False, choices=KINDS)
    school = NumberParam()

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {"state": "", "kind": "", "school": None, **self.cleaned_data}


def _days() -> dict[str, forms.Field]:
    return {
        "starts_on": DateInput(label="From", what="first day", earliest=EARLIEST, latest=LATEST),
        "ends_on": DateInput(label="To", what="last day", earliest=EARLIEST, latest=LATEST),
        "review_on": DateInput(label="Review on", what="day of the review", earliest=EARLIEST, latest=LATEST),
        "target": forms.IntegerField(
            required=False, min_value=1, max_value=100, label="Attendance to reach, in per cent",
            help_text="One the child can reach. An early help assessment needs none.",
            widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "numeric"}),
            error_messages={"invalid": "Enter a whole number from 1 to 100"},
        ),
    }  # fmt: skip


class PlanForm(forms.Form):
    """A plan to begin."""

    kind = forms.ChoiceField(
        widget=forms.RadioSelect, label="Which kind?", error_messages={"required": "Choose which kind"},
        choices=[
            (Plan.Kind.ACTION, Choice("Action plan", hint="What everybody does until when.")),
            (Plan.Kind.CONTRACT, Choice("Attendance contract", hint="Voluntary on both sides: nobody has to offer or sign it.")),
            (Plan.Kind.EARLY_HELP, Choice("Early help assessment", hint="Voluntary: the family agrees to it and to who is told.")),
        ],
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields |= _days()


class PlanTextForm(BoxesForm):
    """The words and days of a plan that was not offered yet."""

    def __init__(self, data: Any = None, *, plan: Plan, **more: Any) -> None:
        names = ("starts_on", "ends_on", "review_on", "target", "consent")
        super().__init__(data, initial={name: getattr(plan, name) for name in names}, **more)
        self.fields |= _days()
        if plan.kind == Plan.Kind.EARLY_HELP:
            self.fields["consent"] = forms.CharField(
                required=False, max_length=300, label="Who agreed to this, and with whom it may be shared",
            )  # fmt: skip

    @property
    def values(self) -> dict[str, Any]:
        """What ``plans.write`` takes besides the plan."""
        said = {name: self.cleaned_data[name] for name in ("starts_on", "ends_on", "review_on", "target")}
        return {**said, "consent": self.cleaned_data.get("consent", ""), "typed": self.typed}


class PromiseForm(forms.Form):
    need = forms.CharField(
        max_length=300, label="What is needed", error_messages={"required": "Say what is needed"}
    )
    action = forms.CharField(
        max_length=300, label="Who does what", help_text="In words the family uses: “I wake Ada at seven.”",
        error_messages={"required": "Say what is done"},
    )  # fmt: skip
    owner = forms.ChoiceField(
        choices=[("", "Choose"), *PlanLine.Owner.choices], label="Whose promise", error_messages={"required": "Say whose promise it is"}
    )  # fmt: skip
    who = forms.CharField(required=False, max_length=120, label="Which parent, person or agency")
    due_on = DateInput(label="Until when", what="day it is due", earliest=EARLIEST, latest=LATEST)
    measure = forms.CharField(
        max_length=300, label="How we will know that it was done", error_messages={"required": "Say how anybody will know"}
    )  # fmt: skip


class SignForm(forms.Form):
    """One side: ``side`` or ``parent:12``."""

    who = forms.ChoiceField(label="Who", widget=forms.RadioSelect, error_messages={"required": "Choose who"})
    name = forms.CharField(required=False, max_length=200, label="Name", help_text="Not needed for a parent.")
    agreed = forms.ChoiceField(
        choices=[("yes", "Agreed"), ("no", "Did not agree")], widget=forms.RadioSelect, label="Did they agree?",
        error_messages={"required": "Say whether they agreed"},
    )  # fmt: skip
    words = forms.CharField(
        required=False, max_length=4000, label="What they said", widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed where they did not agree: their words, without judging them.",
    )  # fmt: skip
    on = DateInput(label="When", what="day", latest=timezone.localdate)

    def __init__(self, data: Any = None, *, parents: Sequence[Any]) -> None:
        super().__init__(data, initial={"on": timezone.localdate()})
        sides = [choice for choice in PlanSignature.Side.choices if choice[0] != PlanSignature.Side.PARENT]
        people = [(f"parent:{one.pk}", one.name) for one in parents]
        self.fields["who"].choices = [*people, *sides]  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """What ``plans.sign`` takes besides the plan."""
        said = dict(self.cleaned_data)
        side, _, parent = said.pop("who").partition(":")
        return {
            **said,
            "side": side,
            "parent": int(parent) if parent else None,
            "agreed": said["agreed"] == "yes",
        }


class ReportForm(forms.Form):
    """What became of one promise."""

    status = forms.ChoiceField(choices=PlanLine.Status.choices, label="How it stands")
    evidence = forms.CharField(
        required=False, max_length=4000, label="What shows it", widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, line: PlanLine) -> None:
        said = {"status": line.status, "evidence": line.evidence}
        super().__init__(data, initial=said, auto_id=f"id_line_{line.pk}_%s")
        self.line = line


class PlanReviewForm(forms.Form):
    """Every promise ticked or not, and what was said."""

    def __init__(self, data: Any = None, *, lines: Sequence[PlanLine]) -> None:
        super().__init__(data)
        self.lines = lines
        for line in lines:
            who = line.who or line.get_owner_display()
            self.fields[f"status-{line.pk}"] = forms.ChoiceField(
                choices=PlanLine.Status.choices, label=f"{who}: {line.action}", widget=forms.RadioSelect, required=False,
                initial=line.status, help_text=f"To be seen by: {line.measure}",
            )  # fmt: skip
            self.fields[f"words-{line.pk}"] = forms.CharField(
                required=False, max_length=300, label="What was said about it"
            )
        self.fields["words"] = forms.CharField(
            max_length=8000, label="What was said at the review", widget=forms.Textarea(attrs={"rows": 4}),
            error_messages={"required": "Write down what was said at the review"},
        )  # fmt: skip
        self.fields["next_on"] = DateInput(
            required=False, label="Next review", what="day of the next review", latest=LATEST, help_text="Leave it empty where the plan is to be ended."
        )  # fmt: skip

    @property
    def values(self) -> dict[str, Any]:
        """What ``plan_reviews.review`` takes besides the plan."""
        said = self.cleaned_data
        ticks = {one.pk: (said[f"status-{one.pk}"], said[f"words-{one.pk}"]) for one in self.lines}
        return {"ticks": ticks, "words": said["words"], "next_on": said["next_on"]}


class EndForm(forms.Form):
    result = forms.ChoiceField(
        choices=Plan.Result.choices, widget=forms.RadioSelect, label="In how far was it kept?",
        error_messages={"required": "Say in how far it was kept"},
    )  # fmt: skip
    words = forms.CharField(
        max_length=8000, label="What it changed", widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what it changed"},
    )  # fmt: skip


class CopyForm(forms.Form):
    parent = forms.TypedChoiceField(
        coerce=int, label="A copy for", error_messages={"required": "Choose for whom"}
    )

    def __init__(self, data: Any = None, *, parents: Sequence[Any]) -> None:
        super().__init__(data)
        self.fields["parent"].choices = [(one.pk, one.name) for one in parents]  # type: ignore[attr-defined]


class CopyGivenForm(forms.Form):
    method = forms.ChoiceField(choices=METHODS, label="How it was given")
    on = DateInput(label="When", what="day it was given", latest=timezone.localdate)

    def __init__(self, data: Any = None, *, copy: int) -> None:
        super().__init__(data, initial={"on": timezone.localdate()}, auto_id=f"id_copy_{copy}_%s")
