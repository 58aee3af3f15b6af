"""The fine print of the returns; the worked examples are in tests/spec."""

from datetime import date, timedelta

import pytest

from mainstay.law import returns
from mainstay.law.register import Calendar, Register

START = date(2024, 11, 4)
THREE_WEEKS = Calendar.of_weeks(START + timedelta(weeks=n) for n in range(3))


def find(days, calendar=THREE_WEEKS, **more):
    """Marks for the first school days in order, as pairs of codes."""
    marks = {day: tuple(pair) for day, pair in zip(calendar.days, days, strict=False)}
    return returns.find(Register(calendar, marks), **more)


@pytest.mark.parametrize(
    ("odd", "reached"),
    [
        (["O", "O"], 10),
        (["#", "O"], 10),  # half closed: its one session counts
        (["O", "Y1"], 10),
        (["G", "N"], 10),
        (["#", "#"], 11),  # nothing possible: says nothing
        (["-", "-"], 11),
        (["O", "-"], 11),  # may have been attended
        (["Y4", "-"], 11),
        (["O", "/"], None),
        (["-", "/"], None),
        (["O", "I"], None),
        (["#", "L"], None),
    ],
)
def test_one_odd_day_in_the_run(odd, reached):
    answer = find([["O", "O"]] * 5 + [odd] + [["O", "O"]] * 5)
    on = THREE_WEEKS.days[reached - 1] if reached else None
    assert (answer.ten_days_unauthorised.met, answer.ten_days_unauthorised.reached_on) == (
        reached is not None,
        on,
    )


def test_days_outside_compulsory_school_age_make_no_return():
    days = [["O", "O"]] * 12
    assert find(days, date_of_birth=date(2019, 8, 1)).ten_days_unauthorised.met
    assert not find(days, date_of_birth=date(2020, 8, 1)).ten_days_unauthorised.met
    assert find([["I", "I"]] * 15, date_of_birth=date(2020, 8, 1)).sickness.days_so_far == 0


@pytest.mark.parametrize(
    ("sessions", "expected", "met"),
    [(30, 0, True), (29, 0, False), (28, 1, True), (2, 13, False), (2, 14, True)],
)
def test_sickness_is_counted_in_sessions(sessions, expected, met):
    codes = ["I"] * sessions + ["/"] * (30 - sessions)
    answer = find([codes[n : n + 2] for n in range(0, 30, 2)], illness_expected_days=expected).sickness
    assert (answer.met, answer.days_so_far) == (met, sessions / 2)
    assert "15" in answer.because


def test_sickness_is_counted_within_one_school_year():
    calendar = Calendar.of_weeks([date(2025, 7, 7), date(2025, 7, 14), date(2025, 9, 8)])
    answer = find([["I", "I"]] * 15, calendar).sickness
    assert (answer.met, answer.days_so_far) == (False, 5)
    assert find([["I", "I"]] * 15, calendar, illness_expected_days=9).sickness.met is False
    assert find([["I", "I"]] * 15, calendar, illness_expected_days=10).sickness.met is True


def test_an_earlier_school_year_that_reached_the_number_still_calls_for_a_return():
    calendar = Calendar.of_weeks([date(2025, 6, 30), date(2025, 7, 7), date(2025, 7, 14), date(2025, 9, 8)])
    answer = find([["I", "I"]] * 16, calendar).sickness
    assert (answer.met, answer.days_so_far) == (True, 15)


def test_a_period_already_returned_needs_no_second_return():
    answer = find([["I", "I"]] * 15, already_returned=True).sickness
    assert (answer.met, answer.days_so_far) == (False, 15)
    assert "already" in answer.because


def test_an_n_near_the_calendars_end_has_no_last_day_yet():
    answer = find([["/", "\\"]] * 12 + [["N", "\\"]])
    assert [(n.date, n.half, n.becomes_o_on) for n in answer.unresolved_n] == [
        (THREE_WEEKS.days[12], "AM", None)
    ]


def test_an_n_is_settled_by_its_own_schools_calendar():
    closed = Calendar.of_weeks(THREE_WEEKS.weeks, closed=[date(2024, 11, 5)])
    here = Register(THREE_WEEKS, {START: ("D", "D")}, school="A")
    there = Register(closed, {START: ("N", "D")}, school="B")
    [n] = returns.find([here, there]).unresolved_n
    assert n.becomes_o_on == date(2024, 11, 12)
