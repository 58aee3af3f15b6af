"""Texts of the public pages: easy to read, safe, never with a typed number; published, restored, never lost."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.factories import UserFactory

from mainstay.law.rules import Rules
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.public import markup, texts
from mainstay.service.public.actions import texts as actions
from mainstay.service.public.models import PublicText

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)
#: US school year in which a child is eleven; Flesch-Kincaid counts in these
AGE_ELEVEN = 6.0


def syllables(word: str) -> int:
    """Groups of vowels, a silent e at the end not counted: near enough for a whole page."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if len(letters) > 3:
        letters = re.sub(r"(?<=[^laeiouy])e$|(?<=[^aeiouytd])ed$|(?<=[^laeiouysxz])es$", "", letters)
    return max(1, len(re.findall(r"[aeiouy]+", letters)))


def grade(text: str) -> float:
    """Flesch-Kincaid grade level: 0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid and others, 1975)."""
    sentences = [one for one in re.split(r"[.!?:]+(?:\s|$)|\n", text) if re.search(r"\w", one)]
    words = re.findall(r"[\w’'-]+", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def long_sentences(text: str) -> list[str]:
    return [one for one in re.split(r"[.!?:]+(?:\s|$)|\n", text) if len(one.split()) > 25]


def test_the_measure_knows_hard_words_from_easy_ones() -> None:
    easy = "The cat sat on the mat. It was a good day."
    hard = "Notwithstanding the aforementioned statutory provisions, the local authority may institute proceedings."
    assert grade(easy) < 2 < 15 < grade(hard)


@pytest.mark.parametrize("key", texts.TEXTS)
def test_every_shipped_text_can_be_read_at_eleven_and_types_no_number_of_the_law(key: str) -> None:
    found = texts.shipped(key)
    words = markup.plain(found.text, markup.fill(TODAY))
    assert grade(words) <= AGE_ELEVEN
    assert long_sentences(words) == []
    assert markup.faults(found.text) == []
    assert "{" not in words
    # but those of the law's name, a standard, a telephone, and words for a share
    allowed = r"WCAG[^)]*|version 2\.2|\(No\. 2\)|2018|\b999\b|^\d\. |100 half days|every 100"
    typed = re.sub(allowed, "", re.sub(r"\{\w+\}", "", re.sub(r"\]\([^)]*\)", "", found.text)), flags=re.M)
    assert re.findall(r"\d+", re.sub(r"## .*", "", typed)) == []


def test_numbers_are_those_of_the_law_when_the_page_is_shown(monkeypatch: Any) -> None:
    said = markup.fill(TODAY)
    assert said["attendance_reduced_pounds"] == str(Rules(as_of=TODAY).whole("attendance_reduced_pounds"))
    shown = markup.show(
        "It costs £{attendance_reduced_pounds} within {attendance_reduced_days} days.", said, TODAY
    )
    assert f"£{said['attendance_reduced_pounds']} within" in shown.html
    assert shown.unsure == (Rules().parameter("attendance_reduced_days").meaning,)


@pytest.mark.parametrize(
    ("typed", "never"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("[x](javascript:alert(1))", "javascript:alert(1)\""),
        ("[x](data:text/html;base64,xx)", "href"),
        ("![x](https://example.org/x.png)", "<img"),
        ("<a href='https://x'>x</a>", "<a href='"),
        ("[x](https://example.org \"onclick\")", "onclick=\"x"),
        ("{mailbox}<b>", "<b>"),
    ],
)  # fmt: skip
def test_nothing_typed_becomes_anything_but_words_and_links(typed: str, never: str) -> None:
    said = {**markup.fill(TODAY), "mailbox": "<i>&"}
    html = str(markup.show(typed, said, TODAY).html)
    assert never not in html
    assert "<i>" not in html


def test_faults_are_said_in_words() -> None:
    found = markup.faults("£80 and {no_such} and [x](page:nowhere) and [y](ftp://z)")
    assert len(found) == 4
    assert (
        markup.faults("[x](page:letter_open) [y](page:information_text/steps) [z](mailto:a@example.org)")
        == []
    )


@pytest.fixture
def manager() -> Iterator[Any]:
    yield UserFactory(role="service_manager")


def publish(by: Any, **said: Any) -> PublicText:
    return actions.publish(
        **{"key": "steps", "language": "en-gb", "title": "Steps", "text": "One step.", "reason": "Clearer", "after": 0,
           "by": by, "at": AT, **said}
    )  # fmt: skip


def test_a_version_is_published_another_follows_and_what_was_shipped_is_put_back(manager: Any) -> None:
    publish(manager)
    publish(manager, text="Two steps.", after=1)
    assert texts.current()["steps"].text == "Two steps."
    back = actions.restore(
        key="steps", language="en-gb", number=1, reason="It was better", after=2, by=manager, at=AT
    )
    assert (back.number, back.restored, back.text) == (3, 1, "One step.")
    actions.restore(key="steps", language="en-gb", number=0, reason="As it was", after=3, by=manager, at=AT)
    assert texts.current()["steps"].text == texts.shipped("steps").text
    assert PublicText.objects.count() == AuditRow.objects.filter(action="public.text").count() == 4


@pytest.mark.parametrize(
    "said",
    [{"reason": " "}, {"title": ""}, {"text": " "}, {"after": 4}, {"key": "none"}, {"language": "xx"}, {"text": "£5"},
     {"text": "x" * 20_001}],
)  # fmt: skip
def test_what_is_refused(said: dict[str, Any], manager: Any) -> None:
    with pytest.raises(StepRefused):
        publish(manager, **said)
    assert not PublicText.objects.exists()


def test_only_who_may_writes(db: None) -> None:
    with pytest.raises(StepRefused):
        publish(UserFactory(role="ewo"))


def test_another_language_falls_back_to_english_text_by_text(manager: Any) -> None:
    publish(manager, language="pl", title="Kroki", text="Krok.")
    found = texts.current("pl")
    assert (found["steps"].title, found["steps"].language) == ("Kroki", "pl")
    assert found["law"].language == "en-gb"
    assert texts.current()["steps"].number == 0
    assert [tag for tag, _ in texts.offered()] == ["en-gb", "pl"]
