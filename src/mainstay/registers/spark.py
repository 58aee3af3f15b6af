"""The kernels on Spark, over the same Parquet store: for areas beyond one machine.

Each row carries its school's sessions, so an Arrow batch may hold part of a school. Needs the extra
``mainstay[spark]`` and Java; every worker needs Mainstay installed.
"""

import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.registers import pupils
from mainstay.registers.engines import Task, measure_part
from mainstay.registers.grid import session_of, year_label
from mainstay.registers.kernels import NONE
from mainstay.registers.parts import InMemory, Part
from mainstay.registers.register import Stopped
from mainstay.registers.report import TYPES, report
from mainstay.registers.store import Store, part_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: report types as Spark and as Arrow spell them
_SPELT: Final = {
    pl.String: ("string", pa.string()),
    pl.Int32: ("int", pa.int32()),
    pl.Float64: ("double", pa.float64()),
    pl.Boolean: ("boolean", pa.bool_()),
    pl.Date: ("date", pa.date32()),
}
_ACROSS: Final = "threshold_across_schools_on"
_ROWS: Final = {"school": pl.String, "pupil": pl.String} | {
    name: kind for name, kind in TYPES.items() if name not in ("school", "upn", _ACROSS)
}
_TOGETHER: Final = {"pupil": pl.String, "academic_year": pl.String, _ACROSS: pl.Date}


def measure(store: Store, task: Task, master: str = "local[*]") -> Iterator[pl.DataFrame]:
    """The report of a store, computed by a Spark session; the same rows as ``engines.local``.

    Stopped when pyspark or Java is missing.
    """
    session = _session(master)
    try:
        registers = session.read.parquet(str(store.folder.resolve()))
        rows = _with_year_before(registers).mapInArrow(_measured(task), _ddl(_ROWS))
        found = rows.join(_together(registers, task), ["pupil", "academic_year"], "left")
        ordered = found.orderBy("school", "pupil", "academic_year").toArrow()
        frame = pl.DataFrame(ordered)
        across = pl.when("several").then(_ACROSS).otherwise("threshold_met_on").alias(_ACROSS)
        yield report(frame.with_columns(across))
    finally:
        session.stop()


def _session(master: str) -> "SparkSession":
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise Stopped('Spark is not installed: pip install "mainstay[spark]"') from None
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        builder = SparkSession.builder.master(master).appName("mainstay registers")
        watched = str(sys.stderr.isatty()).lower()
        builder = builder.config("spark.ui.showConsoleProgress", watched).config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.session.timeZone", "Europe/London")
        session = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "4000").getOrCreate()
    except (PySparkException, RuntimeError, OSError) as problem:
        raise Stopped(
            f"no Spark session at {master}: is Java installed? ({type(problem).__name__})"
        ) from None
    session.sparkContext.setLogLevel("ERROR")
    return session


def _with_year_before(registers: "DataFrame") -> "DataFrame":
    """Each row with the marks of the same pupil at the same school in the year before, where there are any."""
    from pyspark.sql import functions as f

    before = registers.select(
        "school", "pupil", (f.col("year") + 1).alias("year"),
        f.col("marks").alias("marks_before"), f.col("open").alias("open_before"),
    )  # fmt: skip
    return registers.join(before, ["school", "pupil", "year"], "left")


def _measured(task: Task) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            table = pa.Table.from_batches([batch])
            for year in sorted(pc.unique(table["year"]).to_pylist()):
                yield from _measure_table(year, table.filter(pc.equal(table["year"], year)), task)

    return run


def _measure_table(year: int, table: pa.Table, task: Task) -> Iterator[pa.RecordBatch]:
    part = task.prepare(_sorted_part(year, table))
    known = table.filter(pc.is_valid(table["marks_before"])).drop_columns(["marks", "open"])
    known = known.rename_columns({"marks_before": "marks", "open_before": "open"})
    earlier = task.prepare(_sorted_part(year - 1, known)) if len(known) else None
    measures = measure_part(part, earlier, task)
    frame = pl.concat([part.keys(), measures.frame()], how="horizontal").filter(measures.has_marks)
    yield from frame.select(list(_ROWS)).to_arrow().cast(_arrow(_ROWS)).to_batches()


def _sorted_part(year: int, table: pa.Table) -> Part:
    return part_of(year, table.sort_by([("school", "ascending"), ("pupil", "ascending")]))


def _together(registers: "DataFrame", task: Task) -> "DataFrame":
    """For pupils of several schools: when their schools together met the threshold, by year."""
    from pyspark.sql import functions as f

    named = registers.filter(~f.col("pupil").startswith("~"))
    several = named.groupBy("pupil").agg(f.countDistinct("school").alias("n")).filter("n > 1").select("pupil")
    found = named.join(several, "pupil").groupBy("pupil").applyInArrow(_joined(task), _ddl(_TOGETHER))
    return found.withColumn("several", f.lit(True))


def _joined(task: Task) -> Callable[[pa.Table], pa.Table]:
    def run(table: pa.Table) -> pa.Table:
        years = sorted(pc.unique(table["year"]).to_pylist())
        parts = [_sorted_part(year, table.filter(pc.equal(table["year"], year))) for year in years]
        found = pupils.find(InMemory(parts), task.limits, task.as_of, task.prepare)
        pupil = table["pupil"][0].as_py()
        slots = [found.met.get((pupil, year)) for year in years]
        rows = {
            "pupil": [pupil] * len(years),
            "academic_year": [year_label(year) for year in years],
            _ACROSS: [
                None if slot in (None, NONE) else session_of(y, slot)[0]
                for y, slot in zip(years, slots, strict=True)
            ],
        }
        return pa.table(rows, schema=_arrow(_TOGETHER))

    return run


def _ddl(types: dict[str, Any]) -> str:
    return ", ".join(f"{name} {_SPELT[kind][0]}" for name, kind in types.items())


def _arrow(types: dict[str, Any]) -> pa.Schema:
    return pa.schema([(name, _SPELT[kind][1]) for name, kind in types.items()])
