"""The stand-in's webhooks: signed as GOV.UK Pay signs them, tried again as it tries, or as a test wants them."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from threading import Lock
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from mainstay.roof.pay_stand_in.payments import Clock
from mainstay.roof.pay_stand_in.said import instant

#: takes a body and its signature; the status it was answered with
Post = Callable[[bytes, str], int]

_AGAIN: Final = (
    timedelta(seconds=60),
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=2),
)


@dataclass(slots=True)
class Message:
    raw: bytes
    due: datetime
    tries: int = 0


class Webhooks:
    """Messages waiting for the address that gets them."""

    def __init__(self, post: Post, secret: str, now: Clock) -> None:
        self._post, self._secret, self._now = post, secret, now
        self._waiting: list[Message] = []
        self._lock = Lock()
        self.held = False
        self.copies = 1

    def add(self, event: str, resource: dict[str, Any], at: datetime) -> None:
        message = {
            "webhook_message_id": secrets.token_hex(13),
            "api_version": 1,
            "created_date": instant(at),
            "resource_id": resource["payment_id"],
            "resource_type": "payment",
            "event_type": event,
            "resource": resource,
        }
        raw = json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode()
        with self._lock:
            self._waiting.append(Message(raw, at))

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def deliver(self, *, backwards: bool = False) -> list[int]:
        """Send what is due, each as often as wanted; the statuses of the answers, 0 for none.

        What was not taken waits and is tried again, six times in all.
        """
        with self._lock:
            due = [] if self.held else [m for m in self._waiting if m.due <= self._now()]
            self._waiting = [m for m in self._waiting if m not in due]
        statuses = []
        for message in reversed(due) if backwards else due:
            sent = [self._post(message.raw, sign(message.raw, self._secret)) for _ in range(self.copies)]
            statuses += sent
            if not 200 <= sent[-1] <= 299 and message.tries < len(_AGAIN):
                message.due = self._now() + _AGAIN[message.tries]
                message.tries += 1
                with self._lock:
                    self._waiting.append(message)
        return statuses


def sign(raw: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def post_to(address: str) -> Post:
    """Post to an address; 0 where nobody answers."""

    def post(raw: bytes, signature: str) -> int:
        headers = {"Content-Type": "application/json", "Pay-Signature": signature}
        try:
            with urlopen(Request(address, raw, headers), timeout=10) as answer:  # noqa: S310  # of the command
                return int(answer.status)
        except HTTPError as refusal:
            refusal.close()
            return refusal.code
        except (OSError, HTTPException):
            return 0

    return post
