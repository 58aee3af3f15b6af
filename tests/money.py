"""Payments for tests: a stand-in for GOV.UK Pay on this machine, and notices as somebody pays them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from tests.factories_penalties import a_notice

from mainstay.roof.pay_stand_in import StandIn
from mainstay.service.penalties.actions import online
from mainstay.service.penalties.models import Notice, Payment

KEY, SECRET = "api_test_invented", "webhook_secret_invented"


def told(raw: bytes, signature: str) -> int:
    """Post a message to our own address, as GOV.UK Pay does."""
    answer = Client().post(
        reverse("pay_webhook"), raw, content_type="application/json", headers={"pay-signature": signature}
    )
    return answer.status_code


@contextmanager
def paid_at(settings: Any, **options: Any) -> Iterator[StandIn]:
    """A stand-in that the settings name; its messages come to ``told`` when the test delivers them."""
    with StandIn(key=KEY, secret=SECRET, webhook=told, **options) as stand_in:
        said = {"pay_url": stand_in.url, "pay_key": KEY, "pay_webhook_secret": SECRET}
        settings.CONFIG = settings.CONFIG.model_copy(update=said)
        yield stand_in


def begun(*notices: Notice, at: Any) -> online.Begun:
    return online.begin(
        notice_ids=[notice.pk for notice in notices],
        return_to=lambda payment: f"http://localhost/letter/paid/{payment.key}/",
        at=at,
    )


def pressed(stand_in: StandIn, payment: Payment, choice: str = "pay") -> Payment:
    """The payer's part at GOV.UK Pay."""
    payment.refresh_from_db()
    stand_in.press(payment.pay_id, choice)
    return payment


def received(notice: Notice, on: date) -> Notice:
    """The notice as if it had been received on that day."""
    notice.served_on, notice.decide_from = on, on + timedelta(days=28)
    notice.reduced_until, notice.full_until = on + timedelta(days=20), on + timedelta(days=27)
    notice.save()
    return notice


def a_notice_received(on: date, **given: Any) -> Notice:
    return received(a_notice(**given), on)
