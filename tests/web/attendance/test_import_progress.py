"""A large file is the worker's: the page shows how far it is and moves on by itself."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import UserFactory
from tests.factories_attendance import a_child, at, days_before, long_file, present
from tests.web.attendance.helpers import sign_in
from tests.web.browsing import NEEDS_CHROMIUM, launched, page_of

from mainstay.service.attendance.actions import imports
from mainstay.service.attendance.models import RegisterImport
from mainstay.service.common.jobs import queue

JSON = {"Accept": "application/json"}


@pytest.mark.django_db(databases="__all__")
def test_how_far_a_file_is_can_be_asked_as_data() -> None:
    client, officer = sign_in("ewo")
    pupil = a_child()
    file = long_file({pupil: present(days_before(pupil.school)[:3])})
    one = imports.receive(file=file, school=None, by=officer, at=at())
    address = reverse("import", args=[one.pk])
    RegisterImport.objects.filter(pk=one.pk).update(state="taking", progress=40)
    assert client.get(address, headers=JSON).json() == {
        "done": 40, "total": 100, "text": "40 of 100", "finished": False, "href": address,
    }  # fmt: skip
    RegisterImport.objects.filter(pk=one.pk).update(state="taken", progress=100)
    answer = client.get(address, headers=JSON)
    assert answer.json()["finished"] is True and "Accept" in answer["Vary"]
    assert "<html" in client.get(address, headers={"Accept": "text/html,*/*;q=0.8"}).content.decode()
    assert Client().get(address, headers=JSON).status_code == 302


@pytest.mark.django_db(databases="__all__", transaction=True)
class TestInABrowser:
    pytestmark = NEEDS_CHROMIUM

    def test_the_page_moves_on_when_the_worker_has_read_and_taken_a_large_file(
        self, live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pupil = a_child()
        large = tmp_path / "large.csv"
        large.write_bytes(long_file({pupil: present(days_before(pupil.school)[:5])}).getvalue())
        monkeypatch.setattr(imports, "AT_ONCE_BYTES", 0)
        monkeypatch.setattr(imports, "AT_ONCE_MARKS", 0)
        with launched() as browser:
            page = page_of(browser, live_server.url, UserFactory(role="ewo"))
            page.goto("/imports/new/")
            page.locator("input[type=file]").set_input_files(str(large))
            page.get_by_role("button", name="Read the files").click()
            page.get_by_text("Reading the file").wait_for()
            assert queue.run_waiting() == 1
            page.get_by_role("button", name="Take the marks").click()
            page.get_by_text("Taking the marks").wait_for()
            assert queue.run_waiting() == 1
            page.get_by_text("10 new marks").wait_for()

    def test_whoever_is_signed_out_meanwhile_is_led_to_the_sign_in_page(
        self, live_server: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pupil, officer = a_child(), UserFactory(role="ewo")
        monkeypatch.setattr(imports, "AT_ONCE_BYTES", 0)
        file = long_file({pupil: present(days_before(pupil.school)[:3])})
        one = imports.receive(file=file, school=None, by=officer, at=at())
        with launched() as browser:
            page = page_of(browser, live_server.url, officer)
            page.goto(f"/imports/{one.pk}/")
            page.get_by_text("Reading the file").wait_for()
            page.context.clear_cookies()
            page.wait_for_url("**/sign-in/**")
