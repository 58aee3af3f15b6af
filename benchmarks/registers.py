"""The register engine against pandas, Polars and DuckDB, side by side, on one machine in one run.

python -m benchmarks.registers [--quick] [--pupils N] [--rounds N] [--seed N]

Made-up registers of one academic year, one file a school. Agreement comes first: every contender's rows
must equal ours, and ours the law's on a sample, or no time is printed. Each contender runs in a fresh
process, in rotated order; imports and a warm-up on a few pupils are outside the timer. What takes less than
a second is repeated, and its median counts. A ratio is the median of the rounds' ratios. The last line is JSON.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[1]))  # as a file too, not only as a module

from benchmarks import agreement, contenders, data, england

PYTHON = (sys.executable, "-m")
FULL, QUICK = 36_000, 2_400
ENGLAND_FULL, ENGLAND_QUICK = 9_000_000, 50_000


@dataclass
class Timed:
    """One contender's rounds: the median of its repeats in each."""

    seconds: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)
    warm_ups: list[float] = field(default_factory=list)


class Rounds:
    """Contenders in fresh processes, in an order that moves on by one each round."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.timed: dict[str, Timed] = {}
        self.loads: list[float] = []

    def run(self, names: list[str], number: int, outputs: bool) -> None:
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            command = [
                *PYTHON,
                "benchmarks.contenders",
                name,
                str(self.folder),
                "--within",
                "1",
            ]
            if outputs and name not in contenders.FLOORS:
                command += ["--out", str(self.result(name))]
            found = _json(command)
            timed = self.timed.setdefault(name, Timed())
            timed.seconds.append(found["seconds"])
            timed.peaks.append(found["peak_mb"])
            timed.warm_ups.append(found["warm_up"])
        self.loads.append(os.getloadavg()[0])

    def result(self, name: str) -> Path:
        return self.folder / f"result-{name.replace(', ', '-').replace(' ', '-')}.parquet"

    def ratio(self, slow: str, fast: str) -> tuple[float, float, float]:
        """Median, least and greatest of the rounds' ratios of two contenders."""
        pairs = zip(self.timed[slow].seconds, self.timed[fast].seconds, strict=True)
        ratios = [a / b for a, b in pairs]
        return median(ratios), min(ratios), max(ratios)


def _json(command: list[str]) -> dict:
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    *told, last = done.stdout.decode().strip().splitlines()
    for line in told:
        print(line)
    return json.loads(last)


def main() -> None:
    chosen = _parser().parse_args()
    quick = chosen.quick
    pupils = chosen.pupils or (QUICK if quick else FULL)
    rounds = chosen.rounds or (1 if quick else 5)
    with tempfile.TemporaryDirectory(prefix="mainstay-benchmark-") as name:
        folder = Path(name)
        made = data.write(folder, pupils, chosen.seed)
        data.write(folder / "warm", 30, chosen.seed)
        _say_where(made, chosen.seed)
        timing = Rounds(folder)
        untargeted = contenders.SAME_GRIDS | contenders.TRUSTING
        names = [name for name in contenders.ALL if not (quick and name in untargeted)]
        timing.run(names, 0, outputs=True)
        _agree(timing, names, sample=60 if quick else 2000)
        for number in range(1, rounds):
            timing.run(names, number, outputs=False)
        figures = _report(timing)
        figures |= _increments(quick)
        figures |= _england(folder, ENGLAND_QUICK if quick else chosen.england, chosen.seed)
    print(json.dumps(figures))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("benchmarks.registers", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="smaller data, under a minute; ratios are rougher"
    )
    parser.add_argument("--pupils", type=int, help=f"pupils measured ({FULL:,}; quick: {QUICK:,})")
    parser.add_argument("--rounds", type=int, help="rounds (5; quick: one)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--england", type=int, default=ENGLAND_FULL, help="pupils of the one-process run")
    return parser


