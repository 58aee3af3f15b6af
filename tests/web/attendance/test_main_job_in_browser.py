"""The main job in a real browser: from the worklist by keyboard to a recorded consideration, and a corrected file."""

import re
from pathlib import Path
from typing import Any

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import days_before, long_file, marked
from tests.web.attendance.helpers import link, threshold_of, truant
from tests.web.browsing import NEEDS_CHROMIUM, launched, page_of

from mainstay.service.attendance.models import Consideration

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.django_db(databases="__all__", transaction=True)]


def test_an_officer_goes_from_worklist_to_chronology_and_a_later_file_alerts(
    live_server: Any, tmp_path: Path
) -> None:
    pupil = truant(surname="Hazelmere")
    officer = UserFactory(role="ewo")
    link(pupil.school, officer)
    first = days_before(pupil.school)[0]
    changed = marked(days_before(pupil.school), "O", 12) | {(first, "AM"): "C"}
    corrected = tmp_path / "corrected.csv"
    corrected.write_bytes(long_file({pupil: changed}).getvalue())

    with launched() as browser:
        page = page_of(browser, live_server.url, officer)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))

        # the worklist, filtered, opened without a mouse
        page.goto("/findings/")
        page.get_by_label(re.compile("Penalty threshold met")).check()
        page.get_by_role("button", name="Apply filters").click()
        page.wait_for_url(re.compile("kind=threshold"), wait_until="load")  # keys work from then on
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/findings/\d+/"))
        finding = page.url

        # the register and back
        page.get_by_role("link", name=re.compile("Open the whole register")).click()
        assert page.locator(".ms-mark--counted").count() >= 10
        page.go_back()
        page.wait_for_url(finding, wait_until="load")

        # a consideration, first without its reasons
        page.get_by_label("Support first").check()
        page.get_by_role("button", name="Record", exact=True).click()
        assert page.get_by_label("Support first").is_checked()
        assert page.get_by_role("alert").is_visible()
        page.get_by_label("Your reasons").fill("The school and the family agreed a plan.")
        page.get_by_role("button", name="Record", exact=True).click()
        page.get_by_text("Your consideration is recorded").wait_for()
        page.goto(f"/pupils/{pupil.pk}/chronology/")
        assert page.get_by_text("The school and the family agreed a plan.").is_visible()

        # a corrected file: looked at, taken, seen on the register, told to the officer
        page.goto("/imports/new/")
        page.locator("input[type=file]").set_input_files(str(corrected))
        page.get_by_role("button", name="Read the files").click()
        page.get_by_role("button", name="Take the marks").click()
        page.get_by_text("1 changed mark").wait_for()
        page.goto(f"/pupils/{pupil.pk}/register/")
        assert page.locator("table .ms-mark--amended").count() == 1
        page.goto("/changes/")
        assert page.get_by_text("Marks changed behind a finding").is_visible()

        # what is exported opens
        page.goto("/findings/?state=all")
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        assert pupil.upn in Path(download.value.path()).read_text("utf-8-sig")
        assert problems == []
    assert Consideration.objects.get().finding == threshold_of(pupil)
