"""Is a webhook GOV.UK Pay's, and what does it say?"""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.service.penalties.govuk_pay import Unreadable, read_event, verify_signature

SECRET = "invented-signing-secret-é"
RAW = '{"reference": "PN-0001234-K", "description": "é"}'.encode()
GOOD = hmac.new(SECRET.encode(), RAW, hashlib.sha256).hexdigest()


def test_our_signature_on_the_very_bytes_is_good() -> None:
    assert verify_signature(RAW, GOOD, SECRET)


@pytest.mark.parametrize(
    "header",
    [None, "", GOOD.upper(), GOOD[:-1], GOOD + "0", f" {GOOD}", f"{GOOD}\n", f"sha256={GOOD}", "٣" * 64, "é" * 64,
     "0" * 64, GOOD.encode().hex()],
)  # fmt: skip
def test_any_other_header_is_bad(header: str | None) -> None:
    assert not verify_signature(RAW, header, SECRET)


def test_another_secret_is_bad_and_none_at_all_too() -> None:
    assert not verify_signature(RAW, GOOD, "other")
    assert not verify_signature(RAW, hmac.new(b"", RAW, hashlib.sha256).hexdigest(), "")


def test_json_that_means_the_same_in_other_bytes_is_bad() -> None:
    assert not verify_signature(json.dumps(json.loads(RAW)).encode(), GOOD, SECRET)


@given(
    raw=st.binary(max_size=200),
    secret=st.text(st.characters(codec="utf-8"), min_size=1),
    flip=st.integers(0, 10_000),
)
def test_any_bytes_are_good_as_signed_and_bad_with_a_bit_changed(raw: bytes, secret: str, flip: int) -> None:
    signature = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    assert verify_signature(raw, signature, secret)
    place = flip % (8 * len(raw) + 8)
    changed = bytearray(raw + b"\0")
    changed[place // 8] ^= 1 << place % 8
    assert not verify_signature(bytes(changed), signature, secret)


@given(header=st.text(max_size=70))
def test_any_header_at_all_has_an_answer(header: str) -> None:
    assert verify_signature(RAW, header, SECRET) is (header == GOOD)


EVENT = {
    "webhook_message_id": "123abc",
    "api_version": 1,
    "created_date": "2024-11-26T23:50:00.988Z",
    "resource_id": "hu20sqlact5260q2nanm0q8u93",
    "resource_type": "payment",
    "event_type": "card_payment_captured",
    "resource": {"amount": 8000},
}


def test_an_event_is_read() -> None:
    event = read_event(json.dumps(EVENT).encode())
    assert event.webhook_message_id == "123abc"
    assert event.event_type == "card_payment_captured"
    assert event.created_date == datetime(2024, 11, 26, 23, 50, 0, 988000, tzinfo=UTC)
    assert (event.resource_id, event.resource) == ("hu20sqlact5260q2nanm0q8u93", {"amount": 8000})


def test_new_fields_and_new_events_are_no_obstacle() -> None:
    event = read_event(json.dumps(EVENT | {"event_type": "card_payment_invented", "surprise": [1]}).encode())
    assert event.event_type == "card_payment_invented"


@pytest.mark.parametrize(
    "name", ["webhook_message_id", "event_type", "created_date", "resource_id", "resource"]
)
@pytest.mark.parametrize("value", [None, "", 7])
def test_what_is_missing_is_named(name: str, value: object) -> None:
    for event in (EVENT | {name: value}, {k: v for k, v in EVENT.items() if k != name}):
        with pytest.raises(Unreadable, match=f"^{name} is "):
            read_event(json.dumps(event).encode())


@given(raw=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: json.dumps(text).encode()))
def test_any_bytes_are_an_event_or_are_refused_in_words(raw: bytes) -> None:
    with pytest.raises(Unreadable, match="JSON"):
        read_event(raw)


def test_a_body_nested_without_end_is_refused_in_words() -> None:
    with pytest.raises(Unreadable, match="not JSON"):
        read_event(b"[" * 200_000)
