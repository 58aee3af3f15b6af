"""P2 to P4: the order considered, the defences asked about, the full code test in two parts, the authorisation."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from mainstay.law import defences
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import approve, decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.court import charging, clocks
from mainstay.service.court.actions.prosecutions import locked, tell
from mainstay.service.court.actions.stopping import end
from mainstay.service.court.actions.taking import take
from mainstay.service.court.models import CodeTest, DefenceAsked, Prosecution
from mainstay.service.court.steps import latest_consideration
from mainstay.service.record import deadlines
from mainstay.service.record.models import Audience

State, Finding, Outcome, Part = Prosecution.State, DefenceAsked.Finding, CodeTest.Outcome, CodeTest.Part
#: what is weighed for the public interest: name -> label
FACTORS: Final[Mapping[str, str]] = {
    "seriousness": "How serious the offence is",
    "culpability": "What the parent knew and could have done",
    "harm": "Harm to the child’s education and welfare",
    "age_health": "The parent’s and the child’s age and health",
    "child_interests": "The interests of the child",
    "proportionality": "Whether a prosecution is proportionate",
    "equality": "Equality: protected characteristics, and what was done about them",
    "send_medical": "Special needs or medical questions that are not settled",
    "family": "The effect on the family",
    "alternatives": "What else was tried or could be: support, a notice, an order",
    "history": "Earlier help, notices, prosecutions",
    "confidence": "Confidence in the law, and what a prosecution would bring",
}


@transaction.atomic
def link_consideration(*, prosecution_id: int, by: Any, at: datetime) -> Prosecution:
    """P2: the latest signed consideration of the case is linked, and the full code test begins.

    Raises StepRefused where none is signed, or where an order is sought instead.
    """
    one = locked(prosecution_id, by, at)
    if one.offence != Prosecution.Offence.DIRECTION:
        one.consideration = latest_consideration(one)
    take(one, "consider_order", "an order was considered", "The full code test begins.", by=by, at=at)
    return one


@dataclass(frozen=True, slots=True)
class Asked:
    """One defence: what was found, on what evidence; sessions: those it stands for, empty for all."""

    code: str
    finding: str
    evidence: str
    sessions: Collection[str] = ()


@transaction.atomic
def ask_defences(*, prosecution_id: int, asked: Collection[Asked], by: Any, at: datetime) -> Prosecution:
    """What was found about each statutory defence. Raises StepRefused: unknown, or evidence missing."""
    one = locked(prosecution_id, by, at)
    if not by.may("test_prosecution"):
        raise StepRefused("Your role cannot assess defences.")
    if one.issued_on is not None or one.state in Prosecution.OVER:
        raise StepRefused("The charge is issued, or it is over: the assessment stays as it is.")
    wanted = {defence.code: defence for defence in defences.of(one.offence)}
    keys = {f"{s['date']} {s['half']}": s for s in one.sessions}
    for given in asked:
        if given.code not in wanted or given.finding not in Finding.values:
            raise StepRefused("Choose what was found about each defence.")
        if given.finding != Finding.NOT_RAISED and not given.evidence.strip():
            raise StepRefused(f"Say on what evidence: {wanted[given.code].ground}")
        about = (
            [keys[key] for key in sorted(given.sessions) if key in keys]
            if given.finding == Finding.STANDS
            else []
        )
        DefenceAsked.objects.update_or_create(
            prosecution=one, code=given.code,
            defaults={"finding": given.finding, "evidence": given.evidence.strip(), "sessions": about, "at": at, "by": by},
        )  # fmt: skip
    found = {given.code: given.finding for given in asked}
    trail.record(by=by, at=at, action="prosecution.defences", on=one, found=found)
    tell(one, f"Prosecution {one.number}: defences assessed", "", by=by, at=at, audience=Audience.PRIVILEGED)
    return one


@dataclass(frozen=True, kw_only=True, slots=True)
class Test:
    """The two parts of the test, and which way it points."""

    evidential: str
    evidential_because: str
    public_interest: str = ""
    factors: Mapping[str, str]
    outcome: str
    reasons: str


@transaction.atomic
def write_test(*, prosecution_id: int, test: Test, by: Any, at: datetime) -> CodeTest:
    """P3: the officer's test; legal approves it, or not. Raises StepRefused where its parts do not fit together."""
    one = locked(prosecution_id, by, at)
    if not by.may("test_prosecution"):
        raise StepRefused("Your role cannot write the full code test.")
    if one.state != State.TESTING:
        raise StepRefused(
            "The full code test is written once an order was considered, and before it is authorised."
        )
    if words := _does_not_fit(one, test):
        raise StepRefused(words)
    decision = decide(
        by=by, at=at, kind="prosecution.code_test", outcome=test.outcome, reasons=test.reasons,
        equality=test.factors.get("equality", ""), alternatives=test.factors.get("alternatives", ""),
    )  # fmt: skip
    kept = CodeTest.objects.create(
        prosecution=one, evidential=test.evidential, evidential_because=test.evidential_because.strip(),
        public_interest=test.public_interest if test.evidential == Part.MET else "",
        factors={name: text.strip() for name, text in test.factors.items() if name in FACTORS and text.strip()},
        outcome=test.outcome, decision=decision, at=at, by=by,
    )  # fmt: skip
    trail.record(by=by, at=at, action="prosecution.code_test", on=one, test=kept.pk, outcome=kept.outcome)
    tell(
        one,
        f"Prosecution {one.number}: full code test written",
        "",
        by=by,
        at=at,
        audience=Audience.PRIVILEGED,
    )
    return kept


