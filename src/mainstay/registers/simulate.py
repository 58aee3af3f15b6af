"""A made-up city's registers, calibrated to what the DfE publishes about a real one.

    >>> made = city(like="southampton", seed=1, until=date(2025, 7, 31), pupils=2000)

Nobody in it exists. The same seed, area, size and years give the same city, byte for byte; ``until`` only
says how much of its last year has happened. How it is made: ``docs/explanation/made-up-city.md``.
"""

from collections.abc import Callable
from datetime import date
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from mainstay.registers.grid import academic_year
from mainstay.registers.register import Block, Note
from mainstay.registers.simulating import people, years
from mainstay.registers.simulating.calendars import calendar
from mainstay.registers.simulating.families import families
from mainstay.registers.simulating.feasts import feasts
from mainstay.registers.simulating.model import Amendment, City, School
from mainstay.registers.simulating.people import Traits, traits
from mainstay.registers.simulating.plan import Roll, plan, whole
from mainstay.registers.simulating.published import AREAS, PHASES, targets, toml
from mainstay.registers.simulating.schools import schools
from mainstay.registers.simulating.settling import minutes, settle
from mainstay.registers.simulating.tracks import MOVES, Tracks, tracks
from mainstay.registers.simulating.years import SchoolYear, school_year

Progress = Callable[[float, str], None]

__all__ = ["City", "city"]


def city(
    like: str = "southampton",
    seed: int = 1,
    until: date | None = None,
    years: int = 2,
    pupils: int | None = None,
    progress: Progress | None = None,
) -> City:
    """Make up a whole city.

    like: the area whose figures it is held to, "southampton" or "england"; both are one city of 72 schools
    until: last day with marks, today if None; years: academic years of marks, the one of ``until`` included
    pupils: about how many are on roll, 29,500 if None; fewer pupils have fewer schools
    progress: called with a share done (0 to 1) and what is being done
    Raises ValueError for an unknown area, fewer than 1 year or 100 pupils, or a negative seed.
    """
    pupils = toml("city.toml")["pupils"] if pupils is None else pupils
    if like not in AREAS:
        raise ValueError(f"like must be one of {', '.join(AREAS)}, not {like!r}")
    if years < 1 or pupils < 100 or seed < 0:
        raise ValueError("a city needs at least one year and 100 pupils, and a seed of 0 or more")
    return _Making(like, seed, until or date.today(), years, pupils, progress or _quiet).make()  # noqa: DTZ011


def _quiet(share: float, what: str) -> None:
    """Nobody watches."""


