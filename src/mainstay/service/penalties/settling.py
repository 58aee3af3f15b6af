"""How a notice stands with the money that came in for it: asked of the law each time anything changes.

Whole pounds count, as in the law; pence beyond them go back. What counts for nothing, is too much, or was paid on a
notice since withdrawn becomes a refund, each penny once.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Sum
from django.utils import timezone

from mainstay.law import payment as law
from mainstay.service.common.audit import trail
from mainstay.service.common.jobs import queue
from mainstay.service.penalties import providers
from mainstay.service.penalties.dates import DECIDE, LIMIT, TO_PAY
from mainstay.service.penalties.models import Allocation, Notice, Payment, Refund
from mainstay.service.record import deadlines
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience

PENCE: Final = 100
#: what the worker does about money that goes back to a card
REFUND: Final = "penalties.refund"


def ask(
    notice: Notice, allocations: Sequence[Allocation], today: date, more: Sequence[law.Payment] = ()
) -> law.PaymentAnswer:
    """The law's answer for the money that came in. While receipt is not presumed no time has begun to run.

    more: payments as if they had come in, too
    """
    came = [law.Payment(a.payment.counts_on, a.pence // PENCE) for a in allocations if a.payment.counts_on]
    payments = [*came, *more]
    days = [one.on for one in payments]
    served = notice.served_on or max([notice.issued_on or today, *days])
    return law.find(
        notice.kind,  # type: ignore[arg-type]
        notice.position or None,  # type: ignore[arg-type]
        served,
        max([today, *days]),
        payments,
        notice.withdrawn_on,
    )


def objection(notice: Notice, pence: int, on: date, today: date) -> str:
    """Why a payment of that sum on that day would count for nothing; "" where it would discharge."""
    pounds = pence // PENCE
    answer = ask(notice, _received(notice), today, [law.Payment(on, pounds)])
    return next((one.because for one in answer.refused if (one.on, one.pounds) == (on, pounds)), "")


def due(notice: Notice, on: date) -> int | None:
    """The pence that would discharge on a day; None where nothing can be paid (any more)."""
    return price(notice, on) if notice.state == Notice.State.ISSUED else None


def price(notice: Notice, on: date) -> int | None:
    """What an issued notice costs on a day, whatever has become of it; None after its last day."""
    if notice.full_pence is None or notice.reduced_pence is None:
        return None
    if notice.served_on is None:
        return notice.reduced_pence
    if notice.reduced_until and on <= notice.reduced_until:
        return notice.reduced_pence
    return notice.full_pence if notice.full_until and on <= notice.full_until else None


def settle(notice: Notice, *, by: Any | None, at: datetime) -> None:
    """Bring a locked notice in line with its money; inside the transaction of whatever changed it."""
    allocations = _received(notice)
    answer = ask(notice, allocations, timezone.localdate(at))
    refused = list(answer.refused)
    for allocation in reversed(allocations):  # of two alike the later one is refused
        because = _because(allocation, refused)
        allocation.refused = because[:300]
        allocation.discharged = not because and answer.discharged
    for allocation in sorted(
        allocations, key=lambda a: a.discharged
    ):  # the old one lets go before the new one holds
        allocation.save(update_fields=["refused", "discharged"])
    _state(notice, allocations, answer, by, at)
    _refunds(notice, allocations, answer, by, at)


def _received(notice: Notice) -> list[Allocation]:
    """What came in, by day; of one day that first which discharges already."""
    found = Allocation.objects.filter(notice=notice, payment__state=Payment.State.SUCCEEDED)
    in_order = found.order_by("payment__counts_on", "-discharged", "payment__finished_at", "pk")
    return list(in_order.select_related("payment"))


def _because(allocation: Allocation, refused: list[law.Refused]) -> str:
    """Why the law refuses this one; each refusal answers one allocation."""
    for one in refused:
        if one.on == allocation.payment.counts_on and one.pounds == allocation.pence // PENCE:
            refused.remove(one)
            return one.because
    return ""


def _state(
    notice: Notice, allocations: Sequence[Allocation], answer: law.PaymentAnswer, by: Any | None, at: datetime
) -> None:
    paying = next((a for a in allocations if a.discharged), None)
    was = notice.state
    if paying is not None and was in (Notice.State.ISSUED, Notice.State.UNPAID, Notice.State.PROSECUTING):
        notice.state, notice.paid_on, notice.paid_pence = (
            Notice.State.PAID,
            answer.discharged_on,
            _kept(paying, notice),
        )
        notice.save(update_fields=["state", "paid_on", "paid_pence"])
        for rule in (TO_PAY, DECIDE, LIMIT):
            deadlines.stop(about=notice, by=by, at=at, rule=rule)
        add_entry(
            pupil=notice.pupil_id, by=by, at=at, kind="penalty_notice", title=f"Penalty notice {notice.number} paid",
            audience=Audience.SCHOOL, about=notice,
        )  # fmt: skip
        trail.record(
            by=by, at=at, action="notice.paid", on=notice, on_day=notice.paid_on, pence=notice.paid_pence
        )
        providers.paid.send(notice=notice, by=by, at=at)
    elif paying is None and was == Notice.State.PAID:
        over = answer.state == "decide"
        notice.state = Notice.State.ISSUED  # where its time is over, the next day's round takes it further
        notice.paid_on = notice.paid_pence = None
        notice.save(update_fields=["state", "paid_on", "paid_pence"])
        add_entry(
            pupil=notice.pupil_id, by=by, at=at, kind="penalty_notice", audience=Audience.SCHOOL, about=notice,
            title=f"Penalty notice {notice.number}: the payment did not go through after all",
        )  # fmt: skip
        trail.record(by=by, at=at, action="notice.payment_undone", on=notice)
        providers.payment_undone.send(notice=notice, by=by, at=at)
        if not over and notice.full_until and notice.served_on:
            deadlines.start(
                pupil=notice.pupil_id, about=notice, rule=TO_PAY, label=f"{notice.number}: time to pay", by=by, at=at,
                trigger_on=notice.served_on, last_day=notice.full_until, next_step_from=notice.decide_from,
                owner=notice.request.owner, answer=notice.dates_answer,
            )  # fmt: skip


def _kept(paying: Allocation, notice: Notice) -> int:
    on = paying.payment.counts_on
    assert on is not None and notice.reduced_pence is not None and notice.full_pence is not None
    early = notice.reduced_until is None or on <= notice.reduced_until
    return notice.reduced_pence if early else notice.full_pence


def _refunds(
    notice: Notice, allocations: Sequence[Allocation], answer: law.PaymentAnswer, by: Any | None, at: datetime
) -> None:
    """One task for what each payment has to give back beyond what it gives back already."""
    given = dict(
        Refund.objects.standing()
        .filter(notice=notice)
        .order_by()
        .values_list("payment_id")
        .annotate(Sum("pence"))
        .values_list("payment_id", "pence__sum")
    )
    for allocation in allocations:
        keep = _kept(allocation, notice) if allocation.discharged else 0
        back = allocation.pence - keep - given.get(allocation.payment_id, 0)
        if back < 0:
            _drop(notice, allocation, -back, by, at)
        if back <= 0:
            continue
        why = allocation.refused or (
            "More was paid than was due." if allocation.discharged else "The notice was withdrawn."
        )
        owe(allocation.payment, back, why, by=by, at=at, notice=notice)


def owe(
    payment: Payment, pence: int, because: str, *, by: Any | None, at: datetime, notice: Notice | None = None
) -> Refund:
    """A task to pay back; of a card payment the worker's, of any other a person's."""
    refund = Refund.objects.create(payment=payment, notice=notice, pence=pence, because=because, due_at=at)
    trail.record(by=by, at=at, action="refund.due", on=refund, pence=pence, notice=refund.notice_id)
    if payment.way == Payment.Way.ONLINE:
        queue.queue(REFUND, by=by, at=at, refund=refund.pk)
    return refund


def _drop(notice: Notice, allocation: Allocation, over: int, by: Any | None, at: datetime) -> None:
    """Take back the tasks to pay back what is kept after all, as far as nothing was sent yet."""
    waiting = Refund.objects.filter(
        notice=notice, payment=allocation.payment, state=Refund.State.DUE, pence__lte=over
    )
    for refund in waiting.select_for_update().order_by("-pk"):
        if refund.pence <= over:
            over -= refund.pence
            refund.state, refund.done_at, refund.done_by = Refund.State.DROPPED, at, by
            refund.save(update_fields=["state", "done_at", "done_by"])
            trail.record(by=by, at=at, action="refund.dropped", on=refund, pence=refund.pence)
