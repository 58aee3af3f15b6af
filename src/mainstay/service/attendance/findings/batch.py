"""Some pupils' registers, loaded once and read as the law reads them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mainstay.law import codes
from mainstay.law.clock import monday
from mainstay.law.register import Calendar, Record, Sitting, Standing, merge
from mainstay.law.register import Register as LawRegister
from mainstay.law.rules import CURRENT
from mainstay.registers import tables
from mainstay.registers.grid import BLANK, EMPTY, HALVES, SIZE, SLOTS, session_of, slot_of
from mainstay.service.attendance import grids
from mainstay.service.attendance.findings.absences import Absences
from mainstay.service.attendance.grids import Held
from mainstay.service.attendance.models import Register, SchoolYear
from mainstay.service.common.among import among
from mainstay.service.directory import calendars
from mainstay.service.directory.models import Pupil

Mask = NDArray[np.uint8]
Place = tuple[int, int, int]  # pupil, school, year


class Row(NamedTuple):
    """The measures of one register that findings are made from."""

    pupil: int
    school: int
    year: int
    possible: int
    attended: int
    authorised: int
    unauthorised: int
    late: int
    missing: int
    illness: int
    unresolved: int
    counted: int
    persistent: bool
    severe: bool
    near_miss: bool
    threshold_met_on: date | None
    ten_days_on: date | None


ROW: Final = ("pupil_id", "school_id", *Row._fields[2:])


@dataclass(frozen=True, slots=True)
class Fresh:
    """One school-year just measured: its registers, their measures, and its pupils' dates of birth."""

    school: int
    year: int
    held: Held
    rows: list[Row]
    births: Mapping[int, date | None]

    @classmethod
    def of(
        cls,
        school: int,
        year: int,
        held: Held,
        found: Mapping[str, list[Any]],
        births: Mapping[int, date | None],
    ) -> "Fresh":
        """found: as ``measuring.columns`` gives them"""
        places = (held.pupils.tolist(), held.schools.tolist(), held.years.tolist())
        rows = map(Row, *places, *(found[name] for name in Row._fields[3:]))
        return cls(school, year, held, list(rows), births)


def rows_of(pupils: Collection[int], years: Collection[int], fresh: Fresh | None = None) -> dict[Place, Row]:
    """The measured registers of these pupils in these years; fresh: those that are at hand."""
    registers = Register.objects.filter(pupil__among=among(pupils), year__in=years)
    found: list[Row] = []
    if fresh is not None:
        registers = registers.exclude(school=fresh.school, year=fresh.year)
        wanted = set(pupils)
        found = [row for row in fresh.rows if row.pupil in wanted] if fresh.year in years else []
    found += map(Row._make, registers.order_by().values_list(*ROW))
    found.sort(key=lambda row: (row.pupil, row.year, row.school))
    return {(row.pupil, row.school, row.year): row for row in found}


@lru_cache(maxsize=8)
def sessions_of(year: int) -> list[tuple[date, str, str]]:
    """Slot -> its day, the day as text, and half."""
    return [(on, on.isoformat(), half) for on, half in (session_of(year, slot) for slot in range(SIZE))]


_LETTERS: Final = [codes.code_of_byte().get(chr(byte), codes.BLANK) for byte in range(256)]


_NO_MARKS: Final = np.frombuffer(EMPTY, np.uint8)
#: bytes that bear on the threshold: what counts, and what lacks a mark
_MATTERS: Final = np.array([byte == BLANK or bool(tables.THRESHOLD[byte]) for byte in range(256)], np.uint8)


def listed(year: int, marks: NDArray[np.uint8], slots: NDArray[np.intp]) -> list[dict[str, str]]:
    """Slots as sessions of an answer."""
    names, held = sessions_of(year), marks.tobytes()
    return [{"date": names[s][1], "half": names[s][2], "code": _LETTERS[held[s]]} for s in slots.tolist()]


@dataclass(frozen=True, slots=True)
class Day:
    """One school day in a grid: its morning slot, and which halves were open."""

    on: date
    slot: int
    am: bool
    pm: bool


