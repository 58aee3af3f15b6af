"""A real browser against the pages of a running test server."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client

CHROMIUM = shutil.which("chromium")
#: for ``pytestmark``: skipped, and said so, where there is no browser
NEEDS_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is missing: make browser installs it"),
]
WIDE, NARROW = 1280, 375


@contextmanager
def launched() -> Iterator[Any]:
    """A browser. A click in it returns when the page it leads to has been read whole, not at its beginning."""
    from playwright.sync_api import Locator, sync_playwright

    click = Locator.click

    def clicked(found: Any, **how: Any) -> None:
        click(found, **how)
        found.page.wait_for_load_state("domcontentloaded")

    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locator, "click", clicked)
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


def page_of(browser: Any, address: str, user: Any, *, width: int = WIDE, **options: Any) -> Any:
    """A window in which ``user`` is signed in at the live server of that address."""
    client = Client()
    client.force_login(user)
    context = browser.new_context(
        viewport={"width": width, "height": 900}, base_url=address, accept_downloads=True, **options
    )
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])
    return context.new_page()
