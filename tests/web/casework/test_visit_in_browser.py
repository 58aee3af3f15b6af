"""A visit written up on a phone: what is typed outlives a lost connection, sealed, and goes once the server has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from tests.factories import UserFactory
from tests.factories_attendance import TODAY, at, later
from tests.factories_visits import a_visit_made
from tests.web.browsing import NARROW, NEEDS_CHROMIUM, launched, page_of

from mainstay.service.casework.actions import visits
from mainstay.service.casework.actions.passages import Typed
from mainstay.service.casework.forms_passages import LONGEST
from mainstay.service.casework.models import KeptText, Passage, Visit

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.django_db(databases="__all__", transaction=True)]
WORDS = "Nobody minds the dog."
KEPT = "Object.entries(sessionStorage).filter(([k]) => k.startsWith('mainstay-sealed:')).map(([, v]) => v)"
A_DAY = 24 * 3600 * 1000


@contextmanager
def on_a_phone(address: str) -> Iterator[tuple[Any, Visit, Any]]:
    """The page where a visit is written up, the visit, its first box; no script fails in it."""
    visit = a_visit_made(when=at(TODAY.replace(day=TODAY.day - 3)), starts=later(-1))
    with launched() as browser:
        page = page_of(browser, address, visit.meeting.organiser, width=NARROW)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(reverse("visit_record", args=[visit.pk]))
        yield page, visit, page.get_by_label("What was said and seen")
        assert problems == []


def save(page: Any, button: str = "Save") -> None:
    page.get_by_role("button", name=button, exact=True).click()


def unsent(route: Any) -> None:
    """The connection goes with the POST; what only asks gets through."""
    route.abort() if route.request.method == "POST" else route.continue_()


def unanswered(route: Any) -> None:
    route.fetch(max_redirects=0)
    route.abort()


def test_a_visit_is_written_up_on_a_phone_while_the_connection_comes_and_goes(live_server: Any) -> None:
    with on_a_phone(live_server.url) as (page, visit, box):
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
        page.get_by_label("Nobody was in").check()
        box.fill(WORDS)

        page.context.set_offline(True)
        save(page)
        page.get_by_text("There is no connection").wait_for()
        assert box.input_value() == WORDS
        (kept,) = page.evaluate(KEPT)
        assert "dog" not in kept and not Passage.objects.exists()

        # the server can be reached, and what is sent to it is still lost on the way, or its answer is
        page.context.set_offline(False)
        page.get_by_text("The connection is back").wait_for()
        for lost, arrived in ((unsent, 0), (unanswered, 1)):
            page.route("**/record/", lost)
            save(page)
            page.get_by_role("status").get_by_text("There is no connection").wait_for()
            page.unroute("**/record/")
            assert (box.input_value(), Passage.objects.count()) == (WORDS, arrived)
            assert len(page.evaluate(KEPT)) == 1
        save(page, "Save and finish the record")
        # twice: also the words of the answer that was lost
        page.get_by_text("What you wrote is saved").last.wait_for()
        visit.refresh_from_db()
        assert (visit.state, Passage.objects.get().text, page.evaluate(KEPT)) == ("recorded", WORDS, [])

        page.goto(reverse("visit_record", args=[visit.pk]))
        box.fill("Left before it was sent.")
        page.get_by_text("Kept in this page, sealed").wait_for()
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()
        page.get_by_text("could not be read any more").wait_for()
        assert box.input_value() == WORDS and page.evaluate(KEPT) == []


def test_what_the_server_does_not_take_stays_until_it_does_or_the_time_is_over(live_server: Any) -> None:
    with on_a_phone(live_server.url) as (page, visit, box):
        officer = visit.meeting.organiser
        # refused: the reason stands above what was typed, which is still unsent
        box.evaluate(f"(box) => (box.value = '{WORDS}'.padEnd({LONGEST + 1}, 'x'))")
        save(page)
        page.get_by_role("alert").get_by_text("at most").wait_for()
        assert page.title().startswith("Error") and box.input_value().startswith(WORDS)
        assert len(page.evaluate(KEPT)) == 1

        # saved, but not finished, and so written on without a conflict with oneself
        box.fill(WORDS)
        page.get_by_label("The family was seen").check()
        save(page, "Save and finish the record")
        page.get_by_text("Say who was seen").wait_for()
        assert page.evaluate(KEPT) == []
        page.get_by_label("Who was seen").fill("Mother")
        save(page)
        page.wait_for_url(reverse("visit", args=[visit.pk]))

        # another's words in the box, these beneath: the server has both
        page.goto(reverse("visit_record", args=[visit.pk]))
        seen = Visit.objects.get(pk=visit.pk)
        visits.save(
            visit_id=visit.pk, outcome="seen", who_seen="Mother", child_seen=None, version=seen.version,
            typed=[Typed("said", "No dog.", 1)], by=UserFactory(role="ewo"), at=later(0),
        )  # fmt: skip
        box.fill("A large dog.")
        save(page)
        page.get_by_role("alert").get_by_text("Somebody wrote here while you did").wait_for()
        assert (box.input_value(), KeptText.objects.get(beside=True).text) == ("No dog.", "A large dog.")
        assert page.evaluate(KEPT) == []

        # signed out by the clock; signed in again in another window, which has another token
        box.fill("A large dog. Or none.")
        Session.objects.all().delete()
        save(page)
        page.get_by_text("You are signed out").wait_for()
        assert box.input_value() == "A large dog. Or none."
        page.context.clear_cookies()
        again = page_of(page.context.browser, live_server.url, officer)
        again.goto("/")
        page.context.add_cookies(again.context.cookies())
        save(page)
        page.get_by_text("What you wrote is saved").wait_for()
        assert Passage.objects.get().text == "A large dog. Or none."

        # never sent for a day; and signed out in another window
        page.clock.install()
        page.goto(reverse("visit_record", args=[visit.pk]))
        for end, words in (
            (lambda: page.clock.run_for(A_DAY + 60_000), "more than 24 hours ago"),
            (lambda: sign_out(page.context.new_page()), "You signed out"),
        ):
            box.fill("Not sent.")
            page.clock.run_for(1000)
            page.get_by_text("Kept in this page, sealed").wait_for()
            end()
            page.get_by_text(words).wait_for()
            assert (box.input_value(), page.evaluate(KEPT)) == ("A large dog. Or none.", [])


def sign_out(page: Any) -> None:
    page.goto("/")
    page.locator(".ms-account summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Password").wait_for()
