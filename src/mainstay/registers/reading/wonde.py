"""JSON pages as a management system's service gives them: pupils, codes and session marks, told apart by content."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from numba import njit

from mainstay.registers.reading.code_table import CodeTable
from mainstay.registers.reading.dates import parse
from mainstay.registers.reading.intake import Intake
from mainstay.registers.reading.marks import code_of, is_like_a_formula, minutes_of
from mainstay.registers.reading.options import MAX_NESTING, Options
from mainstay.registers.reading.people import Refusal, Roll, person_of, school_key
from mainstay.registers.reading.placing import NO_DAYS, Sightings, Span, Stays
from mainstay.registers.reading.report import Report
from mainstay.registers.register import Stopped

_LONDON: Final = ZoneInfo("Europe/London")
_MOST_VALUES: Final = 16_000_000
_CODE_ID: Final = "attendance_code_id"
_ENVELOPE: Final = {"data", "meta"}
#: how the pages spell the fields of a pupil
_SPELT: Final = {"dob": "date_of_birth", "entry": "admission_date", "leaving": "leaving_date"}


@dataclass(slots=True)
class _Mark:
    student: str
    student_key: str  # under which the page says who it is
    day: str
    half: str
    code: str  # the code itself, or the id of one
    code_key: str
    minutes: str
    comment: str


@dataclass(slots=True)
class _Pages:
    students: dict[str, dict[str, str]] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    marks: list[_Mark] = field(default_factory=list)
    schools: list[str] = field(default_factory=list)


def read_pages(pages: Iterable[tuple[str, bytes]], options: Options) -> Intake:
    """Read pages given as name and UTF-8 text. Raises Stopped, naming the page, for one that is damaged."""
    found = _Pages()
    for name, data in pages:
        depth, values = _shape(np.frombuffer(data, np.uint8))
        if depth > MAX_NESTING:
            raise Stopped(f"{name}: nested more than {MAX_NESTING} deep: this is not a page of marks")
        if values > _MOST_VALUES:
            raise Stopped(f"{name}: more than {_MOST_VALUES:,} values on one page: ask for smaller pages")
        try:
            page = json.loads(data, object_hook=_smaller)
        except (ValueError, RecursionError):
            raise Stopped(f"{name}: the JSON is cut short or damaged: fetch the page again") from None
        for item in _items(page):
            _sort(item, found)
    return _Reader(found, options).intake()


def _smaller(item: dict[str, Any]) -> Any:
    """Unwrap ``{"data": …}`` and dates as soon as they are read."""
    if "timezone" in item and isinstance(item.get("date"), str):
        return _local_day(item["date"], str(item["timezone"]))
    return item["data"] if item.keys() <= _ENVELOPE and isinstance(item.get("data"), dict) else item


def _local_day(text: str, zone: str) -> str:
    """The London day of an instant in UTC, or the day as written."""
    try:
        at = datetime.fromisoformat(text[:19])
    except ValueError:
        return text
    if zone.upper() in ("UTC", "Z", "GMT", "+00:00"):
        try:
            at = at.replace(tzinfo=UTC).astimezone(_LONDON)
        except OverflowError:
            return text
    return at.date().isoformat()


def _items(page: Any) -> Iterator[dict[str, Any]]:
    items = page.get("data", page) if isinstance(page, dict) else page
    for item in items if isinstance(items, list) else [items]:
        if isinstance(item, dict):
            yield item


def _sort(item: dict[str, Any], found: _Pages) -> None:
    """Marks have a session, pupils a surname, codes a code and a type, schools a URN."""
    if "session" in item:
        code = item.get("attendance_code")
        if isinstance(code, dict):
            code = code.get("code") or code.get("id")
        code_key = "attendance_code" if code is not None or "attendance_code_id" not in item else _CODE_ID
        student_key = "student" if _id(item.get("student")) or "student_id" not in item else "student_id"
        found.marks.append(
            _Mark(
                _id(item.get(student_key)),
                student_key,
                _date(item.get("date")),
                _text(item.get("session")),
                _text(code if code_key != _CODE_ID else item[_CODE_ID]),
                code_key,
                _text(item.get("minutes_late")),
                _text(item.get("comment")),
            )
        )
    elif "surname" in item or "legal_surname" in item:
        found.students[_id(item)] = _student(item)
    elif "code" in item and "type" in item:
        found.codes[_id(item)] = _text(item["code"])
    elif "urn" in item and "name" in item:
        cells = {"urn": _text(item["urn"]), "school": _text(item["name"])}
        found.schools.append(school_key(cells))


def _id(value: Any) -> str:
    return _text(value.get("id")) if isinstance(value, dict) else _text(value)


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _date(value: Any) -> str:
    """A date as written; of an instant with its offset, the London day."""
    text = _text(value)
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(_LONDON).date().isoformat() if at.tzinfo else text
    except (ValueError, OverflowError):
        return text


def _student(item: dict[str, Any]) -> dict[str, str]:
    details = item.get("education_details")
    details = details if isinstance(details, dict) else {}
    return {
        "upn": _text(details.get("upn") or item.get("upn")),
        "surname": _text(item.get("legal_surname") or item.get("surname")),
        "forename": _text(item.get("legal_forename") or item.get("forename")),
        "dob": _date(item.get("date_of_birth")),
        "sex": _text(item.get("gender") or item.get("sex")),
        "year": _text(details.get("current_nc_year") or item.get("year")),
        "entry": _date(details.get("admission_date")),
        "leaving": _date(details.get("leaving_date")),
    }


class _Reader:
    def __init__(self, pages: _Pages, options: Options) -> None:
        self._pages, self._options = pages, options
        self._latest = options.as_of.year + 1
        self._schools = sorted({school for school in pages.schools if school})
        self._report = Report(np.zeros(len(pages.marks), np.int32))
        self._roll = Roll(self._report)
        self._texts: list[str] = [""]
        self._numbers: dict[str, int] = {"": 0}

    def intake(self) -> Intake:
        marks = self._pages.marks
        if not marks:
            raise Stopped("the pages hold no session marks")
        school = self._schools[0] if len(self._schools) == 1 else ""
        named = {mark.student for mark in marks}
        students = {key: cells for key, cells in self._pages.students.items() if key in named}
        known = {student: self._person(cells, school) for student, cells in students.items()}
        places = {student: n for n, student in enumerate(students)}
        stay = np.array([places.get(mark.student, 0) for mark in marks], np.int32)
        of_row = np.full(len(marks), -1, np.int32)
        for row, mark in enumerate(marks):
            found = known.get(mark.student)
            if isinstance(found, tuple):
                of_row[row] = found[0]
            elif found is None:
                problem = "no page holds a pupil with this id"
                self._report.refuse_row(row, mark.student_key, mark.student, problem)
            else:
                column = _SPELT.get(found.field, found.field)
                self._report.refuse_row(row, column, found.value, found.problem)
        self._refuse_shared(of_row)
        self._roll.warn()
        values = [value for cells in self._pages.students.values() for value in cells.values()]
        values += [text for mark in marks for text in (mark.comment, mark.code)]
        self._report.warn("formula_like", sum(map(is_like_a_formula, values)))
        days = {mark.day: self._ordinal(mark.day) for mark in marks}
        dated = [day for day in days.values() if day]
        span = (min(dated), max(dated)) if dated else NO_DAYS
        seen = list(self._sightings(days))
        spans = [found[1] if isinstance(found, tuple) else (None, None) for found in known.values()]
        return Intake(
            "wonde", self._report, self._roll.people, of_row, span, Stays.of(stay, spans), lambda: seen,
            schools=self._schools,
        )  # fmt: skip

    def _person(self, cells: dict[str, str], school: str) -> tuple[int, Span] | Refusal:
        """The pupil's place on the roll and time at the school, or why there is none."""
        try:
            person = person_of({k: v.strip() for k, v in cells.items()}, None, self._latest, school)
        except Refusal as why:
            return why
        return self._roll.add(person), (person.entered_on, person.left_on)

    def _refuse_shared(self, of_row: np.ndarray) -> None:
        shared = self._roll.shared()
        problem = (
            "this UPN is also on a pupil with another name and date of birth: ask the school which is right"
        )
        for row, person in enumerate(of_row.tolist() if shared else ()):
            if person >= 0 and (upn := self._roll.people[person].upn) in shared:
                self._report.refuse_row(row, "upn", upn, problem)
                of_row[row] = -1

    def _ordinal(self, text: str) -> int:
        day: date | None = parse(text, self._latest).only
        return day.toordinal() if day else 0

    def _number(self, text: str) -> int:
        number = self._numbers.setdefault(text, len(self._texts))
        if number == len(self._texts):
            self._texts.append(text)
        return number

    def _sightings(self, days: dict[str, int]) -> Iterator[Sightings]:
        """The marks, those whose code is under one key apart from those under the other."""
        marks = self._pages.marks
        half = {"am": 0, "pm": 1}
        numbers = [self._number(self._pages.codes.get(mark.code, mark.code)) for mark in marks]
        minutes = [self._number(mark.minutes) for mark in marks]
        comments = [self._number(mark.comment) for mark in marks]
        code = CodeTable(len(self._texts))
        for number in set(numbers):
            code.set(number, code_of(self._texts[number], self._options.mapping))
            if (late := minutes_of(self._texts[number])) is not None:
                code.minutes[number] = late
        on = np.array([days[mark.day] for mark in marks], np.int32)
        halves = np.array([half.get(mark.half.strip().casefold(), -1) for mark in marks], np.int32)
        beside = np.array(numbers, np.int32), np.array(minutes, np.int32), np.array(comments, np.int32)
        keys = np.array([mark.code_key for mark in marks])
        for key in np.unique(keys).tolist():
            rows = np.flatnonzero(keys == key).astype(np.int32)
            yield Sightings(
                rows=rows,
                days=on[rows],
                halves=halves[rows],
                marks=beside[0][rows],
                code=code,
                columns=(key, "date", "session"),
                text=self._texts.__getitem__,
                date_text=lambda row: marks[row].day,
                session_text=lambda row: marks[row].half,
                minutes=beside[1][rows],
                comments=beside[2][rows],
            )


@njit(cache=True, nogil=True)
def _shape(data):  # type: ignore[no-untyped-def]
    """How deep a JSON text is nested, and about how many values it holds."""
    depth = deepest = values = 0
    quoted = escaped = False
    for byte in data:
        if quoted:
            if escaped:
                escaped = False
            elif byte == 92:
                escaped = True
            elif byte == 34:
                quoted = False
        elif byte == 34:
            quoted = True
        elif byte == 91 or byte == 123:
            depth += 1
            values += 1
            deepest = max(deepest, depth)
        elif byte == 93 or byte == 125:
            depth -= 1
        elif byte == 44:
            values += 1
    return deepest, values
