"""Every address of the site, asked by every role and by strangers, against each room's table of permissions."""

import re
from collections.abc import Container, Iterator, Sequence
from contextlib import ExitStack
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.factories import ConflictFactory, SchoolFactory, UserFactory
from tests.web.objects import Objects, make_objects

from mainstay.roof import pages as roof_pages
from mainstay.roof.settings import ROOMS
from mainstay.service.accounts import middleware
from mainstay.service.accounts.models import User
from mainstay.service.accounts.permissions import PUBLIC
from mainstay.service.accounts.roles import GRANTS, Role

pytestmark = [pytest.mark.django_db, pytest.mark.roles, pytest.mark.long]
#: of one page, whatever it shows
MOST_QUERIES = 20
#: asked, but never followed: they end the sign-in that asks
ENDS_THE_SESSION = {"account_logout", "survey_tablet"}


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


#: what the pages are about is made once for several roles
_EVERYBODY = [None, *Role]
THIRDS = [_EVERYBODY[n::3] for n in range(3)]
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


@pytest.fixture(scope="module")
def objects(django_db_setup: None, django_db_blocker: Any) -> Iterator[Objects]:
    """Made once: every test of this file undoes what it changes."""
    with django_db_blocker.unblock(), ExitStack() as undone:
        for one in connections.all():
            undone.enter_context(transaction.atomic(using=one.alias))
        yield make_objects()
        for one in connections.all():
            transaction.set_rollback(True, using=one.alias)


@pytest.fixture(autouse=True)
def no_session_is_kept_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk may take minutes, and all it changes is undone: when it was last seen is not written down at every page."""
    monkeypatch.setattr(middleware, "SEEN_SECONDS", 10**10)


class Counting:
    """How many statements were asked; to write each of them down would take longer than asking it."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.queries += 1
        return execute(sql, params, many, context)


def statuses(
    client: Client, objects: Objects, names: list[str], refused: Container[str] = ()
) -> Iterator[tuple[str, str, Any]]:
    """Each name asked by GET and by an empty POST, everything it changed undone.

    refused: of these the first method that the page takes tells all: a permission is asked before the method's own work.
    """
    for name in names:
        address = reverse(name, kwargs=objects.arguments(name))
        for method in ("get", "post"):
            if method == "post" and name in ENDS_THE_SESSION:
                continue
            with transaction.atomic(), ExitStack() as counting:
                counter = Counting()
                for one in connections.all():
                    counting.enter_context(one.execute_wrapper(counter))
                response = getattr(client, method)(address)
                response.queries = counter.queries  # type: ignore[attr-defined]
                transaction.set_rollback(True)
            yield name, method, response
            if name in refused and response.status_code == 403:
                break


def to_sign_in(response: Any) -> bool:
    return response.status_code == 302 and response.url.startswith(
        (reverse("account_login"), "/account/confirm/")
    )


def test_strangers_see_public_pages_and_nothing_else(objects: Objects) -> None:
    client = Client()
    for name, method, response in statuses(client, objects, NAMES):
        if PAGES[name] == PUBLIC:
            assert response.status_code < 500, (name, method)
        elif name == "home" and method == "get":
            assert response.url == reverse("information")
        else:
            assert to_sign_in(response), (name, method, response.status_code)


#: what pages answer instead of 200 in the state they are asked in
ANSWERS = {
    "account_login": 302,  # signed in already
    "mfa_authenticate": 302,
    "account_change_password": 302,  # there is none yet: leads to setting one
    "case_allocate": 302,  # leads to the case, where its form is
    "case_close": 302,
    "pupil_open": 302,  # the record is not restricted
    "improvement_preview": 302,  # a draft that does not say enough for a letter yet
    "account_reauthenticate": 403,  # nothing to confirm oneself with
    "mfa_reauthenticate": 403,
    "mfa_deactivate_totp": 404,  # no second factor
    "mfa_view_recovery_codes": 404,
    "patrol_lines_export": 302,  # it would tell numbers that are hidden
    "calendar_feed": 404,  # no such key
    "fast_track_review_letter": 302,  # its review has no day yet
    "fast_track_outcome_letter": 302,  # nothing is decided yet
    "letter_read": 302,  # no letter is open
    "letter_basket": 302,
    "letter_representation": 302,
    "letter_receipt": 302,
    "letter_leave": 302,
    "missing_tell_leave": 302,
    "school_return_due": 302,  # leads to the form of that return
    "letter_paid": 404,  # no such key
    "employment_form_check": 302,  # no form is begun
    "employment_form_page": 302,
    "employment_form_leave": 302,
    "complain_sent": 302,  # nothing was sent
    "pay_webhook": 403,  # no signature
    "notify_webhook": 403,  # no token
    "join": 410,  # the link is over
    "choose_password": 410,
    "targeting_guest": 410,
    "supervision": 404,  # of two others: there for nobody else, whatever roles they hold
    "own_review": 404,  # of somebody else's work
    "bundle_file": 404,  # not issued yet
    "prosecution_summons": 302,  # no summons was applied for
    "prosecution_summons_file": 404,
    "bundle_manifest": 404,
    "witness_file": 404,  # not written yet
    "witness_paper": 404,
    "advice_opinion": 404,  # of solicitors who are instructed
}
#: posted, they find nothing: an empty form names nothing to do it to, or the thing is somebody else's own
NOTHING_FOUND = {
    "pupil_certificate", "school_contact_remove", "school_exception_remove", "saved_view_remove", "token_revoke",
    "supervision_write", "supervision_discuss", "supervision_act", "supervision_sign", "own_review",
}  # fmt: skip
#: pages of the service alone, about a child that a school may see
NOT_OF_SCHOOLS = {"document", "service_record", "notice_preview", "parent_notices"}
#: pages about a prosecution, which a solicitor sees of the cases they are instructed in
OF_PROSECUTIONS = {
    "prosecution", "prosecution_court_ready", "prosecution_pick", "hearing", "court_result", "bundle", "bundle_file", "bundle_manifest",
    "unused", "unused_export",
}  # fmt: skip
#: the privileged conversation of a case: its officer's and theirs who instruct, and of solicitors while they are instructed
OF_CONVERSATIONS = {"advice", "advice_answer", "advice_file"}
#: what schools send about a child, for them and for those who work on cases
OF_CASES = {"notice_request_evidence_file", "referral_paper", "referral_letter_file", "referral_round_paper"}


