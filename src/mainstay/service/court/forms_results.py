"""What is typed about a result: verdict, sentence, sums; whom it was told; what became of it; costs."""

from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.casework.forms_fast_track import words
from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.common.ui.params import NumberParam
from mainstay.service.court.actions.results import Decided
from mainstay.service.court.actions.telling import Action
from mainstay.service.court.actions.voiding import Event
from mainstay.service.court.forms_hearings import Pounds
from mainstay.service.court.models import Prosecution, Result, Sentence
from mainstay.service.court.sentencing import Passed

Verdict, Kind = Result.Verdict, Sentence.Kind
_SMALL: Final = {"class": "govuk-input--width-3"}
ACTIONS: Final = 4
LINES: Final = 6
STANDS: Final = [("", "Standing"), ("void", "Void"), ("appeal", "Under appeal"), ("all", "All")]
VERDICTS: Final = [
    (Verdict.CONVICTED, "Convicted as charged"),
    (Verdict.LESSER, Choice("Convicted of the lesser offence", hint="Section 444(1), on a charge under section 444(1A).")),
    (Verdict.ACQUITTED, "Acquitted"),
    (Verdict.DISMISSED, "Dismissed"),
    (Verdict.WITHDRAWN, "Withdrawn"),
]  # fmt: skip


def _months(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=1, max_value=120, required=False, widget=forms.NumberInput(attrs=_SMALL)
    )


class SentenceForm(forms.Form):
    """Each part of a sentence; empty is not part of it."""

    fine = Pounds(label="Fine, in pounds")
    absolute = forms.BooleanField(label="Absolute discharge", required=False)
    conditional = _months("Conditional discharge, months")
    deferred_to = DateInput(label="Sentence deferred to", what="day of the deferred sentence", required=False)
    community = _months("Community order, months")
    suspended = _months("Suspended sentence, months")
    custody = _months("Custody, months")
    parenting = _months("Parenting order, months")
    requirements = words("What the orders ask of the parent", "", 2, required=False, max_length=2000)

    @property
    def passed(self) -> list[Passed]:
        said = self.cleaned_data
        found = []
        if said["fine"]:
            found.append(Passed(kind=Kind.FINE, pence=said["fine"]))
        if said["absolute"]:
            found.append(Passed(kind=Kind.ABSOLUTE))
        if said["deferred_to"]:
            found.append(Passed(kind=Kind.DEFERRED, ends_on=said["deferred_to"]))
        for name, kind in (
            ("conditional", Kind.CONDITIONAL), ("community", Kind.COMMUNITY), ("suspended", Kind.SUSPENDED),
            ("custody", Kind.CUSTODY), ("parenting", Kind.PARENTING),
        ):  # fmt: skip
            if said[name]:
                asks = said["requirements"] if kind in (Kind.COMMUNITY, Kind.PARENTING) else ""
                found.append(Passed(kind=kind, months=said[name], requirements=asks))
        return found


class ResultForm(SentenceForm):
    verdict = forms.ChoiceField(label="Verdict", choices=VERDICTS, widget=forms.RadioSelect)
    costs_asked = Pounds(label="Costs asked for, in pounds")
    costs_granted = Pounds(label="Costs granted, in pounds")
    surcharge = Pounds(label="Surcharge, in pounds", help_text="As the court said it.")
    directed = forms.BooleanField(
        label="The court directed the council to apply for an education supervision order", required=False,
        help_text="Section 447(2): the reasons for the court have a clock of their own.",
    )  # fmt: skip
    order_ended = forms.BooleanField(
        label="The court ended the school attendance order", required=False,
        help_text="Section 443(2): only where it acquitted of not complying with the order.",
    )  # fmt: skip
    field_order = ("verdict", "fine", "absolute", "conditional", "deferred_to", "community", "suspended", "custody", "parenting", "requirements", "costs_asked", "costs_granted", "surcharge", "directed", "order_ended")  # fmt: skip

    @property
    def decided(self) -> Decided:
        said = self.cleaned_data
        return Decided(
            verdict=said["verdict"], passed=self.passed, costs_asked_pence=said["costs_asked"],
            costs_granted_pence=said["costs_granted"], surcharge_pence=said["surcharge"],
            supervision_directed=said["directed"], order_ended=said["order_ended"],
        )  # fmt: skip


class PassForm(SentenceForm):
    """A deferred sentence is passed."""

    on = DateInput(label="Day it was passed", what="day it was passed", latest=timezone.localdate)
    deferred_to = None  # type: ignore[assignment]
    field_order = ("on",)

    @property
    def passed(self) -> list[Passed]:
        self.cleaned_data["deferred_to"] = None
        return super().passed


