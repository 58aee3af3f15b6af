"""All counting of time: days, months, working days, school days and school weeks.

Dates are London legal days without a time. Nothing here knows what day it is today.
"""

import re
import tomllib
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
SATURDAY = 5
_ISO = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BeyondTable(ValueError):
    """A day for which the table of bank holidays holds nothing."""


def from_iso(text: str) -> date:
    """The date written as YYYY-MM-DD, and in no other way; ValueError otherwise."""
    if not _ISO.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def last_day_beginning_with(first: date, days: int) -> date:
    """Last of ``days`` days beginning with ``first``, which is day 1."""
    return first + (days - 1) * DAY


def last_day_after(start: date, days: int) -> date:
    """Last of ``days`` days after ``start``: the next day is day 1."""
    return start + days * DAY


def months_after(start: date, months: int) -> date:
    """The same day-number ``months`` later (earlier when negative).

    A day that the month does not have becomes the month's last day. Weekends and holidays don't matter.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def last_day_of_months_beginning_with(first: date, months: int) -> date:
    """Last of ``months`` months beginning with ``first``: the day before the same day-number.

    Where the month has no such day, its last day.
    """
    end = months_after(first, months)
    return end - DAY if end.day == first.day else end


def birthday(born: date, age: int) -> date:
    """The day on which somebody turns ``age``; born on 29 February, 1 March in other years."""
    year = born.year + age
    if (born.month, born.day) == (2, 29) and monthrange(year, 2)[1] == 28:
        return date(year, 3, 1)
    return born.replace(year=year)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("mainstay.law") / "parameters" / "bank_holidays.toml").read_text("utf-8"))


@cache
def bank_holidays() -> Mapping[date, str]:
    """Day -> name, for England, in the years of ``bank_holidays_known``."""
    return MappingProxyType({from_iso(day): name for day, name in _table()["days"].items()})


def bank_holidays_known() -> tuple[date, date]:
    """First and last day for which the table is complete."""
    return _table()["first"], _table()["last"]


def is_bank_holiday(on: date) -> bool:
    """True on a bank holiday in England; BeyondTable outside the table's years."""
    first, last = bank_holidays_known()
    if not first <= on <= last:
        raise BeyondTable(f"bank holidays are known from {first} to {last} only, and {on} is outside")
    return on in bank_holidays()


def is_working_day(on: date, closed: Collection[date] = ()) -> bool:
    """Monday to Friday, no bank holiday and none of the council's own ``closed`` days."""
    return not is_bank_holiday(on) and on.weekday() < SATURDAY and on not in closed


def is_business_day(on: date) -> bool:
    """A business day of the criminal courts: no Saturday, Sunday or bank holiday.

    Good Friday and Christmas Day, which the courts name too, are in the table.
    """
    return is_working_day(on)


def working_day_after(start: date, days: int, closed: Collection[date] = ()) -> date:
    """The ``days``-th working day after ``start``, which itself is never counted."""
    on = start
    while days:
        on += DAY
        days -= is_working_day(on, closed)
    return on


def business_day_after(start: date, days: int) -> date:
    """The ``days``-th business day after ``start``."""
    return working_day_after(start, days)


def school_day_after(school_days: Sequence[date], start: date, days: int) -> date | None:
    """The ``days``-th of the sorted ``school_days`` after ``start``; None when they end first."""
    index = bisect_right(school_days, start) + days - 1
    return school_days[index] if index < len(school_days) else None


def school_day_beginning_with(school_days: Sequence[date], start: date, days: int) -> date | None:
    """The ``days``-th of the sorted ``school_days`` from ``start`` on; None when they end first."""
    return school_day_after(school_days, start - DAY, days)


def school_days_from(school_days: Sequence[date], start: date) -> Sequence[date]:
    """Those of the sorted ``school_days`` on or after ``start``."""
    return school_days[bisect_left(school_days, start) :]


def monday(on: date) -> date:
    """The Monday of the week, by which every week is named."""
    return on - on.weekday() * DAY


def school_weeks(school_days: Iterable[date]) -> tuple[date, ...]:
    """The Mondays of the weeks that hold at least one school day, sorted.

    A week without a school day isn't a school week and uses up nothing.
    """
    return tuple(sorted({monday(on) for on in school_days}))


def school_year(on: date) -> int:
    """The year in which the school year of ``on`` starts; it is counted from 1 August to 31 July."""
    return on.year if on.month >= 8 else on.year - 1


@lru_cache(maxsize=4096)
def in_words(on: date) -> str:
    """Friday 11 October 2024."""
    return f"{on:%A} {on.day} {on:%B %Y}"
