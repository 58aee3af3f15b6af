"""When a school is in session: its terms, less bank holidays, with its own exceptions.

A mask is uint8 (756,), the shape of a grid (``registers.grid``): 1 where the school was open that half-day.
Terms hold weekdays only; a Saturday is in session where an exception says "open by agreement".
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone
from numpy.typing import NDArray

from mainstay.law import clock
from mainstay.law.register import Calendar
from mainstay.registers.calendars import Calendars
from mainstay.registers.grid import SIZE, academic_year, first_monday, session_of, slot_of
from mainstay.service.common.prepared import prepared
from mainstay.service.directory.bulk import chunks
from mainstay.service.directory.models import CalendarException, School, TermDates

Mask = NDArray[np.uint8]
_TERM, _OPEN, _CLOSED = range(3)


def year_bounds(year: int) -> tuple[date, date]:
    """1 August to 31 July."""
    return date(year, 8, 1), date(year + 1, 7, 31)


def mask_of(
    year: int,
    terms: Iterable[tuple[date, date]],
    exceptions: Iterable[tuple[date, bool, bool]] = (),
) -> Mask:
    """The sessions of a year from terms (first and last day) and exceptions (day, AM open, PM open).

    Days outside the academic year are left out; an exception wins over terms and bank holidays.
    """
    begins, ends = year_bounds(year)
    monday = first_monday(year)
    days = np.zeros((SIZE // 2, 2), np.uint8)
    for first, last in terms:
        days[max(0, (max(first, begins) - monday).days) : max(0, (min(last, ends) - monday).days + 1)] = 1
    days[5::7] = days[6::7] = 0  # Saturdays and Sundays
    for day in clock.bank_holidays():
        if begins <= day <= ends:
            days[(day - monday).days] = 0
    for day, am, pm in exceptions:
        if begins <= day <= ends:
            days[(day - monday).days] = am, pm
    return days.reshape(SIZE)


def open_masks(schools: Sequence[int], year: int) -> dict[int, Mask]:
    """School id -> mask of a year, in two queries however many schools."""
    return masks_of_years(schools, [year])[year]


def masks_of_years(schools: Sequence[int], years: Iterable[int]) -> dict[int, dict[int, Mask]]:
    """Year -> school id -> mask, in two queries however many of either."""
    years = sorted(years)
    if not years:
        return {}
    begins, ends = year_bounds(years[0])[0], year_bounds(years[-1])[1]
    terms: dict[int, list[tuple[date, date]]] = {}
    days: dict[int, list[tuple[date, bool, bool]]] = {}
    for few in chunks(schools):
        of_term = TermDates.objects.filter(school__in=few, first_day__lte=ends, last_day__gte=begins)
        for school, first, last in of_term.values_list("school_id", "first_day", "last_day"):
            terms.setdefault(school, []).append((first, last))
        apart = CalendarException.objects.filter(school__in=few, on__range=(begins, ends))
        for school, day, am, pm in apart.values_list("school_id", "on", "am_open", "pm_open"):
            days.setdefault(school, []).append((day, am, pm))
    return {
        year: {school: mask_of(year, terms.get(school, ()), days.get(school, ())) for school in schools}
        for year in years
    }


def days_any_open(first: date, last: date) -> list[date]:
    """The days on which any school that is not closed for good is in session, in one query."""
    schools: dict[int, set[tuple[date, date, int]]] = {}
    for school, begins, ends, way in _said_of(first, last):
        schools.setdefault(school, set()).add((begins, ends, way))
    found: set[date] = set()
    for said in set(map(frozenset, schools.values())):  # most schools have the same terms
        of_terms = [(begins, ends) for begins, ends, way in said if way == _TERM]
        days = [(on, way == _OPEN, way == _OPEN) for on, _, way in said if way != _TERM]
        for year in range(academic_year(first), academic_year(last) + 1):
            found.update(days_of(mask_of(year, of_terms, days), year))
    return sorted(day for day in found if first <= day <= last)


@prepared
def _said_of(first: date, last: date) -> QuerySet[Any]:
    """Terms that touch these days, and what is said of single ones, of every school that is not closed for good."""
    terms = TermDates.objects.filter(school__closed_on=None, first_day__lte=last, last_day__gte=first)
    apart = CalendarException.objects.filter(school__closed_on=None, on__range=(first, last))
    given = (
        terms.order_by().annotate(way=Value(_TERM)).values_list("school_id", "first_day", "last_day", "way")
    )
    open_still = Case(When(Q(am_open=True) | Q(pm_open=True), then=Value(_OPEN)), default=Value(_CLOSED))
    return given.union(
        apart.order_by().annotate(way=open_still).values_list("school_id", "on", "on", "way"), all=True
    )


def open_mask(school: School | int, year: int) -> Mask:
    """One school's mask of one academic year (by the year it starts in)."""
    pk = school if isinstance(school, int) else school.pk
    return open_masks([pk], year)[pk]


