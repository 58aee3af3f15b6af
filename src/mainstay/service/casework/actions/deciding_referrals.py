"""The answer to a referral: accepted, sent back with its gaps, rejected, or taken another way; and the appeal."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.law import clock
from mainstay.service.casework import referral_dates
from mainstay.service.casework.actions import referral_letters
from mainstay.service.casework.actions.cases import open_case
from mainstay.service.casework.actions.checking_referrals import write_to_school
from mainstay.service.casework.actions.referring import locked, may_have, tell
from mainstay.service.casework.actions.sending import answered, move
from mainstay.service.casework.models import Referral, ReferralItem, ReferralRound
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.relations import link_officer
from mainstay.service.record import deadlines

Answer = ReferralRound.Answer


@transaction.atomic
def accept(*, referral_id: int, by: Any, at: datetime) -> Referral:
    """Every line is good: the case opens with the link officer, each parent gets a letter, the school an e-mail."""
    referral = locked(referral_id, by)
    move(referral, "accept", by, at)
    return _accepted(referral, Answer.ACCEPTED, "Every line of the checklist was accepted.", by, at)


@transaction.atomic
def override(*, referral_id: int, reasons: str, by: Any, at: datetime) -> Referral:
    """A manager accepts it despite its gaps, for reasons that are kept; the gaps stay written in the round."""
    referral = locked(referral_id, by)
    move(referral, "override", by, at)
    return _accepted(referral, Answer.OVERRIDDEN, reasons, by, at, gaps=gaps_of(referral))


@transaction.atomic
def send_back(*, referral_id: int, words: str, by: Any, at: datetime) -> Referral:
    """Back to the school with the gaps listed; it is corrected, signed and sent again as the next round."""
    referral = locked(referral_id, by)
    gaps = gaps_of(referral)
    move(referral, "return", by, at)
    if not gaps:
        raise StepRefused("Mark at least one line as missing: the school is told what.")
    referral.answer, referral.advice = words.strip(), ""
    referral.signed_by = referral.signed_at = None
    referral.save()
    answered(referral, Answer.RETURNED, words, by=by, at=at, gaps=gaps)
    deadlines.stop(about=referral, by=by, at=at)
    tell(referral, "sent back", "\n".join([*gaps, words.strip()]).strip(), by=by, at=at)
    write_to_school(referral, "was sent back: something is missing", at)
    trail.record(by=by, at=at, action="referral.returned", on=referral, gaps=len(gaps))
    return referral


@transaction.atomic
def reject(*, referral_id: int, reasons: str, advice: str, by: Any, at: datetime) -> Referral:
    """Rejected, with reasons and advice; the school may appeal."""
    referral = locked(referral_id, by)
    move(referral, "reject", by, at)
    if not advice.strip():
        raise StepRefused("Advise the school what to do instead.")
    return _closed(
        referral, Answer.REJECTED, reasons, advice, "was rejected, with reasons and advice", by, at
    )


@transaction.atomic
def divert(*, referral_id: int, way: str, reasons: str, by: Any, at: datetime) -> Referral:
    """Another way is right for this child: which one, and why."""
    referral = locked(referral_id, by)
    move(referral, "divert", by, at)
    if way not in Referral.Way.values:
        raise StepRefused("Choose the way that is right for this child.")
    referral.way = way
    return _closed(referral, Answer.DIVERTED, reasons, "", "was answered: another way is proposed", by, at)


@transaction.atomic
def appeal(*, referral_id: int, words: str, by: Any, at: datetime) -> Referral:
    """The school asks the manager to look again, within a few days of the rejection; after that it refers anew."""
    referral = locked(referral_id, by)
    today, by_then = timezone.localdate(at), appeal_by(referral)
    move(referral, "appeal", by, at)
    if not words.strip():
        raise StepRefused("Say why the manager should look again.")
    if by_then is not None and today > by_then:
        raise StepRefused(f"The time to appeal ended on {clock.in_words(by_then)}: refer the child anew.")
    if Referral.objects.open().filter(pupil=referral.pupil_id).exists():
        raise StepRefused("A new referral of this child is open: go on with that one.")
    referral.appeal, referral.appealed_at = words.strip(), at
    referral.save()
    deadlines.start(
        pupil=referral.pupil_id, about=referral, rule=referral_dates.APPEAL, trigger_on=today, by=by, at=at,
        label=f"Decide the appeal about referral {referral.number}",
        last_day=clock.working_day_after(today, referral_dates.APPEAL_WORKING_DAYS),
    )  # fmt: skip
    tell(referral, "the school appeals", words, by=by, at=at)
    trail.record(by=by, at=at, action="referral.appealed", on=referral)
    return referral


@transaction.atomic
def uphold(*, referral_id: int, reasons: str, by: Any, at: datetime) -> Referral:
    """The rejection stands. Whoever rejected it does not decide about the appeal."""
    referral = _appealed(referral_id, by)
    move(referral, "uphold", by, at)
    _decide(referral, "upheld", reasons, by, at)
    referral.save()
    deadlines.stop(about=referral, by=by, at=at)
    tell(referral, "the rejection is upheld", reasons, by=by, at=at)
    write_to_school(referral, "stays rejected, with the manager's reasons", at)
    trail.record(by=by, at=at, action="referral.upheld", on=referral)
    return referral


@transaction.atomic
def allow(*, referral_id: int, reasons: str, by: Any, at: datetime) -> Referral:
    """Accepted on appeal."""
    referral = _appealed(referral_id, by)
    move(referral, "allow", by, at)
    return _accepted(referral, "", reasons, by, at)


def gaps_of(referral: Referral) -> list[str]:
    """What the officer marked, in words the school reads."""
    found = referral.items.filter(verdict=ReferralItem.Verdict.GAP)
    return [f"{text}: {note}" for text, note in found.values_list("text", "note")]


def appeal_by(referral: Referral) -> Any:
    """The last day to appeal; None where it is not rejected."""
    if referral.state != Referral.State.REJECTED or referral.decided_at is None:
        return None
    return clock.working_day_after(
        timezone.localdate(referral.decided_at), referral_dates.APPEAL_WORKING_DAYS
    )


def _appealed(referral_id: int, by: Any) -> Referral:
    referral = locked(referral_id, by)
    if referral.decision is not None and referral.decision.by_id == by.pk:
        raise StepRefused("You rejected this referral: somebody else decides about the appeal.")
    return referral


def _accepted(
    referral: Referral, answer: str, reasons: str, by: Any, at: datetime, gaps: list[str] | None = None
) -> Referral:
    """Open the case; answer: "" where the round was answered before."""
    _decide(referral, "accepted", reasons, by, at, evidence="\n".join(gaps or ()))
    owner = may_have(referral, link_officer(referral.school_id, timezone.localdate(at)) or referral.owner)
    referral.case = open_case(
        pupil=referral.pupil, school=referral.school, because=f"Referral {referral.number} was accepted.",
        owner=owner, by=by, at=at, earlier_reference=referral.earlier_reference,
    )  # fmt: skip
    referral.save()
    if answer:
        answered(referral, answer, reasons, by=by, at=at, gaps=gaps)
    deadlines.stop(about=referral, by=by, at=at)
    letters = referral_letters.write_accepted(referral, owner, by=by, at=at)
    tell(referral, "accepted", reasons if answer != Answer.ACCEPTED else "", by=by, at=at)
    write_to_school(referral, "was accepted: the service works with the family now", at)
    trail.record(
        by=by, at=at, action="referral.accepted", on=referral, case=referral.case.pk, answer=answer or "appeal",
        letters=letters, gaps=len(gaps or ()),
    )  # fmt: skip
    return referral


def _closed(
    referral: Referral, answer: str, reasons: str, advice: str, became: str, by: Any, at: datetime
) -> Referral:
    _decide(referral, str(answer), reasons, by, at)
    referral.advice = advice.strip()
    referral.save()
    answered(referral, answer, reasons, by=by, at=at, gaps=gaps_of(referral))
    deadlines.stop(about=referral, by=by, at=at)
    title = referral.get_state_display().lower()
    if referral.way:
        title = f"{title}: {referral.get_way_display()}"
    tell(referral, title, "\n\n".join(filter(None, (reasons.strip(), advice.strip()))), by=by, at=at)
    write_to_school(referral, became, at)
    trail.record(by=by, at=at, action=f"referral.{referral.state}", on=referral, way=referral.way)
    return referral


def _decide(
    referral: Referral, outcome: str, reasons: str, by: Any, at: datetime, evidence: str = ""
) -> None:
    referral.decision = decide(
        by=by, at=at, kind="referral", outcome=outcome, reasons=reasons, evidence=evidence
    )
    referral.answer, referral.decided_at = reasons.strip(), at
