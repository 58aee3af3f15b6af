"""What nobody types by accident, in every parameter and every field each page reads: no page ever fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from tests.factories import UserFactory
from tests.factories_attendance import days_before, give, marked
from tests.web.objects import Objects, make_objects
from tests.web.test_roles import ENDS_THE_SESSION, NAMES

from mainstay.service.directory.models import Pupil

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.long, pytest.mark.hostile]

VALUES = {
    "letters": "abc",
    "huge": str(10**25),
    "below nothing": "-1",
    "the last day": "9999-12-31",
    "the first day": "0001-01-01",
    "NUL": "a\0b",
    "long": "x" * 10_000,
    "long number": "9" * 10_000,
    "other digits": "²٣",
    "several": ["1", "2", "abc"],
}

#: of a form all fields get the same: what is refused alike need not be tried twice
POSTED = ("huge", "the last day", "NUL", "long", "other digits", "several")
#: tried in each field by itself as well, where another field's refusal would hide what it does
ALONE = ("huge", "long number")


@pytest.fixture
def objects() -> Objects:
    found = make_objects()
    pupil = Pupil.objects.get(pk=found.ids["pupil"])
    give(pupil, marked(days_before(found.school), "O", 12))
    return found


@pytest.fixture
def manager() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(role="service_manager"))
    return client


@contextmanager
def names_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Collects the names that a page asks its parameters for."""
    names: set[str] = set()

    def noting(method: str) -> Any:
        original = getattr(MultiValueDict, method)

        def read(self: Any, key: Any, *more: Any, **named: Any) -> Any:
            if isinstance(self, QueryDict):
                names.add(key)
            return original(self, key, *more, **named)

        return read

    with monkeypatch.context() as patch:
        for method in ("__getitem__", "get", "getlist"):
            patch.setattr(MultiValueDict, method, noting(method))
        yield names


def _ask(client: Client, method: str, address: str, said: dict[str, Any]) -> int:
    with transaction.atomic():
        response = getattr(client, method)(address, said)
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    return int(response.status_code)


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_value_of_any_parameter_makes_a_page_fail(
    method: str, manager: Client, objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed, tried = [], 0
    for name in NAMES:
        if name in ENDS_THE_SESSION:
            continue
        address = reverse(name, kwargs=objects.arguments(name))
        with names_read(monkeypatch) as names:
            if _ask(manager, method, address, {}) == 405:
                continue
        names -= {"csrfmiddlewaretoken"}
        if not names and method == "get":
            continue
        for what, value in VALUES.items():
            if method == "post" and what not in POSTED:
                continue
            # a filter is read by itself; a form is refused as long as anything else of it is missing
            alone = sorted(names) if what in ALONE and method == "get" else []
            for said in [*({one: value} for one in alone), dict.fromkeys(names, value)]:
                tried += 1
                if _ask(manager, method, address, said) >= 500:
                    failed.append((name, what, sorted(said)))
    assert failed == []
    assert tried > 200


def test_the_parameters_tried_are_those_the_pages_read(
    manager: Client, objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, expected in (
        ("findings", {"school", "kind", "age", "year_group", "page", "sort"}),
        ("pupil_chronology", {"by", "first", "last"}),
        ("pupil_register", {"year", "known"}),
        ("city", {"year", "phase"}),
    ):
        with names_read(monkeypatch) as names:
            manager.get(reverse(name, kwargs=objects.arguments(name)))
        assert expected <= names, name


def test_no_number_in_an_address_makes_a_page_fail(manager: Client, objects: Objects) -> None:
    failed = []
    for name in NAMES:
        given = objects.arguments(name)
        if not given or name in ENDS_THE_SESSION:
            continue
        numbers = {key: 10**25 if isinstance(value, int) else value for key, value in given.items()}
        for method in ("get", "post"):
            if _ask(manager, method, reverse(name, kwargs=numbers), {}) >= 500:
                failed.append((name, method))
    assert failed == []


@pytest.mark.parametrize("query", ["q=%00", "%00=1"])
@pytest.mark.parametrize("name", ["findings", "account_login", "list_questions"])
def test_a_nul_is_refused(manager: Client, name: str, query: str) -> None:
    address = "/api/v1/rules" if name == "list_questions" else reverse(name)
    assert manager.get(f"{address}?{query}").status_code == 400
