"""Many pupils at once are measured before and after a day as the slow definition measures each."""

from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.law import codes
from mainstay.law.impact import measure, weeks_around
from mainstay.law.register import Calendar, Register
from mainstay.registers.grid import BLANK, SIZE, first_monday, slot_of
from mainstay.registers.impact import school_weeks

YEARS = (2025, 2026)
#: weeks in which the school may be open, on both sides of the summer
MONDAYS = [first_monday(2026) + timedelta(weeks=n) for n in [*range(-14, -2), *range(5, 18)]]
MARKS = ["/", "\\", "O", "I", "L", "-", "X"]


@st.composite
def schools(draw: st.DrawFn) -> tuple[list[date], list[dict[tuple[date, str], str]]]:
    """Open days of one school, and the marks of three pupils."""
    closed = draw(st.sets(st.sampled_from(MONDAYS), max_size=8))
    off = draw(st.sets(st.integers(0, 4), max_size=2))
    days = [
        monday + timedelta(days=n)
        for monday in MONDAYS
        if monday not in closed
        for n in range(5)
        if n not in off
    ]
    pupils = []
    for _ in range(3):
        marks = draw(st.lists(st.sampled_from(MARKS), min_size=7, max_size=7))
        sessions = [(day, half) for day in days for half in ("AM", "PM")]
        pupils.append({session: marks[n % 7] for n, session in enumerate(sessions)})
    return days, pupils


@settings(max_examples=40, deadline=None)
@given(schools(), st.integers(-20, 20))
def test_many_at_once_agree_with_the_definition(
    school: tuple[list[date], list[dict[tuple[date, str], str]]], week: int
) -> None:
    days, pupils = school
    on = first_monday(2026) + timedelta(weeks=week, days=abs(week) % 5)
    weeks = school_weeks({year: _year(year, days, pupils) for year in YEARS})
    sides = weeks.around(on)
    for row, marks in enumerate(pupils):
        by_day = {day: (marks[day, "AM"], marks[day, "PM"]) for day in days}
        slow = measure(Register(Calendar(frozenset(days)), by_day), on)
        fast = (
            (int(sides.before_possible[row]), int(sides.before_attended[row])),
            (int(sides.after_possible[row]), int(sides.after_attended[row])),
            bool(sides.counts[row]),
        )
        assert fast == (
            (slow.before.possible, slow.before.attended),
            (slow.after.possible, slow.after.attended),
            slow.counts,
        )


def _year(year: int, days: list[date], pupils: list[dict[tuple[date, str], str]]) -> tuple:
    grid, opened = np.full((len(pupils), SIZE), BLANK, np.uint8), np.zeros(SIZE, np.uint8)
    inside = [day for day in days if (day.year if day.month >= 8 else day.year - 1) == year]
    for day in inside:
        for half in ("AM", "PM"):
            opened[slot_of(day, half)] = 1
            for row, marks in enumerate(pupils):
                grid[row, slot_of(day, half)] = ord(codes.byte_of(marks[day, half]))
    return np.arange(1, len(pupils) + 1), grid, opened


def test_the_week_itself_and_weeks_without_school_are_left_out() -> None:
    """Six school weeks on either side, across a half term."""
    monday = date(2026, 9, 7)
    mondays = [monday + timedelta(weeks=n) for n in range(16) if n != 7]
    days = [m + timedelta(days=n) for m in mondays for n in range(5)]
    before, after = weeks_around(days, date(2026, 10, 21))  # the seventh week
    assert before == tuple(mondays[:6])
    assert after == tuple(mondays[7:13]) and after[0] == date(2026, 11, 2)