def _say_where(made: dict[str, int], seed: int) -> None:
    names = ("numpy", "numba", "polars", "pyarrow", "pandas", "duckdb")
    print(
        f"{made['pupils']:,} pupils, {made['schools']} schools, {made['marks']:,} marks, seed {seed}: made up"
    )
    print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in names))
    print(
        f"{os.cpu_count()} cores ({_processor()}), load {os.getloadavg()[0]:.1f}; cache and compiler warm\n"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.machine())


def _agree(timing: Rounds, names: list[str], sample: int) -> None:
    ours = agreement.normal(pl.read_parquet(timing.result("ours")))
    others = [name for name in names if name not in (*contenders.FLOORS, "ours")]
    for name in others:
        agreement.check_equal(name, agreement.normal(pl.read_parquet(timing.result(name))), ours)
    asked = agreement.check_law(timing.folder, pl.read_parquet(timing.result("ours")), sample)
    print(
        f"agreement: {len(others)} contenders equal ours on all {len(ours):,} pupils and every column compared;"
    )
    print(
        f"           ours equals the law on {asked:,} pupils, those with many unauthorised sessions first\n"
    )


def _report(timing: Rounds) -> dict[str, float]:
    figures = {
        "measure_vs_pandas": _compare(timing, "pandas", "ours"),
        "measure_vs_polars": _compare(timing, "polars", "ours"),
        "measure_vs_duckdb": _compare(timing, "duckdb", "ours"),
        "files_vs_pandas": _compare(timing, "pandas, files", "ours, files"),
        "files_vs_polars": _compare(timing, "polars, files", "ours, files"),
        "measure_vs_decompress": _compare(timing, "ours", "decompress"),
        "peak_mb": round(max(timing.timed["ours"].peaks + timing.timed["ours, files"].peaks)),
    }
    _table(
        "A store measured: our grids in Parquet; the peers' rows in Parquet",
        timing,
        contenders.MEASURE,
        "ours",
    )
    if timing.timed.keys() & contenders.SAME_GRIDS:
        _table("Given the same grids (no target)", timing, contenders.SAME_GRIDS, "ours")
    _table("Files to findings, the same checks in each", timing, contenders.FILES, "ours, files")
    if timing.timed.keys() & contenders.TRUSTING:
        _table("The peers without any check (no target)", timing, contenders.TRUSTING, "ours, files")
    floor = timing.timed["decompress"].seconds
    if max(timing.loads) > (os.cpu_count() or 1) or max(floor) > 1.5 * median(floor):
        print("note: the machine was busy in some round; trust the ratios less\n")
    return figures


def _compare(timing: Rounds, slow: str, fast: str) -> float:
    return round(timing.ratio(slow, fast)[0], 2)


def _table(title: str, timing: Rounds, names: dict[str, Callable], ours: str) -> None:
    print(title)
    print(f"  {'':24}{'seconds':>10}{'x ours':>9}{'(least-greatest)':>20}{'peak MB':>9}{'warm-up s':>11}")
    for name in names:
        timed, (ratio, low, high) = timing.timed[name], timing.ratio(name, ours)
        spread = f"({low:.2f}-{high:.2f})"
        print(f"  {name:24}{median(timed.seconds):>10.3f}{ratio:>9.2f}{spread:>20}{max(timed.peaks):>9.0f}"
              f"{median(timed.warm_ups):>11.2f}")  # fmt: skip
    print()


def _increments(quick: bool) -> dict[str, float]:
    """A day's increment in the database."""
    return _json([*PYTHON, "benchmarks.increment", *(["--quick"] if quick else [])])


def _england(folder: Path, pupils: int, seed: int) -> dict[str, float]:
    store = folder / "england"
    england.write(store, pupils, seed)
    size = sum(file.stat().st_size for file in store.rglob("*.parquet")) / 1e6
    found = _json([*PYTHON, "benchmarks.england", str(store)])
    print(
        f"{pupils:,} pupils in one process: {found['seconds']:.1f} s from {size:,.0f} MB of Parquet to a report in"
    )
    print(f"Parquet, peak {found['peak_mb']:.0f} MB (grids of {england.POOL} schools over and over)\n")
    return {"england_mb": round(found["peak_mb"]), "england_pupils": pupils}


if __name__ == "__main__":
    main()
