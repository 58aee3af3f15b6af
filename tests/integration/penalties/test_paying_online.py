"""Payments by card against a stand-in for GOV.UK Pay: days, disorder, repeats, crashes, and money that goes back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import at, later
from tests.factories_penalties import a_notice
from tests.money import begun, paid_at, pressed

from mainstay.roof.pay_stand_in import StandIn
from mainstay.service.common.jobs.models import Job
from mainstay.service.common.steps import StepRefused
from mainstay.service.penalties import govuk_pay
from mainstay.service.penalties.actions import ending, online, paying, refunds
from mainstay.service.penalties.govuk_pay import Pay, PayPayment, PayProblem
from mainstay.service.penalties.models import CodeValue, Notice, Payment, Posting, Refund

pytestmark = pytest.mark.django_db
DAY_1 = date(2026, 11, 25)
DAY_21, DAY_28 = DAY_1 + timedelta(days=20), DAY_1 + timedelta(days=27)
MINUTES = timedelta(minutes=1)


@pytest.fixture
def pay(settings: Any) -> Iterator[StandIn]:
    with paid_at(settings) as stand_in:
        stand_in.clock.set(at(DAY_1))
        yield stand_in


def midnight(on: date) -> datetime:
    """The end of that day; London keeps Greenwich time in winter."""
    return datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(days=1)


def whole(pay: StandIn, notice: Notice, at_: datetime, finished: datetime | None = None) -> Payment:
    """One payment from beginning to end."""
    pay.clock.set(at_)
    payment = begun(notice, at=at_).payment
    pay.clock.set(finished or at_ + MINUTES)
    pressed(pay, payment)
    return online.refresh(payment_id=payment.pk, at=pay.clock())


def state_of(notice: Notice) -> str:
    notice.refresh_from_db()
    return notice.state


def test_a_payment_goes_its_whole_way(pay: StandIn) -> None:
    notice = a_notice()
    made = begun(notice, at=at(DAY_1))
    assert made.next_url.startswith(pay.url)
    assert (made.payment.state, made.payment.pence) == ("begun", 8000)
    pressed(pay, made.payment)
    payment = online.refresh(payment_id=made.payment.pk, at=at(DAY_1))
    assert (payment.state, payment.counts_on, payment.pay_status) == ("succeeded", DAY_1, "captured")
    assert (state_of(notice), notice.paid_on, notice.paid_pence) == ("paid", DAY_1, 8000)
    assert Posting.objects.get().pence == 8000
    assert not online.open_questions(payment)


def test_what_goes_to_gov_uk_pay_names_nobody(pay: StandIn) -> None:
    notice = a_notice()
    payment = begun(notice, at=at(DAY_1)).payment
    with pay._server.lock:
        theirs = pay._payments.find(payment.pay_id)
    said = f"{theirs.reference} {theirs.description} {theirs.return_url}"
    assert theirs.reference == notice.number
    for name in (notice.pupil.surname, notice.pupil.forename, notice.parent.surname, notice.parent.forename):
        assert name not in said


@pytest.mark.parametrize(
    ("begins", "ends", "pence", "counts_on", "state"),
    [
        (midnight(DAY_21) - MINUTES, midnight(DAY_21) + MINUTES, 8000, DAY_21, "paid"),
        (midnight(DAY_21) - 80 * MINUTES, midnight(DAY_21) + 9 * MINUTES, 8000, DAY_21, "paid"),
        (midnight(DAY_21), midnight(DAY_21) + MINUTES, 16000, DAY_21 + timedelta(days=1), "paid"),
        (midnight(DAY_28) - MINUTES, midnight(DAY_28) + 30 * MINUTES, 16000, DAY_28, "paid"),
    ],
)
def test_it_counts_on_the_london_day_it_was_begun(
    pay: StandIn, begins: datetime, ends: datetime, pence: int, counts_on: date, state: str
) -> None:
    notice = a_notice()
    payment = whole(pay, notice, begins, ends)
    assert (payment.pence, payment.counts_on) == (pence, counts_on)
    assert state_of(notice) == state
    assert not Refund.objects.exists()


def test_in_summer_the_day_ends_an_hour_earlier_by_greenwich(pay: StandIn) -> None:
    notice = a_notice()
    Notice.objects.filter(pk=notice.pk).update(
        served_on=date(2027, 5, 1), reduced_until=date(2027, 5, 21), full_until=date(2027, 5, 28)
    )
    payment = whole(pay, notice, datetime(2027, 5, 21, 22, 59, tzinfo=UTC))
    assert (payment.pence, payment.counts_on) == (8000, date(2027, 5, 21))
    other = a_notice()
    Notice.objects.filter(pk=other.pk).update(
        served_on=date(2027, 5, 1), reduced_until=date(2027, 5, 21), full_until=date(2027, 5, 28)
    )
    late = whole(pay, other, datetime(2027, 5, 21, 23, 0, tzinfo=UTC))
    assert (late.pence, late.counts_on) == (16000, date(2027, 5, 22))


def test_where_the_code_says_so_it_counts_when_it_is_taken(pay: StandIn) -> None:
    CodeValue.objects.create(
        name="pay_begun_counts", value=False, since=date(2024, 1, 1), set_at=at(), reason="Legal says so",
        set_by=UserFactory(role="service_manager"),
    )  # fmt: skip
    notice = a_notice()
    payment = whole(pay, notice, midnight(DAY_21) - MINUTES, midnight(DAY_21) + MINUTES)
    assert payment.counts_on == DAY_21 + timedelta(days=1)
    assert state_of(notice) == "issued"
    assert (Refund.objects.get().pence, Refund.objects.get().notice) == (8000, notice)


def test_nothing_is_begun_after_the_last_day(pay: StandIn) -> None:
    notice = a_notice()
    with pytest.raises(StepRefused, match="time to pay"):
        begun(notice, at=midnight(DAY_28))
    assert not Payment.objects.exists()


def test_one_that_takes_too_long_expires_and_costs_nothing(pay: StandIn) -> None:
    notice = a_notice()
    payment = begun(notice, at=at(DAY_1)).payment
    pay.clock.set(at(DAY_1) + online.EXPIRES)
    after = online.refresh(payment_id=payment.pk, at=pay.clock())
    assert (after.state, after.pay_code, state_of(notice)) == ("failed", "P0020", "issued")
    assert not Posting.objects.exists()


@pytest.mark.parametrize(("choice", "code"), [("decline", "P0010"), ("cancel", "P0030")])
def test_a_payment_that_fails_can_be_begun_again(pay: StandIn, choice: str, code: str) -> None:
    notice = a_notice()
    first = pressed(pay, begun(notice, at=at(DAY_1)).payment, choice)
    second = begun(notice, at=at(DAY_1) + MINUTES)  # nobody has looked the first one up yet
    first.refresh_from_db()
    assert (first.state, first.pay_code) == ("failed", code)
    assert second.payment.pk != first.pk and second.next_url


def test_a_second_press_finds_the_payment_of_the_first(pay: StandIn) -> None:
    notice = a_notice()
    first = begun(notice, at=at(DAY_1))
    second = begun(notice, at=at(DAY_1) + MINUTES)
    assert second.payment.pk == first.payment.pk
    assert len(pay._payments._all) == 1


def test_a_second_press_after_paying_pays_nothing_more(pay: StandIn) -> None:
    notice = a_notice()
    payment = pressed(pay, begun(notice, at=at(DAY_1)).payment)
    again = begun(notice, at=at(DAY_1) + MINUTES)
    assert (again.payment.pk, again.payment.state, again.next_url) == (payment.pk, "succeeded", "")
    with pytest.raises(StepRefused, match="paid already"):
        begun(notice, at=at(DAY_1) + 2 * MINUTES)


def test_the_next_day_with_another_sum_is_another_payment(pay: StandIn) -> None:
    notice = a_notice()
    first = begun(notice, at=midnight(DAY_21) - MINUTES).payment
    second = begun(notice, at=midnight(DAY_21) + MINUTES).payment
    assert (first.pence, second.pence) == (8000, 16000)


def test_a_basket_is_one_payment_with_its_parts_fixed(pay: StandIn) -> None:
    notices = [a_notice(), a_notice(), a_notice()]
    payment = begun(*notices, at=at(DAY_1)).payment
    assert payment.pence == 24000
    assert [one.pence for one in payment.allocations.all()] == [8000] * 3
    assert payment.reference == ", ".join(str(n.number) for n in notices)
    pressed(pay, payment)
    online.refresh(payment_id=payment.pk, at=at(DAY_1))
    assert {state_of(notice) for notice in notices} == {"paid"}
    assert Posting.objects.count() == 3


def test_a_basket_with_one_that_cannot_be_paid_is_refused_whole(pay: StandIn) -> None:
    paid, open_ = a_notice(), a_notice()
    whole(pay, paid, at(DAY_1))
    with pytest.raises(StepRefused, match=f"{paid.number} is paid already"):
        begun(paid, open_, at=at(DAY_1) + MINUTES)
    with pytest.raises(StepRefused, match="Open each letter"):
        online.begin(notice_ids=[open_.pk, 999_999], return_to=lambda p: "http://localhost/", at=at(DAY_1))


def test_what_was_paid_at_the_cash_office_meanwhile_goes_back(pay: StandIn) -> None:
    one, other = a_notice(), a_notice()
    payment = begun(one, other, at=at(DAY_1)).payment
    paying.record(
        notice_id=one.pk, way="cash_office", pence=8000, on=DAY_1, note="", by=UserFactory(role="finance"), at=at(DAY_1)
    )  # fmt: skip
    pressed(pay, payment)
    online.refresh(payment_id=payment.pk, at=at(DAY_1))
    assert (state_of(one), state_of(other)) == ("paid", "paid")
    refund = Refund.objects.get()
    assert (refund.payment, refund.notice, refund.pence) == (payment, one, 8000)


def test_what_was_withdrawn_meanwhile_goes_back(pay: StandIn) -> None:
    notice = a_notice()
    payment = begun(notice, at=at(DAY_1)).payment
    ending.withdraw(
        notice_id=notice.pk, ground="material_error", reasons="The wrong school.",
        by=UserFactory(role="service_manager"), at=at(DAY_1),
    )  # fmt: skip
    pressed(pay, payment)
    online.refresh(payment_id=payment.pk, at=at(DAY_1))
    assert state_of(notice) == "withdrawn"
    assert Refund.objects.get().pence == 8000


def test_another_sum_than_was_asked_for_counts_for_nothing(pay: StandIn) -> None:
    notice = a_notice()
    payment = begun(notice, at=at(DAY_1)).payment
    pay._payments._all[payment.pay_id].amount = 16000
    pressed(pay, payment)
    after = online.refresh(payment_id=payment.pk, at=at(DAY_1))
    assert (after.state, after.pence, state_of(notice)) == ("succeeded", 16000, "issued")
    refund = Refund.objects.get()
    assert (refund.pence, refund.notice) == (16000, None)
    assert (Posting.objects.get().pence, Posting.objects.get().notice) == (16000, None)
    # a true payment later is no different for it
    whole(pay, notice, at(DAY_1) + timedelta(hours=2))
    assert state_of(notice) == "paid"
    assert Refund.objects.count() == 1


def test_looking_again_and_again_changes_nothing(pay: StandIn) -> None:
    notice = a_notice()
    payment = whole(pay, notice, at(DAY_1))
    for _ in range(3):
        online.refresh(payment_id=payment.pk, at=at(DAY_1))
    assert Posting.objects.count() == 1 and not Refund.objects.exists()


def test_an_older_answer_that_comes_later_changes_nothing(pay: StandIn) -> None:
    notice = a_notice()
    payment = begun(notice, at=at(DAY_1)).payment
    before = govuk_pay.configured().get(payment.pay_id)  # type: ignore[union-attr]
    pressed(pay, payment)
    online.refresh(payment_id=payment.pk, at=at(DAY_1))
    after = online._take(payment.pk, before, at(DAY_1) + MINUTES)
    assert (after.state, after.pay_status, state_of(notice)) == ("succeeded", "captured", "paid")


def test_money_that_could_not_be_taken_undoes_the_payment(pay: StandIn) -> None:
    notice = a_notice()
    pay.hold_captures()
    payment = whole(pay, notice, at(DAY_1))
    assert (payment.pay_status, state_of(notice)) == ("success", "paid")
    pay.fail_capture(payment.pay_id)
    online.follow_up(on=DAY_1, last=None)
    payment.refresh_from_db()
    assert (payment.state, payment.pay_code, state_of(notice)) == ("failed", "P0050", "issued")
    assert (notice.paid_on, notice.paid_pence) == (None, None)
    assert sorted(Posting.objects.values_list("pence", flat=True)) == [-8000, 8000]


# what breaks on the way


class Broken(Exception):
    pass


def breaks(*args: Any, **kwargs: Any) -> Any:
    raise Broken


def test_a_crash_before_the_id_is_noted_loses_nothing(pay: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first payment at GOV.UK Pay has an address nobody was given: it expires."""
    notice = a_notice()
    create = Pay.create

    def crash(self: Pay, **asked: Any) -> PayPayment:
        create(self, **asked)
        raise Broken

    with monkeypatch.context() as patched:
        patched.setattr(Pay, "create", crash)
        with pytest.raises(Broken):
            begun(notice, at=at(DAY_1))
    lost = Payment.objects.get()
    assert (lost.state, lost.pay_id) == ("begun", "")
    again = begun(notice, at=at(DAY_1) + MINUTES).payment
    assert again.pk == lost.pk and again.pay_id
    pressed(pay, again)
    online.refresh(payment_id=again.pk, at=at(DAY_1))
    assert state_of(notice) == "paid"
    assert Posting.objects.count() == 1


