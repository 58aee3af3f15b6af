"""Improvement periods and the days of an excluded child; the worked examples are in tests/spec."""

from datetime import date, timedelta

import pytest

from mainstay.law import excluded_days, improvement_notice
from mainstay.law.register import Calendar, CalendarTooShort, Register
from mainstay.law.rules import Rules

WEEKS = Calendar.of_weeks(date(2024, 11, 4) + timedelta(weeks=n) for n in range(6))


def improve(starts_on, weeks, target=0, marks=None, calendar=WEEKS, **more):
    return improvement_notice.find(Register(calendar, marks or {}), starts_on, weeks, target, **more)


def test_a_mid_week_start_makes_that_week_the_first():
    assert improve(date(2024, 11, 7), 3).ends_on == date(2024, 11, 22)


def test_a_week_without_school_is_not_counted_and_a_short_last_week_ends_early():
    gap = Calendar.of_weeks(
        [date(2024, 10, 21), date(2024, 11, 4), date(2024, 11, 11)],
        closed=[date(2024, 11, 14), date(2024, 11, 15)],
    )
    assert improve(date(2024, 10, 23), 3, calendar=gap).ends_on == date(2024, 11, 13)
    assert improve(date(2024, 10, 28), 3, calendar=WEEKS).ends_on == date(2024, 11, 22)


@pytest.mark.parametrize(
    ("weeks", "valid"), [(0, False), (2, False), (3, True), (6, True), (7, False), (1000, False)]
)
def test_three_to_six_weeks_are_valid(weeks, valid):
    answer = improve(date(2024, 11, 4), weeks)
    assert (answer.valid, answer.ends_on is not None) == (valid, valid)


def test_a_calendar_that_ends_first_is_refused():
    with pytest.raises(CalendarTooShort, match="holds 5 of the 6"):
        improve(date(2024, 11, 11), 6)


def test_breached_when_the_count_first_exceeds_the_target():
    marks = {date(2024, 11, 5): ("U", "/"), date(2024, 11, 12): ("O", "O"), date(2024, 11, 13): ("I", "G")}
    assert improve(date(2024, 11, 4), 3, 0, marks).breached_on == date(2024, 11, 5)
    assert improve(date(2024, 11, 4), 3, 2, marks).breached_on == date(2024, 11, 12)
    assert improve(date(2024, 11, 4), 3, 3, marks).breached_on == date(2024, 11, 13)
    assert improve(date(2024, 11, 4), 3, 4, marks).breached_on is None


def test_sessions_before_the_start_and_after_the_end_breach_nothing():
    marks = {date(2024, 11, 4): ("O", "O"), date(2024, 11, 25): ("O", "O")}
    assert improve(date(2024, 11, 5), 3, 0, marks).breached_on is None


def test_a_councils_own_lengths_can_be_given():
    rules = Rules(local={"improvement_weeks_least": 1})
    assert improve(date(2024, 11, 4), 1, rules=rules).valid


def days(on, before_afternoon, n, calendar=WEEKS):
    return list(excluded_days.find(calendar, on, before_afternoon, n).days)


def test_excluded_after_the_afternoon_began_starts_on_the_next_school_day():
    friday = date(2024, 11, 8)
    assert days(friday, True, 2) == [friday, date(2024, 11, 11)]
    assert days(friday, False, 2) == [date(2024, 11, 11), date(2024, 11, 12)]


def test_excluded_on_a_day_without_school_starts_on_the_next_school_day():
    assert days(date(2024, 11, 9), True, 1) == [date(2024, 11, 11)]


def test_a_calendar_that_ends_before_the_fifth_day_is_refused():
    last = WEEKS.days[-1]
    assert days(last, True, 1) == [last]
    with pytest.raises(CalendarTooShort):
        days(last, True, 2)
