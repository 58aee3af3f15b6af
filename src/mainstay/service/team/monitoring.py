"""Counting a year beside the one before, for what is monitored: one query a measure, small numbers hidden.

The year that runs is counted to today, and the one before to the same day: half a year beside a whole one would
mislead.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from mainstay.registers.grid import academic_year, year_label
from mainstay.service.attendance.summaries import SMALL
from mainstay.service.common.ui.filters import money, number, percent
from mainstay.service.team.providers import PARTS, Line, Measure, Years, monitored

YEARS: Final = 4  # to choose from


def years_of(year: int, today: date) -> Years:
    """The academic year that begins in ``year``, to today where it runs; and as much of the one before."""
    last = min(date(year + 1, 7, 31), today)
    before = last.replace(day=28) if (last.month, last.day) == (2, 29) else last
    return (date(year, 8, 1), last), (date(year - 1, 8, 1), before.replace(year=last.year - 1))


def choices(today: date) -> list[tuple[int, str]]:
    this = academic_year(today)
    return [(year, year_label(year)) for year in range(this, this - YEARS, -1)]


def which(field: str, years: Years, *, instants: bool = False) -> Case:
    """0 for a row of the year, 1 for one of the year before, else NULL; ``instants``: the field is a date and time."""
    cases = []
    for n, (first, last) in enumerate(years):
        if instants:
            within = Q(
                **{f"{field}__gte": _midnight(first), f"{field}__lt": _midnight(last + timedelta(days=1))}
            )
        else:
            within = Q(**{f"{field}__range": (first, last)})
        cases.append(When(within, then=Value(n)))
    return Case(*cases, output_field=IntegerField())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def of_years(rows: QuerySet[Any], field: str, years: Years, *, instants: bool = False) -> QuerySet[Any]:
    """Those of either year, with ``of_year`` 0 or 1."""
    rows = rows.annotate(of_year=which(field, years, instants=instants))
    return rows.filter(of_year__isnull=False).order_by()


def counted(
    rows: QuerySet[Any], by: str, words: Mapping[Any, str], *, nobody: bool = False, pupil: str = "pupil"
) -> list[Line]:
    """A line for each value of ``by`` that occurs, in the order of ``words``; one query.

    nobody: the rows are of no child, so that no number is too small to show
    """
    behind = Count("pk") if nobody else Count(pupil, distinct=True)
    found: dict[Any, list[tuple[int, int]]] = {}
    for year, value, rows_, children in rows.values_list("of_year", by).annotate(n=Count("pk"), c=behind):
        found.setdefault(value, [(0, 0), (0, 0)])[year] = (rows_, children)
    ordered = [*(v for v in words if v in found), *sorted((v for v in found if v not in words), key=str)]
    return [
        Line(
            str(words.get(value, value)), now[0], before[0], None if nobody else (now[1], before[1])
        )
        for value in ordered
        for now, before in [found[value]]
    ]  # fmt: skip


def shares(rows: QuerySet[Any], of: Mapping[str, tuple[Q, Q]], *, nobody: bool = False) -> list[Line]:
    """A line for each label: the share of those fit for it (first condition) that did it (second); one query."""
    sums: dict[str, Any] = {}
    for n, (all_, right) in enumerate(of.values()):
        sums |= {f"all{n}": Count("pk", filter=all_), f"right{n}": Count("pk", filter=all_ & right)}
    found = {row["of_year"]: row for row in rows.values("of_year").annotate(**sums)}
    lines = []
    for n, label in enumerate(of):
        alls = [found.get(year, {}).get(f"all{n}", 0) for year in (0, 1)]
        rights = [found.get(year, {}).get(f"right{n}", 0) for year in (0, 1)]
        now, before = (right / all_ if all_ else None for right, all_ in zip(rights, alls, strict=True))
        lines.append(Line(label, now, before, None if nobody else (alls[0], alls[1])))
    return lines


def middles(label: str, days: Iterable[tuple[int, float]]) -> Line:
    """The median of so many days in each year; ``days``: (0 or 1, days)."""
    of: tuple[list[float], list[float]] = ([], [])
    for year, number_ in days:
        of[year].append(number_)
    now, before = (_median(each) for each in of)
    return Line(label, now, before, (len(of[0]), len(of[1])))


def _median(values: list[float]) -> float | None:
    ordered, n = sorted(values), len(values)
    if not n:
        return None
    return ordered[n // 2] if n % 2 else (ordered[n // 2 - 1] + ordered[n // 2]) / 2


@dataclass(frozen=True, slots=True)
class Shown:
    """One measure with its lines; a figure that is hidden is None, and ``hidden`` says which: (line, 0 or 1)."""

    measure: Measure
    lines: tuple[Line, ...]
    hidden: frozenset[tuple[int, int]]

    def words(self, line: int, year: int) -> str:
        """One figure in words, for tables, exports and paper."""
        if (line, year) in self.hidden:
            return "hidden: small number"
        one = self.lines[line]
        return written(one.before if year else one.now, self.measure.unit)

    @property
    def empty(self) -> bool:
        return not any(one.now or one.before for one in self.lines) and not self.hidden


def written(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    if unit == "percent":
        return percent(value)
    if unit == "points":
        return f"{100 * value:+.1f} points".replace("-", "−")
    if unit == "days":
        return f"{value:,.0f} days"
    if unit == "pounds":
        return money(round(100 * value))
    return number(int(value) if value == int(value) else value)


def parts() -> dict[str, list[Measure]]:
    """Part -> its measures, those of every room; parts without any are left out."""
    every = [measure for given in monitored.ask() for measure in given]
    found = {part: [one for one in every if one.part == part] for part in PARTS}
    return {part: measures for part, measures in found.items() if measures}


def shown(measure: Measure, years: Years, school: int | None) -> Shown:
    """Asked, and its small numbers hidden."""
    lines = measure.ask(years, school)
    hidden = frozenset((n, year) for year in (0, 1) for n in _small(lines, year))
    kept = tuple(
        replace(
            one,
            now=None if (n, 0) in hidden else one.now,
            before=None if (n, 1) in hidden else one.before,
        )
        for n, one in enumerate(lines)
    )
    return Shown(measure, kept, hidden)


def _small(lines: list[Line], year: int) -> list[int]:
    """Which lines are of few children; where it is one, the next smallest too: nobody shall subtract."""
    behind = [
        (one.behind[year], n) for n, one in enumerate(lines) if one.behind is not None and one.behind[year]
    ]
    small = [n for children, n in behind if children < SMALL]
    if len(small) == 1 and len(behind) > 1:
        return [n for _, n in sorted(behind)[:2]]
    return small
