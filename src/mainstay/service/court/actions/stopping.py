"""The end before a decision of the court: stopped before the charge, discontinued after it."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import deadlines as law
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.models import Decision
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.court import clocks, letters_results, mails
from mainstay.service.court.actions.prosecutions import locked, tell
from mainstay.service.court.actions.results import Decided, write_down
from mainstay.service.court.actions.taking import take
from mainstay.service.court.actions.telling import send
from mainstay.service.court.models import Hearing, Prosecution, Result
from mainstay.service.court.notices import over, resting_on
from mainstay.service.court.steps import BEFORE, PROSECUTION
from mainstay.service.penalties.models import Notice
from mainstay.service.record import deadlines
from mainstay.service.record.models import Audience

Reason, State = Prosecution.StopReason, Prosecution.State
#: why a person stops one before the charge; the others come of themselves
BEFORE_CHARGE = (Reason.IMPROVED, Reason.ORDER, Reason.PAID, Reason.OTHER)
TELL_COURT: Final = "court-tell-discontinued"


@transaction.atomic
def stop(*, prosecution_id: int, because: str, reasons: str, by: Any, at: datetime) -> Prosecution:
    """Stop one before the charge, with a decision record. Raises StepRefused."""
    one = locked(prosecution_id, by, at)
    if because not in BEFORE_CHARGE:
        raise StepRefused("Choose why it is stopped.")
    end(one, "stop", because, reasons, by=by, at=at)
    return one


def end(
    one: Prosecution,
    step: str,
    because: str,
    reasons: str,
    *,
    by: Any,
    at: datetime,
    decision: Decision | None = None,
) -> None:
    """A locked one is over, by a step that stops it; its clocks stand still."""
    because = Reason(because)
    one.stopping = decision or decide(
        by=by, at=at, kind="prosecution.stopping", outcome=because, reasons=reasons
    )
    one.stopped_because, one.closed_at = because, at
    take(one, step, f"stopped: {because.label.lower()}", reasons, by=by, at=at, because=str(because))
    clocks.stop_all(one, by=by, at=at)


@transaction.atomic
def discontinue(*, prosecution_id: int, reasons: str, by_hand: bool, by: Any, at: datetime) -> Result:
    """The council stops before the court decides: the parent has a letter, school and officer are told, the court is today.

    by_hand: the letter is handed over, not posted. Raises StepRefused without reasons, or without an address to post to.
    """
    one = locked(prosecution_id, by, at)
    PROSECUTION.check("discontinue", one, by)
    if not reasons.strip():
        raise StepRefused("Say why it is discontinued.")
    today, of_parent = timezone.localdate(at), one.state != State.SUMMONS
    result = write_down(one, None, today, Decided(verdict=Result.Verdict.DISCONTINUED), by, at)
    coming = _vacate(one, by, at)
    end(one, "discontinue", Reason.DISCONTINUED, reasons.strip(), by=by, at=at)
    deadlines.start(
        pupil=one.case.pupil_id, about=result, rule=TELL_COURT, label=f"{one.number}: tell the court that it is discontinued",
        trigger_on=today, last_day=today, by=by, at=at, owner=one.legal_owner or by,
    )  # fmt: skip
    if of_parent:  # who was never charged or summoned has nothing to be told
        send(result, one, letters_results.ended, by_hand=by_hand, by=by, at=at, hearing=coming)
    _tell_everybody(one, result, by, at)
    return result


def _vacate(one: Prosecution, by: Any, at: datetime) -> Hearing | None:
    """Hearings to come are taken off; the next of them."""
    coming = list(
        one.hearings.filter(outcome="").select_related("sitting__court").order_by("sitting__starts")
    )
    for hearing in coming:
        hearing.outcome, hearing.because = Hearing.Outcome.VACATED, "The council discontinued."
        hearing.recorded_at, hearing.recorded_by = at, by
        hearing.save()
        deadlines.stop(about=hearing, by=by, at=at)
    return coming[0] if coming else None


def _tell_everybody(one: Prosecution, result: Result, by: Any, at: datetime) -> None:
    """The school learns that it is over and nothing of why; the officer of the case too."""
    words = (
        "The council discontinued the prosecution: there is no verdict. Go on helping the family as before."
    )
    tell(one, f"Prosecution {one.number} has ended", words, by=by, at=at, audience=Audience.SCHOOL)
    mails.to_school(one, "A prosecution has ended", at)
    mails.to_officer(one, result, at)
    result.told_school_at = result.told_officer_at = at
    result.save(update_fields=["told_school_at", "told_officer_at"])


def notice_over(*, notice: Notice, by: Any, at: datetime) -> None:
    """The notice was paid or withdrawn: no charge follows. Listens to ``penalties.providers``.

    One that is charged already, or rests on some of its sessions, is not undone by it: legal is told, and decides.
    """
    for one in resting_on(notice):
        if one.state in BEFORE and one.notice_id == notice.pk:
            _end_by_itself(one, notice, by, at)
        else:
            _to_confirm(one, notice, by, at)


def _end_by_itself(one: Prosecution, notice: Notice, by: Any, at: datetime) -> None:
    was = one.state
    one.state, one.state_since, one.closed_at = State.STOPPED, at, at
    one.stopped_because = Reason.PAID
    one.save(update_fields=["state", "state_since", "closed_at", "stopped_because"])
    clocks.stop_all(one, by=by, at=at)
    tell(one, f"Prosecution {one.number}: stopped", over(notice), by=by, at=at)
    mails.to_service(one, f"{one.number} is stopped: its penalty notice is over.", at)
    trail.record(by=by, at=at, action="prosecution.notice_over", on=one, before=was)


def _to_confirm(one: Prosecution, notice: Notice, by: Any, at: datetime) -> None:
    today = timezone.localdate(at)
    deadlines.start(
        pupil=one.case.pupil_id, about=one, rule=clocks.NOTICE_OVER, label=f"{one.number}: its penalty notice is over",
        trigger_on=today, by=by, at=at, owner=one.legal_owner or one.investigator,
        **deadlines.counted(law.find(clocks.NOTICE_OVER, today)),
    )  # fmt: skip
    tell(one, f"Prosecution {one.number}: its penalty notice is over", over(notice), by=by, at=at)
    mails.to_service(one, f"{one.number}: its penalty notice was paid or withdrawn.", at)
    trail.record(by=by, at=at, action="prosecution.notice_over", on=one, notice=notice.pk)


def notice_stands(*, notice: Notice, by: Any, at: datetime) -> None:
    """The payment did not go through: nothing is to be confirmed any longer. Listens to ``penalties.providers``."""
    for one in resting_on(notice):
        if deadlines.stop(about=one, rule=clocks.NOTICE_OVER, by=by, at=at):
            words = f"The payment of penalty notice {notice.number} did not go through, {long_date(timezone.localdate(at))}."
            tell(one, f"Prosecution {one.number}: its penalty notice stands", words, by=by, at=at)
