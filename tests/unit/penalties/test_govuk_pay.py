"""Payments and refunds at GOV.UK Pay, asked of its stand-in."""

import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from mainstay.roof.config import Config
from mainstay.roof.pay_stand_in import StandIn
from mainstay.service.penalties.govuk_pay import (
    Pay,
    PayPayment,
    PayProblem,
    Unreadable,
    configured,
    payment_of,
)

KEY = "api_test_invented"
BEGUN = datetime(2024, 11, 26, 23, 50, tzinfo=UTC)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn(key=KEY) as stand_in:
        stand_in.clock.set(BEGUN)
        yield stand_in


@pytest.fixture
def pay(stand_in: StandIn) -> Pay:
    return Pay(stand_in.url, KEY)


def begin(pay: Pay, pence: int = 8000, key: str = "first") -> PayPayment:
    return pay.create(
        amount_pence=pence,
        reference="PN-0001234-K",
        description="Penalty notice PN-0001234-K",
        return_url="http://localhost:8000/pay/back/invented",
        idempotency_key=key,
    )


def refused(call: object, *args: object, **values: object) -> PayProblem:
    with pytest.raises(PayProblem) as caught:
        call(*args, **values)  # type: ignore[operator]
    return caught.value


def test_a_payment_begins_with_an_address_for_the_payer(stand_in: StandIn, pay: Pay) -> None:
    payment = begin(pay)
    assert (payment.status, payment.finished, payment.paid) == ("created", False, False)
    assert (payment.amount_pence, payment.reference, payment.created_date) == (8000, "PN-0001234-K", BEGUN)
    assert payment.next_url.startswith(stand_in.url)
    assert (payment.captured_date, payment.code) == (None, "")


def test_the_address_and_the_key_stay_out_of_what_is_printed(pay: Pay) -> None:
    payment = begin(pay)
    assert payment.next_url not in repr(payment)
    assert KEY not in repr(pay)


def test_a_payment_made_is_paid_and_taken(stand_in: StandIn, pay: Pay) -> None:
    payment = begin(pay)
    stand_in.press(payment.payment_id, "pay")
    found = pay.get(payment.payment_id)
    assert (found.status, found.finished, found.paid) == ("success", True, True)
    assert (found.captured_date, found.next_url) == (date(2024, 11, 26), "")
    assert (found.refund_status, found.refund_amount_available) == ("available", 8000)


def test_a_payment_can_be_confirmed_before_it_is_taken_and_then_fail(stand_in: StandIn, pay: Pay) -> None:
    stand_in.hold_captures()
    payment = begin(pay)
    stand_in.press(payment.payment_id, "pay")
    found = pay.get(payment.payment_id)
    assert (found.paid, found.captured_date, found.refund_status) == (True, None, "pending")
    stand_in.fail_capture(payment.payment_id)
    found = pay.get(payment.payment_id)
    assert (found.status, found.paid, found.code) == ("error", False, "P0050")


@pytest.mark.parametrize(("choice", "code"), [("decline", "P0010"), ("cancel", "P0030")])
def test_a_payment_declined_or_cancelled_is_finished_and_not_paid(
    stand_in: StandIn, pay: Pay, choice: str, code: str
) -> None:
    payment = begin(pay)
    stand_in.press(payment.payment_id, choice)
    found = pay.get(payment.payment_id)
    assert (found.status, found.finished, found.paid, found.code) == ("failed", True, False, code)
    assert (found.next_url, found.refund_status) == ("", "unavailable")


def test_a_payment_lasts_ninety_minutes(stand_in: StandIn, pay: Pay) -> None:
    payment = begin(pay)
    stand_in.submit(payment.payment_id)
    stand_in.clock.advance(timedelta(minutes=90, seconds=-1))
    assert pay.get(payment.payment_id).status == "submitted"
    stand_in.clock.advance(timedelta(seconds=1))
    found = pay.get(payment.payment_id)
    assert (found.status, found.finished, found.code) == ("failed", True, "P0020")


def test_a_refund_is_made_once_however_often_it_is_asked_for(stand_in: StandIn, pay: Pay) -> None:
    payment = begin(pay, 24000)
    stand_in.press(payment.payment_id, "pay")
    one = {"amount_pence": 8000, "refund_amount_available": 24000, "idempotency_key": "back"}
    refund = pay.refund(payment.payment_id, **one)  # type: ignore[arg-type]
    assert (refund.amount_pence, refund.status, refund.created_date) == (8000, "success", BEGUN)
    again = refused(pay.refund, payment.payment_id, **one)
    assert (again.code, again.again, again.status) == ("P0604", False, 412)
    assert "Look the payment up again" in str(again)
    found = pay.get(payment.payment_id)
    assert (found.refund_status, found.refund_amount_available) == ("available", 16000)
    pay.refund(payment.payment_id, amount_pence=16000, refund_amount_available=16000, idempotency_key="rest")
    assert pay.get(payment.payment_id).refund_status == "full"
    whole = refused(
        pay.refund, payment.payment_id, amount_pence=1, refund_amount_available=0, idempotency_key="more"
    )
    assert (whole.code, whole.again) == ("P0603", False)
    assert "refunded in full" in str(whole)


