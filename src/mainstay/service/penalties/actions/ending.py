"""After the time to pay: a decision, prosecute or withdraw and no third; and withdrawal at any time before."""

from datetime import date, datetime
from typing import Any, Final

import structlog
from django.db import transaction
from django.utils import timezone

from mainstay.law import limitation
from mainstay.law.clock import working_day_after
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import rendering
from mainstay.service.documents.service import serve
from mainstay.service.penalties import facts, letters, providers
from mainstay.service.penalties.actions.locking import link, notice_of
from mainstay.service.penalties.dates import DECIDE, LIMIT, TO_PAY
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.settling import settle
from mainstay.service.penalties.steps import NOTICE
from mainstay.service.record import deadlines
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience

log = structlog.get_logger("mainstay.penalties")
State, Ground = Notice.State, Notice.Ground
#: working days in which it is decided: our own choice, well before any limit runs out
DECIDE_WITHIN: Final = 10


def fall_due(*, on: date, last: date | None) -> None:
    """Once a day: notices whose time to pay is over go to the decision, each in a transaction of its own."""
    over = Notice.objects.filter(state=State.ISSUED, decide_from__lte=on).values_list("pk", flat=True)
    for pk in list(over):
        try:
            due(notice_id=pk, on=on, at=timezone.now())
        except StepRefused as refusal:
            log.warning("notice_not_due", notice=pk, because=str(refusal))


@transaction.atomic
def due(*, notice_id: int, on: date, at: datetime) -> None:
    """The time to pay one notice is over: somebody decides, prosecute or withdraw."""
    notice = Notice.objects.select_for_update(of=("self",)).select_related("request__owner").get(pk=notice_id)
    if notice.state != State.ISSUED or notice.decide_from is None or notice.decide_from > on:
        return
    notice.state = State.UNPAID
    notice.save(update_fields=["state"])
    deadlines.stop(about=notice, by=None, at=at, rule=TO_PAY)
    _start_decision(notice, on, at)
    add_entry(
        pupil=notice.pupil_id, by=None, at=at, kind="penalty_notice", about=notice, audience=Audience.SCHOOL,
        title=f"Penalty notice {notice.number}: the time to pay is over",
    )  # fmt: skip
    trail.record(by=None, at=at, action="notice.unpaid", on=notice, decide_from=notice.decide_from)
    providers.unpaid.send(notice=notice, at=at)


def _start_decision(notice: Notice, on: date, at: datetime) -> None:
    limits = limits_of(notice, on)
    owner = notice.request.owner
    last = working_day_after(on, DECIDE_WITHIN)
    deadlines.start(
        pupil=notice.pupil_id, about=notice, rule=DECIDE, label=f"{notice.number}: prosecute or withdraw", by=None,
        at=at, owner=owner, trigger_on=notice.decide_from or on, last_day=min(last, limits.safe_date) if limits else last,
    )  # fmt: skip
    if limits is not None and notice.offence_from is not None:
        deadlines.start(
            pupil=notice.pupil_id, about=notice, rule=LIMIT, label=f"{notice.number}: limit for a prosecution", by=None,
            at=at, owner=owner, trigger_on=notice.offence_from, last_day=limits.safe_date, answer=limits.as_dict(),
        )  # fmt: skip


def limits_of(notice: Notice, on: date) -> limitation.LimitationAnswer | None:
    """Until when a prosecution for the absences could be begun, and what that means today."""
    if notice.offence_from is None or notice.offence_to is None:
        return None
    return limitation.find(notice.offence_from, notice.offence_to, on)


