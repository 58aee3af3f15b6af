"""What is typed about plans."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.casework import assessment
from mainstay.service.casework.forms_passages import BoxesForm
from mainstay.service.casework.models import Plan, PlanConsent, PlanLine, PlanSignature
from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.common.ui.params import EARLIEST, LATEST, NumberParam

METHODS: Final = (
    ("hand", "Handed over"),
    ("first_class_post", "First class post"),
    ("second_class_post", "Second class post"),
)
#: empty rows offered for areas of the council's own, and how many areas there may be
MORE_AREAS: Final = 3
MOST_AREAS: Final = 30
_TO_DO: Final = PlanLine.Status.TO_DO
_CHILD: Final = "child"
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


_HINTS: Final = {
    Plan.Kind.ACTION: "What everybody does until when.",
    Plan.Kind.CONTRACT: "Voluntary on both sides: nobody has to offer or sign it.",
    Plan.Kind.EARLY_HELP: "Voluntary: the family agrees to it and to who is told.",
}


class PlanForm(forms.Form):
    """A plan to begin; of_school: by a school, which leaves the assessment to an officer."""

    kind = forms.ChoiceField(
        widget=forms.RadioSelect, label="Which kind?", error_messages={"required": "Choose which kind"},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, of_school: bool = False, **more: Any) -> None:
        super().__init__(data, **more)
        kinds = [kind for kind in Plan.Kind if not (of_school and kind == Plan.Kind.EARLY_HELP)]
        choices = [(kind.value, Choice(kind.label, hint=_HINTS[kind])) for kind in kinds]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        self.fields |= _days()


class BeginForm(PlanForm):
    """The same before a case."""

    purchased = forms.BooleanField(required=False, label="This is work the school has bought")

    def __init__(self, data: Any = None, *, of_school: bool, **more: Any) -> None:
        super().__init__(data, of_school=of_school, **more)
        bought = self.fields.pop("purchased")
        if not of_school:
            self.fields["purchased"] = bought


class PlanTextForm(BoxesForm):
    """The words and days of a plan that was not offered yet."""

    def __init__(self, data: Any = None, *, plan: Plan, **more: Any) -> None:
        names = ("starts_on", "ends_on", "review_on", "target", "consent")
        super().__init__(data, initial={name: getattr(plan, name) for name in names}, **more)
        self.fields |= _days()
        if plan.kind == Plan.Kind.EARLY_HELP:
            self.fields["consent"] = forms.CharField(
                required=False, max_length=300, label="What may be shared, and with whom",
                help_text="For instance: all but health, with the school and the school nurse.",
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


class ConsentForm(forms.Form):
    """Who agreed to an assessment, and whether the school may read it."""

    parent = forms.ChoiceField(
        label="Who agreed", widget=forms.RadioSelect, error_messages={"required": "Choose who agreed"}
    )
    how = forms.ChoiceField(
        choices=PlanConsent.How.choices, label="How", widget=forms.RadioSelect, error_messages={"required": "Say how they agreed"}
    )  # fmt: skip
    on = DateInput(label="When", what="day they agreed", latest=timezone.localdate)
    with_school = forms.ChoiceField(
        choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect, label="May the school read it?",
        error_messages={"required": "Say whether the school may read it"},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, parents: Sequence[Any]) -> None:
        super().__init__(data, initial={"on": timezone.localdate()}, auto_id="id_consent_%s")
        people = [(str(one.pk), one.name) for one in parents]
        self.fields["parent"].choices = [*people, (_CHILD, "The child")]  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """What ``plans.agree_to_share`` takes besides the plan."""
        said = self.cleaned_data
        parent = None if said["parent"] == _CHILD else int(said["parent"])
        return {**said, "parent": parent, "with_school": said["with_school"] == "yes"}


class PlanReviewForm(forms.Form):
    """Every promise kept, kept in part or not, with words where not wholly, and what was said."""

    def __init__(self, data: Any = None, *, lines: Sequence[PlanLine]) -> None:
        super().__init__(data)
        self.lines, today = lines, timezone.localdate()
        for line in lines:
            who = line.who or line.get_owner_display()
            waits = [(_TO_DO, "Not due yet")] if line.due_on > today else []
            asked = line.status != _TO_DO
            self.fields[f"status-{line.pk}"] = forms.ChoiceField(
                choices=[*(one for one in PlanLine.Status.choices if one[0] != _TO_DO), *waits], widget=forms.RadioSelect,
                label=f"{who}: {line.action}", initial=line.status if asked else None,
                help_text=f"To be seen by: {line.measure}" + (f". Said so far: {line.evidence}" if line.evidence else ""),
                error_messages={"required": f"Say whether this was kept: {line.action}"},
            )  # fmt: skip
            self.fields[f"words-{line.pk}"] = forms.CharField(
                required=False, max_length=300, label=f"What was said about it ({who})",
                help_text="Needed where it was not wholly kept: what was done, and what got in the way.",
            )  # fmt: skip
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


class AreaLineForm(forms.Form):
    """One area of an assessment; a row without a heading is left out."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    text = forms.CharField(label="Heading", max_length=120, required=False)
    hint = forms.CharField(
        label="What is asked there", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


AreaLines = forms.formset_factory(AreaLineForm, extra=MORE_AREAS, max_num=MOST_AREAS, absolute_max=MOST_AREAS)


class AreasForm(forms.Form):
    """From when, and why."""

    since = DateInput(
        label="In force from", what="first day", earliest=timezone.localdate, help_text="Assessments begun before keep their areas.",
    )  # fmt: skip
    reason = forms.CharField(
        label="Why it is changed", max_length=300, error_messages={"required": "Say why it is changed"}
    )


def areas_of(forms_: Sequence[AreaLineForm]) -> list[assessment.Area]:
    """The areas as typed; a new one gets a key of its own."""
    said = [form.cleaned_data for form in forms_ if form.cleaned_data.get("text", "").strip()]
    taken = {one["key"] for one in said}
    free = (f"own-{n}" for n in range(1, MOST_AREAS * 2) if f"own-{n}" not in taken)
    return [
        assessment.Area(one["key"] or next(free), " ".join(one["text"].split()), " ".join(one["hint"].split())) for one in said
    ]  # fmt: skip
