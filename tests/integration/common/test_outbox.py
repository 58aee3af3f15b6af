"""What leaves is a row first; the worker sends it, tries again, and gives up in the open."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from tests.integration.common.outside import Mailbox, mail_server

from mainstay.service.common.outbox import post, sending
from mainstay.service.common.outbox.models import Message

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The worker's process ends here; nothing in it may catch this."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with mail_server() as (url, box):
        monkeypatch.setattr(settings.CONFIG, "email_url", url)
        yield box


def leave(to: str = "head@example.org", **given: Any) -> Message:
    said = {"subject": "Your invitation – São", "body": "Hello\n.\nBye", "at": timezone.now()} | given
    return post.queue(to=to, **said)


def turn() -> int:
    """A worker's turn, after every wait is over."""
    Message.objects.update(next_try_at=timezone.now())
    return sending.send_waiting()


def test_without_a_mail_server_mail_waits() -> None:
    message = leave()
    assert sending.send_waiting() == 0
    message.refresh_from_db()
    assert (message.state, message.tries) == ("waiting", 0)


def test_mail_goes_out_once(server: Mailbox) -> None:
    message = leave()
    assert sending.send_waiting() == 1
    assert sending.send_waiting() == 0
    message.refresh_from_db()
    assert (message.state, message.tries) == ("sent", 1)
    (mail,) = server.received
    assert (mail["To"], mail["Subject"]) == ("head@example.org", "Your invitation – São")
    assert mail.get_content().replace("\r\n", "\n").strip() == "Hello\n.\nBye"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_refused_address_is_given_up_at_once_and_named_nowhere(
    server: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    message = leave("refused@example.org")
    sending.send_waiting()
    message.refresh_from_db()
    assert (message.state, message.problem) == ("failed", "The mail server refused it (550).")
    assert "refused@example.org" not in caplog.text


def test_a_busy_server_is_asked_again_later(server: Mailbox) -> None:
    message = leave("later@example.org")
    sending.send_waiting()
    message.refresh_from_db()
    assert message.state == "waiting"
    assert message.next_try_at > timezone.now()


def test_a_server_that_is_away_is_tried_for_days_then_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setattr(settings.CONFIG, "email_url", f"smtp://127.0.0.1:{port}")
    message, waits = leave(), []
    for _ in range(len(sending.BACK_OFF) + 1):
        turn()
        message.refresh_from_db()
        waits.append(message.next_try_at - timezone.now())
    assert message.state == "failed"
    assert waits[0] < waits[2] < waits[4]
    assert sum(sending.BACK_OFF, timedelta()) > timedelta(days=1)
    assert "could not be reached" in message.problem


def test_a_message_that_cannot_be_made_into_mail_stops_no_other(server: Mailbox) -> None:
    strange, sound = leave("head@example.org\nBcc: all@example.org"), leave()
    assert sending.send_waiting() == 1
    strange.refresh_from_db()
    sound.refresh_from_db()
    assert (strange.state, strange.problem) == ("failed", "Its address or subject cannot stand in an e-mail.")
    assert sound.state == "sent"
    assert len(server.received) == 1


def test_two_workers_do_not_send_the_same_mail() -> None:
    leave()
    one, other = Message.objects.get(), Message.objects.get()
    assert sending.claim(one)
    assert not sending.claim(other)


def test_a_turn_sends_no_more_than_its_limit_and_the_oldest_first(server: Mailbox) -> None:
    now = timezone.now()
    for minutes in (1, 3, 2):
        leave(f"head{minutes}@example.org", at=now - timedelta(minutes=minutes))
    assert sending.send_waiting(limit=2) == 2
    assert [mail["To"] for mail in server.received] == ["head3@example.org", "head2@example.org"]


def test_a_turn_ends_in_time_where_receivers_are_slow(
    server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TURN", -1.0)
    leave()
    assert sending.send_waiting() == 0
    assert not server.received


def test_a_worker_that_dies_before_sending_loses_nothing(
    server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = leave()
    with monkeypatch.context() as dying, pytest.raises(Killed):
        dying.setattr(sending, "_send", _dies)
        sending.send_waiting()
    assert sending.send_waiting() == 0  # still claimed
    assert turn() == 1
    message.refresh_from_db()
    assert message.state == "sent"
    assert len(server.received) == 1


def test_a_worker_that_dies_after_sending_sends_a_copy_that_mailboxes_can_know(
    server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave()
    with monkeypatch.context() as dying, pytest.raises(Killed):
        dying.setattr(Message, "save", _dies)
        sending.send_waiting()
    assert turn() == 1
    first, second = server.received
    assert first["Message-ID"] == second["Message-ID"]
    assert turn() == 0


def test_each_mail_has_an_id_of_its_own(server: Mailbox) -> None:
    leave()
    leave()
    sending.send_waiting()
    assert len({mail["Message-ID"] for mail in server.received}) == 2


def _dies(*_: Any, **__: Any) -> None:
    raise Killed
