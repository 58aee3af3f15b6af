"""Attendance before and after any day, for every pupil of a school at once (``law.impact`` is the definition)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mainstay.law.clock import monday
from mainstay.law.impact import LEAST, WEEKS
from mainstay.registers import tables
from mainstay.registers.grid import SLOTS, first_monday
from mainstay.registers.grid import WEEKS as OF_YEAR

Counts = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Sides:
    """What ``law.impact`` gives, a row a pupil; first and last: the days the weeks on both sides reach from and to."""

    before_possible: Counts
    before_attended: Counts
    after_possible: Counts
    after_attended: Counts
    counts: NDArray[np.bool_]
    first: date | None
    last: date | None
    whole: bool


@dataclass(frozen=True)
class SchoolWeeks:
    """The pupils of one school, ascending, with possible and attended sessions of each of its school weeks.

    mondays: ordinals of the school weeks, ascending; possible, attended: int32 (pupils, weeks)
    """

    pupils: NDArray[np.int64]
    mondays: NDArray[np.int64]
    possible: Counts
    attended: Counts

    @cached_property
    def _sums(self) -> tuple[Counts, Counts]:
        return _running(self.possible), _running(self.attended)

    def around(self, on: date, weeks: int = WEEKS) -> Sides:
        """Both sides of a day, for every pupil."""
        own = monday(on).toordinal()
        before = int(np.searchsorted(self.mondays, own, "left"))
        after = int(np.searchsorted(self.mondays, own, "right"))
        first, last = max(0, before - weeks), min(len(self.mondays), after + weeks)
        possible, attended = self._sums
        whole = before - first == weeks == last - after
        had, was = possible[:, before] - possible[:, first], attended[:, before] - attended[:, first]
        has, is_ = possible[:, last] - possible[:, after], attended[:, last] - attended[:, after]
        return Sides(
            had, was, has, is_, counts=(had >= LEAST) & (has >= LEAST) & whole, whole=whole,
            first=self._day(first) if whole else None, last=self._day(last - 1, 6) if whole else None,
        )  # fmt: skip

    def _day(self, week: int, plus: int = 0) -> date:
        return date.fromordinal(int(self.mondays[week]) + plus)


def _running(counts: Counts) -> Counts:
    """Sums up to each week, beginning with none."""
    return np.concatenate(
        [np.zeros((len(counts), 1), np.int32), counts.cumsum(axis=1, dtype=np.int32)], axis=1
    )


def school_weeks(
    years: Mapping[int, tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.uint8]]],
) -> SchoolWeeks:
    """One school over some years. years: year -> pupils, their marks (n, 756), the sessions the school was open (756).

    A pupil on no register of a year has no possible session in it. Two years share their first and last weeks.
    """
    pupils = np.unique(np.concatenate([ids for ids, _, _ in years.values()] or [np.zeros(0, np.int64)]))
    mondays = sorted({day for year, (_, _, opened) in years.items() for day in _open_weeks(year, opened)})
    place = {day: n for n, day in enumerate(mondays)}
    possible = np.zeros((len(pupils), len(mondays)), np.int32)
    attended = np.zeros_like(possible)
    for year, (ids, marks, opened) in years.items():
        rows = np.searchsorted(pupils, ids)
        was_possible = tables.POSSIBLE[marks] * opened
        was_there = was_possible * (1 - tables.ABSENT[marks])
        begin = first_monday(year).toordinal()
        for week in range(OF_YEAR):
            column = place.get(begin + 7 * week)
            if column is not None:
                slots = slice(week * SLOTS, (week + 1) * SLOTS)
                possible[rows, column] += was_possible[:, slots].sum(axis=1, dtype=np.int32)
                attended[rows, column] += was_there[:, slots].sum(axis=1, dtype=np.int32)
    return SchoolWeeks(pupils, np.array(mondays, np.int64), possible, attended)


def _open_weeks(year: int, opened: NDArray[np.uint8]) -> list[int]:
    weeks = np.flatnonzero(opened.reshape(OF_YEAR, SLOTS).any(axis=1)).tolist()
    return [(first_monday(year) + timedelta(weeks=week)).toordinal() for week in weeks]
