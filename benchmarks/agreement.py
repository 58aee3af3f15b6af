"""Nothing is timed before everything agrees: contenders with ours, ours with the law.

python -m benchmarks.agreement [--pupils N] [--seed N]: ours with the law on every pupil of the whole made-up
city, both years. The last line is JSON.
"""

import argparse
import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.peers import OUTPUTS
from mainstay.law import absence, codes, returns, threshold
from mainstay.law.register import Calendar, Record, Register, merge
from mainstay.registers import engines, store
from mainstay.registers.grid import session_of, year_label
from mainstay.registers.parts import InMemory, Part
from mainstay.registers.report import TYPES, report
from mainstay.registers.simulate import city
from mainstay.registers.simulating.writing import parts


def normal(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns compared, of the report's types, ordered by pupil."""
    columns = [pl.col(name).cast(TYPES[name]) for name in OUTPUTS]
    return frame.select(pl.col("school", "upn").cast(pl.String), *columns).sort("school", "upn")


def check_equal(name: str, theirs: pl.DataFrame, ours: pl.DataFrame) -> None:
    """Stop the run at the first contender that has other rows."""
    if len(theirs) != len(ours):
        raise SystemExit(f"{name}: {len(theirs)} rows, ours has {len(ours)}: no times are printed")
    wrong = {c: int(ours[c].ne_missing(theirs[c]).sum()) for c in ours.columns}
    if any(wrong.values()):
        raise SystemExit(f"{name} disagrees with ours in {wrong}: no times are printed")


def check_law(folder: Path, ours: pl.DataFrame, sample: int) -> int:
    """Ask the law about a quarter with many unauthorised sessions and a random rest; how many were asked."""
    rng = np.random.default_rng(1)
    numbered = ours.with_row_index("row")
    many = numbered.filter(pl.col("unauthorised") >= 8)["row"].to_numpy()
    chosen = set(rng.permutation(many)[: sample // 4].tolist())
    chosen |= set(rng.permutation(len(ours))[: sample - len(chosen)].tolist())
    wanted = {(row["school"], row["upn"]): row for row in ours[sorted(chosen)].iter_rows(named=True)}
    packed = store.Store(folder / "store")
    for place in range(len(packed)):
        for part in packed.group(place):
            for n, key in enumerate(part.keys().rows()):
                if key in wanted:
                    record = merge(_register((part.year, part.opens[part.school[n]], part.marks[n])))
                    _compare(record, record, None, None, wanted.pop(key))
    if wanted:
        raise SystemExit(f"{len(wanted)} pupils of the report are not in the store: no times are printed")
    return len(chosen)


def _register(*years: tuple[int, np.ndarray, np.ndarray | None]) -> Register:
    """(year, sessions, marks or None) as the law reads them; the closed half of a school day is a closure."""
    names, days, pairs = codes.code_of_byte(), set(), {}
    for year, opened, marks in years:
        for slot in np.flatnonzero(opened.reshape(-1, 2).any(axis=1)).tolist():
            on, halves = session_of(year, 2 * slot)[0], slice(2 * slot, 2 * slot + 2)
            days.add(on)
            if marks is not None:
                both = zip(marks[halves].tolist(), opened[halves].tolist(), strict=True)
                pairs[on] = tuple(names[chr(byte)] if is_open else codes.CLOSED for byte, is_open in both)
    return Register(Calendar(frozenset(days)), pairs)


def _compare(alone: Record, record: Record, born: date | None, since: date | None, row: dict) -> None:
    """alone: of the row's year; record: with the year before; since: the end of that, if there is one."""
    rates, met, due = (
        absence.measure(alone),
        threshold.find(record, born, considered_on=since),
        returns.find(alone, born),
    )
    said = {
        "possible": rates.possible, "authorised": rates.authorised, "unauthorised": rates.unauthorised,
        "late": rates.late, "persistent": rates.persistent, "severe": rates.severe,
        "threshold_met_on": met.met_on, "threshold_half": met.met_half,
        "illness_days": due.sickness.days_so_far, "unresolved_n": len(due.unresolved_n),
    }  # fmt: skip
    if met.met:
        said |= {"window_first_week": met.window.first_week, "window_last_week": met.window.last_week}
    if since is None:
        said |= {
            "best_count": met.best.count, "best_first_week": met.best.first_week, "near_miss": met.near_miss,
        }  # fmt: skip
    run = returns.find(record, born).ten_days_unauthorised.reached_on
    if run is None or since is None or run > since:
        said["ten_days_on"] = run
    wrong = [name for name, value in said.items() if row[name] != value]
    if wrong:
        raise SystemExit(f"ours disagrees with the law in {wrong}: no times are printed")


#: what the processes of ``whole_city`` share by being forked from it: parts by year, rows by place
_held: tuple[dict[int, Part], dict[tuple[str, str, str], dict]] = ({}, {})


def whole_city(pupils: int | None, seed: int) -> int:
    """Compare every pupil-year of the made-up city; how many there were."""
    made = sorted(parts(city("southampton", seed, date(2026, 7, 17), 2, pupils)), key=lambda part: part.year)
    frames = [report(frame) for frame in engines.local(InMemory(made), engines.Task())]
    rows = {(r["school"], r["upn"], r["academic_year"]): r for r in pl.concat(frames).iter_rows(named=True)}
    global _held
    _held = ({part.year: part for part in made}, rows)
    slices = [(part.year, k, 500) for part in made for k in range(0, len(part), 500)]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("fork")) as pool:
        return sum(pool.map(_compare_some, slices))


def _compare_some(some: tuple[int, int, int]) -> int:
    year, first, many = some
    part, before = _held[0][year], _held[0].get(year - 1)
    keys, earlier = (
        part.keys().rows(),
        {key: n for n, key in enumerate(before.keys().rows())} if before else {},
    )
    places = {school: k for k, school in enumerate(before.schools)} if before else {}
    asked = 0
    for n in range(first, min(first + many, len(part))):
        school, pupil = keys[n]
        row = _held[1].get((school, pupil, year_label(year)))
        if row is None:
            continue
        own = (year, part.opens[part.school[n]], part.marks[n])
        alone = record = merge(_register(own))
        if before is not None and school in places:
            known = earlier.get((school, pupil))
            marks = None if known is None else before.marks[known]
            record = merge(_register((year - 1, before.opens[places[school]], marks), own))
        born = None if np.isnat(part.births[n]) else part.births[n].item()
        _compare(alone, record, born, None if record is alone else date(year, 7, 31), row)
        asked += 1
    return asked


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.agreement", description=__doc__)
    parser.add_argument("--pupils", type=int, help="about how many are on roll (29,500)")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    begun = time.perf_counter()
    asked = whole_city(chosen.pupils, chosen.seed)
    print(
        f"the law was asked about {asked:,} pupil-years in {time.perf_counter() - begun:.0f} s: every one agrees"
    )
    print(json.dumps({"pupil_years_agreed": asked}))


if __name__ == "__main__":
    main()
