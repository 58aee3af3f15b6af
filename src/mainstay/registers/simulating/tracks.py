"""Who is enrolled where and when, as arrays: cohorts, feeder schools, moves, dual registrations."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mainstay.registers.simulating.model import Calendar, School
from mainstay.registers.simulating.published import toml

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

STAYS, MOVES, LEAVES, JOINS = range(4)
OPEN_END: Final = date(9999, 1, 1).toordinal()
GROUPS: Final = {"primary": (0, 6), "secondary": (7, 11), "special": (0, 11), "pru": (3, 11)}
WHOLE_WEEK: Final = 0b11111


@dataclass(slots=True)
class Tracks:
    """Pupils and enrolments of the years simulated; dates are proleptic ordinals.

    cohort: the year in which the pupil was in Reception; area: the primary school nearest home
    enrolments are ordered by school, first day, pupil
    dual_days: for a subsidiary enrolment, the weekdays (bit 0 = Monday) the pupil attends it; 0 otherwise
    main_of: for a subsidiary enrolment, the enrolment it belongs to; -1 otherwise
    """

    cohort: Ints
    area: Ints
    event: Ints
    pupil: Ints
    school: Ints
    first: Ints
    last: Ints
    dual_days: Ints
    main_of: Ints


class _Draft:
    """Collects enrolments as arrays, one call a stage of schooling."""

    def __init__(self) -> None:
        self.parts: list[Ints] = []

    def add(self, pupil: Ints, school: Ints, first: Ints, last: Ints, days: Ints | None = None) -> None:
        dual = np.zeros(len(pupil), np.int32) if days is None else days
        rows = np.stack([pupil, school, first, last, dual]).astype(np.int32)
        self.parts.append(rows[:, rows[3] >= rows[2]])

    def sorted(self) -> Ints:
        everything = np.concatenate(self.parts, axis=1)
        pupil, school, first = everything[:3]
        return everything[:, np.lexsort((pupil, first, school))]


def tracks(
    schools: list[School],
    shares: Floats,
    calendars: dict[tuple[int, int], Calendar],
    years: list[int],
    pupils: int,
    rng: np.random.Generator,
) -> Tracks:
    """Draw a whole city's enrolments over the academic years."""
    phases = np.array([s.phase for s in schools])
    cohort, area, start_phase = _cohorts(phases, shares, years, pupils, rng)
    second = _secondary_of(area, phases, shares, rng)
    special = _pick(np.flatnonzero(phases == "special"), shares, len(cohort), rng)
    event, when = _events(cohort, start_phase, years, calendars, rng)
    draft = _Draft()
    city = _Stages(phases, shares, calendars, years, cohort, event, when, draft, rng)
    mainstream = start_phase != "special"
    city.stage(np.flatnonzero(start_phase == "primary"), area, "primary")
    city.stage(np.flatnonzero(mainstream), second, "secondary")
    city.stage(np.flatnonzero(~mainstream), special, "special")
    steady = mainstream & (event == STAYS)
    city.duals(np.flatnonzero(steady), np.flatnonzero(steady & (start_phase == "primary")), pupils)
    pupil, school, first, last, days = draft.sorted()
    return Tracks(cohort, area, event, pupil, school, first, last, days, _mains(pupil, school, days, phases))


def _pick(among: Ints | NDArray[np.intp], shares: Floats, count: int, rng: np.random.Generator) -> Ints:
    """So many schools drawn by their shares, in equal-probability strata: sizes come out as meant."""
    edges = np.cumsum(shares[among]) / shares[among].sum()
    places = np.searchsorted(edges, (rng.permutation(count) + rng.random(count)) / max(count, 1))
    return among[np.minimum(places, len(among) - 1)].astype(np.int32)


