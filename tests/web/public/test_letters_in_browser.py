"""A parent's whole way in a real browser, without JavaScript; and what each page looks like to axe and in large text."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import at
from tests.factories_penalties import a_notice
from tests.money import paid_at
from tests.web.attendance.conftest import _monday_in_term  # noqa: F401 (a fixture for every test here)
from tests.web.browsing import NARROW, NEEDS_CHROMIUM, WIDE, launched, page_of
from tests.web.test_axe import AXE, GRAVE, RUN, TOO_WIDE

from mainstay.roof.pay_stand_in import StandIn
from mainstay.service.common.jobs import queue
from mainstay.service.penalties.models import Notice, Payment, Refund

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.django_db(databases="__all__", transaction=True)]
#: a window of 1280 pixels at four times the size of text
LARGE_TEXT = 320


@pytest.fixture
def pay(settings: Any) -> Iterator[StandIn]:
    """The policy of our pages lets forms lead there, as with a key in the settings."""
    with paid_at(settings) as stand_in:
        stand_in.clock.set(at(hour=14))
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        forms = [*policy["form-action"], *settings.CONFIG.pay_pages]
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**policy, "form-action": forms}}
        yield stand_in


def open_letter(page: Any, notice: Notice) -> None:
    page.goto("/letter/")
    page.get_by_label("Number of the notice").fill(str(notice.number))
    page.get_by_label("Your surname").fill(notice.parent.surname)
    page.get_by_label("Postcode").fill("so99 9zz")
    page.get_by_role("button", name="Open the letter").click()
    assert page.url.endswith("/letter/notice/")


def test_a_parent_opens_reads_pays_and_has_a_receipt_and_the_ledger_shows_it(
    live_server: Any, pay: StandIn
) -> None:
    one, other = a_notice(), a_notice()
    with launched() as browser:
        context = browser.new_context(
            base_url=live_server.url, java_script_enabled=False, accept_downloads=True
        )
        page = context.new_page()
        seen: list[str] = []
        page.on("request", lambda request: seen.append(request.url))
        open_letter(page, one)
        open_letter(page, other)
        page.get_by_role("link", name="See all").click()
        page.get_by_role("button", name="Pay £160 online").click()
        assert page.url.startswith(f"{pay.url}/card_details/")
        page.get_by_role("button", name="Cancel").click()
        assert "You cancelled the payment" in page.inner_text("main")
        page.get_by_role("button", name="Try again").click()
        assert page.url.startswith(pay.url), page.inner_text("main")
        page.get_by_role("button", name="Pay").first.click()
        assert "Payment received" in page.inner_text("main")
        page.get_by_role("link", name="Back to the letter").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="Download a receipt").click()
        assert download.value.suggested_filename == f"receipt-{other.number}.pdf"
        ours = [url for url in seen if url.startswith(live_server.url)]
        for word in (one.pupil.surname, one.parent.surname, str(one.number), "SO99"):
            assert not any(word.lower() in url.lower() for url in ours), word
        assert {url for url in seen if not url.startswith((live_server.url, pay.url))} == set()
        pay.deliver_webhooks()
        queue.run_waiting()
        staff = page_of(browser, live_server.url, UserFactory(role="service_manager"))
        staff.goto(f"/notices/{one.pk}/")
        assert "Paid" in staff.inner_text("main") and "£80" in staff.inner_text("main")
        staff.goto("/payments/")
        assert str(one.number) in staff.inner_text("main")
    assert set(Notice.objects.values_list("state", flat=True)) == {"paid"}
    assert Payment.objects.filter(state="succeeded").count() == 1 and not Refund.objects.exists()


def test_leaving_quickly_forgets_the_letter(live_server: Any) -> None:
    notice = a_notice()
    with launched() as browser:
        context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
        page = context.new_page()
        open_letter(page, notice)
        with page.expect_request("https://www.bbc.co.uk/weather"):  # nobody is there in a test
            page.get_by_role("button", name="Leave quickly").click()
        page = context.new_page()
        page.goto("/letter/notice/")
        assert page.url.endswith("/letter/")


def test_every_page_of_a_letter_is_sound_for_axe_and_in_large_text(live_server: Any, pay: StandIn) -> None:
    one, other = a_notice(), a_notice()
    found: list[Any] = []

    def look(page: Any, name: str) -> None:
        page.evaluate(AXE)
        for width in (WIDE, NARROW, LARGE_TEXT):
            page.set_viewport_size({"width": width, "height": 900})
            found.extend((name, width, *bad) for bad in page.evaluate(RUN) if bad[0] in GRAVE)
            found.extend((name, width, wide) for wide in page.evaluate(TOO_WIDE))
        page.set_viewport_size({"width": WIDE, "height": 900})

    with launched() as browser:
        page = browser.new_context(base_url=live_server.url, bypass_csp=True).new_page()
        open_letter(page, one)
        for details in page.locator("details").all():
            details.evaluate("one => one.open = true")
        look(page, "letter")
        page.goto("/letter/wrong/")
        page.get_by_role("button", name="Send it to the council").click()
        look(page, "wrong")
        open_letter(page, other)
        look(page, "two letters")
        page.goto("/letter/basket/")
        look(page, "basket")
        page.get_by_role("button", name="online").click()
        payment = Payment.objects.get()
        page.goto(f"/letter/paid/{payment.key}/")
        look(page, "waiting")
        pay.press(payment.pay_id, "pay")
        Payment.objects.update(checked_at=None)
        page.goto(f"/letter/paid/{payment.key}/")
        look(page, "received")
        page.goto("/letter/notice/")
        look(page, "paid")
    assert found == []
