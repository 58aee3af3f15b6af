"""What is typed about a prosecution, step by step."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms
from django.utils import timezone

from mainstay.law import defences
from mainstay.service.common.ui.forms import Choice, DateInput
from mainstay.service.court import papers
from mainstay.service.court.actions.stopping import BEFORE_CHARGE
from mainstay.service.court.actions.testing import FACTORS, Asked, Test
from mainstay.service.court.models import CodeTest, Court, DefenceAsked, Prosecution, Sitting
from mainstay.service.court.picking import Absence
from mainstay.service.court.values import PLACEHOLDERS, Value

Offence = Prosecution.Offence


def words(label: str, hint: str = "", rows: int = 3, **said: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, widget=forms.Textarea(attrs={"rows": rows}), **said)


class SessionsForm(forms.Form):
    """The absences that are picked; drawn week by week by the page."""

    sessions = forms.MultipleChoiceField(label="Sessions", required=False)

    def __init__(self, data: Any = None, *, offered: Iterable[Absence], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["sessions"].choices = [(one.key, one.key) for one in offered if not one.closed]  # type: ignore[attr-defined]


class ProposeForm(SessionsForm):
    """From a case or a notice: section 444."""

    parents = forms.MultipleChoiceField(
        label="Who is prosecuted", widget=forms.CheckboxSelectMultiple,
        help_text="Each parent is a case of their own, at one address as well.",
        error_messages={"required": "Choose at least one parent"},
    )  # fmt: skip
    offence = forms.ChoiceField(
        label="Offence",
        widget=forms.RadioSelect,
        choices=[
            (Offence.ABSENT, Choice(Offence.ABSENT.label, hint="A fine. Nothing has to be shown of what the parent knew.")),
            (Offence.KNOWING, Choice(Offence.KNOWING.label, hint="Imprisonment is possible: never by a single justice.")),
        ],
    )  # fmt: skip
    evidence = words("What shows it", "The register, visits, meetings, what the parent said.")
    support_tried = words("What help was given", "By school and service, and what came of it.")
    circumstances = words(
        "The family’s circumstances", "Health, needs, violence, care, language: whatever may explain it."
    )
    alternatives = words("What else was considered", "More help, a notice, a supervision order, and why not.")
    reasons = words("Why you propose a prosecution", "In sentences the family could read.", 4)

    def __init__(
        self, data: Any = None, *, offered: Iterable[Absence], parents: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(data, offered=offered)
        self.fields["parents"].choices = parents  # type: ignore[attr-defined]
        self.order_fields(["parents", "offence", "sessions"])
        if len(parents) == 1:
            self.initial["parents"] = [parents[0][0]]


class ProposePeriodForm(ProposeForm):
    """From an order: the offence is that order's, its period is typed."""

    first = DateInput(label="From", what="first day")
    last = DateInput(label="To", what="last day", latest=timezone.localdate)

    def __init__(
        self, data: Any = None, *, offence: str, parents: Sequence[tuple[str, str]], initial: Any
    ) -> None:
        super().__init__(data, offered=(), parents=parents)
        self.fields["offence"].choices = [(offence, Offence(offence).label)]  # type: ignore[attr-defined]
        self.initial.update({"offence": offence, **initial})
        self.order_fields(["parents", "offence", "first", "last"])


class PickForm(SessionsForm):
    because = words(
        "Why they are picked anew", "For example: some are too old by now, or the register was corrected.", 2
    )


class DefencesForm(forms.Form):
    """Each statutory defence: what was found, on what evidence, for which absences it stands."""

    def __init__(self, data: Any = None, *, one: Prosecution, asked: dict[str, DefenceAsked]) -> None:
        super().__init__(data)
        self.defences = defences.of(one.offence)
        keys = [(f"{s['date']} {s['half']}", f"{s['date']} {s['half']} {s['code']}") for s in one.sessions]
        for n, defence in enumerate(self.defences):
            known = asked.get(defence.code)
            proves = (
                "The parent proves it."
                if defence.proved_by == "parent"
                else "We prove that it does not apply."
            )
            self.fields[f"finding_{n}"] = forms.ChoiceField(
                label=defence.ground, choices=DefenceAsked.Finding.choices, widget=forms.RadioSelect,
                initial=known.finding if known else None, help_text=proves,
            )  # fmt: skip
            self.fields[f"evidence_{n}"] = words(
                "On what evidence", "", 2, required=False, initial=known.evidence if known else ""
            )
            if keys:
                self.fields[f"sessions_{n}"] = forms.MultipleChoiceField(
                    label="If it stands: for which absences", choices=keys, required=False,
                    widget=forms.SelectMultiple(attrs={"size": min(6, len(keys))}),
                    help_text="None chosen: for all of them. They are left out of the charge.",
                    initial=[f"{s['date']} {s['half']}" for s in known.sessions] if known else [],
                )  # fmt: skip

    @property
    def asked(self) -> list[Asked]:
        said = self.cleaned_data
        return [
            Asked(d.code, said[f"finding_{n}"], said[f"evidence_{n}"], said.get(f"sessions_{n}", ()))
            for n, d in enumerate(self.defences)
        ]


