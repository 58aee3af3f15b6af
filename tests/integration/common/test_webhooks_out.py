"""Events for other systems: signed, the same at every try, and never into the council's own network."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from tests.integration.common.outside import Receiver, event_receiver

from mainstay.service.common.outbox import post, sending
from mainstay.service.common.outbox.models import Message

pytestmark = pytest.mark.django_db
SECRET = "an-invented-secret-of-more-than-32-characters"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Receiver]]:
    with event_receiver() as (url, found):
        monkeypatch.setattr(settings.CONFIG, "webhooks", {url: SECRET})
        yield url, found


def leave(url: str, at: datetime | None = None, **payload: Any) -> Message:
    said = payload or {"notice": 12}
    return post.queue_webhook(url=url, event="notice.issued", payload=said, at=at or timezone.now())


def turn() -> int:
    Message.objects.update(next_try_at=timezone.now())
    return sending.send_waiting()


def check(header: str, raw: bytes, secret: str = SECRET) -> bool:
    """As a receiver would: over the time and the raw body, in constant time."""
    said = dict(part.split("=", 1) for part in header.split(","))
    wanted = hmac.new(secret.encode(), f"{said['t']}.".encode() + raw, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted, said["v1"]) and abs(time.time() - int(said["t"])) < 60


def test_an_event_arrives_signed_with_its_id(receiver: tuple[str, Receiver]) -> None:
    url, found = receiver
    at = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    message = leave(url, at, notice=12, state="grüße")
    assert sending.send_waiting() == 1
    ((headers, raw),) = found.events
    assert json.loads(raw) == {
        "id": message.mark,
        "made_at": "2026-11-24T09:30:00+00:00",
        "event": "notice.issued",
        "payload": {"notice": 12, "state": "grüße"},
    }
    assert headers["Content-Type"] == "application/json"
    assert headers["Mainstay-Event"] == message.mark
    assert check(headers["Mainstay-Signature"], raw)
    assert not check(headers["Mainstay-Signature"], raw + b" ")
    assert not check(headers["Mainstay-Signature"], raw, "another secret")
    message.refresh_from_db()
    assert message.state == "sent"


@pytest.mark.parametrize("status", [500, 404, 302, 307])
def test_any_answer_but_a_good_one_is_tried_again_with_the_same_id_and_body(
    receiver: tuple[str, Receiver], status: int
) -> None:
    url, found = receiver
    message = leave(url)
    found.answers = [status]
    assert turn() == 0
    message.refresh_from_db()
    assert (message.state, message.problem) == ("waiting", f"The receiver answered {status}.")
    assert turn() == 1
    (first, raw), (second, again) = found.events  # no redirect was followed
    assert raw == again
    assert first["Mainstay-Event"] == second["Mainstay-Event"]


def test_a_receiver_that_is_gone_for_good_is_given_up(receiver: tuple[str, Receiver]) -> None:
    url, found = receiver
    message = leave(url)
    found.answers = [410]
    sending.send_waiting()
    message.refresh_from_db()
    assert message.state == "failed"


def test_only_receivers_of_the_settings_get_events(
    receiver: tuple[str, Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, found = receiver
    with pytest.raises(ValueError, match="do not name this receiver"):
        leave(f"{url}/other")
    message = leave(url)
    monkeypatch.setattr(settings.CONFIG, "webhooks", {})
    assert sending.send_waiting() == 0
    message.refresh_from_db()
    assert message.state == "failed" and "do not name this receiver any more" in message.problem
    assert not found.events


def test_outside_the_demo_nothing_goes_into_a_private_network(
    receiver: tuple[str, Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, found = receiver
    secure = url.replace("http:", "https:").replace("127.0.0.1", "localhost")
    monkeypatch.setattr(settings.CONFIG, "webhooks", {secure: SECRET})
    monkeypatch.setattr(settings.CONFIG, "demo", False)
    message = leave(secure)
    assert sending.send_waiting() == 0
    message.refresh_from_db()
    assert (message.state, message.problem) == ("failed", "Its address lies in a private network.")
    assert not found.events


def test_a_worker_that_dies_before_marking_sends_the_same_event_again(
    receiver: tuple[str, Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The worker's process ends here."""

    def dies(*_: Any, **__: Any) -> None:
        raise Killed

    url, found = receiver
    leave(url)
    with monkeypatch.context() as dying, pytest.raises(Killed):
        dying.setattr(Message, "save", dies)
        sending.send_waiting()
    assert turn() == 1
    assert {headers["Mainstay-Event"] for headers, _ in found.events} == {Message.objects.get().mark}
    assert len(found.events) == 2
