"""What leaves is a row first; the worker sends it, tries again, and gives up in the open."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar

import pytest
from django.conf import settings
from django.utils import timezone

from mainstay.service.common.outbox import post, sending
from mainstay.service.common.outbox.models import Message

pytestmark = pytest.mark.django_db


class MailServer(socketserver.StreamRequestHandler):
    """As much of SMTP as one message needs; refuses everybody called refused@."""

    received: ClassVar[list[str]] = []

    def handle(self) -> None:
        self.say("220 test")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(":")[0].upper()
            if verb.startswith("EHLO"):
                self.say("250 test")
            elif verb == "RCPT TO" and "refused@" in line:
                self.say("550 no such person")
            elif verb == "RCPT TO" and "later@" in line:
                self.say("451 try later")
            elif verb == "DATA":
                self.say("354 go on")
                said = []
                while (text := self.rfile.readline().decode()) != ".\r\n":
                    said.append(text)
                self.received.append("".join(said))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    MailServer.received.clear()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailServer) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        monkeypatch.setattr(settings.CONFIG, "email_url", f"smtp://127.0.0.1:{listening.server_address[1]}")
        yield MailServer.received
        listening.shutdown()


def leave(to: str = "head@example.org") -> Message:
    return post.queue(to=to, subject="Your invitation – São", body="Hello\n.\nBye", at=timezone.now())


def test_without_a_mail_server_mail_waits() -> None:
    message = leave()
    assert sending.send_waiting() == 0
    message.refresh_from_db()
    assert (message.state, message.tries) == ("waiting", 0)


def test_mail_goes_out_once(server: list[str]) -> None:
    message = leave()
    assert sending.send_waiting() == 1
    assert sending.send_waiting() == 0
    message.refresh_from_db()
    assert (message.state, message.tries, len(server)) == ("sent", 1, 1)
    assert "To: head@example.org" in server[0]


def test_a_refused_address_is_given_up_at_once_and_named_nowhere(
    server: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    message = leave("refused@example.org")
    sending.send_waiting()
    message.refresh_from_db()
    assert (message.state, message.problem) == ("failed", "The mail server refused it (550).")
    assert "refused@example.org" not in caplog.text


def test_a_busy_server_is_asked_again_later(server: list[str]) -> None:
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
        Message.objects.update(next_try_at=timezone.now())
        sending.send_waiting()
        message.refresh_from_db()
        waits.append(message.next_try_at - timezone.now())
    assert message.state == "failed"
    assert waits[0] < waits[2] < waits[4]
    assert sum(sending.BACK_OFF, timedelta()) > timedelta(days=1)
    assert "could not be reached" in message.problem


def test_two_workers_do_not_send_the_same_mail() -> None:
    leave()
    one, other = Message.objects.get(), Message.objects.get()
    assert sending.claim(one)
    assert not sending.claim(other)
