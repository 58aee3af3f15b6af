"""A council's own words: from a day on, older versions kept, nothing the law fixes."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories import UserFactory
from tests.factories_documents import LATER

from mainstay.service.common.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import wording
from mainstay.service.documents.letters import LETTERS
from mainstay.service.documents.models import Wording

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def put(text: str = "We are here for you.", **given: Any) -> Wording:
    said = {
        "template": "receipt", "slot": "opening", "since": TODAY, "reason": "Asked for by parents",
        "by": given.pop("by", None) or UserFactory(role="service_manager"), "at": LATER,
    }  # fmt: skip
    return wording.set_text(text=text, **said | given)


def test_the_letters_own_words_stand_until_others_are_set() -> None:
    before = wording.in_force("receipt", TODAY)
    assert before == {slot.name: slot.default for slot in LETTERS["receipt"].slots}
    put()
    assert wording.in_force("receipt", TODAY) == before | {"opening": "We are here for you."}
    assert wording.in_force("receipt", TODAY - timedelta(days=1)) == before
    assert wording.in_force("reminder", TODAY)["opening"] == ""


def test_versions_are_kept_and_begin_on_their_day() -> None:
    put("First.")
    put("Next month.", since=TODAY + timedelta(days=30))
    put("First, mended.")
    assert [w.version for w in Wording.objects.all()] == [1, 2, 3]
    assert wording.in_force("receipt", TODAY)["opening"] == "First, mended."
    assert wording.in_force("receipt", TODAY + timedelta(days=30))["opening"] == "Next month."
    row = AuditRow.objects.filter(action="wording.set").order_by("pk").last()
    assert row is not None and (row.payload["before"], row.payload["after"]) == ("First.", "First, mended.")


def test_words_can_be_taken_out_again() -> None:
    put()
    put("")
    assert wording.in_force("receipt", TODAY)["opening"] == ""


def test_text_is_kept_as_plain_paragraphs() -> None:
    assert put("  One. \r\n\r\n\r\n\r\nTwo,\r\nand more.  ").text == "One.\n\nTwo,\nand more."


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("why", {"reason": " "}),
        ("from today on", {"since": TODAY - timedelta(days=1)}),
        ("no such place", {"slot": "offence"}),
        ("no such place", {"template": "certificate_draft"}),
        ("Nothing would change", {"text": ""}),
        ("at most 600", {"text": "x" * 601}),
        ("cannot be left empty", {"slot": "sign_off", "text": "  "}),
        ("plain text", {"text": "hid\u202eden"}),
        ("plain text", {"text": "a\tb"}),
        ("sums of money", {"text": "You can pay £60."}),
        ("sums of money", {"text": "You can pay 60 pounds."}),
        ("Your role", {"by": "ewo"}),
    ],
)
def test_what_a_slot_cannot_hold_is_refused_in_words(words: str, wrong: dict[str, Any]) -> None:
    if role := wrong.get("by"):
        wrong = wrong | {"by": UserFactory(role=role)}
    with pytest.raises(StepRefused, match=words):
        put(**wrong)
    assert not Wording.objects.exists()
