"""What somebody typed into the search box: words, a date of birth among them, a number."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from mainstay.service.common.keys import fold

MOST_WORDS: Final = 6
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_FIGURES: Final = re.compile(r"\b(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})\b")
_ISO: Final = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_WRITTEN: Final = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?,?\s+(\d{4})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """tokens: folded words, dates left out; born: the date among them; number: everything, without spaces and dashes."""

    text: str
    tokens: list[str]
    born: date | None
    number: str

    @property
    def enough(self) -> bool:
        """Two letters at least, or a date."""
        return self.born is not None or sum(map(len, self.tokens)) >= 2


def read(text: str, today: date) -> Asked:
    born, rest = _date(text, today)
    return Asked(text, fold(rest).split()[:MOST_WORDS], born, plain(text))


def plain(number: str) -> str:
    """A number as it is kept and asked for: "A 852/9999" and "a8529999" are one."""
    return re.sub(r"[\s/\-]", "", number).upper()[:40]


def _date(text: str, today: date) -> tuple[date | None, str]:
    """The day, as "14/3/2012", "14 March 2012" or "2012-03-14", and the text without it."""
    for pattern, order in ((_ISO, (2, 1, 0)), (_FIGURES, (0, 1, 2)), (_WRITTEN, (0, 1, 2))):
        if match := pattern.search(text):
            parts = match.groups()
            day, month, year = (parts[n] for n in order)
            if found := _day(int(day), _month(month), _year(year, today)):
                return found, text[: match.start()] + " " + text[match.end() :]
    return None, text


def _month(word: str) -> int:
    if word.isdecimal():
        return int(word)
    starts = [n for n, month in enumerate(_MONTHS, 1) if month.startswith(word.lower())]
    return starts[0] if len(starts) == 1 else 0


def _year(figures: str, today: date) -> int:
    """Of two figures, the latest year that is not to come."""
    year = int(figures)
    if len(figures) == 4:
        return year
    return year + today.year // 100 * 100 - (100 if year > today.year % 100 else 0)


def _day(day: int, month: int, year: int) -> date | None:
    try:
        return datetime(year, month, day).date()  # noqa: DTZ001 (a date of birth has no time)
    except ValueError:
        return None
