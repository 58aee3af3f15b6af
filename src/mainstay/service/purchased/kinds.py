"""Which form each service of the menu takes: about whom, what is asked beside the common words, and its parts."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms

from mainstay.service.traded.models import ServiceCode as Code

ONE, SOME, NOBODY = "one", "some", "nobody"  # children the work names
WORDS, LINE, WHOLE, TICK = "words", "line", "whole", "tick"


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that only this form asks, kept in ``Work.details``. needed: before it can be finished."""

    name: str
    label: str
    hint: str = ""
    kind: str = WORDS
    needed: bool = False

    def field(self) -> forms.Field:
        said: dict[str, Any] = {"label": self.label, "help_text": self.hint, "required": False}
        if self.kind == WHOLE:
            box = forms.NumberInput(attrs={"class": "govuk-input--width-4"})
            return forms.IntegerField(min_value=0, max_value=5000, widget=box, **said)
        if self.kind == TICK:
            return forms.BooleanField(**said)
        if self.kind == LINE:
            return forms.CharField(max_length=200, **said)
        return forms.CharField(max_length=6000, widget=forms.Textarea(attrs={"rows": 3}), **said)


@dataclass(frozen=True, slots=True)
class Kind:
    """One form. parts: the sections of its page, by their templates; noun: one of it, for headings."""

    code: str
    noun: str
    about: str
    details: tuple[Detail, ...] = ()
    parts: tuple[str, ...] = ("agreed",)

    @property
    def label(self) -> str:
        return str(Code(self.code).label)


_COURSE: Final = (
    Detail("starts", "When it begins", "For example 9:30am, two hours.", LINE, True),
    Detail("where", "Where", "", LINE, True),
    Detail("capacity", "Places", "All of them, for every school together.", WHOLE, True),
    Detail("everybody", "Other schools may book places, too", "", TICK),
    Detail("programme", "What it covers"),
    Detail("signpost", "Where to find out more", "Printed on the list, and read by whoever booked."),
)
_ASSEMBLY: Final = (
    Detail("years", "Year groups", "", LINE, True),
    Detail("pupils", "Pupils who were there", "", WHOLE, True),
    Detail("staff", "Staff who were there", "", WHOLE),
    Detail("feedback", "What pupils and staff said of it"),
)
_KINDS: Final = (
    Kind(Code.EARLY_INTERVENTION, "Meeting", ONE, (
        Detail("attended", "Who came", "One a line: name, and who they are to the child.", needed=True),
        Detail("child_says", "What the child says"),
        Detail("barriers", "What keeps the child from school"),
    )),
    Kind(Code.CASEWORK, "Casework", ONE, (
        Detail("concern", "The concern", "In the school’s words.", needed=True),
        Detail("tried", "What was tried", "One a line, with the day. A referral begins with it."),
    ), ("case", "spent", "agreed", "referral")),
    Kind(Code.HOME_VISIT, "Home visits", ONE, (
        Detail("concern", "Why a visit", "For example prolonged absence, or worry about the child.", needed=True),
    ), ("case", "spent", "agreed")),
    Kind(Code.EARLY_HELP, "Early help assessment", ONE, (), ("plan", "agreed")),
    Kind(Code.ATTENDANCE_CONTRACT, "Attendance contract", ONE, (), ("plan", "agreed")),
    Kind(Code.AUDIT, "Register audit", NOBODY, (
        Detail("focus", "What is looked at", "For example codes B and C, late marks, the autumn term."),
        Detail("advice", "What the school is advised to do"),
    ), ("sample", "agreed")),
    Kind(Code.INTERVENTION_DAY, "Intervention day", SOME, (
        Detail("room", "Where in the school", "", LINE),
        Detail("recommendations", "Recommendations to the school"),
    ), ("slots", "agreed")),
    Kind(Code.GROUP_WORK, "Group", SOME, (
        Detail("programme", "Programme", "What the sessions are about, and how they build on each other.", needed=True),
        Detail("aim", "What shall have changed afterwards"),
        Detail("pupils_say", "What the pupils say of it"),
    ), ("sessions", "agreed")),
    Kind(Code.GROUP_ANALYSIS, "Analysis", NOBODY, (
        Detail("question", "What the school wants to know"),
        Detail("recommendations", "Recommendations"),
    ), ("analysis", "agreed")),
    Kind(Code.IMPACT_EVALUATION, "Evaluation", NOBODY, (
        Detail("recommendations", "What follows from it"),
    ), ("impact", "agreed")),
    Kind(Code.CONSISTENT_APPROACHES, "Consistent approaches", NOBODY, (
        Detail("looked_at", "What of the school’s was looked at", "Processes, letters, penalty notices, leave."),
    ), ("given", "agreed")),
    Kind(Code.TRANSITION, "Transition", SOME, (), ("moving", "agreed")),
    Kind(Code.TRAINING, "Training", NOBODY, _COURSE, ("places",)),
    Kind(Code.SAFEGUARDING_TRAINING, "Safeguarding training", NOBODY, _COURSE, ("places",)),
    Kind(Code.POLICY_REVIEW, "Policy review", NOBODY, (
        Detail("policy", "Which policy", "Its title and date.", LINE, True),
        Detail("advice", "Advice as a whole"),
    ), ("checks", "agreed")),
    Kind(Code.SAM_ASSEMBLY, "Assembly", NOBODY, _ASSEMBLY),
    Kind(Code.ASSEMBLY, "Assembly", NOBODY, _ASSEMBLY),
    Kind(Code.GATE, "Gate session", NOBODY, (
        Detail("gate", "Which gate", "", LINE),
        Detail("reasons", "Reasons families gave for being late"),
    ), ("counts", "agreed")),
    Kind(Code.BESPOKE, "Work", SOME, (Detail("asked", "What the school asked for"),)),
)  # fmt: skip
#: what many are taught at once
TRAINING: Final = (Code.TRAINING, Code.SAFEGUARDING_TRAINING, Code.SAM_ASSEMBLY, Code.ASSEMBLY)
KINDS: Final = {str(kind.code): kind for kind in _KINDS}


def of(work: Any) -> Kind:
    return KINDS[work.service]
