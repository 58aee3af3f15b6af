"""A link that lets somebody in is seen by its addressee alone and forgotten once it is sent."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import UserFactory

from mainstay.service.accounts.actions import invitations
from mainstay.service.common.outbox import post
from mainstay.service.common.outbox.models import Message

pytestmark = pytest.mark.django_db(databases="__all__")
LINK = "https://mainstay.example/join/TOKEN/"


class Posted:
    """A mail server that takes everything."""

    def send_messages(self, messages: list[Any]) -> int:
        return len(messages)


def test_an_invitations_link_is_forgotten_once_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {
        "email": "new@example.org",
        "name": "New Person",
        "post_held": "",
        "role": "ewo",
    }
    by = UserFactory(role="service_manager")
    _, address = invitations.invite(**said, link=LINK, by=by, at=timezone.now())
    assert address in Message.objects.get().body
    monkeypatch.setattr(settings.CONFIG, "email_url", "smtp://127.0.0.1:1")
    monkeypatch.setattr(post, "connection", lambda url: Posted())
    assert post.send_waiting() == 1
    sent = Message.objects.get()
    assert (sent.state, sent.body) == (Message.State.SENT, "")


def test_a_manager_does_not_see_the_link_to_anothers_password_where_mail_goes_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = UserFactory(role="ewo")
    client.force_login(UserFactory(role="administrator"))
    address = reverse("user_password_link", args=[person.pk])
    start = reverse("choose_password", args=["WHO", "TOKEN"]).split("WHO")[0]
    assert start in client.post(address).content.decode()
    monkeypatch.setattr(settings.CONFIG, "email_url", "smtp://127.0.0.1:1")
    assert start not in client.post(address).content.decode()
    assert Message.objects.filter(to=person.email).count() == 2
