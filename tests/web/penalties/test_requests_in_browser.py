"""The way of a request in a real browser: asked without JavaScript, checked by keyboard, proposed; axe reads the pages."""

import re
from pathlib import Path
from typing import Any

import pytest
from tests.factories import UserFactory
from tests.factories_penalties import a_parent, absent, declared
from tests.web.attendance.helpers import threshold_of
from tests.web.browsing import NARROW, NEEDS_CHROMIUM, WIDE, launched, page_of
from tests.web.test_axe import AXE, GRAVE, RUN, TOO_WIDE

from mainstay.service.penalties.models import Notice, NoticeRequest

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.django_db(databases="__all__", transaction=True)]


def looked_at(page: Any) -> list[Any]:
    """What axe finds serious on the page as it is, wide and narrow, and what is wider than the window."""
    page.evaluate(AXE)
    found = []
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        found += [one for one in page.evaluate(RUN) if one[0] in GRAVE]
        found += page.evaluate(TOO_WIDE)
    page.set_viewport_size({"width": WIDE, "height": 900})
    return found


def test_a_school_asks_without_javascript_and_an_officer_checks_and_proposes(
    live_server: Any, tmp_path: Path
) -> None:
    declared()
    pupil = absent(surname="Hazelmere")
    a_parent(pupil, surname="Quillfeather")
    a_parent(pupil, surname="Ostrander")
    staff, officer = UserFactory(role="school_staff", school=pupil.school), UserFactory(role="ewo")
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF-1.7\nA letter to the parents\n")

    with launched() as browser:
        page = page_of(browser, live_server.url, staff, java_script_enabled=False)
        page.goto(f"/findings/{threshold_of(pupil).pk}/")
        page.get_by_role("button", name="Ask for a penalty notice").click()
        page.get_by_role("button", name="Begin the request").click()
        page.get_by_text("10 sessions are picked").wait_for()
        page.locator("input[name=picked]").first.check()
        page.get_by_label("Why a notice is asked for").fill("Two weeks away after leave was refused.")
        page.locator("input[type=file]").first.set_input_files(str(letter))
        page.get_by_role("button", name="Send the request").click()
        # the paper is kept, what is missing is said, nothing is lost
        page.get_by_text("Answer every line of evidence: 2 lines to go.").first.wait_for()
        assert (
            page.get_by_label("Why a notice is asked for").input_value()
            == "Two weeks away after leave was refused."
        )
        # a paper taken out by mistake takes nothing else with it
        page.locator("textarea[name=because]").fill("Two weeks in Spain after leave was refused.")
        page.get_by_role("button", name="Take out").click()
        page.get_by_text("It is taken out.").wait_for()
        assert (
            page.locator("textarea[name=because]").input_value()
            == "Two weeks in Spain after leave was refused."
        )
        page.locator("input[type=file]").first.set_input_files(str(letter))
        for n in (1, 2):
            page.locator(f"input[name=paper-{n}-state][value=not_applicable]").check()
            page.locator(f"textarea[name=paper-{n}-text]").fill("It was a holiday.")
        page.get_by_role("button", name="Send the request").click()
        page.get_by_text("The service has your request").wait_for()
        page.context.close()

        page = page_of(browser, live_server.url, officer, bypass_csp=True)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto("/notice-requests/")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/notice-requests/\d+/"))
        assert looked_at(page) == []
        # each question by keyboard: the next one is open each time
        for answer in ("Support is not appropriate", "Considered: it does not speak", "Considered: it does not speak",
                       "Yes", "None", "No: nobody else"):  # fmt: skip
            question = page.locator("[data-next]")
            question.get_by_label(re.compile(f"^{answer}")).focus()
            page.keyboard.press("Space")
            page.keyboard.press("Tab")
            page.keyboard.type("Considered with the school and the family.")
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            page.get_by_text("Saved:").wait_for()
        assert page.locator("[data-next]").count() == 0
        assert page.get_by_text("Not chosen").count() == 2
        parent = page.locator(".ms-card", has_text="Quillfeather")
        parent.get_by_text("Choose this parent").first.click()
        parent.get_by_label("Why this parent").fill("She booked the flight and went along.")
        parent.get_by_role("button", name="Choose this parent").click()
        page.get_by_text("The parent is chosen").wait_for()
        assert looked_at(page) == []
        page.get_by_role("button", name=re.compile("Propose to issue")).click()
        assert looked_at(page) == []
        page.get_by_label("Reasons").fill("A holiday in term time after leave was refused in writing.")
        page.get_by_role("button", name="Propose to issue").click()
        page.get_by_text("somebody else approves it").wait_for()
        assert problems == []
    one = NoticeRequest.objects.get()
    assert (len(one.sessions), one.evidence.count()) == (11, 3)
    assert Notice.objects.get().state == "proposed"


def test_axe_finds_nothing_serious_while_a_request_is_written(live_server: Any) -> None:
    pupil = absent(surname="Hazelmere")
    staff = UserFactory(role="school_staff", school=pupil.school)
    with launched() as browser:
        page = page_of(browser, live_server.url, staff, bypass_csp=True)
        for route in (f"threshold:{threshold_of(pupil).pk}", "excluded"):
            page.goto(f"/pupils/{pupil.pk}/notice-request/")
            assert looked_at(page) == []
            page.locator(f"input[value='{route}']").check()
            page.get_by_role("button", name="Begin the request").click()
            assert looked_at(page) == []
            page.get_by_role("button", name="Save").click()
            page.get_by_text("Saved.").wait_for()
