"""The API: who may call it, what it answers, and that it keeps to its own document."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.factories import TrustFactory, UserFactory
from tests.factories_attendance import a_child, a_school, days_before, long_file, present

from mainstay.law import questions
from mainstay.roof.wsgi import application
from mainstay.service.accounts.actions import tokens
from mainstay.service.accounts.models import ApiToken, User
from mainstay.service.attendance.models import RegisterImport
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil, School
from mainstay.service.directory.relations import can_see_pupil

pytestmark = pytest.mark.django_db
BORN = {"date_of_birth": "2010-09-01"}


def key_of(user: User, *scopes: str, school_id: int | None = None) -> str:
    now = timezone.now()
    said = {"name": "test", "scopes": list(scopes), "expires_at": now + timedelta(days=30)}
    return tokens.make(**said, school_id=school_id, by=user, at=now)[1]  # type: ignore[arg-type]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def ask(client: Client, question: str, body: object, **extra: Any) -> Any:
    return client.post(
        f"/api/v1/rules/{question}", json.dumps(body), content_type="application/json", **extra
    )


@pytest.fixture
def key() -> str:
    return key_of(UserFactory(role="police_liaison"), "rules")


def test_an_answer_is_the_same_as_the_laws_own(client: Client, key: str) -> None:
    response = ask(client, "age", BORN, headers=bearer(key))
    assert response.status_code == 200
    assert response.json() == questions.ask("age", BORN)


def test_what_is_not_understood_is_422_and_the_contracts_error_object(client: Client, key: str) -> None:
    response = ask(client, "age", {"date_of_birth": "yesterday"}, headers=bearer(key))
    assert response.status_code == 422
    assert response.json()["error"]["where"] == "/date_of_birth"


@pytest.mark.parametrize("body", [b"{", b"[]", b"", b"\xff\xfe", b'{"a": NaN}', b'"text"'])
def test_a_body_that_is_no_object_is_422(client: Client, key: str, body: bytes) -> None:
    response = client.post("/api/v1/rules/age", body, content_type="application/json", headers=bearer(key))
    assert response.status_code == 422
    assert response.json()["error"]["where"] == ""


def test_a_question_there_is_not_names_those_there_are(client: Client, key: str) -> None:
    response = ask(client, "weather", {}, headers=bearer(key))
    assert response.status_code == 422
    assert "threshold" in response.json()["error"]["problem"]


def test_without_a_key_nothing_is_answered(client: Client) -> None:
    response = ask(client, "age", BORN)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_wrong_key_is_refused(client: Client) -> None:
    assert ask(client, "age", BORN, headers=bearer("mainstay_0_0")).status_code == 401


@pytest.mark.parametrize("change", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now()}])
def test_a_key_that_is_over_is_refused(client: Client, key: str, change: dict[str, Any]) -> None:
    ApiToken.objects.update(**change)
    assert ask(client, "age", BORN, headers=bearer(key)).status_code == 401


def test_a_leavers_key_is_refused(client: Client, key: str) -> None:
    User.objects.update(is_active=False)
    assert ask(client, "age", BORN, headers=bearer(key)).status_code == 401


def test_a_key_for_something_else_is_refused(client: Client) -> None:
    key = key_of(UserFactory(role="ewo"), "registers:write")
    assert ask(client, "age", BORN, headers=bearer(key)).status_code == 403


def test_a_key_outlives_no_permission(client: Client) -> None:
    user = UserFactory(role="ewo")
    key = key_of(user, "registers:write")
    user.roles_held.update(until=timezone.localdate() - timedelta(days=1))
    response = client.post(
        "/api/v1/registers", {"file": SimpleUploadedFile("a.csv", b"x")}, headers=bearer(key)
    )
    assert response.status_code == 403


def test_a_browser_needs_its_csrf_token() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(UserFactory(role="ewo"))
    assert ask(browser, "age", BORN).status_code == 403
    browser.get(reverse("account_logout"))  # a page with a form sets the cookie
    token = browser.cookies[settings.CSRF_COOKIE_NAME].value
    assert ask(browser, "age", BORN, headers={"X-CSRFToken": token}).status_code == 200


def test_bodies_are_not_logged(client: Client, key: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        ask(client, "age", {"date_of_birth": "Wanda Winterbottom"}, headers=bearer(key))
    assert "api:ask" in caplog.text
    assert "Winterbottom" not in caplog.text


def test_the_list_names_every_question_with_schema_and_parameters(client: Client, key: str) -> None:
    listed = client.get("/api/v1/rules", headers=bearer(key)).json()["questions"]
    assert [entry["name"] for entry in listed] == list(questions.NAMES)
    for entry in listed:
        assert client.get(entry["schema_at"], headers=bearer(key)).json() == questions.SCHEMAS[entry["name"]]
        assert client.get(entry["parameters_at"], headers=bearer(key)).json()["question"] == entry["name"]


def test_the_document_is_public_and_the_page_shows_every_operation(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    client.force_login(UserFactory())
    page = client.get(reverse("api_page")).content.decode()
    for path in document["paths"]:
        assert path in page


def test_the_manual_names_every_operation(client: Client) -> None:
    manual = Path("docs/reference/api.md").read_text()
    document = client.get("/api/v1/openapi.json").json()
    names = "|".join(questions.NAMES)
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"`{method.upper()} {re.sub(f'/rules/({names})', '/rules/QUESTION', path)}`" in manual


def send(client: Client, key: str, content: bytes, name: str = "register.csv", **more: str) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post("/api/v1/registers", {"file": file, **more}, headers=bearer(key))


def test_a_register_sent_by_a_schools_system_is_kept_and_can_be_followed(client: Client) -> None:
    pupil = a_child()
    user = UserFactory(role="school_staff", school=pupil.school)
    key = key_of(user, "registers:write")
    file = long_file({pupil: present(days_before(pupil.school)[-5:])}).read()
    response = send(client, key, file, school=pupil.school.laestab)
    assert response.status_code == 202, response.content
    said = client.get(response.json()["at"], headers=bearer(key)).json()
    assert said["id"] == response.json()["id"]
    assert said["state"] in ("preview", "taken", "reading", "received")
    other = key_of(UserFactory(role="ewo"), "registers:write")
    assert client.get(response.json()["at"], headers=bearer(other)).status_code == 404


def test_the_answer_says_where_and_why_rows_were_refused_but_not_what_they_held(client: Client) -> None:
    pupil = a_child()
    key = key_of(UserFactory(role="school_staff", school=pupil.school), "registers:write")
    days = days_before(pupil.school)[-5:]
    file = long_file({pupil: present(days) | {(days[0], "AM"): "Quux"}}).read()
    at = send(client, key, file).json()["at"]
    response = client.get(at, headers=bearer(key))
    said = response.json()
    assert said["rows_refused"] == 1
    assert said["refusals"] == [
        {"line": 2, "column": "Mark", "problem": said["refusals"][0]["problem"]}
    ]  # fmt: skip
    assert said["refusals"][0]["problem"] and "Quux" not in response.content.decode()


def test_a_school_sends_for_no_other_school(client: Client) -> None:
    mine, other = a_school(), a_school()
    key = key_of(UserFactory(role="school_staff", school=mine), "registers:write")
    response = send(client, key, b"UPN,Date,AM,PM\n", school=other.urn)
    assert (response.status_code, response.json()["error"]["where"]) == (422, "/school")


@pytest.fixture
def trust_user() -> User:
    """Of a trust with two schools that have a child each."""
    trust = TrustFactory()
    for _ in range(2):
        a_child(school=a_school(trust=trust))
    user: User = UserFactory(role="school_staff", trust=trust)
    return user


def children() -> list[Pupil]:
    return list(Pupil.objects.order_by("pk").select_related("school"))


def register_of(pupil: Pupil, urn: str | None = None) -> bytes:
    return long_file({pupil: present(days_before(pupil.school)[-5:])}, urn=urn).read()  # type: ignore[arg-type]


def test_a_schools_key_sends_for_that_school_and_no_other(client: Client, trust_user: User) -> None:
    ours, other = children()
    key = key_of(trust_user, "registers:write", school_id=ours.school_id)
    refused = send(client, key, register_of(other), school=other.school.urn)  # type: ignore[union-attr]
    assert (refused.status_code, refused.json()["error"]["where"]) == (422, "/school")
    named_inside = client.get(send(client, key, register_of(other)).json()["at"], headers=bearer(key)).json()
    assert "another school" in named_inside["stopped_because"]
    nameless = client.get(
        send(client, key, register_of(ours, urn="")).json()["at"], headers=bearer(key)
    ).json()
    assert (nameless["state"], nameless["stopped_because"]) == ("preview", "")
    assert set(RegisterImport.objects.values_list("school_id", flat=True)) == {ours.school_id}


def test_a_key_of_ones_own_sends_for_every_school_of_the_trust(client: Client, trust_user: User) -> None:
    key = key_of(trust_user, "registers:write")
    for pupil in children():
        at = send(client, key, register_of(pupil)).json()["at"]
        assert client.get(at, headers=bearer(key)).json()["stopped_because"] == ""


def test_a_schools_key_reads_nothing_of_another_school(client: Client, trust_user: User) -> None:
    ours, other = children()
    own = key_of(trust_user, "registers:write")
    key = key_of(trust_user, "registers:write", school_id=ours.school_id)
    for pupil, status in ((ours, 200), (other, 404)):
        at = send(client, own, register_of(pupil), school=pupil.school.urn).json()["at"]  # type: ignore[union-attr]
        assert client.get(at, headers=bearer(key)).status_code == status
        assert client.get(at, headers=bearer(own)).status_code == 200


def test_a_schools_key_narrows_every_list_for_whoever_made_it(trust_user: User) -> None:
    ours, _ = children()
    for user in (trust_user, UserFactory(role="ewo")):
        made = key_of(user, "registers:write", school_id=ours.school_id)
        found = tokens.owner(made, timezone.now())
        assert found
        assert list(School.objects.visible_to(found[0])) == [ours.school]
        assert list(Pupil.objects.visible_to(found[0])) == [ours]
        assert [can_see_pupil(found[0], pupil) for pupil in children()] == [True, False]


def test_a_schools_key_ends_with_the_post_of_its_owner(client: Client, trust_user: User) -> None:
    ours, _ = children()
    key = key_of(trust_user, "registers:write", school_id=ours.school_id)
    trust_user.school_posts.update(until=timezone.localdate() - timedelta(days=1))
    assert send(client, key, register_of(ours)).status_code == 403


def test_a_key_is_made_on_the_page_for_one_of_ones_schools_only(client: Client, trust_user: User) -> None:
    ours, elsewhere = children()[0].school, a_school()
    client.force_login(trust_user)
    said = {"name": "k", "scopes": ["registers:write"], "months": "3"}
    assert client.post(reverse("token_new"), {**said, "school": elsewhere.pk}).status_code == 400
    client.post(reverse("token_new"), {**said, "school": ours.pk})  # type: ignore[union-attr]
    assert ApiToken.objects.get().school_id == ours.pk  # type: ignore[union-attr]
    assert ours.name in client.get(reverse("profile")).content.decode()  # type: ignore[union-attr]
    with pytest.raises(StepRefused, match="one of your schools"):
        key_of(trust_user, "registers:write", school_id=elsewhere.pk)


def test_a_file_that_is_no_register_is_refused_with_its_reason(client: Client) -> None:
    key = key_of(UserFactory(role="ewo"), "registers:write")
    response = send(client, key, b"%PDF-1.7", "register.pdf")
    assert (response.status_code, response.json()["error"]["where"]) == (422, "/file")


def test_a_call_without_a_file_names_the_field(client: Client) -> None:
    key = key_of(UserFactory(role="ewo"), "registers:write")
    response = client.post("/api/v1/registers", {}, headers=bearer(key))
    assert (response.status_code, response.json()["error"]["where"]) == (422, "/file")


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("name", questions.NAMES)
def test_every_question_keeps_to_its_document(
    name: str, mode: GenerationMode, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as Django's own test client does: the end of a request must not close the test's connection
    monkeypatch.setattr(request_started, "receivers", [])
    monkeypatch.setattr(request_finished, "receivers", [])
    request_started.sender_receivers_cache.clear()
    request_finished.sender_receivers_cache.clear()
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operation = document[f"/api/v1/rules/{name}"]["POST"]

    @examples(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy(generation_mode=mode))
    def keeps(case: schemathesis.Case) -> None:
        # a well-formed question may still be refused: 29 February 2023, marks outside the calendar
        case.call_and_validate(headers=bearer(key), excluded_checks=[positive_data_acceptance])

    keeps()
