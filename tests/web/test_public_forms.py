"""Every form without a sign-in: whatever schemathesis sends it does not fail, and a program that fills it in changes nothing."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from schemathesis import GenerationMode
from tests.factories import UserFactory
from tests.factories_feedback import AT, a_survey

from mainstay.service.common.outbox.models import Message
from mainstay.service.employment.forms.pages import PUBLIC
from mainstay.service.employment.models import Licence, Permit, Report
from mainstay.service.feedback.actions import surveys
from mainstay.service.feedback.models import Answer, Complaint
from mainstay.service.missing import telling
from mainstay.service.missing.models import MissingChild

pytestmark = pytest.mark.django_db
KEPT = (Answer, Complaint, Licence, Message, MissingChild, Permit, Report)
#: forms that open with a key or a number of their own; their own tests, and the one of hostile values, send them more
KEYED = {
    "choose_password", "forgotten_password", "join", "letter_open", "letter_representation", "letter_basket", "letter_pay", "letter_read",
    "notify_webhook", "pay_webhook", "targeting_guest",
}  # fmt: skip
OWN = {
    "complain", "survey", "missing_tell", "missing_tell_page", "missing_tell_come_back", "missing_tell_check", "employment_form",
    "employment_form_page", "employment_form_resume", "employment_form_check",
}  # fmt: skip


class Fields(HTMLParser):
    """The form of a page as the property names of an OpenAPI schema, and which of them a browser would send filled in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, Any]] = {}
        self.sent: dict[str, str] = {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name, value = said.get("name") or "", said.get("value") or ""
        if tag == "option" and self._select:
            self.found[self._select].setdefault("enum", []).append(value)
        elif name and tag in ("input", "textarea", "select") and name != "csrfmiddlewaretoken":
            field = self.found.setdefault(name, {"type": "string"})
            self._select = name if tag == "select" else ""
            if said.get("type") in ("radio", "checkbox"):
                field.setdefault("enum", []).append(value or "on")
            elif said.get("type") == "hidden":
                self.sent[name] = value
            elif most := said.get("maxlength"):
                field["maxLength"] = int(most)


def a_link() -> str:
    manager = UserFactory(role="service_manager")
    one = surveys.ask(
        survey=a_survey(manager), service="case", how="sheet", most=200, school=None, by=manager, at=AT
    )
    one.until = one.until.replace(year=2199)
    one.save()
    return reverse("survey", args=[surveys.token(one)])


def forms(client: Client) -> list[str]:
    """The address of each form, with what was begun in this browser."""
    cache.clear()
    client.post(reverse("missing_tell"))
    for which in PUBLIC:
        client.post(reverse("employment_form", args=[which]))
    return [
        reverse("complain"), a_link(), reverse("missing_tell"), reverse("missing_tell_come_back"), reverse("missing_tell_check"),
        *(reverse("missing_tell_page", args=[slug]) for slug in telling.PAGES),
        *(reverse(f"employment_form{end}", args=[which]) for which in PUBLIC for end in ("", "_resume", "_check")),
        *(reverse("employment_form_page", args=[which, page]) for which, pages in PUBLIC.items() for page in pages),
    ]  # fmt: skip


def test_every_form_without_a_sign_in_is_tried_here_or_opens_with_a_key() -> None:
    def views(patterns: Any) -> Any:
        for each in patterns:
            yield from [each] if isinstance(each, URLPattern) else views(each.url_patterns)

    client, args = (
        Client(raise_request_exception=False),
        {"slug": "danger", "form": "report", "page": "place"},
    )
    taking = set()
    for view in views(get_resolver().url_patterns):
        if not getattr(view.callback, "is_public", False):
            continue
        wanted = {name: args.get(name, "x") for name in view.pattern.converters}
        if client.post(reverse(view.name, kwargs=wanted)).status_code != 405:
            taking.add(view.name)
    assert taking == KEYED | OWN


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_whatever_schemathesis_sends_no_form_fails(mode: GenerationMode) -> None:
    client = Client(raise_request_exception=False)
    addresses = forms(client)
    document = {"openapi": "3.1.0", "info": {"title": "Public forms", "version": "1"}, "paths": {}}
    for address in addresses:
        fields = Fields(client.get(address).content.decode()).found
        if not fields:
            continue  # the check page of a form that is not complete
        schema = {"type": "object", "properties": fields, "additionalProperties": False}
        body = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}
        answers = {"200": {"description": "The page"}}
        document["paths"][address] = {"post": {"requestBody": body, "responses": answers}}  # type: ignore[index]
    assert len(document["paths"]) > 25
    for address in document["paths"]:
        _send(client, address, schemathesis.openapi.from_dict(document)[address]["POST"], mode)


def _send(client: Client, address: str, operation: Any, mode: GenerationMode) -> None:
    @examples(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case) -> None:
        said = case.body if isinstance(case.body, dict) else {}
        typed = urlencode({k: v for k, v in said.items() if v is not None}, doseq=True, errors="replace")
        cache.clear()
        with transaction.atomic():
            answer = client.post(address, typed, content_type="application/x-www-form-urlencoded")
            transaction.set_rollback(True)
        assert answer.status_code < 500, (address, said)

    send()


def spam(client: Client, address: str, *, trap: bool) -> int:
    """What a program does that finds a form: fill in every box it sees, with a link, and send at once."""
    fields = Fields(client.get(address).content.decode())
    said = {
        name: (one.get("enum") or ["Buy now http://spam.example"])[-1] for name, one in fields.found.items()
    }
    said |= {name: "spam@example.org" for name in said if "email" in name} | fields.sent
    said["website"] = "http://spam.example" if trap else ""
    return client.post(address, said).status_code


@pytest.mark.parametrize("trap", [True, False])
def test_a_program_that_fills_in_every_form_again_and_again_changes_nothing(trap: bool) -> None:
    client = Client()
    addresses = forms(client)
    Message.objects.all().delete()
    seen = {address: [spam(client, address, trap=trap) for _ in range(3)] for address in addresses}
    assert all(status < 500 for answers in seen.values() for status in answers)
    assert {kind.__name__: kind.objects.count() for kind in KEPT} == dict.fromkeys(
        (kind.__name__ for kind in KEPT), 0
    )


def test_a_program_that_waits_is_stopped_by_the_number_of_its_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mainstay.service.feedback.guarding.LEAST_SECONDS", -1)
    client = Client()
    cache.clear()
    answers = [spam(client, reverse("complain"), trap=False) for _ in range(15)]
    assert answers[0] == 302 and answers[-1] == 429
    assert Complaint.objects.count() == Message.objects.count() == answers.count(302) == 10
    begun = [client.post(reverse("missing_tell")).status_code for _ in range(70)]
    assert begun[0] == 302 and begun[-1] == 429
