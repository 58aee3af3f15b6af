"""What other systems are told of notices."""

import json
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from tests.factories import UserFactory
from tests.factories_attendance import at
from tests.factories_penalties import a_notice

from mainstay.service.common.models import Message
from mainstay.service.penalties import settling
from mainstay.service.penalties.actions import ending, paying
from mainstay.service.penalties.models import Notice, Payment

pytestmark = pytest.mark.django_db
RECEIVERS = {"https://crm.example.org/events": "s" * 32, "https://ledger.example.org/in": "t" * 32}


@pytest.fixture(autouse=True)
def _receivers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.CONFIG, "webhooks", RECEIVERS)


def told(event: str) -> list[Message]:
    return [m for m in Message.objects.filter(kind="webhook").order_by("pk") if m.payload["event"] == event]


def only(event: str) -> dict[str, Any]:
    """The payload, once every receiver has the same."""
    found = told(event)
    assert sorted(m.to for m in found) == sorted(RECEIVERS)
    assert found[0].payload == found[1].payload
    return dict(found[0].payload["payload"])


def paid(notice: Notice, on: date) -> Payment:
    return paying.record(
        notice_id=notice.pk, way="bank", pence=8000, on=on, note="", by=UserFactory(role="finance"), at=at()
    )


def test_issued_with_its_days_and_sums_in_pence() -> None:
    notice = a_notice()
    assert only("notice.issued") == {
        "number": notice.number, "kind": "attendance", "position": "first", "state": "issued",
        "issued_on": "2026-11-23", "served_on": "2026-11-25", "reduced_until": "2026-12-15", "full_until": "2026-12-22",
        "reduced_pence": 8000, "full_pence": 16000, "paid_on": None, "paid_pence": None, "withdrawn_on": None,
        "ground": "",
    }  # fmt: skip
    assert {(m.about_kind, m.about_id) for m in told("notice.issued")} == {
        ("penalties.notice", str(notice.pk))
    }


def test_paid_and_undone() -> None:
    notice = a_notice()
    payment = paid(notice, date(2026, 11, 23))
    said = only("notice.paid")
    assert (said["state"], said["paid_on"], said["paid_pence"]) == ("paid", "2026-11-23", 8000)
    payment.state = Payment.State.FAILED
    payment.save()
    settling.settle(paying.lock([notice.pk])[0], by=None, at=at())
    said = only("notice.payment_undone")
    assert (said["state"], said["paid_on"], said["paid_pence"]) == ("issued", None, None)


def test_unpaid_and_withdrawn() -> None:
    notice = a_notice()
    ending.fall_due(on=date(2026, 12, 23), last=None)
    assert only("notice.unpaid")["state"] == "unpaid"
    ending.withdraw(
        notice_id=notice.pk, ground="unpaid_not_prosecuted", reasons="Not in the public interest",
        by=UserFactory(role="service_manager"), at=at(),
    )  # fmt: skip
    said = only("notice.withdrawn")
    assert (said["state"], said["ground"], said["withdrawn_on"]) == (
        "withdrawn", "unpaid_not_prosecuted", "2026-11-23",
    )  # fmt: skip


def test_no_message_names_anybody() -> None:
    notice = a_notice()
    paid(notice, date(2026, 11, 23))
    words = json.dumps([m.payload for m in Message.objects.filter(kind="webhook")])
    names = (notice.pupil.forename, notice.pupil.surname, notice.parent.forename, notice.parent.surname)
    assert not [name for name in names if name in words]
    assert notice.pupil.upn not in words and notice.school.name not in words


def test_without_a_receiver_nothing_is_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.CONFIG, "webhooks", {})
    paid(a_notice(), date(2026, 11, 23))
    assert not Message.objects.filter(kind="webhook").exists()


def test_a_change_that_is_undone_tells_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    notice = a_notice()

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(settling, "_refunds", broken)
    with pytest.raises(RuntimeError):
        paid(notice, date(2026, 11, 23))
    assert told("notice.paid") == []
