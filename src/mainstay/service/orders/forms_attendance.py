"""What is typed about an attendance order."""

from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.common.ui.params import NumberParam
from mainstay.service.directory.models import School
from mainstay.service.orders.actions.attendance_deciding import Asked, Tests
from mainstay.service.orders.actions.attendance_ending import BY_HAND
from mainstay.service.orders.models import (
    AttendanceAmendment,
    AttendanceConsultation,
    AttendanceEnquiry,
    AttendanceOrder,
    AttendanceSchoolPaper,
)
from mainstay.service.orders.queries.attendance import ANY, REVOCATION

Regime = AttendanceOrder.Regime
STATES: Final = [
    ("", "Open"), *AttendanceOrder.State.choices, (REVOCATION, "Revocation asked for"), ("all", "All"),
]  # fmt: skip
SCOPES: Final = [("", "All I may see"), ("mine", "Mine"), ("nobody", "Nobody’s")]
REGISTERED: Final = [("", "Any"), ("no", "Served, not registered"), ("yes", "Served and registered")]
_YES_NO: Final = [("yes", "Yes"), ("no", "No")]


def words(label: str, hint: str = "", rows: int = 3, **said: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, widget=forms.Textarea(attrs={"rows": rows}), **said)


def day(label: str, what: str, **said: Any) -> forms.Field:
    return DateInput(label=label, what=what, latest=timezone.localdate, **said)


def yes_no(label: str, hint: str = "", **said: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=hint,
        choices=_YES_NO,
        widget=forms.RadioSelect,
        coerce=lambda said: said == "yes",
        **said,
    )


class OrdersFilter(forms.Form):
    """Filters of the list; what makes no sense filters nothing."""

    state = forms.ChoiceField(required=False, choices=STATES)
    scope = forms.ChoiceField(required=False, choices=SCOPES)
    registered = forms.ChoiceField(required=False, choices=REGISTERED)
    school = NumberParam(required=False)

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {**ANY, **self.cleaned_data}


class _OfParents(forms.Form):
    """Forms with the child's parents as boxes or as one choice."""

    def __init__(self, data: Any = None, *, parents: list[tuple[str, str]], **said: Any) -> None:
        super().__init__(data, **said)
        name = "parents" if "parents" in self.fields else "parent"
        self.fields[name].choices = parents  # type: ignore[attr-defined]


class _OfSchools(forms.Form):
    """Forms that name a school of a list."""

    def __init__(self, data: Any = None, *, schools: Any, **said: Any) -> None:
        super().__init__(data, **said)
        for name in ("school", "alternatives"):
            if name in self.fields:
                self.fields[name].queryset = schools  # type: ignore[attr-defined]


def _school(label: str, hint: str = "") -> Any:
    return forms.ModelChoiceField(
        label=label, help_text=hint, queryset=School.objects.none(), empty_label="Choose"
    )


def _parents() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="Parents to write to", widget=forms.CheckboxSelectMultiple,
        help_text="Each gets papers of their own, also where they live together.",
    )  # fmt: skip


class BeginForm(_OfParents):
    because = words(
        "Why it appears that the child is not receiving suitable education", "What is known, and from whom."
    )
    received_on = day("Told on", "day the service was told")
    parents = _parents()
    regime = forms.ChoiceField(
        label="Law", choices=Regime.choices, initial=Regime.EA1996, widget=forms.RadioSelect,
        help_text="Fixed when the road begins. The 2026 Act is not in force: choosing it is refused until its day is known.",
    )  # fmt: skip


class ParentsForm(_OfParents):
    parents = _parents()
    because = words("Why", "", 2)


class EnquiryForm(forms.Form):
    kind = forms.ChoiceField(label="What", choices=AttendanceEnquiry.Kind.choices)
    on = day("On", "day")
    text = words("What was done, and what came of it", "Where nobody was reached, say how it was tried.", 4)


class AnswerForm(forms.Form):
    on = day("Answered on", "day of the answer")
    text = words("What the parent answered", "In their words; what they sent or showed.", 4)


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(label="Officer", queryset=User.objects.none(), empty_label="Choose")

    def __init__(self, data: Any = None, *, officers: Any, **said: Any) -> None:
        super().__init__(data, **said)
        self.fields["owner"].queryset = officers  # type: ignore[attr-defined]


class RegimeForm(forms.Form):
    regime = forms.ChoiceField(label="Law", choices=Regime.choices, widget=forms.RadioSelect)
    reasons = words(
        "Your reasons", "The transitional provision, and what becomes of what was served already."
    )


class PanelForm(forms.Form):
    members = words("Who sat", "Names and posts.", 2)
    evidence = words("What was looked at", "The enquiries, each parent’s answer, what the child says.")
    shown = yes_no("First test: is it shown that the child is receiving suitable education?")
    why_shown = words(
        "Why it is, or is not, shown",
        "Efficient, full-time, suited to age, ability, aptitude and special educational needs.",
    )
    expedient = yes_no(
        "Second test: is it expedient that the child attends school?",
        "Not, for example, a few weeks before the end of compulsory school age, or where health or special educational needs speak against it.",
    )
    why_expedient = words("Why it is, or is not, expedient")
    way = forms.ChoiceField(
        label="What follows", required=False, widget=forms.RadioSelect,
        choices=[
            ("school", "A school is chosen"),
            ("plan", Choice("The school that the EHC plan names", hint="For a child with a plan (section 441).")),
            ("supervision", Choice("A supervision order instead", hint="The road ends here.")),
        ],
        help_text="Only where it is not shown, and expedient.",
    )  # fmt: skip
    circumstances = words(
        "Vulnerability", "Health, disability, violence, care, language, special educational needs."
    )
    alternatives = words(
        "What else was considered", "Support, a school place without an order, a supervision order."
    )
    equality = words("Equality Act", "What was considered.", 2)
    told = words(
        "Where no order follows, what the letter to each parent says", "Nothing about where or how the other lives.", 2,
        required=False,
    )  # fmt: skip

    @property
    def tests(self) -> Tests:
        return Tests(**self.cleaned_data)


