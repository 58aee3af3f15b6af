"""The register by keyboard: arrow keys walk it, Enter opens the correction of the mark, and the box finds children."""

from typing import Any

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import days_before
from tests.web.attendance.helpers import truant
from tests.web.browsing import NEEDS_CHROMIUM, launched, page_of

from mainstay.service.directory import searching

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.django_db(databases="__all__", transaction=True)]


def test_a_mark_is_searched_for_walked_to_and_opened_without_a_mouse(live_server: Any) -> None:
    pupil = truant(surname="Hazelmere")
    searching.write_pupils([pupil.pk])
    with launched() as browser:
        page = page_of(browser, live_server.url, UserFactory(role="ewo"))
        page.goto("/schools/")
        page.keyboard.press("/")
        page.keyboard.type("hazelm")
        page.keyboard.press("Enter")
        page.get_by_role("link", name=pupil.name).wait_for()
        assert page.url == f"{live_server.url}/search/"

        page.goto(f"/pupils/{pupil.pk}/register/")
        page.locator("td.ms-mark").first.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.wait_for_url("**/register/mark/**")
        first = days_before(pupil.school)[0]
        assert page.get_by_label("Session").input_value() == "PM"
        assert page.get_by_label("Day", exact=True).input_value() == str(first.day)
