from datetime import date

import numpy as np
import pytest
from tests.factories import CalendarExceptionFactory, SchoolFactory

from mainstay.registers.grid import slot_of
from mainstay.service.directory import calendars

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def school():
    return SchoolFactory(years=(2024, 2025))


def test_a_school_is_open_on_weekdays_of_its_terms(school):
    mask = calendars.open_mask(school, 2025)
    assert mask.shape == (756,)
    assert mask.dtype == np.uint8
    assert mask[slot_of(date(2025, 9, 5), "PM")] == 1  # Friday
    assert mask[slot_of(date(2025, 9, 6), "AM")] == 0  # Saturday
    assert mask[slot_of(date(2025, 8, 29), "AM")] == 0  # before term


def test_a_bank_holiday_inside_a_term_is_closed(school):
    mask = calendars.open_mask(school, 2025)
    assert mask[slot_of(date(2026, 5, 4), "AM")] == 0
    assert mask[slot_of(date(2026, 5, 5), "AM")] == 1


def test_an_inset_day_closes_both_sessions_and_a_half_day_one(school):
    CalendarExceptionFactory(school=school, on=date(2025, 9, 1))
    CalendarExceptionFactory(school=school, on=date(2025, 9, 2), kind="closed", am_open=True)
    mask = calendars.open_mask(school, 2025)
    monday = slot_of(date(2025, 9, 1), "AM")
    assert mask[monday : monday + 4].tolist() == [0, 0, 1, 0]
    assert date(2025, 9, 1) not in calendars.school_days(school, 2025)
    assert date(2025, 9, 2) in calendars.school_days(school, 2025)


def test_a_saturday_by_agreement_is_open(school):
    CalendarExceptionFactory(school=school, on=date(2025, 9, 6), kind="open", am_open=True, pm_open=False)
    mask = calendars.open_mask(school, 2025)
    assert mask[slot_of(date(2025, 9, 6), "AM")] == 1
    assert mask[slot_of(date(2025, 9, 6), "PM")] == 0


def test_many_schools_take_two_queries(school, django_assert_num_queries):
    others = [SchoolFactory(years=(2025,)).pk for _ in range(4)]
    with django_assert_num_queries(2):
        masks = calendars.open_masks([school.pk, *others], 2025)
    assert set(masks) == {school.pk, *others}


def test_the_readers_see_an_unplanned_closure_as_open_because_it_carries_marks(school):
    CalendarExceptionFactory(school=school, on=date(2025, 9, 3), kind="unplanned")
    said = calendars.as_registers_calendars([school], [2025])
    assert said.day(school.urn, date(2025, 9, 3)) == (True, True)
    assert said.day(school.laestab, date(2025, 9, 6)) == (False, False)
    assert calendars.open_mask(school, 2025)[slot_of(date(2025, 9, 3), "AM")] == 0


def test_the_law_counts_days_of_last_year_and_this(school):
    calendar = calendars.law_calendar(school, [2024, 2025])
    assert list(calendar.days) == calendars.school_days(school, 2024) + calendars.school_days(school, 2025)