@transaction.atomic
def prosecute(*, notice_id: int, reasons: str, by: Any, at: datetime, **parts: str) -> Notice:
    """Decide to prosecute for the failure to attend itself; whoever prepared the notice does not decide alone.

    parts: evidence, alternatives and the other parts of a decision. Raises StepRefused: paid, still payable, out of time.
    """
    notice = notice_of(notice_id, by)
    if words := not_by(notice, by):
        raise StepRefused(words)
    target = NOTICE.check("prosecute", notice, by)
    limits = limits_of(notice, timezone.localdate(at))
    if limits is not None and limits.blocked:
        raise StepRefused("A prosecution would be out of time: withdraw the notice.")
    answer = limits.as_dict() if limits else None
    notice.prosecution = decide(
        by=by,
        at=at,
        kind="penalty_notice.unpaid",
        outcome="prosecute",
        reasons=reasons,
        answer=answer,
        **parts,
    )
    notice.state = target
    notice.save(update_fields=["state", "prosecution"])
    deadlines.stop(about=notice, by=by, at=at, rule=DECIDE)
    add_entry(
        pupil=notice.pupil_id, by=by, at=at, kind="penalty_notice", about=notice, audience=Audience.SERVICE,
        title=f"Penalty notice {notice.number}: to be prosecuted", text=reasons,
    )  # fmt: skip
    trail.record(by=by, at=at, action="notice.to_prosecute", on=notice, decision=notice.prosecution.pk)
    providers.to_prosecute.send(notice=notice, by=by, at=at)
    return notice


def not_by(notice: Notice, by: Any) -> str:
    """Why this person may not decide on a prosecution; "" where they may."""
    own = by.pk == notice.chosen_by_id
    return "Somebody other than the officer who prepared the notice decides on a prosecution." if own else ""


@transaction.atomic
def withdraw(*, notice_id: int, ground: str, reasons: str, by: Any, at: datetime) -> Notice:
    """Withdraw a notice on one of the grounds, tell the parent in writing, and give back what was paid.

    Raises StepRefused for another ground, without reasons, or before the time to pay is over where that is the ground.
    """
    notice = notice_of(notice_id, by)
    link(notice)
    if ground not in Ground.values:
        raise StepRefused("Choose the ground in law on which it is withdrawn.")
    if ground == Ground.UNPAID and notice.state not in (State.UNPAID, State.PROSECUTING):
        raise StepRefused("That ground is for a notice whose time to pay is over.")
    now = facts.one(notice, timezone.localdate(at))
    paid = notice.paid_pence or 0
    notice.state = NOTICE.check("withdraw", notice, by)
    notice.withdrawn_on, notice.ground = timezone.localdate(at), ground
    notice.withdrawal = decide(
        by=by, at=at, kind="penalty_notice.withdrawal", outcome=ground, reasons=reasons
    )
    notice.save()
    settle(notice, by=by, at=at)
    _write_to_parent(notice, now, paid, by, at)
    deadlines.stop(about=notice, by=by, at=at)
    add_entry(
        pupil=notice.pupil_id, by=by, at=at, kind="penalty_notice", about=notice, audience=Audience.SCHOOL,
        title=f"Penalty notice {notice.number} withdrawn", text=notice.get_ground_display(),
    )  # fmt: skip
    trail.record(
        by=by, at=at, action="notice.withdrawn", on=notice, ground=ground, decision=notice.withdrawal.pk
    )
    providers.withdrawn.send(notice=notice, by=by, at=at)
    return notice


def _write_to_parent(notice: Notice, now: facts.Facts, paid: int, by: Any, at: datetime) -> None:
    """The written notice of withdrawal, to where the parent lives now or else to where the notice went."""
    letter = letters.withdrawal(now, paid, by)
    document = rendering.issue(
        template=letter.template, title=f"Withdrawal of {notice.number}", values=letter.values, pupil_id=notice.pupil_id,
        by=by, at=at, draft=False, about=notice, language=letter.language, large_print=letter.large_print,
    )  # fmt: skip
    serve(
        document=document, addressee=notice.parent, name=notice.parent.name, address=letter.address,
        method=now.code["service_method"], channel=letters.channel(now.code), reference=f"{notice.number}, withdrawal",
        sent_on=None, by=by, at=at, local=dict(now.code.rules.local),
    )  # fmt: skip
    notice.withdrawal_document = document
    notice.save(update_fields=["withdrawal_document"])
