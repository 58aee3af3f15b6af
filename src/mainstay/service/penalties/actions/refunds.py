"""Money that goes back: a card payment through GOV.UK Pay by the worker, everything else by hand, each penny once."""

from datetime import date, datetime
from typing import Any, Final

import structlog
from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.jobs.models import Job
from mainstay.service.common.steps import StepRefused
from mainstay.service.penalties.govuk_pay import (
    NOT_REFUNDABLE,
    NOT_THAT_SUM,
    Pay,
    PayProblem,
    PayRefund,
    configured,
)
from mainstay.service.penalties.models import Payment, Posting, Refund

log = structlog.get_logger("mainstay.penalties")
State = Refund.State
TO_CARD: Final = "Through GOV.UK Pay, to the card"
FAILED: Final = "GOV.UK Pay could not pay it back to the card. Pay it back another way, then mark it done."


class NotYet(Exception):
    """GOV.UK Pay does not refund what is not taken yet; the worker tries again."""


def send(*, refund_id: int, at: datetime) -> Refund:
    """Ask GOV.UK Pay to pay back, or how far it is. A call whose answer was lost is found there and not repeated.

    Raises PayProblem and NotYet where trying again makes sense.
    """
    pay, refund = configured(), _claim(refund_id)
    if pay is None or refund.state != State.SENT:
        return refund
    try:
        said = _found(refund, pay) or _asked(refund, pay)
    except NotYet:
        _put_back(refund, "")
        raise
    except PayProblem as problem:
        if problem.unanswered or problem.code == NOT_THAT_SUM:
            raise  # it stays sent: the next try looks for it first
        _put_back(refund, "" if problem.again else str(problem))
        if problem.again:
            raise
        return refund
    return _keep(refund_id, said, at)


def _asked(refund: Refund, pay: Pay) -> PayRefund:
    """Ask for it; where that is refused, somebody else may have been first."""
    try:
        return _ask(refund, pay)
    except PayProblem as problem:
        if problem.code == NOT_REFUNDABLE and (said := _found(refund, pay)) is not None:
            return said
        raise


@transaction.atomic
def _claim(refund_id: int) -> Refund:
    """Mark it sent before it is: whatever breaks now, it is looked for there, and nobody drops it meanwhile."""
    refund = Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=refund_id)
    if refund.state == State.DUE and by_card(refund) and not refund.problem and configured() is not None:
        refund.state = State.SENT
        refund.save(update_fields=["state"])
    return refund


def by_card(refund: Refund) -> bool:
    return bool(refund.payment.way == Payment.Way.ONLINE and refund.payment.pay_id)


def _found(refund: Refund, pay: Pay) -> PayRefund | None:
    """The refund among those GOV.UK Pay has of this payment: by its id, or one of that sum that is nobody else's."""
    theirs = pay.refunds(refund.payment.pay_id)
    if refund.pay_id:
        for one in theirs:
            if one.refund_id == refund.pay_id:
                return one
        raise PayProblem("GOV.UK Pay does not know this refund any more. Look there first.", again=False)
    others = refund.payment.refunds.exclude(pk=refund.pk).exclude(pay_id="")
    known = set(others.values_list("pay_id", flat=True))
    return next(
        (
            one
            for one in theirs
            if one.refund_id not in known and one.amount_pence == refund.pence and one.status != "error"
        ),
        None,
    )


def _ask(refund: Refund, pay: Pay) -> PayRefund:
    stands = pay.get(refund.payment.pay_id)
    if stands.refund_status == "pending":
        raise NotYet
    return pay.refund(
        stands.payment_id,
        amount_pence=refund.pence,
        refund_amount_available=stands.refund_amount_available,
        idempotency_key=f"refund-{refund.pk}-{refund.payment.key}",
    )


def _put_back(refund: Refund, problem: str) -> None:
    """To be paid back as before; with a problem it waits for a person."""
    refund.state, refund.problem = State.DUE, problem[:300]
    Refund.objects.filter(pk=refund.pk, state=State.SENT).update(state=State.DUE, problem=refund.problem)


@transaction.atomic
def _keep(refund_id: int, said: PayRefund, at: datetime) -> Refund:
    refund = Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=refund_id)
    if refund.state == State.DONE:
        return refund
    if said.status == "error":
        refund.state, refund.pay_id, refund.problem = State.DUE, "", FAILED
        log.error("refund_failed", refund=refund.pk)
    else:
        refund.state, refund.pay_id = State.SENT, said.refund_id
    if said.status == "success":
        _done(refund, TO_CARD, None, at)
    refund.save()
    trail.record(by=None, at=at, action="refund.sent", on=refund, state=str(refund.state), pence=refund.pence)
    return refund


@transaction.atomic
def done(*, refund_id: int, how: str, by: Any, at: datetime) -> Refund:
    """Mark money as paid back by hand, saying how.

    Raises StepRefused without words, for one that is done, or that GOV.UK Pay is paying back.
    """
    if not by.may("record_payments"):
        raise StepRefused("Your role cannot record payments.")
    refund = Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=refund_id)
    if not Refund.objects.visible_to(by).filter(pk=refund_id).exists():
        raise StepRefused("You cannot see this refund.")
    if not how.strip():
        raise StepRefused("Say how it was paid back: cheque number, bank transfer, and when.")
    if refund.state in (State.DONE, State.DROPPED):
        raise StepRefused("This refund is dealt with already.")
    if not by_hand(refund):
        raise StepRefused("GOV.UK Pay pays this back to the card by itself. Look again in a day.")
    _done(refund, how.strip(), by, at)
    refund.save()
    trail.record(by=by, at=at, action="refund.done", on=refund, pence=refund.pence, how=refund.how)
    return refund


def by_hand(refund: Refund) -> bool:
    """Whether a person pays it back: it came in by hand, or GOV.UK Pay cannot."""
    waits = refund.state == State.DUE
    return waits and (not by_card(refund) or bool(refund.problem) or configured() is None)


def _done(refund: Refund, how: str, by: Any | None, at: datetime) -> None:
    refund.state, refund.done_at, refund.done_by, refund.how, refund.problem = (
        State.DONE,
        at,
        by,
        how[:200],
        "",
    )
    Posting.objects.create(
        day=timezone.localdate(at), kind=Posting.Kind.REFUNDED, pence=-refund.pence, payment=refund.payment,
        notice_id=refund.notice_id, refund=refund, made_at=at,
    )  # fmt: skip


def send_job(job: Job) -> None:
    """The worker's part."""
    send(refund_id=job.payload["refund"], at=timezone.now())


def follow_up(*, on: date, last: date | None) -> None:
    """Once a day: refunds to cards that are not done and wait for nobody."""
    waiting = Refund.objects.owed().filter(payment__way=Payment.Way.ONLINE, problem="")
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)):
        try:
            send(refund_id=pk, at=timezone.now())
        except (PayProblem, NotYet) as problem:
            log.warning("refund_not_sent", refund=pk, because=str(problem))
