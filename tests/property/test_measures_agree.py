"""The compiled measures, the plain ones beside them and the law give one answer for every pupil."""

import os
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property import measured_reference as plain
from tests.property.measured_city import YEARS, City, make_city
from tests.property.measured_city import Register as PupilRegister

from mainstay.law import absence, clock, codes, returns, threshold
from mainstay.law.register import Calendar, Record, Register, merge
from mainstay.registers import engines, parts
from mainstay.registers.grid import academic_year, session_of, year_label
from mainstay.registers.report import report

#: the law is asked about tens of thousands of pupil-years here: counting its lines as well would take minutes
pytestmark = [pytest.mark.no_cover, pytest.mark.long]
#: ``MAINSTAY_TEST_PUPILS`` asks about more
PUPILS = int(os.environ.get("MAINSTAY_TEST_PUPILS", "2500"))
CODE_OF = [codes.code_of_byte().get(chr(byte), codes.BLANK) for byte in range(256)]
SHUT = np.zeros(756, np.uint8)


def parts_of(city: City) -> list[parts.Part]:
    found = []
    for year in YEARS:
        rows = [
            (register.school, pupil.upn, register.grids[year], pupil.born)
            for pupil in city.pupils
            for register in pupil.registers
            if year in register.grids
        ]
        rows.sort(key=lambda row: row[:2])
        schools = sorted({row[0] for row in rows})
        found.append(
            parts.Part(
                year,
                schools,
                np.array([schools.index(row[0]) for row in rows], np.int32),
                pl.Series("pupil", [row[1] for row in rows]),
                np.stack([row[2] for row in rows]),
                np.stack([city.opens[school][year] for school in schools]),
                np.array([row[3] for row in rows], "datetime64[D]"),
                pl.DataFrame({name: [None] * len(rows) for name in parts.ABOUT}),
            )
        )
    return found


def measured(city: City) -> dict[tuple[str, str, str], dict]:
    source = parts.InMemory(parts_of(city))
    frames = [report(frame) for frame in engines.local(source, engines.Task())]
    return {
        (row["school"], row["upn"], row["academic_year"]): row
        for row in pl.concat(frames).iter_rows(named=True)
    }


@cache
def everyday() -> tuple[City, dict]:
    city = make_city(PUPILS, seed=20241)
    return city, measured(city)


def pupil_years(city: City, rows: dict):
    for pupil in city.pupils:
        for register in pupil.registers:
            for year in register.grids:
                yield pupil, register, year, rows.get((register.school, pupil.upn, year_label(year)))


def test_every_measure_of_every_pupil_is_the_plain_one():
    city, rows = everyday()
    seen = 0
    for pupil, register, year, row in pupil_years(city, rows):
        expected = plain.measured(city.opens[register.school], register.grids, year, pupil.born)
        if expected is None:
            assert row is None
            continue
        seen += 1
        assert {name: row[name] for name in expected} == expected, (pupil.upn, register.school, year)
    assert seen == len(rows)


def test_the_threshold_across_schools_is_the_plain_one():
    city, rows = everyday()
    for pupil in city.pupils:
        if len(pupil.registers) < 2:
            continue
        registers = [(city.opens[one.school], one.grids) for one in pupil.registers]
        for year in YEARS:
            expected = plain.met_across(registers, year, pupil.born)
            for register in pupil.registers:
                row = rows.get((register.school, pupil.upn, year_label(year)))
                assert row is None or row["threshold_across_schools_on"] == expected, (pupil.upn, year)


def test_across_schools_is_the_same_as_at_the_only_school():
    city, rows = everyday()
    for pupil, _, _, row in pupil_years(city, rows):
        if row and len(pupil.registers) == 1:
            assert row["threshold_across_schools_on"] == row["threshold_met_on"]


@cache
def school_days(opened: bytes, year: int) -> list[tuple[date, int, bool, bool]]:
    """The days of a year's sessions: day, its morning slot, and which halves were open."""
    halves = [(slot, bool(opened[slot]), bool(opened[slot + 1])) for slot in range(0, len(opened), 2)]
    return [(session_of(year, slot)[0], slot, am, pm) for slot, am, pm in halves if am or pm]


@cache
def law_calendar(school: str, *years: int) -> Calendar:
    opens = everyday()[0].opens[school]
    return Calendar(
        frozenset(one[0] for year in years for one in school_days(opens.get(year, SHUT).tobytes(), year))
    )


def law_register(register: PupilRegister, *years: int) -> Register:
    """The same marks as the law reads them; the closed half of a school day is planned closure."""
    marks, opens = {}, everyday()[0].opens[register.school]
    for year in years:
        if year not in register.grids:
            continue
        row = register.grids[year].tobytes()
        for day, slot, am, pm in school_days(opens[year].tobytes(), year):
            pair = CODE_OF[row[slot]], CODE_OF[row[slot + 1]]
            if pair != ("-", "-"):
                marks[day] = pair[0] if am else "#", pair[1] if pm else "#"
    return Register(law_calendar(register.school, *years), marks, register.school)


@cache
def law_weeks(school: str, *years: int) -> tuple[date, ...]:
    return clock.school_weeks(law_calendar(school, *years).days)


def merged(register: PupilRegister) -> Record:
    """What the law merges of every year of a register."""
    return merge(law_register(register, *YEARS))


