"""Printed registers and day rows."""

from datetime import date, timedelta

import pytest
from tests.unit.registers.reading.conftest import ADA, BEN, Read, mark_counts, places, warned

from mainstay.registers.grid import slot_of

TITLE = "Invented Primary - Registration report - Week beginning 08/09/2025,,,,,,,,,,,\n"
DAYS = ",".join(f"{day} {half}" for day in ("Mon", "Tue", "Wed", "Thu", "Fri") for half in ("AM", "PM"))
HEADER = f"Name,UPN,Reg,{DAYS}\n"
ADAS = f'"Fenwick, Ada",{ADA},5B,/,\\,/,\\,O,O,/,M,/,\\\n'
BENS = f'"Okafor, Ben",{BEN},5B,/,/,/,/,/,/,/,/,/,/\n'
MONDAY = date(2025, 9, 8)


def test_a_week_as_printed(read: Read) -> None:
    found = read(
        TITLE
        + HEADER
        + ADAS
        + BENS
        + "Total present,,,2,2,2,2,1,1,2,1,2,2\n\nKey\n/ = present\nO,Unauthorised\n"
    )
    assert (found.layout, found.schools, found.verdict) == ("weekly_grid", ["Invented Primary"], "ready")
    assert (found.pupils, found.marks, found.rows_read) == (2, 20, 2)
    assert (found.first, found.last) == (MONDAY, date(2025, 9, 12))
    assert chr(found.blocks[0].marks[0, slot_of(date(2025, 9, 11), "PM")]) == "M"
    assert (found.people[0].surname, found.people[0].forename) == ("Fenwick", "Ada")


def test_a_refused_mark_leaves_the_sound_ones_of_its_row(read: Read) -> None:
    found = read(TITLE + HEADER + ADAS.replace("M", "Q9") + BENS)
    assert places(found) == [(3, "Thu PM", "Q9")]
    assert (found.pupils, found.marks, found.rows_taken, found.rows_refused) == (1, 19, 1, 1)


def test_pairs_in_one_cell(read: Read) -> None:
    found = read(
        "Week beginning 08/09/2025\nName,UPN,Mon,Tue,Wed,Thu,Fri,Sat,Sun\n"
        f"Ada Fenwick,{ADA},/\\,OO,/M,C1Y2,- -,,##\nBen Okafor,{BEN},/?,I O,C1,,--,OO,\n"
    )
    assert mark_counts(found) == {"1": 3, "2": 1, "O": 3, "M": 1, "c": 1, "4": 1, "0": 2, "I": 1}
    assert places(found) == [
        (4, "Mon", "/?"),
        (4, "Wed", "C1"),
        (4, "Wed", "C1"),
        (4, "Sat", "OO"),
        (4, "Sat", "OO"),
    ]
    assert warned(found) == {"unknown_code": 3, "weekend_mark": 2, "missing_marks": 6}


def test_one_column_a_date(read: Read) -> None:
    found = read(f"UPN,Surname,08/09/2025,09/09/2025,26/09/2025\n{ADA},Fenwick,/\\,OO,/L\n")
    assert (found.layout, found.marks, found.last) == ("weekly_grid", 6, date(2025, 9, 26))


def test_dates_over_am_and_pm(read: Read) -> None:
    merged = read(f",,08/09/2025,,09/09/2025,\nName,UPN,AM,PM,AM,PM\nAda Fenwick,{ADA},/,O,U,/\n")
    beneath = read(f"Name,UPN,08/09/2025,,30/09/2025,\n,,AM,PM,AM,PM\nAda Fenwick,{ADA},/,O,U,/\n")
    bare = read(f"Name,UPN,08/09/2025,,30/09/2025,\nAda Fenwick,{ADA},/,O,U,/\n")
    for found, last in ((merged, 9), (beneath, 30), (bare, 30)):
        assert (found.stopped_because, found.marks, found.last) == (None, 4, date(2025, 9, last))
        assert chr(found.blocks[0].marks[0, slot_of(MONDAY, "PM")]) == "O"
        assert chr(found.blocks[0].marks[0, slot_of(date(2025, 9, last), "AM")]) == "U"


def test_week_under_week_each_with_its_title(read: Read) -> None:
    weeks = [date(2025, 9, 8) + timedelta(7 * n) for n in range(3)]
    text = "".join(f"Class 5B - Week beginning {monday:%d/%m/%Y}\n{HEADER}{ADAS}{BENS}\n" for monday in weeks)
    found = read(text)
    assert (found.stopped_because, found.marks, found.rows_read) == (None, 60, 6)
    assert (found.first, found.last) == (weeks[0], weeks[2] + timedelta(4))


def test_a_header_printed_again_on_the_next_page_keeps_the_week(read: Read) -> None:
    found = read(TITLE + HEADER + ADAS + HEADER + BENS)
    assert (found.marks, found.rows_read, found.verdict) == (20, 2, "ready")


def test_weeks_side_by_side(read: Read) -> None:
    over = ",,Week beginning 08/09/2025,,,,,,,,,,Week beginning 15/09/2025,,,,,,,,,\n"
    found = read(over + f"Name,UPN,{DAYS},{DAYS}\nAda Fenwick,{ADA},{','.join('/' * 20)}\n")
    assert (found.stopped_because, found.marks, found.last) == (None, 20, date(2025, 9, 19))


def test_totals_beside_the_marks_are_compared(read: Read) -> None:
    head = TITLE + HEADER.rstrip("\n") + ",Possible,Unauth\n"
    assert warned(read(head + ADAS.rstrip("\n") + ",10,2\n")) == {}
    found = read(head + ADAS.rstrip("\n") + ",10,3\n")
    assert (warned(found), found.rows_refused) == ({"totals_disagree": 1}, 0)


@pytest.mark.parametrize(
    ("title", "said"),
    [("Registration report\n", "which week"), ("Week beginning 2025-09-09\n", "not a Monday"),
     ("Week beginning 31/02/2025\n", "not a Monday")],
)  # fmt: skip
def test_a_week_that_is_not_certain_stops_the_file(read: Read, title: str, said: str) -> None:
    assert said in (read(title + HEADER + ADAS).stopped_because or "")


def test_day_rows(read: Read) -> None:
    found = read(
        f'UPN,Name,Date,AM,PM\n{ADA},"Fenwick, Ada",08/09/2025,/,O\n{ADA},"Fenwick, Ada",30/09/2025,L(5),Q9\n'
    )
    assert (found.layout, found.marks, found.rows_read, found.rows_refused) == ("day_rows", 3, 2, 1)
    assert places(found) == [(3, "PM", "Q9")]
    assert [(note.minutes_late, note.slot) for note in found.notes] == [(5, slot_of(date(2025, 9, 30), "AM"))]


def test_a_bad_date_refuses_the_day(read: Read) -> None:
    found = read(f"UPN,Date,AM,PM\n{ADA},08/09/2025,/,O\n{ADA},soon,/,O\n{ADA},30/09/2025,/,/\n")
    assert set(places(found)) == {(3, "Date", "soon")}
    assert (found.rows_refused, found.marks) == (1, 4)
