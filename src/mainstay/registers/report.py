"""The report of ``measure``: its columns, in order, and their types."""

from typing import Final

import polars as pl

from mainstay.registers.parts import NAMELESS

TYPES: Final = {
    "school": pl.String, "upn": pl.String, "academic_year": pl.String, "possible": pl.Int32, "attended": pl.Int32,
    "authorised": pl.Int32, "unauthorised": pl.Int32, "late": pl.Int32, "missing": pl.Int32, "rate": pl.Float64,
    "persistent": pl.Boolean, "severe": pl.Boolean, "best_count": pl.Int32, "best_first_week": pl.Date,
    "best_last_week": pl.Date, "threshold_met_on": pl.Date, "threshold_half": pl.String, "window_first_week": pl.Date,
    "window_last_week": pl.Date, "longest_unauthorised_days": pl.Int32, "ten_days_on": pl.Date,
    "illness_days": pl.Float64, "unresolved_n": pl.Int32, "age_checked": pl.Boolean,
    "threshold_across_schools_on": pl.Date, "near_miss": pl.Boolean,
}  # fmt: skip

#: columns of the report, in order
COLUMNS: Final = tuple(TYPES)


def empty() -> pl.DataFrame:
    """A report without rows."""
    return pl.DataFrame(schema=TYPES)


def report(frame: pl.DataFrame) -> pl.DataFrame:
    """The report as handed out: no key but the UPN; null for a school or UPN that nobody named."""
    upn = pl.when(~pl.col("pupil").str.starts_with(NAMELESS)).then("pupil").alias("upn")
    school = pl.when(pl.col("school") != "").then("school").alias("school")
    return frame.with_columns(upn, school).select(COLUMNS)
