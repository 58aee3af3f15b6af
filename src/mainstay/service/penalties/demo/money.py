"""Made-up money: paid by each way, wrongly, and given back."""

import io
from datetime import datetime
from typing import Any

from django.utils import timezone

from mainstay.service.common.steps import StepRefused
from mainstay.service.penalties.actions import bank, finance, paying, refunds
from mainstay.service.penalties.demo.scene import Scene
from mainstay.service.penalties.models import Allocation, Notice, Payment, Posting
from mainstay.service.penalties.settling import price, settle


def paid(scene: Scene, notice: Notice, ago: int, how: str) -> None:
    """In full so many days ago. Raises StepRefused where nothing was due then."""
    pay(scene, notice, scene.day(ago, 15), how)


def pay(scene: Scene, notice: Notice, when: datetime, how: str) -> None:
    """In full, what is due on that day. Raises StepRefused where nothing is."""
    pence = price(notice, timezone.localdate(when))
    if pence is None:
        raise StepRefused("Its time to pay was over by then.")
    if how == Payment.Way.ONLINE:
        online(notice, pence, when)
    else:
        _by_hand(scene, notice, pence, when, how)


def _by_hand(scene: Scene, notice: Notice, pence: int, when: datetime, how: str) -> None:
    note = "Receipt of the cash office 20417" if how == Payment.Way.CASH_OFFICE else ""
    paying.record(
        notice_id=notice.pk, way=how, pence=pence, on=timezone.localdate(when), note=note, by=scene.users["finance"], at=when
    )  # fmt: skip


def online(notice: Notice, pence: int, when: datetime) -> None:
    """As if GOV.UK Pay had taken it; its own name for the payment is made up."""
    (locked,) = paying.lock([notice.pk])
    payment = Payment.objects.create(
        way=Payment.Way.ONLINE, state=Payment.State.SUCCEEDED, pence=pence, key=paying.new_key(),
        reference=paying.reference([locked]), pay_id=f"madeup{notice.pk:020}", pay_status="captured", begun_at=when,
        finished_at=when, counts_on=timezone.localdate(when), checked_at=when,
    )  # fmt: skip
    Allocation.objects.create(payment=payment, notice=locked, pence=pence)
    paying.post(payment, Posting.Kind.RECEIVED, timezone.localdate(when), when)
    settle(locked, by=None, at=when)


def wrong_sum(scene: Scene, notice: Notice, ago: int) -> None:
    """Half of it, in the hope of instalments: booked, refused, and to be paid back."""
    _by_hand(scene, notice, 4000, scene.day(ago, 15), Payment.Way.BANK)


def given_back(scene: Scene, notice: Notice, ago: int) -> None:
    for refund in notice.refunds.all():
        how = "Bank transfer to the payer"
        refunds.done(refund_id=refund.pk, how=how, by=scene.users["finance"], at=scene.day(ago, 14))


def bank_list(scene: Scene) -> None:
    """The bank's list of one day: one line pays a notice, one is too little, one names nothing."""
    payable = Notice.objects.filter(state=Notice.State.ISSUED, full_until__gte=scene.today).order_by(
        "-full_until", "pk"
    )
    found = list(payable.filter(allocations=None)[2:4])
    if len(found) < 2:
        return
    when = scene.day(1, 16)
    on = timezone.localdate(when)
    rows: list[tuple[Any, ...]] = [("Date", "Amount", "Reference", "Payer")]
    rows.append(
        (f"{on:%d/%m/%Y}", f"{(price(found[0], on) or 0) / 100:.2f}", found[0].number, "Made-up payer one")
    )
    rows.append((f"{on:%d/%m/%Y}", "20.00", found[1].number, "Made-up payer two"))
    rows.append((f"{on:%d/%m/%Y}", "80.00", "school fine", "Made-up payer three"))
    text = "\n".join(",".join(map(str, row)) for row in rows) + "\n"
    name = f"bank-{on.isoformat()}.csv"
    bank.take(file=io.BytesIO(text.encode()), filename=name, by=scene.users["support"], at=when)


def to_accounts(scene: Scene) -> None:
    """Everything but the last days is handed over to the accounts."""
    if Posting.objects.filter(batch=None, day__lt=timezone.localdate(scene.day(6))).exists():
        finance.make_batches(by=scene.users["finance"], at=scene.day(6, 17))