class _Making:
    """The steps of making one city; private to this module."""

    def __init__(
        self, like: str, seed: int, until: date, years: int, pupils: int, progress: Progress
    ) -> None:
        self.like, self.seed, self.until, self.size, self.progress = like, seed, until, pupils, progress
        last = academic_year(until)
        self.years = list(range(last - years + 1, last + 1))
        self.schools, shares = schools(pupils, self.stream("schools"))
        self.phases = np.array([s.phase for s in self.schools])
        self.calendars = {
            (n, y): calendar(n, y, _pattern(s), self.stream("calendar", n, y))
            for n, s in enumerate(self.schools)
            for y in self.years
        }
        self.tracks: Tracks = tracks(
            self.schools, shares, self.calendars, self.years, pupils, self.stream("tracks")
        )
        self.homes = families(
            self.tracks.area.astype(np.int64), self.tracks.cohort.astype(np.int64), self.stream("families")
        )
        self.facts: Traits = traits(like, self._present_phase(), self.homes, self.stream("traits"))

    def stream(self, name: str, *numbers: int) -> np.random.Generator:
        """Random numbers of one purpose, independent of how many the others drew."""
        return np.random.default_rng([self.seed, crc32(name.encode()), *numbers])

    def _present_phase(self) -> NDArray[np.str_]:
        found = np.full(len(self.tracks.cohort), "primary", "U9")
        usual = np.flatnonzero(self.tracks.dual_days == 0)
        order = usual[np.argsort(self.tracks.first[usual], kind="stable")]
        found[self.tracks.pupil[order]] = self.phases[self.tracks.school[order]]
        return found

    def make(self) -> City:
        blocks: list[Block] = []
        amendments: list[Amendment] = []
        notes: list[Note] = []
        for number, year in enumerate(self.years):
            for made in self._year(year, number):
                if made.calendar.open_days[0] > self.until:
                    continue
                amendments += settle(made, self.until, self.stream("settle", made.school, year))
                notes += minutes(made, self.until, self.stream("minutes", made.school, year))
                blocks.append(
                    Block(self.schools[made.school].urn, year, made.people, years.grid(made, self.until))
                )
        self.progress(0.85, "people")
        result = self._peopled(blocks, amendments, notes)
        self.progress(1.0, "done")
        return result

    def _year(self, year: int, number: int) -> list[SchoolYear]:
        """All schools of one academic year, marks and all, ordered by school."""
        made = [
            school_year(n, s.phase, self.calendars[n, year], self.tracks, self.stream("year", n, year))
            for n, s in enumerate(self.schools)
        ]
        feast_days = feasts(year)
        effects = self.stream("school effects").normal(
            0, toml("city.toml")["propensity"]["school"], len(self.schools)
        )
        done = 0
        for phase in PHASES:
            rng = self.stream("plan", year, PHASES.index(phase))
            mine = [m for m in made if self.phases[m.school] == phase]
            roll = self._roll(
                mine, effects, len([d for d in feast_days if d in mine[0].calendar.open_days]), rng
            )
            target = targets(self.like)[phase]
            counts = plan(phase, self.like, target, roll, rng)
            visits = whole(
                np.array([m.possible.sum() * target.codes.get("V", 0.0) / 100 for m in mine], np.float64), rng
            )
            edges = np.cumsum([0, *(len(m.people) for m in mine)])
            for n, one in enumerate(mine):
                part = {code: value[edges[n] : edges[n + 1]] for code, value in counts.items()}
                stream = self.stream("fill", one.school, year)
                years.fill(one, phase, part, feast_days, int(visits[n]), stream)
                done += 1
                share = (number + done / len(self.schools)) / len(self.years)
                self.progress(0.05 + 0.8 * share, f"marks of {year}/{(year + 1) % 100:02d}")
        return made

    def _roll(
        self, mine: list[SchoolYear], effects: NDArray[np.float64], feast_days: int, rng: np.random.Generator
    ) -> Roll:
        """One phase's enrolments of a year, with what bears on absence added up."""
        effect = toml("city.toml")["propensity"]
        enrolled = np.concatenate([m.people for m in mine])
        group = np.concatenate([m.group for m in mine])
        pupil = self.tracks.pupil[enrolled]
        propensity = (
            self.facts.lean[pupil]
            + effects[np.repeat([m.school for m in mine], [len(m.people) for m in mine])]
            + np.array(effect["year_group"])[group]
            + effect["mover"] * (self.tracks.event[pupil] == MOVES)
            + rng.normal(0, effect["year"], len(pupil))
        )
        possible = np.concatenate([m.possible for m in mine])
        return Roll(possible, group, propensity, self.facts.observes[pupil], feast_days)

    def _peopled(self, blocks: list[Block], amendments: list[Amendment], notes: list[Note]) -> City:
        """The people who have come by ``until``, and everything renumbered to them."""
        today = self.until.toordinal()
        kept = np.flatnonzero(self.tracks.first <= today)
        at = np.cumsum(self.tracks.first <= today) - 1
        known = np.zeros(len(self.tracks.cohort), np.bool_)
        known[self.tracks.pupil[kept]] = True
        everyone, homes = people.pupils(
            self.tracks, self.schools, self.homes, self.facts, known, self.years[-1], self.stream("people")
        )
        for block in blocks:
            here = self.tracks.first[block.people] <= today
            block.people, block.marks = at[block.people[here]].astype(np.int32), block.marks[here]
        return City(
            like=self.like,
            seed=self.seed,
            until=self.until,
            years=self.years,
            schools=self.schools,
            calendars=[self.calendars[n, y] for n in range(len(self.schools)) for y in self.years],
            addresses=homes.addresses,
            parents=homes.parents,
            pupils=everyone,
            ties=homes.ties,
            enrolments=people.enrolments(
                self.tracks, kept, np.cumsum(known) - 1, list(self.phases), self.years, self.until
            ),
            blocks=sorted((b for b in blocks if len(b.people)), key=lambda b: (b.school, b.year)),
            amendments=[_renumbered(a, at) for a in amendments],
            notes=[Note(int(at[n.person]), n.year, n.slot, n.minutes_late) for n in notes],
        )


def _renumbered(a: Amendment, at: NDArray[np.intp]) -> Amendment:
    return Amendment(int(at[a.enrolment]), a.year, a.slot, a.old, a.new, a.on)


def _pattern(school: School) -> str:
    """Two trusts keep their own term dates."""
    trusts = toml("names.toml")["trusts"]
    return {trusts[1]: "early", trusts[2]: "late"}.get(school.trust, "city")
