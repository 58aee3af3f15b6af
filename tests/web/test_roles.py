"""Every address of the site, asked by every role and by strangers, against each room's table of permissions."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.factories import SchoolFactory, UserFactory
from tests.web.objects import Objects, make_objects

from mainstay.roof import pages as roof_pages
from mainstay.roof.settings import ROOMS
from mainstay.service.accounts.models import User
from mainstay.service.accounts.permissions import PUBLIC
from mainstay.service.accounts.roles import GRANTS, Role

pytestmark = pytest.mark.django_db
#: asked, but never followed: they end the sign-in that asks
ENDS_THE_SESSION = {"account_logout"}


def tables() -> dict[str, str | None]:
    """Every room's PAGES in one; a name that two rooms claim is a fault."""
    found = dict(roof_pages.PAGES)
    for room in ROOMS[1:]:
        for name, permission in import_module(f"mainstay.service.{room}.permissions").PAGES.items():
            assert name not in found, f"{name} is in two tables"
            found[name] = permission
    return found


def addresses(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """Every address except the API, which answers by keys and has tests of its own."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif pattern.namespace != "api":
            yield from addresses(pattern)


PAGES = tables()
NAMES = sorted(str(pattern.name) for pattern in addresses())


def test_every_address_has_a_name_of_its_own() -> None:
    assert "None" not in NAMES
    assert len(NAMES) == len(set(NAMES))


def test_every_address_is_in_a_table_and_every_line_of_a_table_has_an_address() -> None:
    assert sorted(PAGES) == NAMES


def test_the_views_ask_for_what_the_tables_say() -> None:
    wrong = {}
    for pattern in addresses():
        view, expected = pattern.callback, PAGES[str(pattern.name)]
        module = getattr(getattr(view, "view_class", view), "__module__", "")
        if module.startswith("allauth."):
            continue
        asks = PUBLIC if getattr(view, "is_public", False) else getattr(view, "permission", "nothing at all")
        if asks != expected:
            wrong[pattern.name] = (asks, expected)
    assert wrong == {}


def test_templates_come_from_one_engine() -> None:
    assert [engine["BACKEND"] for engine in settings.TEMPLATES] == ["django.template.backends.jinja2.Jinja2"]


@pytest.fixture
def objects() -> Objects:
    return make_objects()


def statuses(client: Client, objects: Objects, names: list[str]) -> Iterator[tuple[str, str, Any]]:
    """Each name asked by GET and by an empty POST, everything it changed undone."""
    for name in names:
        address = reverse(name, kwargs=objects.arguments(name))
        for method in ("get", "post"):
            if method == "post" and name in ENDS_THE_SESSION:
                continue
            with transaction.atomic():
                response = getattr(client, method)(address)
                transaction.set_rollback(True)
            yield name, method, response


def to_sign_in(response: Any) -> bool:
    return response.status_code == 302 and response.url.startswith(
        (reverse("account_login"), "/account/confirm/")
    )


def test_strangers_see_public_pages_and_nothing_else(objects: Objects) -> None:
    client = Client()
    for name, method, response in statuses(client, objects, NAMES):
        if PAGES[name] == PUBLIC:
            assert response.status_code < 500, (name, method)
        else:
            assert to_sign_in(response), (name, method, response.status_code)


@pytest.mark.parametrize("role", [None, *Role])
def test_a_role_sees_what_its_permissions_say(role: Role | None, objects: Objects) -> None:
    user: User = UserFactory(role=role)
    if role and GRANTS[role].schools == "own":
        user.school_posts.create(school=objects.school)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    held = GRANTS[role].permissions if role else frozenset()
    wrong = []
    for name, method, response in statuses(client, objects, NAMES):
        permission, status = PAGES[name], response.status_code
        if permission in (None, PUBLIC) or permission in held:
            right = status < 500 and (status != 403 or name in MAY_ALSO_REFUSE)
        else:
            right = status in (403, 405)
        if not right:
            wrong.append((name, method, status))
    assert wrong == []


#: pages that refuse for another reason besides the permission: nothing to confirm oneself with
MAY_ALSO_REFUSE = {"account_reauthenticate", "mfa_reauthenticate"}


@pytest.mark.parametrize("role", [Role.SCHOOL_STAFF, Role.HEAD_TEACHER])
def test_another_schools_children_are_not_there_for_a_school(role: Role, objects: Objects) -> None:
    client = Client()
    client.force_login(UserFactory(role=role, school=SchoolFactory()))
    names = [name for name in NAMES if objects.of_a_child(name)]
    assert len(names) > 8
    for name, method, response in statuses(client, objects, names):
        assert response.status_code in (403, 404, 405), (name, method, response.status_code)
