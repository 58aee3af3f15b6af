"""Payments and refunds in GOV.UK Pay's JSON."""

from datetime import datetime
from typing import Any, Final

from mainstay.roof.pay_stand_in.payments import (
    BY_SERVICE,
    CANCELLED,
    DECLINED,
    EXPIRED,
    PROVIDER,
    Change,
    Payment,
    Refund,
)

_MESSAGES: Final = {
    DECLINED: "Payment method rejected",
    EXPIRED: "Payment expired",
    CANCELLED: "Payment was cancelled by the user",
    BY_SERVICE: "Payment was cancelled by the service",
    PROVIDER: "Payment provider returned an error",
}
#: nobody's card: the number GOV.UK Pay gives for tests
_CARD: Final = {
    "last_digits_card_number": "1111",
    "first_digits_card_number": "444433",
    "cardholder_name": "Made-up Payer",
    "expiry_date": "12/39",
    "billing_address": {
        "line1": "1 Invented Road",
        "postcode": "SO99 9ZZ",
        "city": "Southampton",
        "country": "GB",
    },
    "card_brand": "Visa",
    "card_type": "debit",
}


def instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def payment(payment: Payment) -> dict[str, Any]:
    """A payment without links, as a webhook shows it."""
    said: dict[str, Any] = {
        "amount": payment.amount,
        "description": payment.description,
        "reference": payment.reference,
        "language": payment.language,
        "state": state(payment.changes[-1]),
        "payment_id": payment.payment_id,
        "payment_provider": "sandbox",
        "created_date": instant(payment.created),
        "refund_summary": {
            "status": payment.refund_status,
            "amount_available": payment.refundable,
            "amount_submitted": payment.amount - payment.refundable,
        },
        "settlement_summary": _settlement(payment),
        "delayed_capture": False,
        "moto": False,
        "return_url": payment.return_url,
        "authorisation_mode": "web",
    }
    if any(change.status == "submitted" for change in payment.changes):
        said |= {"card_details": _CARD, "provider_id": payment.payment_id[::-1]}
    return said


def state(change: Change) -> dict[str, Any]:
    said: dict[str, Any] = {
        "status": change.status,
        "finished": change.status in ("success", "failed", "cancelled", "error"),
    }
    return said | ({"message": _MESSAGES[change.code], "code": change.code} if change.code else {})


def _settlement(payment: Payment) -> dict[str, str]:
    said = {}
    if payment.captured:
        said["capture_submit_time"] = instant(payment.captured)
        said["captured_date"] = payment.captured.date().isoformat()
    if payment.settled:
        said["settled_date"] = payment.settled.date().isoformat()
    return said


def payment_with_links(found: Payment, base: str, token: str) -> dict[str, Any]:
    """A payment as the API answers with it; token: of the payer's next address, "" when it is finished."""
    own = f"{base}/v1/payments/{found.payment_id}"
    links: dict[str, Any] = {
        "self": _get(own),
        "events": _get(f"{own}/events"),
        "refunds": _get(f"{own}/refunds"),
        "next_url": None,
        "next_url_post": None,
        "cancel": None,
    }
    if token:
        links["next_url"] = _get(f"{base}/secure/{token}")
        links["next_url_post"] = {
            "type": "application/x-www-form-urlencoded",
            "params": {"chargeTokenId": token},
            "href": f"{base}/secure",
            "method": "POST",
        }
        links["cancel"] = {"href": f"{own}/cancel", "method": "POST"}
    return payment(found) | {"_links": links}


def events(found: Payment, base: str) -> dict[str, Any]:
    own = f"{base}/v1/payments/{found.payment_id}"
    return {
        "payment_id": found.payment_id,
        "events": [
            {
                "payment_id": found.payment_id,
                "state": state(change),
                "updated": instant(change.at),
                "_links": {"payment_url": _get(own)},
            }
            for change in found.changes
        ],
        "_links": {"self": _get(f"{own}/events")},
    }


def refund(found: Payment, one: Refund, base: str) -> dict[str, Any]:
    """In a sandbox a refund succeeds at once."""
    own = f"{base}/v1/payments/{found.payment_id}"
    return {
        "refund_id": one.refund_id,
        "created_date": instant(one.created),
        "amount": one.amount,
        "status": "success",
        "settlement_summary": {},
        "_links": {"self": _get(f"{own}/refunds/{one.refund_id}"), "payment": _get(own)},
    }


def refunds(found: Payment, base: str) -> dict[str, Any]:
    own = f"{base}/v1/payments/{found.payment_id}"
    return {
        "payment_id": found.payment_id,
        "_links": {"self": _get(f"{own}/refunds"), "payment": _get(own)},
        "_embedded": {"refunds": [refund(found, one, base) for one in found.refunds]},
    }


def _get(href: str) -> dict[str, str]:
    return {"href": href, "method": "GET"}
