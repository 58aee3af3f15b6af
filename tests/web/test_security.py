"""What every page owes whoever uses it: nothing kept by the browser, no way out, no way round a limit."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from tests.factories import PupilFactory, UserFactory

from mainstay.roof import settings as ours
from mainstay.service.accounts.limits import within_limit
from mainstay.service.accounts.models import User

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def officer() -> User:
    user = UserFactory(role="ewo", email="officer@example.org")
    user.set_password("a-long-made-up-password")
    user.save()
    return user


@pytest.mark.parametrize("name", ["home", "pupil", "pupils", "findings_export", "list_questions"])
def test_pages_about_people_are_kept_by_no_browser(client: Client, officer: User, name: str) -> None:
    pupil = PupilFactory()
    address = {
        "pupil": lambda: reverse("pupil", args=[pupil.pk]),
        "findings_export": lambda: reverse("findings_export", args=["csv"]),
        "list_questions": lambda: "/api/v1/rules",
    }.get(name, lambda: reverse(name))()
    client.force_login(officer)
    response = client.get(address)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    "place", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(client: Client, officer: User, place: str) -> None:
    said = {"login": officer.email, "password": "a-long-made-up-password", "next": place}
    response = client.post(reverse("account_login"), said)
    assert response.status_code == 302 and response["Location"] == reverse("home")


@pytest.mark.parametrize("place", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_opening_a_restricted_record_leads_nowhere_else(client: Client, officer: User, place: str) -> None:
    pupil = PupilFactory(restricted=True)
    client.force_login(officer)
    address = reverse("pupil_open", args=[pupil.pk]) + "?next=" + place
    response = client.post(address, {"reason": "A worried neighbour rang"})
    assert response["Location"] == reverse("pupil", args=[pupil.pk])


@pytest.fixture
def shared_cache() -> Iterator[None]:
    with override_settings(CACHES=ours.CACHES):
        call_command("createcachetable", verbosity=0)
        yield


@pytest.mark.usefixtures("shared_cache")
def test_tries_for_many_others_do_not_free_a_limit_reached() -> None:
    for _ in range(6):
        within_limit("test", "victim", most=5, seconds=300)
    for other in range(400):
        cache.set(f"other:{other}", 1, timeout=300)
    assert not within_limit("test", "victim", most=5, seconds=300)


def test_the_api_takes_no_browsers_word_without_its_token(officer: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(officer)
    response = strict.post("/api/v1/rules/age", data="{}", content_type="application/json")
    assert response.status_code in (401, 403)
    forged = strict.post(
        "/api/v1/rules/age", data="{}", content_type="application/json", headers={"Authorization": "Bearer x"}
    )
    assert forged.status_code in (401, 403)


def test_a_sign_in_ends_everywhere_else_when_the_password_changes(officer: User) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        client.post(reverse("account_login"), {"login": officer.email, "password": "a-long-made-up-password"})
        assert client.get(reverse("profile")).status_code == 200
    new = "another-made-up-password"
    said = {"oldpassword": "a-long-made-up-password", "password1": new, "password2": new}
    assert here.post(reverse("account_change_password"), said).status_code == 302
    assert here.get(reverse("profile")).status_code == 200
    assert there.get(reverse("profile")).status_code == 302


def test_an_upload_larger_than_allowed_is_refused_before_anybody_is_asked_who_they_are() -> None:
    huge = str((ours.CONFIG.upload_megabytes + 20) * 1024 * 1024)
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(
        reverse("account_login"),
        data=b"x",
        content_type="multipart/form-data; boundary=b",
        headers={"Content-Length": huge},
    )
    assert response.status_code == 413
