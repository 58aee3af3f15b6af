"""Registers for tests: files in the long layout, and marks written the way an import writes them."""

import io
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from tests.factories import PupilFactory, SchoolFactory

from mainstay.law import codes
from mainstay.registers.grid import BLANK, SIZE, academic_year, slot_of
from mainstay.service.attendance import taking
from mainstay.service.attendance.actions import imports
from mainstay.service.attendance.models import Finding, RegisterImport
from mainstay.service.directory import calendars
from mainstay.service.directory.models import Pupil, School

Marks = Mapping[tuple[date, str], str]
YEAR = 2026
#: a Monday in term, with ten weeks of school behind it
TODAY = date(2026, 11, 23)


def a_school(**given: Any) -> School:
    """A school with the terms of the years the tests are set in, whenever they are run."""
    return SchoolFactory(years=(YEAR - 1, YEAR), **given)


def a_child(**given: Any) -> Pupil:
    """A pupil on the roll of such a school."""
    school = given.pop("school", None) or a_school()
    return PupilFactory(school=school, enrolled__entered_on=date(YEAR - 1, 9, 1), **given)


def at(day: date = TODAY, hour: int = 12) -> datetime:
    """An instant of that day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def days_before(school: School, until: date = TODAY, first: date = date(YEAR, 9, 1)) -> list[date]:
    """The school's days of this year before ``until``."""
    return [day for day in calendars.school_days(school, YEAR) if first <= day < until]


def present(days: Iterable[date]) -> dict[tuple[date, str], str]:
    """Both sessions attended on each day."""
    return {(day, half): mark for day in days for half, mark in (("AM", "/"), ("PM", "\\"))}


def marked(days: list[date], code: str, sessions: int, start: int = 0) -> dict[tuple[date, str], str]:
    """``sessions`` sessions with a code, two a day, from the ``start``-th day; the rest attended."""
    found = present(days)
    wanted = [(day, half) for day in days[start:] for half in ("AM", "PM")][:sessions]
    return found | dict.fromkeys(wanted, code)


def give(
    pupil: Pupil, marks: Marks, when: datetime | None = None, school: School | None = None
) -> taking.Written:
    """Write marks of one academic year into a pupil's register."""
    place = school or pupil.school
    assert place is not None
    year = academic_year(next(iter(marks))[0])
    grid = np.full((1, SIZE), BLANK, np.uint8)
    for (day, half), code in marks.items():
        grid[0, slot_of(day, half)] = ord(codes.byte_of(code))
    return taking.take(taking.Incoming(place.pk, year, [pupil.pk], grid), at=when or at(), reason="test")


def long_file(
    registers: Mapping[Pupil, Marks], name: str = "register.csv", urn: str | None = None
) -> io.BytesIO:
    """A register file, one mark a row, as a school's system exports it."""
    lines = ["URN,UPN,Surname,Forename,DOB,Date,Session,Mark"]
    for pupil, marks in registers.items():
        number = urn if urn is not None else pupil.school.urn if pupil.school else ""
        who = f"{number},{pupil.upn},{pupil.surname},{pupil.forename},{pupil.date_of_birth:%d/%m/%Y}"
        lines += [f"{who},{day:%d/%m/%Y},{half},{code}" for (day, half), code in marks.items()]
    file = io.BytesIO("\n".join(lines).encode() + b"\n")
    file.name = name  # type: ignore[misc]
    return file


def send(
    file: io.BytesIO, by: object = None, when: datetime | None = None, school: School | None = None
) -> RegisterImport:
    """Receive a file and take it; the import as it is then."""
    moment = when or at()
    one = imports.receive(file=file, school=school, by=by, at=moment)
    one.refresh_from_db()
    if not one.stopped_because:
        imports.take(import_id=one.pk, by=by, at=moment)
    one.refresh_from_db()
    return one


def a_finding(pupil: Pupil, **given: Any) -> Finding:
    """An open finding of that child at their school."""
    day = TODAY - timedelta(days=7)
    answer = {"reasons": [], "warnings": [], "sessions": [], "rules_version": "test"}
    said = {
        "kind": Finding.Kind.UNRESOLVED,
        "strength": "6 sessions",
        "answer": answer,
        "rules_version": "test",
    }
    dates = {"since": day, "reached_on": day, "found_at": at(), "computed_at": at()}
    return Finding.objects.create(pupil=pupil, school=pupil.school, year=YEAR, **{**said, **dates, **given})


def later(days: int, of: date = TODAY) -> datetime:
    """Noon, some days later."""
    return at(of + timedelta(days=days))
