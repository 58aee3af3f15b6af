"""Nothing is timed before everything agrees: contenders with ours, ours with the law."""

from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.peers import OUTPUTS
from mainstay.law import absence, codes, returns, threshold
from mainstay.law.register import Calendar, Register
from mainstay.registers import store
from mainstay.registers.grid import session_of
from mainstay.registers.report import TYPES


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
                    register = _register(part.year, part.opens[part.school[n]], part.marks[n])
                    _compare(register, wanted.pop(key))
    if wanted:
        raise SystemExit(f"{len(wanted)} pupils of the report are not in the store: no times are printed")
    return len(chosen)


def _register(year: int, opened: np.ndarray, marks: np.ndarray) -> Register:
    names = codes.code_of_byte()
    days = {session_of(year, int(slot))[0]: int(slot) - int(slot) % 2 for slot in np.flatnonzero(opened)}
    pairs = {day: (names[chr(marks[slot])], names[chr(marks[slot + 1])]) for day, slot in days.items()}
    return Register(Calendar(frozenset(days)), pairs)


def _compare(register: Register, row: dict) -> None:
    rates, met, due = absence.measure(register), threshold.find(register), returns.find(register)
    said = {
        "possible": rates.possible, "authorised": rates.authorised, "unauthorised": rates.unauthorised,
        "late": rates.late, "persistent": rates.persistent, "severe": rates.severe,
        "threshold_met_on": met.met_on, "threshold_half": met.met_half, "best_count": met.best.count,
        "best_first_week": met.best.first_week, "near_miss": met.near_miss,
        "ten_days_on": due.ten_days_unauthorised.reached_on, "illness_days": due.sickness.days_so_far,
        "unresolved_n": len(due.unresolved_n),
    }  # fmt: skip
    wrong = [name for name, value in said.items() if row[name] != value]
    if wrong:
        raise SystemExit(f"ours disagrees with the law in {wrong}: no times are printed")
