"""What GOV.UK Pay says: payments, refunds and events, read from its JSON. What we do not know is passed over."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar

Kind = TypeVar("Kind")

_NAMES: Final = {str: "text", int: "whole number", bool: "true or false", dict: "object"}


class Unreadable(ValueError):
    """A message lacks what it must hold; the text names the field and never its value."""


@dataclass(frozen=True, slots=True)
class PayPayment:
    """One payment as GOV.UK Pay has it."""

    payment_id: str
    status: str  # created, started, submitted, capturable, success, failed, cancelled, error
    finished: bool
    amount_pence: int
    reference: str
    created_date: datetime
    next_url: str = field(
        repr=False
    )  # where the payer goes on: good once, for the payer only; "" when finished
    captured_date: date | None  # the day the provider took the money
    code: str  # why it failed: P0010 declined, P0020 expired, P0030 cancelled by the payer; "" if it didn't
    refund_status: str  # pending, unavailable, available, full
    refund_amount_available: int

    @property
    def paid(self) -> bool:
        """The payer confirmed and the bank agreed; taking the money follows, and in rare cases fails."""
        return self.status == "success"


@dataclass(frozen=True, slots=True)
class PayRefund:
    """One refund as GOV.UK Pay has it."""

    refund_id: str
    status: str  # submitted, success, error
    amount_pence: int
    created_date: datetime


@dataclass(frozen=True, slots=True)
class PayEvent:
    """One webhook message. They repeat, come in any order, and tell how it was then: look the payment up."""

    webhook_message_id: str
    event_type: str  # card_payment_succeeded, _captured, _settled, _refunded, _failed, _expired, and new ones
    created_date: datetime
    resource_id: str  # the payment's id
    resource: Mapping[str, Any]  # with the name and address of the payer: for a look, not for keeping


def read_event(raw: bytes) -> PayEvent:
    """A webhook's body, whose signature was checked before. Unreadable says what is missing."""
    said = object_of(raw)
    return PayEvent(
        webhook_message_id=_text(said, "webhook_message_id"),
        event_type=_text(said, "event_type"),
        created_date=_instant(said, "created_date"),
        resource_id=_text(said, "resource_id"),
        resource=_inner(said, "resource"),
    )


def payment_of(said: Mapping[str, Any]) -> PayPayment:
    """A payment in an answer, or the ``resource`` of an event (which has no ``next_url``)."""
    state, refunds = _inner(said, "state"), _inner(said, "refund_summary")
    settled = _part(said, "settlement_summary")
    return PayPayment(
        payment_id=_text(said, "payment_id"),
        status=_text(state, "status"),
        finished=_typed(state, "finished", bool),
        amount_pence=_typed(said, "amount", int),
        reference=_text(said, "reference"),
        created_date=_instant(said, "created_date"),
        next_url=str(_part(_part(said, "_links"), "next_url").get("href") or ""),
        captured_date=_instant(settled, "captured_date").date() if settled.get("captured_date") else None,
        code=str(state.get("code") or ""),
        refund_status=_text(refunds, "status"),
        refund_amount_available=_typed(refunds, "amount_available", int),
    )


def refund_of(said: Mapping[str, Any]) -> PayRefund:
    """A refund in an answer."""
    return PayRefund(
        refund_id=_text(said, "refund_id"),
        status=_text(said, "status"),
        amount_pence=_typed(said, "amount", int),
        created_date=_instant(said, "created_date"),
    )


def refunds_of(said: Mapping[str, Any]) -> list[PayRefund]:
    """The refunds in a list of them."""
    found = _inner(said, "_embedded").get("refunds")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Unreadable("refunds is missing or is no list of objects")
    return [refund_of(one) for one in found]


def object_of(raw: bytes) -> Mapping[str, Any]:
    """The JSON object in a body. Unreadable where there is none."""
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        raise Unreadable("it is not JSON") from None
    if not isinstance(said, dict):
        raise Unreadable("it is not a JSON object")
    return said


def _typed(said: Mapping[str, Any], name: str, kind: type[Kind]) -> Kind:
    value = said.get(name)
    if type(value) is not kind:
        raise Unreadable(f"{name} is missing or is no {_NAMES[kind]}")
    return value


def _text(said: Mapping[str, Any], name: str) -> str:
    if not (value := _typed(said, name, str)):
        raise Unreadable(f"{name} is empty")
    return value


def _inner(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return _typed(said, name, dict)


def _part(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object that may be missing or null."""
    value = said.get(name)
    return value if isinstance(value, dict) else {}


def _instant(said: Mapping[str, Any], name: str) -> datetime:
    try:
        value = datetime.fromisoformat(_text(said, name))
    except ValueError:
        raise Unreadable(f"{name} is missing or is no date") from None
    return value if value.tzinfo else value.replace(tzinfo=UTC)
