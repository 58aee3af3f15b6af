"""Sheets in other languages: after the English letter, marked until a translator has confirmed them."""

from io import BytesIO
from typing import Any

import pypdf
import pytest
from tests.unit.documents.reading import pages_of, pdf_of

from mainstay.service.documents import languages, rendering
from mainstay.service.documents.letters import LETTERS, CrossBorderEnquiry, Letter, PenaltyNotice

TO_FAMILIES = [
    pytest.param(sample, id=f"{template}: {name}")
    for template, letter in LETTERS.items()
    if letter.to_families
    for name, sample in letter.samples().items()
]


def test_polish_and_romanian_are_there_and_no_translator_has_confirmed_them() -> None:
    assert [(each.tag, each.english, each.checked) for each in languages.known()] == [
        ("pl", "Polish", ""), ("ro", "Romanian", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("letter", TO_FAMILIES)
@pytest.mark.parametrize("language", [each.tag for each in languages.known()])
def test_every_letter_to_a_family_has_a_sheet_after_its_english_text(letter: Letter, language: str) -> None:
    english, both = pages_of(pdf_of(letter)), pages_of(pdf_of(letter, language=language))
    told = languages.sheet(letter.template, letter.as_values(), language)
    assert told is not None and len(both) == len(english) + 1
    assert [page.split(" Page ")[0] for page in both[:-1]] == [page.split(" Page ")[0] for page in english]
    assert both[-1].startswith(" ".join((told["title"], told["note"], told["unchecked"])))
    assert letter.reference in both[-1] and letter.sender.contact in both[-1]
    assert "{" not in both[-1] and "None" not in both[-1]
    assert told["unchecked"]


def test_the_sheet_says_its_language_to_a_screen_reader() -> None:
    pdf = pypdf.PdfReader(BytesIO(pdf_of(PenaltyNotice.sample(), language="pl")))
    assert pdf.root_object["/Lang"] == "en-GB"
    assert any("/Lang" in str(obj) and "'pl'" in str(obj) for obj in structure(pdf))


def structure(pdf: pypdf.PdfReader) -> list[Any]:
    """Every element of the tree of tags."""
    found, waiting = [], [pdf.root_object["/StructTreeRoot"]]
    while waiting:
        obj = waiting.pop().get_object()
        if isinstance(obj, list):
            waiting += obj
        elif isinstance(obj, dict) and "/StructParents" not in obj:
            found.append({key: value for key, value in obj.items() if key in ("/S", "/Lang")})
            if "/K" in obj:
                kids = obj.raw_get("/K")
                waiting += kids if isinstance(kids, list) else [kids]
        waiting = [w for w in waiting if not isinstance(w, int)]
    return found


def test_days_are_written_in_the_language_and_sums_stay() -> None:
    polish = pages_of(pdf_of(PenaltyNotice.sample(), language="pl"))[-1]
    assert "£80, jeśli zapłacą Państwo najpóźniej w tym dniu: wtorek, 26 listopada 2024." in polish
    romanian = pages_of(pdf_of(PenaltyNotice.sample(), language="ro"))[-1]
    assert "marți, 26 noiembrie 2024" in romanian


@pytest.mark.parametrize("language", ["en", "xx", "", "zz-Latn", "pl/../../ro"])
def test_a_language_without_words_leaves_the_english_letter_alone(language: str) -> None:
    assert languages.sheet("penalty_notice", PenaltyNotice.sample().as_values(), language) is None
    assert len(pages_of(pdf_of(PenaltyNotice.sample(), language=language))) == 2


def test_a_region_has_the_words_of_its_language() -> None:
    assert languages.sheet("penalty_notice", PenaltyNotice.sample().as_values(), "PL-pl") is not None


def test_letters_to_councils_and_other_documents_have_no_sheet() -> None:
    assert languages.sheet("cross_border_enquiry", CrossBorderEnquiry.sample().as_values(), "pl") is None
    assert languages.sheet("certificate_draft", {}, "pl") is None


def test_the_words_of_a_language_are_part_of_the_version() -> None:
    versions = {rendering.version_of("penalty_notice", language) for language in ("en", "pl", "ro")}
    assert len(versions) == 3
    assert rendering.version_of("penalty_notice", "xx") == rendering.version_of("penalty_notice")


def test_names_in_a_sheet_stay_names() -> None:
    values = PenaltyNotice.sample().as_values()
    values["courtesy"] |= {"child": "{school} {0} #panic()"}
    told = languages.sheet("penalty_notice", values, "pl")
    assert told is not None and "{school} {0} #panic()" in told["parts"][0][1][0]
