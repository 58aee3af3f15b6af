"""One contender in a process of its own: imports, a warm-up on a few pupils, then the timed work.

python -m benchmarks.contenders NAME FOLDER [--within SECONDS] [--out FILE]: one line of JSON on standard output.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.memory import peak_mb

Work = Callable[[Path], Any]


def measure_ours(folder: Path) -> Any:
    """Our engine over our Parquet store, in this process."""
    import polars as pl

    from mainstay.registers import engines, store
    from mainstay.registers.report import report

    frames = engines.local(store.Store(folder / "store"), engines.Task())
    return pl.concat([report(frame) for frame in frames])


def files_ours(folder: Path) -> Any:
    """Our reader with all its checks, and the same engine."""
    import polars as pl

    from mainstay.registers import engines
    from mainstay.registers.inputs import Given, take
    from mainstay.registers.reading import Options
    from mainstay.registers.report import report

    taken = take([folder / "csv"], Given(date.today(), None, None, Options()))
    return pl.concat([report(frame) for frame in engines.local(taken.source, engines.Task())])


def decompress(folder: Path) -> None:
    """The floor: read our store and do nothing with it."""
    import pyarrow.parquet as pq

    for file in sorted((folder / "store").glob("year=*/*.parquet")):
        pq.ParquetFile(file).read()


def csv_bytes(folder: Path) -> None:
    """The floor of files: read their bytes and count the lines."""
    for file in sorted((folder / "csv").glob("*.csv")):
        file.read_bytes().count(b"\n")


def _peer(module: str, function: str) -> Work:
    def work(folder: Path) -> Any:
        peer = import_module(f"benchmarks.peers.{module}")
        if function == "measure":
            return peer.measure(folder / "rows")
        return getattr(peer, function)(sorted((folder / "csv").glob("*.csv")))

    return work


def _numpy(folder: Path) -> Any:
    from benchmarks.peers import numpy_grids

    return numpy_grids.measure(folder / "store")


MEASURE: dict[str, Work] = {
    "ours": measure_ours,
    "pandas": _peer("pandas_rows", "measure"),
    "polars": _peer("polars_rows", "measure"),
    "duckdb": _peer("duckdb_rows", "measure"),
    "decompress": decompress,
}
SAME_GRIDS: dict[str, Work] = {"numpy": _numpy}
FILES: dict[str, Work] = {
    "ours, files": files_ours,
    "pandas, files": _peer("pandas_rows", "read_checked"),
    "polars, files": _peer("polars_rows", "read_checked"),
    "count lines": csv_bytes,
}
TRUSTING: dict[str, Work] = {
    "pandas, files unchecked": _peer("pandas_rows", "read_trusting"),
    "polars, files unchecked": _peer("polars_rows", "read_trusting"),
}
ALL = MEASURE | SAME_GRIDS | FILES | TRUSTING
FLOORS = ("decompress", "count lines")


def _timed(work: Work, folder: Path) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work(folder)
    return time.perf_counter() - start, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=ALL)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--within", type=float, default=0, help="repeat until that long was worked, five times at most"
    )
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    work = ALL[chosen.name]
    warm, _ = _timed(work, chosen.folder / "warm")
    seconds, result = [], None
    while not seconds or (sum(seconds) < chosen.within and len(seconds) < 5):
        result = None
        took, result = _timed(work, chosen.folder)
        seconds.append(took)
    peak = peak_mb()
    if chosen.out and result is not None:
        import polars as pl

        frame = result if isinstance(result, pl.DataFrame) else pl.from_pandas(result)
        frame.write_parquet(chosen.out)
    json.dump({"warm_up": warm, "seconds": median(seconds), "peak_mb": peak}, sys.stdout)


if __name__ == "__main__":
    main()
