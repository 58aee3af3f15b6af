"""Signing in, staying signed in, and what ends it."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import UserFactory

from mainstay.service.accounts.models import SignIn, User
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.outbox.models import Message

PASSWORD = "three-odd-words"
pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    user: User = UserFactory(role="ewo", email="leila@example.org")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, password: str = PASSWORD, email: str = "leila@example.org", **extra: str):  # type: ignore[no-untyped-def]
    return client.post(reverse("account_login"), {"login": email, "password": password}, **extra)


def actions() -> list[str]:
    return list(AuditRow.objects.order_by("pk").values_list("action", flat=True))


def test_a_stranger_is_sent_to_the_sign_in_page_and_back(client: Client, officer: User) -> None:
    response = client.get(reverse("profile"))
    assert response.url == reverse("account_login") + "?next=/account/"
    page = client.get(response.url)
    assert 'name="next" value="/account/"' in page.content.decode()
    after = client.post(response.url, {"login": officer.email, "password": PASSWORD, "next": "/account/"})
    assert after.url == "/account/"
    assert actions() == ["sign_in.succeeded"]


def test_a_wrong_password_says_so_and_is_recorded_without_what_was_typed(
    client: Client, officer: User
) -> None:
    response = sign_in(client, "guess-guess-guess")
    assert "is not right" in response.content.decode()
    row = AuditRow.objects.get(action="sign_in.failed")
    assert (row.on_id, row.payload) == (str(officer.pk), {"stage": "password"})


def test_an_unknown_address_gets_the_same_answer(client: Client, officer: User) -> None:
    known = sign_in(client, "guess-guess-guess").content.decode()
    unknown = sign_in(client, "guess-guess-guess", "nobody@example.org").content.decode()

    def words(page: str) -> str:
        return re.sub(r'value="[^"]*"', "", page)

    assert words(known) == words(unknown)


def test_guessing_one_account_is_stopped_and_its_colleagues_behind_the_same_address_are_not(
    client: Client, officer: User
) -> None:
    colleague = UserFactory(role="ewo", email="tom@example.org")
    colleague.set_password(PASSWORD)
    colleague.save()
    for _ in range(6):
        response = sign_in(client, "guess-guess-guess")
    assert "too many tries" in sign_in(client).content.decode().lower()
    assert response.status_code == 200
    assert sign_in(client, email="tom@example.org").status_code == 302


def test_a_leaver_cannot_sign_in(client: Client, officer: User) -> None:
    User.objects.update(is_active=False)
    response = sign_in(client)
    assert response.status_code in (200, 302)
    assert client.get(reverse("profile")).status_code == 302


def test_a_person_made_inactive_is_out_at_the_next_page(client: Client, officer: User) -> None:
    client.force_login(officer)
    assert client.get(reverse("profile")).status_code == 200
    User.objects.update(is_active=False)
    assert client.get(reverse("profile")).status_code == 302


@pytest.mark.parametrize(
    ("key", "seconds", "why"),
    [
        ("seen", settings.CONFIG.idle_minutes * 60 + 5, "idle"),
        ("began", settings.CONFIG.session_hours * 3600 + 5, "too long"),
    ],
)
def test_a_sign_in_ends_by_itself(client: Client, officer: User, key: str, seconds: int, why: str) -> None:
    sign_in(client)
    session = client.session
    session[key] = int(time.time()) - seconds
    session.save()
    response = client.get(reverse("profile"))
    assert response.status_code == 302
    assert "You were signed out" in client.get(response.url).content.decode()
    assert AuditRow.objects.get(action="sign_in.ended").payload == {"why": why}
    assert SignIn.objects.get().ended_at is not None


def test_work_keeps_an_idle_clock_from_running_out_but_not_the_working_day(
    client: Client, officer: User
) -> None:
    sign_in(client)
    session = client.session
    began = session["began"] - 3600
    session["began"], session["seen"] = began, int(time.time()) - 120
    session.save()
    assert client.get(reverse("profile")).status_code == 200
    assert client.session["began"] == began
    assert time.time() - client.session["seen"] < 60


def test_signing_out_takes_a_button_and_is_recorded(client: Client, officer: User) -> None:
    sign_in(client)
    assert "Sign out?" in client.get(reverse("account_logout")).content.decode()
    assert client.post(reverse("account_logout")).status_code == 302
    assert client.get(reverse("profile")).status_code == 302
    assert actions()[-1] == "sign_in.ended"


def test_who_must_change_the_password_sees_nothing_else_first(client: Client, officer: User) -> None:
    User.objects.update(must_change_password=True)
    sign_in(client)
    assert client.get(reverse("profile")).url == reverse("account_change_password")
    page = client.get(reverse("account_change_password"))
    assert "Choose a password of your own" in page.content.decode()
    new = {"oldpassword": PASSWORD, "password1": "other-odd-words", "password2": "other-odd-words"}
    assert client.post(reverse("account_change_password"), new).url == reverse("profile")
    assert client.get(reverse("profile")).status_code == 200
    assert "password.changed" in actions()


def test_changing_the_password_ends_other_sign_ins(officer: User) -> None:
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    new = {"oldpassword": PASSWORD, "password1": "other-odd-words", "password2": "other-odd-words"}
    here.post(reverse("account_change_password"), new)
    assert here.get(reverse("profile")).status_code == 200
    assert there.get(reverse("profile")).status_code == 302
    assert SignIn.objects.filter(ended_at=None).count() == 1


def test_a_weak_new_password_is_refused_in_words(client: Client, officer: User) -> None:
    sign_in(client)
    new = {"oldpassword": PASSWORD, "password1": "password", "password2": "password"}
    page = client.post(reverse("account_change_password"), new).content.decode()
    assert "too short" in page


def test_ones_own_sign_ins_are_listed_and_can_be_ended(officer: User) -> None:
    here, there = Client(), Client()
    sign_in(
        here, headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    )
    sign_in(there)
    page = here.get(reverse("profile")).content.decode()
    assert "Firefox on Linux" in page
    assert "This one" in page
    here.post(reverse("sign_ins_end"))
    assert there.get(reverse("profile")).status_code == 302
    assert here.get(reverse("profile")).status_code == 200
    assert Session.objects.count() == 1


def test_nobody_ends_another_persons_sign_in(client: Client, officer: User) -> None:
    other = Client()
    other.force_login(UserFactory(role="ewo"))
    sign_in(client)
    client.post(reverse("sign_ins_end"), {"only": SignIn.objects.exclude(user=officer).get().pk})
    assert other.get(reverse("profile")).status_code == 200


def code_for(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_a_second_factor_is_set_up_asked_for_and_its_secret_lies_encrypted(
    client: Client, officer: User, django_capture_on_commit_callbacks: Any
) -> None:
    from allauth.mfa.models import Authenticator

    sign_in(client)
    again = client.get(reverse("mfa_activate_totp")).url
    assert again.startswith(reverse("account_reauthenticate"))
    client.post(again, {"password": PASSWORD, "next": reverse("mfa_activate_totp")})
    secret = re.findall(r"\b[A-Z2-7]{32}\b", client.get(reverse("mfa_activate_totp")).content.decode())[0]
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)}).status_code == 302
    codes = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert secret not in str(Authenticator.objects.values_list("data", flat=True))
    for name in ("mfa_index", "mfa_deactivate_totp", "mfa_generate_recovery_codes", "profile"):
        assert client.get(reverse(name)).status_code == 200
    client.post(reverse("account_logout"))

    assert sign_in(client).url == reverse("mfa_authenticate")
    assert client.get(reverse("profile")).status_code == 302
    assert "not right" in client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
    recovery = re.findall(r"<code>(\w+)</code>", codes)[0]
    assert client.post(reverse("mfa_authenticate"), {"code": recovery}).status_code == 302
    assert client.get(reverse("profile")).status_code == 200
    assert {"factor.added", "sign_in.failed"} <= set(actions())
    assert SignIn.objects.first().second_factor  # type: ignore[union-attr]


def test_a_forgotten_password_is_chosen_anew_by_a_link_that_works_once(client: Client, officer: User) -> None:
    client.post(reverse("forgotten_password"), {"email": officer.email})
    link = re.search(r"http://testserver(/\S+)", Message.objects.get().body)
    assert link
    to_choose = client.get(link[1]).url
    assert link[1].split("/")[-2] not in to_choose
    assert client.post(to_choose, {"password": "other-odd-words"}).url == reverse("account_login")
    assert client.get(link[1]).status_code == 410
    assert sign_in(client, "other-odd-words").status_code == 302


def test_asking_for_an_unknown_address_sends_nothing_and_says_the_same(client: Client, officer: User) -> None:
    known = client.post(reverse("forgotten_password"), {"email": officer.email}).content
    assert client.post(reverse("forgotten_password"), {"email": "nobody@example.org"}).content == known
    assert Message.objects.count() == 1


def test_asking_again_and_again_does_not_fill_a_mailbox(client: Client, officer: User) -> None:
    for _ in range(6):
        client.post(reverse("forgotten_password"), {"email": officer.email})
    assert Message.objects.count() == 3


def test_an_old_link_does_not_work(client: Client, officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    client.post(reverse("forgotten_password"), {"email": officer.email})
    link = re.search(r"http://testserver(/\S+)", Message.objects.get().body)
    later = timezone.now().replace(tzinfo=None) + timedelta(days=2)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)
    assert link
    assert client.get(link[1]).status_code == 410


def test_pages_forbid_scripts_of_others_and_framing(client: Client) -> None:
    headers = client.get(reverse("account_login")).headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


def test_cookies_are_out_of_reach_of_scripts(client: Client, officer: User) -> None:
    sign_in(client)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_form_from_elsewhere_is_refused(officer: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("account_login"), {"login": officer.email, "password": PASSWORD})
    assert response.status_code == 403
    assert "csrf" not in response.content.decode().lower()
