"""What was typed and not sent is put back, also where there were words before, and never over somebody else's."""

from typing import Any

import pytest
from django.urls import reverse
from tests.factories import UserFactory
from tests.factories_attendance import a_child, at, later
from tests.web.browsing import NEEDS_CHROMIUM, launched, page_of

from mainstay.service.documents import actions_statements as actions
from mainstay.service.documents.statements import Asked
from mainstay.service.record.actions import add_entry

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.django_db(databases="__all__", transaction=True)]


def test_unsent_words_are_put_back_and_never_over_changed_ones(live_server: Any) -> None:
    officer, child = UserFactory(role="ewo"), a_child()
    add_entry(pupil=child, by=officer, at=at(), kind="note", title="Saw the mother")
    statement, _ = actions.start(
        pupil=child, witness=officer, asked=Asked(), known_on=later(1).date(), by=officer, at=later(1)
    )
    with launched() as browser:
        page = page_of(browser, live_server.url, officer)
        page.goto(reverse("statement", args=[statement.pk]))
        box = page.locator("textarea[name=text]")
        page.locator("details:has(textarea[name=text]) > summary").click()
        before = box.input_value()
        box.fill(f"{before}\n\nAnd the father.")
        page.reload()
        assert box.input_value() == f"{before}\n\nAnd the father."
        assert "put back" in page.locator("main").text_content()
        actions.edit(statement_id=statement.pk, text="Another's.", version=1, by=officer, at=later(2))
        page.reload()
        assert box.input_value() == "Another's."
        assert "And the father." in page.locator(".ms-unsent").text_content()