def of_years(whole: Record, register: PupilRegister, *years: int) -> Record:
    """What the law merges of these years that follow one another, taken out of ``whole``."""
    before = [year for year in YEARS if year < years[0]]
    start, count = (2 * len(law_calendar(register.school, *some).days) for some in (before, years))
    sittings = whole.sittings[start : start + count]
    return Record((law_register(register, *years),), sittings, law_weeks(register.school, *years), False)


def on_roll(register: Register) -> Register | None:
    """The register from its first mark to its last; None without one."""
    held = [day for day, pair in register.marks.items() if set(pair) - {"-", "#"}]
    return replace(register, on_roll_from=min(held), on_roll_to=max(held)) if held else None


def same_absence(record: Record, row: dict) -> None:
    answer = absence.measure(record)
    assert (answer.possible, answer.authorised, answer.unauthorised, answer.late) == (
        row["possible"], row["authorised"], row["unauthorised"], row["late"],
    )  # fmt: skip
    assert (answer.persistent, answer.severe) == (row["persistent"], row["severe"])


def same_threshold(record: Record, born: date | None, year: int, first_year: bool, row: dict) -> bool:
    answer = threshold.find(record, born, considered_on=date(year, 7, 31))
    assert (answer.met_on, answer.met_half) == (row["threshold_met_on"], row["threshold_half"])
    if answer.met:
        window = (answer.window.first_week, answer.window.last_week)
        assert window == (row["window_first_week"], row["window_last_week"])
    if answer.best.last_week and academic_year(answer.best.last_week) == year:
        assert answer.best.count == row["best_count"]
    if first_year:
        best = (answer.best.count, answer.best.first_week, answer.best.last_week)
        assert best == (row["best_count"], row["best_first_week"], row["best_last_week"])
        assert answer.near_miss == row["near_miss"]
    return answer.met


def same_returns(record: Record, alone: Record, born: date | None, year: int, row: dict) -> bool:
    on = returns.find(record, born).ten_days_unauthorised.reached_on
    reached = on is not None and academic_year(on) == year
    if on is None or reached:
        assert row["ten_days_on"] == on
    of_year = returns.find(alone, born)
    assert len(of_year.unresolved_n) == row["unresolved_n"]
    assert of_year.sickness.days_so_far == row["illness_days"]
    return reached


def test_a_year_is_merged_as_it_stands_among_the_others():
    """Whatever marks it holds: the law merges day by day."""
    city, _ = everyday()
    for pupil in city.pupils[::10]:
        for register in pupil.registers:
            whole = merged(register)
            for year in register.grids:
                for years in ((year,), (year - 1, year)):
                    assert of_years(whole, register, *years) == merge(law_register(register, *years)), (
                        pupil.upn
                    )


def test_the_law_says_the_same_of_every_pupil():
    city, rows = everyday()
    met = reached = 0
    whole, of = None, None
    for pupil, register, year, row in pupil_years(city, rows):
        if row is None:
            continue
        if of is not register:
            whole, of = merged(register), register
        alone = of_years(whole, register, year)
        record = of_years(whole, register, year - 1, year)
        try:
            same_absence(alone, row)
            met += same_threshold(record, pupil.born, year, year - 1 not in register.grids, row)
            reached += same_returns(record, alone, pupil.born, year, row)
        except AssertionError as problem:
            raise AssertionError(f"{pupil.upn} at {register.school} in {year}: {problem}") from problem
    assert met > PUPILS / 50
    assert reached > PUPILS / 100


def test_the_law_finds_the_same_threshold_across_schools():
    city, rows = everyday()
    met = 0
    for pupil in city.pupils:
        if len(pupil.registers) < 2:
            continue
        for year in YEARS:
            registers = [on_roll(law_register(one, year - 1, year)) for one in pupil.registers]
            registers = [one for one in registers if one is not None]
            found = [rows.get((one.school, pupil.upn, year_label(year))) for one in pupil.registers]
            found = [row for row in found if row is not None]
            if not found:
                continue
            answer = threshold.find(registers, pupil.born, considered_on=date(year, 7, 31))
            assert {row["threshold_across_schools_on"] for row in found} == {answer.met_on}, (pupil.upn, year)
            met += answer.met
    assert met > PUPILS / 100


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_any_small_city_measures_as_plainly(seed):
    city = make_city(4, seed=seed, schools=3)
    for pupil, register, year, row in pupil_years(city, measured(city)):
        expected = plain.measured(city.opens[register.school], register.grids, year, pupil.born)
        assert (row is None) == (expected is None)
        assert row is None or {name: row[name] for name in expected} == expected


def test_a_city_has_the_cases_that_matter():
    city, rows = everyday()
    kinds = {
        "crosses years": any(
            row["window_first_week"]
            and academic_year(row["window_first_week"]) < int(row["academic_year"][:4])
            for row in rows.values()
        ),
        "exactly nine": any(row["best_count"] == 9 for row in rows.values()),
        "exactly ten": any(row["best_count"] == 10 for row in rows.values()),
        "missing": any(row["missing"] for row in rows.values()),
        "several schools": any(len(pupil.registers) > 2 for pupil in city.pupils),
        "no date of birth": any(pupil.born is None for pupil in city.pupils),
        "schools differ": any(
            row["threshold_across_schools_on"] != row["threshold_met_on"] for row in rows.values()
        ),
    }
    assert all(kinds.values()), kinds
