"""What must not be shown of small groups, and swings of codes."""

from datetime import date

import numpy as np

from mainstay.law import codes
from mainstay.registers.grid import BLANK, SIZE, SLOTS, WEEKS, first_monday
from mainstay.service.attendance import grids, summaries


def _group(value: str, pupils: int, group: str = "sen") -> dict:
    return {"group": group, "value": value, "label": value, "pupils": pupils, "possible": 10 * pupils}


def test_a_small_group_is_hidden_and_the_next_smallest_with_it() -> None:
    shown = {g["value"]: g for g in summaries.suppress([_group("", 100), _group("K", 9), _group("E", 4)])}
    assert shown["E"]["hidden"] and shown["K"]["hidden"] and not shown[""]["hidden"]
    assert "pupils" not in shown["E"] and "possible" not in shown["K"]


def test_two_small_groups_hide_only_each_other() -> None:
    shown = [
        g["hidden"]
        for g in summaries.suppress([_group("", 100), _group("K", 9), _group("E", 4), _group("X", 2)])
    ]
    assert shown == [False, False, True, True]


def test_large_groups_are_shown_whole() -> None:
    groups = [_group("F", 50, "sex"), _group("M", 60, "sex")]
    assert [g["pupils"] for g in summaries.suppress(groups)] == [50, 60]


def test_a_code_that_jumps_is_called_a_swing_and_one_that_does_not_is_not() -> None:
    by_week = np.zeros((WEEKS, 256), np.int64)
    for week in range(5, 11):
        by_week[week][ord(codes.byte_of("/"))] = 900
        by_week[week][ord(codes.byte_of("I"))] = 40
        by_week[week][ord(codes.byte_of("B"))] = 5 if week < 10 else 60
    found = summaries._swings(2026, by_week, date(2026, 10, 9))
    assert [swing["code"] for swing in found] == ["B"] and "rose from 0.5% to 6.0%" in found[0]["text"]


def test_quiet_days_are_school_days_before_today_after_the_last_mark() -> None:
    opened = np.zeros(SIZE, np.uint8)
    opened[5 * SLOTS : 5 * SLOTS + 10] = 1  # one week, Monday to Friday
    monday = date.fromordinal(first_monday(2026).toordinal() + 35)
    thursday = date.fromordinal(monday.toordinal() + 3)
    assert summaries.quiet_days(opened, 2026, monday, thursday) == 2
    assert summaries.quiet_days(opened, 2026, None, thursday) == 3


def test_weeks_between_two_mondays_are_kept_and_the_rest_is_blank() -> None:
    marks = bytes([ord("/")]) * SIZE
    monday = first_monday(2026)
    week = date.fromordinal(monday.toordinal() + 7)
    shown, mask = grids.between(marks, bytes([1]) * SIZE, 2026, week, week)
    assert [i // SLOTS for i, b in enumerate(shown) if b != BLANK] == [1] * SLOTS
    assert mask is not None and sum(mask) == SLOTS
