"""Marks into grids: every mark of an input checked against its day, its school and its pupil."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mainstay.law import codes
from mainstay.registers.grid import BLANK, SIZE, academic_year, first_monday
from mainstay.registers.reading.closed_days import is_bank_holiday
from mainstay.registers.reading.options import MAX_PUPIL_YEARS, Options
from mainstay.registers.reading.report import Report
from mainstay.registers.register import Block, Note, Person, Stopped
from mainstay.registers.tables import POSSIBLE

_CONFLICT, _MISSING = 0xFF, 0xFE
_SOFT: Final = 0x80  # a blank cell that a mapping gives a meaning, on days when the school is open
_UNKNOWN, _NOT_IN_FORCE = 1, 2
CLOSED_BYTE: Final = ord(codes.byte_of(codes.CLOSED))
_AM, _PM = ord(codes.byte_of("/")), ord(codes.byte_of("\\"))
#: problem number -> warning code and what is said of the mark
PROBLEMS: Final[dict[int, tuple[str | None, str]]] = {
    1: ("unknown_code", "not in any list of attendance codes: mend it, or map it if it is a local code"),
    2: ("code_not_in_force", "this code was not in force on that day"),
    3: ("weekend_mark", "a mark on a Saturday or Sunday: say in the calendar that the school was open"),
    4: ("bank_holiday_mark", "a mark on a bank holiday: say in the calendar that the school was open"),
    5: (None, "a mark on a day on which the calendar calls the school closed"),
    6: ("future_mark", "a mark in the future"),
    7: ("before_entry", "a mark before the pupil's entry date"),
    8: ("after_leaving", "a mark after the pupil's leaving date"),
    9: ("conflicting_marks", "another mark for the same pupil and session says something else"),
    10: (None, "not a date that can be read"),
    11: (None, "neither AM nor PM"),
}
CONFLICTING, BAD_DATE, BAD_SESSION = 9, 10, 11
#: the span of an input without a single date
NO_DAYS: Final = (date(2000, 1, 3).toordinal(),) * 2


@dataclass(slots=True)
class Sightings:
    """Marks seen, one an entry: int32 arrays of the same length.

    rows, days (ordinals, 0 = no date), halves (0, 1 or -1), marks (numbers of texts in ``code``)
    columns: header of the mark, the date and the session, for errors
    """

    rows: NDArray[np.int32]
    days: NDArray[np.int32]
    halves: NDArray[np.int32]
    marks: NDArray[np.int32]
    code: "CodeTable"
    columns: tuple[str | None, str | None, str | None]
    text: Callable[[int], str]
    date_text: Callable[[int], str] = lambda _: ""  # by row
    session_text: Callable[[int], str] = lambda _: ""  # by row
    minutes: NDArray[np.int32] | None = None
    comments: NDArray[np.int32] | None = None
    order: int = 0


@cache
def eras() -> tuple[date, ...]:
    """The days on which any code came into force or went, the first before all."""
    starts = {c.in_force_from for c in codes.all_codes() if c.in_force_from}
    starts |= {c.in_force_to + timedelta(1) for c in codes.all_codes() if c.in_force_to}
    return (date.min, *sorted(starts))


class CodeTable:
    """number of a text -> byte in each era, or what is wrong with it; and minutes late in the text."""

    def __init__(self, texts: int) -> None:
        self.bytes = np.full((texts, len(eras())), _UNKNOWN, np.uint8)
        self.minutes: dict[int, int] = {}

    def set(self, number: int, code: str | None, soft: bool = False) -> None:
        """Let a text stand for a code; soft: only where the school was open."""
        if code == codes.BLANK:
            self.bytes[number] = BLANK
        elif code is not None:
            self.bytes[number] = np.where(_row(code) < 32, _row(code), _row(code) | (_SOFT if soft else 0))


@cache
def _row(code: str) -> NDArray[np.uint8]:
    found = np.full(len(eras()), _NOT_IN_FORCE, np.uint8)
    for n, start in enumerate(eras()):
        try:
            found[n] = ord(codes.lookup(code, start).byte)
        except codes.CodeNotInForce:
            continue
    return found


@dataclass(slots=True)
class Placed:
    """Grids by (person, year), and what was noted beside marks.

    counts: int64 (256,), how often each byte is there; most: the most possible sessions of one grid
    held: the days on which anybody has a mark other than "#"
    """

    persons: NDArray[np.int32]
    years: NDArray[np.int32]
    marks: NDArray[np.uint8]
    counts: NDArray[np.int64]
    most: int
    held: list[date]
    notes: list[Note] = field(default_factory=list)


class _Days:
    """What is known of every day between the first and the last."""

    def __init__(self, first: int, last: int, schools: list[str], options: Options) -> None:
        self.first = first
        days = [date.fromordinal(n) for n in range(first, last + 1)]
        starts = np.array([start.toordinal() for start in eras()])
        ordinals = np.arange(first, last + 1)
        self.era = (np.searchsorted(starts, ordinals, side="right") - 1).astype(np.int32)
        self.closed = np.array([_closed(day, options.as_of) for day in days], np.uint8)
        years = np.array([academic_year(day) for day in days], np.int32)
        self.years = np.unique(years)
        self.year = np.searchsorted(self.years, years).astype(np.int32)
        mondays = np.array([first_monday(int(year)).toordinal() for year in self.years])
        self.slot = (2 * (ordinals - mondays[self.year])).astype(np.int32)
        self.calendar = _calendar(days, schools, options)

    def held(self, slots: NDArray[np.bool_]) -> list[date]:
        """The days of the slots, (years, 756), in which anybody has a mark."""
        return [
            first_monday(int(self.years[year])) + timedelta(int(slot) // 2)
            for year, slot in zip(*np.nonzero(slots), strict=True)
        ]


def _closed(day: date, as_of: date) -> int:
    if day > as_of:
        return 6
    if day.weekday() >= 5:
        return 3
    return 4 if is_bank_holiday(day) else 0


def _calendar(days: list[date], schools: list[str], options: Options) -> NDArray[np.uint8]:
    """(schools, days, 2): 1 open, 2 closed, 0 not said; empty without a calendar."""
    if options.calendar is None:
        return np.zeros((0, 0, 2), np.uint8)
    said = np.zeros((len(schools), len(days), 2), np.uint8)
    for n, school in enumerate(schools):
        for on, halves in options.calendar.days(school).items():
            if days[0] <= on <= days[-1]:
                said[n, (on - days[0]).days] = [1 if is_open else 2 for is_open in halves]
    return said


def place(
    sightings: Callable[[], Iterable[Sightings]],
    span: tuple[int, int],
    person_of_row: NDArray[np.int32],
    people: list[Person],
    report: Report,
    options: Options,
) -> Placed:
    """Check every sighting and put the sound ones into grids.

    sightings: may be asked twice; the second time finds both sides of every conflict
    span: first and last ordinal of any date in the input
    person_of_row: index into people, or -1 where the whole row is refused already
    """
    schools = sorted({person.school for person in people})
    days = _Days(*span, schools, options)
    board = _Board(people, schools, len(days.years))
    candidates: list[tuple[Sightings, NDArray[np.int64]]] = []
    for seen in sightings():
        problems = board.put(seen, days, person_of_row, again=False)
        _refuse(seen, problems, report)
        candidates += _noted(seen, problems, person_of_row)
    report.warn("duplicate_mark", board.duplicates)
    if (board.marks == _CONFLICT).any():
        for seen in sightings():
            _refuse(seen, board.put(seen, days, person_of_row, again=True), report)
    placed = board.finish(days, report)
    placed.notes = list(_notes(candidates, board, days, person_of_row))
    return placed


class _Board:
    """Grids that grow as pupil-years are met."""

    def __init__(self, people: list[Person], schools: list[str], years: int) -> None:
        if len(people) > MAX_PUPIL_YEARS or len(people) * years > 100 * MAX_PUPIL_YEARS:
            raise Stopped(
                f"implausible: {len(people):,} pupils over {years} years in one file; split it by school"
            )
        number = {school: n for n, school in enumerate(schools)}
        self.school = np.array([number[p.school] for p in people], np.int32)
        self.entry = np.array([p.entered_on.toordinal() if p.entered_on else 0 for p in people], np.int32)
        self.left = np.array([p.left_on.toordinal() if p.left_on else 1 << 30 for p in people], np.int32)
        self.row = np.full((len(people), years), -1, np.int32)
        size = max(1, min(len(people) * years, 4096 + len(people)))
        self.marks = np.full((size, SIZE), BLANK, np.uint8)
        self.used = 0
        self.duplicates = 0

    def put(
        self, seen: Sightings, days: _Days, person_of_row: NDArray[np.int32], again: bool
    ) -> NDArray[np.uint8]:
        problems = np.zeros(len(seen.rows), np.uint8)
        at = 0
        while at < len(seen.rows):
            at, self.used, repeats = _put(
                at, seen.rows, seen.days, seen.halves, seen.marks, seen.code.bytes, person_of_row,
                days.first, days.era, days.closed, days.year, days.slot, days.calendar,
                self.school, self.entry, self.left, self.row, self.marks, self.used, problems, again, _AM, _PM,
                CLOSED_BYTE,
            )  # fmt: skip
            self.duplicates += repeats
            if at < len(seen.rows):
                self._grow()
        return problems

    def _grow(self) -> None:
        if len(self.marks) >= MAX_PUPIL_YEARS:
            raise Stopped(
                f"implausible: more than {MAX_PUPIL_YEARS:,} pupils' years in one file; split it by school"
            )
        self.marks = np.concatenate([self.marks, np.full_like(self.marks, BLANK)])

    def finish(self, days: _Days, report: Report) -> Placed:
        """The grids with what could not be taken blanked out, and their counts."""
        persons, years = np.nonzero(self.row >= 0)
        rows = self.row[persons, years]
        year_of_row = np.zeros(self.used, np.int32)
        year_of_row[rows] = years
        marks = self.marks[: self.used]
        counts, most, held = _sweep(marks, year_of_row, len(days.years), POSSIBLE)
        report.warn("conflicting_marks", counts[_CONFLICT])
        report.warn("missing_marks", counts[_MISSING])
        report.warn("old_code", sum(counts[ord(c.byte)] for c in codes.all_codes() if c.withdrawn))
        return Placed(
            persons.astype(np.int32), days.years[years], marks[rows], counts, int(most), days.held(held)
        )


def _refuse(seen: Sightings, problems: NDArray[np.uint8], report: Report) -> None:
    if not problems.any():
        return
    mark, day, session = seen.columns
    for number in np.unique(problems[problems > 0]).tolist():
        where = np.flatnonzero(problems == number)
        rows = seen.rows[where]
        code, problem = PROBLEMS[number]
        if code and number != CONFLICTING:
            report.warn(code, len(where))
        if number == BAD_DATE:
            report.refuse(rows, rows, seen.date_text, day, problem, seen.order)
        elif number == BAD_SESSION:
            report.refuse(rows, rows, seen.session_text, session, problem, seen.order)
        else:
            report.refuse(rows, seen.marks[where], seen.text, mark, problem, seen.order)


def _noted(
    seen: Sightings, problems: NDArray[np.uint8], person_of_row: NDArray[np.int32]
) -> Iterator[tuple[Sightings, NDArray[np.int64]]]:
    """Which sound sightings have something beside the mark."""
    has = np.zeros(len(seen.rows), np.bool_)
    for beside in (seen.minutes, seen.comments):
        if beside is not None:
            has |= beside != 0
    if seen.code.minutes:
        has |= np.isin(seen.marks, list(seen.code.minutes))
    if has.any():
        yield seen, np.flatnonzero(has & (problems == 0) & (person_of_row[seen.rows] >= 0))


def _notes(
    candidates: list[tuple[Sightings, NDArray[np.int64]]],
    board: _Board,
    days: _Days,
    person_of_row: NDArray[np.int32],
) -> Iterator[Note]:
    told = set()
    for seen, where in candidates:
        for k in where.tolist():
            day = int(seen.days[k]) - days.first
            person, year = int(person_of_row[seen.rows[k]]), int(days.year[day])
            slot = int(days.slot[day]) + int(seen.halves[k])
            row = int(board.row[person, year])
            if row < 0 or board.marks[row, slot] == BLANK or (person, year, slot) in told:
                continue
            minutes, comment = _beside(seen, k)
            if minutes is not None or comment:
                told.add((person, year, slot))
                yield Note(person, int(days.years[year]), slot, minutes, comment)


def _beside(seen: Sightings, k: int) -> tuple[int | None, str]:
    """Minutes late and comment; minutes that are no number are kept as words."""
    minutes = seen.code.minutes.get(int(seen.marks[k]))
    comment = seen.text(int(seen.comments[k])).strip() if seen.comments is not None else ""
    text = seen.text(int(seen.minutes[k])).strip() if seen.minutes is not None else ""
    if text.isascii() and text.isdigit() and len(text) < 4:
        return int(text), comment
    return minutes, "; ".join(filter(None, [comment, text and f"minutes late: {text}"]))


def blocks(placed: Placed, people: list[Person]) -> list[Block]:
    """The grids, one block a school and year, people ascending."""
    schools = sorted({person.school for person in people})
    number = {school: n for n, school in enumerate(schools)}
    school_of = np.array([number[person.school] for person in people], np.int32)[placed.persons]
    found = []
    for n, school in enumerate(schools):
        for year in np.unique(placed.years[school_of == n]).tolist():
            rows = np.flatnonzero((school_of == n) & (placed.years == year))
            found.append(Block(school, year, placed.persons[rows], np.ascontiguousarray(placed.marks[rows])))
    return found


@njit(cache=True, nogil=True)
def _sweep(grids, year_of_row, years, possible):  # type: ignore[no-untyped-def]
    """Count every byte, and blank out what could not be taken."""
    counts = np.zeros(256, np.int64)
    held = np.zeros((years, grids.shape[1]), np.bool_)
    most = 0
    for row in range(grids.shape[0]):
        here = 0
        for slot in range(grids.shape[1]):
            byte = grids[row, slot]
            counts[byte] += 1
            if byte == 45:
                continue
            if byte >= 0xFE:
                grids[row, slot] = 45
                continue
            here += possible[byte]
            if byte != 48:
                held[year_of_row[row], slot] = True
        most = max(most, here)
    return counts, most, held


@njit(cache=True, nogil=True)
def _put(  # type: ignore[no-untyped-def]
    at, rows, days, halves, marks, table, person_of_row,
    first, era, closed, year, slot, calendar,
    school, entry, left, grid_row, grid, used, problems, again, am, pm, closed_byte,
):  # fmt: skip
    """Check and place from ``at`` on until the end or until the grids are full.

    Returns (next entry, grids used, identical repeats). With ``again`` only conflicts are looked for.
    """
    repeats = 0
    has_calendar = calendar.shape[0] > 0
    for k in range(at, len(rows)):
        person = person_of_row[rows[k]]
        if person < 0:
            continue
        day, half = days[k] - first, halves[k]
        if days[k] <= 0 or half < 0:
            if not again:
                problems[k] = 10 if days[k] <= 0 else 11
            continue
        byte = table[marks[k], era[day]]
        soft = byte >= 0x80
        byte &= 0x7F
        problem = 0
        if byte <= 2:
            problem = byte
        elif byte != closed_byte:
            problem = closed[day]
            said = calendar[school[person], day, half] if has_calendar else 0
            if said == 1 and problem != 6:
                problem = 0
            elif said == 2 and problem == 0:
                problem = 5
            if problem == 0 and days[k] < entry[person]:
                problem = 7
            elif problem == 0 and days[k] > left[person]:
                problem = 8
            if problem and (soft or byte == 45):
                continue  # nothing was said about a session that was not held
        if problem:
            if not again:
                problems[k] = problem
            continue
        row = grid_row[person, year[day]]
        if row < 0:
            if used == grid.shape[0]:
                return k, used, repeats
            row = used
            grid_row[person, year[day]] = row
            used += 1
        if byte in (am, pm):
            byte = pm if half else am
        here = slot[day] + half
        known = grid[row, here]
        if again:
            if known == 0xFF and byte != 45:
                problems[k] = 9
        elif byte == 45:
            if known == 45:
                grid[row, here] = 0xFE
        elif known == 45 or known == 0xFE:
            grid[row, here] = byte
        elif known == byte:
            repeats += 1
        else:
            grid[row, here] = 0xFF
    return len(rows), used, repeats
