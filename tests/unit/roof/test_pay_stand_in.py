"""The stand-in for GOV.UK Pay: its page, its JSON, its webhooks, and what a test can make it do."""

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from mainstay.roof.pay_stand_in import StandIn
from mainstay.service.penalties.govuk_pay import Pay, PayPayment, read_event, verify_signature

KEY, SECRET = "api_test_invented", "invented-signing-secret"
BACK = "http://localhost:8000/pay/back/invented?a=1&b=2"
BEGUN = datetime(2024, 11, 26, 9, 0, tzinfo=UTC)


class Inbox:
    """Takes webhooks, and answers them with ``status``."""

    def __init__(self) -> None:
        self.status = 200
        self.bodies: list[bytes] = []

    def __call__(self, raw: bytes, signature: str) -> int:
        assert verify_signature(raw, signature, SECRET)
        self.bodies.append(raw)
        return self.status

    @property
    def events(self) -> list[str]:
        return [read_event(raw).event_type.removeprefix("card_payment_") for raw in self.bodies]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def stand_in(inbox: Inbox) -> Iterator[StandIn]:
    with StandIn(key=KEY, secret=SECRET, webhook=inbox) as stand_in:
        stand_in.clock.set(BEGUN)
        yield stand_in


def begin(stand_in: StandIn, **values: Any) -> PayPayment:
    wanted = {
        "amount_pence": 116000,
        "reference": "PN-0001234-K",
        "description": "Penalty notice PN-0001234-K & ‘co’",
        "return_url": BACK,
        "idempotency_key": "",
    }
    return Pay(stand_in.url, KEY).create(**wanted | values)


def ask(
    stand_in: StandIn, method: str, path: str, body: str | bytes | None = None, **headers: str
) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(urlsplit(stand_in.url).netloc, timeout=10)
    try:
        connection.request(method, path, body, {"Authorization": f"Bearer {KEY}"} | headers)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def say(stand_in: StandIn, method: str, path: str, said: object = None, **headers: str) -> tuple[int, Any]:
    body = None if said is None else said if isinstance(said, str) else json.dumps(said)
    answer, raw = ask(stand_in, method, path, body, **headers)
    return answer.status, json.loads(raw) if raw else None


