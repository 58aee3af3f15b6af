"""A walk through the agreement: every screen of its 49 rows, opened in a browser by the person named beside it."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from tests.factories import UserFactory
from tests.web.browsing import NEEDS_CHROMIUM, launched, page_of
from tests.web.objects import make_objects

from mainstay.roof import agreement
from mainstay.service.accounts.roles import GRANTS, Role

ROOT = Path(__file__).parents[2]


def test_every_row_is_told_and_proved() -> None:
    assert [row.number for row in agreement.ROWS] == list(range(1, 50))
    for row in agreement.ROWS:
        assert row.screens and row.how_to and row.tests, row.number
        for name in row.how_to:
            assert (ROOT / f"docs/how-to/{name}.md").is_file(), (row.number, name)
        for test in row.tests:
            assert (ROOT / "tests" / test).is_file(), (row.number, test)


def test_the_page_is_up_to_date() -> None:
    assert (ROOT / agreement.PAGE).read_text("utf-8") == agreement.page()


class TestInBrowser:
    pytestmark = [
        *NEEDS_CHROMIUM,
        pytest.mark.long,
        pytest.mark.django_db(databases="__all__", transaction=True),
    ]

    def test_the_walk(self, live_server: Any) -> None:
        objects = make_objects()
        screens = {(role, name) for row in agreement.ROWS for role, name, _ in row.screens}
        wrong = []
        with launched() as browser:
            for role in sorted({role for role, _ in screens}):
                if not role:
                    page = browser.new_context(base_url=live_server.url).new_page()
                else:
                    at_school = GRANTS[Role(role)].schools == "own"
                    user = UserFactory(role=role, **({"school": objects.school} if at_school else {}))
                    page = page_of(browser, live_server.url, user)
                for _, name in sorted(one for one in screens if one[0] == role):
                    answer = page.goto(reverse(name, kwargs=objects.arguments(name)))
                    if answer.status != 200 or not page.locator("main h1").count():
                        wrong.append((role, name, answer.status))
                page.context.close()
        assert wrong == []
