"""The three terms of a year, as the team counts its work by them.

Where a term ends differs from school to school: these days are our own choice, for counting only.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from mainstay.registers.grid import academic_year, year_label

NAMES: Final = {1: "Autumn", 2: "Spring", 3: "Summer"}


@dataclass(frozen=True, slots=True, order=True)
class Term:
    year: int  # academic, by the year it starts in
    number: int

    @property
    def key(self) -> str:
        return f"{self.year}-{self.number}"

    @classmethod
    def of_key(cls, key: str) -> "Term":
        year, number = key.split("-")
        return cls(int(year), int(number))

    @property
    def label(self) -> str:
        return f"{NAMES[self.number]} term {year_label(self.year)}"

    @property
    def first(self) -> date:
        return (date(self.year, 8, 1), date(self.year + 1, 1, 1), date(self.year + 1, 4, 10))[self.number - 1]

    @property
    def last(self) -> date:
        ends = (date(self.year + 1, 1, 1), date(self.year + 1, 4, 10), date(self.year + 1, 8, 1))
        return ends[self.number - 1] - timedelta(days=1)

    def before(self) -> "Term":
        return Term(self.year, self.number - 1) if self.number > 1 else Term(self.year - 1, 3)


def term_of(day: date) -> Term:
    year = academic_year(day)
    return next(term for n in (3, 2, 1) if (term := Term(year, n)).first <= day)


def recent(day: date, number: int = 6) -> list[Term]:
    """The term of that day and those before it, the latest first."""
    found = [term_of(day)]
    while len(found) < number:
        found.append(found[-1].before())
    return found


def of_key(key: str | None, day: date) -> Term:
    """The term asked for among the recent ones; the present one for anything else."""
    return next((term for term in recent(day) if term.key == key), term_of(day))
