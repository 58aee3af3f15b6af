"""``mainstay registers measure INPUT... --out FILE``: one row a pupil, school and academic year."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from mainstay.registers import store
from mainstay.registers.engines import ENGINES, Task, left_out
from mainstay.registers.inputs import (
    DONE,
    REFUSED,
    STOPPED,
    Given,
    Progress,
    WrongUsage,
    add_options,
    take,
    tell,
    the_store,
    wrong_usage,
)
from mainstay.registers.output import Sink
from mainstay.registers.parts import Source
from mainstay.registers.register import Stopped
from mainstay.registers.report import report


def main(argv: list[str]) -> int:
    """Measure; 0 done, 1 with refused rows, 2 wrong usage, 3 an input was stopped."""
    chosen = _parser().parse_intermixed_args(argv)
    try:
        sink = Sink.to(chosen.out)
        given = Given.of(chosen)
        births = given.pupils.births if given.pupils else {}
        task = Task(as_of=given.as_of, calendars=given.calendars, births=births)
        source: Source | None = the_store(chosen.inputs)
        if source is not None:
            status = _closed_marks(source, task)
        else:
            taken = take(chosen.inputs, given)
            source, status = taken.source, taken.status
            if taken.stopped and not chosen.skip_stopped:
                tell(
                    "nothing was written: put the stopped inputs right, or leave them out with --skip-stopped"
                )
                return STOPPED
        with _frames(source, task, chosen) as frames:
            sink.write(frames)
    except (WrongUsage, Stopped) as problem:
        return wrong_usage("measure", problem)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("mainstay registers measure", description=__doc__)
    add_options(parser)
    parser.add_argument(
        "--out", required=True, metavar="FILE", help="a name ending .csv or .parquet, or - for CSV"
    )
    parser.add_argument(
        "--engine", choices=(*ENGINES, "spark"), default="local", help="who computes (default local)"
    )
    parser.add_argument(
        "--master", default="local[*]", help="Spark master, with --engine spark (default local[*])"
    )
    return parser


def _closed_marks(source: Source, task: Task) -> int:
    marks = left_out(source, task)
    if marks:
        tell(f"{marks} marks stand on sessions the calendar calls closed: left out")
    return REFUSED if marks else DONE


@contextmanager
def _frames(source: Source, task: Task, chosen: argparse.Namespace) -> Iterator[Iterator[pl.DataFrame]]:
    """The report, a group of schools at a time, by the chosen engine."""
    if chosen.engine == "local" or not len(source):
        yield _watched(ENGINES["local"](source, task), len(source))
        return
    with TemporaryDirectory(prefix="mainstay-registers-") as folder:
        if not isinstance(source, store.Store):
            packed = Path(folder) / "store"
            store.write(packed, [source.group(place) for place in range(len(source))])
            source = store.Store(packed)
        if chosen.engine == "spark":
            from mainstay.registers import spark

            yield spark.measure(source, task, chosen.master)
        else:
            yield _watched(ENGINES[chosen.engine](source, task), len(source))


def _watched(frames: Iterator[pl.DataFrame], groups: int) -> Iterator[pl.DataFrame]:
    progress = Progress("measuring group of schools", groups)
    for frame in frames:
        progress.step()
        yield report(frame)
