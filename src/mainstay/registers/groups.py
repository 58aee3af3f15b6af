"""Aggregates for pages and reports: attendance of groups of pupils."""

from collections.abc import Sequence
from typing import Final

import polars as pl

#: what is added up, as named in the report
_SUMS: Final = ("possible", "attended", "authorised", "unauthorised", "late", "missing", "unresolved_n")


def summarise(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Count and add up the pupils of each group.

    rows: ``Measures.frame()`` or ``engines.measure_group``, with the columns ``by`` beside (school, year,
    sex, year_group, fsm, sen, …; null is a group of its own)
    Returns one row a group, ordered by group:
        pupils         rows of the group
        measured       those with a possible session; shares of persistent and severe are of these
        possible … unresolved_n   sessions added up
        absence_rate   absent / possible of all sessions together, null when none was possible
        persistent, severe, threshold_met, near_miss, ten_days   numbers of pupils
    """
    absent = pl.col("authorised") + pl.col("unauthorised")
    found = rows.group_by(*by).agg(
        pl.len().alias("pupils"),
        (pl.col("possible") > 0).sum().alias("measured"),
        *(pl.col(name).cast(pl.Int64).sum() for name in _SUMS),
        absent.cast(pl.Int64).sum().alias("absent"),
        pl.col("persistent").fill_null(False).sum(),
        pl.col("severe").fill_null(False).sum(),
        pl.col("threshold_met_on").is_not_null().sum().alias("threshold_met"),
        pl.col("near_miss").sum(),
        pl.col("ten_days_on").is_not_null().sum().alias("ten_days"),
    )
    rate = pl.when(pl.col("possible") > 0).then(pl.col("absent") / pl.col("possible")).alias("absence_rate")
    return found.with_columns(rate).sort(*by)