def test_with_idempotency_honoured_the_lost_payment_is_found_again(
    pay: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay.honour_keys()
    notice = a_notice()
    pay.lose_next_answers(1)
    with pytest.raises(StepRefused, match="Nothing was taken"):
        begun(notice, at=at(DAY_1))
    begun(notice, at=at(DAY_1) + MINUTES)
    assert len(pay._payments._all) == 1


def test_one_that_never_got_to_gov_uk_pay_ends_by_itself(pay: StandIn) -> None:
    notice = a_notice()
    pay.fail_next(1)
    with pytest.raises(StepRefused, match="Nothing was taken"):
        begun(notice, at=at(DAY_1))
    payment = Payment.objects.get()
    assert online.refresh(payment_id=payment.pk, at=at(DAY_1)).state == "begun"
    assert online.refresh(payment_id=payment.pk, at=at(DAY_1) + online.EXPIRES).state == "failed"
    # and a new one is begun instead
    assert begun(notice, at=at(DAY_1) + online.EXPIRES).payment.pk != payment.pk


@pytest.mark.parametrize("where", ["settle", "post", "trail.record"])
def test_a_crash_after_success_and_before_it_is_settled_leaves_it_to_the_next_look(
    pay: StandIn, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    notice = a_notice()
    payment = begun(notice, at=at(DAY_1)).payment
    pressed(pay, payment)
    with monkeypatch.context() as patched:
        patched.setattr(f"mainstay.service.penalties.actions.online.{where}", breaks)
        with pytest.raises(Broken):
            online.refresh(payment_id=payment.pk, at=at(DAY_1))
    payment.refresh_from_db()
    assert (payment.state, state_of(notice)) == ("begun", "issued")
    assert not Posting.objects.exists()
    online.refresh(payment_id=payment.pk, at=at(DAY_1))
    assert state_of(notice) == "paid"
    assert Posting.objects.count() == 1


def test_a_payment_nobody_tells_of_is_looked_up_all_the_same(pay: StandIn) -> None:
    """The payer closes the window, and no message comes."""
    notice = a_notice()
    payment = begun(notice, at=at(DAY_1)).payment
    pressed(pay, payment)
    job = Job.objects.get(kind=online.LOOK)
    assert job.not_before == at(DAY_1) + online.LOOKED_UP
    online.look(job)
    assert state_of(notice) == "paid"


def test_the_worker_tries_again_where_gov_uk_pay_does_not_answer(pay: StandIn) -> None:
    payment = begun(a_notice(), at=at(DAY_1)).payment
    pay.fail_next(1)
    with pytest.raises(PayProblem):
        online.look(Job.objects.get(kind=online.LOOK))
    payment.refresh_from_db()
    assert payment.state == "begun"


def test_the_daily_round_goes_on_past_one_that_fails(pay: StandIn) -> None:
    notices = [a_notice(), a_notice()]
    long_ago = at() - timedelta(days=300)
    for notice in notices:
        pressed(pay, begun(notice, at=at(DAY_1)).payment)
    Payment.objects.update(begun_at=long_ago)
    pay.fail_next(1)
    online.follow_up(on=DAY_1, last=None)
    assert sorted(state_of(notice) for notice in notices) == ["issued", "paid"]
    online.follow_up(on=DAY_1, last=None)
    assert {state_of(notice) for notice in notices} == {"paid"}


def test_without_gov_uk_pay_nothing_is_begun_and_nothing_lost(pay: StandIn, settings: Any) -> None:
    notice = a_notice()
    payment = pressed(pay, begun(notice, at=at(DAY_1)).payment)
    config = settings.CONFIG
    settings.CONFIG = config.model_copy(update={"pay_key": ""})
    with pytest.raises(StepRefused, match="no payments online"):
        begun(a_notice(), at=at(DAY_1))
    assert online.refresh(payment_id=payment.pk, at=at(DAY_1)).state == "begun"
    settings.CONFIG = config
    assert online.refresh(payment_id=payment.pk, at=at(DAY_1)).state == "succeeded"


def test_a_payment_begun_with_another_account_keeps_nobody_from_paying(pay: StandIn) -> None:
    notice = a_notice()
    first = begun(notice, at=at(DAY_1)).payment
    pay._payments._all.clear()
    second = begun(notice, at=at(DAY_1) + MINUTES)
    assert second.payment.pk != first.pk and second.next_url


# money that goes back


def owed(pay: StandIn) -> Refund:
    """A refund of a card payment: the notice is withdrawn afterwards."""
    notice = a_notice()
    whole(pay, notice, at(DAY_1))
    ending.withdraw(
        notice_id=notice.pk, ground="material_error", reasons="The wrong school.",
        by=UserFactory(role="service_manager"), at=later(5),
    )  # fmt: skip
    return Refund.objects.get()


def at_pay(pay: StandIn, refund: Refund) -> list[int]:
    return [one.amount for one in pay._payments._all[refund.payment.pay_id].refunds]


def test_the_worker_pays_back_to_the_card_once(pay: StandIn) -> None:
    refund = owed(pay)
    job = Job.objects.get(kind="penalties.refund")
    refunds.send_job(job)
    refunds.send_job(job)
    refund.refresh_from_db()
    assert (refund.state, refund.how) == ("done", refunds.TO_CARD)
    assert at_pay(pay, refund) == [8000]
    assert sorted(Posting.objects.values_list("pence", flat=True)) == [-8000, 8000]


def test_a_refund_whose_answer_was_lost_is_found_and_not_sent_again(pay: StandIn) -> None:
    refund = owed(pay)
    asked: list[Any] = []
    with pytest.MonkeyPatch.context() as patched:
        real = Pay.refund

        def lost(self: Pay, *args: Any, **kwargs: Any) -> Any:
            asked.append(real(self, *args, **kwargs))
            raise PayProblem("GOV.UK Pay did not answer.", again=True, unanswered=True)

        patched.setattr(Pay, "refund", lost)
        with pytest.raises(PayProblem):
            refunds.send(refund_id=refund.pk, at=later(5))
    refund.refresh_from_db()
    assert (refund.state, refund.pay_id) == ("sent", "")
    refunds.send(refund_id=refund.pk, at=later(6))
    refund.refresh_from_db()
    assert (refund.state, refund.pay_id) == ("done", asked[0].refund_id)
    assert at_pay(pay, refund) == [8000]


def test_nothing_is_paid_back_that_is_not_taken_yet(pay: StandIn) -> None:
    pay.hold_captures()
    refund = owed(pay)
    with pytest.raises(refunds.NotYet):
        refunds.send(refund_id=refund.pk, at=later(5))
    refund.refresh_from_db()
    assert (refund.state, refund.problem) == ("due", "")
    pay.capture(refund.payment.pay_id)
    refunds.follow_up(on=DAY_1, last=None)
    refund.refresh_from_db()
    assert refund.state == "done"


def test_what_gov_uk_pay_cannot_pay_back_waits_for_a_person(pay: StandIn) -> None:
    refund = owed(pay)
    cashier = UserFactory(role="finance")
    with pytest.raises(StepRefused, match="by itself"):
        refunds.done(refund_id=refund.pk, how="Cheque", by=cashier, at=later(5))
    pay._payments._all[refund.payment.pay_id].changes[-1].status = "error"  # it can't be refunded there
    refunds.send(refund_id=refund.pk, at=later(5))
    refund.refresh_from_db()
    assert (refund.state, refund.problem != "") == ("due", True)
    refunds.follow_up(on=DAY_1, last=None)
    refunds.done(refund_id=refund.pk, how="Cheque 7", by=cashier, at=later(6))
    refund.refresh_from_db()
    assert (refund.state, refund.problem) == ("done", "")


def test_a_refund_made_by_hand_at_gov_uk_pay_is_taken_as_it(pay: StandIn) -> None:
    refund = owed(pay)
    with pay._server.lock:
        pay._payments.refund(pay._payments.find(refund.payment.pay_id), 8000, None)
    refunds.send(refund_id=refund.pk, at=later(5))
    refund.refresh_from_db()
    assert refund.state == "done"
    assert at_pay(pay, refund) == [8000]


def test_two_refunds_of_one_payment_are_two(pay: StandIn) -> None:
    one, other = a_notice(), a_notice()
    payment = pressed(pay, begun(one, other, at=at(DAY_1)).payment)
    online.refresh(payment_id=payment.pk, at=at(DAY_1))
    for notice in (one, other):
        ending.withdraw(
            notice_id=notice.pk, ground="wrongly_issued", reasons="Both.", at=later(5),
            by=UserFactory(role="service_manager"),
        )  # fmt: skip
    for refund in Refund.objects.all():
        refunds.send(refund_id=refund.pk, at=later(5))
    assert at_pay(pay, Refund.objects.first()) == [8000, 8000]  # type: ignore[arg-type]
    assert set(Refund.objects.values_list("state", flat=True)) == {"done"}
