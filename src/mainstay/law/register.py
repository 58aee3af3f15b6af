"""A pupil's registers as the law reads them: school days, marks, and one line of sessions for the pupil.

A mark is a pair of codes, morning and afternoon; ``-`` is no mark. Several schools may register one
pupil, one after the other or at once: ``merge`` makes of them the sessions and school weeks of the pupil.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum
from functools import cached_property, lru_cache
from typing import Final

from mainstay.law import clock, codes
from mainstay.law.answer import Warning_

HALVES: Final = ("AM", "PM")
NO_MARKS: Final = (codes.BLANK, codes.BLANK)
PRESENT: Final = ("/", "\\")
_UNRESOLVED: Final = "N"
_MAY_STAND_ON_CLOSED_DAYS: Final = {codes.BLANK, codes.CLOSED}


class Standing(IntEnum):
    """What a mark is to the pupil's record; of several for one session, the first one counts."""

    ATTENDED = 0
    AUTHORISED = 1
    UNAUTHORISED = 2
    NOT_POSSIBLE = 3
    BLANK = 4


_CONTRADICT: Final = frozenset({Standing.ATTENDED, Standing.AUTHORISED, Standing.UNAUTHORISED})


@dataclass(frozen=True)
class Calendar:
    """The days on which one school met or will meet."""

    school_days: frozenset[date]

    @classmethod
    def of_weeks(cls, mondays: Iterable[date], closed: Iterable[date] = ()) -> "Calendar":
        """Monday to Friday of those weeks, without the ``closed`` days."""
        days = {monday + timedelta(days=n) for monday in mondays for n in range(5)}
        return cls(frozenset(days - set(closed)))

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The school days in order."""
        return tuple(sorted(self.school_days))

    @cached_property
    def weeks(self) -> tuple[date, ...]:
        """The Mondays of the school weeks, in order."""
        return clock.school_weeks(self.school_days)


class CalendarTooShort(ValueError):
    """The calendar ends before the period that is to be counted in it; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Register:
    """The marks of one pupil at one school.

    marks: day -> codes of the morning and the afternoon
    on_roll_from, on_roll_to: both days included; None leaves an end open
    unmarked_present: a school day on roll without an entry in ``marks`` was attended
    """

    calendar: Calendar
    marks: Mapping[date, tuple[str, str]]
    school: str = ""
    on_roll_from: date | None = None
    on_roll_to: date | None = None
    unmarked_present: bool = False

    def on_roll(self, on: date) -> bool:
        return (self.on_roll_from is None or self.on_roll_from <= on) and (
            self.on_roll_to is None or on <= self.on_roll_to
        )

    def on(self, day: date) -> tuple[str, str]:
        """The codes of a school day, ``-`` where there's no mark."""
        return self.marks.get(day, PRESENT if self.unmarked_present else NO_MARKS)


class BadMark(ValueError):
    """A mark that can't be taken: its register (index), its day, and why."""

    def __init__(self, register: int, on: date, problem: str) -> None:
        super().__init__(f"{on.isoformat()}: {problem}")
        self.register, self.on, self.problem = register, on, problem