def test_a_refund_whose_answer_was_lost_is_not_made_twice(stand_in: StandIn, pay: Pay) -> None:
    payment = begin(pay)
    stand_in.press(payment.payment_id, "pay")
    stand_in.lose_next_answers(1)
    one = {"amount_pence": 8000, "refund_amount_available": 8000, "idempotency_key": "back"}
    lost = refused(pay.refund, payment.payment_id, **one)
    assert (lost.again, lost.unanswered) == (True, True)
    assert "did not answer" in str(lost)
    assert refused(pay.refund, payment.payment_id, **one).code == "P0603"
    assert pay.get(payment.payment_id).refund_status == "full"


def test_an_ordinary_payment_is_made_again_under_the_same_key(pay: Pay) -> None:
    assert begin(pay, key="same").payment_id != begin(pay, key="same").payment_id


def test_a_key_that_is_honoured_gives_the_earlier_payment_for_a_day(stand_in: StandIn, pay: Pay) -> None:
    stand_in.honour_keys()
    payment = begin(pay, key="same")
    assert begin(pay, key="same").payment_id == payment.payment_id
    other = refused(begin, pay, 16000, key="same")
    assert (other.code, other.status, other.again) == ("P0191", 409, False)
    stand_in.clock.advance(timedelta(days=1))
    assert begin(pay, 16000, key="same").payment_id != payment.payment_id


@pytest.mark.parametrize(
    ("status", "code", "words", "unanswered"),
    [(429, "P0900", "asked too often", False), (500, "P0198", "has a fault", True)],
)
def test_what_may_work_later_says_so(
    stand_in: StandIn, pay: Pay, status: int, code: str, words: str, unanswered: bool
) -> None:
    stand_in.fail_next(1, status)
    problem = refused(begin, pay)
    assert (problem.again, problem.status, problem.code) == (True, status, code)
    assert problem.unanswered is unanswered
    assert words in str(problem)
    assert begin(pay).status == "created"


def test_nobody_at_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    problem = refused(Pay(f"http://127.0.0.1:{port}", KEY).get, "invented")
    assert (problem.again, problem.unanswered) == (True, True)


def test_what_will_never_work_says_so(stand_in: StandIn, pay: Pay) -> None:
    wrong = refused(Pay(stand_in.url, "api_test_other").get, "invented")
    assert (wrong.again, wrong.status) == (False, 401)
    assert "MAINSTAY_PAY_KEY" in str(wrong)
    unknown = refused(pay.get, "../payments")
    assert (unknown.again, unknown.status, unknown.code) == (False, 404, "P0200")
    nothing = refused(begin, pay, 0)
    assert (nothing.again, nothing.status, nothing.code) == (False, 422, "P0102")
    assert "P0102" in str(nothing)


@pytest.fixture
def elsewhere() -> Iterator[tuple[HTTPServer, list[str]]]:
    """A server that answers with what a test puts into ``answer``, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, body = self.server.answer  # type: ignore[attr-defined]
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server, asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((302, b""), "refused this (302)"),
        ((200, b"<html>Welcome</html>"), "it is not JSON"),
        ((200, b"[]"), "it is not a JSON object"),
        ((200, b"{}"), "state is missing"),
        ((503, b"<html>Sorry</html>"), "has a fault at the moment (503)"),
        ((403, b'{"code": "<b>P0941</b>"}'), "refused this (403)"),
        ((403, b'{"code": "P0941"}'), "has turned off payments"),
    ],
)
def test_an_answer_that_is_none_is_a_problem_and_no_redirect_is_followed(
    elsewhere: tuple[HTTPServer, list[str]], answer: tuple[int, bytes], words: str
) -> None:
    server, asked = elsewhere
    server.answer = answer  # type: ignore[attr-defined]
    problem = refused(Pay(f"http://127.0.0.1:{server.server_port}/", KEY).get, "invented")
    assert words in str(problem)
    assert asked == ["/v1/payments/invented"]


ANSWER = {
    "payment_id": "hu20sqlact5260q2nanm0q8u93",
    "amount": 16000,
    "reference": "PN-0001234-K",
    "created_date": "2024-11-26T23:50:00.000Z",
    "state": {"status": "success", "finished": True, "surprise": 1},
    "refund_summary": {"status": "available", "amount_available": 16000},
    "surprise": {},
}


def test_a_payment_is_read_without_what_is_optional_and_with_what_is_new() -> None:
    payment = payment_of(ANSWER)
    assert (payment.next_url, payment.captured_date, payment.code) == ("", None, "")
    assert payment_of(ANSWER | {"_links": {"next_url": None}, "settlement_summary": None}) == payment
    settled = payment_of(ANSWER | {"settlement_summary": {"captured_date": "2024-11-27"}})
    assert settled.captured_date == date(2024, 11, 27)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("amount", "16000", "amount is missing or is no whole number"),
        ("amount", True, "amount is missing or is no whole number"),
        ("amount", 160.5, "amount is missing or is no whole number"),
        ("state", None, "state is missing or is no object"),
        ("payment_id", "", "payment_id is empty"),
        ("created_date", "yesterday", "created_date is missing or is no date"),
    ],
)
def test_a_payment_that_lacks_something_is_refused_by_its_name(name: str, value: object, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        payment_of(ANSWER | {name: value})


def test_without_a_key_nobody_pays_online(settings) -> None:  # type: ignore[no-untyped-def]
    settings.CONFIG = Config(demo=True)
    assert configured() is None
    settings.CONFIG = Config(demo=True, pay_key=KEY, pay_webhook_secret="s")
    assert configured() == Pay("https://publicapi.payments.service.gov.uk", KEY)
