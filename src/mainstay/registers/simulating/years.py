"""One school's academic year: who could have come when, and the marks they got."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mainstay.registers.grid import BLANK, SIZE, first_monday
from mainstay.registers.simulating.model import Calendar
from mainstay.registers.simulating.placing import Register, byte, week_of
from mainstay.registers.simulating.tracks import Tracks

Ints = NDArray[np.int64]

#: holidays in term time: share taken before and after each holiday (autumn half-term, Christmas, ... summer)
BEFORE: Final = (0.06, 0.06, 0.02, 0.05, 0.05, 0.06)
AFTER: Final = (0.03, 0.05, 0.02, 0.04, 0.06)
ANY_TIME: Final = 0.50
#: and how the rest is spread over the six half-terms, a day of each
LOOSE: Final = (1.5, 0.4, 0.4, 0.5, 1.3, 2.0)


@dataclass(slots=True)
class SchoolYear:
    """A school's year before its marks.

    people: enrolments, ascending; group: their year groups; first, last: their days as ordinals
    marks: uint8 (people, open days, 2), 0 where a mark is to come, else a code that is no possible session, or blank
    """

    school: int
    year: int
    calendar: Calendar
    people: NDArray[np.int32]
    group: Ints
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    marks: NDArray[np.uint8]

    @property
    def possible(self) -> Ints:
        return np.asarray((self.marks == 0).sum(axis=(1, 2)), np.int64)


def school_year(
    school: int, phase: str, calendar: Calendar, tracks: Tracks, rng: np.random.Generator
) -> SchoolYear:
    """The enrolments of one school in one year, with the sessions that are not possible filled in."""
    days = np.array([d.toordinal() for d in calendar.open_days])
    here = (tracks.school == school) & (tracks.first <= days[-1]) & (tracks.last >= days[0])
    people = np.flatnonzero(here).astype(np.int32)
    group = calendar.year - tracks.cohort[tracks.pupil[people]].astype(np.int64)
    first, last = tracks.first[people], tracks.last[people]
    inside = (days >= first[:, None]) & (days <= last[:, None])
    marks = np.where(inside[:, :, None], 0, BLANK).repeat(2, axis=2).astype(np.uint8)
    year = SchoolYear(school, calendar.year, calendar, people, group, first, last, marks)
    _dual(year, tracks, days)
    _closed(year, rng)
    _not_taken(year, rng)
    if phase in ("primary", "special"):
        _part_time_start(year, rng)
    return year


def _dual(year: SchoolYear, tracks: Tracks, days: NDArray[np.int64]) -> None:
    """D at the main school on the days of the other, and at the other on the days of the main."""
    weekday = (days + 6) % 7  # ordinal 1 was a Monday
    there = byte("D", year.year)
    for row in np.flatnonzero(tracks.dual_days[year.people]).tolist():
        pattern = int(tracks.dual_days[year.people[row]])
        mine = (pattern >> weekday) & 1 == 1
        year.marks[row, ~mine & (year.marks[row, :, 0] == 0)] = there
    for other in np.flatnonzero(np.isin(tracks.main_of, year.people)).tolist():
        row = int(np.searchsorted(year.people, tracks.main_of[other]))
        during = (days >= tracks.first[other]) & (days <= tracks.last[other])
        theirs = during & ((int(tracks.dual_days[other]) >> weekday) & 1 == 1)
        year.marks[row, theirs & (year.marks[row, :, 0] == 0)] = there


def _closed(year: SchoolYear, rng: np.random.Generator) -> None:
    for closure in year.calendar.closures:
        day = year.calendar.open_days.index(closure.on)
        halves = {"": [0, 1], "AM": [0], "PM": [1]}[closure.half]
        some = np.full(len(year.people), closure.code == "Y4")
        if not some.all():
            some = year.group == rng.choice(np.unique(year.group))
        for half in halves:
            year.marks[some & (year.marks[:, day, half] == 0), day, half] = byte(closure.code, year.year)


def _not_taken(year: SchoolYear, rng: np.random.Generator) -> None:
    """In one school of three, once a year, a class whose register nobody took: no marks."""
    if rng.random() < 0.3 and len(year.people):
        day, half = int(rng.integers(year.marks.shape[1])), int(rng.integers(2))
        in_class = (year.group == rng.choice(np.unique(year.group))) & (np.arange(len(year.group)) % 3 == 0)
        year.marks[in_class, day, half] = BLANK


def _part_time_start(year: SchoolYear, rng: np.random.Generator) -> None:
    """Some Reception children begin with mornings only."""
    if rng.random() < 0.25:
        young = (year.group == 0) & (rng.random(len(year.group)) < 0.6)
        first = year.marks[young, :8, 1]
        first[first == 0] = byte("X", year.year)
        year.marks[young, :8, 1] = first


def fill(
    year: SchoolYear,
    phase: str,
    counts: dict[str, Ints],
    holy: list[date],
    visits: int,
    rng: np.random.Generator,
) -> None:
    """Give every possible session of the school's year its mark.

    counts: code -> sessions per person, as ``plan`` made them; visits: sessions of V for the whole school
    """
    days = year.calendar.open_days
    edges = [sum(d < t.first for d in days) for t in year.calendar.terms[1:]]
    week = week_of(phase, year.year, days, edges)
    register = Register(week, year.marks, rng)
    _absences(register, counts, year.group, holy)
    _attendances(register, counts, year.group, visits)
    register.finish()


def _absences(register: Register, counts: dict[str, Ints], group: Ints, holy: list[date]) -> None:
    rng, week = register.rng, register.week
    length = len(week.days)
    who = {code: np.flatnonzero(n) for code, n in counts.items()}

    def anywhere(code: str) -> NDArray[np.float64]:
        return rng.random(len(who[code])) * length

    feasts = np.isin(np.arange(length), [week.days.index(d) for d in holy if d in week.days])
    exams = np.searchsorted([d.toordinal() for d in week.days], date(week.year + 1, 6, 10).toordinal())
    register.put("S", counts["S"], who["S"], register.near(np.full(len(who["S"]), float(exams))))
    register.put("R", counts["R"], who["R"], register.noise(len(who["R"])) + 1e3 * feasts.astype(np.float32))
    register.put("G", counts["G"], who["G"], _holidays(register, counts["G"][who["G"]]))
    for code in ("T", "E"):
        register.put(code, counts[code], who[code], register.near(anywhere(code), anywhere(code)))
    register.put("C2", counts["C2"], who["C2"], register.near(anywhere("C2")), "pm")
    register.put("C", counts["C"], who["C"], register.near(anywhere("C"), anywhere("C")))
    register.put("C1", counts["C1"], who["C1"], register.near(anywhere("C1")))
    register.put("O", counts["O"], who["O"], _drifting(register, counts, who["O"]))
    register.put("I", counts["I"], who["I"], register.noise(len(who["I"])) + week.illness)
    register.put("N", counts["N"], who["N"], register.noise(len(who["N"])) + week.unauthorised)
    register.put("J1", counts["J1"], who["J1"], register.noise(len(who["J1"])), "either")
    register.put("M", counts["M"], who["M"], register.noise(len(who["M"])), "either")
    register.put("U", counts["U"], who["U"], register.noise(len(who["U"])) + week.unauthorised, "am")


def _holidays(register: Register, sessions: Ints) -> NDArray[np.float32]:
    """Keys of holidays in term time: blocks that end or begin with a holiday, most of them."""
    rng, length = register.rng, len(register.week.days)
    edges = register.week.edges
    ends, starts = np.array([*edges, length]), np.array(edges)
    chances = np.array([*BEFORE, *AFTER, ANY_TIME])
    kinds = len(chances)
    two = (sessions >= 12) & (rng.random(len(sessions)) < 0.4)
    half = np.where(two, sessions // 4, sessions // 2)
    each_day = np.array(LOOSE)[np.searchsorted(starts, np.arange(length), side="right")]
    centres = []
    for _ in range(2):
        kind = rng.choice(kinds, len(sessions), p=chances / chances.sum())
        before = ends[np.minimum(kind, 5)] - (half + 1) / 2
        after = starts[np.clip(kind - 6, 0, 4)] + (half - 1) / 2
        loose = rng.choice(length, len(sessions), p=each_day / each_day.sum())
        centre = np.where(kind < 6, before, np.where(kind < kinds - 1, after, loose))
        centres.append(centre)
    return register.near(centres[0], np.where(two, centres[1], centres[0]))


def _drifting(register: Register, counts: dict[str, Ints], who: NDArray[np.intp]) -> NDArray[np.float32]:
    """Keys of code O: the more absence, the more of it comes in long stretches, early or late in the year."""
    length = len(register.week.days)
    much = np.minimum(counts["O"][who] / length, 1.0)
    slope = register.rng.normal(0.15, 1.0, len(who)) * 6 * much
    trend = slope[:, None] * np.linspace(-0.5, 0.5, length)
    return np.asarray(register.noise(len(who)) + register.week.unauthorised + trend, np.float32)


def _attendances(register: Register, counts: dict[str, Ints], group: Ints, visits: int) -> None:
    rng, week = register.rng, register.week
    length = len(week.days)
    summer = np.searchsorted([d.toordinal() for d in week.days], date(week.year + 1, 6, 23).toordinal())
    for code, halves in (("K", "day"), ("W", "day"), ("B", "day"), ("P", "pm"), ("L", "am")):
        who = np.flatnonzero(counts[code])
        keys = register.noise(len(who))
        if code == "K":
            keys = register.near(rng.random(len(who)) * length)
        if code == "W":
            keys = register.near(np.full(len(who), float(summer)))
        if code == "B":
            own = rng.integers(0, 5, len(who))
            keys = keys + np.float32(1e3) * (week.weekday == own[:, None])
        register.put(code, counts[code], who, keys.astype(np.float32), halves)
    if len(group):
        pairs = np.arange(len(np.unique(group)) * length)
        late = rng.random(len(pairs)) / (0.3 + (pairs % length) / length)
        register.trips("V", visits, group, pairs[np.argsort(late)])


def grid(year: SchoolYear, until: date) -> NDArray[np.uint8]:
    """The school's marks as grids (people, 756), blank after ``until``; closed term days are #."""
    start = first_monday(year.year)
    grids = np.full((len(year.people), SIZE), BLANK, np.uint8)
    for day in year.calendar.inset + year.calendar.bank_holidays:
        if day <= until:
            slot = 2 * (day - start).days
            there = (year.first <= day.toordinal()) & (year.last >= day.toordinal())
            grids[there, slot : slot + 2] = byte("#", year.year)
    slots = np.array([2 * (d - start).days for d in year.calendar.open_days if d <= until], np.intp)
    marks = year.marks[:, : len(slots)]
    grids[:, slots] = marks[:, :, 0]
    grids[:, slots + 1] = marks[:, :, 1]
    return grids