def is_right(name: str, method: str, response: Any, user: User) -> bool:
    """Whether a page answered as the table says: what one may see is there, everything else is refused."""
    status, permission = response.status_code, PAGES[name]
    if permission not in (None, PUBLIC) and permission not in user.permissions:
        return status in (403, 405)
    if user.is_school_user and name in NOT_OF_SCHOOLS:
        return status in (404, 405)
    if name in OF_PROSECUTIONS and not user.sees_all_schools:
        return status in (404, 405)
    if name in OF_CONVERSATIONS and not user.may("instruct"):
        return status in (404, 405)
    if name in OF_CASES and not (user.is_school_user or user.may("see_service_entries")):
        return status in (404, 405)
    if method == "get":
        only_post = status == 405 and "GET" not in response["Allow"]
        return only_post or status == ANSWERS.get(name, 200)
    refused = name in ANSWERS or (status == 404 and name in NOTHING_FOUND)
    return status < 500 and (status not in (403, 404) or refused)


def is_quick(name: str, method: str, response: Any) -> bool:
    """Whether a page asked no more of the database than a page may."""
    is_page = method == "get" and response.get("Content-Type", "").startswith("text/html")
    return not is_page or response.queries <= MOST_QUERIES


#: boxes of several lines that the browser does not keep while they are not sent
NOT_KEPT = {
    ("import", "mapping"),  # columns and codes of a file, copied from its description
    ("import_options", "mapping"),
    ("targeting_meeting_new", "others"),  # names and e-mail addresses of guests, a line each
    ("targeting_meeting_ask", "others"),
    ("complain", "text"),  # of whoever complains, perhaps at a library's computer
    ("complain", "wish"),
    ("team_value_set", "value"),  # a list that stands in the box already
}
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S)
BOX = re.compile(r"<textarea\b([^>]*)>")


def lost(name: str, response: Any) -> list[str]:
    """Boxes for long text on a page which the browser would not keep while they are not sent."""
    if not response.get("Content-Type", "").startswith("text/html"):
        return []
    html, found = response.content.decode(), []
    kept = "".join(
        inner for of, inner in FORM.findall(html) if "data-autosave-form=" in of or "data-sealed-form=" in of
    )
    for box in BOX.findall(html):
        longest, called = re.search(r'maxlength="(\d+)"', box), re.search(r'name="([^"]*)"', box)
        if (
            (longest is None or int(longest[1]) >= 1000)
            and "data-autosave-key" not in box
            and box not in kept
        ):
            found.append(called[1] if called else "")
    return [box for box in found if (name, box) not in NOT_KEPT]


def walk(user: User, objects: Objects) -> list[tuple[str, str, int, int, list[str]]]:
    """Every page asked as this person; those that did not answer as they should, asked for too much, or lose long text."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    forbidden = {
        name for name in NAMES if PAGES[name] not in (None, PUBLIC) and PAGES[name] not in user.permissions
    }
    return [
        (name, method, response.status_code, response.queries, boxes)
        for name, method, response in statuses(client, objects, NAMES, forbidden)
        if (boxes := lost(name, response))
        or not (is_right(name, method, response, user) and is_quick(name, method, response))
    ]


@pytest.mark.parametrize("roles", THIRDS, ids=lambda roles: ", ".join(str(role) for role in roles))
def test_a_role_sees_what_its_permissions_say(roles: Sequence[Role | None], objects: Objects) -> None:
    wrong = {}
    for role in roles:
        with transaction.atomic():
            user: User = UserFactory(role=role)
            if role and GRANTS[role].schools == "own":
                user.school_posts.create(school=objects.school)
            wrong[role] = walk(user, objects)
            transaction.set_rollback(True)
    assert {role: found for role, found in wrong.items() if found} == {}


def test_somebody_of_a_trust_sees_what_a_school_user_sees(objects: Objects) -> None:
    assert walk(UserFactory(role=Role.SCHOOL_STAFF, trust=objects.school.trust), objects) == []


def test_who_has_a_conflict_of_interest_finds_nothing_of_that_school_and_its_children(
    objects: Objects,
) -> None:
    user = UserFactory(role=Role.SERVICE_MANAGER)
    ConflictFactory(user=user, school=objects.school)
    client = Client()
    client.force_login(user)
    names = [name for name in NAMES if objects.of_a_child(name) or objects.of_a_school(name)]
    assert len(names) > 16
    for name, method, response in statuses(client, objects, names):
        refused = (404, 405) if PAGES[name] in (None, *user.permissions) else (403, 405)
        assert response.status_code in refused, (name, method, response.status_code)


@pytest.mark.parametrize("role", [Role.SCHOOL_STAFF, Role.HEAD_TEACHER])
def test_another_schools_children_are_not_there_for_a_school(role: Role, objects: Objects) -> None:
    client = Client()
    client.force_login(UserFactory(role=role, school=SchoolFactory()))
    names = [name for name in NAMES if objects.of_a_child(name)]
    assert len(names) > 8
    for name, method, response in statuses(client, objects, names):
        assert response.status_code in (403, 404, 405), (name, method, response.status_code)
