"""The whole way in a real browser: a school asks, an officer checks, a manager approves, the letter goes out, the parent pays.

A second child's notice goes unpaid to its decision on day 29; a third notice is refused with the reason.
"""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from tests.factories import LinkOfficerFactory, UserFactory
from tests.factories_attendance import a_school, at, later
from tests.factories_penalties import a_notice, a_parent, absent, an_earlier, declared
from tests.money import paid_at
from tests.web.browsing import NEEDS_CHROMIUM, launched, page_of

from mainstay.service.common.jobs import queue
from mainstay.service.common.uploads import store
from mainstay.service.penalties.actions import ending
from mainstay.service.penalties.models import Notice, NoticeRequest

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.django_db(databases="__all__", transaction=True)]


def text(page: Any) -> str:
    return " ".join(page.inner_text("main").split())


def test_a_school_asks_and_the_parent_pays(live_server: Any, settings: Any) -> None:
    declared()
    school = a_school()
    pupil = absent(school=school, surname="Hazelmere", forename="Ada")
    parent = a_parent(pupil, surname="Hazelmere")
    a_parent(pupil, surname="Hazelmere", forename="Alan")
    staff, manager = UserFactory(role="school_staff", school=school), UserFactory(role="service_manager")
    officer = UserFactory(role="ewo")
    LinkOfficerFactory(school=school, officer=officer)
    with launched() as browser, paid_at(settings) as pay:
        asks(page_of(browser, live_server.url, staff), pupil)
        checks(page_of(browser, live_server.url, officer), parent)
        decides(page_of(browser, live_server.url, manager))
        issues(page_of(browser, live_server.url, manager))
        notice = Notice.objects.get(state=Notice.State.ISSUED)
        reads_the_letter(notice)
        pays(browser.new_context(base_url=live_server.url, bypass_csp=True).new_page(), notice, pay)
        shows(page_of(browser, live_server.url, officer), notice)


def asks(page: Any, pupil: Any) -> None:
    page.goto(f"/pupils/{pupil.pk}/notice-request/")
    page.get_by_label("The national threshold is met").check()
    page.get_by_role("button", name="Begin the request").click()
    assert page.locator("input[name=picked]:checked").count() == 10
    for n, paper in enumerate(page.locator(".ms-paper").all()[:3], 1):
        paper.get_by_label("It was sent or given").check()
        paper.get_by_label("How and when it was sent").fill(f"Sent by post on 1{n} November")
    page.get_by_role("button", name="Send the request").click()
    assert "The request is sent" in text(page)


def checks(page: Any, parent: Any) -> None:
    request = NoticeRequest.objects.get()
    page.goto("/")
    page.goto(f"/notice-requests/{request.pk}/")
    for question, answer in (
        ("support", "not_appropriate"), ("equality", "considered"), ("send", "considered"), ("best_tool", "yes"),
        ("proceedings", "none"), ("crossing", "not_needed"),
    ):  # fmt: skip
        section = page.locator(f"#question-{question}")
        if not section.locator("form").first.is_visible():
            section.locator("summary").first.click()
        section.locator(f"input[value={answer}]").check()
        section.locator("textarea").fill("Talked over with the school and the family.")
        section.get_by_role("button", name="Save").click()
    section = page.locator(f"#parent-{parent.pk}")
    section.locator("summary", has_text="Choose this parent").click()
    section.locator("textarea:visible").fill("Took the child on holiday; the other parent was away.")
    section.get_by_role("button", name="Choose this parent").click()
    page.locator(f"#parent-{parent.pk}").get_by_role("button", name="Propose to issue").click()
    page.get_by_label("Reasons", exact=True).fill("A holiday in term time, after a warning.")
    page.get_by_role("button", name="Propose to issue").click()
    assert Notice.objects.get().state == Notice.State.PROPOSED


def decides(page: Any) -> None:
    page.goto("/notices/review/")
    page.get_by_role("button", name="Approve").first.click()
    assert Notice.objects.get().state == Notice.State.APPROVED


def issues(page: Any) -> None:
    page.goto("/notices/issue/")
    page.locator("input[name=notice]").first.check()
    page.get_by_role("button", name="Issue the ticked notices").click()
    queue.run_waiting()
    page.reload()
    assert Notice.objects.get().number in text(page)


def reads_the_letter(notice: Notice) -> None:
    assert notice.document is not None
    letter = store.read(notice.document.file)
    words = " ".join(" ".join(sheet.extract_text().split()) for sheet in PdfReader(BytesIO(letter)).pages)
    for part in (
        notice.number,
        "Hazelmere",
        "£80",
        "£160",
        "Tuesday 15 December 2026",
        "Tuesday 22 December 2026",
    ):
        assert part in words


def pays(page: Any, notice: Notice, pay: Any) -> None:
    page.goto("/letter/")
    fields = page.locator("main input[type=text]")
    for field, value in zip(fields.all(), (notice.number, "hazelmere", "so999zz"), strict=True):
        field.fill(value)
    page.get_by_role("button", name="Open the letter").click()
    assert "£80" in text(page) and "Ada" not in text(page)
    page.get_by_role("button", name="Pay £80 online").click()
    page.get_by_role("button", name="Pay", exact=True).click()
    assert "received" in page.title().lower()
    assert all("Hazelmere" not in f"{p.reference} {p.description}" for p in pay.payments())


def shows(page: Any, notice: Notice) -> None:
    page.goto(f"/parents/{notice.parent_id}/notices/")
    assert notice.number in text(page) and "Paid" in text(page)


def test_unpaid_notices_are_decided_on_day_29_and_a_third_is_refused(
    live_server: Any, monkeypatch: Any
) -> None:
    unpaid = a_notice()
    limit = absent()
    parent = a_parent(limit)
    an_earlier(parent, limit, date(2025, 3, 3))
    an_earlier(parent, limit, date(2026, 5, 4))
    third = a_notice("draft", pupil=limit, parent=parent)
    now = later(30)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    assert unpaid.full_until == at().date() + timedelta(days=29)
    ending.fall_due(on=now.date(), last=None)
    with launched() as browser:
        page = page_of(browser, live_server.url, UserFactory(role="legal_coordinator"))
        page.goto("/")
        assert unpaid.number in text(page)
        page.goto(f"/notices/{unpaid.pk}/")
        assert "prosecute" in text(page).lower() and "withdraw" in text(page).lower()
        page = page_of(browser, live_server.url, UserFactory(role="ewo"))
        page.goto(f"/notices/{third.pk}/")
        said = text(page)
        assert "no further notice may be issued" in said
        assert "Wednesday 3 March 2028" in said or "Friday 3 March 2028" in said
