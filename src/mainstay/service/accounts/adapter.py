"""How allauth behaves here: nobody signs up by themselves; secrets of second factors lie encrypted."""

import base64
import io
import secrets
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.http import HttpRequest
from django.urls import reverse

from mainstay.service.common import keyring

PURPOSE = "second factors"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc,unused-ignore]
    """People join by invitation only."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address or the password is not right",
        "enter_current_password": "Enter the password you have now",
        "incorrect_password": "This is not your password",
        "too_many_login_attempts": "There were too many tries. Wait five minutes, then try again",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's own notices name addresses; our pages say what happened."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc,unused-ignore]
    """Secrets encrypted with a key derived from the master key; QR codes without a graphics library."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "The code is not right. Enter the one the app shows now",
    }

    def encrypt(self, text: str) -> str:
        key_id, key = keyring.derived(PURPOSE)
        nonce = secrets.token_bytes(12)
        return (
            f"{key_id}:{base64.b64encode(nonce + AESGCM(key).encrypt(nonce, text.encode(), None)).decode()}"
        )

    def decrypt(self, encrypted_text: str) -> str:
        key_id, _, packed = encrypted_text.partition(":")
        _, key = keyring.derived(PURPOSE, of=key_id)
        raw = base64.b64decode(packed)
        return AESGCM(key).decrypt(raw[:12], raw[12:], None).decode()

    def build_totp_svg(self, url: str) -> str:
        out = io.BytesIO()
        segno.make(url, error="m").save(
            out, kind="svg", scale=4, xmldecl=False, svgclass=None, lineclass=None
        )
        return out.getvalue().decode()


def keys_in_use() -> set[str]:
    """Ids of the master keys that second factors are locked with."""
    from allauth.mfa.models import Authenticator

    found = set()
    for data in Authenticator.objects.values_list("data", flat=True):
        found |= {
            str(secret).partition(":")[0] for name, secret in data.items() if name in ("secret", "seed")
        }
    return found
