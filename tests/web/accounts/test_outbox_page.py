"""Messages that wait, went out or were given up: seen, and tried again, by those who look after them."""

import csv
import io
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.factories import UserFactory

from mainstay.service.accounts.models import User
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.outbox import post
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.uploads import store

pytestmark = pytest.mark.django_db
SECRET = "https://ews.example.org/join/s3cr3t/"


@pytest.fixture
def support(client: Client) -> User:
    user: User = UserFactory(role="business_support")
    client.force_login(user)
    return user


def message(to: str, state: str = "failed", once: bool = False) -> Message:
    made = post.queue(to=to, subject="Come and see", body=f"Hello {SECRET}", at=timezone.now(), once=once)
    Message.objects.filter(pk=made.pk).update(
        state=state, tries=8, problem="The mail server refused it (550)."
    )
    return Message.objects.get(pk=made.pk)


def one_of_each(monkeypatch: pytest.MonkeyPatch) -> dict[str, Message]:
    """A message of every kind, all of them waiting."""
    now, url = timezone.now(), "https://crm.example.org/events?key=s3cr3t"
    monkeypatch.setattr(settings.CONFIG, "webhooks", {url: "x" * 32})
    pdf = store.keep_made(b"%PDF-1.7\na made-up letter\n", kind="pdf", by=None, at=now)
    made = [
        post.queue(to="head@example.org", subject="Marks", body="Look.", at=now),
        post.queue_letter(pdf=pdf, reference="PN-000123", postage="first", to="Grace Fenwick", at=now),
        post.queue_invitation(
            to="grace.fenwick@example.org", uid="m@x", sequence=0, starts=now, ends=now + timedelta(hours=1),
            summary="Attendance meeting", where="2 Invented Road", organiser="officer@example.org", at=now,
        ),
        post.queue_webhook(url=url, event="notice.issued", payload={"parent": "Fenwick"}, at=now),
    ]  # fmt: skip
    return {message.kind: message for message in made}


def page(client: Client, query: str = "") -> str:
    return " ".join(client.get(reverse("outbox") + query).content.decode().split())


@pytest.mark.parametrize("role", ["business_support", "administrator"])
def test_what_became_of_each_message_is_seen_and_never_what_it_says(client: Client, role: str) -> None:
    client.force_login(UserFactory(role=role))
    message("waits@example.org", "waiting", once=True)
    message("gone@example.org")
    shown = page(client)
    for words in ("waits@example.org", "gone@example.org", "refused it (550)", "Waiting", "Failed"):
        assert words in shown
    assert "No mail server is set" in shown and "s3cr3t" not in shown
    assert "waits@example.org" not in page(client, "?state=failed")
    assert reverse("outbox") in page(client)


def test_a_message_that_failed_is_tried_again_from_the_first_try_on(client: Client, support: User) -> None:
    failed = message("gone@example.org")
    done = client.post(reverse("outbox_try_again", args=[failed.pk]), follow=True)
    assert "will be sent again" in done.content.decode()
    failed.refresh_from_db()
    assert (failed.state, failed.tries) == ("waiting", 0) and failed.next_try_at <= timezone.now()
    assert AuditRow.objects.get(action="message.tried_again").by == support
    again = client.post(reverse("outbox_try_again", args=[failed.pk]), follow=True)
    assert "nothing to try again" in again.content.decode()


def test_a_link_that_is_forgotten_is_not_sent_without_it(client: Client, support: User) -> None:
    failed = message("gone@example.org", once=True)
    assert "Send a new link" in page(client)
    refused = client.post(reverse("outbox_try_again", args=[failed.pk]), follow=True)
    assert "no longer kept" in refused.content.decode()
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_the_number_of_queries_does_not_grow_with_the_messages(client: Client, support: User) -> None:
    counts = []
    for _ in range(2):
        message("gone@example.org")
        with CaptureQueriesContext(connection) as asked:
            page(client)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_every_kind_is_listed_without_a_familys_name_or_address_or_a_key(
    client: Client, support: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_of_each(monkeypatch)
    shown = page(client)
    for words in (
        "head@example.org", "By post", "Letter PN-000123", "g…@example.org", "crm.example.org", "notice.issued",
        "Calendar invitation", "Event for another system",
    ):  # fmt: skip
        assert words in shown
    exported = client.get(reverse("outbox_export", args=["csv"])).getvalue().decode()  # type: ignore[attr-defined]
    for hidden in ("Fenwick", "fenwick", "Invented Road", "s3cr3t"):
        assert hidden not in shown
        assert hidden not in exported


def test_the_list_and_its_export_are_filtered_by_kind_and_state(
    client: Client, support: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = one_of_each(monkeypatch)
    made["webhook"].state = Message.State.FAILED
    made["webhook"].save()
    assert "PN-000123" in page(client, "?kind=letter") and "notice.issued" not in page(client, "?kind=letter")
    assert "notice.issued" in page(client, "?state=failed") and "PN-000123" not in page(
        client, "?state=failed"
    )
    assert "No message is in this list" in page(client, "?kind=letter&state=failed")
    answer = client.get(reverse("outbox_export", args=["csv"]) + "?kind=letter")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert [row[1] for row in rows] == ["Kind", "Letter"]
    row = AuditRow.objects.get(action="messages.exported")
    assert (row.by, row.payload) == (support, {"rows": 1, "kind": "csv"})


def test_letters_without_a_key_are_warned_of_only_where_some_wait(
    client: Client, support: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No key of GOV.UK Notify" not in page(client)
    one_of_each(monkeypatch)
    assert "No key of GOV.UK Notify is set" in page(client)


@pytest.mark.parametrize("kind", ["email", "letter", "invitation", "webhook"])
def test_every_kind_can_be_tried_again(
    client: Client, support: User, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    failed = one_of_each(monkeypatch)[kind]
    Message.objects.filter(pk=failed.pk).update(state="failed", tries=8, problem="It gave no answer.")
    assert reverse("outbox_try_again", args=[failed.pk]) in page(client)
    client.post(reverse("outbox_try_again", args=[failed.pk]))
    failed.refresh_from_db()
    assert (failed.state, failed.tries) == ("waiting", 0)


def test_a_letter_that_notify_has_is_not_offered_again(
    client: Client, support: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = one_of_each(monkeypatch)["letter"]
    Message.objects.filter(pk=letter.pk).update(state="failed", external_id="x", problem="It was not posted.")
    shown = page(client)
    assert "Make a new letter" in shown and reverse("outbox_try_again", args=[letter.pk]) not in shown
    refused = client.post(reverse("outbox_try_again", args=[letter.pk]), follow=True)
    assert "Make a new letter instead" in refused.content.decode()