def _does_not_fit(one: Prosecution, test: Test) -> str:
    if test.evidential not in Part.values or test.outcome not in Outcome.values:
        return "Choose for each part whether it is met, and what follows."
    if not test.evidential_because.strip():
        return "Say why there is a realistic prospect of conviction, or none, the defences included."
    goes_on = test.outcome in charging.PASSED
    if goes_on and test.evidential != Part.MET:
        return "The first part is not met: there is nothing to authorise."
    if goes_on and test.public_interest != Part.MET:
        return "A prosecution goes on only where it is in the public interest."
    if (
        test.evidential == Part.MET
        and test.outcome != Outcome.MORE
        and test.public_interest not in Part.values
    ):
        return "The first part is met: go on to the public interest."
    if test.public_interest and (
        missing := [label for name, label in FACTORS.items() if not test.factors.get(name, "").strip()]
    ):
        return f"Say what was weighed: {missing[0].lower()}."
    if test.outcome == Outcome.LESSER and one.offence != Prosecution.Offence.KNOWING:
        return "There is a lesser offence only to section 444(1A)."
    if test.outcome == Outcome.AUTHORISE and (words := _unanswered(one)):
        return words
    return ""


def _unanswered(one: Prosecution) -> str:
    wanted = {defence.code for defence in defences.of(one.offence)}
    asked = charging.facts_of(one).defences
    return (
        ""
        if wanted <= set(asked)
        else "Ask about each statutory defence before the test: the first part rests on it."
    )


@transaction.atomic
def review_test(*, prosecution_id: int, agrees: bool, because: str, by: Any, at: datetime) -> Prosecution:
    """Legal approves the officer's test, which then takes its course, or asks for more evidence.

    Raises StepRefused without a test that waits, for its own writer, or for what the table says.
    """
    one = locked(prosecution_id, by, at)
    if not by.may("review_code_test"):
        raise StepRefused("Your role cannot review the full code test.")
    test = charging.facts_of(one).code_test
    if test is None or test.decision.approved_at is not None:
        raise StepRefused("No full code test waits for a review.")
    if test.by_id == by.pk:
        raise StepRefused("You wrote this test: somebody else reviews it.")
    if not agrees:
        if not because.strip():
            raise StepRefused("Say what is missing, or why you do not agree.")
        take(
            one,
            "more_evidence",
            "more evidence is asked for",
            because,
            by=by,
            at=at,
            audience=Audience.PRIVILEGED,
        )
        return one
    test.decision = approve(decision=test.decision, by=by, at=at)
    _follow(one, test, because, by, at)
    return one


