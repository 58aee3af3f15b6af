"""Changing when schools are open. Every change is announced, so that registers are measured again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db import transaction

from mainstay.registers.grid import academic_year, year_label
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.announcements import calendar_changed
from mainstay.service.directory.calendars import year_bounds
from mainstay.service.directory.models import CalendarException, School, TermDates

Kind = CalendarException.Kind


@dataclass(frozen=True, slots=True)
class Term:
    """One stretch of school days, first and last included."""

    name: str
    first: date
    last: date


def check_terms(year: int, terms: Sequence[Term]) -> list[Term]:
    """The terms in order; StepRefused where one lies outside the year, is back to front or overlaps another."""
    begins, ends = year_bounds(year)
    ordered = sorted(terms, key=lambda term: term.first)
    if not ordered:
        raise StepRefused("Give at least one term with its first and last day.")
    for term in ordered:
        if term.last < term.first:
            raise StepRefused(f"{term.name} ends before it begins.")
        if term.first < begins or term.last > ends:
            raise StepRefused(f"{term.name} is not inside the school year {year_label(year)}.")
    for before, after in pairwise(ordered):
        if after.first <= before.last:
            raise StepRefused(f"{after.name} begins before {before.name} has ended.")
    return ordered


@transaction.atomic
def set_terms(
    *,
    schools: Iterable[School],
    year: int,
    terms: Sequence[Term],
    by: Any,
    at: datetime,
    inset: Iterable[date] = (),
) -> int:
    """Give schools the terms of one year, in place of those they had; the number of schools set.

    inset: training days added for each; a school's own exceptions stay.
    """
    ordered, ids = check_terms(year, terms), [school.pk for school in schools]
    days = sorted(set(inset))
    if outside := [day for day in days if academic_year(day) != year]:
        raise StepRefused(f"{outside[0]:%d %B %Y} is not inside the school year {year_label(year)}.")
    TermDates.objects.filter(school__in=ids, year=year).delete()
    TermDates.objects.bulk_create(
        TermDates(school_id=pk, year=year, name=t.name, first_day=t.first, last_day=t.last)
        for pk in ids
        for t in ordered
    )
    CalendarException.objects.bulk_create(
        [CalendarException(school_id=pk, on=day, kind=Kind.INSET) for pk in ids for day in days],
        ignore_conflicts=True,
    )
    trail.record(
        by=by,
        at=at,
        action="calendar.terms_set",
        on=("directory.school", str(ids[0]) if len(ids) == 1 else ""),
        schools=ids,
        year=year,
        terms=[[t.name, t.first, t.last] for t in ordered],
        inset=days,
    )
    calendar_changed.send(school_ids=ids, years=[year], by=by, at=at)
    return len(ids)


@transaction.atomic
def set_exception(
    *,
    school: School,
    on: date,
    kind: str,
    am_open: bool,
    pm_open: bool,
    by: Any,
    at: datetime,
    reason: str = "",
) -> CalendarException:
    """Say that a school differs from its terms on one day, in place of what was said before.

    Raises StepRefused where the kind and the open sessions contradict each other.
    """
    _check_day(kind, am_open, pm_open)
    row, _ = CalendarException.objects.update_or_create(
        school=school,
        on=on,
        defaults={"kind": kind, "am_open": am_open, "pm_open": pm_open, "reason": reason.strip()[:200]},
    )
    trail.record(
        by=by,
        at=at,
        action="calendar.day_set",
        on=school,
        day=on,
        kind=str(kind),
        am_open=am_open,
        pm_open=pm_open,
    )
    calendar_changed.send(school_ids=[school.pk], years=[academic_year(on)], by=by, at=at)
    return row


@transaction.atomic
def set_day(
    *,
    schools: Iterable[School],
    on: date,
    kind: str,
    am_open: bool,
    pm_open: bool,
    by: Any,
    at: datetime,
    reason: str = "",
) -> int:
    """Say the same of one day for many schools, such as snow; the number of schools set.

    A school that is closed all that day by an exception of its own keeps it. Raises as ``set_exception`` does.
    """
    _check_day(kind, am_open, pm_open)
    wanted = list(schools)
    before = {row.school_id: row for row in CalendarException.objects.filter(on=on, school__in=wanted)}
    closed = {pk for pk, row in before.items() if not (row.am_open or row.pm_open)}
    ids = [school.pk for school in wanted if school.pk not in closed]
    replaced = {
        pk: [row.kind, row.am_open, row.pm_open, row.reason] for pk, row in before.items() if pk not in closed
    }
    said = {"kind": kind, "am_open": am_open, "pm_open": pm_open, "reason": reason.strip()[:200]}
    CalendarException.objects.filter(on=on, school__in=list(replaced)).update(**said)
    CalendarException.objects.bulk_create(
        CalendarException(school_id=pk, on=on, **said) for pk in ids if pk not in replaced
    )
    trail.record(
        by=by,
        at=at,
        action="calendar.day_set_for_many",
        on=("directory.school", ""),
        schools=ids,
        day=on,
        replaced=replaced,
        **said,
    )
    calendar_changed.send(school_ids=ids, years=[academic_year(on)], by=by, at=at)
    return len(ids)


def _check_day(kind: str, am_open: bool, pm_open: bool) -> None:
    if kind == Kind.OPEN and not (am_open or pm_open):
        raise StepRefused("A day open by agreement is open in the morning, the afternoon or both.")
    if kind in (Kind.INSET, Kind.CLOSED) and am_open and pm_open:
        raise StepRefused("A closure closes the morning, the afternoon or both.")


@transaction.atomic
def remove_exception(*, exception: CalendarException, by: Any, at: datetime) -> None:
    """Let a day follow the terms again."""
    school, on = exception.school, exception.on
    exception.delete()
    trail.record(by=by, at=at, action="calendar.day_removed", on=school, day=on, kind=exception.kind)
    calendar_changed.send(school_ids=[school.pk], years=[academic_year(on)], by=by, at=at)
