"""The measures in SQL on DuckDB, over one row a mark: school, upn, date, session, code."""

from pathlib import Path

import duckdb
import polars as pl

from benchmarks.peers.codes import ABSENT, COUNTED, NOT_IN_SESSION, POSSIBLE

SQL = """
with marks as (
  select school, upn, date, session, code, code in {possible} as possible, code in {absent} as absent,
         code in {counted} as counted, date_trunc('week', date) as week
  from {rows} where code not in {closed}
), totals as (
  select school, upn, count(*) filter (possible) as possible, count(*) filter (absent) as absent,
         count(*) filter (counted) as unauthorised, count(*) filter (code = 'L') as late,
         count(*) filter (code = 'I') / 2 as illness_days, count(*) filter (code = 'N') as unresolved_n
  from marks group by all
), sessions as (
  select *, row_number() over (partition by school order by date, session) as number
  from (select distinct school, date, session from marks)
), missing as (
  select school, upn, max(number) - min(number) + 1 - count(*) as missing
  from marks join sessions using (school, date, session) group by all
), weeks as (
  select *, row_number() over (partition by school order by week) as week_number
  from (select distinct school, week from marks)
), hits as (
  select school, upn, date, session, week_number,
         lag(week_number, 9) over (partition by school, upn order by date, session) as tenth
  from marks join weeks using (school, week) where counted and date >= date '2024-08-19'
), met as (
  select school, upn, min(date) as threshold_met_on, arg_min(session, (date, session)) as threshold_half
  from hits where week_number - tenth <= 9 group by all
), weekly as (
  select school, upn, week_number, count(*) as n from hits group by all
), best as (
  select school, upn, max(n) as best_count from (
    select school, upn, week_number, sum(n) over (
      partition by school, upn order by week_number range between 9 preceding and current row) as n
    from weekly) group by all
), opened as (
  select school, date, count(*) as open from sessions group by all
), days as (
  select school, upn, date, count(*) filter (possible) > count(*) filter (counted) as breaks,
         count(*) filter (counted) > 0 and count(*) = any_value(open) as whole
  from marks join opened using (school, date) group by all
), runs as (
  select school, upn, date, breaks,
         count(*) filter (breaks) over (partition by school, upn order by date) as run
  from days where breaks or whole
), lengths as (
  select school, upn, date, row_number() over (partition by school, upn, run order by date) as length
  from runs where not breaks
), longest as (
  select school, upn, max(length) as longest_unauthorised_days, min(date) filter (length = 10) as ten_days_on
  from lengths group by all
)
select totals.*, possible - absent as attended, absent - unauthorised as authorised, missing,
       case when possible > 0 then 10 * absent >= possible end as persistent,
       case when possible > 0 then 2 * absent >= possible end as severe,
       threshold_met_on, threshold_half, coalesce(best_count, 0) as best_count,
       coalesce(longest_unauthorised_days, 0) as longest_unauthorised_days, ten_days_on
from totals join missing using (school, upn) left join met using (school, upn)
left join best using (school, upn) left join longest using (school, upn)
"""


def _list(codes: list[str]) -> str:
    return "(" + ", ".join(f"'{code}'" for code in codes) + ")"


def measure(rows: Path) -> pl.DataFrame:
    """Measure a folder of Parquet files, one a school."""
    query = SQL.format(
        rows=f"read_parquet('{rows}/*.parquet')",
        possible=_list(POSSIBLE), absent=_list(ABSENT), counted=_list(COUNTED), closed=_list(NOT_IN_SESSION),
    )  # fmt: skip
    with duckdb.connect() as database:
        return database.sql(query).pl()
