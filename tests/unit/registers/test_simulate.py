"""The made-up city: what must hold whatever the seed."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.law import codes
from mainstay.registers import command, store, tables
from mainstay.registers.bank_holidays import bank_holidays, easter
from mainstay.registers.grid import BLANK, first_monday, session_of, slot_of
from mainstay.registers.register import Stopped
from mainstay.registers.simulate import City, city
from mainstay.registers.simulating.calendars import calendar, weekdays
from mainstay.registers.simulating.placing import highest
from mainstay.registers.simulating.plan import shared, taken, totals, whole
from mainstay.registers.simulating.report import as_data, as_text, report
from mainstay.registers.simulating.settling import WINDOW
from mainstay.registers.simulating.writing import parts, write_files, write_store
from mainstay.registers.upn import check_letter, is_temporary, matches

UNTIL = date(2025, 6, 20)


@pytest.fixture(scope="module")
def town() -> City:
    return city(seed=7, until=UNTIL, pupils=3000)


def _sessions(made: City):
    """(enrolment, year, slot, byte) of every mark but blank."""
    for block in made.blocks:
        rows, slots = np.nonzero(block.marks != BLANK)
        yield block, rows, slots


# Repeatability


def test_the_same_seed_makes_the_same_city_and_another_seed_another(town):
    again = city(seed=7, until=UNTIL, pupils=3000)
    assert again.pupils == town.pupils and again.ties == town.ties and again.amendments == town.amendments
    assert all((a.marks == b.marks).all() for a, b in zip(again.blocks, town.blocks, strict=True))
    other = city(seed=8, until=UNTIL, pupils=3000)
    assert [p.surname for p in other.pupils[:50]] != [p.surname for p in town.pupils[:50]]


def test_a_later_last_day_leaves_settled_history_as_it_was(town):
    later = city(seed=7, until=date(2025, 7, 31), pupils=3000)
    newer = {(b.school, b.year): b for b in later.blocks}
    settled = slot_of(UNTIL - WINDOW - timedelta(days=30), "AM")
    for block in town.blocks:
        other = newer[block.school, block.year]
        end = settled if block.year == 2024 else block.marks.shape[1]
        there = [later.enrolments[e].entered_on <= UNTIL for e in other.people.tolist()]
        names = [later.pupils[later.enrolments[e].pupil].upn for e in other.people[there].tolist()]
        assert names == [town.pupils[town.enrolments[e].pupil].upn for e in block.people.tolist()]
        assert (block.marks[:, :end] == other.marks[there, :end]).all()


# Published figures


@pytest.mark.parametrize(("like", "seed"), [("southampton", 1), ("england", 3)])
def test_a_whole_city_keeps_to_the_published_figures(like, seed):
    made = city(like=like, seed=seed, until=date(2025, 7, 31), years=1)
    found = report(made)
    failed = [(p.phase, line) for p in found.phases for line in p.lines if line.passed is False]
    assert found.passed and not failed
    judged = [line for p in found.phases for line in p.lines if line.passed]
    assert len(judged) > 40
    assert len(made.schools) == 72
    assert 28_000 < found.pupils < 31_500
    assert 5 < found.threshold_share < 30


def test_the_report_fails_a_city_that_is_not_like_the_area_it_claims():
    made = city(like="england", seed=1, until=date(2025, 7, 31), years=1, pupils=6000)
    assert not report(City(**{f: getattr(made, f) for f in made.__slots__} | {"like": "southampton"})).passed


def test_more_absent_groups_are_the_published_ones(town):
    absent, possible = defaultdict(int), defaultdict(int)
    for block in town.blocks:
        for e, marks in zip(block.people.tolist(), block.marks, strict=True):
            fsm = town.pupils[town.enrolments[e].pupil].fsm
            absent[fsm] += int(tables.ABSENT[marks].sum())
            possible[fsm] += int(tables.POSSIBLE[marks].sum())
    assert absent[True] / possible[True] > 1.4 * absent[False] / possible[False]


# Calendars


@pytest.mark.parametrize("pattern", ["city", "early", "late"])
@pytest.mark.parametrize("year", range(2020, 2032))
def test_a_school_year_has_190_days_with_pupils_and_five_of_training(year, pattern):
    made = calendar(0, year, pattern, np.random.default_rng(year))
    assert len(made.open_days) == 190 and len(set(made.inset)) == 5
    assert not set(made.open_days) & (set(made.inset) | bank_holidays(year) | bank_holidays(year + 1))
    assert all(d.weekday() < 5 for d in made.open_days)
    assert date(year, 9, 1) <= made.terms[0].first and made.terms[-1].last <= date(year + 1, 7, 31)
    assert [t.first for t in made.terms] == sorted(t.first for t in made.terms)


def test_bank_holidays_move_to_substitute_days():
    assert easter(2025) == date(2025, 4, 20)
    assert bank_holidays(2025) == {
        date(2025, 1, 1), date(2025, 4, 18), date(2025, 4, 21), date(2025, 5, 5),
        date(2025, 5, 26), date(2025, 8, 25), date(2025, 12, 25), date(2025, 12, 26),
    }  # fmt: skip
    assert {date(2021, 12, 27), date(2021, 12, 28)} < bank_holidays(2021)
    assert {date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19)} < bank_holidays(2022)
    assert date(2022, 5, 30) not in bank_holidays(2022)


def test_weekdays_leave_out_bank_holidays():
    assert weekdays(date(2025, 5, 2), date(2025, 5, 6)) == [date(2025, 5, 2), date(2025, 5, 6)]


# Marks


def test_no_mark_falls_on_a_closed_day_outside_an_enrolment_or_after_the_last_day(town):
    calendars = {(town.schools[c.school].urn, c.year): c for c in town.calendars}
    for block, rows, slots in _sessions(town):
        made = calendars[block.school, block.year]
        days = {n: session_of(block.year, n)[0] for n in np.unique(slots).tolist()}
        closed = ord(codes.byte_of("#"))
        taken = {days[n] for n in np.unique(slots[block.marks[rows, slots] != closed]).tolist()}
        assert taken <= set(made.open_days) and max(taken) <= town.until
        ordinals = np.array([days.get(n, date.min).toordinal() for n in range(756)])[slots]
        people = [town.enrolments[e] for e in block.people.tolist()]
        first = np.array([e.entered_on.toordinal() for e in people])[rows]
        last = np.array([(e.left_on or date.max).toordinal() for e in people])[rows]
        assert (ordinals >= first).all() and (ordinals <= last).all()


def test_every_code_was_in_force_on_its_day(town):
    name = codes.code_of_byte()
    for block in town.blocks:
        for byte in np.unique(block.marks).tolist():
            if byte != BLANK:
                assert codes.lookup(name[chr(byte)], date(block.year, 12, 1))


def test_an_amendment_says_what_the_grid_holds_now(town):
    rows = {(b.year, e): m for b in town.blocks for e, m in zip(b.people.tolist(), b.marks, strict=True)}
    assert len(town.amendments) > 100
    for a in town.amendments:
        assert a.old == "N" and a.new in {"I", "M", "O", "U", "G"}
        assert chr(rows[a.year, a.enrolment][a.slot]) == codes.byte_of(a.new)
        day = session_of(a.year, a.slot)[0]
        assert day < a.on <= town.until and town.until - day <= WINDOW


def test_the_newest_week_holds_more_unresolved_absence_than_earlier_ones(town):
    unresolved = sum(
        tables.UNRESOLVED[b.marks].reshape(-1, 54, 14).sum(axis=(0, 2)) for b in town.blocks if b.year == 2024
    )
    week = (UNTIL - first_monday(2024)).days // 7
    assert unresolved[week] > 3 * np.median(unresolved[week - 12 : week - 4])


def test_minutes_late_stand_beside_a_late_mark(town):
    rows = {(b.year, e): m for b in town.blocks for e, m in zip(b.people.tolist(), b.marks, strict=True)}
    late = {ord(codes.byte_of(c)) for c in "LUN"}
    assert town.notes
    assert all(int(rows[n.year, n.person][n.slot]) in late and n.minutes_late for n in town.notes)


def test_dual_registered_pupils_have_one_possible_session_at_a_time(town):
    grids = {(b.year, e): m for b in town.blocks for e, m in zip(b.people.tolist(), b.marks, strict=True)}
    mains = {
        town.enrolments[e].pupil: e for e in range(len(town.enrolments)) if town.enrolments[e].status == "M"
    }
    seen = 0
    for (year, e), there in grids.items():
        if town.enrolments[e].status != "S" or (year, mains[town.enrolments[e].pupil]) not in grids:
            continue
        here = grids[year, mains[town.enrolments[e].pupil]]
        assert not ((tables.POSSIBLE[here] == 1) & (tables.POSSIBLE[there] == 1)).any()
        seen += int((here == ord(codes.byte_of("D"))).sum())
    assert seen > 100


# People


def test_numbers_are_right_and_nobody_shares_one(town):
    upns = [p.upn for p in town.pupils if p.upn]
    assert len(upns) == len(set(upns))
    assert all(matches(u) and u[0] == check_letter(u) for u in upns)
    assert any(is_temporary(u) for u in upns) and len(upns) < len(town.pupils)
    assert all(is_temporary(p.former_upn) for p in town.pupils if p.former_upn)


def test_brothers_and_sisters_share_a_parent_and_are_twins_or_far_enough_apart(town):
    parents, families = defaultdict(set), defaultdict(list)
    for tie in town.ties:
        parents[tie.pupil].add(tie.parent)
    for n, pupil in enumerate(town.pupils):
        families[pupil.family].append(n)
        assert parents[n]
    twins = 0
    for family in families.values():
        assert set.intersection(*(parents[n] for n in family))
        assert len({town.pupils[n].forename for n in family if town.pupils[n].sex == "F"}) == len(
            [n for n in family if town.pupils[n].sex == "F"]
        )
        born = sorted(town.pupils[n].date_of_birth for n in family)
        gaps = [(b - a).days for a, b in pairwise(born)]
        assert all(gap == 0 or gap >= 270 for gap in gaps)
        twins += gaps.count(0)
    assert twins


def test_everyone_is_as_old_as_the_year_group_says(town):
    for enrolment in town.enrolments:
        born = town.pupils[enrolment.pupil].date_of_birth
        for year, (group, _) in enrolment.groups.items():
            assert date(year - group - 5, 9, 1) <= born <= date(year - group - 4, 8, 31)


def test_pupils_move_up_to_secondary_school_and_leave_on_the_leaving_date(town):
    phase = [s.phase for s in town.schools]
    by_pupil = defaultdict(list)
    for e in town.enrolments:
        by_pupil[e.pupil].append(e)
    up = 0
    for mine in by_pupil.values():
        phases = {phase[e.school]: e for e in mine}
        if {"primary", "secondary"} <= set(phases):
            up += phases["primary"].left_on < phases["secondary"].entered_on
    assert up > 100
    leavers = [e for e in town.enrolments if e.groups.get(2023, (0, ""))[0] == 11 and e.left_on]
    assert leavers and max(e.left_on for e in leavers) == date(2024, 6, 28)


def test_the_enrolments_of_movers_follow_each_other(town):
    usual = defaultdict(list)
    for e in town.enrolments:
        if e.status != "S":
            usual[e.pupil].append(e)
    moved = [sorted(mine, key=lambda e: e.entered_on) for mine in usual.values() if len(mine) > 1]
    assert moved
    for mine in moved:
        for one, other in pairwise(mine):
            assert one.left_on is not None and one.left_on < other.entered_on


def test_schools_are_nobodys(town):
    assert all(900_001 <= int(s.urn) < 910_000 and s.laestab.startswith("8529") for s in town.schools)
    assert {s.phase for s in town.schools} == {"primary", "secondary", "special", "pru"}
    assert all(a.postcode.startswith("SO99 ") for a in town.addresses)
    assert len({s.name for s in town.schools}) == len(town.schools)


# Files


def test_the_files_of_a_city_are_ready_to_be_taken(tmp_path, capsys):
    made = city(seed=2, until=date(2024, 10, 11), years=1, pupils=400)
    marks = write_files(made, tmp_path / "out")
    found = sorted((tmp_path / "out").iterdir())
    assert [f.name.split("-")[0] for f in found] == [b.school for b in made.blocks]
    assert sum(len(f.read_text("utf-8").splitlines()) - 1 for f in found) == marks
    usual = [str(f) for f in found if "centre" not in f.name]
    assert command.main(["check", *usual]) == 0
    with pytest.raises(Stopped, match="not empty"):
        write_files(made, tmp_path / "out")


def test_the_store_of_a_city_holds_its_marks(tmp_path, town):
    rows = write_store(town, tmp_path / "store")
    assert store.is_store(tmp_path / "store")
    held = parts(town)
    assert rows == sum(len(p) for p in held)
    made = sum(int(tables.POSSIBLE[b.marks].sum()) for b in town.blocks)
    assert sum(int(tables.POSSIBLE[p.marks].sum()) for p in held) == made


def test_the_command_reports_in_words_and_as_data(town, capsys):
    assert (
        command.main(["simulate", "--pupils", "500", "--until", "2025-01-31", "--years", "1", "--json"]) == 0
    )
    assert '"on_roll"' in capsys.readouterr().out
    found = report(town)
    assert "Illness" in as_text(found) and as_data(found)["academic_year"] == "2023-24"


@pytest.mark.parametrize("wrong", [["--years", "0"], ["--pupils", "5"], ["--seed", "-1"]])
def test_wrong_usage_is_said_and_nothing_is_made(wrong, tmp_path, capsys):
    assert command.main(["simulate", *wrong, "--out", str(tmp_path / "out")]) == 2
    assert "needs at least" in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_an_unknown_area_is_refused():
    with pytest.raises(ValueError, match="southampton, england"):
        city(like="atlantis")


# Quotas


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 30), min_size=1, max_size=60), st.integers(0, 2**32 - 1))
def test_rounding_keeps_the_sum_and_each_part_within_one(parts_, seed):
    exact = np.array(parts_)
    counts = whole(exact, np.random.default_rng(seed))
    assert counts.sum() == int(np.rint(exact.sum()))
    assert (np.abs(counts - exact) < 2).all() and (counts >= 0).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(0, 300), st.integers(0, 2**32 - 1))
def test_a_quota_is_shared_out_whole_and_within_caps(people, total, seed):
    rng = np.random.default_rng(seed)
    cap = rng.integers(0, 30, people)
    weight = (rng.random(people) < 0.6).astype(float)
    counts = taken(min(total, int(cap.sum())), weight, [1, 2, 5], cap, rng)
    assert counts.sum() == min(total, int(cap.sum())) and (counts <= cap).all() and (counts >= 0).all()
    part = shared(np.ones(people), total, cap)
    assert part.sum() == pytest.approx(min(total, cap.sum()), abs=1e-6) and (part <= cap).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(1, 380), st.integers(0, 2**32 - 1))
def test_exactly_as_many_free_places_as_asked_are_chosen_and_the_highest(rows, width, seed):
    rng = np.random.default_rng(seed)
    keys = rng.normal(0, 50, (rows, width)).astype(np.float32)
    free, count = rng.random((rows, width)) < 0.7, rng.integers(0, width + 1, rows)
    chosen = highest(keys, free, count)
    assert (chosen.sum(axis=1) == np.minimum(count, free.sum(axis=1))).all() and not (chosen & ~free).any()
    for row in range(rows):
        left = keys[row][free[row] & ~chosen[row]]
        if chosen[row].any() and len(left):
            assert keys[row][chosen[row]].min() >= left.max() - abs(left.max()) * 2e-3 - 1e-3


def test_largest_remainders_add_up():
    assert totals({"I": 33.35, "O": 33.35, "G": 33.30}, 10) == {"I": 4, "O": 3, "G": 3}
