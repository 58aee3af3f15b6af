"""What an administrator of the server does on the command line."""

import io
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from tests.factories import NOW, UserFactory

from mainstay.service.accounts.models import User
from mainstay.service.common import keyring
from mainstay.service.common.audit import sealing, trail
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.uploads.models import StoredFile

pytestmark = pytest.mark.django_db


def said(command: str, *options: str) -> str:
    out = io.StringIO()
    call_command(command, *options, stdout=out)
    return out.getvalue()


def test_the_first_person_gets_a_link_and_may_invite_others() -> None:
    words = said(
        "first_user", "--email", "first@example.org", "--name", "Noor Amin", "--at", "http://testserver"
    )
    link = re.search(r"http://testserver(/\S+)", words)
    assert link
    client = Client()
    to_choose = client.get(link[1]).url
    client.post(to_choose, {"password": "three-odd-words"})
    client.post(reverse("account_login"), {"login": "first@example.org", "password": "three-odd-words"})
    assert client.get(reverse("invitation_new")).status_code == 200


def test_there_is_only_one_first_person() -> None:
    UserFactory(role="administrator")
    with pytest.raises(CommandError, match="an administrator already"):
        said("first_user", "--email", "second@example.org", "--name", "Second")
    assert not User.objects.filter(email="second@example.org").exists()


def test_a_lost_second_factor_is_removed_and_recorded() -> None:
    user = UserFactory()
    Authenticator.objects.create(user_id=user.pk, type="totp", data={"secret": "x"})
    said("remove_second_factor", "--email", user.email)
    assert not Authenticator.objects.exists()
    assert AuditRow.objects.filter(action="factor.removed_by_command", on_id=str(user.pk)).exists()
    with pytest.raises(CommandError, match="no second factor"):
        said("remove_second_factor", "--email", user.email)


def test_verifying_says_how_many_rows_and_fails_on_a_foreign_head() -> None:
    trail.record(by=None, at=NOW, action="thing.done", on=("thing", "1"))
    assert "The chain holds." in said("audit_verify")
    with pytest.raises(CommandError, match="noted earlier"):
        said("audit_verify", "--head", "f" * 64)


def test_rotating_names_the_new_key_and_where_it_lies() -> None:
    words = said("rotate_master_key")
    assert keyring.current()[0] in words
    assert "master.key" in words
    assert StoredFile.objects.count() == 0
    assert sealing.verify().holds
