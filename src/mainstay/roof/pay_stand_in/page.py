"""The page the payer sees: plain HTML that says it is a stand-in and asks for no card."""

import base64
import hashlib
from html import escape
from typing import Final

from mainstay.roof.pay_stand_in.payments import CANCELLED, DECLINED, EXPIRED, Payment

_STYLE: Final = (
    "body{font:1.19rem/1.4 system-ui,sans-serif;max-width:38rem;margin:0 auto;padding:1rem;color:#0b0c0c;background:#fff}"
    ".stand-in{border-left:.5rem solid #8a2b0c;padding:.5rem 1rem;background:#fbeee9}"
    "dt{font-weight:700}dd{margin:0 0 1rem}"
    "button{font:inherit;padding:.6rem 1.2rem;margin:0 .8rem .8rem 0;border:2px solid #0b0c0c;background:#fff;cursor:pointer}"
    "button.main{background:#14532d;border-color:#14532d;color:#fff}a{color:#0b4a8f}"
    ":focus-visible{outline:4px solid #b45309;outline-offset:2px}"
)
_DIGEST: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_ENDED: Final = {
    DECLINED: "The payment was declined",
    EXPIRED: "The payment took too long and has expired",
    CANCELLED: "The payment was cancelled",
}


def pounds(pence: int) -> str:
    return f"£{pence // 100:,}.{pence % 100:02}"


def choose(payment: Payment) -> bytes:
    """The payment with the buttons that end it."""
    amount = pounds(payment.amount)
    return _page(
        f"Pay {amount}",
        f"<dl><dt>What for</dt><dd>{escape(payment.description)}</dd>"
        f"<dt>Reference</dt><dd>{escape(payment.reference)}</dd>"
        f"<dt>Amount</dt><dd>{amount}</dd></dl>"
        f'<form method="post" action="/card_details/{escape(payment.page)}">'
        '<button class="main" name="choice" value="pay">Pay</button>'
        '<button name="choice" value="decline">Decline, as a bank would</button>'
        '<button name="choice" value="cancel">Cancel</button></form>',
    )


def over(payment: Payment) -> bytes:
    """Nothing is left to choose."""
    paid = payment.status == "success"
    title = (
        "The payment was made" if paid else _ENDED.get(payment.changes[-1].code, "The payment did not work")
    )
    return _page(title, f'<p><a href="{escape(payment.return_url)}">Go back to the service</a></p>')


def unknown() -> bytes:
    return _page(
        "This address cannot be used",
        "<p>An address of a payment page works once. Go back to the service and continue from there.</p>",
    )


def about() -> bytes:
    return _page(
        "Stand-in for GOV.UK Pay",
        "<p>The service sends payers here from its own page of a penalty notice. There is nothing to do otherwise.</p>",
    )


def _page(title: str, content: str) -> bytes:
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{title} – stand-in for GOV.UK Pay</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{title}</h1>"
        '<p class="stand-in"><strong>This is a stand-in for GOV.UK Pay. No money moves</strong> and no card is asked for.</p>'
        f"{content}</main></body></html>"
    ).encode()
