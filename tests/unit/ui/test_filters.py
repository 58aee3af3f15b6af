"""How dates, counts and shares are written."""

from datetime import UTC, date, datetime

import pytest

from mainstay.service.common.ui import filters


def test_dates_are_written_out_without_leading_noughts() -> None:
    assert filters.long_date(date(2024, 10, 4)) == "Friday 4 October 2024"
    assert filters.short_date(date(2024, 10, 4)) == "4 Oct 2024"
    assert filters.long_date("2024-10-14") == "Monday 14 October 2024"


def test_an_instant_is_shown_on_its_london_day() -> None:
    late = datetime(2025, 6, 30, 23, 30, tzinfo=UTC)
    assert filters.short_date(late) == "1 Jul 2025"
    assert filters.date_time(late) == "1 Jul 2025 at 12:30am"
    assert filters.date_time(datetime(2025, 1, 6, 13, 5, tzinfo=UTC)) == "6 Jan 2025 at 1:05pm"


@pytest.mark.parametrize(
    ("share", "text"), [(0.8945, "89.5%"), (0.89449, "89.4%"), (1, "100.0%"), (0, "0.0%"), (0.00049, "0.0%")]
)
def test_a_share_is_a_percentage_with_one_decimal_half_up(share: float, text: str) -> None:
    assert filters.percent(share) == text


def test_words_agree_with_their_number() -> None:
    assert [filters.sessions(n) for n in (0, 1, 16)] == ["0 sessions", "1 session", "16 sessions"]
    assert filters.plural(2, "child", "children") == "2 children"
    assert filters.plural(1200, "pupil") == "1,200 pupils"


def test_money_is_written_in_pounds() -> None:
    assert [filters.money(p) for p in (16000, 16050, 5, -8000)] == ["£160", "£160.50", "£0.05", "−£80"]


def test_nothing_is_written_as_a_dash() -> None:
    for each in ("date", "short_date", "datetime", "percent", "number", "sessions", "money"):
        assert filters.FILTERS[each](None) == "–"


def test_a_list_of_words_reads_as_a_sentence() -> None:
    assert [filters.and_list(w) for w in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_a_code_means_what_it_meant_on_the_day() -> None:
    assert filters.meaning("G", date(2024, 10, 14)) == "Holiday not granted by the school"
    assert filters.meaning("Y1", date(2024, 1, 8)) == ""
