"""Events for other systems of the council: signed JSON by HTTPS POST.

A receiver answers 2xx once it has the event, checks ``Mainstay-Signature`` over the raw body, and keeps the
event's id: an event may come twice, and in another order.
"""

import hashlib
import hmac
import json
import time
from typing import Final

from django.conf import settings

from mainstay.service.common.outbox.calling import call
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.outbox.outcome import NotSent, Taken

GONE: Final = 410


def ready() -> bool:
    return True


def send(message: Message) -> Taken:
    secret = settings.CONFIG.webhooks.get(message.to)
    if secret is None:
        raise NotSent("The settings do not name this receiver any more.", for_good=True)
    raw = body(message)
    answer = call(
        "POST",
        message.to,
        body=raw,
        headers={
            "Content-Type": "application/json",
            "User-Agent": "Mainstay",
            "Mainstay-Event": message.mark,
            "Mainstay-Signature": signature(secret, raw, int(time.time())),
        },
        public_only=not (settings.CONFIG.demo or settings.CONFIG.debug),
    )
    if not 200 <= answer.status < 300:
        raise NotSent(f"The receiver answered {answer.status}.", for_good=answer.status == GONE)
    return Taken()


def body(message: Message) -> bytes:
    """What is sent; the same bytes at every try."""
    said = {"id": message.mark, "made_at": message.made_at.isoformat(), **message.payload}
    return json.dumps(said, separators=(",", ":")).encode()


def signature(secret: str, raw: bytes, at: int) -> str:
    """``t=…,v1=…``: seconds since 1970, and the HMAC-SHA256 of these seconds, a full stop and the raw body."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + raw, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"
