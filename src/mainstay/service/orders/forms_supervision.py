"""What is typed about a supervision order: a form for each step."""

from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.queries import holding
from mainstay.service.casework.families import parents_of
from mainstay.service.casework.forms_fast_track import words
from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.common.ui.params import NumberParam
from mainstay.service.orders.actions.considering import CHECKLIST, Weighed
from mainstay.service.orders.actions.supervision import BEFORE
from mainstay.service.orders.actions.supervision_directing import Directing
from mainstay.service.orders.models import (
    Consideration,
    Direction,
    Extension,
    OrderConsultation,
    SupervisionContact,
    SupervisionOrder,
)
from mainstay.service.orders.queries.supervision import NEAR

STATES: Final = [("", "Open"), (NEAR, "Expiring soon"), *SupervisionOrder.State.choices, ("all", "All")]
SCOPES: Final = [("", "All I may see"), ("mine", "Mine"), ("schools", "My schools")]
_CONFIRM: Final = (
    "Confirm with legal services: C110A, or C110A with C17, is how an order is believed to be applied for."
)
_CHILD: Final = "child"


def past_day(label: str, what: str, **said: Any) -> DateInput:
    return DateInput(label=label, what=what, latest=timezone.localdate, **said)


def _radios(label: str, choices: Any, **said: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **said)


class OrdersFilter(forms.Form):
    """Filters of the list; what makes no sense filters nothing."""

    state = forms.ChoiceField(required=False, choices=STATES)
    scope = forms.ChoiceField(required=False, choices=SCOPES)
    breached = forms.BooleanField(required=False)
    school = NumberParam(required=False)

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {"state": "", "scope": "", "breached": False, "school": None, **self.cleaned_data}


class ConsiderForm(forms.Form):
    consulted = words("Children’s services", "Who was asked, and what they said.")
    consulted_on = past_day("Asked on", "day on which children’s services were asked")
    wishes = words(
        CHECKLIST["wishes"], "In the child’s own words where you have them, by age and understanding.", 2
    )
    needs = words(CHECKLIST["needs"], "", 2)
    change = words(CHECKLIST["change"], "", 2)
    background = words(CHECKLIST["background"], "", 2)
    harm = words(CHECKLIST["harm"], "", 2)
    capable = words(CHECKLIST["capable"], "", 2)
    powers = words(CHECKLIST["powers"], "", 2)
    no_order = words("Would an order be better for the child than none?", "Why, or why not.")
    evidence = words("What it rests on", "The register, the case, what others said.", 2)
    alternatives = words("What else was considered", "", 2)
    equality = words(
        "Equality Act", "What was considered: disability, race, sex and other characteristics.", 2
    )
    outcome = _radios("What comes of it", Consideration.Outcome.choices)
    reasons = words("Your reasons", "In sentences the family could read.", 4)

    @property
    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        plain = ("no_order", "consulted", "consulted_on", "reasons", "evidence", "alternatives", "equality")
        weighed = Weighed(
            welfare={key: given[key] for key in CHECKLIST}, **{name: given[name] for name in plain}
        )
        return {"outcome": given["outcome"], "weighed": weighed}


