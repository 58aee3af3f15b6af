"""Hours of work and of performing, against slow counts of the same minutes and days."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mainstay.law import clock, employment, performance
from mainstay.law.employment import Byelaws, School, Shift

BORN, ON = date(2011, 5, 1), date(2026, 11, 23)  # 15
SCHOOL = School(frozenset(range(5)), 525, 930)
SHIFTS = st.lists(
    st.builds(lambda day, start, long: Shift(day, start * 15, min(start * 15 + long * 15, 1440)),
              st.integers(0, 6), st.integers(0, 95), st.integers(1, 40)), max_size=8,
)  # fmt: skip


def minutes_of(shifts: list[Shift], day: int) -> set[int]:
    """Every minute worked, one by one."""
    return {minute for one in shifts if one.day == day for minute in range(one.start, one.end)}


def longest_without_break(minutes: set[int]) -> int:
    """Worked minutes of the longest stretch: after 60 minutes in a row without work another begins."""
    most = worked = idle = 0
    for minute in range(1440):
        if minute in minutes:
            worked, idle = worked + 1, 0
        else:
            idle += 1
            worked = 0 if idle >= 60 else worked
        most = max(most, worked)
    return most


@given(SHIFTS, st.booleans(), st.booleans())
def test_a_week_is_allowed_where_every_minute_of_it_is(shifts: list[Shift], term: bool, before: bool) -> None:
    school = SCHOOL if term else School()
    answer = employment.find(BORN, ON, shifts, school, byelaws=Byelaws(before_school=before), free_weeks=True)
    days = [minutes_of(shifts, day) for day in range(7)]
    assert answer.minutes == tuple(map(len, days))
    fine = sum(map(len, days)) <= (12 if term else 35) * 60
    for day, worked in enumerate(days):
        most = 120 if day == 6 or (term and day < 5) else 480
        fine &= len(worked) <= most and longest_without_break(worked) <= 240
        fine &= all(420 <= minute < 1140 for minute in worked)
        if term and day < 5:
            fine &= not any(525 <= minute < 930 for minute in worked)
            fine &= sum(minute < 525 for minute in worked) <= (60 if before else 0)
    assert answer.allowed == fine == (not answer.breaches)


@given(SHIFTS, st.integers(0, 7))
def test_less_work_is_never_worse(shifts: list[Shift], left_out: int) -> None:
    fewer = [one for n, one in enumerate(shifts) if n != left_out]
    if employment.find(BORN, ON, shifts, SCHOOL, free_weeks=True).allowed:
        codes = {b.code for b in employment.find(BORN, ON, fewer, SCHOOL, free_weeks=True).breaches}
        assert not codes - {"no_break"}


@given(st.sets(st.integers(0, 12)), st.sets(st.integers(0, 12)))
def test_two_weeks_in_a_row_are_free_of_work_and_of_school(worked: set[int], free: set[int]) -> None:
    monday = date(2026, 7, 20)
    found = employment.free_from_work(
        {monday + n * clock.WEEK for n in worked}, {monday + n * clock.WEEK for n in free}
    )
    runs = [n for n in range(13) if {n, n + 1} <= free and not {n, n + 1} & worked]
    assert found == (monday + runs[0] * clock.WEEK if runs else None)


@given(st.sets(st.integers(0, 400), min_size=1, max_size=8), st.sets(st.integers(0, 400), max_size=8))
def test_days_over_all_producers_are_counted_in_the_worst_six_months(
    these: set[int], earlier: set[int]
) -> None:
    start = date(2025, 8, 31)
    days = [performance.Day(start + timedelta(days=n), 600, 700, 60) for n in these]
    before = [start + timedelta(days=n) for n in earlier]
    answer = performance.find(date(2014, 1, 1), days, earlier=before)
    most = 0
    for end in (day.on for day in days):
        first = clock.months_after(end, -6)
        day, many = first, 0
        while day <= end:
            many += day in before or any(one.on == day for one in days)
            day += timedelta(days=1)
        most = max(most, many)
    assert answer.days_counted == most
    assert answer.needed == (most > 4)
