"""The order of day and month is decided for the whole file, and never for a cell."""

from datetime import date

import pytest
from tests.unit.registers.reading.conftest import ADA, TODAY, Read, places, warned

from mainstay.registers.calendars import Calendars
from mainstay.registers.reading.dates import DateText, Evidence, decide, parse


def long(*days: str) -> str:
    return "UPN,Date,Session,Mark\n" + "".join(f"{ADA},{day},AM,O\n" for day in days)


@pytest.mark.parametrize(
    "text",
    [
        "2025-09-08",
        "2025/9/8",
        "08-Sep-25",
        "8 September 2025",
        "45908",
        "2025-09-08 00:00:00",
        "8th Sep 2025",
    ],
)
def test_texts_with_one_reading(text: str) -> None:
    assert parse(text, 2026) == DateText(only=date(2025, 9, 8))


@pytest.mark.parametrize(
    ("text", "dmy", "mdy"),
    [
        ("08/09/2025", date(2025, 9, 8), date(2025, 8, 9)),
        ("8.9.25", date(2025, 9, 8), date(2025, 8, 9)),
        ("25/09/2025", date(2025, 9, 25), None),
        ("09-25-2025", None, date(2025, 9, 25)),
        ("31/02/2025", None, None),
        ("30/09/99", date(1999, 9, 30), None),
    ],
)
def test_texts_with_two_readings(text: str, dmy: date | None, mdy: date | None) -> None:
    found = parse(text, 2026)
    assert (found.only, found.dmy, found.mdy) == (None, dmy, mdy)


@pytest.mark.parametrize(
    "text", ["", "soon", "2025-13-01", "32/13/2025", "1/2", "99999", "08/09-2025", "٠٨/٠٩/٢٠٢٥", "0000-00-00"]
)
def test_texts_that_are_no_date(text: str) -> None:
    assert parse(text, 2026).under("dmy") is None


def test_one_cell_past_the_twelfth_decides_for_all(read: Read) -> None:
    assert (read(long("08/09/2025", "25/09/2025")).first, read(long("09/08/2025", "09/25/2025")).first) == (
        date(2025, 9, 8), date(2025, 9, 8),
    )  # fmt: skip


def test_weekends_and_the_future_decide_where_all_days_are_low(read: Read) -> None:
    assert read(long("08/09/2025", "09/09/2025")).first == date(2025, 9, 8)  # 9 August is a Saturday
    assert read(long("10/12/2024", "04/12/2025")).stopped_because is not None
    assert read(long("03/12/2024", "12/11/2025")).last == date(2025, 11, 12)  # 11 December is to come


def test_both_orders_or_neither_stop_the_file(read: Read) -> None:
    ambiguous = read(long("01/09/2025", "02/10/2025"))
    assert (ambiguous.stopped_because or "").startswith("dates_ambiguous")
    assert warned(ambiguous) == {"dates_ambiguous": 2}
    contradicting = read(long("25/09/2025", "09/25/2025"))
    assert (contradicting.stopped_because or "").startswith("dates_ambiguous")


def test_somebody_may_say_which(read: Read) -> None:
    assert read(long("01/09/2025", "02/10/2025"), dates="dmy").last == date(2025, 10, 2)
    assert read(long("01/09/2025", "02/10/2025"), dates="mdy").first == date(2025, 1, 9)
    year_first = read(long("25/09/02", "25/10/03"), dates="ymd")
    assert (year_first.first, year_first.last) == (date(2025, 9, 2), date(2025, 10, 3))


def test_a_weekend_mark_is_refused_where_the_order_is_certain(read: Read) -> None:
    found = read(long("13/09/2025", "15/09/2025"))
    assert (places(found), warned(found)) == ([(2, "Mark", "O")], {"weekend_mark": 1})


def test_births_count_as_evidence(read: Read) -> None:
    text = f"UPN,DOB,Date,Session,Mark\n{ADA},25/03/2015,01/09/2025,AM,O\n{ADA},25/03/2015,02/10/2025,AM,O\n"
    assert read(text).last == date(2025, 10, 2)


def test_one_meaning_stands_beside_any_order(read: Read) -> None:
    found = read(long("2025-09-08", "45909", "10-Sep-25", "25/09/2025"))
    assert (found.marks, found.first, found.last) == (4, date(2025, 9, 8), date(2025, 9, 25))


def test_dates_alike_in_both_orders_leave_no_doubt(read: Read) -> None:
    assert read(long("09/09/2025")).first == date(2025, 9, 9)


def test_the_week_of_a_title_is_a_monday(read: Read) -> None:
    text = f"Week beginning 06/10/2025\nName,UPN,Mon AM,Mon PM\nAda,{ADA},/,/\n"
    assert read(text).first == date(2025, 10, 6)


def test_a_calendar_opens_a_saturday_and_closes_a_weekday(read: Read, tmp_path: object) -> None:
    calendar = Calendars({"999999": {date(2025, 9, 13): (True, False), date(2025, 9, 15): (False, False)}})
    text = "URN," + long().replace("\n", "") + "\n"
    text += "".join(f"999999,{ADA},2025-09-{day},{half},O\n" for day in (13, 15, 16) for half in ("AM", "PM"))
    found = read(text, calendar=calendar)
    assert [line for line, _, _ in places(found)] == [3, 4, 5]
    assert (warned(found), found.marks) == ({"weekend_mark": 1}, 3)


def test_decide_ignores_texts_with_one_reading() -> None:
    saturday = parse("2025-09-13", 2026)
    assert decide(Evidence({saturday}, {saturday}, set(), set()), TODAY) is None
