"""Counting of time."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.law import clock
from mainstay.law.register import Calendar


def test_the_table_of_bank_holidays_agrees_with_the_holidays_package():
    first, last = clock.bank_holidays_known()
    england = holidays.country_holidays("GB", subdiv="ENG", years=range(first.year, last.year + 1))
    assert set(clock.bank_holidays()) == {on for on in england if first <= on <= last}


def test_nothing_is_guessed_beyond_the_table():
    first, last = clock.bank_holidays_known()
    for outside in (first - clock.DAY, last + clock.DAY):
        with pytest.raises(clock.BeyondTable, match=str(last)):
            clock.is_working_day(outside)
    with pytest.raises(clock.BeyondTable):
        clock.working_day_after(last - 3 * clock.DAY, 10)


def test_days_beginning_with_and_days_after():
    served = date(2026, 9, 7)
    assert clock.last_day_beginning_with(served, 15) == date(2026, 9, 21)
    assert clock.last_day_after(served, 15) == date(2026, 9, 22)
    assert clock.last_day_beginning_with(date(2026, 10, 14), 56) == date(2026, 12, 8)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),  # the limitation example
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2027, 5, 31), -3, date(2027, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_months_with_short_ends(start, months, end):
    assert clock.months_after(start, months) == end


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2026, 10, 14), 12, date(2027, 10, 13)),  # the order made that day
        (date(2027, 3, 1), 12, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 1, 1), 1, date(2026, 1, 31)),
    ],
)
def test_months_beginning_with_a_day_end_the_day_before(first, months, last):
    assert clock.last_day_of_months_beginning_with(first, months) == last


def test_working_days_skip_weekends_bank_holidays_and_the_councils_own_days():
    friday = date(2024, 12, 20)
    assert clock.working_day_after(friday, 3) == date(2024, 12, 27)
    assert clock.working_day_after(friday, 3, closed={date(2024, 12, 27)}) == date(2024, 12, 30)
    assert clock.business_day_after(friday, 3) == date(2024, 12, 27)
    assert not clock.is_business_day(date(2025, 4, 18))  # Good Friday


def test_school_days_and_weeks_are_those_of_the_calendar_given():
    calendar = Calendar.of_weeks([date(2024, 10, 21), date(2024, 11, 4)], closed=[date(2024, 11, 4)])
    assert clock.school_day_after(calendar.days, date(2024, 10, 24), 2) == date(2024, 11, 5)
    assert clock.school_day_after(calendar.days, date(2024, 10, 24), 6) is None
    assert calendar.weeks == (date(2024, 10, 21), date(2024, 11, 4))
    assert clock.school_weeks([date(2024, 10, 27)]) == (date(2024, 10, 21),)  # a Sunday


@pytest.mark.parametrize("text", ["2024-W01-1", "20240101", "2024-1-01", "２０２４-01-01", "2024-02-30", ""])
def test_only_one_way_of_writing_a_date_is_read(text):
    with pytest.raises(ValueError):
        clock.from_iso(text)


def test_born_on_29_february_turns_of_age_on_1_march():
    assert clock.birthday(date(2012, 2, 29), 5) == date(2017, 3, 1)
    assert clock.birthday(date(2012, 2, 29), 16) == date(2028, 2, 29)


days = st.dates(date(2017, 1, 1), date(2028, 12, 31))


@given(days, st.integers(1, 60))
@settings(max_examples=100, deadline=None)
def test_as_many_working_days_lie_after_the_start_as_were_counted(start, n):
    end = clock.working_day_after(start, n)
    between = [start + timedelta(k) for k in range(1, (end - start).days + 1)]
    assert sum(map(clock.is_working_day, between)) == n
    assert clock.is_working_day(end)


@given(days, st.integers(0, 240))
@settings(max_examples=100, deadline=None)
def test_months_end_on_the_same_day_number_or_the_months_last_day(start, n):
    end = clock.months_after(start, n)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == n
    assert end.day == start.day or (end.day < start.day and (end + clock.DAY).day == 1)
