"""Dates as they arrive, and which order of day and month a whole file is in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

_EXCEL_START: Final = date(1899, 12, 30)
_SERIALS: Final = range(20_000, 80_000)  # 1954 to 2119
_YEARS: Final = range(1900, 2101)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ],
        1,
    )
    for name in names.split()
}
_TIME: Final = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST: Final = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.ASCII)
_NUMBERS: Final = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}", re.ASCII)
_NAMED: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[- /.]([A-Za-z]{3,9})[- /.,]+(\d{4}|\d{2})", re.ASCII)
_SERIAL: Final = re.compile(r"(\d{5})(?:\.0+)?", re.ASCII)
ORDERS: Final = ("dmy", "mdy")


def _date(year: int, month: int, day: int) -> date | None:
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class DateText:
    """One text: its only reading, or one for each order in which it is a date."""

    only: date | None = None
    dmy: date | None = None
    mdy: date | None = None
    ymd: date | None = None

    def under(self, order: str | None) -> date | None:
        """The date, with the order decided for the file; None if it is no date in it."""
        if self.only is not None:
            return self.only
        return getattr(self, order) if order else None

    @property
    def open(self) -> bool:
        """True if it is a date in one order or the other."""
        return self.only is None and (self.dmy is not None or self.mdy is not None)

    @property
    def doubtful(self) -> bool:
        """True if it reads differently in one order and in the other."""
        return self.open and self.dmy != self.mdy


@lru_cache(maxsize=8192)
def parse(text: str, latest: int) -> DateText:
    """Read one text; ``latest`` is the last year that two digits may mean in this century."""
    text = text.strip()
    if found := _YEAR_FIRST.fullmatch(text):
        return DateText(only=_date(int(found[1]), int(found[3]), int(found[4])))
    if found := _NAMED.fullmatch(text):
        month = _MONTHS.get(found[2].casefold(), 0)
        return DateText(only=_date(_year(found[3], latest), month, int(found[1])))
    if found := _SERIAL.fullmatch(text):
        serial = int(found[1])
        return DateText(only=_EXCEL_START + timedelta(serial) if serial in _SERIALS else None)
    found = _NUMBERS.fullmatch(text)
    if not found:
        return DateText()
    one, two, three = int(found[1]), int(found[3]), found[4]
    year = _year(three, latest)
    by_year = _date(_year(found[1].zfill(2), latest), two, int(three)) if len(three) == 2 else None
    return DateText(dmy=_date(year, two, one), mdy=_date(year, one, two), ymd=by_year)


def _year(text: str, latest: int) -> int:
    if len(text) == 4:
        return int(text)
    year = 2000 + int(text)
    return year if year <= latest else year - 100


@dataclass(slots=True)
class Evidence:
    """What speaks for an order: every date text of a file, and what must be true of some.

    texts: of the columns, whose meaning the order decides; titles: of the titles, which only count as evidence
    """

    texts: set[DateText]
    marked: set[DateText]  # days that hold a mark other than "#" and blank
    births: set[DateText]
    weekdays: set[tuple[DateText, int]]  # days whose weekday is written, 0 a Monday
    saturdays: frozenset[date] = frozenset()  # weekend days that a calendar calls open
    titles: set[DateText] = field(default_factory=set)


class Undecided(ValueError):
    """Both orders are possible, or none is."""


def decide(evidence: Evidence, as_of: date) -> str | None:
    """The one order the file can be in, None if it needs none; raises Undecided.

    Only texts with two readings count; where all of the columns' read alike in both orders nothing is in doubt.
    """
    texts = {t for t in evidence.texts if t.open}
    if not any(t.doubtful for t in texts):
        return "dmy" if texts else None
    texts |= {t for t in evidence.titles if t.open}
    valid = [order for order in ORDERS if all(t.under(order) is not None for t in texts)]
    if len(valid) == 1:
        return valid[0]
    fitting = [order for order in valid if _fits(evidence, order, as_of)]
    if len(fitting) == 1:
        return fitting[0]
    raise Undecided


def _fits(evidence: Evidence, order: str, as_of: date) -> bool:
    def days(texts: Iterable[DateText]) -> list[date]:
        return [day for t in texts if t.open and (day := t.under(order))]

    return (
        all(
            day <= as_of and (day.weekday() < 5 or day in evidence.saturdays) for day in days(evidence.marked)
        )
        and all(day < as_of for day in days(evidence.births))
        and all(day.weekday() == n for text, n in evidence.weekdays for day in days([text]))
    )
