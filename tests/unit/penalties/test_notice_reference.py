"""References of notices: made, read as people type them, and found in what a bank passes on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay.service.penalties.reference import find, make, read

numbers = st.integers(1, 9_999_999)
ONE = make(1234)


def test_the_printed_form_stays_as_it_is() -> None:
    assert (make(1), make(1234), make(9_999_999)) == ("PN-0000001-J", "PN-0001234-K", "PN-9999999-N")


@pytest.mark.parametrize("number", [0, -1, 10_000_000])
def test_a_number_that_does_not_fit_has_no_reference(number: int) -> None:
    with pytest.raises(ValueError, match="one to seven figures"):
        make(number)


@given(number=numbers)
def test_no_letter_is_taken_for_a_figure_or_another_letter(number: int) -> None:
    reference = make(number)
    assert reference[-1] not in "IOUQSZ"
    assert read(reference) == reference


@given(number=numbers, place=st.integers(0, 6), by=st.integers(1, 9))
def test_one_wrong_figure_is_caught(number: int, place: int, by: int) -> None:
    reference = make(number)
    figures = list(reference[3:10])
    figures[place] = str((int(figures[place]) + by) % 10)
    assert read(f"PN-{''.join(figures)}-{reference[-1]}") is None


@given(number=numbers, place=st.integers(0, 5))
def test_two_neighbours_swapped_are_caught(number: int, place: int) -> None:
    reference = make(number)
    figures = list(reference[3:10])
    figures[place : place + 2] = reversed(figures[place : place + 2])
    swapped = f"PN-{''.join(figures)}-{reference[-1]}"
    assert read(swapped) == (reference if swapped == reference else None)


@given(number=numbers, letter=st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_another_letter_is_caught(number: int, letter: str) -> None:
    reference = make(number)
    assert read(reference[:-1] + letter) == (reference if letter == reference[-1] else None)


@given(
    number=numbers,
    gaps=st.lists(st.sampled_from(["", " ", "-", "–", " - ", "\u2011", "\xa0"]), min_size=10, max_size=10),
    lower=st.booleans(),
    alike=st.booleans(),
    around=st.sampled_from(["", " ", "\t\n"]),
)
def test_what_people_type_is_read(
    number: int, gaps: list[str], lower: bool, alike: bool, around: str
) -> None:
    reference = make(number)
    characters = list(reference.replace("-", ""))
    if alike:
        characters[2:9] = [{"0": "O", "1": "l"}.get(figure, figure) for figure in characters[2:9]]
    typed = "".join(c + gap for c, gap in zip(characters, [*gaps[:9], ""], strict=True))
    assert read(around + (typed.lower() if lower else typed) + around) == reference


@pytest.mark.parametrize(
    "text",
    ["", "PN", "0001234-K", "1234K", "PN-1234-K", "PN-00001234-K", "PN-000123-K", "PN-0001234", "PN-0001234-KK",
     "XPN-0001234-K", "PN-0001234-K.", "PN-٠٠٠١٢٣٤-K", "PN-0000000-A", "PN-0001234-Ķ"],
)  # fmt: skip
def test_what_is_no_reference_is_not_made_one(text: str) -> None:
    assert read(text) is None


@given(text=st.text(max_size=40))
def test_any_text_has_an_answer(text: str) -> None:
    found = read(text)
    assert found is None or read(found) == found


TWO = make(1235)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PN0001234K", [ONE]),
        ("FPI pn 0001234 k J BLOGGS", [ONE]),
        ("PENALTY NOTICE PN-0001234-K", [ONE]),
        ("REFPN0001234K", [ONE]),
        (f"{ONE} and {TWO}, {ONE}", [ONE, TWO]),
        (f"{TWO}/{ONE}", [TWO, ONE]),
        ("PN0001234KJONES", []),  # whose letter is it, the reference's or the name's?
        ("PN0001234JONES", []),
        ("PN00012340K", []),
        ("PN0001234", []),
        ("PN0001235K", []),
        ("", []),
    ],
)
def test_references_are_found_in_what_a_bank_passes_on(text: str, found: list[str]) -> None:
    assert find(text) == found


@given(
    chosen=st.lists(numbers, max_size=4),
    words=st.lists(st.text("abcxyz 0189", max_size=8), min_size=5, max_size=5),
)
def test_every_reference_set_apart_is_found_in_its_order(chosen: list[int], words: list[str]) -> None:
    text = ", ".join(f"{word}, {make(number)}" for number, word in zip(chosen, words, strict=False))
    assert find(text) == list(dict.fromkeys(map(make, chosen)))
