"""School years by rule: terms around England's bank holidays, INSET days, the odd closure."""

from datetime import date, timedelta
from typing import Final

import numpy as np

from mainstay.registers.bank_holidays import bank_holidays, easter, monday_from
from mainstay.registers.simulating.model import Calendar, Closure, Term

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
TERM_DAYS: Final = 195  # 190 with pupils and five of training
INSET_DAYS: Final = 5


def weekdays(first: date, last: date) -> list[date]:
    """Monday to Friday from first to last, without bank holidays."""
    span = (first + n * DAY for n in range((last - first).days + 1))
    return [d for d in span if d.weekday() < 5 and d not in bank_holidays(d.year)]


def terms(year: int, pattern: str = "city") -> list[Term]:
    """The six half-terms of an academic year.

    pattern: "city"; "early" has the autumn half-term a week sooner; "late" starts and ends a day later.
    """
    start = date(year, 9, 3 if pattern == "late" else 2)
    autumn_break = monday_from(date(year, 10, 22)) - (WEEK if pattern == "early" else 0 * DAY)
    christmas = date(year, 12, 22)
    christmas -= timedelta(days=(christmas.weekday() - 4) % 7)
    january = christmas + timedelta(days=17)
    february = monday_from(date(year + 1, 2, 12))
    spring_break = _easter_break(year + 1)
    may = monday_from(date(year + 1, 5, 25))
    edges = [
        ("Autumn 1", start, autumn_break - 3 * DAY),
        ("Autumn 2", autumn_break + WEEK, christmas),
        ("Spring 1", january, february - 3 * DAY),
        ("Spring 2", february + WEEK, spring_break - 3 * DAY),
        ("Summer 1", spring_break + 2 * WEEK, may - 3 * DAY),
    ]
    halves = [_trimmed(*edge) for edge in edges]
    left = TERM_DAYS - sum(len(weekdays(t.first, t.last)) for t in halves)
    days = weekdays(may + WEEK, may + 12 * WEEK)[:left]
    return [*halves, Term("Summer 2", days[0], days[-1])]


def _easter_break(year: int) -> date:
    """The Monday on which the two weeks of the Easter holiday begin."""
    sunday = easter(year)
    holy_week = sunday - 6 * DAY
    if sunday <= date(year, 3, 31):
        return sunday + DAY
    return holy_week - WEEK if sunday >= date(year, 4, 16) else holy_week


def _trimmed(name: str, first: date, last: date) -> Term:
    days = weekdays(first, last)
    return Term(name, days[0], days[-1])


def calendar(school: int, year: int, pattern: str, rng: np.random.Generator) -> Calendar:
    """One school's year: its INSET days, and now and then a day the site is shut."""
    halves = terms(year, pattern)
    days = [d for t in halves for d in weekdays(t.first, t.last)]
    inset = _inset(halves, days, rng)
    open_days = [d for d in days if d not in inset]
    holidays = [
        d
        for y in (year, year + 1)
        for d in sorted(bank_holidays(y))
        if any(t.first <= d <= t.last for t in halves)
    ]
    closures = _closures(open_days, rng)
    return Calendar(school, year, halves, inset, holidays, closures, open_days)


def _inset(halves: list[Term], days: list[date], rng: np.random.Generator) -> list[date]:
    """Five training days: the year's first, and four beside holidays or on a Monday or Friday."""
    beside = [t.first for t in halves[1:]] + [halves[0].last, halves[5].last]
    loose = [d for d in days[20:-20] if d.weekday() in (0, 4)]
    wanted = [beside[i] for i in rng.permutation(len(beside))[:3]]
    wanted.append(loose[int(rng.integers(len(loose)))])
    chosen = dict.fromkeys([halves[0].first, *wanted])
    for spare in beside:
        if len(chosen) < INSET_DAYS:
            chosen.setdefault(spare)
    return sorted(chosen)


def _closures(open_days: list[date], rng: np.random.Generator) -> list[Closure]:
    reasons = ("No heating", "Burst water main", "Snow", "Power failure", "Flooding")
    found = []
    if rng.random() < 0.12:
        half = ("", "PM", "PM")[int(rng.integers(3))]
        on = open_days[int(rng.integers(40, 110))]
        found.append(Closure(on, half, "Y4", reasons[int(rng.integers(len(reasons)))]))
    if rng.random() < 0.08:
        on = open_days[int(rng.integers(110, 160))]
        found.append(Closure(on, "", "Y3", "Part of the building unsafe"))
    return found
