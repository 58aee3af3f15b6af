"""Common Transfer Files."""

from datetime import date

import pytest
from tests.unit.registers.reading.conftest import ADA, BEN, Read, mark_counts, places, warned

MONDAY = "2025-09-08"


def sessions(start: str, marks: str) -> str:
    return (
        f"<AttendSessions><AttendanceStartDate>{start}</AttendanceStartDate>"
        f"<AttendanceMarks>{marks}</AttendanceMarks></AttendSessions>"
    )


def year(inside: str, estab: str = "9999") -> str:
    return f"<YearData><Year>2025</Year><LEA>852</LEA><Estab>{estab}</Estab>{inside}</YearData>"


def pupil(*years: str, upn: str = ADA, name: str = "Ada", born: str = "2015-03-09") -> str:
    return (
        f"<Pupil><UPN>{upn}</UPN><Surname>Fenwick</Surname><Forename>{name}</Forename><DOB>{born}</DOB>"
        f"<BasicDetails><NCyearActual>5</NCyearActual></BasicDetails><Attendance>{''.join(years)}</Attendance></Pupil>"
    )


def ctf(
    *pupils: str,
    made: str = "2025-10-03T16:00:00",
    declaration: str = '<?xml version="1.0" encoding="utf-8"?>',
) -> str:
    lines = "\n".join(pupils)
    return (
        f"{declaration}\n<CTfile><Header><DateTime>{made}</DateTime><SourceSchool><LEA>852</LEA><Estab>9999</Estab>"
        f"</SourceSchool></Header><CTFpupilData>\n{lines}\n</CTFpupilData></CTfile>"
    )


def test_seven_days_a_week(read: Read) -> None:
    found = read(ctf(pupil(year(sessions(MONDAY, r"/\/\OO/M/\####//")))))
    assert (found.layout, found.schools, found.encoding, found.verdict) == (
        "ctf",
        ["8529999"],
        "utf-8",
        "ready",
    )
    assert (found.marks, found.rows_read, found.last) == (12, 1, date(2025, 9, 15))
    assert mark_counts(found) == {"1": 5, "2": 4, "O": 2, "M": 1, "0": 4}
    assert found.people[0].year_group == "5"


def test_five_days_a_week(read: Read) -> None:
    found = read(ctf(pupil(year(sessions(MONDAY, r"/\/\OO/M/\/\II")))))
    assert (found.marks, found.last) == (14, date(2025, 9, 16))


def test_marks_whose_days_are_not_certain_are_refused(read: Read) -> None:
    found = read(
        ctf(
            pupil(year(sessions(MONDAY, "//" * 7))),
            pupil(year(sessions(MONDAY, "//")), upn=BEN, name="Ben"),
            made="2025-09-15T09:00:00",
        )
    )
    assert places(found) == [(3, "AttendanceMarks", "//" * 7)]
    assert (found.rows_taken, found.rows_refused, found.marks) == (1, 1, 2)


@pytest.mark.parametrize("marks", ["/", "/\\/"])
def test_an_odd_string_is_refused(read: Read, marks: str) -> None:
    found = read(ctf(pupil(year(sessions(MONDAY, marks)))))
    assert found.verdict == "stopped" and places(found) == [(3, "AttendanceMarks", marks)]


def test_codes_that_one_character_cannot_carry_are_refused_alone(read: Read) -> None:
    found = read(ctf(pupil(year(sessions(MONDAY, r"JY/\OC")))))
    assert warned(found) == {"code_not_in_force": 2}
    assert (found.marks, found.rows_refused) == (4, 1)
    old = read(ctf(pupil(year(sessions("2024-03-04", r"JY/\OC")))))
    assert (warned(old), old.marks) == ({"old_code": 2}, 6)


def test_years_of_two_schools_are_two_schools_marks(read: Read) -> None:
    found = read(
        ctf(
            pupil(
                year(sessions("2024-09-09", r"/\/\ ".strip()), estab="1234"),
                year(sessions(MONDAY, r"/\ ".strip())),
            )
        )
    )
    assert found.schools == ["8521234", "8529999"]
    assert (found.rows_read, found.marks, len(found.blocks)) == (2, 6, 2)


def test_totals_that_disagree_are_told_and_refuse_nothing(read: Read) -> None:
    totals = "<SessionsPossible>9</SessionsPossible><SessionsUnauthorised>0</SessionsUnauthorised>"
    found = read(ctf(pupil(year(totals + sessions(MONDAY, r"/\/\ ".strip())))))
    assert (warned(found), found.verdict, found.marks) == ({"totals_disagree": 1}, "ready", 4)


def test_totals_alone(read: Read) -> None:
    found = read(
        ctf(pupil(year("<SessionsPossible>10</SessionsPossible><SessionsAttended>9</SessionsAttended>")))
    )
    assert (warned(found), found.rows_taken, found.marks) == ({"totals_only": 1}, 1, 0)
    assert found.totals[0]["possible"] == 10


def test_a_bad_number_refuses_the_pupil_at_its_line(read: Read) -> None:
    found = read(ctf(pupil(year(sessions(MONDAY, "//"))), "", pupil(year(sessions(MONDAY, "//")), upn="123")))
    assert places(found) == [(5, "UPN", "123")]


@pytest.mark.parametrize(
    ("encoding", "named"), [("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1252", "cp1252")]
)
def test_encodings(read: Read, encoding: str, named: str) -> None:
    declared = (
        f'<?xml version="1.0" encoding="{encoding.replace("-sig", "").replace("cp1252", "windows-1252")}"?>'
    )
    found = read(
        ctf(pupil(year(sessions(MONDAY, "//")), name="Zoë"), declaration=declared).encode(encoding),
        name="a.ctf",
    )
    assert (found.encoding, found.people[0].forename, found.marks) == (named, "Zoë", 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><CTfile>&a;</CTfile>', "document type"),
        (ctf(pupil())[:-30], "cut short"),
        ("<html><body>Sign in</body></html>", "first element is <html>"),
        ("<CTfile>" + "<a>" * 101, "nested"),
        ("<CTfile></CTfile>", "no rows"),
        ("<CTfile><Header><x>" + "y" * 1_000_001, "1 MB"),
    ],
)
def test_what_stops_a_file(read: Read, text: str, said: str) -> None:
    found = read(text)
    assert found.verdict == "stopped" and said in (found.stopped_because or "")


def test_one_number_on_two_pupils_refuses_both(read: Read) -> None:
    week = year(sessions(MONDAY, "//"))
    found = read(
        ctf(
            pupil(week),
            pupil(week, name="Ben", born="2014-01-01"),
            pupil(week, upn=BEN, name="Cem", born="2013-01-01"),
        )
    )
    assert warned(found)["upn_shared"] == 2
    assert [line for line, _, _ in places(found)] == [3, 4]
