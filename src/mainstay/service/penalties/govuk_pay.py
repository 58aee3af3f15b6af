"""GOV.UK Pay: begin, look up and refund a card payment; check and read what it tells us by webhook.

What is sent is read by banks and by the payment provider's staff: never a child's name in a reference, a
description or a return address. A payment that ``finished`` is not thereby paid: ask ``paid``.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import Any, Final, TypeVar
from urllib.parse import quote
from urllib.request import HTTPErrorProcessor, Request, build_opener

from django.conf import settings

from mainstay.service.penalties.govuk_pay_answers import (
    PayEvent,
    PayPayment,
    PayRefund,
    Unreadable,
    object_of,
    payment_of,
    read_event,
    refund_of,
    refunds_of,
)

__all__ = [
    "Pay",
    "PayEvent",
    "PayPayment",
    "PayProblem",
    "PayRefund",
    "Unreadable",
    "configured",
    "payment_of",
    "read_event",
    "verify_signature",
]

TOO_MANY: Final = "P0900"
KEY_USED: Final = "P0191"
NOT_REFUNDABLE: Final = "P0603"
NOT_THAT_SUM: Final = "P0604"

_TIMEOUT: Final = 10.0  # seconds without a byte
_LONGEST: Final = 1_000_000  # bytes of an answer
_SIGNATURE: Final = re.compile(r"[0-9a-f]{64}")
_CODE: Final = re.compile(r"P\d{4}")

#: what staff are told, by code
_WORDS: Final = {
    TOO_MANY: "GOV.UK Pay is asked too often at the moment. Try again in a minute.",
    KEY_USED: "GOV.UK Pay has already made a different payment under this key.",
    NOT_REFUNDABLE: "GOV.UK Pay cannot refund this payment: it failed, is not taken yet, or is refunded in full.",
    NOT_THAT_SUM: "The sum that can be refunded has changed. Look the payment up again first.",
    "P0199": "GOV.UK Pay has a problem with the council’s account. Ask its support.",
    "P0940": "The council’s account at GOV.UK Pay is not set up fully yet.",
    "P0941": "GOV.UK Pay has turned off payments and refunds for the council’s account. Ask its support.",
}

Answered = TypeVar("Answered")


class PayProblem(Exception):
    """GOV.UK Pay did not do what it was asked; the text is for staff.

    again: the same call may succeed later. unanswered: it may have been carried out all the same.
    """

    def __init__(
        self, words: str, *, again: bool, status: int = 0, code: str = "", unanswered: bool = False
    ) -> None:
        super().__init__(words)
        self.again, self.status, self.code, self.unanswered = again, status, code, unanswered


@dataclass(frozen=True, slots=True)
class Pay:
    """The council's account at GOV.UK Pay."""

    url: str
    key: str = field(repr=False)

    def create(
        self, *, amount_pence: int, reference: str, description: str, return_url: str, idempotency_key: str
    ) -> PayPayment:
        """Begin a payment.

        GOV.UK Pay promises to honour the key for recurring payments only. A payment whose answer was lost does
        no harm: nobody has its address, and it expires.
        """
        body = {
            "amount": amount_pence,
            "reference": reference,
            "description": description,
            "return_url": return_url,
        }
        return self._ask("/v1/payments", payment_of, body, idempotency_key)

    def get(self, payment_id: str) -> PayPayment:
        """The payment as it is now."""
        return self._ask(f"/v1/payments/{quote(payment_id, safe='')}", payment_of)

    def refund(
        self, payment_id: str, *, amount_pence: int, refund_amount_available: int, idempotency_key: str
    ) -> PayRefund:
        """Give money back to the card it came from.

        refund_amount_available: what the payment said before. This, not the key, keeps a repeated call from
        refunding twice: it is refused with NOT_THAT_SUM or NOT_REFUNDABLE.
        """
        body = {"amount": amount_pence, "refund_amount_available": refund_amount_available}
        path = f"/v1/payments/{quote(payment_id, safe='')}/refunds"
        return self._ask(path, refund_of, body, idempotency_key)

    def refunds(self, payment_id: str) -> list[PayRefund]:
        """Every refund of a payment, however it was asked for."""
        return self._ask(f"/v1/payments/{quote(payment_id, safe='')}/refunds", refunds_of)

    def _ask(
        self,
        path: str,
        read: Callable[[Mapping[str, Any]], Answered],
        body: Mapping[str, Any] | None = None,
        idempotency_key: str = "",
    ) -> Answered:
        headers = {"Authorization": f"Bearer {self.key}", "Accept": "application/json"}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": idempotency_key}
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.url.rstrip("/") + path, data, headers)  # noqa: S310  # http or https: roof/config.py
        try:
            return read(object_of(_sent(request)))
        except Unreadable as gap:
            raise PayProblem(
                f"GOV.UK Pay’s answer could not be read: {gap}.", again=False, unanswered=True
            ) from None


def configured() -> Pay | None:
    """The account in the settings; None: this council takes no payment online."""
    config = settings.CONFIG
    return Pay(config.pay_url, config.pay_key) if config.pay_key else None


def verify_signature(raw: bytes, header: str | None, secret: str) -> bool:
    """Whether a webhook's body is signed with our secret; False for any header that is no signature at all."""
    if not secret or not header or not _SIGNATURE.fullmatch(header):
        return False
    return hmac.compare_digest(hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest(), header)


class _AsIs(HTTPErrorProcessor):
    """Every answer is handed on, a redirect too: following it would carry the key to another address."""

    def http_response(self, request: Request, response: HTTPResponse) -> HTTPResponse:
        return response

    https_response = http_response


def _sent(request: Request) -> bytes:
    try:
        with build_opener(_AsIs).open(request, timeout=_TIMEOUT) as answer:
            status, raw = answer.status, answer.read(_LONGEST)
    except (OSError, HTTPException) as error:
        raise PayProblem(
            f"GOV.UK Pay did not answer ({type(error).__name__}). Try again in a minute.",
            again=True,
            unanswered=True,
        ) from None
    if not 200 <= status <= 299:
        raise _problem(status, raw)
    return bytes(raw)


def _problem(status: int, raw: bytes) -> PayProblem:
    """What a refusal means; its own description is for developers and stays out."""
    try:
        said = object_of(raw)
    except Unreadable:
        said = {}
    code = str(said.get("code", ""))
    code = code if _CODE.fullmatch(code) else ""
    if status >= 500:
        words = f"GOV.UK Pay has a fault at the moment ({code or status}). Try again in a few minutes."
        return PayProblem(words, again=True, status=status, code=code, unanswered=True)
    if status == 429:
        return PayProblem(_WORDS[TOO_MANY], again=True, status=status, code=code or TOO_MANY)
    if status == 401:
        words = "GOV.UK Pay does not accept the council’s key. Check MAINSTAY_PAY_KEY."
    elif status == 404:
        words = "GOV.UK Pay does not know this payment."
    else:
        words = _WORDS.get(code) or f"GOV.UK Pay refused this ({code or status}). Ask an administrator."
    return PayProblem(words, again=False, status=status, code=code)
