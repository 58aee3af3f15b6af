"""The clocks of a prosecution: the limit of the law, the evidence that is asked for, the defendant's time to reply.

And what runs before it: the time to propose one, once a notice goes on to prosecution.
"""

from datetime import date, datetime
from typing import Any, Final

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from mainstay.law import clock, limitation
from mainstay.law import deadlines as law
from mainstay.law.rules import CURRENT
from mainstay.registers.grid import academic_year
from mainstay.service.casework.models import Case, FastTrack
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.court import mails
from mainstay.service.court.actions.prosecutions import tell
from mainstay.service.court.models import Prosecution
from mainstay.service.court.steps import BEFORE
from mainstay.service.directory import calendars
from mainstay.service.documents.models import Service
from mainstay.service.penalties.dates import LIMIT as LIMIT_OF_NOTICE
from mainstay.service.penalties.models import Notice
from mainstay.service.record import deadlines

log = structlog.get_logger("mainstay.court")
State = Prosecution.State
#: rules of its deadlines
LIMIT: Final = "limitation"
PROPOSAL: Final = "prosecution-proposal"
EVIDENCE: Final = "prosecution-evidence"
REPLY: Final = "sjp-reply"
FROM_LEGAL: Final = "prosecution-from-legal"
NOTICE_OVER: Final = "notice-over"
#: working days to propose where the day by which it should have been proposed has passed: our own choice
PROPOSE_WITHIN: Final = 5


def start_limit(one: Prosecution, *, by: Any, at: datetime) -> None:
    """The safe date, with the law's alarms; its owner is whoever has the prosecution in hand."""
    answer = limitation.find(one.offence_from, one.offence_to, timezone.localdate(at))
    deadlines.start(
        pupil=one.case.pupil_id, about=one, rule=LIMIT, label=f"{one.number}: issue the charge (safe date)", by=by, at=at,
        owner=one.legal_owner or one.investigator, trigger_on=one.offence_from, last_day=one.safe_date,
        answer=answer.as_dict(),
    )  # fmt: skip


def move_limit(one: Prosecution, *, by: Any, at: datetime) -> None:
    answer = limitation.find(one.offence_from, one.offence_to, timezone.localdate(at))
    deadlines.recompute(
        about=one, rule=LIMIT, trigger_on=one.offence_from, last_day=one.safe_date, by=by, at=at,
        answer=answer.as_dict(),
    )  # fmt: skip


def proposed(one: Prosecution, *, by: Any, at: datetime) -> None:
    """It is proposed: the time to do so is over, and its limit is its own from here on."""
    if one.notice is not None:
        deadlines.stop(about=one.notice, by=by, at=at, rule=PROPOSAL)
        deadlines.stop(about=one.notice, by=by, at=at, rule=LIMIT_OF_NOTICE)
    deadlines.stop(about=one.case, by=by, at=at, rule=PROPOSAL)


def to_prosecute(*, notice: Notice, by: Any, at: datetime) -> None:
    """Somebody proposes it, well before the limit; listens to ``penalties.providers.to_prosecute``."""
    if notice.offence_from is None or notice.offence_to is None:
        return
    today = timezone.localdate(at)
    safe = limitation.find(notice.offence_from, notice.offence_to, today).safe_date
    answer = law.find(PROPOSAL, safe)
    late = clock.working_day_after(today, PROPOSE_WITHIN)
    deadlines.start(
        pupil=notice.pupil_id, about=notice, rule=PROPOSAL, label=f"{notice.number}: propose the prosecution", by=by,
        at=at, owner=notice.request.owner, trigger_on=safe, last_day=max(answer.last_day, min(late, safe)),
        answer=answer.as_dict(),
    )  # fmt: skip


def passed_on(*, case: Case, by: Any, at: datetime) -> None:
    """A case is with legal: somebody proposes a prosecution, or decides against it; legal and the officer are told.

    Well before the limit, where a Fast Track says what the offence is; listens to ``casework.providers.to_legal``.
    """
    today = timezone.localdate(at)
    soon = law.find(FROM_LEGAL, today)
    last, answer = soon.last_day, soon
    asked = FastTrack.objects.filter(case=case, outcome=FastTrack.Outcome.LEGAL).order_by("-pk").first()
    if asked is not None:
        safe = limitation.find(asked.offence_from, asked.offence_to, today).safe_date
        before = law.find(PROPOSAL, safe)
        last, answer = min(last, max(safe, today)), before if before.last_day > last else soon
        last = max(before.last_day, last)
    deadlines.start(
        pupil=case.pupil_id, about=case, rule=PROPOSAL, label=f"{case.number}: propose the prosecution", by=by, at=at,
        owner=case.owner, trigger_on=today, last_day=last, answer=answer.as_dict(),
    )  # fmt: skip
    words = f"{case.number} was passed on to legal. A prosecution is to be proposed, or decided against, by {long_date(last)}."
    people = {user.pk: user for user in (*mails.of_legal(None, at), *filter(None, [case.owner]))}
    mails.about_case(people.values(), case.number, words, reverse("case", args=[case.pk]), case, at)


