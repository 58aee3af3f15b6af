"""A public referral on its way: kept under a code that only its writer has, and locked with it.

Of the code only a digest is kept; the answers are locked with a key made of the code and of the service's own secret,
so that neither the table nor the code alone tells anything.
"""

import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils import timezone

from mainstay.service.missing import values
from mainstay.service.missing.models import Draft

#: letters that are not mistaken for each other; 16 of them are 77 bits
_LETTERS: Final = "ABCDEFGHJKMNPQRSTVWXYZ2345679"
LENGTH: Final = 16
_NONCE: Final = 12


def new_code() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(LENGTH))


def shown(code: str) -> str:
    """As it is written down: four groups of four."""
    return "-".join(code[n : n + 4] for n in range(0, LENGTH, 4))


def read(typed: str) -> str:
    """The code of what somebody typed: small letters, spaces and dashes are all right."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())[: LENGTH * 2]


def _made(code: str, what: str) -> bytes:
    return hmac.new(
        settings.SECRET_KEY.encode(), f"missing draft {what} {code}".encode(), hashlib.sha256
    ).digest()


def _digest(code: str) -> str:
    return _made(code, "name").hex()


def save(code: str, answers: dict[str, Any], at: datetime) -> Draft:
    """Keep the answers under a code, anew or again; kept for some days from now."""
    nonce = secrets.token_bytes(_NONCE)
    digest = _digest(code)
    locked = nonce + AESGCM(_made(code, "key")).encrypt(nonce, json.dumps(answers).encode(), digest.encode())
    days = values.in_force(timezone.localdate(at))["draft_days"]
    said = {"answers": locked, "saved_at": at, "expires_at": at + timedelta(days=days)}
    draft, _ = Draft.objects.update_or_create(
        code_digest=digest, defaults=said, create_defaults={**said, "begun_at": at}
    )
    return draft


def open_(code: str, at: datetime) -> dict[str, Any] | None:
    """The answers kept under a code; None where there are none, or no longer."""
    draft = Draft.objects.filter(code_digest=_digest(code), expires_at__gt=at).first()
    if draft is None:
        return None
    packed = bytes(draft.answers)
    try:
        said = AESGCM(_made(code, "key")).decrypt(
            packed[:_NONCE], packed[_NONCE:], draft.code_digest.encode()
        )
    except InvalidTag:  # the service's secret was changed since
        return None
    answers = json.loads(said)
    return answers if isinstance(answers, dict) else None


def drop(code: str) -> None:
    Draft.objects.filter(code_digest=_digest(code)).delete()


def forget(at: datetime) -> None:
    """Those that were not sent in time."""
    Draft.objects.filter(expires_at__lte=at).delete()