def _cohorts(
    phases: NDArray[np.str_], shares: Floats, years: list[int], pupils: int, rng: np.random.Generator
) -> tuple[Ints, Ints, NDArray[np.str_]]:
    """Year of Reception, home area and first phase of everyone who is in the city in these years."""
    city = toml("city.toml")
    size = {name: facts["pupils"] * pupils / city["pupils"] for name, facts in city["phases"].items()}
    born = range(years[0] - 11, years[-1] + 1)
    count = {
        "primary": _rounded([size["primary"] / 7 for _ in born]),
        "secondary": _rounded([max(0.0, size["secondary"] / 5 - size["primary"] / 7) for _ in born]),
        "special": _rounded([size["special"] / 12 for _ in born]),
    }
    cohorts, firsts = [], []
    for phase, counts in count.items():
        cohorts.append(np.repeat(np.array(born), counts))
        firsts.append(np.repeat(np.array([phase]), sum(counts)))
    cohort = np.concatenate(cohorts).astype(np.int32)
    area = _pick(np.flatnonzero(phases == "primary"), shares, len(cohort), rng)
    return cohort, area, np.concatenate(firsts)


def _rounded(sizes: list[float]) -> Ints:
    """Whole numbers whose running total keeps to that of the sizes."""
    return np.diff(np.floor(np.cumsum([0.0, *sizes]) + 0.5)).astype(np.int32)


def _secondary_of(area: Ints, phases: NDArray[np.str_], shares: Floats, rng: np.random.Generator) -> Ints:
    """Three in four go on to the secondary school their primary feeds, the others anywhere."""
    primaries, secondaries = np.flatnonzero(phases == "primary"), np.flatnonzero(phases == "secondary")
    edges = np.cumsum(shares[secondaries]) / shares[secondaries].sum()
    middle = np.cumsum(shares[primaries]) - shares[primaries] / 2
    feeds = secondaries[np.minimum(np.searchsorted(edges, middle), len(secondaries) - 1)]
    anywhere = _pick(secondaries, shares, len(area), rng)
    return np.where(rng.random(len(area)) < 0.75, feeds[area - primaries[0]], anywhere).astype(np.int32)


def _events(
    cohort: Ints,
    phase: NDArray[np.str_],
    years: list[int],
    calendars: dict[tuple[int, int], Calendar],
    rng: np.random.Generator,
) -> tuple[Ints, Ints]:
    """At most one move, leaving or joining a pupil in the middle of a year, and its day."""
    moves = toml("city.toml")["moves"]
    chances = [moves["mover"], moves["leaver"], moves["joiner"]]
    edges = np.cumsum([1 - sum(chances), *chances])
    order = (rng.permutation(len(cohort)) + 0.5) / max(len(cohort), 1)
    event = np.searchsorted(edges[:-1], order).astype(np.int32)
    year = rng.choice(np.array(years), len(cohort))
    days = {y: np.array([d.toordinal() for d in calendars[0, y].open_days[8:175]]) for y in years}
    when = np.zeros(len(cohort), np.int32)
    for y, these in days.items():
        when[year == y] = rng.choice(these, int((year == y).sum()))
    group = year - cohort
    event[(group < 0) | (group > 11) | (phase == "secondary") & (group < 7)] = STAYS
    return event, when