_FACTOR: Final = "Needed where the first part is met."


class CodeTestForm(forms.Form):
    """Two parts: is there a realistic prospect of conviction, and is it in the public interest."""

    evidential = forms.ChoiceField(
        label="Part 1: is there a realistic prospect of conviction?",
        choices=CodeTest.Part.choices,
        widget=forms.RadioSelect,
    )
    evidential_because = words("Why", "Each element of the offence, and each defence that was raised.", 5)
    public_interest = forms.ChoiceField(
        label="Part 2: is a prosecution in the public interest?", choices=CodeTest.Part.choices, widget=forms.RadioSelect,
        required=False, help_text="Only where the first part is met.",
    )  # fmt: skip
    outcome = forms.ChoiceField(label="What follows", widget=forms.RadioSelect)
    reasons = words(
        "Your reasons",
        "Legal reads them, and approves or asks for more. They are privileged: never served.",
        4,
    )

    def __init__(self, data: Any = None, *, one: Prosecution, before: CodeTest | None) -> None:
        super().__init__(data)
        lesser = one.offence == Offence.KNOWING
        choices = [c for c in CodeTest.Outcome.choices if lesser or c[0] != CodeTest.Outcome.LESSER]
        self.fields["outcome"].choices = choices  # type: ignore[attr-defined]
        for name, label in FACTORS.items():
            text = before.factors.get(name, "") if before else ""
            self.fields[f"factor_{name}"] = words(label, _FACTOR, 2, required=False, initial=text)
        for name in ("public_interest", *(f"factor_{name}" for name in FACTORS)):
            self.fields[name].widget.attrs["data-needed-when"] = "met"
        if before:
            self.initial["evidential_because"] = before.evidential_because
        self.order_fields(
            ["evidential", "evidential_because", "public_interest", *(f"factor_{name}" for name in FACTORS)]
        )

    @property
    def test(self) -> Test:
        said = self.cleaned_data
        names = ("evidential", "evidential_because", "public_interest", "outcome", "reasons")
        factors = {name: said[f"factor_{name}"] for name in FACTORS}
        return Test(factors=factors, **{name: said[name] for name in names})


class ReviewForm(forms.Form):
    agrees = forms.ChoiceField(
        label="Do you approve the test?", widget=forms.RadioSelect,
        choices=[("yes", "Yes: it takes its course"), ("no", "No: more evidence is needed")],
    )  # fmt: skip
    because = words(
        "What is missing, or why you do not agree", "Needed where you do not approve.", 3, required=False
    )


class AuthoriseForm(forms.Form):
    decision = forms.ChoiceField(
        label="Your decision", widget=forms.RadioSelect,
        choices=[("authorise", "Authorise the prosecution"), ("refuse", "Refuse: it is stopped")],
    )  # fmt: skip
    delegated_power = forms.CharField(
        label="Delegated power", max_length=200, required=False,
        help_text="The part of the council’s constitution under which you decide.",
    )  # fmt: skip
    alternatives = words("What else you considered", "", 2, required=False)
    equality = words(
        "Equality", "What you considered: disability, race, sex and other characteristics.", 2, required=False
    )
    reasons = words("Your reasons", "In sentences the family could read.", 4)


