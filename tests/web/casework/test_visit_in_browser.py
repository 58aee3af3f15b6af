"""A visit written up on a phone: what is typed outlives a lost connection, sealed, and goes once it is sent."""

from typing import Any

import pytest
from django.urls import reverse
from tests.factories_attendance import TODAY, at, later
from tests.factories_visits import a_visit_made
from tests.web.browsing import NARROW, NEEDS_CHROMIUM, launched, page_of

from mainstay.service.casework.models import Passage

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.django_db(databases="__all__", transaction=True)]
WORDS = "Nobody minds the dog."
KEPT = "Object.entries(sessionStorage).filter(([k]) => k.startsWith('mainstay-sealed:')).map(([, v]) => v)"


def test_a_visit_is_written_up_on_a_phone_while_the_connection_comes_and_goes(live_server: Any) -> None:
    visit = a_visit_made(when=at(TODAY.replace(day=TODAY.day - 3)), starts=later(-1))
    address = reverse("visit_record", args=[visit.pk])
    with launched() as browser:
        page = page_of(browser, live_server.url, visit.meeting.organiser, width=NARROW)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
        box = page.get_by_label("What was said and seen")
        page.get_by_label("Nobody was in").check()
        box.fill(WORDS)

        page.context.set_offline(True)
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_text("There is no connection").wait_for()
        assert box.input_value() == WORDS
        (kept,) = page.evaluate(KEPT)
        assert "dog" not in kept and not Passage.objects.exists()

        page.context.set_offline(False)
        page.get_by_text("The connection is back").wait_for()
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_text("What you wrote is saved").wait_for()
        assert Passage.objects.get().text == WORDS and page.evaluate(KEPT) == []

        page.goto(address)
        box.fill("Left before it was sent.")
        page.get_by_text("Kept in this page, sealed").wait_for()
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()
        page.get_by_text("could not be read any more").wait_for()
        assert box.input_value() == WORDS and page.evaluate(KEPT) == []
        assert problems == []