@dataclass(slots=True)
class _Stages:
    """Turns tracks into enrolments; private to this module."""

    phases: NDArray[np.str_]
    shares: Floats
    calendars: dict[tuple[int, int], Calendar]
    years: list[int]
    cohort: Ints
    event: Ints
    when: Ints
    draft: _Draft
    rng: np.random.Generator

    def stage(self, who: NDArray[np.intp], school_of: Ints, phase: str) -> None:
        """Enrol pupils at their school for the years of one phase, split or cut by their event."""
        low, high = GROUPS[phase]
        cohort, school = self.cohort[who], school_of[who]
        here = (cohort + high >= self.years[0]) & (cohort + low <= self.years[-1])
        who, cohort, school = who[here], cohort[here], school[here]
        first, last = self._first_day(cohort + low), self._last_day(cohort + high, phase)
        event, when = self.event[who], self.when[who]
        inside = (when > first + 10) & (when < last - 10)
        stays = (
            (event == STAYS)
            | ((when <= first + 10) & (event != LEAVES))
            | ((when >= last - 10) & (event != JOINS))
        )
        self.draft.add(who[stays], school[stays], first[stays], last[stays])
        cut = inside & ((event == LEAVES) | (event == MOVES))
        self.draft.add(who[cut], school[cut], first[cut], when[cut])
        joined = inside & (event == JOINS)
        self.draft.add(who[joined], school[joined], when[joined], last[joined])
        moved = inside & (event == MOVES)
        other = _pick(np.flatnonzero(self.phases == phase), self.shares, int(moved.sum()), self.rng)
        gap = self.rng.choice([3, 3, 5, 7, 12], len(other))
        away = other != school[moved]
        self.draft.add(
            who[moved][away], other[away], (when[moved] + gap)[away].astype(np.int32), last[moved][away]
        )

    def duals(self, who: NDArray[np.intp], young: NDArray[np.intp], pupils: int) -> None:
        """Pupils who attend a referral unit, or now and then a special school, for part of a year."""
        city = toml("city.toml")
        units = np.flatnonzero(self.phases == "pru")
        places = city["phases"]["pru"]["pupils"] * pupils / city["pupils"]
        for year in self.years:
            group, age = year - self.cohort[who], year - self.cohort[young]
            older = who[(group >= 8) & (group <= 11)]
            self._dual(older, units, round(places), year, 0.55)
            younger = young[(age >= 1) & (age <= 6)]
            special = np.flatnonzero(self.phases == "special")
            self._dual(younger, special, round(len(younger) * city["moves"]["special_dual"]), year, 0.0)

    def _dual(
        self, among: NDArray[np.intp], schools: NDArray[np.intp], count: int, year: int, whole: float
    ) -> None:
        chosen = self.rng.permutation(among)[:count]
        school = _pick(schools, self.shares, len(chosen), self.rng)
        days = np.array([d.toordinal() for d in self.calendars[int(schools[0]), year].open_days])
        start = self.rng.choice([0, 0, 5, 30, 60, 90, 120], len(chosen))
        stop = np.minimum(start + self.rng.choice([40, 75, 120, 190], len(chosen)), len(days)) - 1
        some = self.rng.choice([0b00111, 0b11100, 0b01010, 0b00011], len(chosen))
        pattern = np.where(self.rng.random(len(chosen)) < whole, WHOLE_WEEK, some)
        self.draft.add(
            chosen.astype(np.int32),
            school,
            days[start].astype(np.int32),
            days[stop].astype(np.int32),
            pattern.astype(np.int32),
        )

    def _first_day(self, year: Ints) -> Ints:
        """The first day of the autumn term (of the city's pattern) of each year."""
        return _by_year(year, lambda y: _first_day(self.calendars, y))

    def _last_day(self, year: Ints, phase: str) -> Ints:
        """The end of the summer term; year 11 leaves with the last Friday in June."""
        leavers = phase in ("secondary", "special")
        return _by_year(year, lambda y: last_friday_of_june(y + 1) if leavers else date(y + 1, 7, 31))


def _by_year(year: Ints, day_of) -> Ints:  # type: ignore[no-untyped-def]
    table = {int(y): day_of(int(y)).toordinal() for y in np.unique(year)}
    return np.array([table[int(y)] for y in year], np.int32)


def _first_day(calendars: dict[tuple[int, int], Calendar], year: int) -> date:
    known = calendars.get((0, year))
    return known.terms[0].first if known else date(year, 9, 4)


def last_friday_of_june(year: int) -> date:
    """The school leaving date."""
    end = date(year, 6, 30)
    return date.fromordinal(end.toordinal() - (end.weekday() - 4) % 7)


def _mains(pupil: Ints, school: Ints, days: Ints, phases: NDArray[np.str_]) -> Ints:
    """For each subsidiary enrolment the main one of the same pupil in the phase it is drawn from."""
    found = np.full(len(pupil), -1, np.int32)
    usual = phases[school]
    main = {
        (int(p), str(ph)): i for i, (p, ph, d) in enumerate(zip(pupil, usual, days, strict=True)) if d == 0
    }
    for i in np.flatnonzero(days):
        phase = "secondary" if usual[i] == "pru" else "primary"
        found[i] = main[int(pupil[i]), phase]
    return found
