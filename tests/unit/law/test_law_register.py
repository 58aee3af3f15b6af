"""Merging several schools' registers into one record."""

from datetime import date

import pytest

from mainstay.law import codes
from mainstay.law.register import BadMark, Calendar, Register, Standing, merge, standing

WEEK = Calendar.of_weeks([date(2024, 11, 4)])
MON, TUE, WED, THU, FRI = WEEK.days
NEXT = Calendar.of_weeks([date(2024, 11, 11)])


def at(school, marks, calendar=WEEK, **more):
    return Register(calendar, marks, school=school, **more)


def sat(record, day, half="AM"):
    return next(s for s in record.sittings if (s.date, s.half) == (day, half))


@pytest.mark.parametrize(
    ("here", "there", "first", "disagree"),
    [
        ("/", "O", Standing.ATTENDED, True),
        ("I", "O", Standing.AUTHORISED, True),
        ("/", "I", Standing.ATTENDED, True),
        ("D", "O", Standing.UNAUTHORISED, False),
        ("O", "G", Standing.UNAUTHORISED, False),
        ("O", "-", Standing.UNAUTHORISED, False),
        ("Y4", "O", Standing.UNAUTHORISED, False),
        ("D", "-", Standing.NOT_POSSIBLE, False),
        ("D", "/", Standing.ATTENDED, False),
        ("/", "L", Standing.ATTENDED, False),
        ("-", "-", Standing.BLANK, False),
    ],
)
def test_of_two_marks_for_one_session_the_first_standing_counts(here, there, first, disagree):
    roll = {"on_roll_from": MON, "on_roll_to": FRI}
    for pair in ((here, there), (there, here)):
        record = merge([at("A", {TUE: (pair[0], "-")}, **roll), at("B", {TUE: (pair[1], "-")}, **roll)])
        found = sat(record, TUE)
        assert (found.standing, found.schools_disagree) == (first, disagree)
        assert [w.code for w in record.warnings] == ["schools_disagree"] * disagree


def test_an_unresolved_n_stays_visible_beside_another_unauthorised_code():
    record = merge([at("A", {MON: ("O", "O")}), at("B", {MON: ("N", "O")})])
    assert (sat(record, MON).code, sat(record, MON).unresolved_at) == ("N", (1,))
    assert sat(record, MON).schools == ("A", "B")


def test_one_register_covers_its_calendar_and_several_their_first_to_last_mark():
    one = at("A", {TUE: ("O", "-"), THU: ("O", "-")}, unmarked_present=True)
    assert len(merge(one).sittings) == 10
    both = merge([one, at("B", {}, NEXT)])
    assert [s.date for s in both.sittings if s.half == "AM"] == [TUE, WED, THU]
    assert sat(both, WED).standing == Standing.ATTENDED
    assert both.weeks == (date(2024, 11, 4),)


def test_school_weeks_are_those_of_any_school_while_on_its_roll():
    longer = Calendar.of_weeks([date(2024, 11, 4), date(2024, 11, 11), date(2024, 11, 18)])
    here = at("A", {MON: ("O", "O")}, longer, on_roll_to=FRI)
    there = at("B", {date(2024, 11, 18): ("O", "O")}, longer)
    assert merge([here, there]).weeks == (date(2024, 11, 4), date(2024, 11, 18))


def test_marks_off_the_roll_are_left_out_and_told():
    record = merge(at("A", {MON: ("O", "O"), FRI: ("O", "O")}, on_roll_from=TUE))
    assert sum(s.standing == Standing.UNAUTHORISED for s in record.sittings) == 2
    assert [w.code for w in record.warnings] == ["not_on_roll"]


@pytest.mark.parametrize(
    ("day", "pair", "problem"),
    [
        (MON, ("?", "/"), "not an attendance code"),
        (MON, ("H", "/"), "not in force"),
        (date(2024, 11, 9), ("O", "-"), "no school that day"),
        (date(2024, 11, 9), ("Z", "-"), "no school that day"),
    ],
)
def test_a_mark_that_cannot_be_names_its_register_and_day(day, pair, problem):
    with pytest.raises(BadMark, match=problem) as bad:
        merge([at("A", {}), at("B", {day: pair})])
    assert (bad.value.register, bad.value.on) == (1, day)


def test_closed_and_blank_may_stand_on_any_day():
    assert merge(at("A", {date(2024, 11, 9): ("#", "-")})).warnings == []


def test_every_code_has_the_standing_of_its_flags():
    for code in codes.all_codes():
        on = code.in_force_from or code.in_force_to or MON
        found = standing(code.code, on)
        assert (found <= Standing.UNAUTHORISED) == code.possible
        assert (found in (Standing.AUTHORISED, Standing.UNAUTHORISED)) == code.absent
        assert (found == Standing.UNAUTHORISED) == code.threshold == (code.kind == "unauthorised")