class ChargeForm(forms.Form):
    """The charge as it is issued today."""

    route = forms.ChoiceField(label="How the charge is issued", widget=forms.RadioSelect)
    wording = words("The charge", "As the template has it; go over it before it is issued.", 6)
    facts = words(
        "Statement of facts", "What happened, and nothing that is not proved by the papers served.", 8
    )
    sitting = forms.ModelChoiceField(
        label="For a requisition: where and when",
        queryset=Sitting.objects.none(),
        required=False,
        empty_label="Choose",
    )
    court = forms.ModelChoiceField(
        label="For a summons: which court",
        queryset=Court.objects.none(),
        required=False,
        empty_label="Choose",
    )
    method = forms.ChoiceField(
        label="How it is served",
        widget=forms.RadioSelect,
        choices=papers.METHODS,
        initial=papers.METHODS[0][0],
    )

    def __init__(self, data: Any = None, *, routes: Sequence[tuple[str, Any]], initial: Any) -> None:
        super().__init__(data, initial=initial)
        self.fields["route"].choices = routes  # type: ignore[attr-defined]
        _upcoming(self.fields["sitting"])
        self.fields["court"].queryset = Court.objects.filter(closed_on=None)  # type: ignore[attr-defined]
        self.fields["court"].label_from_instance = lambda court: court.name  # type: ignore[attr-defined]

    @property
    def charge(self) -> papers.Charge:
        return papers.Charge(**self.cleaned_data)


def _upcoming(field: Any) -> None:
    field.queryset = Sitting.objects.filter(starts__gt=timezone.now()).select_related("court")
    field.label_from_instance = _sitting


def _sitting(sitting: Sitting) -> str:
    return f"{timezone.localtime(sitting.starts):%-d %B %Y, %H:%M}, {sitting.court.name} {sitting.courtroom}".strip()


class ReplyForm(forms.Form):
    plea = forms.ChoiceField(
        label="What the defendant replied", choices=Prosecution.Plea.choices, widget=forms.RadioSelect
    )
    on = DateInput(label="Received on", what="day it was received", latest=timezone.localdate)
    mitigation = words(
        "What the defendant wrote", "Mitigation, means, witnesses: as the form has it.", 5, required=False
    )


class StopForm(forms.Form):
    because = forms.ChoiceField(
        label="Why", widget=forms.RadioSelect, choices=[(r.value, r.label) for r in BEFORE_CHARGE]
    )
    reasons = words("Your reasons", "Kept as a decision record.", 4)


class SummonsForm(forms.Form):
    """The summons as the court issued it, for the day that it names."""

    issued_on = DateInput(label="Issued by the court on", what="day it was issued", latest=timezone.localdate)
    court_number = forms.CharField(label="The court’s number", max_length=40, required=False)
    sitting = forms.ModelChoiceField(
        label="Where and when the parent has to come", queryset=Sitting.objects.none(), empty_label="Choose"
    )
    method = forms.ChoiceField(
        label="How it is served",
        widget=forms.RadioSelect,
        choices=papers.METHODS,
        initial=papers.METHODS[0][0],
    )
    file = forms.FileField(
        label="The court’s summons: PDF, JPEG or PNG",
        required=False,
        widget=forms.FileInput(attrs={"data-plain-label": "1"}),
        help_text="A scan, kept with the case.",
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        _upcoming(self.fields["sitting"])

    @property
    def summons(self) -> papers.Summons:
        return papers.Summons(**self.cleaned_data)


class CertifyForm(forms.Form):
    how = words("What you did", "For example: posted first class at the Civic Centre on Monday at 4pm.", 3)


_BOX: Final = {"line": forms.TextInput, "text": forms.Textarea, "wording": forms.Textarea}


class ValueForm(forms.Form):
    since = DateInput(label="From", what="first day", earliest=timezone.localdate)
    reason = words("Why, and by whose decision", "", 2, max_length=300)
    field_order = ("value", "since", "reason")

    def __init__(self, data: Any = None, *, of: Value, now: Any) -> None:
        super().__init__(data, initial={"since": timezone.localdate()})
        if of.kind == "pence":
            self.fields["value"] = forms.IntegerField(
                label=f"{of.label}, in pence", min_value=0, max_value=100_000, initial=now,
                widget=forms.NumberInput(attrs={"class": "govuk-input--width-5"}),
            )  # fmt: skip
        else:
            hint = ", ".join(f"{{{name}}}: {what}" for name, what in PLACEHOLDERS.items())
            self.fields["value"] = forms.CharField(
                label=of.label, widget=_BOX[of.kind], initial=now, required=of.kind == "wording", max_length=2000,
                help_text=f"It may take in {hint}." if of.kind == "wording" else "",
            )  # fmt: skip
        self.order_fields(self.field_order)
