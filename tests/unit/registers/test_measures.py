"""One school's year, measured: the cases a school or an officer would ask about."""

from datetime import date, timedelta

import numpy as np
import pytest

from mainstay.registers import measures
from mainstay.registers.grid import BLANK, SIZE, slot_of
from mainstay.registers.groups import summarise

BORN = date(2012, 3, 1)
CLOSED_2024 = [date(2024, 10, 28), *(date(2024, 12, 23) + timedelta(7 * n) for n in range(2)), date(2025, 2, 17),
               date(2025, 4, 7), date(2025, 4, 14), date(2025, 5, 26)]  # fmt: skip


def school_year(year: int) -> np.ndarray:
    """Sessions from the first Monday of September to the third week of July, without the usual holidays."""
    opened = np.zeros(SIZE, np.uint8)
    day = date(year, 9, 2 if year == 2024 else 1)
    while day <= date(year + 1, 7, 22):
        monday = day - timedelta(day.weekday())
        if day.weekday() < 5 and monday not in CLOSED_2024:
            opened[slot_of(day, "AM") :][:2] = 1
        day += timedelta(1)
    return opened


OPEN = {year: school_year(year) for year in (2024, 2025)}


def marks(year: int, codes: dict[date | tuple[date, str], str], unmarked: str = "1") -> np.ndarray:
    """One pupil: bytes by day or by session, everything else in session ``unmarked``."""
    grid = np.where(OPEN[year] == 1, np.uint8(ord(unmarked)), np.uint8(BLANK))
    for place, byte in codes.items():
        day, halves = (place[0], (place[1],)) if isinstance(place, tuple) else (place, ("AM", "PM"))
        for half in halves:
            grid[slot_of(day, half)] = ord(byte)
    return grid


def days(first: date, n: int) -> list[date]:
    """``n`` school days from ``first`` on."""
    found = []
    while len(found) < n:
        if OPEN[first.year if first.month > 8 else first.year - 1][slot_of(first, "AM")]:
            found.append(first)
        first += timedelta(1)
    return found


def one(grid: np.ndarray, year: int = 2024, born: date | None = BORN, **more) -> dict:
    found = measures.measure_block(year, grid[None], OPEN[year], [born], **more)
    return found.frame().row(0, named=True)


def test_a_week_of_holiday_meets_the_threshold_on_its_last_afternoon():
    row = one(marks(2024, dict.fromkeys(days(date(2024, 10, 7), 5), "G")))
    assert (row["threshold_met_on"], row["threshold_half"]) == (date(2024, 10, 11), "PM")
    assert row["window_first_week"] == row["window_last_week"] == date(2024, 10, 7)
    assert (row["best_count"], row["near_miss"]) == (10, False)


def test_half_term_uses_up_no_week_of_the_window():
    codes = dict.fromkeys([date(2024, 9, 9), date(2024, 9, 10), *days(date(2024, 11, 18), 3)], "O")
    row = one(marks(2024, codes))
    assert row["threshold_met_on"] == date(2024, 11, 20)
    assert (row["window_first_week"], row["window_last_week"]) == (date(2024, 9, 9), date(2024, 11, 18))


def test_the_eleventh_school_week_is_one_too_many_and_a_near_miss():
    codes = dict.fromkeys([date(2024, 9, 9), date(2024, 9, 10), *days(date(2024, 11, 25), 3)], "O")
    row = one(marks(2024, codes))
    assert row["threshold_met_on"] is None
    assert (row["best_count"], row["near_miss"]) == (6, True)


def test_a_window_reaches_over_the_summer_and_stands_in_the_year_it_was_met():
    july = marks(2024, dict.fromkeys([date(2025, 7, 17), date(2025, 7, 18), date(2025, 7, 21)], "O"))
    september = marks(2025, dict.fromkeys([date(2025, 9, 29), date(2025, 9, 30)], "O"))
    before = {"before": july[None], "before_row": np.zeros(1, np.int32), "opened_before": OPEN[2024]}
    row = one(september, 2025, **before)
    assert row["threshold_met_on"] == date(2025, 9, 30)
    assert (row["window_first_week"], row["best_count"]) == (date(2025, 7, 14), 10)
    assert one(july)["threshold_met_on"] is None
    assert one(september, 2025)["best_count"] == 4


def test_sessions_before_compulsory_age_count_to_rates_but_not_to_the_threshold():
    codes = dict.fromkeys([*days(date(2024, 12, 16), 3), *days(date(2025, 1, 6), 2)], "O")
    row = one(marks(2024, codes), born=date(2019, 12, 31))  # of age from 31 December 2024
    assert (row["unauthorised"], row["best_count"], row["longest_unauthorised_days"]) == (10, 4, 2)
    assert one(marks(2024, codes), born=None)["best_count"] == 10
    assert one(marks(2024, codes), born=None)["age_checked"] is False


def test_ten_days_in_a_row_skip_the_holiday_and_end_with_one_present_session():
    stretch = days(date(2025, 2, 10), 10)
    row = one(marks(2024, dict.fromkeys(stretch, "O")))
    assert row["ten_days_on"] == date(2025, 2, 28)
    broken = marks(2024, dict.fromkeys(stretch, "O") | {(stretch[4], "AM"): "M"})
    assert (one(broken)["ten_days_on"], one(broken)["longest_unauthorised_days"]) == (None, 5)


