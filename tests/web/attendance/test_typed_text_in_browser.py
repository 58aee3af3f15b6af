"""What was typed outlives a sign-in that ended, and goes once the server has it."""

from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from tests.factories import UserFactory
from tests.web.attendance.helpers import link, threshold_of, truant
from tests.web.browsing import NEEDS_CHROMIUM, launched, page_of

from mainstay.service.attendance.models import Consideration

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.django_db(databases="__all__", transaction=True)]
WORDS = "The school and the family agreed a plan."


def _sign_in_again(page: Any, address: str, user: Any) -> None:
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}]
    )


def _drafts(page: Any) -> int:
    return int(
        page.evaluate("Object.keys(sessionStorage).filter(k => k.startsWith('mainstay-draft:')).length")
    )


def test_reasons_outlive_a_sign_in_that_ended(live_server: Any) -> None:
    finding = threshold_of(truant(surname="Hazelmere"))
    officer = UserFactory(role="ewo")
    link(finding.school, officer)
    with launched() as browser:
        page = page_of(browser, live_server.url, officer)
        page.goto(f"/findings/{finding.pk}/?kind=threshold")
        page.get_by_label("Support first").check()
        page.get_by_label("Your reasons").fill(WORDS)
        Session.objects.all().delete()
        page.get_by_role("button", name="Record", exact=True).click()
        page.wait_for_url(f"**{reverse('account_login')}**")
        back = unquote(page.url.partition("next=")[2])
        assert back == f"/findings/{finding.pk}/?kind=threshold"

        _sign_in_again(page, live_server.url, officer)
        page.goto(back)
        assert page.get_by_label("Your reasons").input_value() == WORDS
        page.get_by_label("Support first").check()
        page.get_by_role("button", name="Record", exact=True).click()
        page.get_by_text("Your consideration is recorded").wait_for()
        assert Consideration.objects.get().decision.reasons == WORDS
        assert _drafts(page) == 0


def test_reasons_that_were_refused_stay(live_server: Any) -> None:
    finding = threshold_of(truant(surname="Hazelmere"))
    officer = UserFactory(role="ewo")
    with launched() as browser:
        page = page_of(browser, live_server.url, officer)
        page.goto(f"/findings/{finding.pk}/")
        page.get_by_label("Your reasons").fill(WORDS)
        page.get_by_role("button", name="Record", exact=True).click()
        page.get_by_role("alert").wait_for()
        assert _drafts(page) == 1


def test_nobody_else_finds_what_was_typed(live_server: Any) -> None:
    finding = threshold_of(truant(surname="Hazelmere"))
    officer, other = UserFactory(role="ewo"), UserFactory(role="ewo")
    with launched() as browser:
        page = page_of(browser, live_server.url, officer)
        page.goto(f"/findings/{finding.pk}/")
        page.get_by_label("Your reasons").fill(WORDS)
        _sign_in_again(page, live_server.url, other)
        page.goto(f"/findings/{finding.pk}/")
        assert page.get_by_label("Your reasons").input_value() == ""
        assert _drafts(page) == 0


def test_the_reason_of_a_correction_and_a_note_are_kept_too(live_server: Any) -> None:
    pupil = truant(surname="Hazelmere")
    officer = UserFactory(role="ewo")
    with launched() as browser:
        page = page_of(browser, live_server.url, officer)
        page.goto(f"/pupils/{pupil.pk}/register/mark/")
        page.get_by_label("Reason").fill("The school agreed")
        page.goto(f"/pupils/{pupil.pk}/chronology/")
        page.get_by_text("Add to the chronology").first.click()
        page.get_by_label("What happened").fill("Rang the family")
        page.get_by_label("Details").fill(WORDS)
        page.reload()
        assert page.get_by_label("Details").input_value() == WORDS
        assert page.get_by_label("Details").is_visible()
        page.get_by_role("button", name="Add to the chronology").click()
        page.get_by_text("Your note is in the chronology").wait_for()
        page.goto(f"/pupils/{pupil.pk}/register/mark/")
        assert page.get_by_label("Reason").input_value() == "The school agreed"
        assert _drafts(page) == 1
