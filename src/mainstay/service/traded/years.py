"""The council's financial year: 1 April to 31 March, named by the year it begins in."""

from datetime import date
from typing import Final

from mainstay.service.common.ui.filters import days as days  # said everywhere beside years
from mainstay.service.common.ui.filters import plural

HALVES: Final = 2  # half-days in a day


def used_up(half_days: int) -> str:
    """1 -> "½ day is used up", 3 -> "1½ days are used up"."""
    return f"{days(half_days)} {'is' if half_days <= HALVES else 'are'} used up"


def past_visits(number: int) -> str:
    """2 -> "2 visits are past and not written up yet"."""
    return f"{plural(number, 'visit')} {'is' if number == 1 else 'are'} past and not written up yet"


def year_of(day: date) -> int:
    """The financial year a day lies in: 31 March 2025 is 2024."""
    return day.year if (day.month, day.day) >= (4, 1) else day.year - 1


def first_day(year: int) -> date:
    return date(year, 4, 1)


def last_day(year: int) -> date:
    return date(year + 1, 3, 31)


def named(year: int) -> str:
    """2024 -> "2024-25"."""
    return f"{year}-{(year + 1) % 100:02d}"
