"""The stand-in's page in a real browser: axe finds nothing, its style is let through, its button leads back."""

from pathlib import Path
from typing import Any

from tests.web.browsing import NARROW, NEEDS_CHROMIUM, WIDE, launched

from mainstay.roof.pay_stand_in import StandIn
from mainstay.service.penalties.govuk_pay import Pay, PayPayment

pytestmark = NEEDS_CHROMIUM
AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
RUN = "async () => (await axe.run(document)).violations.map(v => [v.impact, v.id, v.nodes[0].html])"


def begin(stand_in: StandIn, back: str) -> PayPayment:
    return Pay(stand_in.url, "api_test_invented").create(
        amount_pence=16000,
        reference="PN-0001234-K",
        description="Penalty notices PN-0001234-K, PN-0001235-D",
        return_url=back,
        idempotency_key="",
    )


def read_by_axe(page: Any) -> list[Any]:
    page.evaluate(AXE)
    found = []
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        found += page.evaluate(RUN)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return found


def test_axe_finds_nothing_on_any_of_its_pages() -> None:
    with StandIn(key="api_test_invented") as stand_in, launched() as browser:
        page = browser.new_context(bypass_csp=True).new_page()
        payment = begin(stand_in, stand_in.url)
        found = []
        for address in (stand_in.url, f"{stand_in.url}/secure/over", payment.next_url):
            page.goto(address)
            found += read_by_axe(page)
        stand_in.press(payment.payment_id, "decline")
        page.reload()
        assert page.title() == "The payment was declined – stand-in for GOV.UK Pay"
        found += read_by_axe(page)
    assert found == []


def test_the_payer_pays_and_comes_back() -> None:
    with StandIn(key="api_test_invented") as stand_in, StandIn(key="k") as service, launched() as browser:
        page = browser.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        payment = begin(stand_in, f"{service.url}/?back")
        page.goto(payment.next_url)
        button = page.get_by_role("button", name="Pay", exact=True)
        assert button.evaluate("b => getComputedStyle(b).backgroundColor") == "rgb(20, 83, 45)"
        button.click()
        page.wait_for_url(f"{service.url}/?back")
        assert Pay(stand_in.url, "api_test_invented").get(payment.payment_id).paid
    assert [words for words in said if "favicon" not in words and "404" not in words] == []
