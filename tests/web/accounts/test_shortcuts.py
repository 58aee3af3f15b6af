"""Keyboard shortcuts are each person's choice."""

from typing import Any

import pytest
from django.urls import reverse
from tests.factories import UserFactory
from tests.web.attendance.helpers import sign_in, text_of
from tests.web.browsing import NEEDS_CHROMIUM, launched, page_of

pytestmark = pytest.mark.django_db


def test_shortcuts_are_turned_off_and_on_for_oneself() -> None:
    client, officer = sign_in("ewo")
    assert 'data-shortcuts="off"' not in text_of(client.get(reverse("home")))
    client.post(reverse("shortcuts_set"), {"on": "0"})
    officer.refresh_from_db()
    assert officer.shortcuts is False
    assert 'data-shortcuts="off"' in text_of(client.get(reverse("home")))
    assert "Turn shortcuts on" in text_of(client.get(reverse("profile")))
    client.post(reverse("shortcuts_set"), {"on": "1"})
    officer.refresh_from_db()
    assert officer.shortcuts is True


@pytest.mark.browser
@NEEDS_CHROMIUM[1]
@pytest.mark.django_db(databases="__all__", transaction=True)
@pytest.mark.parametrize("on", [True, False])
def test_a_slash_goes_to_the_search_box_only_where_shortcuts_are_on(on: bool, live_server: Any) -> None:
    with launched() as browser:
        page = page_of(browser, live_server.url, UserFactory(role="ewo", shortcuts=on))
        page.goto("/", wait_until="load")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id === 'search-box'") is on
