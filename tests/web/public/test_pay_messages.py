"""What GOV.UK Pay tells us: signed or not, repeated, late, out of order, of payments that are not ours."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories_attendance import at
from tests.factories_penalties import a_notice
from tests.money import SECRET, begun, paid_at
from tests.web.attendance.conftest import _monday_in_term  # noqa: F401 (a fixture for every test here)

from mainstay.roof.pay_stand_in import StandIn, sign
from mainstay.service.common.jobs import queue
from mainstay.service.common.jobs.models import Job
from mainstay.service.penalties.actions import online
from mainstay.service.penalties.models import Notice, PayEvent, Payment, Posting, Refund

pytestmark = pytest.mark.django_db


@pytest.fixture
def pay(settings: Any) -> Iterator[StandIn]:
    with paid_at(settings) as stand_in:
        stand_in.clock.set(at(hour=14))
        yield stand_in


def post(raw: bytes, signature: str | None = None, **more: Any) -> int:
    headers = {} if signature == "" else {"pay-signature": signature or sign(raw, SECRET)}
    client = Client(enforce_csrf_checks=True)
    kind = more.pop("content_type", "application/json")
    return client.post(reverse("pay_webhook"), raw, content_type=kind, headers=headers, **more).status_code


def message(payment: Payment, event: str = "card_payment_succeeded", ident: str = "m1", **more: Any) -> bytes:
    said = {
        "webhook_message_id": ident, "api_version": 1, "created_date": "2026-11-23T14:00:00.000Z",
        "resource_id": payment.pay_id, "resource_type": "payment", "event_type": event,
        "resource": {"payment_id": payment.pay_id, "amount": 1, "state": {"status": "success", "finished": True}},
    }  # fmt: skip
    return json.dumps(said | more).encode()


def a_payment(pay: StandIn, choice: str = "pay") -> Payment:
    payment = begun(a_notice(), at=at(hour=14)).payment
    if choice:
        pay.press(payment.pay_id, choice)
    return payment


def state(payment: Payment) -> tuple[str, str]:
    payment.refresh_from_db()
    return payment.state, Notice.objects.get(pk=payment.allocations.get().notice_id).state


def test_a_message_is_taken_at_once_and_the_worker_asks(pay: StandIn) -> None:
    payment = a_payment(pay)
    assert post(message(payment)) == 204
    assert state(payment) == ("begun", "issued")
    queue.run_waiting()
    assert state(payment) == ("succeeded", "paid")


def test_what_a_message_says_of_sum_and_state_is_never_believed(pay: StandIn) -> None:
    payment = a_payment(pay, choice="")  # nobody has paid
    assert post(message(payment)) == 204
    queue.run_waiting()
    assert state(payment) == ("begun", "issued")


def test_the_stand_ins_own_messages_are_taken(pay: StandIn) -> None:
    payment = a_payment(pay)
    assert pay.deliver_webhooks() == [204, 204]  # succeeded, captured
    queue.run_waiting()
    assert state(payment) == ("succeeded", "paid")


def test_repeats_and_disorder_change_nothing(pay: StandIn) -> None:
    payment = a_payment(pay)
    pay.repeat_webhooks(3)
    assert set(pay.deliver_webhooks(backwards=True)) == {204}
    queue.run_waiting()
    assert state(payment) == ("succeeded", "paid")
    assert PayEvent.objects.count() == 2
    assert Posting.objects.count() == 1 and not Refund.objects.exists()


def test_an_old_message_sent_again_later_is_harmless(pay: StandIn) -> None:
    payment = a_payment(pay, choice="decline")
    old = message(payment, "card_payment_failed", "old")
    post(old)
    queue.run_waiting()
    assert state(payment)[0] == "failed"
    jobs = Job.objects.count()
    assert post(old) == 204
    assert Job.objects.count() == jobs


@pytest.mark.parametrize(
    "signature",
    ["", "0" * 64, "A" * 64, "ü", "x" * 5000, sign(b"another body", SECRET), sign(b"", "another secret")],
)
def test_without_its_signature_nothing_is_taken_and_nothing_told(
    pay: StandIn, signature: str, caplog: pytest.LogCaptureFixture
) -> None:
    payment = a_payment(pay)
    with caplog.at_level(logging.WARNING):
        status = post(message(payment), signature)
    assert status == 403
    assert not PayEvent.objects.exists()
    assert payment.pay_id not in caplog.text


def test_a_message_changed_on_its_way_is_refused(pay: StandIn) -> None:
    payment = a_payment(pay)
    raw = message(payment)
    assert post(raw.replace(b"succeeded", b"captured!"), sign(raw, SECRET)) == 403
    assert post(raw + b" ", sign(raw, SECRET)) == 403


def test_without_a_secret_nothing_is_believed(pay: StandIn, settings: Any) -> None:
    payment = a_payment(pay)
    settings.CONFIG = settings.CONFIG.model_copy(update={"pay_webhook_secret": ""})
    assert post(message(payment), sign(message(payment), "")) == 403


@pytest.mark.parametrize("event", ["card_payment_settled", "card_payment_refunded", "something_new"])
def test_kinds_we_do_not_know_are_taken_too(pay: StandIn, event: str) -> None:
    payment = a_payment(pay)
    assert post(message(payment, event)) == 204
    queue.run_waiting()
    assert state(payment) == ("succeeded", "paid")


def test_a_payment_that_is_not_ours_is_noted_and_nothing_more(pay: StandIn) -> None:
    stranger = Payment(pay_id="somebodyelses")
    jobs = Job.objects.count()
    assert post(message(stranger)) == 204
    assert PayEvent.objects.get().pay_id == "somebodyelses"
    assert Job.objects.count() == jobs and not Payment.objects.exists()


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"not json", b"\xff\xfe", b"[" * 5000])
def test_a_signed_message_that_cannot_be_read_is_not_sent_again(pay: StandIn, raw: bytes) -> None:
    assert post(raw) == 204
    assert not PayEvent.objects.exists()


def test_a_message_far_too_large_is_not_read(pay: StandIn) -> None:
    raw = b'{"a": "' + b"x" * 200_000 + b'"}'
    assert post(raw) == 413


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]
)
def test_whatever_it_calls_itself_no_message_breaks_us(pay: StandIn, kind: str) -> None:
    payment = a_payment(pay)
    assert post(message(payment), content_type=kind) in (204, 400, 403)


def test_it_is_told_by_post_alone(client: Client) -> None:
    assert client.get(reverse("pay_webhook")).status_code == 405


def test_one_that_expired_is_told_and_ends(pay: StandIn) -> None:
    payment = a_payment(pay, choice="")
    pay.clock.advance(online.EXPIRES)
    assert pay.deliver_webhooks() == [204]
    queue.run_waiting()
    assert state(payment) == ("failed", "issued")