def school_days(school: School | int, year: int) -> list[date]:
    """The days on which a school was open for at least half a day, ascending."""
    return days_of(open_mask(school, year), year)


def days_of(mask: Mask, year: int) -> list[date]:
    """The days of a mask with at least one session, ascending."""
    monday = first_monday(year)
    return [monday + timedelta(days=int(d)) for d in np.flatnonzero(mask.reshape(-1, 2).any(axis=1))]


def law_calendar(school: School | int, years: Iterable[int] | None = None) -> Calendar:
    """The school's days as the law counts them: last academic year and this, unless ``years`` says others."""
    this = academic_year(timezone.localdate())
    return Calendar(frozenset(days_of_years(school, (this - 1, this) if years is None else years)))


def days_of_years(school: School | int, years: Iterable[int]) -> list[date]:
    """As ``school_days``, of several years together."""
    pk = school if isinstance(school, int) else school.pk
    masks = masks_of_years([pk], years)
    return [day for year, mask in masks.items() for day in days_of(mask[pk], year)]


def usual_calendar(years: Iterable[int]) -> Calendar:
    """The days of the term dates that most schools of the city have, bank holidays left out; in one query.

    For a child of no known school. A year in which no school has terms gives no day.
    """
    wanted = sorted(years)
    begins, ends = year_bounds(wanted[0])[0], year_bounds(wanted[-1])[1]
    rows = TermDates.objects.filter(school__closed_on=None, first_day__lte=ends, last_day__gte=begins)
    of_school: dict[tuple[int, int], set[tuple[date, date]]] = {}
    for school, first, last in rows.order_by("pk").values_list("school_id", "first_day", "last_day"):
        of_school.setdefault((academic_year(first), school), set()).add((first, last))
    days: set[date] = set()
    for year in wanted:
        terms = Counter(frozenset(said) for (of, _), said in of_school.items() if of == year)
        if terms:
            usual = max(terms, key=lambda said: (terms[said], sorted(said)))
            days.update(days_of(mask_of(year, usual), year))
    return Calendar(frozenset(days))


def as_registers_calendars(schools: Iterable[School], years: Iterable[int] | None = None) -> Calendars:
    """What the readers ask: every day of each school's years, open or closed, by URN and by LAESTAB.

    A school without terms in a year is not named for that year: its marks are then taken as they come.
    Short-notice closures stay open here, because their sessions carry marks (Y codes).
    """
    schools = list(schools)
    this = academic_year(timezone.localdate())
    days: dict[str, dict[date, tuple[bool, bool]]] = {}
    for year in sorted((this - 1, this) if years is None else years):
        for school, mask in _reading_masks(schools, year):
            if not mask.any():
                continue
            said = {}
            begins, ends = year_bounds(year)
            for slot in range(0, SIZE, 2):
                on = session_of(year, slot)[0]
                if begins <= on <= ends:
                    said[on] = (bool(mask[slot]), bool(mask[slot + 1]))
            for name in filter(None, (school.urn, school.laestab)):
                days.setdefault(name, {}).update(said)
    return Calendars(days)


def _reading_masks(schools: list[School], year: int) -> Iterable[tuple[School, Mask]]:
    begins, ends = year_bounds(year)
    masks = open_masks([school.pk for school in schools], year)
    for few in chunks([school.pk for school in schools]):
        unplanned = CalendarException.objects.filter(
            school__in=few, on__range=(begins, ends), kind=CalendarException.Kind.UNPLANNED
        )
        for school_id, on in unplanned.values_list("school_id", "on"):
            slot = slot_of(on, "AM")
            masks[school_id][slot : slot + 2] = 1
    return [(school, masks[school.pk]) for school in schools]
