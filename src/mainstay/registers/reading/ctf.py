"""Common Transfer File: a pupil's year as one string of marks, decoded by test and never by faith."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final
from xml.parsers.expat import ExpatError

import numpy as np
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from numpy.typing import NDArray

from mainstay.registers.reading.code_table import CodeTable
from mainstay.registers.reading.dates import parse
from mainstay.registers.reading.intake import Intake, Totals
from mainstay.registers.reading.marks import code_of, is_like_a_formula
from mainstay.registers.reading.options import MAX_LINE, MAX_NESTING, Options
from mainstay.registers.reading.people import Refusal, Roll, fold, person_of, school_key
from mainstay.registers.reading.placing import NO_DAYS, Sightings
from mainstay.registers.reading.report import Report
from mainstay.registers.register import Stopped

_PUPIL: Final = {
    "UPN": "upn",
    "Surname": "surname",
    "Forename": "forename",
    "DOB": "dob",
    "Sex": "sex",
    "Gender": "sex",
    "BasicDetails/LegalSurname": "surname",
    "BasicDetails/LegalForename": "forename",
    "BasicDetails/NCyearActual": "year",
    "BasicDetails/EnrolStatus": "status",
    "BasicDetails/Ethnicity": "ethnicity",
}
_ELEMENT: Final = {"upn": "UPN", "dob": "DOB", "surname": "Surname", "forename": "Forename"}
_YEAR_DATA: Final = ("Attendance", "YearData")
_SESSIONS: Final = ("Attendance", "YearData", "AttendSessions")
_LONGEST: Final = 2 * 366 * 2  # sessions in two years: more is no year's register


@dataclass(slots=True)
class _Year:
    values: dict[str, str] = field(default_factory=dict)
    sessions: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Pupil:
    line: int
    values: dict[str, str] = field(default_factory=dict)
    years: list[_Year] = field(default_factory=list)


class _Walker:
    """Follows the parser; keeps the header and the pupils, and nothing else."""

    def __init__(self) -> None:
        self.header: dict[str, str] = {}
        self.pupils: list[_Pupil] = []
        self.closed = False
        self._path: list[str] = []
        self._text: list[str] | None = None
        self._size = 0
        self._parser = DefusedXMLParser(forbid_dtd=True)
        self.expat: Any = self._parser.parser
        self.expat.StartElementHandler = self.start
        self.expat.EndElementHandler = self.end
        self.expat.CharacterDataHandler = self.data
        self.expat.buffer_text = True

    def start(self, tag: str, _: object) -> None:
        tag = tag.rpartition(":")[2].rpartition("}")[2]
        path = self._path
        if not path and tag != "CTfile":
            raise Stopped(
                f"this is XML, but its first element is <{tag[:40]}>: a Common Transfer File has <CTfile>"
            )
        path.append(tag)
        if len(path) > MAX_NESTING:
            raise Stopped(
                f"elements are nested more than {MAX_NESTING} deep: this is not a Common Transfer File"
            )
        self._text, self._size = [], 0
        if len(path) == 3 and tag == "Pupil":
            self.pupils.append(_Pupil(self.expat.CurrentLineNumber))
        elif len(path) > 4 and self.pupils and path[2] == "Pupil":
            if (inside := tuple(path[3:])) == _YEAR_DATA:
                self.pupils[-1].years.append(_Year())
            elif inside == _SESSIONS and self.pupils[-1].years:
                self.pupils[-1].years[-1].sessions.append({})

    def data(self, text: str) -> None:
        if self._text is not None:
            self._size += len(text)
            if self._size > MAX_LINE:
                raise Stopped(f"line {self.expat.CurrentLineNumber:,}: one value is longer than 1 MB")
            self._text.append(text)

    def end(self, _: str) -> None:
        path = self._path
        if self._text is not None and len(path) > 2:
            text = "".join(self._text)
            text = _unpadded(text) if path[-1] == "AttendanceMarks" else text.strip()
            if text:
                self._keep(path, text)
        self._text = None
        path.pop()
        self.closed = not path

    def _keep(self, path: list[str], text: str) -> None:
        if path[1] == "Header":
            self.header.setdefault("/".join(path[2:]), text)
        elif len(path) > 3 and path[2] == "Pupil":
            pupil, inside = self.pupils[-1], tuple(path[3:])
            if inside[:2] == _YEAR_DATA and pupil.years:
                year = pupil.years[-1]
                if inside[:-1] == _SESSIONS and year.sessions:
                    year.sessions[-1].setdefault(inside[-1], text)
                elif len(inside) == 3:
                    year.values.setdefault(inside[-1], text)
            elif (name := _PUPIL.get("/".join(inside))) is not None:
                pupil.values.setdefault(name, text)


def _unpadded(marks: str) -> str:
    """A string of marks without a writer's line breaks around it; a space is a session without a mark.

    Spaces at the end say nothing, but for the afternoon of a day that has begun.
    """
    text = marks.rstrip()
    lead = text[: len(text) - len(text.lstrip())]
    if "\n" in lead or "\r" in lead:
        text = text.lstrip()
    return text + " " if len(text) % 2 and marks[len(marks.rstrip()) :].startswith(" ") else text


def read_ctf(data: bytes, options: Options) -> Intake:
    """Read a Common Transfer File given as UTF-8. Raises Stopped for one that cannot be taken."""
    walker = _Walker()
    try:
        walker.expat.Parse(_declared_utf8(data), True)
    except DefusedXmlException:
        raise Stopped(
            "the file declares a document type or entities: a Common Transfer File has none"
        ) from None
    except ExpatError as problem:
        raise Stopped(
            f"line {problem.lineno:,}: the XML is cut short or damaged ({_what(problem)}); ask for the file again"
        ) from None
    return _Reader(walker, options).intake()


def _what(problem: ExpatError) -> str:
    return str(problem).partition(":")[0]


def _declared_utf8(data: bytes) -> bytes:
    """The text without its declaration: it is UTF-8 by now, whatever was declared; the lines stay."""
    if not data.lstrip().startswith(b"<?xml"):
        return data.lstrip(b" \t") if data[:1] in b" \t" else data
    start = data.index(b"<?xml")
    end = data.find(b"?>", start, start + 1000)
    if end < 0:
        return data
    return b"\n" * data.count(b"\n", 0, end) + data[end + 2 :]


class _Reader:
    """Rows, people and strings of marks out of the pupils found."""

    def __init__(self, walker: _Walker, options: Options) -> None:
        self._walker, self._options = walker, options
        self._latest = options.as_of.year + 1
        self._school = _header_school(walker.header)
        self._made = parse(walker.header.get("DateTime", ""), self._latest).only
        years = [(pupil, year) for pupil in walker.pupils for year in pupil.years]
        self._rows = [(pupil, year, sessions) for pupil, year in years for sessions in year.sessions]
        only_totals = not self._rows
        if only_totals:
            self._rows = [(pupil, year, dict[str, str]()) for pupil, year in years]
        self._report = Report(np.array([pupil.line for pupil, _, _ in self._rows], np.int32))
        if only_totals and self._rows:
            self._report.warn("totals_only")
        self._roll = Roll(self._report)
        self._of_row = np.full(len(self._rows), -1, np.int32)
        self._strings: list[tuple[int, str, NDArray[np.int32]]] = []
        self._totals: list[Totals] = []

    def intake(self) -> Intake:
        for row, (pupil, year, sessions) in enumerate(self._rows):
            try:
                self._row(row, pupil, year, sessions)
            except Refusal as why:
                self._report.refuse_row(row, _ELEMENT.get(why.field, why.field), why.value, why.problem)
        self._refuse_shared()
        self._roll.warn()
        values = (value for pupil in self._walker.pupils for value in pupil.values.values())
        self._report.warn("formula_like", sum(map(is_like_a_formula, values)))
        ends = [int(end) for _, _, days in self._strings for end in (days[0], days[-1])]
        span = (min(ends), max(ends)) if ends else NO_DAYS
        return Intake(
            "ctf", self._report, self._roll.people, self._of_row, span,
            sightings=self._sightings, totals=self._totals,
        )  # fmt: skip

    def _row(self, row: int, pupil: _Pupil, year: _Year, sessions: dict[str, str]) -> None:
        person = person_of(pupil.values, None, self._latest, self._school_of(year.values))
        index = self._roll.add(person)
        start = parse(sessions.get("AttendanceStartDate", ""), self._latest).only
        marks = sessions.get("AttendanceMarks", "")
        if marks and start is None:
            raise Refusal(
                "AttendanceStartDate", sessions.get("AttendanceStartDate", ""), "not a date that can be read"
            )
        if marks and start:
            self._strings.append((row, marks, _decode(marks, start, self._made)))
        self._of_row[row] = index
        self._totals.append(_totals(index, year, start))

    def _school_of(self, year: dict[str, str]) -> str:
        """The school a year is of: the one it names, else the file's."""
        header = self._walker.header
        la, estab = year.get("LEA") or header.get("SourceSchool/LEA", ""), year.get("Estab", "")
        if la and estab:
            return school_key({"la": la, "estab": estab})
        name, ours = year.get("SchoolName", ""), header.get("SourceSchool/SchoolName", "")
        if not self._school or (name and ours and fold(name) != fold(ours)):
            return name
        return self._school

    def _refuse_shared(self) -> None:
        shared = self._roll.shared()
        problem = (
            "this UPN is also on a pupil with another name and date of birth: ask the school which is right"
        )
        for row, person in enumerate(self._of_row.tolist()):
            if person >= 0 and (upn := self._roll.people[person].upn) in shared:
                self._report.refuse_row(row, "UPN", upn, problem)
                self._of_row[row] = -1

    def _sightings(self) -> Iterator[Sightings]:
        characters = sorted(set().union(*(marks for _, marks, _ in self._strings)))
        letters = np.array([ord(c) for c in characters], np.uint32)
        code = CodeTable(max(1, len(characters)))
        for n, character in enumerate(characters):
            code.set(n, code_of(character, self._options.mapping), soft=not character.strip())
        for batch in range(0, len(self._strings), 2000):
            strings = self._strings[batch : batch + 2000]
            rows = np.repeat(
                np.array([row for row, _, _ in strings], np.int32), [len(marks) for _, marks, _ in strings]
            )
            days = np.concatenate([days for _, _, days in strings]).repeat(2)
            text = np.frombuffer("".join(marks for _, marks, _ in strings).encode("utf-32-le"), np.uint32)
            marks = np.searchsorted(letters, text).astype(np.int32)
            halves = np.arange(len(marks), dtype=np.int32) & 1
            label = "AttendanceMarks"
            yield Sightings(
                rows, days, halves, marks, code, (label, label, label), characters.__getitem__, order=batch
            )


