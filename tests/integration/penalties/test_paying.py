"""Money that comes in by hand: the right sum on each day, and everything else booked, refused and to be paid back."""

from datetime import date, timedelta

import pytest
from tests.factories import ConflictFactory, UserFactory
from tests.factories_attendance import at, later
from tests.factories_penalties import a_notice, a_parent, absent, an_earlier
from tests.money import received

from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import service as serving
from mainstay.service.penalties import settling
from mainstay.service.penalties.actions import ending, paying, refunds
from mainstay.service.penalties.models import Allocation, Notice, Payment, Posting, Refund
from mainstay.service.record.models import Deadline

pytestmark = pytest.mark.django_db
DAY_1 = date(2026, 11, 25)  # the day it counts as received


def a_cashier() -> object:
    return UserFactory(role="business_support")


def record(notice: Notice, pence: int, day: int, **given: object) -> Payment:
    """Money that comes in on the so-manieth day, the day of receipt being the first."""
    on = DAY_1 + timedelta(days=day - 1)
    said = {"way": "cash_office", "note": "Receipt 12", "by": a_cashier(), "at": at(on), **given}
    return paying.record(notice_id=notice.pk, pence=pence, on=on, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pence", "day", "state", "back"),
    [
        (8000, 1, "paid", 0),
        (8000, 21, "paid", 0),
        (8000, 22, "issued", 8000),
        (16000, 22, "paid", 0),
        (16000, 28, "paid", 0),
        (16000, 29, "issued", 16000),  # its time is over, and the day's round has not been
        (16000, 21, "paid", 8000),
        (7999, 21, "issued", 7999),
        (8050, 21, "paid", 50),
        (4000, 2, "issued", 4000),
    ],
)
def test_a_sum_on_a_day_has_one_answer(pence: int, day: int, state: str, back: int) -> None:
    notice = a_notice()
    payment = record(notice, pence, day)
    notice.refresh_from_db()
    assert notice.state == state
    assert sum(Refund.objects.values_list("pence", flat=True)) == back
    assert payment.allocations.get().discharged == (state == "paid")
    assert bool(payment.allocations.get().refused) == (state != "paid")
    if state == "paid":
        assert (notice.paid_on, notice.paid_pence) == (payment.counts_on, pence - back)
        assert not Deadline.objects.open().filter(about_kind="penalties.notice").exists()


def test_half_and_half_is_not_the_whole() -> None:
    notice = a_notice()
    record(notice, 4000, 3)
    record(notice, 4000, 4)
    notice.refresh_from_db()
    assert notice.state == "issued"
    assert sum(Refund.objects.values_list("pence", flat=True)) == 8000


def test_a_second_notice_has_no_reduced_sum() -> None:
    pupil = absent()
    parent = a_parent(pupil)
    an_earlier(parent, pupil, date(2025, 11, 15))
    notice = a_notice(pupil=pupil, parent=parent)
    assert "£160 was due" in settling.objection(notice, 8000, DAY_1, DAY_1)
    record(notice, 16000, 5)
    notice.refresh_from_db()
    assert (notice.state, notice.paid_pence) == ("paid", 16000)


def test_what_is_paid_twice_goes_back_once() -> None:
    notice = a_notice()
    first, second = record(notice, 8000, 3), record(notice, 8000, 3, way="bank")
    refund = Refund.objects.get()
    assert (refund.payment, refund.pence) == (second, 8000)
    assert "paid on" in refund.because
    assert first.allocations.get().discharged
    record(notice, 8000, 4)
    assert [r.pence for r in Refund.objects.all()] == [8000, 8000]


def test_money_that_came_in_time_and_is_recorded_late_discharges() -> None:
    notice = a_notice()
    ending.fall_due(on=DAY_1 + timedelta(days=28), last=None)
    record(notice, 16000, 28, at=later(40))
    notice.refresh_from_db()
    assert notice.state == "paid"
    assert not Deadline.objects.open().filter(about_kind="penalties.notice").exists()


def test_before_it_is_booked_words_say_what_it_will_count_for() -> None:
    notice = a_notice()
    today = DAY_1 + timedelta(days=30)
    assert settling.objection(notice, 8000, DAY_1, today) == ""
    assert "part payments" in settling.objection(notice, 4000, DAY_1, today)
    assert "time to pay ended" in settling.objection(notice, 16000, today, today)
    record(notice, 8000, 2)
    assert "already" in settling.objection(notice, 8000, DAY_1 + timedelta(days=2), today)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"on": date(2026, 11, 22)}, "issued on"),
        ({"on": date(2026, 12, 30)}, "future"),
        ({"pence": 0}, "more than nothing"),
        ({"pence": 1_000_001}, "£10,000"),
        ({"way": "online"}, "how the money came in"),
        ({"by": "ewo"}, "role"),
    ],
)
def test_what_cannot_be_is_refused_and_books_nothing(given: dict[str, object], words: str) -> None:
    notice = a_notice()
    said = {"way": "bank", "pence": 8000, "on": DAY_1, "note": "", "by": a_cashier(), "at": at(DAY_1)} | given
    if isinstance(said["by"], str):
        said["by"] = UserFactory(role=said["by"])
    with pytest.raises(StepRefused, match=words):
        paying.record(notice_id=notice.pk, **said)  # type: ignore[arg-type]
    assert not Payment.objects.exists() and not Posting.objects.exists()


