"""England's bank holidays by rule, for any year; the law's own table is exact, where it holds a year."""

from datetime import date, timedelta
from functools import cache
from typing import Final

DAY: Final = timedelta(days=1)
#: by proclamation: the usual day that was moved (or the day itself, where none was), and the day kept
EXTRAORDINARY: Final = {
    1995: {date(1995, 5, 1): date(1995, 5, 8)},
    1999: {date(1999, 12, 31): date(1999, 12, 31)},
    2002: {date(2002, 5, 27): date(2002, 6, 4), date(2002, 6, 3): date(2002, 6, 3)},
    2011: {date(2011, 4, 29): date(2011, 4, 29)},
    2012: {date(2012, 5, 28): date(2012, 6, 4), date(2012, 6, 5): date(2012, 6, 5)},
    2020: {date(2020, 5, 4): date(2020, 5, 8)},
    2022: {
        date(2022, 5, 30): date(2022, 6, 2),
        date(2022, 6, 3): date(2022, 6, 3),
        date(2022, 9, 19): date(2022, 9, 19),
    },
    2023: {date(2023, 5, 8): date(2023, 5, 8)},
}


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Butcher's rule)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """England's bank holidays of a calendar year, substitute days included."""
    sunday = easter(year)
    days = {sunday - 2 * DAY, sunday + DAY, monday_from(date(year, 5, 1))}
    days |= {monday_from(date(year, 5, 25)), monday_from(date(year, 8, 25))}
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while fixed.weekday() > 4 or fixed in days:
            fixed += DAY
        days.add(fixed)
    for usual, moved in EXTRAORDINARY.get(year, {}).items():
        days.discard(usual)
        days.add(moved)
    return frozenset(days)


def monday_from(on: date) -> date:
    """The first Monday on or after a day."""
    return on + timedelta(days=-on.weekday() % 7)