class ConsultForm(_OfSchools):
    school = _school("School")
    body = forms.ChoiceField(label="Who was asked", choices=AttendanceConsultation.Body.choices)
    asked_on = day("Asked on", "day they were asked")
    how = forms.CharField(
        label="How", max_length=200, help_text="For example: letter to the clerk to the governors."
    )
    reply = forms.ChoiceField(
        label="Reply", required=False, choices=[("", "Not yet"), *AttendanceConsultation.Reply.choices]
    )
    replied_on = day("Replied on", "day of the reply", required=False)
    reply_text = words("What they say", "For an academy: whether it agrees to admit.", required=False)
    number = forms.ChoiceField(
        label="Is there a place?", required=False, choices=[("", "Not known yet"), *AttendanceConsultation.Number.choices],
        help_text="A school is not named beyond its number, unless the council sets that number.",
    )  # fmt: skip
    excluded = forms.TypedChoiceField(
        label="Did this school permanently exclude the child?", required=False, empty_value=None,
        choices=[("", "Not known yet"), ("no", "No"), ("yes", "Yes")], coerce=lambda said: said == "yes",
    )  # fmt: skip

    @property
    def asked(self) -> Asked:
        return Asked(**{name: self.cleaned_data[name] for name in Asked.__slots__})


class SchoolForm(_OfSchools):
    school = _school("School to name", "Schools whose consultation is written down.")
    alternatives = forms.ModelMultipleChoiceField(
        label="Schools a parent may choose instead", queryset=School.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    because = words("Why this school", "For a child with an EHC plan: what the plan says, and from when.")


class ObjectionForm(forms.Form):
    on = day("Asked on", "day the school asked")
    text = words("What the school asks")
    direction = forms.ChoiceField(
        label="What was directed", required=False,
        choices=[("", "Nothing yet"), *AttendanceSchoolPaper.Direction.choices],
    )  # fmt: skip
    directed_on = day("Directed on", "day of the direction", required=False)


class _OfBoth(forms.Form):
    """Forms that name one parent and one school."""

    def __init__(self, data: Any = None, *, parents: Any, schools: Any, **said: Any) -> None:
        super().__init__(data, **said)
        self.fields["parent"].choices = parents  # type: ignore[attr-defined]
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]


class ChoiceForm(_OfBoth):
    parent = forms.ChoiceField(label="Parent")
    school = _school("School chosen", "A school of the notice, or another one that has a place.")
    on = day("On", "day of the choice")
    place = words(
        "For a school that is not in the notice: who offered the place, and when", "", 2, required=False
    )


class CheckForm(forms.Form):
    on = day("Asked on", "day the school was asked")
    registered = yes_no("Is the child registered there?")
    text = words("Who told you, and what they say", "", 2)


class AmendForm(_OfBoth):
    ground = forms.ChoiceField(
        label="Why", choices=AttendanceAmendment.Ground.choices, widget=forms.RadioSelect
    )
    parent = forms.ChoiceField(label="Parent who asked", required=False)
    school = _school(
        "School to name now",
        "For the council’s own change: consulted first, unless it is the school that an amended EHC plan names.",
    )
    because = words(
        "Reasons",
        "For a parent’s request: who offered the place, and when. For an amended EHC plan: what it says, and from when.",
    )

    def __init__(self, data: Any = None, *, parents: Any, schools: Any, **said: Any) -> None:
        super().__init__(data, parents=[("", "Nobody"), *parents], schools=schools, **said)


class RevocationForm(_OfParents):
    parent = forms.ChoiceField(label="Parent who asks")
    asked_on = day("Asked on", "day of the request")
    says = words("What they say is arranged", "", 4)


class DecideRevocationForm(forms.Form):
    arranged = yes_no(
        "Are satisfactory arrangements made for the child’s education otherwise than at school?",
        "The order must be revoked unless no satisfactory arrangements are made.",
    )
    evidence = words("What was looked at")
    reasons = words("Reasons", "The parent who asked reads them in the letter.", 4)


class EndForm(forms.Form):
    ending = forms.ChoiceField(
        label="Why it ends", choices=[(one.value, one.label) for one in BY_HAND], widget=forms.RadioSelect
    )
    on = day("Ended on", "day it ended")
    because = words("Reasons", "For the service.")
    told = words(
        "What the letter to each parent says about it",
        "Nothing about where or how the other lives.",
        2,
        required=False,
    )


class StandsForm(forms.Form):
    reasons = words(
        "Your reasons", "Legal advice, and why a new road would not protect the child as well.", 4
    )
