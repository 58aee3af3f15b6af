"""What stands outside in tests: a mail server, GOV.UK Notify's letters and a receiver of events, all on this machine."""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
NOTIFY_KEY = f"invented_key-{SERVICE}-{SECRET}"


class Mailbox:
    """Takes mail for everybody but refused@ (never) and later@ (not now)."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.raw: list[bytes] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("refused@"):
            return "550 no such person"
        if address.startswith("later@"):
            return "451 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = bytes(envelope.content or b"")
        self.raw.append(raw)
        self.received.append(message_from_bytes(raw, policy=policy.default))  # type: ignore[arg-type]
        return "250 taken"


@contextmanager
def mail_server() -> Iterator[tuple[str, Mailbox]]:
    """A mail server's address, and what it took."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}", box
    finally:
        controller.stop()


class Quiet(BaseHTTPRequestHandler):
    """Answers in JSON and writes no log."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def say(self, status: int, said: Any = None, **headers: str) -> None:
        raw = json.dumps(said).encode() if said is not None else b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


class FakeNotify:
    """GOV.UK Notify's letters, in its own JSON. ``next_faults``: what goes wrong with the next calls.

    "": nothing · "500": an error of its own · "429": too many · "lost": done, and the answer never arrives ·
    "html": an answer that is no JSON
    """

    def __init__(self) -> None:
        self.letters: dict[str, dict[str, Any]] = {}  # oldest first
        self.pdfs: list[bytes] = []
        self.calls: list[str] = []
        self.next_faults: list[str] = []

    def take(self, said: dict[str, Any]) -> tuple[int, Any]:
        if "reference" not in said:
            return 400, fault(400, "ValidationError", "reference is a required property")
        if said.get("postage") not in (None, "first", "second", "economy"):
            return 400, fault(400, "ValidationError", "postage invalid. It must be first, second or economy.")
        pdf = base64.b64decode(said["content"], validate=True)
        if not pdf.startswith(b"%PDF"):
            return 400, fault(400, "BadRequestError", "Letter content is not a valid PDF")
        self.pdfs.append(pdf)
        made = {
            "id": str(uuid.uuid4()), "reference": said["reference"], "postage": said.get("postage", "second"),
            "type": "letter", "status": "pending-virus-check", "line_1": "Provided as PDF", "line_2": None,
            "email_address": None, "phone_number": None, "created_at": stamp(), "sent_at": None, "completed_at": None,
            "subject": "Pre-compiled PDF", "body": "", "template": {"id": str(uuid.uuid4()), "version": 1, "uri": ""},
        }  # fmt: skip
        self.letters[made["id"]] = made
        return 201, {key: made[key] for key in ("id", "reference", "postage")}

    def find(self, path: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        if path == "/v2/notifications":
            found = [one for one in self.letters.values() if one["reference"] == query["reference"][0]]
            return 200, {"notifications": found[::-1], "links": {"current": path}}
        letter = self.letters.get(path.rsplit("/", 1)[1])
        return (200, letter) if letter else (404, fault(404, "NoResultFound", "No result found"))

    def set(self, status: str, completed_at: str | None = None) -> None:
        """Say the same of every letter."""
        for letter in self.letters.values():
            letter.update(status=status, completed_at=completed_at)


def fault(status: int, error: str, message: str) -> dict[str, Any]:
    return {"status_code": status, "errors": [{"error": error, "message": message}]}


def stamp() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime())


def token_is_good(header: str | None) -> bool:
    """Whether the bearer token is signed by the key and not older than 30 seconds."""
    head, _, rest = (header or "").removeprefix("Bearer ").partition(".")
    claims, _, signed = rest.partition(".")

    def opened(part: str) -> bytes:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

    said = json.loads(opened(claims))
    wanted = hmac.new(SECRET.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
    fresh = abs(time.time() - said["iat"]) < 30
    return (
        json.loads(opened(head)) == {"typ": "JWT", "alg": "HS256"}
        and said["iss"] == SERVICE
        and fresh
        and hmac.compare_digest(opened(signed), wanted)
    )


@contextmanager
def notify_server() -> Iterator[tuple[str, FakeNotify]]:
    """GOV.UK Notify's address, and what it has."""
    notify = FakeNotify()

    class Door(Quiet):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self._answer(notify.find(parts.path, parse_qs(parts.query)) if self._known() else refused)

        def do_POST(self) -> None:
            said, trouble = json.loads(self.body()), [*notify.next_faults, ""][0]
            if trouble in ("", "lost"):
                self._answer(notify.take(said) if self._known() else refused)
            else:
                self._answer(refused)  # which the trouble overrides

        def _known(self) -> bool:
            return token_is_good(self.headers["Authorization"])

        def _answer(self, said: tuple[int, Any]) -> None:
            notify.calls.append(f"{self.command} {urlsplit(self.path).path}")
            trouble = notify.next_faults.pop(0) if notify.next_faults else ""
            if trouble == "lost":
                self.close_connection = True
            elif trouble == "html":
                self.send_response(502)
                self.send_header("Content-Length", "6")
                self.end_headers()
                self.wfile.write(b"<html>")
            elif trouble:
                self.say(int(trouble), fault(int(trouble), "Exception", "Internal server error"))
            else:
                self.say(*said)

    refused = 403, fault(403, "AuthError", "Invalid token: API key not found")
    with serving(Door) as address:
        yield address, notify


class Receiver:
    """Takes events. ``answers``: what it answers to the next ones, else 204."""

    def __init__(self) -> None:
        self.events: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []


@contextmanager
def event_receiver() -> Iterator[tuple[str, Receiver]]:
    """Its address, and what it took."""
    receiver = Receiver()

    class Door(Quiet):
        def do_POST(self) -> None:
            receiver.events.append((dict(self.headers), self.body()))
            status = receiver.answers.pop(0) if receiver.answers else 204
            self.say(status, **({"Location": "/elsewhere"} if 300 <= status < 400 else {}))

        def do_GET(self) -> None:
            receiver.events.append((dict(self.headers), b"followed"))
            self.say(200)

    with serving(Door) as address:
        yield f"{address}/events", receiver


@contextmanager
def serving(door: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), door) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
