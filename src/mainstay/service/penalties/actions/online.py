"""Payments by card: begun for notices somebody has opened, looked up at GOV.UK Pay, and settled from what it says.

The row comes first: sums and notices are fixed with it, and whatever breaks later finds it again. A payment that is
begun at GOV.UK Pay and not noted here cannot be paid, for nobody was given its address; it expires. Nothing but an
answer of GOV.UK Pay's API makes a payment received: messages it sends only say that there is something to ask.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.jobs import queue
from mainstay.service.common.jobs.models import Job
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import plural
from mainstay.service.penalties import code
from mainstay.service.penalties.actions.paying import lock, new_key, post, reference
from mainstay.service.penalties.govuk_pay import Pay, PayEvent, PayPayment, PayProblem, configured
from mainstay.service.penalties.models import Allocation, Notice, Payment, Posting, Refund
from mainstay.service.penalties.models import PayEvent as TakenEvent
from mainstay.service.penalties.settling import due, owe, settle

log = structlog.get_logger("mainstay.penalties")
State = Payment.State
LOOK: Final = "penalties.payment"
CAPTURED: Final = "captured"  # our word for a success whose money was taken
UNKNOWN: Final = 404  # GOV.UK Pay does not know it under the key in use
#: after which GOV.UK Pay lets nobody finish a payment
EXPIRES: Final = timedelta(minutes=90)
#: a payment begun is offered again for so long, so that there is time to finish it: our own choice
OFFERED: Final = timedelta(minutes=60)
#: one is looked up once it must have ended, should no message of it have come
LOOKED_UP: Final = EXPIRES + timedelta(minutes=5)
#: notices in one payment: our own choice, far above any family's
MOST: Final = 20
TROUBLE: Final = "Paying online does not work at the moment. Nothing was taken. Try again in a few minutes, or pay another way."
OTHER_SUM: Final = "GOV.UK Pay took another sum than was asked for."
NOT_TAKEN: Final = "GOV.UK Pay could not take the money after all."


@dataclass(frozen=True, slots=True)
class Begun:
    """A payment, and where the payer goes on; "" where it is over by now."""

    payment: Payment
    next_url: str


def begin(*, notice_ids: Sequence[int], return_to: Callable[[Payment], str], at: datetime) -> Begun:
    """One payment of today's sums for these notices; the one begun before, where it can still be finished.

    return_to: the address GOV.UK Pay sends the payer back to.
    Raises StepRefused in words for the payer: a notice cannot be paid (any more), or GOV.UK Pay does not answer.
    """
    pay = configured()
    if pay is None:
        raise StepRefused("This council takes no payments online. The letter says how else to pay.")
    given_up: list[int] = []
    for _ in range(2):
        payment = _book(notice_ids, at, given_up)
        try:
            said = _at_pay(payment, pay, return_to(payment))
        except PayProblem as problem:
            log.error("pay_not_begun", payment=payment.pk, because=str(problem))
            if problem.status == UNKNOWN:
                given_up.append(payment.pk)  # begun with another account: a new one can be
                continue
            raise StepRefused(TROUBLE) from None
        if not said.finished:
            return Begun(payment, said.next_url)
        payment = _take(payment.pk, said, at)
        if payment.state == State.SUCCEEDED:
            return Begun(payment, "")
    raise StepRefused(TROUBLE)


@transaction.atomic
def _book(notice_ids: Sequence[int], at: datetime, given_up: Sequence[int]) -> Payment:
    """The row with its parts, before anything is asked of GOV.UK Pay; looked up later whatever happens.

    given_up: payments not to be offered again
    """
    notices = lock(notice_ids)
    if not notices or len(notices) != len(set(notice_ids)):
        raise StepRefused("Open each letter first, with its number, your surname and your postcode.")
    if len(notices) > MOST:
        raise StepRefused(f"Pay at most {MOST} notices in one go.")
    sums = {notice.pk: _due(notice, timezone.localdate(at)) for notice in notices}
    if (again := _begun_before(sums, at, given_up)) is not None:
        return again
    payment = Payment.objects.create(
        way=Payment.Way.ONLINE,
        pence=sum(sums.values()),
        key=new_key(),
        reference=reference(notices),
        begun_at=at,
    )
    Allocation.objects.bulk_create(
        Allocation(payment=payment, notice_id=notice, pence=pence) for notice, pence in sums.items()
    )
    queue.queue(LOOK, by=None, at=at, not_before=at + LOOKED_UP, payment=payment.pk)
    trail.record(by=None, at=at, action="payment.begun", on=payment, pence=payment.pence, notices=list(sums))
    return payment


def _due(notice: Notice, today: date) -> int:
    pence = due(notice, today)
    if pence is not None:
        return pence
    match notice.state:
        case Notice.State.PAID:
            raise StepRefused(f"{notice.number} is paid already.")
        case Notice.State.WITHDRAWN:
            raise StepRefused(f"{notice.number} was withdrawn: there is nothing to pay.")
    raise StepRefused(f"The time to pay {notice.number} is over. Call or write to us: the letter says how.")


def _begun_before(sums: dict[int, int], at: datetime, given_up: Sequence[int]) -> Payment | None:
    """A payment under way for the same notices and sums, with time left to finish it."""
    recent = Payment.objects.filter(
        way=Payment.Way.ONLINE, state=State.BEGUN, begun_at__gt=at - OFFERED, allocations__notice=min(sums)
    )
    for payment in recent.exclude(pk__in=given_up).prefetch_related("allocations"):
        if {one.notice_id: one.pence for one in payment.allocations.all()} == sums:
            return payment
    return None


def _at_pay(payment: Payment, pay: Pay, return_url: str) -> PayPayment:
    """The payment at GOV.UK Pay, begun there if it was not; of two presses at once the first is the one that stands."""
    if payment.pay_id:
        return pay.get(payment.pay_id)
    number = payment.allocations.count()
    said = pay.create(
        amount_pence=payment.pence,
        reference=payment.reference,
        description=f"Penalty notice {payment.reference}"
        if number == 1
        else plural(number, "penalty notice"),
        return_url=return_url,
        idempotency_key=payment.key,
    )
    noted = Payment.objects.filter(pk=payment.pk, pay_id="").update(
        pay_id=said.payment_id, pay_status=said.status
    )
    payment.refresh_from_db()
    return said if noted else pay.get(payment.pay_id)


def refresh(*, payment_id: int, at: datetime) -> Payment:
    """Ask GOV.UK Pay how a payment stands, and bring it and its notices in line. Harmless however often.

    Raises PayProblem where it does not answer.
    """
    payment = Payment.objects.get(pk=payment_id)
    if not open_questions(payment):
        return payment
    if not payment.pay_id:
        return _expire(payment_id, at) if at >= payment.begun_at + EXPIRES else payment
    pay = configured()
    return payment if pay is None else _take(payment_id, pay.get(payment.pay_id), at)


def open_questions(payment: Payment) -> bool:
    """Whether there is something to ask of GOV.UK Pay: not ended, or the money not taken yet."""
    waiting = payment.state == State.SUCCEEDED and payment.pay_status != CAPTURED
    return payment.way == Payment.Way.ONLINE and (payment.state == State.BEGUN or waiting)


@transaction.atomic
def _expire(payment_id: int, at: datetime) -> Payment:
    """One that never got as far as GOV.UK Pay."""
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if payment.state == State.BEGUN and not payment.pay_id:
        _fail(payment, "", at)
        payment.save()
    return payment


@transaction.atomic
def _take(payment_id: int, said: PayPayment, at: datetime) -> Payment:
    """Bring a payment in line with what GOV.UK Pay said; an older answer that comes later changes nothing."""
    notices = lock(Allocation.objects.filter(payment=payment_id).values_list("notice_id", flat=True))
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    payment.checked_at = at
    if payment.state == State.BEGUN and said.paid:
        _succeed(payment, said, notices, at)
    elif payment.state == State.BEGUN and said.finished:
        _fail(payment, said.code, at)
    elif payment.state == State.SUCCEEDED and said.finished and not said.paid:
        _undo(payment, said, notices, at)
    if payment.state == State.SUCCEEDED and payment.pay_status != CAPTURED:
        payment.pay_status = CAPTURED if said.captured_date else said.status
    elif payment.state == State.BEGUN:
        payment.pay_status = said.status
    payment.save()
    return payment


def _succeed(payment: Payment, said: PayPayment, notices: Sequence[Notice], at: datetime) -> None:
    payment.state, payment.finished_at = State.SUCCEEDED, at
    payment.counts_on = _counts_on(payment, said, at)
    as_asked = said.amount_pence == payment.pence
    if not as_asked:
        _other_sum(payment, said, at)
    payment.save()
    trail.record(
        by=None,
        at=at,
        action="payment.received",
        on=payment,
        pence=payment.pence,
        counts_on=payment.counts_on,
    )
    post(payment, Posting.Kind.RECEIVED, said.captured_date or timezone.localdate(at), at)
    for notice in notices if as_asked else ():
        settle(notice, by=None, at=at)


def _counts_on(payment: Payment, said: PayPayment, at: datetime) -> date:
    """The day it counts as paid: the London day it was begun, where the council's code says so.

    That GOV.UK Pay calls it a success means that the payer finished it before it expired; when the provider then
    takes the money is out of the payer's hands. Assumed: the code's own hint says to confirm it with legal.
    """
    begun_on = timezone.localdate(payment.begun_at)
    if code.in_force(begun_on)["pay_begun_counts"]:
        return begun_on
    return said.captured_date or timezone.localdate(at)


def _other_sum(payment: Payment, said: PayPayment, at: datetime) -> None:
    """None of it is for a notice, and all of it goes back."""
    log.error("pay_other_sum", payment=payment.pk, asked=payment.pence, taken=said.amount_pence)
    payment.pence = said.amount_pence
    payment.allocations.update(pence=0, refused=OTHER_SUM)
    owe(payment, payment.pence, OTHER_SUM, by=None, at=at)


def _fail(payment: Payment, why: str, at: datetime) -> None:
    payment.state, payment.finished_at = State.FAILED, at
    payment.pay_status, payment.pay_code = "failed", why[:10]
    trail.record(by=None, at=at, action="payment.failed", on=payment, code=why)


def _undo(payment: Payment, said: PayPayment, notices: Sequence[Notice], at: datetime) -> None:
    """The provider could not take the money of a payment that had succeeded: the notices stand as before it."""
    log.error("pay_not_captured", payment=payment.pk)
    _fail(payment, said.code, at)
    payment.save()
    payment.allocations.update(discharged=False, refused=NOT_TAKEN)
    payment.refunds.filter(state=Refund.State.DUE).update(state=Refund.State.DROPPED, done_at=at)
    post(payment, Posting.Kind.REVERSED, timezone.localdate(at), at)
    for notice in notices:
        settle(notice, by=None, at=at)


@transaction.atomic
def told(*, event: PayEvent, at: datetime) -> bool:
    """Take a message of GOV.UK Pay whose signature was checked: the payment it names is looked up soon.

    False for one that was taken before.
    """
    _, new = TakenEvent.objects.get_or_create(
        event_id=event.webhook_message_id[:60],
        defaults={"kind": event.event_type[:60], "pay_id": event.resource_id[:40], "received_at": at},
    )
    if not new:
        return False
    payment = Payment.objects.filter(pay_id=event.resource_id).first() if event.resource_id else None
    if payment is None:
        log.warning("pay_told_of_unknown_payment", kind=event.event_type[:60])
    else:
        queue.queue(LOOK, by=None, at=at, payment=payment.pk)
    return True


def look(job: Job) -> None:
    """The worker's part: one payment, and refunds of it that are under way."""
    from mainstay.service.penalties.actions import refunds

    at = timezone.now()
    try:
        payment = refresh(payment_id=job.payload["payment"], at=at)
        for refund in payment.refunds.filter(state=Refund.State.SENT):
            refunds.send(refund_id=refund.pk, at=at)
    except PayProblem as problem:
        if problem.again:
            raise
        raise StepRefused(str(problem)) from None


def follow_up(*, on: date, last: date | None) -> None:
    """Once a day: every payment that has not ended, or whose money is not taken yet."""
    at = timezone.now()
    begun = Payment.objects.filter(way=Payment.Way.ONLINE, state=State.BEGUN, begun_at__lt=at - EXPIRES)
    untaken = Payment.objects.filter(way=Payment.Way.ONLINE, state=State.SUCCEEDED).exclude(
        pay_status=CAPTURED
    )
    for pk in list((begun | untaken).order_by("pk").values_list("pk", flat=True)):
        try:
            refresh(payment_id=pk, at=at)
        except PayProblem as problem:
            log.warning("pay_not_looked_up", payment=pk, because=str(problem))