def wait_for(ready: Callable[[], bool], seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < limit, "it took too long"
        time.sleep(0.05)


def open_page(stand_in: StandIn, address: str) -> str:
    """Open the payer's address; the path of the page it leads to."""
    answer, _ = ask(stand_in, "GET", urlsplit(address).path)
    assert answer.status == 303
    return str(answer.headers["Location"])


class Outline(HTMLParser):
    """What a page is made of: (tag, attributes, text)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.found:
            tag, attrs, text = self.found[-1]
            self.found[-1] = tag, attrs, text + data

    def all(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attrs, text) for name, attrs, text in self.found if name == tag]


# the page


def test_the_page_is_plain_html_that_says_what_it_is(stand_in: StandIn) -> None:
    answer, raw = ask(stand_in, "GET", open_page(stand_in, begin(stand_in).next_url))
    page = Outline(raw.decode())
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.all("html")[0][0]["lang"] == "en-GB"
    assert [text for _, text in page.all("h1")] == ["Pay £1,160.00"]
    assert page.all("title")[0][1] == "Pay £1,160.00 – stand-in for GOV.UK Pay"
    assert [text for _, text in page.all("button")] == ["Pay", "Decline, as a bank would", "Cancel"]
    assert page.all("main") and not page.all("input") and not page.all("script")
    assert "This is a stand-in for GOV.UK Pay. No money moves" in page.all("strong")[0][1]
    assert page.all("dd")[0][1] == "Penalty notice PN-0001234-K & ‘co’"


@pytest.mark.parametrize(
    ("choice", "status", "code"),
    [("pay", "success", ""), ("decline", "failed", "P0010"), ("cancel", "failed", "P0030")],
)
def test_each_button_leads_back_to_the_service(
    stand_in: StandIn, choice: str, status: str, code: str
) -> None:
    payment = begin(stand_in)
    page = open_page(stand_in, payment.next_url)
    assert Pay(stand_in.url, KEY).get(payment.payment_id).status == "started"
    for _ in range(2):  # pressed twice, the second changes nothing
        answer, _ = ask(stand_in, "POST", page, f"choice={choice}")
        assert (answer.status, answer.headers["Location"]) == (303, BACK)
    found = Pay(stand_in.url, KEY).get(payment.payment_id)
    assert (found.status, found.code) == (status, code)
    assert ask(stand_in, "POST", page, "choice=pay")[0].status == 303
    assert Pay(stand_in.url, KEY).get(payment.payment_id).status == status


def test_a_button_that_is_none_changes_nothing(stand_in: StandIn) -> None:
    payment = begin(stand_in)
    page = open_page(stand_in, payment.next_url)
    assert ask(stand_in, "POST", page, "choice=steal")[0].status == 400
    assert Pay(stand_in.url, KEY).get(payment.payment_id).status == "started"


def test_an_address_works_once_and_a_fresh_one_goes_on_with_the_payment(stand_in: StandIn) -> None:
    payment = begin(stand_in)
    page = open_page(stand_in, payment.next_url)
    answer, raw = ask(stand_in, "GET", urlsplit(payment.next_url).path)
    assert answer.status == 404
    assert "works once" in raw.decode()
    fresh = Pay(stand_in.url, KEY).get(payment.payment_id).next_url
    assert open_page(stand_in, fresh) == page
    token = urlsplit(Pay(stand_in.url, KEY).get(payment.payment_id).next_url).path.rpartition("/")[2]
    answer, _ = ask(stand_in, "POST", "/secure", f"chargeTokenId={token}")
    assert answer.headers["Location"] == page


@pytest.mark.parametrize(
    ("ended", "title"),
    [
        ("pay", "The payment was made"),
        ("decline", "The payment was declined"),
        ("cancel", "The payment was cancelled"),
        ("", "The payment took too long and has expired"),
    ],
)
def test_a_page_that_is_over_says_how_it_ended(stand_in: StandIn, ended: str, title: str) -> None:
    payment = begin(stand_in)
    page = open_page(stand_in, payment.next_url)
    if ended:
        stand_in.press(payment.payment_id, ended)
    else:
        stand_in.clock.advance(timedelta(minutes=90))
    outline = Outline(ask(stand_in, "GET", page)[1].decode())
    assert outline.all("h1")[0][1] == title
    assert outline.all("a")[0][0]["href"] == BACK
    assert not outline.all("button")


@pytest.mark.parametrize("path", ["/card_details/invented", "/secure/invented", "/secure/", "/nowhere"])
def test_other_addresses_are_not_there(stand_in: StandIn, path: str) -> None:
    assert ask(stand_in, "GET", path)[0].status == 404


def test_the_front_page_says_what_this_is(stand_in: StandIn) -> None:
    answer, raw = ask(stand_in, "GET", "/")
    assert answer.status == 200
    assert b"No money moves" in raw


# the API

WANTED = {"amount": 8000, "reference": "PN-0001234-K", "description": "Penalty notice", "return_url": BACK}


def test_a_payment_in_json_has_what_gov_uk_pay_documents(stand_in: StandIn) -> None:
    status, said = say(stand_in, "POST", "/v1/payments", WANTED)
    own = f"{stand_in.url}/v1/payments/{said['payment_id']}"
    assert status == 201
    assert re.fullmatch("[0-9a-v]{26}", said["payment_id"])
    token = said["_links"]["next_url"]["href"].rpartition("/")[2]
    assert said == WANTED | {
        "payment_id": said["payment_id"],
        "language": "en",
        "state": {"status": "created", "finished": False},
        "payment_provider": "sandbox",
        "created_date": "2024-11-26T09:00:00.000Z",
        "refund_summary": {"status": "pending", "amount_available": 8000, "amount_submitted": 0},
        "settlement_summary": {},
        "delayed_capture": False,
        "moto": False,
        "authorisation_mode": "web",
        "_links": {
            "self": {"href": own, "method": "GET"},
            "events": {"href": f"{own}/events", "method": "GET"},
            "refunds": {"href": f"{own}/refunds", "method": "GET"},
            "cancel": {"href": f"{own}/cancel", "method": "POST"},
            "next_url": {"href": f"{stand_in.url}/secure/{token}", "method": "GET"},
            "next_url_post": {
                "type": "application/x-www-form-urlencoded",
                "params": {"chargeTokenId": token},
                "href": f"{stand_in.url}/secure",
                "method": "POST",
            },
        },
    }


def test_a_payment_taken_settled_and_partly_refunded(stand_in: StandIn) -> None:
    payment = begin(stand_in)
    own = f"/v1/payments/{payment.payment_id}"
    stand_in.press(payment.payment_id, "pay")
    stand_in.clock.advance(timedelta(days=2))
    stand_in.settle(payment.payment_id)
    status, refund = say(
        stand_in, "POST", f"{own}/refunds", {"amount": 6000, "refund_amount_available": 116000}
    )
    assert (status, refund["amount"], refund["status"]) == (202, 6000, "success")
    _, said = say(stand_in, "GET", own)
    assert said["state"] == {"status": "success", "finished": True}
    assert said["settlement_summary"] == {
        "capture_submit_time": "2024-11-26T09:00:00.000Z",
        "captured_date": "2024-11-26",
        "settled_date": "2024-11-28",
    }
    assert said["refund_summary"] == {
        "status": "available", "amount_available": 110000, "amount_submitted": 6000
    }  # fmt: skip
    assert said["_links"]["next_url"] is None and said["_links"]["cancel"] is None
    assert say(stand_in, "GET", f"{own}/refunds")[1]["_embedded"]["refunds"] == [refund]
    assert say(stand_in, "GET", f"{own}/refunds/{refund['refund_id']}") == (200, refund)
    assert say(stand_in, "GET", f"{own}/refunds/invented") == (
        404,
        {"code": "P0700", "description": "Not found"},
    )
    events = say(stand_in, "GET", f"{own}/events")[1]["events"]
    assert [event["state"]["status"] for event in events] == ["created", "started", "submitted", "success"]


def test_the_service_can_cancel_what_is_not_finished(stand_in: StandIn, inbox: Inbox) -> None:
    payment = begin(stand_in)
    own = f"/v1/payments/{payment.payment_id}"
    assert say(stand_in, "POST", f"{own}/cancel", {}) == (204, None)
    assert say(stand_in, "GET", own)[1]["state"] == {
        "status": "cancelled", "finished": True, "code": "P0040", "message": "Payment was cancelled by the service"
    }  # fmt: skip
    assert say(stand_in, "POST", f"{own}/cancel", {})[1]["code"] == "P0501"
    stand_in.deliver_webhooks()
    assert inbox.events == ["failed"]


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"amount": None}, 400, "P0101", "amount"),
        ({"amount": "8000"}, 400, "P0102", "amount"),
        ({"amount": 80.5}, 400, "P0102", "amount"),
        ({"amount": True}, 400, "P0102", "amount"),
        ({"amount": 0}, 422, "P0102", "amount"),
        ({"amount": 10_000_001}, 422, "P0102", "amount"),
        ({"reference": ""}, 400, "P0101", "reference"),
        ({"reference": "x" * 256}, 422, "P0102", "reference"),
        ({"description": "<b>"}, 400, "P0102", "description"),
        ({"description": 7}, 400, "P0102", "description"),
        ({"return_url": None}, 400, "P0101", "return_url"),
        ({"return_url": "javascript:alert(1)"}, 422, "P0102", "return_url"),
        ({"return_url": "https://a.example/\r\nSet-Cookie: a"}, 422, "P0102", "return_url"),
        ({"return_url": "http://["}, 422, "P0102", "return_url"),
        ({"return_url": "https://a.example/" + "x" * 2000}, 422, "P0102", "return_url"),
    ],
)
def test_what_gov_uk_pay_would_refuse_is_refused(
    stand_in: StandIn, change: dict[str, Any], status: int, code: str, field: str
) -> None:
    found, said = say(stand_in, "POST", "/v1/payments", WANTED | change)
    assert (found, said["code"], said["field"]) == (status, code, field)


def test_a_body_that_is_no_json_a_strange_key_and_a_wrong_bearer(stand_in: StandIn) -> None:
    assert say(stand_in, "POST", "/v1/payments", "{")[1]["code"] == "P0197"
    assert say(stand_in, "POST", "/v1/payments", [])[1]["code"] == "P0197"
    status, said = say(stand_in, "POST", "/v1/payments", WANTED, **{"Idempotency-Key": "a b"})
    assert (status, said["code"], said["header"]) == (422, "P0102", "Idempotency-Key")
    for header in ("", "Bearer", "Bearer api_test_other", KEY):
        assert say(stand_in, "POST", "/v1/payments", WANTED, Authorization=header)[0] == 401
    assert say(stand_in, "GET", "/v1/refunds/x/y/z")[0] == 404
    assert say(stand_in, "POST", f"/v1/payments/{begin(stand_in).payment_id}", {})[0] == 405
    assert ask(stand_in, "POST", "/v1/payments", "x" * 100_001)[0].status == 413


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"amount": 116000, "refund_amount_available": 116001}, 412, "P0604"),
        ({"amount": 116001, "refund_amount_available": 116000}, 400, "P0603"),
        ({"amount": 0, "refund_amount_available": 116000}, 422, "P0602"),
        ({"refund_amount_available": 116000}, 400, "P0601"),
        ("{", 400, "P0697"),
    ],
)
def test_a_refund_that_does_not_fit_is_refused(stand_in: StandIn, said: Any, status: int, code: str) -> None:
    payment = begin(stand_in)
    path = f"/v1/payments/{payment.payment_id}/refunds"
    early = say(stand_in, "POST", path, {"amount": 1, "refund_amount_available": 116000})
    assert (early[0], early[1]["code"]) == (400, "P0603")
    stand_in.press(payment.payment_id, "pay")
    found, answer = say(stand_in, "POST", path, said)
    assert (found, answer["code"]) == (status, code)
    assert Pay(stand_in.url, KEY).get(payment.payment_id).refund_amount_available == 116000


# webhooks


def test_webhooks_tell_what_happened_with_the_payment_as_it_was(stand_in: StandIn, inbox: Inbox) -> None:
    payment = begin(stand_in)
    stand_in.press(payment.payment_id, "pay")
    stand_in.settle(payment.payment_id)
    Pay(stand_in.url, KEY).refund(
        payment.payment_id, amount_pence=116000, refund_amount_available=116000, idempotency_key="back"
    )
    assert stand_in.deliver_webhooks() == [200] * 4
    assert inbox.events == ["succeeded", "captured", "settled", "refunded"]
    first, *_, last = map(read_event, inbox.bodies)
    assert (first.resource_id, first.created_date) == (payment.payment_id, BEGUN)
    assert first.resource["settlement_summary"] == {}
    assert last.resource["refund_summary"]["status"] == "full"
    assert "_links" not in last.resource
    assert stand_in.deliver_webhooks() == []


@pytest.mark.parametrize(("choice", "event"), [("decline", "failed"), ("cancel", "failed"), ("", "expired")])
def test_webhooks_tell_of_payments_that_came_to_nothing(
    stand_in: StandIn, inbox: Inbox, choice: str, event: str
) -> None:
    payment = begin(stand_in)
    if choice:
        stand_in.press(payment.payment_id, choice)
    stand_in.clock.advance(timedelta(minutes=90))
    stand_in.deliver_webhooks()
    assert inbox.events == [event]


def test_webhooks_held_are_sent_backwards_when_wanted(stand_in: StandIn, inbox: Inbox) -> None:
    stand_in.hold_webhooks()
    stand_in.press(begin(stand_in).payment_id, "pay")
    assert stand_in.deliver_webhooks() == []
    assert stand_in.release_webhooks(backwards=True) == [200, 200]
    assert inbox.events == ["captured", "succeeded"]


def test_webhooks_repeated_are_the_same_bytes(stand_in: StandIn, inbox: Inbox) -> None:
    stand_in.repeat_webhooks(3)
    stand_in.press(begin(stand_in).payment_id, "decline")
    assert stand_in.deliver_webhooks() == [200] * 3
    assert len(set(inbox.bodies)) == 1


def test_a_webhook_not_taken_comes_again_ever_later_and_six_times_in_all(
    stand_in: StandIn, inbox: Inbox
) -> None:
    inbox.status = 500
    stand_in.press(begin(stand_in).payment_id, "decline")
    assert stand_in.deliver_webhooks() == [500]
    for wait in (1, 5, 60, 24 * 60, 48 * 60):
        stand_in.clock.advance(timedelta(minutes=wait, seconds=-1))
        assert stand_in.deliver_webhooks() == []
        stand_in.clock.advance(timedelta(seconds=1))
        assert stand_in.deliver_webhooks() == [500]
    stand_in.clock.advance(timedelta(days=30))
    assert stand_in.deliver_webhooks() == []
    assert len(set(inbox.bodies)) == 1


def test_webhooks_go_to_an_address_when_it_is_time(inbox: Inbox) -> None:
    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/pay/webhook"
            assert self.headers["Content-Type"] == "application/json"
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(inbox(raw, self.headers["Pay-Signature"]))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as receiver:
        receiving = Thread(target=receiver.serve_forever)
        receiving.start()
        address = f"http://127.0.0.1:{receiver.server_port}/pay/webhook"
        with StandIn(key=KEY, secret=SECRET, webhook=address, by_itself=True) as stand_in:
            stand_in.clock.set(BEGUN)
            begin(stand_in)
            stand_in.press(begin(stand_in).payment_id, "decline")
            stand_in.clock.advance(timedelta(minutes=90))
            wait_for(lambda: len(inbox.bodies) == 2)
        receiver.shutdown()
        receiving.join()
        assert inbox.events == ["failed", "expired"]


def test_an_address_that_refuses_or_where_nobody_is(stand_in: StandIn) -> None:
    with StandIn(key=KEY, secret=SECRET, webhook=f"{stand_in.url}/v1/payments") as sender:
        sender.press(begin(sender).payment_id, "decline")
        assert sender.deliver_webhooks() == [401]
        nobody = sender.url
    with StandIn(key=KEY, secret=SECRET, webhook=f"{nobody}/pay/webhook") as sender:
        sender.press(begin(sender).payment_id, "decline")
        assert sender.deliver_webhooks() == [0]


def test_a_stand_in_without_an_address_tells_nobody() -> None:
    with StandIn(key=KEY) as stand_in:
        stand_in.press(begin(stand_in).payment_id, "pay")
        with pytest.raises(ValueError, match="no webhook address"):
            stand_in.deliver_webhooks()
        with pytest.raises(ValueError, match="steal"):
            stand_in.press(begin(stand_in).payment_id, "steal")


# what it keeps


def test_payments_outlive_a_restart(tmp_path: Path) -> None:
    keep = tmp_path / "pay.json"
    with StandIn(key=KEY, keep=keep) as stand_in:
        stand_in.clock.set(BEGUN)
        paid, open_still = begin(stand_in), begin(stand_in)
        stand_in.press(paid.payment_id, "pay")
        before = Pay(stand_in.url, KEY).get(paid.payment_id)
    with StandIn(key=KEY, keep=keep) as stand_in:
        stand_in.clock.set(BEGUN)
        assert Pay(stand_in.url, KEY).get(paid.payment_id) == before
        assert open_page(stand_in, open_still.next_url).startswith("/card_details/")