def _header_school(header: dict[str, str]) -> str:
    return school_key(
        {
            "la": header.get("SourceSchool/LEA", ""),
            "estab": header.get("SourceSchool/Estab", ""),
            "school": header.get("SourceSchool/SchoolName", ""),
        }
    )


def _decode(marks: str, start: date, made: date | None) -> NDArray[np.int32]:
    """The day of every pair of marks; raises Refusal where neither reading of the string stands the test."""

    def refuse(problem: str) -> Refusal:
        return Refusal("AttendanceMarks", marks[:200], problem)

    if any(mark in "\r\n\t" for mark in marks):
        raise refuse("a line break among the marks: the days after it cannot be told")
    if len(marks) % 2:
        raise refuse("an odd number of marks: two are needed for each day")
    if len(marks) > _LONGEST:
        raise refuse("more marks than two years have")
    if start.year < 1900 or start.year > 2100:
        raise refuse("a start date that no register has")
    seven = _days(start, len(marks) // 2, seven=True)
    saturday = 2 * ((5 - start.weekday()) % 7)
    sunday = 2 * ((6 - start.weekday()) % 7)
    weekend = {c for day in (saturday, sunday) for half in (0, 1) for c in set(marks[day + half :: 14])}
    if weekend == {"#"}:
        return seven
    five = _days(start, len(marks) // 2, seven=False)
    if (made is None and not weekend) or (made is not None and five[-1] <= made.toordinal()):
        return five
    raise refuse(
        "it is not certain whether the string counts seven days a week or five: weekends hold marks, "
        "and as school days alone it ends after the file was made"
    )


@lru_cache(maxsize=1000)
def _days(start: date, count: int, seven: bool) -> NDArray[np.int32]:
    """Ordinals of ``count`` days from ``start`` on, with weekends or without."""
    first = start.toordinal()
    days = np.arange(first, first + 2 * count + 7, dtype=np.int32)
    if not seven:
        days = days[(days - first + start.weekday()) % 7 < 5]
    return days[:count]


def _totals(person: int, year: _Year, start: date | None) -> Totals:
    def count(name: str) -> int | None:
        text = year.values.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None

    said = year.values.get("Year", "")
    begins = int(said) if said.isascii() and said.isdigit() and len(said) == 4 else None
    if start is not None:
        begins = start.year if start.month >= 8 else start.year - 1
    return Totals(
        person,
        begins,
        count("SessionsPossible"),
        count("SessionsAttended"),
        count("SessionsAuthorised"),
        count("SessionsUnauthorised"),
    )