def start_evidence(one: Prosecution, *, by: Any, at: datetime) -> date:
    """School days for the school's certificate and the statements; working days where its calendar ends first."""
    today = timezone.localdate(at)
    school = one.school_id or one.case.school_id
    years = (academic_year(today), academic_year(today) + 1)
    try:
        counted = deadlines.counted(law.find(EVIDENCE, today, calendars.law_calendar(school, years)))
    except ValueError:  # the calendar ends before it
        counted = {"last_day": clock.working_day_after(today, CURRENT.whole("prosecution_evidence_days"))}
    deadlines.start(
        pupil=one.case.pupil_id, about=one, rule=EVIDENCE, label=f"{one.number}: certificate and statements", by=by, at=at,
        owner=one.investigator, trigger_on=today, **counted,
    )  # fmt: skip
    last: date = counted["last_day"]
    return last


def reply_by(service: Service | None) -> law.DeadlineAnswer | None:
    """The defendant's time to reply, counted from the day the papers count as served. Raises StepRefused."""
    if service is None or service.presumed_on is None:
        return None
    return count_reply(service.presumed_on)


def count_reply(served_on: date) -> law.DeadlineAnswer:
    try:
        return law.find(REPLY, served_on)
    except clock.BeyondTable as unknown:
        raise StepRefused(f"The last day to reply cannot be counted: {unknown}.") from None


def start_reply(one: Prosecution, *, by: Any, at: datetime) -> None:
    """From the service of the papers; none runs while they do not count as served."""
    answer = reply_by(one.charge_service)
    one.reply_by = answer.last_day if answer else None
    if answer is None or one.charge_service is None or one.charge_service.presumed_on is None:
        return
    deadlines.start(
        pupil=one.case.pupil_id, about=one, rule=REPLY, label=f"{one.number}: the defendant’s time to reply", by=by, at=at,
        owner=one.legal_owner, trigger_on=one.charge_service.presumed_on, **deadlines.counted(answer),
    )  # fmt: skip


def service_changed(*, service: Service, before: dict[str, Any] | None, by: Any, at: datetime) -> None:
    """The time to reply moves with the day of service; listens to ``documents.announcements.service_changed``."""
    if before is None or service.presumed_on == before["presumed_on"]:
        return
    with transaction.atomic():
        found = Prosecution.objects.select_for_update(of=("self",)).select_related("case", "legal_owner")
        one = found.filter(charge_service=service, state=State.SINGLE_JUSTICE).first()
        if one is None or one.plea:
            return
        old, one.charge_service = one.reply_by, service
        if service.presumed_on is None:
            deadlines.stop(about=one, by=by, at=at, rule=REPLY)
            one.reply_by = None
        else:
            start_reply(one, by=by, at=at)
        one.save(update_fields=["reply_by"])
        moved = f"The defendant can reply until {long_date(one.reply_by)}." if one.reply_by else (
            "The papers do not count as served: they have to be served again."
        )  # fmt: skip
        tell(one, f"Prosecution {one.number}: the day of service changed", moved, by=by, at=at)
        trail.record(by=by, at=at, action="prosecution.reply_moved", on=one, before=old, now=one.reply_by)


def stop_all(one: Prosecution, *, by: Any, at: datetime) -> None:
    """Its own, and those of what was asked for and served in it."""
    deadlines.stop(about=one, by=by, at=at)
    for found in (one.certificates.all(), one.witness_statements.all(), one.statements_served.all()):
        if ids := list(found.order_by().values_list("pk", flat=True)):
            deadlines.stop_many(about_kind=found.model._meta.label_lower, about_ids=ids, by=by, at=at)


def run_out(*, on: date, last: date | None) -> None:
    """Once a day, the hard stop: every prosecution without a charge ends after its outer date."""
    over = Prosecution.objects.filter(state__in=BEFORE, outer_date__lt=on).values_list("pk", flat=True)
    for pk in list(over):
        out_of_time(pk=pk, on=on, at=timezone.now())


@transaction.atomic
def out_of_time(*, pk: int, on: date, at: datetime) -> None:
    """One prosecution is over without a charge, whatever stage it had reached."""
    one = (
        Prosecution.objects.select_for_update(of=("self",)).select_related("case__pupil", "notice").get(pk=pk)
    )
    if one.state not in BEFORE or one.outer_date >= on:
        return
    was = one.state
    one.state, one.state_since, one.closed_at = State.STOPPED, at, at
    one.stopped_because = Prosecution.StopReason.OUT_OF_TIME
    one.save(update_fields=["state", "state_since", "closed_at", "stopped_because"])
    stop_all(one, by=None, at=at)
    text = f"The outer date was {long_date(one.outer_date)}. No charge was issued, and none can be."
    if one.notice is not None:
        text += f" Withdraw penalty notice {one.notice.number}: it can no longer be prosecuted."
    tell(one, f"Prosecution {one.number}: stopped, out of time", text, by=None, at=at)
    trail.record(
        by=None, at=at, action="prosecution.out_of_time", on=one, before=was, outer_date=one.outer_date
    )
