"""The letters: tagged, whole, in words; each sum the tariff's, each address the addressee's own."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pypdf
import pytest
import typst
from tests.unit.documents.reading import pages_of, pdf_of, text_of

from mainstay.law import tariff
from mainstay.law.rules import CURRENT
from mainstay.service.documents import rendering
from mainstay.service.documents.letters import (
    LETTERS,
    Addressee,
    CrossBorderEnquiry,
    LeaveRefusal,
    LeaveWarning,
    Letter,
    NonPayment,
    NoticeToImprove,
    PenaltyNotice,
    Receipt,
    Reminder,
    Withdrawal,
    parts,
)
from mainstay.service.documents.letters.after import GROUNDS

SAMPLES = [
    pytest.param(sample, id=f"{template}: {name}")
    for template, letter in LETTERS.items()
    for name, sample in letter.samples().items()
]
SUM = re.compile(r"£(\d+(?:,\d{3})*)")


def sums_in(text: str) -> set[str]:
    return set(SUM.findall(text))


@pytest.mark.parametrize("letter", SAMPLES)
@pytest.mark.parametrize("large_print", [False, True])
def test_every_letter_is_a_tagged_pdf_with_language_title_and_address(
    letter: Letter, large_print: bool
) -> None:
    pdf = pdf_of(letter, large_print=large_print)
    for part in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang", b"pdfuaid"):
        assert part in pdf
    reader = pypdf.PdfReader(BytesIO(pdf))
    assert reader.metadata is not None and reader.metadata.title == letter.title
    first = pages_of(pdf)[0]
    for words in (
        letter.addressee.name, *letter.addressee.address, letter.sender.name, letter.reference, letter.signed_by
    ):  # fmt: skip
        assert words in (first if words != letter.signed_by else " ".join(pages_of(pdf)))
    assert f"Page 1 of {len(reader.pages)}" in first


@pytest.mark.parametrize("letter", SAMPLES)
def test_a_value_that_is_missing_fails_instead_of_printing_a_gap(letter: Letter) -> None:
    values = letter.as_values()
    of_other_forms = {"kind", "position", "years", "limit", "excluded_days", "seen", "sessions"}
    for name in {"addressee", "wording", "reference", *letter.facts()} - of_other_forms:
        less = {key: value for key, value in values.items() if key != name}
        with pytest.raises(typst.TypstError, match=name):
            rendering.render(letter.template, less)


@pytest.mark.parametrize("letter", SAMPLES)
def test_code_in_names_and_words_is_printed_and_never_run(letter: Letter) -> None:
    code = '#panic("run") *bold* $x$ \\ @ref <b>'
    told = replace(letter, addressee=Addressee(code, ("#pagebreak()", "SO99 9ZZ")), signed_by=code)
    if "child_name" in letter.__dataclass_fields__:
        told = replace(told, child_name=code)
    text = text_of(told, {"opening": code, "sign_off": code})
    assert text.count('#panic("run") *bold* $x$') >= 3 and "#pagebreak()" in text


def in_the_window(pdf: bytes) -> dict[str, tuple[float, float]]:
    """Millimetres from the left and the top of each piece of text on the first page."""
    found: dict[str, tuple[float, float]] = {}

    def seen(text: str, matrix: Any, _text: Any, _font: Any, _size: Any) -> None:
        if text.strip():
            at = (matrix[4] / 72 * 25.4, 297 - matrix[5] / 72 * 25.4)
            found.setdefault(text.strip(), at)

    pypdf.PdfReader(BytesIO(pdf)).pages[0].extract_text(visitor_text=seen)
    return found


@pytest.mark.parametrize("number", [3, 5, 6, 9])
@pytest.mark.parametrize("large_print", [False, True])
def test_an_address_stands_in_the_window_and_nothing_else_near(number: int, large_print: bool) -> None:
    lines = (*(f"Line {n} of an address" for n in range(1, number)), "SO99 9AB")
    letter = replace(PenaltyNotice.sample(), addressee=Addressee("Mrs Grace Fenwick", lines))
    where = in_the_window(pdf_of(letter, large_print=large_print))
    mine = {
        text: at
        for text, at in where.items()
        if text in ("Mrs Grace Fenwick", *lines) or text.startswith("Line")
    }
    assert len(mine) == min(number, 6) + 1
    assert all(24.6 <= left <= 30 and 42 <= down <= 65.5 for left, down in mine.values())
    others = [at for text, at in where.items() if text not in mine]
    assert others and not [at for at in others if at[0] < 120 and 31 < at[1] < 95]


FIRST, SECOND, EXCLUDED = PenaltyNotice.samples().values()


def test_a_first_notice_prices_both_times_with_their_last_days() -> None:
    text = text_of(FIRST)
    assert sums_in(text) == {"80", "160"}
    assert "£80 until Tuesday 26 November 2024" in text
    assert "£160 from Wednesday 27 November 2024 until Tuesday 3 December 2024" in text
    assert "received on Wednesday 6 November 2024 , unless you show us otherwise" in text.replace(
        "2024,", "2024 ,"
    )


@pytest.mark.parametrize("language", ["en", "pl", "ro"])
def test_a_second_notice_never_shows_a_reduced_sum(language: str) -> None:
    text = text_of(SECOND, language=language)
    assert sums_in(text) == {"160"} and "26 November" not in text and "26 listopada" not in text
    assert "£160 until Tuesday 3 December 2024" in text


def test_an_excluded_childs_notice_has_its_own_sums_and_its_own_law() -> None:
    text = text_of(EXCLUDED)
    assert sums_in(text) == {"60", "120"}
    assert "section 105" in text and "444" not in text and "Invented Shopping Centre" in text


def test_the_sums_printed_are_the_tariffs() -> None:
    other = tariff.Tariff(reduced_pounds=91, reduced_days=10, full_pounds=1234, full_days=20)
    text = text_of(replace(FIRST, cost=other))
    assert sums_in(text) == {"91", "1,234"}
    assert "£91 until Friday 15 November 2024" in text and "You have 20 days" in text


def test_a_penalty_notice_holds_what_the_regulations_ask_for() -> None:
    text = text_of(FIRST)
    for words in (
        "section 444(1)", "Ada Fenwick, 12 Invented Road", "Invented Primary School",
        "Robin Tester, Education welfare officer. Officer authorised",
        "From Monday 7 October 2024 to Monday 14 October 2024", "Issued on Monday 4 November 2024",
        "paid to Southampton (made-up city), Education welfare service, Civic Centre", "pay.example.org", "cash office",
        "You have 28 days", "discharges your liability", "If you do not pay", "ought not to have been issued to you",
        "material errors", "code of conduct", "This notice relies on 12", "Holiday not granted by the school",
    ):  # fmt: skip
        assert words in text, words


def test_an_address_that_is_not_the_addressees_is_not_printed() -> None:
    text = text_of(replace(FIRST, child_lives_here=False))
    assert "We hold the child's address; it is not printed here" in text.replace("’", "'")
    assert "Ada Fenwick, 12 Invented Road" not in text
    assert not [
        name for name in PenaltyNotice.__dataclass_fields__ if "address" in name and name != "addressee"
    ]


@pytest.mark.parametrize("notice", [FIRST, SECOND, EXCLUDED])
def test_twenty_sessions_on_twenty_days_fit_two_pages(notice: PenaltyNotice) -> None:
    days = [s.on for s in parts.sample_sessions(40)[::2]]
    sessions = tuple(parts.Session(on, "AM", "GNOU"[n % 4]) for n, on in enumerate(days))
    full = notice if notice.kind == "excluded" else replace(notice, sessions=sessions)
    pages = pages_of(pdf_of(full))
    assert len(pages) == 2
    if notice.kind == "attendance":
        assert all(f"{on:%A} {on.day} {on:%B %Y}" in pages[1] for on in days)


def test_a_notice_that_says_too_little_is_not_made() -> None:
    for wrong in (
        {"position": None}, {"position": "second"}, {"sessions": ()}, {"pay_online": "", "other_ways": ()},
        {"kind": "excluded"},
    ):  # fmt: skip
        with pytest.raises(ValueError, match="notice"):
            replace(FIRST, **wrong)


def test_a_reminder_shows_what_is_left_to_pay() -> None:
    reminder = Reminder.sample()
    assert sums_in(text_of(reminder)) == {"80", "160"}
    late = text_of(replace(reminder, dated=date(2024, 11, 27)))
    assert sums_in(late) == {"160"} and "£160 until Tuesday 3 December 2024" in late
    with pytest.raises(ValueError, match="over"):
        replace(reminder, dated=date(2024, 12, 4))
    with pytest.raises(ValueError, match="how to pay"):
        replace(reminder, pay_online="", other_ways=())


def test_a_reminder_threatens_nobody() -> None:
    text = text_of(Reminder.sample()).lower()
    assert not [word for word in ("court", "prosecut", "offence", "fine ") if word in text]


def test_the_letter_after_the_time_to_pay_waits_for_it_to_be_over() -> None:
    letter = NonPayment.sample()
    text = text_of(letter)
    assert "too late to pay" in text and "We have not decided yet" in text and sums_in(text) == {"160"}
    assert "withdraw the notice" in text and "your child’s absence from school" in text
    assert "while excluded" in text_of(replace(letter, kind="excluded"))
    with pytest.raises(ValueError, match="not over"):
        replace(letter, dated=letter.full_until)


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_withdrawal_says_on_which_ground(ground: str) -> None:
    said = {
        "wrongly_issued": "It ought not to have been issued.",
        "outside_code": "does not keep to our code of conduct",
        "wrong_recipient": "ought not to have been issued to you",
        "material_error": "contains material errors",
        "unpaid_not_prosecuted": "not paid in time",
    }
    text = text_of(replace(Withdrawal.sample(), ground=ground))
    assert said[ground] in text and "We pay it back to the card" in text and sums_in(text) == {"80"}
    assert "444(1A)" in text


def test_a_withdrawal_of_an_excluded_childs_notice_names_no_other_offence() -> None:
    assert "444" not in text_of(replace(Withdrawal.sample(), kind="excluded"))


def test_a_withdrawal_with_nothing_paid_promises_nothing() -> None:
    text = text_of(replace(Withdrawal.sample(), refund_pounds=0, refund_how=""))
    assert "We have no payment from you" in text and not sums_in(text)
    for wrong in ({"ground": "because"}, {"refund_how": ""}):
        with pytest.raises(ValueError, match=r"ground|refund"):
            replace(Withdrawal.sample(), **wrong)


def test_a_receipt_closes_the_matter() -> None:
    text = text_of(Receipt.sample())
    assert "£80, by card" in text and "The matter is closed" in text and "Wednesday 20 November 2024" in text


def test_a_notice_to_improve_holds_what_guidance_asks_for() -> None:
    letter = NoticeToImprove.sample()
    text = text_of(letter)
    for words in (
        "Attended 80", "These 12 sessions", "section 444", "section 7", *letter.support, *letter.refused,
        *letter.offered, "penalty notice", "take you to court", "Monday 11 November 2024", "Friday 20 December 2024",
        "6 weeks of school", letter.target, *letter.early, "There is nothing to pay",
    ):  # fmt: skip
        assert words in text, words
    assert not sums_in(text)
    for wrong in ({"sessions": ()}, {"support": ()}, {"early": ()}, {"target": " "}):
        with pytest.raises(ValueError, match="improve"):
            replace(letter, **wrong)
    less = text_of(replace(letter, refused=(), offered=()))
    assert "not taken up" not in less and "Help you can have now" not in less


@pytest.mark.parametrize("letter", [LeaveWarning.sample(), LeaveRefusal.sample()])
def test_leave_letters_price_a_notice_by_this_parents_position(letter: Any) -> None:
    assert sums_in(text_of(letter)) == {"80", "160"}
    second = text_of(replace(letter, cost=tariff.of("attendance", "second", CURRENT)))
    assert sums_in(second) == {"160"} and "28 days" in second
    third = text_of(replace(letter, cost=None))
    assert not sums_in(third) and "No further penalty notice can be issued to you" in third


def test_a_refusal_gives_the_heads_reasons_and_what_was_granted() -> None:
    refused, part = LeaveRefusal.samples().values()
    assert "I have not agreed to this leave" in text_of(refused) and refused.reasons[:40] in text_of(refused)
    text = text_of(part)
    assert "I have agreed to leave on Monday 7 October 2024, and not to the rest" in text
    assert "beyond what I have agreed to" in text
    with pytest.raises(ValueError, match="reasons"):
        replace(refused, reasons=" ")


def test_an_enquiry_asks_from_the_first_day_that_counts() -> None:
    enquiry = CrossBorderEnquiry.sample()
    assert "on or after Monday 19 August 2024" in text_of(enquiry)
    later = text_of(replace(enquiry, proposed_on=date(2029, 3, 3), parent_born=date(1990, 5, 1)))
    assert "on or after Wednesday 4 March 2026" in later and "born on Tuesday 1 May 1990" in later
    assert "Large print" not in later and parts.ADDRESSEE.address[0] not in later


def test_a_councils_words_stand_in_their_places_as_paragraphs() -> None:
    text = text_of(FIRST, {"opening": "Please read this.\n\nIt matters.", "sign_off": "With good wishes"})
    assert "Please read this. It matters. This notice is about" in text
    assert "With good wishes Robin Tester" in text and "Yours sincerely" not in text
    without = text_of(FIRST, {"support": ""})
    assert "If you need help" not in without and "If you need help" in text


def test_large_print_is_larger() -> None:
    sizes: dict[bool, set[float]] = {}
    for large_print in (False, True):
        reader, found = pypdf.PdfReader(BytesIO(pdf_of(FIRST, large_print=large_print))), set()
        reader.pages[1].extract_text(
            visitor_text=lambda text, cm, tm, font, size, found=found: found.add(round(abs(tm[0] * size)))
        )
        sizes[large_print] = found
    assert 10 in sizes[False] and 16 in sizes[True] and 10 not in sizes[True]
