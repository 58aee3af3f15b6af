"""What GOV.UK Notify tells us of returned letters."""

import json
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from tests.factories_documents import served

from mainstay.service.common.models import AuditRow, Message
from mainstay.service.documents.models import Service
from mainstay.service.record.models import Deadline

pytestmark = pytest.mark.django_db
TOKEN = "t" * 32
NOTIFY_ID = "740e5834-3a29-46b4-9a6f-16142fde533a"


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.CONFIG, "notify_callback_token", TOKEN)


def tell(said: Any = None, token: str | None = TOKEN, **more: Any) -> int:
    """The status of a call from outside, with no sign-in and no form token."""
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    body = said if isinstance(said, bytes) else json.dumps(said or {"notification_id": NOTIFY_ID})
    client = Client(enforce_csrf_checks=True, headers=headers)
    return client.post(reverse("notify_webhook"), body, content_type="application/json", **more).status_code


@pytest.fixture
def letter() -> Service:
    service = served(sent_on=date(2026, 11, 2), channel="notify", reference="PN-0001234-K")
    Message.objects.update(external_id=NOTIFY_ID, state=Message.State.SENT)
    return service


def test_a_returned_letter_counts_as_received_no_more(letter: Service) -> None:
    assert letter.presumed_on is not None
    assert tell() == 204
    letter.refresh_from_db()
    assert letter.presumed_on is None and letter.returned_on is not None
    assert Deadline.objects.open().get().rule == "returned-mail"
    assert Message.objects.get().state == Message.State.RETURNED


def test_a_repeat_changes_nothing(letter: Service) -> None:
    assert [tell(), tell(), tell()] == [204] * 3
    assert AuditRow.objects.filter(action="service.returned").count() == 1
    assert Deadline.objects.count() == 1


def test_a_letter_whose_answer_was_lost_is_known_by_our_own_reference(letter: Service) -> None:
    Message.objects.update(external_id="")
    assert tell({"notification_id": NOTIFY_ID, "reference": Message.objects.get().mark}) == 204
    letter.refresh_from_db()
    assert letter.returned_on is not None


@pytest.mark.parametrize("token", [None, "", "t" * 31, "t" * 33, "T" * 32, "ü" * 32])
def test_nobody_else_is_believed(letter: Service, token: str | None) -> None:
    assert tell(token=token) == 403
    letter.refresh_from_db()
    assert letter.returned_on is None


@pytest.mark.parametrize("token", ["", TOKEN])
def test_where_no_token_is_set_nobody_is(
    letter: Service, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings.CONFIG, "notify_callback_token", "")
    assert tell(token=token) == 403


@pytest.mark.parametrize(
    "said",
    [b"", b"no JSON", b"[1]", b"\xff\xfe", b"[" * 9_000, b'{"notification_id": "%s"}' % (b"x" * 10_000)],
)
def test_what_cannot_be_read_is_refused(letter: Service, said: bytes) -> None:
    assert tell(said) == 400
    letter.refresh_from_db()
    assert letter.returned_on is None


@pytest.mark.parametrize(
    "said", [{}, {"notification_id": 7}, {"reference": "812.1"}, {"notification_id": "elsewhere"}]
)
def test_letters_of_somebody_else_are_answered_alike(said: dict[str, Any]) -> None:
    assert tell(said or {"x": 1}) == 204


def test_it_is_told_by_post_alone(client: Client) -> None:
    assert client.get(reverse("notify_webhook")).status_code == 405
