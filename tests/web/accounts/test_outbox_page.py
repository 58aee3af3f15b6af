"""Messages that wait, went out or were given up: seen, and tried again, by those who look after them."""

import pytest
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
