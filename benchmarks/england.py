"""A country's worth of pupils in one process: a store of made-up grids, measured into one Parquet file.

The grids are those of a pool of schools over and over, each time under new names and in other company;
one pupil in a hundred is on the roll of two schools. The size is real, the variety is not.

python -m benchmarks.england FOLDER: measure what ``write`` put there; one line of JSON on standard output.
"""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from benchmarks import data
from benchmarks.memory import peak_mb
from mainstay.registers import measure_command, store
from mainstay.registers.parts import Part

POOL = 51  # schools; three parts of the store


def write(folder: Path, pupils: int, seed: int) -> None:
    """Write the store."""
    pool = list(data.schools(POOL * data.SCHOOL_SIZE, seed))
    parts = [data.part(pool[k : k + 17]) for k in range(0, POOL, 17)]
    store.write(folder, _copies(parts, pupils))


def _copies(parts: list[Part], pupils: int) -> Iterator[list[Part]]:
    made, copy = 0, 0
    while made < pupils:
        part = parts[copy % len(parts)]
        schools = [f"{copy * 17 + k:07d}" for k in range(len(part.schools))]
        names = [f"A{made + k - data.SCHOOL_SIZE * (k % 100 == 99):012d}" for k in range(len(part))]
        names = [
            name
            for k in range(0, len(names), data.SCHOOL_SIZE)
            for name in sorted(names[k : k + data.SCHOOL_SIZE])
        ]
        yield [replace(part, schools=schools, pupils=pl.Series("pupil", names))]
        made, copy = made + len(part), copy + 1


def measure(folder: Path) -> None:
    start = time.perf_counter()
    status = measure_command.main([str(folder), "--out", str(folder.with_suffix(".parquet"))])
    seconds = time.perf_counter() - start
    peak = peak_mb()
    json.dump({"status": status, "seconds": seconds, "peak_mb": peak}, sys.stdout)


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
