"""Whatever people type, a document can be made of it; what our fonts do not have shows as a question mark."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.documents.reading import pdf_of, text_of

from mainstay.service.documents.letters import ComplaintAnswer
from mainstay.service.documents.printable import printable, signs


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Ștefania Wójcik, ½ day, 5 m²", "Ștefania Wójcik, ½ day, 5 m²"),
        ("e\u0301cole", "école"),
        ("٣ days 🙂", "? days ?"),
        ("a\u200bb\u202ec\x07d", "abcd"),
        ("one\r\ntwo\rthree\n", "one\ntwo\nthree\n"),
        ("", ""),
    ],
)
def test_a_sign_shows_as_it_is_or_as_a_question_mark(typed: str, printed: str) -> None:
    assert printable(typed) == printed


def test_every_value_in_it_is_printable_and_what_is_no_text_stays() -> None:
    assert printable({"٣": ["٣", ("٣", 3)], "none": None}) == {"٣": ["?", ["?", 3]], "none": None}


@given(st.text(max_size=60))
def test_nothing_is_left_that_no_font_has(text: str) -> None:
    assert set(printable(text)) <= signs() | {"\n"}
    assert printable(printable(text)) == printable(text)


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_a_letter_is_made_of_whatever_was_typed(text: str) -> None:
    letter = dataclasses.replace(ComplaintAnswer.sample(), text=text)
    assert pdf_of(letter).startswith(b"%PDF")


def test_a_letter_has_its_other_words_beside_an_unknown_sign() -> None:
    letter = dataclasses.replace(ComplaintAnswer.sample(), text="We met on ٣ May.")
    assert "We met on ? May." in text_of(letter)