def _follow(one: Prosecution, test: CodeTest, because: str, by: Any, at: datetime) -> None:
    """The test takes its course."""
    if test.outcome == Outcome.MORE:
        take(
            one,
            "more_evidence",
            "more evidence is asked for",
            because,
            by=by,
            at=at,
            audience=Audience.PRIVILEGED,
        )
        return
    if test.outcome == Outcome.STOP:
        end(one, "test_failed", Prosecution.StopReason.CODE_TEST, "", decision=test.decision, by=by, at=at)
        return
    if test.outcome == Outcome.LESSER:
        trail.record(by=by, at=at, action="prosecution.lesser", on=one, before=one.offence, now="444(1)")
        one.offence = Prosecution.Offence.ABSENT
    if one.legal_owner is None and by.may("prosecute"):
        one.legal_owner = by
    take(one, "test", "to be authorised", "", by=by, at=at, test=test.pk)


def may_not_authorise(one: Prosecution, by: Any) -> str:
    """Why this person does not decide on it; "" where they may."""
    if by.pk in (one.investigator_id, one.proposed_by_id):
        return "Somebody other than the investigator and the one who proposed it authorises a prosecution."
    test = charging.facts_of(one).code_test
    if test is not None and by.pk == test.by_id:
        return "Somebody other than the one who wrote the full code test authorises a prosecution."
    return ""


@transaction.atomic
def authorise(
    *, prosecution_id: int, reasons: str, delegated_power: str, by: Any, at: datetime, **parts: Any
) -> Prosecution:
    """P4: authorised under a delegated power; the evidence is then asked for. Raises StepRefused."""
    one = _to_authorise(prosecution_id, by, at)
    if not delegated_power.strip():
        raise StepRefused("Say under which delegated power you authorise it.")
    one.authorisation = decide(
        by=by, at=at, kind="prosecution.authorisation", outcome="authorised", reasons=reasons, **parts
    )
    one.delegated_power = delegated_power.strip()[:200]
    take(one, "authorise", "authorised", one.delegated_power, by=by, at=at, decision=one.authorisation.pk)
    last = clocks.start_evidence(one, by=by, at=at)
    tell(
        one, f"Evidence is asked for by {long_date(last)}",
        "The school: the certificate of attendance, signed by the head teacher, and a witness statement. The officer: a "
        "witness statement with exhibits.", by=by, at=at, audience=Audience.SCHOOL,
    )  # fmt: skip
    return one


@transaction.atomic
def refuse(*, prosecution_id: int, reasons: str, by: Any, at: datetime) -> Prosecution:
    """Not authorised: it is over. Raises StepRefused without reasons."""
    one = _to_authorise(prosecution_id, by, at)
    end(one, "refuse", Prosecution.StopReason.REFUSED, reasons, by=by, at=at)
    return one


def _to_authorise(prosecution_id: int, by: Any, at: datetime) -> Prosecution:
    one = locked(prosecution_id, by, at)
    if not by.may("authorise_prosecution"):
        raise StepRefused("Your role cannot authorise a prosecution.")
    if words := may_not_authorise(one, by):
        raise StepRefused(words)
    return one


@transaction.atomic
def evidence_ready(*, prosecution_id: int, by: Any, at: datetime) -> Prosecution:
    """P5: everything that was asked for is there. Raises StepRefused, naming what is missing."""
    one = locked(prosecution_id, by, at)
    if one.legal_owner is None:
        one.legal_owner = by
    take(one, "evidence_ready", "the evidence is complete", "", by=by, at=at)
    deadlines.stop(about=one, by=by, at=at, rule=clocks.EVIDENCE)
    return one