def test_nothing_is_booked_for_what_is_not_issued_or_not_this_persons_to_see() -> None:
    cashier = a_cashier()
    with pytest.raises(StepRefused, match="no such notice"):
        record(a_notice("approved"), 8000, 1, by=cashier)
    notice = a_notice()
    ConflictFactory(user=cashier, pupil=notice.pupil)
    with pytest.raises(StepRefused, match="no such notice"):
        record(notice, 8000, 1, by=cashier)


def test_the_same_form_sent_twice_is_one_payment() -> None:
    notice = a_notice()
    first = record(notice, 8000, 2, key="a" * 40)
    assert record(notice, 8000, 2, key="a" * 40) == first
    assert Payment.objects.count() == 1 and not Refund.objects.exists()


def test_withdrawing_a_paid_notice_gives_everything_back() -> None:
    notice = a_notice()
    record(notice, 8000, 2)
    ending.withdraw(
        notice_id=notice.pk, ground="material_error", reasons="The wrong school.",
        by=UserFactory(role="service_manager"), at=later(5),
    )  # fmt: skip
    refund = Refund.objects.get()
    assert (refund.pence, refund.because, refund.state) == (8000, "The notice was withdrawn.", "due")
    notice.refresh_from_db()
    assert notice.state == "withdrawn"
    assert not Allocation.objects.get().discharged


def test_money_for_a_withdrawn_notice_goes_back() -> None:
    notice = a_notice()
    ending.withdraw(
        notice_id=notice.pk, ground="material_error", reasons="The wrong school.",
        by=UserFactory(role="service_manager"), at=later(3),
    )  # fmt: skip
    record(notice, 8000, 5)
    notice.refresh_from_db()
    assert notice.state == "withdrawn"
    assert "withdrawn" in Refund.objects.get().because


def test_every_payment_is_in_the_accounts_and_in_the_audit() -> None:
    notice = a_notice()
    payment = record(notice, 8050, 2)
    posting = Posting.objects.get()
    assert (posting.kind, posting.pence, posting.day, posting.notice) == (
        "received", 8050, payment.counts_on, notice,
    )  # fmt: skip
    actions = set(AuditRow.objects.values_list("action", flat=True))
    assert {"payment.recorded", "notice.paid", "refund.due"} <= actions


def test_a_refund_is_done_by_hand_once_and_says_how() -> None:
    notice = a_notice()
    record(notice, 4000, 2)
    refund, cashier = Refund.objects.get(), a_cashier()
    with pytest.raises(StepRefused, match="how it was paid back"):
        refunds.done(refund_id=refund.pk, how=" ", by=cashier, at=later(5))
    with pytest.raises(StepRefused, match="role"):
        refunds.done(refund_id=refund.pk, how="Cheque", by=UserFactory(role="ewo"), at=later(5))
    refunds.done(refund_id=refund.pk, how="Cheque 7", by=cashier, at=later(5))
    with pytest.raises(StepRefused, match="already"):
        refunds.done(refund_id=refund.pk, how="Cheque 7", by=cashier, at=later(5))
    assert sorted(Posting.objects.values_list("pence", flat=True)) == [-4000, 4000]


def test_proof_of_a_later_receipt_lets_late_money_count_and_drops_its_refund() -> None:
    notice = a_notice()
    record(notice, 8000, 23)
    notice.refresh_from_db()
    assert (notice.state, Refund.objects.get().state) == ("issued", "due")
    assert notice.service is not None
    serving.prove(
        service=notice.service, received_on=date(2026, 11, 30), proof="Signed for", by=UserFactory(role="ewo"),
        at=later(30),
    )  # fmt: skip
    notice.refresh_from_db()
    assert (notice.state, notice.paid_pence) == ("paid", 8000)
    assert Refund.objects.get().state == "dropped"


def test_proof_of_an_earlier_receipt_takes_no_payment_away() -> None:
    notice = a_notice()
    record(notice, 8000, 21)
    assert notice.service is not None
    serving.prove(
        service=notice.service, received_on=date(2026, 11, 24), proof="Signed for", by=UserFactory(role="ewo"),
        at=later(30),
    )  # fmt: skip
    notice.refresh_from_db()
    assert notice.state == "paid"
    assert not Refund.objects.exists()


def test_while_receipt_is_not_presumed_the_reduced_sum_is_enough() -> None:
    notice = received(a_notice(), DAY_1)
    notice.served_on = notice.reduced_until = notice.full_until = notice.decide_from = None
    notice.save()
    assert settling.due(notice, date(2027, 2, 1)) == 8000
    record(notice, 8000, 60)
    notice.refresh_from_db()
    assert notice.state == "paid"
