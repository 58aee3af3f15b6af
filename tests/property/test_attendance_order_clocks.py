"""The date rules of attendance orders as they are used: whatever the day of service, in whatever school year."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mainstay.law import age, clock, deadlines
from mainstay.law.register import Calendar
from mainstay.service.directory.models import Pupil
from mainstay.service.orders import attendance_ground as ground
from mainstay.service.orders.actions.attendance_posting import CHECKS
from mainstay.service.orders.letters_attendance import OBJECTION, RULES, time_of

DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 1))
DAY = timedelta(days=1)


@given(DAYS, st.sampled_from(["sao-first-notice", "sao-choice-of-school", OBJECTION]))
def test_fifteen_days_begin_with_the_day_of_service_whatever_day_it_is(received: date, rule: str) -> None:
    answer = time_of(rule, received)
    assert answer.last_day == received + 14 * DAY and answer.next_step_from == received + 15 * DAY
    assert answer.counted == "inclusive"


@given(DAYS, st.integers(1, 30), st.sampled_from(sorted(RULES.values())))
def test_service_that_is_later_never_leaves_a_parent_less_time(received: date, later: int, rule: str) -> None:
    first, second = time_of(rule, received), time_of(rule, received + later * DAY)
    assert second.last_day >= first.last_day > received
    assert second.next_step_from == second.last_day + DAY


@given(DAYS, st.sets(st.integers(1, 120), min_size=15, max_size=90))
def test_checks_are_the_fifth_tenth_and_fifteenth_school_day_after_service(
    served: date, offsets: set[int]
) -> None:
    days = sorted(served + n * DAY for n in offsets)
    calendar = Calendar(frozenset({*days, served}))
    found = [deadlines.find(rule, served, calendar).last_day for rule in CHECKS]
    assert found == [days[4], days[9], days[14]]


@given(st.dates(date(2008, 1, 1), date(2022, 1, 1)), st.dates(date(2024, 1, 1), date(2038, 1, 1)))
def test_no_step_is_dated_outside_compulsory_school_age_and_its_end_is_warned_of(
    born: date, on: date
) -> None:
    pupil = Pupil(date_of_birth=born)
    first, last = age.compulsory(born)
    assert (ground.outside_age(pupil, on) is None) == (first <= on <= last)
    assert (ground.age_ends_soon(pupil, on) is not None) == (last - 8 * clock.WEEK <= on <= last)
