"""The stand-in's API: GOV.UK Pay's addresses, checks and refusals."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from mainstay.roof.pay_stand_in import said
from mainstay.roof.pay_stand_in.payments import Clock, Payment, Payments, Refused

_KEPT_FOR: Final = timedelta(hours=24)
_LARGEST: Final = 10_000_000
_KEY: Final = re.compile(r"[a-zA-Z0-9-]{1,255}")
_FIREWALL: Final = frozenset('<>"\\|')
_PAYMENT: Final = re.compile(r"/v1/payments/([^/]+)(?:/(events|cancel|refunds)(?:/([^/]+))?)?/?")

Answer = tuple[int, dict[str, Any]]


class Api:
    """What the council's key can ask for."""

    def __init__(self, payments: Payments, key: str, now: Clock) -> None:
        self._payments, self._key, self._now = payments, key, now
        self._keys: dict[str, tuple[datetime, Any, str]] = {}
        self.honours_keys = False

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes, base: str) -> Answer:
        """Status and JSON, refusals included; headers by their lower-case names."""
        if headers.get("authorization") != f"Bearer {self._key}":
            return 401, {"code": 401, "message": "Credentials are required to access this resource"}
        try:
            return self._answer(method, path, headers, body, base)
        except Refused as refusal:
            return refusal.status, refusal.body

    def _answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes, base: str) -> Answer:
        if (method, path.rstrip("/")) == ("POST", "/v1/payments"):
            return self._create(body, headers.get("idempotency-key"), base)
        if not (place := _PAYMENT.fullmatch(path)):
            return 404, {"code": 404, "message": "HTTP 404 Not Found"}
        payment_id, part, refund_id = place.groups()
        match method, part, refund_id:
            case "GET", None, None:
                return 200, self._said(self._payments.find(payment_id), base)
            case "GET", "events", None:
                return 200, said.events(self._payments.find(payment_id, "P0300"), base)
            case "POST", "cancel", None:
                self._payments.cancel(self._payments.find(payment_id, "P0500"))
                return 204, {}
            case "POST", "refunds", None:
                return self._refund(self._payments.find(payment_id, "P0600"), body, base)
            case "GET", "refunds", None:
                return 200, said.refunds(self._payments.find(payment_id, "P0800"), base)
            case "GET", "refunds", _:
                found = self._payments.find(payment_id, "P0700")
                for one in found.refunds:
                    if one.refund_id == refund_id:
                        return 200, said.refund(found, one, base)
                raise Refused(404, "P0700", "Not found")
        return 405, {"code": 405, "message": "HTTP 405 Method Not Allowed"}

    def _said(self, payment: Payment, base: str) -> dict[str, Any]:
        token = "" if payment.finished else self._payments.token(payment)
        return said.payment_with_links(payment, base, token)

    def _create(self, body: bytes, key: str | None, base: str) -> Answer:
        asked = _object(body, "P0197")
        wanted = {
            "amount": _amount(asked, "P0101", "P0102"),
            "reference": _words(asked, "reference"),
            "description": _words(asked, "description"),
            "return_url": _address(asked),
            "language": asked.get("language", "en"),
        }
        if key and not _KEY.fullmatch(key):
            words = "Header [Idempotency-Key] can only contain alphanumeric characters and hyphens"
            raise Refused(422, "P0102", words, header="Idempotency-Key")
        if key and self.honours_keys and (earlier := self._earlier(key, asked)):
            return 200, self._said(earlier, base)
        payment = self._payments.create(**wanted)
        if key:
            self._keys[key] = (self._now(), asked, payment.payment_id)
        return 201, self._said(payment, base)

    def _earlier(self, key: str, asked: Any) -> Payment | None:
        """The payment made under the key in the last day."""
        at, before, payment_id = self._keys.get(key, (None, None, ""))
        if at is None or at + _KEPT_FOR <= self._now():
            return None
        if before != asked:
            words = "The `Idempotency-Key` you sent in the request header has already been used to create a payment."
            raise Refused(409, "P0191", words)
        return self._payments.find(payment_id)

    def _refund(self, payment: Payment, body: bytes, base: str) -> Answer:
        asked = _object(body, "P0697")
        available = asked.get("refund_amount_available")
        one = self._payments.refund(payment, _amount(asked, "P0601", "P0602"), available)
        return 202, said.refund(payment, one, base)


def _object(body: bytes, code: str) -> dict[str, Any]:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise Refused(400, code, "Unable to parse JSON")
    return asked


def _amount(asked: dict[str, Any], missing: str, invalid: str) -> int:
    amount = asked.get("amount")
    if amount is None:
        raise Refused(400, missing, "Missing mandatory attribute: amount", field="amount")
    if type(amount) is not int:
        raise _invalid(400, "amount", "Must be a valid numeric format", invalid)
    if amount < 1:
        raise _invalid(422, "amount", "Must be greater than or equal to 1", invalid)
    if amount > _LARGEST:
        raise _invalid(422, "amount", f"Must be less than or equal to {_LARGEST}", invalid)
    return amount


def _words(asked: dict[str, Any], name: str) -> str:
    words = asked.get(name)
    if words is None or words == "":
        raise Refused(400, "P0101", f"Missing mandatory attribute: {name}", field=name)
    if not isinstance(words, str) or _FIREWALL & set(words):
        raise _invalid(400, name, "Must be a valid string format")
    if len(words) > 255:
        raise _invalid(422, name, "Must be less than or equal to 255 characters length")
    return words


def _address(asked: dict[str, Any]) -> str:
    """Without TLS too, as for tests; a real payment's must be https."""
    address = asked.get("return_url")
    if address is None:
        raise Refused(400, "P0101", "Missing mandatory attribute: return_url", field="return_url")
    if not isinstance(address, str) or not _is_address(address):
        raise _invalid(422, "return_url", "Must be a valid URL format")
    return address


def _is_address(text: str) -> bool:
    if len(text) > 2000 or not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _invalid(status: int, name: str, why: str, code: str = "P0102") -> Refused:
    return Refused(status, code, f"Invalid attribute value: {name}. {why}", field=name)