class StepForm(forms.Form):
    """A step about one order, or about a row of it; ``said`` is what its action takes."""

    def __init__(self, data: Any = None, *, one: SupervisionOrder, row: Any = None) -> None:
        super().__init__(data)
        self.one, self.row = one, row
        self.prepare()

    def prepare(self) -> None:
        """Choices and first values that depend on the order."""

    @property
    def said(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def people(self, name: str) -> None:
        """Choices of a field: the child's parents and the child."""
        parents = parents_of(self.one.case.pupil_id, timezone.localdate())
        choices = [(str(parent.pk), parent.name) for parent in parents]
        self.fields[name].choices = [*choices, (_CHILD, "The child")]  # type: ignore[attr-defined]


def _person(value: str) -> int | None:
    return None if value == _CHILD else int(value)


class PlainForm(StepForm):
    """Nothing to type: the step alone."""


class ElsewhereForm(StepForm):
    elsewhere = _radios("Is another authority concerned?", SupervisionOrder.Elsewhere.choices)

    def prepare(self) -> None:
        self.initial = {"elsewhere": self.one.elsewhere}


class ConsultForm(StepForm):
    whom = _radios("Who is consulted", OrderConsultation.Whom.choices)
    name = forms.CharField(label="Team or authority, and who there", max_length=200)
    asked = words(
        "What is going on, and what you ask",
        "It stands in the letter, before the four questions that every authority is asked.",
    )
    way = _radios("How it is asked", [
        ("post", "By letter, posted today"), ("hand", "By letter, handed over today"),
        ("other", Choice("By letter, sent today another way", hint="Secure e-mail or a portal; it counts as received once that is proved.")),
        (BEFORE, Choice("It was asked before, without a letter from here", hint="In a meeting, for example.")),
    ])  # fmt: skip
    address = forms.CharField(
        label="Where the letter goes", required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Line by line, with the postcode; or the secure address. Not needed where it is handed over.",
    )  # fmt: skip
    asked_on = past_day("Asked on", "day it was asked")

    def prepare(self) -> None:
        self.initial = {"asked_on": timezone.localdate()}


class AnswerForm(StepForm):
    answered_on = past_day("Answered on", "day of the answer")
    known = words("Is the child or family known?", "", 2)
    risk = words("Risk", "", 2)
    support = words("Support given, or that could be", "", 2)
    objections = words("Objections", "Or that there are none.", 2)

    def prepare(self) -> None:
        names = ("answered_on", "known", "risk", "support", "objections")
        self.initial = {name: getattr(self.row, name) for name in names}


class PlanForm(StepForm):
    child_wishes = words("The child’s wishes and feelings", "", 3, required=False)
    parent_wishes = words("The parents’ wishes", "Each parent’s.", 3, required=False)
    plan = words(
        "Plan", "What the supervising officer, the school and others do, from when.", 5, required=False
    )
    draft_directions = words("Draft directions", "One a paragraph.", 4, required=False)
    report = words("Report to the court", "", 6, required=False)

    def prepare(self) -> None:
        self.initial = {name: getattr(self.one, name) for name in self.fields}


class ReasonsForm(StepForm):
    reasons = words("Your reasons", "", 4)


class NotPursueForm(StepForm):
    ending = _radios("What happens instead", [
        (SupervisionOrder.Ending.NOT_PURSUED, Choice("It is not gone on with")),
        (SupervisionOrder.Ending.SOCIAL_CARE, Choice("Social care leads")),
    ])  # fmt: skip
    reasons = words("Your reasons", "Where a court directed it, those given to the court.", 4)
    reported_on = past_day("The court was told on", "day on which the court was told", required=False)


class ApplyForm(StepForm):
    field_order = ("applied_on", "court", "court_number", "forms", "fee", "hearing_on")
    applied_on = past_day("Applied on", "day of the application")
    court = forms.CharField(label="Court", max_length=120, help_text="The Family Court at…")
    court_number = forms.CharField(label="Number of the court", max_length=40, required=False)
    fee = forms.DecimalField(
        label="Court fee, in pounds", min_value=0, max_value=100_000, decimal_places=2, required=False
    )
    forms = forms.CharField(label="Forms", max_length=120, initial="C110A", help_text=_CONFIRM)
    hearing_on = DateInput(label="First hearing", what="day of the hearing", required=False)


class HearingForm(StepForm):
    hearing_on = DateInput(label="Hearing", what="day of the hearing")
    because = words(
        "Why", "That it is the first day set, or why it was adjourned, and what the court directed.", 3
    )


class ServeForm(StepForm):
    served_on = past_day("Served on", "day of service")
    how = forms.CharField(label="How", max_length=200, help_text="By whom, by which way, where.")
    late_because = forms.CharField(
        label="How the court shortened the time", max_length=300, required=False,
        help_text="Only where it was served too late. Seven clear days are believed to be the time: confirm with legal services.",
    )  # fmt: skip

    def prepare(self) -> None:
        self.initial = {name: getattr(self.row, name) for name in self.fields}


class MadeForm(StepForm):
    made_on = past_day("Made on", "day of the order")
    ends_on = DateInput(
        label="Last day, where the court set an earlier one", what="last day", required=False,
        help_text="Left empty: twelve months beginning with the day of the order, and never beyond compulsory school age.",
    )  # fmt: skip
    court_number = forms.CharField(label="Number of the court", max_length=40, required=False)


class EndForm(StepForm):
    on = past_day("On", "day")
    reasons = words("What the court said", "", 3)


class DischargeForm(EndForm):
    reasons = words(
        "What the court said", "Also whether it told the authority to look into the child’s circumstances.", 3
    )
    discharge_by = _radios("Who applied", SupervisionOrder.Applicant.choices)
    court = forms.CharField(label="Court", max_length=120)

    field_order = ["on", "discharge_by", "court", "reasons"]


class SupervisorForm(StepForm):
    supervisor = forms.ModelChoiceField(
        label="Supervising officer", queryset=User.objects.none(), empty_label="Choose"
    )
    because = words("Why this officer", "", 2, required=False)

    def prepare(self) -> None:
        self.fields["supervisor"].queryset = holding("work_orders", timezone.localdate())  # type: ignore[attr-defined]
        self.initial = {"supervisor": self.one.supervisor_id or self.one.case.owner_id}


class ContactForm(StepForm):
    kind = _radios("What it was", SupervisionContact.Kind.choices)
    on = past_day("On", "day")
    who = forms.CharField(label="Who was seen or spoken to", max_length=200)
    child_seen = forms.BooleanField(label="The child was seen", required=False)
    words = words("What was said and found", "Of a report: what changed since the one before.", 5)


class DirectForm(StepForm):
    to = _radios("For whom", ())
    child_wishes = words(
        "The child’s wishes and feelings",
        "As asked for before this direction; or why it was not practicable.",
    )
    parent_wishes = words(
        "The parents’ wishes", "As asked for before this direction; or why it was not practicable."
    )
    text = words(
        "The direction",
        "What is to be done, so that it can be said whether it was. It stands in the letter.",
        3,
    )
    because = words("Why", "It stands in the letter.", 3)
    due_on = DateInput(label="By when", what="day by which it is done")
    way = _radios("How it reaches them", [("post", "Posted today"), ("hand", "Handed over today")])

    def prepare(self) -> None:
        self.people("to")

    @property
    def said(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        to, way = given.pop("to"), given.pop("way")
        return {"said": Directing(to_parent=_person(to), by_hand=way == "hand", **given)}


class CompliedForm(StepForm):
    complied = _radios("Was it followed?", Direction.Complied.choices)
    note = words("How you know", "", 2)


class BreachForm(StepForm):
    on = past_day("On", "day of the breach")
    what = words("What was not done", "It stands in a warning.", 3)
    explanation = words("What the person said about it", "It stands in a warning.", 3, required=False)
    clashed_with = forms.CharField(
        label="Another supervision order that it would have gone against", max_length=200, required=False,
        help_text="Only where there is one: which order, made when. The failure is then disregarded: it is kept, and never counted.",
    )  # fmt: skip


class WarnForm(StepForm):
    way = _radios("How it reaches the parent", [("post", "Posted today"), ("hand", "Handed over today")])

    @property
    def said(self) -> dict[str, Any]:
        return {"by_hand": self.cleaned_data["way"] == "hand"}


class JudgeForm(StepForm):
    to = _radios("Whose failures", ())
    because = words(
        "Why it is persistent", "Over which time, how serious, what was tried in between, what they said.", 4
    )

    def prepare(self) -> None:
        self.people("to")

    @property
    def said(self) -> dict[str, Any]:
        return {"to_parent": _person(self.cleaned_data["to"]), "because": self.cleaned_data["because"]}


class ReferForm(StepForm):
    referred_on = past_day("Told on", "day on which they were told")
    referred_to = forms.CharField(label="Who was told", max_length=200)


class OutcomeForm(StepForm):
    outcome_on = past_day("Answered on", "day of the answer")
    outcome = words("What they found and do", "", 3)


class ExtendForm(StepForm):
    applied_on = past_day("Applied on", "day of the application")
    forms = forms.CharField(
        label="Forms",
        max_length=120,
        initial="C17a",
        help_text="Confirm with legal services: C17a is believed to be the form.",
    )
    because = words("Why", "What the review showed.", 3)
    hearing_on = DateInput(label="Hearing", what="day of the hearing", required=False)


class ExtensionHeardForm(StepForm):
    outcome = _radios(
        "What the court said",
        [
            ("", "Not decided yet: another day"),
            *[each for each in Extension.Outcome.choices if each[0] != Extension.Outcome.LAPSED],
        ],
        required=False,
    )
    hearing_on = DateInput(label="Another day of hearing", what="day of the hearing", required=False)
    decided_on = past_day("Decided on", "day it was decided", required=False)
    ends_on = DateInput(
        label="New last day", what="new last day", required=False, help_text="As the order has it."
    )


class SummaryForm(StepForm):
    closure = words("Summary", "What the order did, what the child says, what follows.", 6)