def test_a_blank_beside_an_unauthorised_session_neither_counts_nor_breaks():
    stretch = days(date(2025, 3, 3), 4)
    row = one(marks(2024, dict.fromkeys(stretch, "O") | {(stretch[1], "PM"): "-"}))
    assert (row["longest_unauthorised_days"], row["missing"]) == (3, 1)


def test_a_half_closed_day_counts_by_its_one_session():
    opened = OPEN[2024].copy()
    day = date(2025, 3, 4)
    opened[slot_of(day, "PM")] = 0
    grid = marks(2024, dict.fromkeys(days(date(2025, 3, 3), 3), "O") | {(day, "PM"): "-"})
    row = measures.measure_block(2024, grid[None], opened, [BORN]).frame().row(0, named=True)
    assert (row["longest_unauthorised_days"], row["missing"]) == (3, 0)


def test_a_run_goes_on_from_the_year_before_and_reaches_ten_once():
    july = marks(2024, dict.fromkeys(days(date(2025, 7, 14), 6), "U"))
    july[slot_of(date(2025, 7, 22), "AM") :][:2] = ord("U")
    september = marks(2025, dict.fromkeys(days(date(2025, 9, 1), 4), "U"))
    before = {"before": july[None], "before_row": np.zeros(1, np.int32), "opened_before": OPEN[2024]}
    row = one(september, 2025, **before)
    assert (row["longest_unauthorised_days"], row["ten_days_on"]) == (11, date(2025, 9, 3))


def test_exactly_a_tenth_is_persistent_and_no_possible_session_is_no_rate():
    slots = np.flatnonzero(OPEN[2024])[:20]
    grid = np.full(SIZE, BLANK, np.uint8)
    grid[slots] = ord("1")
    grid[slots[:2]] = ord("I")
    row = one(grid)
    assert (row["rate"], row["persistent"], row["severe"], row["illness_days"]) == (0.1, True, False, 1.0)
    grid[slots] = ord("X")
    row = one(grid)
    assert (row["possible"], row["rate"], row["persistent"], row["severe"]) == (0, None, None, None)


def test_marks_after_the_day_asked_about_are_left_out():
    grid = marks(2024, dict.fromkeys(days(date(2024, 10, 7), 5), "G"))
    row = one(grid, as_of=date(2024, 10, 10))
    assert (row["best_count"], row["threshold_met_on"], row["missing"]) == (8, None, 0)
    assert row["possible"] == int(OPEN[2024][: slot_of(date(2024, 10, 10), "PM") + 1].sum())
    assert not measures.measure_block(
        2024, grid[None], OPEN[2024], [BORN], as_of=date(2024, 8, 15)
    ).has_marks[0]


def test_missing_marks_lie_between_the_first_and_the_last_mark():
    grid = marks(2024, {(date(2024, 9, 11), "AM"): "-"})
    grid[: slot_of(date(2024, 9, 9), "AM")] = BLANK
    grid[slot_of(date(2024, 9, 16), "AM") :] = BLANK
    row = one(grid)
    assert (row["missing"], row["possible"]) == (1, 9)


def test_a_schools_sessions_are_those_in_which_anybody_has_a_mark():
    grid = np.full((2, SIZE), BLANK, np.uint8)
    grid[0, 100], grid[1, 101], grid[1, 102] = ord("1"), ord("0"), ord("O")
    assert np.flatnonzero(measures.open_mask_from_marks(grid)).tolist() == [100, 102]


def test_the_profile_counts_by_weekday_and_half():
    grid = marks(
        2024, dict.fromkeys([date(2024, 9, 9), date(2024, 9, 16)], "O") | {(date(2024, 9, 13), "PM"): "U"}
    )
    profile = measures.profile(grid[None], OPEN[2024])[0]
    assert (profile[0, 1], profile[1, 1], profile[9, 1], profile[2, 1]) == (2, 2, 1, 0)
    assert profile[:, 0].sum() == OPEN[2024].sum()


def test_slots_and_weeks_become_days():
    assert measures.sessions_of(2024, [slot_of(date(2024, 10, 11), "PM")]) == [(date(2024, 10, 11), "PM")]
    assert measures.monday_of(2024, 0) == date(2024, 7, 29)


def test_groups_add_up():
    grids = np.stack([marks(2024, dict.fromkeys(days(date(2024, 10, 7), n), "O")) for n in (0, 5, 150)])
    frame = measures.measure_block(2024, grids, OPEN[2024], [BORN] * 3).frame()
    rows = summarise(frame.with_columns(sex=np.array(["F", "M", "M"])), ["sex"]).rows(named=True)
    assert [(row["sex"], row["pupils"], row["threshold_met"], row["severe"]) for row in rows] == [
        ("F", 1, 0, 0), ("M", 2, 2, 1),
    ]  # fmt: skip
    assert rows[1]["absence_rate"] == pytest.approx(310 / (2 * OPEN[2024].sum()))
