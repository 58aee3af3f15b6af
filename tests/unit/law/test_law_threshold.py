"""The fine print of the threshold; the worked examples are in tests/spec."""

from datetime import date, timedelta

import pytest

from mainstay.law import threshold
from mainstay.law.register import Calendar, Register
from mainstay.law.rules import Rules

AUTUMN = Calendar.of_weeks(date(2024, 9, 2) + timedelta(weeks=n) for n in range(15) if n != 8)
FIRST = date(2024, 9, 2)


def full(code, first, n=5):
    return {first + timedelta(k): (code, code) for k in range(n)}


def register(marks, calendar=AUTUMN, school="", present=True, **more):
    return Register(calendar, marks, school=school, unmarked_present=present, **more)


def codes_of(answer):
    return [warning.code for warning in answer.warnings]


def test_ties_between_windows_go_to_the_earliest():
    marks = full("O", FIRST, 2) | full("O", date(2024, 11, 25), 2)
    best = threshold.find(register(marks)).best
    assert (best.count, best.first_week, best.last_week) == (4, FIRST, FIRST)


def test_the_tenth_session_in_the_tenth_week_meets_and_in_the_eleventh_is_a_near_miss():
    nine = full("O", FIRST, 4) | {date(2024, 9, 6): ("O", "\\")}
    tenth, eleventh = AUTUMN.weeks[9], AUTUMN.weeks[10]
    met = threshold.find(register(nine | {tenth: ("/", "U")}))
    assert (met.met, met.met_on, met.met_half, met.window.school_weeks) == (True, tenth, "PM", 10)
    missed = threshold.find(register(nine | {eleventh: ("U", "\\")}))
    assert (missed.met, missed.near_miss, missed.best.count) == (False, True, 9)


@pytest.mark.parametrize(("count", "near"), [(7, False), (8, True), (9, True)])
def test_eight_or_nine_are_a_near_miss(count, near):
    days = [FIRST + timedelta(n) for n in range(5)]
    marks = {
        day: ("O" if 2 * n < count else "/", "O" if 2 * n + 1 < count else "\\") for n, day in enumerate(days)
    }
    answer = threshold.find(register(marks))
    assert (answer.best.count, answer.met, answer.near_miss) == (count, False, near)


def test_sessions_relied_on_before_are_left_out():
    marks = full("O", FIRST) | full("O", date(2024, 9, 9), 1)
    relied_on = [(FIRST, "AM"), (FIRST, "PM")]
    answer = threshold.find(register(marks), already_relied_on=relied_on)
    assert answer.met and (answer.met_on, answer.met_half) == (date(2024, 9, 9), "PM")
    assert FIRST not in [session.date for session in answer.sessions]


def test_a_considered_threshold_is_met_again_by_the_first_later_session():
    marks = full("O", FIRST) | {date(2024, 9, 16): ("/", "U")}
    considered = FIRST + timedelta(6)
    assert threshold.find(register(full("O", FIRST)), considered_on=considered).met is False
    again = threshold.find(register(marks), considered_on=considered)
    assert (again.met_on, again.met_half, len(again.sessions)) == (date(2024, 9, 16), "PM", 11)
    two = Rules(local={"new_sessions_after_consideration": 2})
    assert threshold.find(register(marks), considered_on=considered, rules=two).met is False


def test_a_session_on_the_day_of_the_consideration_is_not_later():
    answer = threshold.find(register(full("O", FIRST)), considered_on=FIRST + timedelta(4))
    assert (answer.met, answer.window) == (False, None)


def test_warnings_name_what_was_left_out():
    summer = Calendar.of_weeks([date(2024, 7, 8), *AUTUMN.weeks])
    answer = threshold.find(register(full("G", date(2024, 7, 8), 1), summer))
    assert (answer.best.count, codes_of(answer)) == (0, ["before_national_framework"])
    answer = threshold.find(register(full("G", FIRST, 1)), date_of_birth=date(2020, 5, 1))
    assert (answer.best.count, codes_of(answer)) == (0, ["outside_compulsory_age"])


def test_before_the_framework_there_was_no_national_threshold():
    answer = threshold.find(register(full("G", FIRST)), rules=Rules(date(2024, 1, 1)))
    assert (answer.met, answer.sessions, codes_of(answer)) == (False, (), ["before_national_framework"])


def test_a_blank_is_told_in_the_weeks_of_the_sessions_and_nowhere_else():
    marks = full("O", date(2024, 9, 9), 5)
    elsewhere = register(marks | {FIRST: ("-", "\\")})
    assert codes_of(threshold.find(elsewhere)) == []
    inside = register({**marks, date(2024, 9, 13): ("O", "-"), date(2024, 9, 16): ("O", "\\")})
    assert codes_of(threshold.find(inside)) == ["missing_marks"]


def test_sessions_at_two_schools_count_together_and_say_so():
    left = register(full("O", FIRST, 3), school="A", on_roll_to=date(2024, 9, 6))
    joined = register(full("G", date(2024, 9, 9), 2), school="B", on_roll_from=date(2024, 9, 9))
    answer = threshold.find([left, joined])
    assert (answer.met, answer.met_on) == (True, date(2024, 9, 10))
    assert codes_of(answer) == ["crosses_schools"]


def test_a_session_registered_twice_counts_once():
    one = register(full("O", FIRST, 4), school="A", on_roll_from=FIRST, on_roll_to=date(2024, 9, 6))
    two = register(full("O", FIRST, 4), school="B", on_roll_from=FIRST, on_roll_to=date(2024, 9, 6))
    answer = threshold.find([one, two])
    assert (answer.met, answer.best.count, codes_of(answer)) == (False, 8, [])


def test_attended_at_one_school_is_no_counted_session():
    base = register(
        full("D", FIRST), school="A", on_roll_from=FIRST, on_roll_to=date(2024, 9, 6), present=False
    )
    away = register(
        full("O", FIRST), school="B", on_roll_from=FIRST, on_roll_to=date(2024, 9, 6), present=False
    )
    assert threshold.find([base, away]).met
    there = register(
        full("O", FIRST) | {FIRST: ("/", "O")}, school="A", on_roll_from=FIRST, on_roll_to=date(2024, 9, 6)
    )
    answer = threshold.find([there, away])
    assert (answer.best.count, codes_of(answer)) == (9, ["schools_disagree"])


def test_weeks_of_the_other_schools_calendar_use_up_the_window():
    # B's school kept open in the week of A's half-term
    half_term = date(2024, 10, 28)
    left = register({FIRST: ("O", "O")}, school="A", on_roll_to=date(2024, 10, 25))
    open_all = Calendar.of_weeks(date(2024, 9, 2) + timedelta(weeks=n) for n in range(15))
    joined = register(full("O", date(2024, 11, 4), 4), open_all, school="B", on_roll_from=half_term)
    assert threshold.find([left, joined]).window.school_weeks == 10
    later = register(full("O", date(2024, 11, 11), 4), open_all, school="B", on_roll_from=half_term)
    answer = threshold.find([left, later])
    assert (answer.met, answer.near_miss) == (False, True)


def test_local_numbers_change_the_rule_and_show_in_the_reasons():
    answer = threshold.find(register(full("O", FIRST, 3)), rules=Rules(local={"threshold_sessions": 6}))
    assert answer.met
    assert answer.reasons[0].source.confidence == "local"
    assert "The threshold is 6 unauthorised sessions" in answer.reasons[0].text
