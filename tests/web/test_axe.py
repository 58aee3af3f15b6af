"""Every page with something on it, read by axe: nothing serious is found, and it fits a wide and a narrow window."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from tests.factories import UserFactory
from tests.factories_attendance import at, days_before, long_file, marked
from tests.web.attendance.helpers import link, truant
from tests.web.browsing import NARROW, NEEDS_CHROMIUM, WIDE, launched, page_of
from tests.web.objects import make_objects
from tests.web.test_roles import NAMES, PAGES

from mainstay.service.accounts.permissions import PUBLIC
from mainstay.service.accounts.roles import GRANTS, Role
from mainstay.service.attendance.actions import imports
from mainstay.service.directory.models import School

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.long, pytest.mark.django_db(databases="__all__", transaction=True)]
AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
GRAVE = ("serious", "critical")
#: nobody signed in, who may most in the service, and who may most in a school
FIRST = (None, Role.SERVICE_MANAGER, Role.HEAD_TEACHER)
#: downloads, answers for programs, pages that end the sign-in, and what only takes a POST is found by asking
NO_PAGES = {
    "account_logout", "healthz", "import_refusals", "document", "letter_leave", "missing_tell_leave", "employment_form_leave",
    "survey_tablet",
}  # fmt: skip
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
    && !e.closest('thead')).slice(0, 3).map(e => e.outerHTML.slice(0, 160))"""
#: contrast follows from the classes: it is measured where an element has a set of them that no page before had
RUN = """async contrast => (await axe.run(document, {
    resultTypes: ['violations'], rules: {'color-contrast': {enabled: contrast}}})).violations
  .map(v => [v.impact, v.id, v.nodes.length, v.nodes[0].html.slice(0, 200)])"""


@pytest.fixture
def addresses() -> dict[str, str]:
    """Name -> address of each page that shows something, with data behind it."""
    objects = make_objects()
    pupil = truant(objects.school, surname="Hazelmere")
    file = long_file({pupil: marked(days_before(objects.school), "O", 12)})
    sent = imports.receive(file=file, school=objects.school, by=None, at=at())
    ids = {**objects.ids, "import": sent.pk, "pupil_register": pupil.pk, "pupil_mark": pupil.pk}
    full = type(objects)(objects.school, ids, objects.extra)
    return {
        name: reverse(name, kwargs=full.arguments(name))
        for name in NAMES
        if name not in NO_PAGES and not name.endswith("_export")
    }


CLASSES = """() => [...new Set([...document.querySelectorAll('body, body *')].map(
  e => `${e.parentElement.getAttribute('class')} ${e.tagName} ${e.getAttribute('class')} ${e.getAttribute('style') || ''}`))]"""


def _structure(html: str) -> str:
    """The elements of a page's main part with their classes: no texts, addresses or numbers."""
    main = html[html.index("<main") : html.index("</main")]
    return re.sub(r">[^<]*<| (?!class)[a-z-]+=\"[^\"]*\"", "", main)


def _shown(
    page: Any, addresses: dict[str, str], role: Role | None, read: set[str], seen: set[str]
) -> Iterator[str]:
    """Opens each page this role may see; yields its name while it is open.

    Pages built like one read already are left out, but for the role's first, which stands for its frame. The
    first roles open every page they may, those after them what nobody opened before, and their first page.
    """
    held = GRANTS[role].permissions if role else frozenset()
    framed = False
    for name, address in addresses.items():
        if role not in FIRST and name in seen and name != "home":
            continue
        if PAGES[name] == PUBLIC or (role and (PAGES[name] is None or PAGES[name] in held)):
            answer = page.request.get(address)
            if answer.status != 200 or "html" not in answer.headers["content-type"]:
                continue
            built = _structure(answer.text()) if framed else f"{role} {name}"
            framed = True
            if built not in read:
                read.add(built)
                page.goto(address)
                yield name


def _window(browser: Any, address: str, role: Role | None, school: School) -> Any:
    if role is None:
        return browser.new_context(base_url=address, bypass_csp=True).new_page()
    at_school = role in (Role.SCHOOL_STAFF, Role.HEAD_TEACHER)
    user = UserFactory(role=role, **({"school": school} if at_school else {}))
    if role == Role.EWO:
        link(school, user)
    return page_of(browser, address, user, bypass_csp=True)


def test_axe_finds_nothing_serious_on_any_page(live_server: Any, addresses: dict[str, str]) -> None:
    school = School.objects.get(pk=addresses["school"].strip("/").split("/")[-1])
    found, seen, read, coloured = [], set(), set[str](), set[str]()
    with launched() as browser:
        for role in (*FIRST, *(role for role in Role if role not in FIRST)):
            page = _window(browser, live_server.url, role, school)
            page.add_init_script(AXE)
            for name in _shown(page, addresses, role, read, seen):
                seen.add(name)
                classes = set(page.evaluate(CLASSES))
                found += [
                    (role, name, *one)
                    for one in page.evaluate(RUN, not classes <= coloured)
                    if one[0] in GRAVE
                ]
                coloured |= classes
                for width in (WIDE, NARROW):
                    page.set_viewport_size({"width": width, "height": 900})
                    if wide := page.evaluate(TOO_WIDE):
                        found.append((role, name, width, "wider than the window", *wide))
                page.set_viewport_size({"width": WIDE, "height": 900})
            page.context.close()
    assert found == []
    assert len(seen) > 60, sorted(set(addresses) - seen)
