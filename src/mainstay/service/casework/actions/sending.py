"""The head signs, the school sends, and may take it back: each sending is a round with a number."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.law import clock
from mainstay.service.casework import checklist, readiness, referral_dates
from mainstay.service.casework.actions.referring import locked, may_have, of_the_roll, tell, to_write
from mainstay.service.casework.models import Referral, ReferralItem, ReferralRound
from mainstay.service.casework.steps_referrals import REFERRAL
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.relations import link_officer
from mainstay.service.record import deadlines


@transaction.atomic
def ask_to_sign(*, referral_id: int, by: Any, at: datetime) -> Referral:
    """It is written: it stands on the head teacher's first page until they sign. Raises StepRefused with what is missing."""
    referral = to_write(referral_id, by)
    readiness.held(referral, timezone.localdate(at))
    if missing := readiness.missing(referral):
        raise StepRefused(" ".join(missing))
    referral.sign_asked_at = at
    referral.save(update_fields=["sign_asked_at"])
    trail.record(by=by, at=at, action="referral.sign_asked", on=referral)
    return referral


@transaction.atomic
def sign(*, referral_id: int, by: Any, at: datetime) -> Referral:
    """The head teacher signs what is written; changed later, it is signed anew."""
    referral = locked(referral_id, by)
    of_the_roll(referral, by)
    readiness.held(referral, timezone.localdate(at))
    move(referral, "sign", by, at)
    referral.signed_by, referral.signed_at, referral.sign_asked_at = by, at, None
    referral.save()
    trail.record(by=by, at=at, action="referral.signed", on=referral)
    return referral


@transaction.atomic
def reopen(*, referral_id: int, by: Any, at: datetime) -> Referral:
    """Back to writing: the signature falls."""
    referral = locked(referral_id, by)
    move(referral, "reopen", by, at)
    referral.signed_by = referral.signed_at = None
    referral.save()
    trail.record(by=by, at=at, action="referral.reopened", on=referral)
    return referral


@transaction.atomic
def submit(*, referral_id: int, by: Any, at: datetime) -> Referral:
    """Send it: the clocks of the service begin. Raises StepRefused with what is missing."""
    referral, today = locked(referral_id, by), timezone.localdate(at)
    of_the_roll(referral, by)
    readiness.held(referral, today)
    would = readiness.would_be_sent_back(referral)
    target = REFERRAL.check("submit", referral, by)
    _keep_what_was_counted(referral)
    referral.items.filter(verdict=ReferralItem.Verdict.GAP).update(
        verdict="", note="", checked_by=None, checked_at=None
    )
    referral.state, referral.state_since = target, at
    referral.submitted_at, referral.submitted_by = at, by
    referral.pauses, referral.answer = [], ""
    referral.owner = may_have(referral, referral.owner or link_officer(referral.school_id, today))
    referral.save()
    number = referral.rounds.count() + 1
    assert referral.signed_by_id is not None  # what is not signed cannot be sent
    ReferralRound.objects.create(
        referral=referral, number=number, signed_by_id=referral.signed_by_id, submitted_at=at, submitted_by=by
    )
    for rule, label, last_day in (
        (referral_dates.ACKNOWLEDGE, "Acknowledge", clock.working_day_after(today, referral_dates.ACKNOWLEDGE_WORKING_DAYS)),
        (referral_dates.CHECK, "Check", referral_dates.check_by(referral.school_id, today)),
    ):  # fmt: skip
        deadlines.start(
            pupil=referral.pupil_id, about=referral, rule=rule, label=f"{label} referral {referral.number}",
            trigger_on=today, last_day=last_day, by=by, at=at, owner=referral.owner,
        )  # fmt: skip
    tell(referral, "sent" if number == 1 else f"sent again, round {number}", referral.reasons, by=by, at=at)
    trail.record(by=by, at=at, action="referral.submitted", on=referral, round=number, known_gaps=len(would))
    return referral


def _keep_what_was_counted(referral: Referral) -> None:
    """Lines that answer themselves are kept as they stood when it was sent."""
    lines = [line for line in readiness.held(referral).lines if checklist.by_itself(line.item.key)]
    for line in lines:
        line.item.state, line.item.words = line.state, line.words[:1000]
    ReferralItem.objects.bulk_update([line.item for line in lines], ["state", "words"])


@transaction.atomic
def withdraw(*, referral_id: int, because: str, by: Any, at: datetime) -> Referral:
    """The school takes it back; what was sent stays readable."""
    referral = locked(referral_id, by)
    move(referral, "withdraw", by, at)
    referral.paused_from, referral.paused_because = None, ""
    referral.save()
    answered(referral, ReferralRound.Answer.WITHDRAWN, because, by=by, at=at)
    deadlines.stop(about=referral, by=by, at=at)
    if referral.submitted_at is not None:
        tell(referral, "withdrawn by the school", because, by=by, at=at)
    trail.record(by=by, at=at, action="referral.withdrawn", on=referral)
    return referral


def move(referral: Referral, step: str, by: Any, at: datetime) -> None:
    """To the step's state, if it is open; the caller saves."""
    referral.state = REFERRAL.check(step, referral, by)
    referral.state_since = at


def answered(
    referral: Referral, answer: str, words: str, *, by: Any, at: datetime, gaps: list[str] | None = None
) -> None:
    """Close the round that waits for an answer; none does where it was never sent, or was sent back."""
    ReferralRound.objects.filter(referral=referral, answer="").update(
        answer=answer, words=words.strip(), answered_by=by, answered_at=at, gaps=gaps or []
    )