class Batch:
    """Grids, sessions and dates of birth of some pupils; years before the first are there for their last weeks."""

    def __init__(self, pupils: Collection[int], years: Collection[int], fresh: Fresh | None = None) -> None:
        wanted = sorted({y for year in years for y in (year - 1, year)})
        self.marks = _marks_of(pupils, wanted, fresh)
        self.of_pupil: dict[int, list[Place]] = {}
        for place in sorted(self.marks, key=lambda place: (place[0], place[2], place[1])):
            self.of_pupil.setdefault(place[0], []).append(place)
        self.masks, self.ends = masks_of({(school, year) for _, school, year in self.marks})
        known = fresh.births if fresh else {}
        self.births: dict[int, date | None] = {pupil: known[pupil] for pupil in pupils if pupil in known}
        if len(self.births) < len(pupils):
            born = Pupil.objects.filter(pk__among=among(p for p in pupils if p not in known)).order_by()
            self.births |= dict(born.values_list("pk", "date_of_birth"))
        self._days: dict[tuple[int, int], list[Day]] = {}
        self._sessions: dict[tuple[int, int], Mask] = {}
        self._absences: dict[tuple[int, int], Absences] = {}
        self._tails: dict[tuple[int, int], Mask] = {}
        self._mondays: dict[tuple[int, int], frozenset[date]] = {}
        self._calendars: dict[tuple[int, int, int, bool], Calendar] = {}

    def law_registers(
        self,
        pupil: int,
        year: int,
        last_year: int,
        *,
        tail: bool,
        ahead: bool = False,
        school: int | None = None,
    ) -> list[LawRegister]:
        """The pupil's registers from ``year`` to ``last_year``, one a school, up to that school's last marks.

        tail: with the last weeks of the year before, as far as a window reaches
        ahead: with the school days of the weeks to come, in which an N has to be settled
        school: only that one
        """
        first = year - 1 if tail else year
        schools: dict[int, dict[date, tuple[str, str]]] = {}
        for place in self.of_pupil.get(pupil, ()):
            _, here, of = place
            if first <= of <= last_year and school in (None, here):
                days = self._tail(here, of) if of < year else self.days(here, of)
                schools.setdefault(here, {}).update(_pairs(days, self.marks[place].tobytes()))
        # without marks in the year before, its weeks bear on nothing
        return [
            LawRegister(
                self._calendar(
                    here, first if (pupil, here, first) in self.marks else year, year, last_year, ahead
                ),
                marks,
                str(here),
            )
            for here, marks in schools.items()
        ]

    def threshold_record(self, pupil: int, year: int, last_year: int) -> Record | None:
        """What bears on the threshold: sessions that count or lack a mark, and every school week; None: no register.

        All other sessions change nothing in its Answer and are left out. Where several schools share the pupil
        everything is there, joined session by session.
        """
        places = [p for p in self.of_pupil.get(pupil, ()) if year - 1 <= p[2] <= last_year]
        schools = {school for _, school, _ in places}
        if len(schools) != 1:
            return merge(self.law_registers(pupil, year, last_year, tail=True)) if places else None
        [school] = schools
        names, weeks = (str(school),), set[date]()
        sittings: list[Sitting] = []
        for of in range(places[0][2], last_year + 1):
            marks = self.marks.get((pupil, school, of), _NO_MARKS)
            opened = self.tail_mask(school, of) if of < year else self.sessions(school, of)
            weeks |= self._weeks(school, of)
            held, days = marks.tobytes(), sessions_of(of)
            for slot in np.flatnonzero(_MATTERS[marks] & opened).tolist():
                code = _LETTERS[held[slot]]
                standing = Standing.BLANK if code == codes.BLANK else Standing.UNAUTHORISED
                alone = (0,) if tables.UNRESOLVED[held[slot]] else ()
                sittings.append(Sitting(days[slot][0], days[slot][2], code, standing, names, alone))
        return Record((), tuple(sittings), tuple(sorted(weeks)), left_out=False)

    def _weeks(self, school: int, year: int) -> frozenset[date]:
        """Mondays of the school weeks of a year."""
        found = self._mondays.get((school, year))
        if found is None:
            found = self._mondays[school, year] = frozenset(monday(day.on) for day in self.days(school, year))
        return found

    def days(self, school: int, year: int) -> list[Day]:
        """The school's days in a year, in order."""
        found = self._days.get((school, year))
        if found is None:
            found = self._days[school, year] = list(_days(self.mask(school, year), year))
        return found

    def mask(self, school: int, year: int) -> Mask:
        found = self.masks.get((school, year))
        if found is None:
            found = self.masks[school, year] = calendars.open_mask(school, year)
        return found

    def absences(self, school: int, year: int) -> Absences:
        """The absences of all its pupils at a school in a year."""
        found = self._absences.get((school, year))
        if found is None:
            here = {pupil: grid for (pupil, *place), grid in self.marks.items() if place == [school, year]}
            found = Absences(list(here), list(here.values()), self.mask(school, year))
            self._absences[school, year] = found
        return found

    def sessions(self, school: int, year: int) -> Mask:
        """When the school was open, up to its last marks."""
        found = self._sessions.get((school, year))
        if found is None:
            found = self.mask(school, year).copy()
            end = self.ends.get((school, year))
            if end is not None:
                found[slot_of(end, "PM") + 1 :] = 0
            self._sessions[school, year] = found
        return found

    def tail_mask(self, school: int, year: int) -> Mask:
        """The sessions of a year's last weeks, as far as a window reaches back."""
        found = self._tails.get((school, year))
        if found is None:
            found = np.zeros(SIZE, np.uint8)
            for day in self._tail(school, year):
                found[day.slot : day.slot + 2] = day.am, day.pm
            self._tails[school, year] = found
        return found

    def _tail(self, school: int, year: int) -> list[Day]:
        days = self.days(school, year)
        weeks = sorted({day.slot // SLOTS for day in days})[-CURRENT.whole("near_miss_weeks") :]
        return [day for day in days if weeks and day.slot // SLOTS >= weeks[0]]

    def _calendar(self, school: int, first: int, year: int, last: int, ahead: bool) -> Calendar:
        key = (school, first * 10_000 + year, last, ahead)
        if key not in self._calendars:
            ends = [end for (of, y), end in self.ends.items() if of == school and y <= last]
            end = max(ends, default=date.max - AHEAD) + (AHEAD if ahead else timedelta())
            days = {day.on for of in range(year, last + 1) for day in self.days(school, of) if day.on <= end}
            if first < year:
                days |= {day.on for day in self._tail(school, first)}
            self._calendars[key] = Calendar(frozenset(days))
        return self._calendars[key]


def _marks_of(
    pupils: Collection[int], years: Collection[int], fresh: Fresh | None
) -> dict[Place, NDArray[np.uint8]]:
    held = grids.of_pupils(pupils, years, but=(fresh.school, fresh.year) if fresh else None)
    places = zip(held.pupils.tolist(), held.schools.tolist(), held.years.tolist(), strict=True)
    marks = dict(zip(places, held.marks, strict=True))
    if fresh and fresh.year in years:
        wanted = set(pupils)
        for pupil, grid in zip(fresh.held.pupils.tolist(), fresh.held.marks, strict=True):
            if pupil in wanted:
                marks[pupil, fresh.school, fresh.year] = grid
    return marks


#: how far ahead the days matter in which an N has to be settled: five of school, whatever holiday lies between
AHEAD: Final = timedelta(days=70)


def masks_of(
    places: Collection[tuple[int, int]],
) -> tuple[dict[tuple[int, int], Mask], dict[tuple[int, int], date]]:
    """(school, year) -> when the school was open, and the day of its last marks, as kept at its last import."""
    schools, years = {school for school, _ in places}, {year for _, year in places}
    masks, ends = {}, {}
    found = SchoolYear.objects.filter(school__in=schools, year__in=years)
    for school, year, mask, end in found.values_list("school_id", "year", "open_mask", "last_mark_on"):
        if len(mask) == SIZE:
            masks[school, year] = np.frombuffer(bytes(mask), np.uint8)
        if end is not None:
            ends[school, year] = end
    return masks, ends


def _days(mask: Mask, year: int) -> Iterator[Day]:
    halves = mask.reshape(-1, len(HALVES)).astype(bool)
    for number in np.flatnonzero(halves.any(axis=1)).tolist():
        am, pm = halves[number]
        yield Day(sessions_of(year)[2 * number][0], 2 * number, bool(am), bool(pm))


def _pairs(days: Iterable[Day], marks: bytes) -> dict[date, tuple[str, str]]:
    """Days that hold a mark -> codes; a closed half of an open day is a planned closure."""
    found = {}
    for day in days:
        am, pm = marks[day.slot], marks[day.slot + 1]
        if am != BLANK or pm != BLANK:
            found[day.on] = (
                _LETTERS[am] if day.am else codes.CLOSED,
                _LETTERS[pm] if day.pm else codes.CLOSED,
            )
    return found


def since(register: LawRegister, first: date) -> LawRegister:
    """The register from one day on."""
    days = frozenset(day for day in register.calendar.school_days if day >= first)
    marks = {on: pair for on, pair in register.marks.items() if on >= first}
    return LawRegister(Calendar(days), marks, register.school)


def days_with(code: str, registers: Iterable[LawRegister]) -> list[LawRegister]:
    """A pupil's registers cut down to the days on which one of them holds that code."""
    listed = list(registers)
    days = {on for register in listed for on, pair in register.marks.items() if code in pair}
    kept = [{on: pair for on, pair in register.marks.items() if on in days} for register in listed]
    return [
        LawRegister(Calendar(frozenset(marks)), marks, register.school)
        for register, marks in zip(listed, kept, strict=True)
    ]


def tomorrow(on: date) -> date:
    return on + timedelta(days=1)


def as_session(found: Any) -> dict[str, str]:
    """A session of the law as answers keep it."""
    return {"date": found.date.isoformat(), "half": found.half, "code": found.code}
