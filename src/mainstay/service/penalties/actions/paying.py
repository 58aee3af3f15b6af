"""Money that came in: booked whatever it is, and counted by the law alone.

What a payment is worth is asked of the law when it is booked (``settling``): the wrong sum, or one that came too late,
is in the council's hands all the same, counts for nothing and becomes a refund.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.documents.models import Service
from mainstay.service.penalties.models import Allocation, Notice, Payment, Posting
from mainstay.service.penalties.models.payments import conflicted
from mainstay.service.penalties.settling import settle

#: pence: nobody owes more for a notice, so more is a slip of the pen; our own choice
MOST: Final = 1_000_000


def lock(notice_ids: Iterable[int]) -> list[Notice]:
    """Issued notices, locked always in the same order, so that two payments cannot block each other."""
    found = Notice.objects.issued().select_for_update(of=("self",)).select_related("request__owner")
    return list(found.filter(pk__in=list(notice_ids)).order_by("pk"))


@transaction.atomic
def record(
    *, notice_id: int, way: str, pence: int, on: date, note: str, by: Any, at: datetime, key: str = ""
) -> Payment:
    """Book money that came in for one notice by hand.

    key: of the form it was typed into; the same form sent twice is one payment.
    Raises StepRefused: not this person's to see, another way, no such sum or day.
    """
    if not by.may("record_payments"):
        raise StepRefused("Your role cannot record payments.")
    if key and (before := Payment.objects.filter(key=key).first()) is not None:
        return before
    if way not in (Payment.Way.CASH_OFFICE, Payment.Way.BANK):
        raise StepRefused("Choose how the money came in.")
    notice = _one(notice_id, by)
    if words := wrong_day(notice, on, timezone.localdate(at)):
        raise StepRefused(words)
    if not 0 < pence <= MOST:
        raise StepRefused("Check the sum: it must be more than nothing, and at most £10,000.")
    try:
        with transaction.atomic():
            payment = came_in([(notice, pence)], way=way, on=on, note=note, by=by, at=at, key=key)
    except IntegrityError:  # the same form, sent at the same moment
        return Payment.objects.get(key=key)
    return payment


def _one(notice_id: int, by: Any) -> Notice:
    notices = lock([notice_id])
    if not notices or Notice.objects.filter(conflicted(by, ""), pk=notice_id).exists():
        raise StepRefused("There is no such notice, or you cannot see it.")
    return notices[0]


def wrong_day(notice: Notice, on: date, today: date) -> str:
    """Words where money for a notice cannot have come in on a day."""
    assert notice.issued_on is not None
    if on > today:
        return "The day the money came in cannot be in the future."
    if on < notice.issued_on:
        return f"This notice was issued on {long_date(notice.issued_on)}: money for it cannot have come in before."
    return ""


def came_in(
    parts: Sequence[tuple[Notice, int]],
    *,
    way: str,
    on: date,
    note: str,
    by: Any | None,
    at: datetime,
    key: str = "",
) -> Payment:
    """Book one payment for locked notices, each with its pence, and bring them in line; in the caller's transaction."""
    payment = Payment.objects.create(
        way=way, state=Payment.State.SUCCEEDED, pence=sum(pence for _, pence in parts), key=key or new_key(),
        reference=reference([notice for notice, _ in parts]), begun_at=at, finished_at=at, counts_on=on,
        recorded_by=by, note=note.strip()[:300],
    )  # fmt: skip
    Allocation.objects.bulk_create(
        Allocation(payment=payment, notice=notice, pence=pence) for notice, pence in parts
    )
    trail.record(
        by=by, at=at, action="payment.recorded", on=payment, way=way, pence=payment.pence, counts_on=on,
        notices=[notice.pk for notice, _ in parts],
    )  # fmt: skip
    post(payment, Posting.Kind.RECEIVED, on, at)
    for notice, _ in parts:
        settle(notice, by=by, at=at)
    return payment


def post(payment: Payment, kind: str, day: date, at: datetime) -> None:
    """A payment into the accounts, or out again: a line for each notice, and one for what is for none."""
    sign = 1 if kind == Posting.Kind.RECEIVED else -1
    parts = [(one.notice_id, one.pence) for one in payment.allocations.order_by("pk") if one.pence]
    rest = payment.pence - sum(pence for _, pence in parts)
    lines: list[tuple[int | None, int]] = [*parts, *([(None, rest)] if rest else [])]
    Posting.objects.bulk_create(
        Posting(day=day, kind=kind, pence=sign * pence, payment=payment, notice_id=notice_id, made_at=at)
        for notice_id, pence in lines
    )


def new_key() -> str:
    return secrets.token_hex(20)


def reference(notices: Sequence[Notice]) -> str:
    """What the payment is called outside: numbers of notices, never a name."""
    numbers = [notice.number or "" for notice in notices]
    if len(numbers) > 4:
        return f"{', '.join(numbers[:3])} and {len(numbers) - 3} more"
    return ", ".join(numbers)


def dates_moved(*, service: Service, before: dict[str, Any] | None, by: Any, at: datetime) -> None:
    """Money that came too late may be in time after all; listens to ``service_changed``, after ``dates.follow``.

    What has discharged stays so: that a later finding about the post undoes a payment is no reading we take.
    """
    if before is None:
        return
    with transaction.atomic():
        ids = Notice.objects.issued().filter(service=service).values_list("pk", flat=True)
        for notice in lock(ids):
            refused = notice.allocations.filter(payment__state=Payment.State.SUCCEEDED)
            if notice.state in (Notice.State.ISSUED, Notice.State.UNPAID) and refused.exists():
                settle(notice, by=by, at=at)
