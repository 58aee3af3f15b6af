"""The stand-in's payments: what may happen to each, and when. Its refusals are GOV.UK Pay's own."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

EXPIRES: Final = timedelta(minutes=90)
DECLINED, EXPIRED, CANCELLED, BY_SERVICE, PROVIDER = "P0010", "P0020", "P0030", "P0040", "P0050"
_FINISHED: Final = {"success", "failed", "cancelled", "error"}
_LETTERS: Final = "0123456789abcdefghijklmnopqrstuv"

Happened = Callable[[str, "Payment"], None]


class Refused(Exception):
    """What was asked is refused as GOV.UK Pay would: status and body of the answer."""

    def __init__(self, status: int, code: str, description: str, **where: str) -> None:
        super().__init__(description)
        self.status, self.body = status, {**where, "code": code, "description": description}


class Clock:
    """The time of day, or the one a test has set."""

    def __init__(self) -> None:
        self._set: datetime | None = None

    def __call__(self) -> datetime:
        return self._set or datetime.now(UTC)

    def set(self, at: datetime) -> None:
        """Stand still at that instant."""
        self._set = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        self.set(self() + by)


@dataclass(slots=True)
class Change:
    """A status and when it began."""

    status: str
    at: datetime
    code: str = ""


@dataclass(slots=True)
class Refund:
    refund_id: str
    amount: int
    created: datetime


@dataclass(slots=True)
class Payment:
    payment_id: str
    page: str  # the secret part of its page's address
    amount: int
    reference: str
    description: str
    return_url: str
    language: str
    changes: list[Change]
    tokens: list[str] = field(default_factory=list)  # of addresses given out and not opened yet
    refunds: list[Refund] = field(default_factory=list)
    captured: datetime | None = None
    settled: datetime | None = None

    @property
    def created(self) -> datetime:
        return self.changes[0].at

    @property
    def status(self) -> str:
        return self.changes[-1].status

    @property
    def finished(self) -> bool:
        return self.status in _FINISHED

    @property
    def refundable(self) -> int:
        return self.amount - sum(refund.amount for refund in self.refunds)

    @property
    def refund_status(self) -> str:
        if self.status in ("failed", "cancelled", "error"):
            return "unavailable"
        if self.captured is None:
            return "pending"
        return "available" if self.refundable else "full"


def new_id() -> str:
    """An id as GOV.UK Pay makes them."""
    return "".join(secrets.choice(_LETTERS) for _ in range(26))


class Payments:
    """Every payment; ``happened`` is told of what becomes a webhook. Not safe for threads: the caller locks."""

    def __init__(self, now: Clock, happened: Happened, keep: Path | None = None) -> None:
        self._now, self._happened, self._keep = now, happened, keep
        kept = _KEPT.validate_json(keep.read_bytes()) if keep and keep.exists() else []
        self._all = {payment.payment_id: payment for payment in kept}
        self.capture_at_once = True

    def create(
        self, *, amount: int, reference: str, description: str, return_url: str, language: str
    ) -> Payment:
        payment = Payment(
            payment_id=new_id(),
            page=secrets.token_urlsafe(24),
            amount=amount,
            reference=reference,
            description=description,
            return_url=return_url,
            language=language,
            changes=[Change("created", self._now())],
        )
        self._all[payment.payment_id] = payment
        self._save()
        return payment

    def all(self) -> list[Payment]:
        return list(self._all.values())

    def find(self, payment_id: str, unknown: str = "P0200") -> Payment:
        """The payment as it is now; refused with that code where there is none."""
        self.expire()
        if payment_id not in self._all:
            raise Refused(404, unknown, "Not found")
        return self._all[payment_id]

    def of_page(self, page: str) -> Payment | None:
        self.expire()
        return next((p for p in self._all.values() if p.page == page), None)

    def token(self, payment: Payment) -> str:
        """A new address for the payer, good once."""
        payment.tokens.append(secrets.token_urlsafe(24))
        self._save()
        return payment.tokens[-1]

    def open(self, token: str) -> Payment | None:
        """The payer opens an address; None for one that was opened before or never given out."""
        self.expire()
        payment = next((p for p in self._all.values() if token in p.tokens), None)
        if payment:
            payment.tokens.remove(token)
            self.start(payment)
        return payment

    def start(self, payment: Payment) -> None:
        """The payer sees the page."""
        if payment.status == "created":
            self._change(payment, "started")

    def submit(self, payment: Payment) -> None:
        """The bank agrees; the payer has yet to confirm."""
        self.start(payment)
        if payment.status == "started":
            self._change(payment, "submitted")

    def confirm(self, payment: Payment) -> None:
        """The payer confirms; the money is taken at once, or when a test says so."""
        self.submit(payment)
        if payment.status == "submitted":
            self._change(payment, "success", event="card_payment_succeeded")
            if self.capture_at_once:
                self.capture(payment)

    def capture(self, payment: Payment) -> None:
        """The provider takes the money."""
        if payment.status == "success" and payment.captured is None:
            payment.captured = self._now()
            self._tell("card_payment_captured", payment)

    def settle(self, payment: Payment) -> None:
        """The provider sends the money to the council's bank."""
        if payment.captured and payment.settled is None:
            payment.settled = self._now()
            self._tell("card_payment_settled", payment)

    def fail(self, payment: Payment, code: str) -> None:
        """Declined or cancelled by the payer, before it is finished."""
        if not payment.finished:
            self._change(payment, "failed", code, event="card_payment_failed")

    def fail_capture(self, payment: Payment) -> None:
        """The provider could not take the money after all; no webhook tells of it."""
        if payment.status == "success" and payment.captured is None:
            self._change(payment, "error", PROVIDER)

    def cancel(self, payment: Payment) -> None:
        """The service takes the payment back."""
        if payment.finished:
            raise Refused(400, "P0501", "Cancellation of payment failed")
        self._change(payment, "cancelled", BY_SERVICE, event="card_payment_failed")

    def refund(self, payment: Payment, amount: int, available: int | None) -> Refund:
        if payment.refund_status != "available":
            words = f"The payment is not available for refund. Payment refund status: {payment.refund_status}"
            raise Refused(400, "P0603", words)
        if available is not None and available != payment.refundable:
            raise Refused(412, "P0604", "Refund amount available mismatch.")
        if amount > payment.refundable:
            words = "The payment is not available for refund. Payment refund status: amount_not_available"
            raise Refused(400, "P0603", words)
        payment.refunds.append(Refund(new_id(), amount, self._now()))
        self._tell("card_payment_refunded", payment)
        return payment.refunds[-1]

    def expire(self) -> None:
        """End every payment whose payer took too long."""
        for payment in self._all.values():
            if not payment.finished and self._now() >= payment.created + EXPIRES:
                self._change(payment, "failed", EXPIRED, event="card_payment_expired")

    def _change(self, payment: Payment, status: str, code: str = "", *, event: str = "") -> None:
        payment.changes.append(Change(status, self._now(), code))
        if event:
            self._tell(event, payment)
        self._save()

    def _tell(self, event: str, payment: Payment) -> None:
        self._save()
        self._happened(event, payment)

    def _save(self) -> None:
        if self._keep:
            fresh = self._keep.with_suffix(".new")
            fresh.write_bytes(_KEPT.dump_json(list(self._all.values())))
            fresh.replace(self._keep)


_KEPT: Final = TypeAdapter(list[Payment])
