"""A targeting meeting held with keys alone; without shortcuts single keys do nothing."""

from typing import Any

import pytest
from tests.factories_attendance import a_school
from tests.factories_targeting import a_meeting, absent, begun, officer_of
from tests.web.browsing import NEEDS_CHROMIUM, launched, page_of

from mainstay.service.attendance.targeting.models import TargetingAction, TargetingDecision

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.django_db(databases="__all__", transaction=True)]


def test_one_key_decides_and_one_line_is_an_action(live_server: Any) -> None:
    school = a_school()
    first, second = absent(school, 0.6), absent(school, 0.2)
    meeting = begun(a_meeting(school))
    officer = officer_of(meeting)
    with launched() as browser:
        page = page_of(browser, live_server.url, officer)
        page.goto(f"/meetings/{meeting.pk}/live/")
        page.keyboard.press("4")
        page.keyboard.type("Help was refused 2 times.")
        assert page.evaluate("document.activeElement.name") == "note"
        page.locator("h1").click()
        page.keyboard.press("a")
        page.keyboard.type("@school call home by Fri")
        page.keyboard.press("Control+Enter")
        page.wait_for_url(f"**?pupil={second.pk}")
        decision = TargetingDecision.objects.get()
        assert (decision.pupil, decision.choice, decision.note) == (
            first,
            "consult",
            "Help was refused 2 times.",
        )
        assert TargetingAction.objects.get().text == "call home"

        type(officer).objects.filter(pk=officer.pk).update(shortcuts=False)
        page.reload()
        page.keyboard.press("4")
        assert page.locator("input[name=choice]:checked").count() == 0
