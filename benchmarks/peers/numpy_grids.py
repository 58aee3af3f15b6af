"""The measures in NumPy, given the same grids as our engine: what the layout alone is worth."""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from mainstay.registers import store, tables
from mainstay.registers.grid import BLANK, SIZE, first_monday, slot_of
from mainstay.registers.parts import Part


def measure(folder: Path) -> pl.DataFrame:
    """Measure a register store, a part at a time."""
    packed = store.Store(folder)
    return pl.concat(measures(part) for place in range(len(packed)) for part in packed.group(place))


def measures(part: Part) -> pl.DataFrame:
    held = part.opens[part.school].astype(bool)
    marks = np.where(held, part.marks, BLANK)
    possible, absent, counted = (
        table[marks].astype(bool) for table in (tables.POSSIBLE, tables.ABSENT, tables.THRESHOLD)
    )
    total, gone, bad = possible.sum(1), absent.sum(1), counted.sum(1)
    columns = {
        "possible": total,
        "attended": total - gone,
        "authorised": gone - bad,
        "unauthorised": bad,
        "late": (tables.LATE[marks] > 0).sum(1),
        "missing": missing(marks, held),
        "illness_days": tables.ILLNESS[marks].sum(1) / 2,
        "unresolved_n": tables.UNRESOLVED[marks].sum(1),
    }
    frame = part.keys().rename({"pupil": "upn"}).with_columns(**{k: pl.Series(v) for k, v in columns.items()})
    some = pl.Series(total > 0)
    return frame.with_columns(
        persistent=pl.when(some).then(pl.Series(10 * gone >= total)),
        severe=pl.when(some).then(pl.Series(2 * gone >= total)),
        **threshold(part, counted),
        **runs(part, marks, possible, counted),
    )


def missing(marks: np.ndarray, held: np.ndarray) -> np.ndarray:
    there = tables.IN_SESSION[marks] > 0
    first, last = there.argmax(1), SIZE - 1 - there[:, ::-1].argmax(1)
    slots = np.arange(SIZE)
    inside = (slots >= first[:, None]) & (slots <= last[:, None])
    return ((marks == BLANK) & held & inside).sum(1)


def threshold(part: Part, counted: np.ndarray) -> dict[str, pl.Series]:
    counted = counted.copy()
    counted[:, : slot_of(date(2024, 8, 19), "AM")] = False
    met = np.full(len(counted), -1)
    best = np.zeros(len(counted), int)
    for k in range(len(part.schools)):
        rows = np.flatnonzero(part.school == k)
        weeks = part.opens[k].reshape(-1, 14).any(1)
        mine = counted[rows].reshape(len(rows), -1, 14)[:, weeks]
        weekly = mine.sum(2).cumsum(1)
        before = np.pad(weekly, ((0, 0), (10, 0)))
        ten = weekly - before[:, : weekly.shape[1]]
        best[rows] = ten.max(1)
        nine = ten - mine.sum(2)
        running = nine[:, :, None] + mine.cumsum(2)
        reached = ((running >= 10) & mine).reshape(len(rows), -1)
        at = np.flatnonzero(np.repeat(weeks, 14))[reached.argmax(1)]
        met[rows] = np.where(reached.any(1), at, -1)
    days = np.datetime64(first_monday(part.year)) + (met // 2).astype("timedelta64[D]")
    days[met < 0] = np.datetime64("NaT")
    halves = pl.Series(np.where(met % 2, "PM", "AM").tolist())
    return {
        "threshold_met_on": pl.Series(days),
        "threshold_half": pl.select(pl.when(pl.Series(met >= 0)).then(halves)).to_series(),
        "best_count": pl.Series(best),
    }


def runs(part: Part, marks: np.ndarray, possible: np.ndarray, counted: np.ndarray) -> dict[str, pl.Series]:
    blank = ((marks == BLANK) & (part.opens[part.school] > 0)).reshape(len(marks), -1, 2).any(2)
    able, bad = (x.reshape(len(marks), -1, 2).sum(2) for x in (possible, counted))
    breaks = able > bad
    counts = ~breaks & (bad > 0) & ~blank
    total = counts.cumsum(1)
    length = np.where(counts, total - np.maximum.accumulate(np.where(breaks, total, 0), axis=1), 0)
    tenth = length == 10
    days = np.datetime64(first_monday(part.year)) + tenth.argmax(1).astype("timedelta64[D]")
    days[~tenth.any(1)] = np.datetime64("NaT")
    return {"longest_unauthorised_days": pl.Series(length.max(1)), "ten_days_on": pl.Series(days)}
