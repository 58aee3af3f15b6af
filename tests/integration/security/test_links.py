"""A link that lets somebody in is seen by its addressee alone and forgotten once it is sent."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import UserFactory

from mainstay.service.accounts.actions import invitations, passwords
from mainstay.service.accounts.models import Invitation
from mainstay.service.common.outbox import sending
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.outbox.senders import email

pytestmark = pytest.mark.django_db(databases="__all__")
LINK = "https://mainstay.example/join/TOKEN/"


class Posted:
    """A mail server that takes everything."""

    def send_messages(self, messages: list[Any]) -> int:
        return len(messages)


def invite(at: datetime | None = None) -> tuple[Invitation, str]:
    said = {"email": "new@example.org", "name": "New Person", "post_held": "", "role": "ewo"}
    by = UserFactory(role="service_manager")
    return invitations.invite(**said, link=LINK, by=by, at=at or timezone.now())  # type: ignore[arg-type]


def the_message() -> tuple[str, str]:
    message = Message.objects.get()
    return message.state, message.body


def test_an_invitations_link_is_forgotten_once_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    _, address = invite()
    token = address.split("/")[-2]
    invitations.accept(token=token, name="New Person", password="three-odd-words", at=timezone.now())
    assert the_message() == (Message.State.FAILED, "")
    monkeypatch.setattr(settings.CONFIG, "email_url", "smtp://127.0.0.1:1")
    monkeypatch.setattr(email, "connection", lambda url: Posted())
    assert sending.send_waiting() == 0


def test_an_invitations_link_is_forgotten_once_it_is_withdrawn() -> None:
    invitation, _ = invite()
    invitations.withdraw(invitation=invitation, by=invitation.invited_by, at=timezone.now())
    assert the_message() == (Message.State.FAILED, "")


def test_an_invitations_link_is_forgotten_once_it_is_over() -> None:
    _, address = invite(at=timezone.now() - invitations.VALID + timedelta(minutes=1))
    invitations.forget_links(on=timezone.localdate(), last=None)
    assert address in the_message()[1]
    Message.objects.update(made_at=timezone.now() - invitations.VALID)
    invitations.forget_links(on=timezone.localdate(), last=None)
    assert the_message() == (Message.State.FAILED, "")


@pytest.mark.parametrize("over", ["used", "a day old"])
def test_a_link_to_a_new_password_that_was_never_sent_is_forgotten_too(over: str) -> None:
    person = UserFactory(role="ewo")
    passwords.send_link(user=person, link="https://mainstay.example/WHO/TOKEN/", by=None, at=timezone.now())
    if over == "used":
        passwords.choose(user=person, password="three-odd-words", at=timezone.now())
    else:
        Message.objects.update(made_at=timezone.now() - timedelta(days=1))
        passwords.forget_links(on=timezone.localdate(), last=None)
    assert the_message() == (Message.State.FAILED, "")


def test_an_invitations_link_is_shown_only_where_no_mail_goes_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(UserFactory(role="service_manager"))
    said = {"email": "new@example.org", "name": "New Person", "role": "ewo"}
    start = reverse("join", args=["TOKEN"]).split("TOKEN")[0]
    assert start in client.post(reverse("invitation_new"), said).content.decode()
    monkeypatch.setattr(settings.CONFIG, "email_url", "smtp://127.0.0.1:1")
    page = client.post(reverse("invitation_new"), {**said, "email": "other@example.org"}).content.decode()
    assert "is invited" in page
    assert start not in page


def test_an_invitations_link_is_forgotten_once_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    _, address = invite()
    assert address in Message.objects.get().body
    monkeypatch.setattr(settings.CONFIG, "email_url", "smtp://127.0.0.1:1")
    monkeypatch.setattr(email, "connection", lambda url: Posted())
    assert sending.send_waiting() == 1
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
