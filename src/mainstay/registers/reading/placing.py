"""Marks into grids: every mark of an input checked against its day, its school and its pupil."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mainstay.law import codes
from mainstay.registers.grid import BLANK, SIZE
from mainstay.registers.reading.code_table import CodeTable
from mainstay.registers.reading.day_table import Days
from mainstay.registers.reading.grid_kernels import put as put_marks
from mainstay.registers.reading.grid_kernels import sweep
from mainstay.registers.reading.options import MAX_PUPIL_YEARS, Options
from mainstay.registers.reading.report import Report
from mainstay.registers.register import Block, Note, Person, Stopped
from mainstay.registers.tables import POSSIBLE

_CONFLICT, _MISSING, _REFUSED = 0xFF, 0xFE, 0xFD
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
    12: (
        "bank_holiday_mark",
        "a mark on a bank holiday by the usual rules, as no table holds that year: say in the calendar if it was none",
    ),
}
CONFLICTING, BAD_DATE, BAD_SESSION = 9, 10, 11
_NEVER: Final = 1 << 30  # an ordinal past every day
Span = tuple[date | None, date | None]
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
    code: CodeTable
    columns: tuple[str | None, str | None, str | None]
    text: Callable[[int], str]
    date_text: Callable[[int], str] = lambda _: ""  # by row
    session_text: Callable[[int], str] = lambda _: ""  # by row
    minutes: NDArray[np.int32] | None = None
    comments: NDArray[np.int32] | None = None
    order: int = 0


@dataclass(slots=True)
class Stays:
    """From when to when a pupil was on roll, as each row says: ordinals.

    of_row: index into entered and left for each row; empty where all rows have the first
    """

    of_row: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    entered: NDArray[np.int32] = field(default_factory=lambda: np.zeros(1, np.int32))
    left: NDArray[np.int32] = field(default_factory=lambda: np.full(1, _NEVER, np.int32))

    @classmethod
    def of(cls, of_row: NDArray[np.int32], spans: Iterable[Span]) -> "Stays":
        found = [(on.toordinal() if on else 0, off.toordinal() if off else _NEVER) for on, off in spans]
        if all(span == (0, _NEVER) for span in found):
            return cls()
        entered, left = np.array(found, np.int32).T
        return cls(of_row, np.ascontiguousarray(entered), np.ascontiguousarray(left))


@dataclass(slots=True)
class Placed:
    """Grids by (person, year), and what was noted beside marks.

    counts: int64 (256,), how often each byte is there; most: the most possible sessions of one grid
    held: the days on which anybody has a mark other than "#"
    refused: uint8 (school-years, 756), 1 where a mark was refused or in conflict on an open day;
    school_year: which of them each grid is of
    """

    persons: NDArray[np.int32]
    years: NDArray[np.int32]
    marks: NDArray[np.uint8]
    counts: NDArray[np.int64]
    most: int
    held: list[date]
    school_year: NDArray[np.int64]
    refused: NDArray[np.uint8]
    notes: list[Note] = field(default_factory=list)


def place(
    sightings: Callable[[], Iterable[Sightings]],
    span: tuple[int, int],
    person_of_row: NDArray[np.int32],
    people: list[Person],
    stays: Stays,
    report: Report,
    options: Options,
) -> Placed:
    """Check every sighting and put the sound ones into grids.

    sightings: may be asked twice; the second time finds both sides of every conflict
    span: first and last ordinal of any date in the input
    person_of_row: index into people, or -1 where the whole row is refused already
    """
    schools = sorted({person.school for person in people})
    days = Days(*span, schools, options)
    board = _Board(people, schools, stays, len(days.years))
    sessions: dict[str, list[NDArray[np.int64]]] = {}
    candidates: list[tuple[Sightings, NDArray[np.int64]]] = []
    for seen in sightings():
        problems = board.put(seen, days, person_of_row, again=False)
        _refuse(seen, problems, report)
        _count_sessions(seen, problems, person_of_row, sessions)
        candidates += _noted(seen, problems, person_of_row)
    for code, keys in sessions.items():
        report.warn(code, len(np.unique(np.concatenate(keys))))
    conflicting = 0
    if (board.marks == _CONFLICT).any():
        for seen in sightings():
            problems = board.put(seen, days, person_of_row, again=True)
            _refuse(seen, problems, report)
            conflicting += int((problems == CONFLICTING).sum())
    placed = board.finish(days, report)
    taken = int(placed.counts.sum() - placed.counts[[BLANK, _REFUSED, _MISSING, _CONFLICT]].sum())
    report.warn("duplicate_mark", board.given - conflicting - taken)
    placed.notes = list(_notes(candidates, board, days, person_of_row))
    return placed


class _Board:
    """Grids that grow as pupil-years are met."""

    def __init__(self, people: list[Person], schools: list[str], stays: Stays, years: int) -> None:
        if len(people) > MAX_PUPIL_YEARS or len(people) * years > 100 * MAX_PUPIL_YEARS:
            raise Stopped(
                f"implausible: {len(people):,} pupils over {years} years in one file; split it by school"
            )
        number = {school: n for n, school in enumerate(schools)}
        self.school = np.array([number[p.school] for p in people], np.int32)
        self.stays = stays
        self.row = np.full((len(people), years), -1, np.int32)
        size = max(1, min(len(people) * years, 4096 + len(people)))
        self.marks = np.full((size, SIZE), BLANK, np.uint8)
        self.used = 0
        self.given = 0  # marks that may stand, repeats and both sides of conflicts among them

    def put(
        self, seen: Sightings, days: Days, person_of_row: NDArray[np.int32], again: bool
    ) -> NDArray[np.uint8]:
        problems = np.zeros(len(seen.rows), np.uint8)
        at = 0
        while at < len(seen.rows):
            at, self.used, given = put_marks(
                at, seen.rows, seen.days, seen.halves, seen.marks, seen.code.bytes, person_of_row,
                days.first, days.era, days.closed, days.year, days.slot, days.calendar,
                self.school, self.stays.of_row, self.stays.entered, self.stays.left, self.row, self.marks, self.used, problems, again, _AM, _PM,
            )  # fmt: skip
            self.given += 0 if again else given
            if at < len(seen.rows):
                self._grow()
        return problems

    def _grow(self) -> None:
        if len(self.marks) >= MAX_PUPIL_YEARS:
            raise Stopped(
                f"implausible: more than {MAX_PUPIL_YEARS:,} pupils' years in one file; split it by school"
            )
        self.marks = np.concatenate([self.marks, np.full_like(self.marks, BLANK)])

    def finish(self, days: Days, report: Report) -> Placed:
        """The grids with what could not be taken blanked out, and their counts."""
        persons, years = np.nonzero(self.row >= 0)
        rows = self.row[persons, years]
        year_of_row = np.zeros(self.used, np.int32)
        year_of_row[rows] = years
        marks = self.marks[: self.used]
        kinds, school_year = np.unique(
            self.school[persons] * np.int64(len(days.years)) + years, return_inverse=True
        )
        of_row = np.zeros(self.used, np.int64)
        of_row[rows] = school_year
        refused = np.zeros((len(kinds), SIZE), np.uint8)
        counts, most, held = sweep(marks, year_of_row, len(days.years), POSSIBLE, of_row, refused)
        report.warn("conflicting_marks", counts[_CONFLICT])
        report.warn("missing_marks", counts[_MISSING])
        report.warn("old_code", sum(counts[ord(c.byte)] for c in codes.all_codes() if c.withdrawn))
        return Placed(
            persons.astype(np.int32), days.years[years], marks[rows], counts, int(most), days.held(held),
            school_year, refused,
        )  # fmt: skip


def _refuse(seen: Sightings, problems: NDArray[np.uint8], report: Report) -> None:
    if not problems.any():
        return
    mark, day, session = seen.columns
    for number in np.unique(problems[problems > 0]).tolist():
        where = np.flatnonzero(problems == number)
        rows = seen.rows[where]
        problem = PROBLEMS[number][1]
        if number == BAD_DATE:
            report.refuse(rows, rows, seen.date_text, day, problem, seen.order)
        elif number == BAD_SESSION:
            report.refuse(rows, rows, seen.session_text, session, problem, seen.order)
        else:
            report.refuse(rows, seen.marks[where], seen.text, mark, problem, seen.order)


def _count_sessions(
    seen: Sightings,
    problems: NDArray[np.uint8],
    person_of_row: NDArray[np.int32],
    sessions: dict[str, list[NDArray[np.int64]]],
) -> None:
    """Note which sessions a refusal is about: two refused marks of one session are one session."""
    for number in np.unique(problems[problems > 0]).tolist():
        if code := PROBLEMS[number][0]:
            where = np.flatnonzero(problems == number)
            keys = (person_of_row[seen.rows[where]].astype(np.int64) << 32) + 2 * seen.days[where]
            sessions.setdefault(code, []).append(np.unique(keys + seen.halves[where]))


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
    days: Days,
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
            marks, refused = (
                np.ascontiguousarray(placed.marks[rows]),
                placed.refused[placed.school_year[rows[0]]],
            )
            found.append(Block(school, year, placed.persons[rows], marks, refused if refused.any() else None))
    return found
