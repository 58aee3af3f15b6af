"""The gallery in a real browser: axe finds nothing serious, keys work, nothing overflows."""

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from tests.unit.ui.gallery import context
from tests.unit.ui.test_gallery import ROOT

CHROMIUM = shutil.which("chromium")
POLICY = "default-src 'self'; img-src 'self' data:"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is missing: make browser installs it"),
]


class Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("gallery")
    shutil.copytree(ROOT / "src/mainstay/service/common/static", folder / "static")
    (folder / "gallery.html").write_text(render_to_string("ui/gallery.jinja", context()), "utf-8")
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=str(folder))
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/gallery.html"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.complaints = []
    tab.on(
        "console", lambda message: tab.complaints.append(message.text) if message.type == "error" else None
    )
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.goto(address)
    tab.wait_for_selector(".govuk-frontend-supported")
    yield tab
    tab.close()


@pytest.mark.parametrize("width", [1280, 375])
def test_axe_finds_nothing_serious(browser: Any, address: str, width: int) -> None:
    tab = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True).new_page()
    tab.goto(address)
    tab.add_script_tag(content=Path(ROOT / "tests/web/axe.min.js").read_text("utf-8"))
    found = tab.evaluate("axe.run()")["violations"]
    tab.context.close()
    assert [(f["id"], f["nodes"][0]["target"]) for f in found if f["impact"] in ("serious", "critical")] == []


def test_scripts_and_styles_pass_the_policy_without_a_complaint(page: Any) -> None:
    page.wait_for_function("document.querySelector('[data-register-told]').textContent !== ''")
    assert page.complaints == []


def test_a_narrow_window_does_not_scroll_sideways(page: Any) -> None:
    page.set_viewport_size({"width": 375, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == 375


def test_slash_goes_to_the_search_box_but_not_while_typing(page: Any) -> None:
    page.locator("h1").click()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search-box"
    page.keyboard.type("a/b")
    assert page.locator("#search-box").input_value() == "a/b"


def test_j_and_k_walk_the_worklist_and_enter_opens(page: Any) -> None:
    page.locator("h1").click()
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
    first = page.locator("[data-row]").first.locator("[data-open]")
    assert page.evaluate("document.activeElement.href") == first.evaluate("e => e.href")
    page.keyboard.press("Enter")
    page.wait_for_url("**finding=*")


def test_one_tick_selects_all_rows(page: Any) -> None:
    page.get_by_label("Select all rows shown").check()
    assert page.locator("[data-bulk-count]").inner_text() == "50 of 50 ticked"
    page.get_by_label("Select Ayesha Example").first.uncheck()
    assert page.locator("[data-bulk-count]").inner_text() == "49 of 50 ticked"


def test_arrow_keys_tell_each_mark_of_the_register(page: Any) -> None:
    page.locator("td.ms-mark").first.focus()
    page.keyboard.press("ArrowDown")
    told = page.locator("[data-register-told]")
    assert told.inner_text().startswith("Monday 9 September, morning")


def test_unsent_text_comes_back_and_goes_with_signing_out(page: Any) -> None:
    page.locator("#id_reason").fill("The family was ill.")
    page.reload()
    assert page.locator("#id_reason").input_value() == "The family was ill."
    page.locator(".ms-account summary").click()
    page.evaluate(
        "document.querySelector('form[data-sign-out]').addEventListener('submit', e => e.preventDefault())"
    )
    page.get_by_role("button", name="Sign out").click()
    assert page.evaluate("sessionStorage.length") == 0


def test_escape_closes_the_account_menu(page: Any) -> None:
    page.locator(".ms-account summary").click()
    page.keyboard.press("Escape")
    assert page.locator(".ms-account").get_attribute("open") is None
