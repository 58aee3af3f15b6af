"""What is known of the days that an input is about: era, holidays, the schools' calendars, slots."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from mainstay.registers.grid import academic_year, first_monday
from mainstay.registers.reading.closed_days import is_bank_holiday, is_usually_bank_holiday
from mainstay.registers.reading.code_table import eras
from mainstay.registers.reading.options import Options


class Days:
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
    if is_bank_holiday(day):
        return 4
    return 12 if is_usually_bank_holiday(day) else 0


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