class TellForm(forms.Form):
    """What follows, and for whom."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for number in range(1, ACTIONS + 1):
            self.fields[f"what_{number}"] = forms.CharField(
                label=f"Action {number}", max_length=300, required=False
            )
            self.fields[f"due_{number}"] = DateInput(
                label=f"Action {number}: by when", what=f"day of action {number}", required=False
            )
            self.fields[f"who_{number}"] = forms.ChoiceField(
                label=f"Action {number}: whose", choices=[("officer", "The officer"), ("school", "The school")], required=False
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        for number in range(1, ACTIONS + 1):
            what, due = said.get(f"what_{number}"), said.get(f"due_{number}")
            if what and due is None and f"due_{number}" not in self.errors:
                self.add_error(f"due_{number}", f"Say by when action {number} is due")
            if due and not what:
                self.add_error(f"what_{number}", f"Say what action {number} is")
        return said

    @property
    def actions(self) -> list[Action]:
        said = self.cleaned_data
        return [
            Action(said[f"what_{n}"], said[f"due_{n}"], said[f"who_{n}"] == "school")
            for n in range(1, ACTIONS + 1)
            if said[f"what_{n}"]
        ]


class EventForm(forms.Form):
    kind = forms.ChoiceField(label="What happened", choices=Result.Void.choices, widget=forms.RadioSelect)
    on = DateInput(label="Day of it", what="day of it", latest=timezone.localdate)
    aware_on = DateInput(
        label="When the parent heard of the proceedings", what="day the parent heard of it", required=False,
        help_text="Of a statutory declaration only.",
    )  # fmt: skip
    because = words("What the court was told, or why it decided so", "", 2, max_length=2000)
    late_allowed = forms.BooleanField(label="The court allowed it although its time was over", required=False)

    @property
    def event(self) -> Event:
        return Event(**self.cleaned_data)


class AppealForm(forms.Form):
    on = DateInput(label="Day", what="day", latest=timezone.localdate)
    note = words("Against what", "Conviction, sentence, or both.", 2, required=False, max_length=1000)
    late_allowed = forms.BooleanField(label="The Crown Court allowed it although its time was over", required=False)  # fmt: skip


class DismissedForm(forms.Form):
    on = DateInput(label="Day of the decision", what="day of the decision", latest=timezone.localdate)
    note = words("What was decided", "", 2, required=False, max_length=1000)


class AfterForm(forms.Form):
    improved = forms.ChoiceField(
        label="Attendance after court", widget=forms.RadioSelect,
        choices=[("yes", "It has improved: the school goes on"), ("no", "Absence goes on")],
    )  # fmt: skip
    found = words("What the register shows", "", 2, max_length=1000)


class DiscontinueForm(forms.Form):
    reasons = words(
        "Why it is discontinued", "Kept with the prosecution, for the service alone.", 3, max_length=2000
    )
    way = forms.ChoiceField(
        label="The letter to the parent",
        widget=forms.RadioSelect,
        choices=[
            ("post", "Goes by post today"),
            ("hand", "Is handed over: there is no address to post it to"),
        ],
        initial="post",
    )

    @property
    def said(self) -> dict[str, Any]:
        return {"reasons": self.cleaned_data["reasons"], "by_hand": self.cleaned_data["way"] == "hand"}


class CostsForm(forms.Form):
    rate_pence = Pounds(label="Hourly rate, in pounds", required=True, min_value=0.01)

    def __init__(self, data: Any = None, *, rate_pence: int | None = None) -> None:
        super().__init__(data, initial={"rate_pence": f"{rate_pence / 100:.2f}"} if rate_pence else None)
        for number in range(1, LINES + 1):
            self.fields[f"what_{number}"] = forms.CharField(
                label=f"Work {number}", max_length=200, required=False
            )
            self.fields[f"minutes_{number}"] = forms.IntegerField(
                label=f"Work {number}: minutes", min_value=1, max_value=10_000, required=False,
                widget=forms.NumberInput(attrs=_SMALL),
            )  # fmt: skip
        self.fields["other_what"] = forms.CharField(
            label="Another sum is for", max_length=200, required=False
        )
        self.fields["other_pence"] = Pounds(label="Another sum, in pounds")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        for number in range(1, LINES + 1):
            if bool(said.get(f"what_{number}")) != bool(said.get(f"minutes_{number}")):
                self.add_error(f"what_{number}", f"Work {number} needs its words and its minutes")
        return said

    @property
    def lines(self) -> list[tuple[str, int]]:
        said = self.cleaned_data
        return [
            (said[f"what_{n}"], said[f"minutes_{n}"]) for n in range(1, LINES + 1) if said.get(f"what_{n}")
        ]


class ResultsFilter(forms.Form):
    """Filters of the register of results; what makes no sense filters nothing."""

    year = NumberParam()
    verdict = forms.ChoiceField(required=False, choices=[("", "Any"), *Verdict.choices])
    offence = forms.ChoiceField(required=False, choices=[("", "Any"), *Prosecution.Offence.choices])
    sentence = forms.ChoiceField(required=False, choices=[("", "Any"), *Kind.choices])
    stands = forms.ChoiceField(required=False, choices=STANDS)
    school = NumberParam()

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        empty = {"year": None, "verdict": "", "offence": "", "sentence": "", "stands": "", "school": None}
        return {**empty, **self.cleaned_data}
