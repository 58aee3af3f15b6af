"""Letters printed and posted by GOV.UK Notify, from PDFs made here.

Its official client would bring seven packages, one of them only as source, for the three calls made here.
Notify answers for seven days what it knows of a reference, and ours never changes: it is asked before every
try, so that no letter is posted twice whatever died in between.
"""

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from mainstay.service.common.outbox.calling import Answer, call
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.outbox.outcome import NotSent, Taken
from mainstay.service.common.uploads import store

#: a letter older than this is not posted: Notify may have forgotten an earlier try (it keeps seven days), and
#: the dates printed on it would shorten the time a family has. Our own choice.
TOO_OLD: Final = timedelta(days=6)
#: refused by what it is; every other refusal (key, limits, Notify's own trouble) may pass
_OUR_FAULT: Final = (400, 413, 415)


def ready() -> bool:
    return bool(settings.CONFIG.notify_key)


def send(message: Message) -> Taken:
    """Hand the letter over, unless an earlier try did."""
    known = _known(message)
    if known is None and timezone.now() - message.made_at > TOO_OLD:
        raise NotSent(
            f"It waited more than {TOO_OLD.days} days: make a new letter with new dates.", for_good=True
        )
    return Taken(Message.State.TAKEN, str((known or _post(message))["id"]))


def ask(message: Message) -> dict[str, Any] | None:
    """What Notify knows of a letter it took; None where it has forgotten."""
    answer = _call("GET", f"/v2/notifications/{message.external_id}")
    return None if answer.status == 404 else _said(answer)


def _known(message: Message) -> dict[str, Any] | None:
    query = urlencode({"reference": message.mark, "template_type": "letter"})
    found = _said(_call("GET", f"/v2/notifications?{query}"))["notifications"]
    return found[0] if found else None


def _post(message: Message) -> dict[str, Any]:
    if message.file is None:
        raise NotSent("Its file is missing.", for_good=True)
    letter = {
        "reference": message.mark,
        "content": base64.b64encode(store.read(message.file)).decode(),
        "postage": message.payload["postage"],
    }
    return _said(_call("POST", "/v2/notifications/letter", letter))


def _call(method: str, path: str, body: dict[str, str] | None = None) -> Answer:
    return call(
        method,
        settings.CONFIG.notify_url.rstrip("/") + path,
        headers={
            "Authorization": f"Bearer {_token(settings.CONFIG.notify_key)}",
            "Content-Type": "application/json",
            "User-Agent": "Mainstay",
        },
        body=None if body is None else json.dumps(body).encode(),
    )


def _said(answer: Answer) -> dict[str, Any]:
    """The JSON of a good answer; NotSent with Notify's words for any other."""
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise NotSent(f"GOV.UK Notify's answer could not be read ({answer.status}).")
    if not 200 <= answer.status < 300:
        faults = said.get("errors") or [{}]
        words = str(faults[0].get("message", ""))[:200]
        raise NotSent(
            f"GOV.UK Notify refused it ({answer.status}): {words}", for_good=answer.status in _OUR_FAULT
        )
    return said


def _token(key: str) -> str:
    """The key as a JSON web token: who asks, and when; signed with the key's last part (HS256)."""
    service, secret = key[-73:-37], key[-36:]
    parts = ({"typ": "JWT", "alg": "HS256"}, {"iss": service, "iat": int(time.time())})
    signed = b".".join(_base64(json.dumps(part).encode()) for part in parts)
    return (signed + b"." + _base64(hmac.digest(secret.encode(), signed, hashlib.sha256))).decode()


def _base64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
