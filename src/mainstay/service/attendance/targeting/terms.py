"""Which term a day lies in, for counting one meeting a term: autumn, spring or summer of an academic year."""

from datetime import date
from functools import cache
from typing import Final

from django.utils import timezone

from mainstay.law import clock
from mainstay.registers.grid import academic_year, year_label
from mainstay.service.attendance.targeting.models import TargetingMeeting
from mainstay.service.directory.models import TermDates

Term = TargetingMeeting.Term
When = tuple[int, str]  # academic year and term
_SEASONS: Final = {"autumn": Term.AUTUMN, "spring": Term.SPRING, "summer": Term.SUMMER}


def of_school(school: int, day: date) -> When:
    """The term of a school's calendar in which a day lies, or which comes next; by the date where it has none."""
    year = academic_year(day)
    stretch = (
        TermDates.objects.filter(school=school, year=year, last_day__gte=day).order_by("first_day").first()
    )
    if stretch is None:
        return of_day(day)
    said = stretch.name.lower().split()
    named = _SEASONS.get(said[0]) if said else None
    return year, named or of_day(stretch.first_day)[1]


def of_day(day: date) -> When:
    """Our own choice, because no rule says it: spring begins with January, summer with Easter Monday."""
    year = academic_year(day)
    if day.year == year:
        return year, Term.AUTUMN
    return year, Term.SPRING if day < _easter_monday(day.year) else Term.SUMMER


@cache
def _easter_monday(year: int) -> date:
    """Of a year beyond the table of bank holidays: the middle of April."""
    return next(
        (day for day, name in clock.bank_holidays().items() if day.year == year and name == "Easter Monday"),
        date(year, 4, 15),
    )


def label(year: int, term: str) -> str:
    """ "Autumn 2026-27"."""
    return f"{Term(term).label} {year_label(year)}"


def key(year: int, term: str) -> str:
    """As addresses and filters have it: "2026-autumn"."""
    return f"{year}-{term}"


def read(text: str) -> When | None:
    """The term a key names; None for anything else."""
    year, _, term = text.partition("-")
    if len(year) == 4 and year.isdecimal() and term in Term.values:
        return int(year), term
    return None


def recent(count: int = 6) -> list[tuple[str, str]]:
    """Key and label of this term, the next, and those before, newest first: the choices of a filter."""
    order = [Term.AUTUMN, Term.SPRING, Term.SUMMER]
    year, term = of_day(timezone.localdate())
    number = year * 3 + order.index(Term(term)) + 1
    found = [(n // 3, order[n % 3]) for n in range(number, number - count, -1)]
    return [(key(*each), label(*each)) for each in found]