@dataclass(frozen=True, slots=True)
class Session:
    """Half a school day and its mark, as answers list it."""

    date: date
    half: str
    code: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session of the pupil, whichever schools registered it.

    code: the mark that counts (an N before other unauthorised codes); schools: those that gave it that standing
    unresolved_at: indices of the registers in which it is an N
    """

    date: date
    half: str
    code: str
    standing: Standing
    schools: tuple[str, ...]
    unresolved_at: tuple[int, ...] = ()
    schools_disagree: bool = False

    @property
    def possible(self) -> bool:
        return self.standing <= Standing.UNAUTHORISED

    @property
    def session(self) -> Session:
        return Session(self.date, self.half, self.code)


@dataclass(frozen=True)
class Record:
    """All sessions of one pupil in time order, and the school weeks in which they fall.

    left_out: registers hold marks of days on which the pupil wasn't on their roll
    """

    registers: tuple[Register, ...]
    sittings: tuple[Sitting, ...]
    weeks: tuple[date, ...]
    left_out: bool

    @property
    def warnings(self) -> list[Warning_]:
        """What every answer about this record has to say of it."""
        found = []
        if any(sitting.schools_disagree for sitting in self.sittings):
            text = (
                "The schools' registers disagree about a session; the mark most in the pupil's favour counts."
            )
            found.append(Warning_("schools_disagree", text))
        if self.left_out:
            text = "Marks on days when the pupil was not on that school's roll are left out."
            found.append(Warning_("not_on_roll", text))
        return found


#: what every rule about a pupil's marks takes: one register, several, or what ``merge`` made of them
Registers = Register | Sequence[Register] | Record


@lru_cache(maxsize=65536)
def standing(code: str, on: date) -> Standing:
    """What a code means for the record on that day; UnknownCode or CodeNotInForce as ``codes.lookup``."""
    if code == codes.BLANK:
        return Standing.BLANK
    entry = codes.lookup(code, on)
    if not entry.possible:
        return Standing.NOT_POSSIBLE
    if not entry.absent:
        return Standing.ATTENDED
    return Standing.UNAUTHORISED if entry.threshold else Standing.AUTHORISED


def check(register: Register, index: int = 0) -> None:
    """Raise BadMark for the first mark that can't be: unknown, not in force, or on a day without school."""
    for on, pair in sorted(register.marks.items()):
        try:
            for code in pair:
                standing(code, on)
        except (codes.UnknownCode, codes.CodeNotInForce) as reason:
            raise BadMark(index, on, str(reason)) from reason
        if on not in register.calendar.school_days and not _MAY_STAND_ON_CLOSED_DAYS.issuperset(pair):
            raise BadMark(
                index, on, f"has the marks {' '.join(pair)}, but the calendar has no school that day"
            )


def rolled(register: Register) -> Register:
    """The register with missing roll dates taken from its first and last mark; a closure is no mark."""
    marked = [on for on, pair in register.marks.items() if not set(pair) <= _MAY_STAND_ON_CLOSED_DAYS]
    first, last = (min(marked), max(marked)) if marked else (date.max, date.min)
    return replace(
        register,
        on_roll_from=register.on_roll_from or first,
        on_roll_to=register.on_roll_to or last,
    )


def merge(registers: Registers) -> Record:
    """One record of the pupil, or the record itself; raises BadMark.

    A single register without roll dates covers its whole calendar; of several, each covers the days from
    its first to its last mark. School weeks are the union of the schools' weeks while on roll.
    """
    if isinstance(registers, Record):
        return registers
    if isinstance(registers, Register):
        registers = [registers]
    for index, register in enumerate(registers):
        check(register, index)
    kept = tuple(map(rolled, registers)) if len(registers) > 1 else tuple(registers)
    rolls = [[day for day in one.calendar.days if one.on_roll(day)] for one in kept]
    days = sorted(set().union(*rolls))
    schooled = [set(roll) for roll in rolls]
    sittings = []
    for day in days:
        pairs = [(index, kept[index].on(day)) for index, roll in enumerate(schooled) if day in roll]
        for n, half in enumerate(HALVES):
            sittings.append(_sit(day, half, [(index, pair[n]) for index, pair in pairs], kept))
    return Record(kept, tuple(sittings), clock.school_weeks(days), any(map(_has_marks_off_roll, kept)))


def _sit(day: date, half: str, marks: list[tuple[int, str]], registers: Sequence[Register]) -> Sitting:
    if len(marks) == 1:
        [(index, code)] = marks
        alone = (index,) if code == _UNRESOLVED else ()
        return Sitting(day, half, code, standing(code, day), (registers[index].school,), alone)
    stands = [standing(code, day) for _, code in marks]
    first = min(stands)
    counted = [mark for mark, stand in zip(marks, stands, strict=True) if stand == first]
    unresolved = tuple(index for index, code in counted if code == _UNRESOLVED)
    return Sitting(
        day,
        half,
        _UNRESOLVED if unresolved else counted[0][1],
        first,
        tuple(dict.fromkeys(registers[index].school for index, _ in counted)),
        unresolved,
        len(_CONTRADICT & set(stands)) > 1,
    )


def _has_marks_off_roll(register: Register) -> bool:
    return any(
        not register.on_roll(on) and any(standing(code, on) <= Standing.UNAUTHORISED for code in pair)
        for on, pair in register.marks.items()
    )


def between(sittings: Iterable[Sitting], first: date | None, last: date | None) -> Iterator[Sitting]:
    """The sittings from ``first`` to ``last``, both included; None leaves an end open."""
    return (
        sitting
        for sitting in sittings
        if (first is None or first <= sitting.date) and (last is None or sitting.date <= last)
    )
