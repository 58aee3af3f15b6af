"""Supervision orders: whatever the day and the child, what is counted of an order stays within law and age."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.law import age, clock
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil
from mainstay.service.orders import supervision_dates as dates

DAY = timedelta(days=1)
DAYS = st.dates(date(2024, 9, 1), date(2032, 8, 31))
BORN = st.dates(date(2008, 9, 1), date(2026, 8, 31))
quick = settings(max_examples=150, deadline=None)


def child(born: date | None) -> Pupil:
    return Pupil(date_of_birth=born)


@quick
@given(BORN, DAYS)
def test_an_order_begins_with_its_day_lasts_a_year_at_most_and_ends_with_the_age(
    born: date, made_on: date
) -> None:
    first, last = age.compulsory(born)
    if not first <= made_on <= last:
        with pytest.raises(StepRefused, match="compulsory school age"):
            dates.end_of(child(born), made_on)
        return
    end = dates.end_of(child(born), made_on)
    year_on = clock.months_after(made_on, 12)
    assert made_on <= end.last_day <= last
    assert end.last_day == min(last, end.answer.last_day) and end.by_age == (last < end.answer.last_day)
    # its own day is day one: the same day a year on is outside it, and 29 February has none
    assert (
        end.answer.last_day in (year_on - DAY, year_on)
        and end.answer.last_day < date(made_on.year + 1, made_on.month, 28) + 4 * DAY
    )
    if made_on.day <= 28:
        assert end.answer.last_day == year_on - DAY


@quick
@given(DAYS)
def test_the_window_is_before_the_end_and_the_alarms_come_in_order(ends_on: date) -> None:
    answer = dates.window(ends_on)
    assert answer.next_step_from < answer.last_day == ends_on
    assert clock.months_after(ends_on, -3) == answer.next_step_from
    assert list(answer.reminders) == sorted(answer.reminders) and len(answer.reminders) == 3
    assert answer.reminders[0] < answer.next_step_from == answer.reminders[1] < answer.reminders[2] < ends_on


@quick
@given(BORN, DAYS)
def test_an_extension_ends_within_three_years_and_the_age(born: date, ends_on: date) -> None:
    last = age.compulsory(born)[1]
    end = dates.end_extended(child(born), ends_on)
    assert end.last_day == min(last, clock.months_after(ends_on, 36))


@quick
@given(DAYS)
def test_between_service_and_hearing_lie_seven_clear_days(hearing_on: date) -> None:
    by = dates.serve_by(hearing_on).last_day
    assert (hearing_on - by).days - 1 == 7


def test_without_a_date_of_birth_no_order_is_counted() -> None:
    with pytest.raises(StepRefused, match="not known"):
        dates.end_of(child(None), date(2026, 11, 23))
