"""The measures in Polars, over one row a mark: school, upn, date, session, code."""

import sys
from datetime import date
from pathlib import Path

import polars as pl

from benchmarks.peers.codes import ABSENT, COUNTED, IN_FORCE, NOT_IN_SESSION, POSSIBLE, UPN, check_letter_fits

PUPIL = ["school", "upn"]
FRAMEWORK = pl.date(2024, 8, 19)


def measure(rows: Path) -> pl.DataFrame:
    """Measure a folder of Parquet files, one a school."""
    return measures(pl.scan_parquet(rows / "*.parquet"))


def measures(rows: pl.LazyFrame) -> pl.DataFrame:
    df = (
        rows.filter(~pl.col("code").is_in(NOT_IN_SESSION))
        .with_columns(
            possible=pl.col("code").is_in(POSSIBLE),
            absent=pl.col("code").is_in(ABSENT),
            counted=pl.col("code").is_in(COUNTED),
            week=pl.col("date").dt.truncate("1w"),
        )
        .sort(*PUPIL, "date", "session")
        .collect()
        .lazy()
    )
    parts = [missing(df), first_met(df), best(df), runs(df)]
    out = totals(df)
    for part in parts:
        out = out.join(part, on=PUPIL, how="left")
    return out.with_columns(pl.col("best_count", "longest_unauthorised_days").fill_null(0)).collect()


def totals(df: pl.LazyFrame) -> pl.LazyFrame:
    out = df.group_by(PUPIL).agg(
        pl.col("possible", "absent").sum(),
        unauthorised=pl.col("counted").sum(),
        late=(pl.col("code") == "L").sum(),
        illness_days=(pl.col("code") == "I").sum() / 2,
        unresolved_n=(pl.col("code") == "N").sum(),
    )
    some = pl.col("possible") > 0
    return out.with_columns(
        attended=pl.col("possible") - pl.col("absent"),
        authorised=pl.col("absent") - pl.col("unauthorised"),
        persistent=pl.when(some).then(10 * pl.col("absent") >= pl.col("possible")),
        severe=pl.when(some).then(2 * pl.col("absent") >= pl.col("possible")),
    )


def missing(df: pl.LazyFrame) -> pl.LazyFrame:
    """The school's sessions between a pupil's first and last mark that hold none."""
    number = pl.struct("date", "session").rank("dense").over("school").cast(pl.Int64)
    sessions = df.select("school", "date", "session").unique().with_columns(number=number)
    numbered = df.join(sessions, on=["school", "date", "session"])
    spans = numbered.group_by(PUPIL).agg(
        missing=pl.col("number").max() - pl.col("number").min() + 1 - pl.len()
    )
    return spans


def hits(df: pl.LazyFrame) -> pl.LazyFrame:
    """Counted sessions with the number of their school week, in order."""
    weeks = df.select("school", "week").unique()
    weeks = weeks.with_columns(week_number=pl.col("week").rank("dense").over("school").cast(pl.Int64))
    counted = df.filter(pl.col("counted") & (pl.col("date") >= FRAMEWORK))
    return counted.join(weeks, on=["school", "week"]).sort(*PUPIL, "date", "session")


def first_met(df: pl.LazyFrame) -> pl.LazyFrame:
    span = pl.col("week_number") - pl.col("week_number").shift(9).over(PUPIL)
    met = hits(df).filter(span <= 9)
    return met.group_by(PUPIL).agg(
        threshold_met_on=pl.col("date").first(), threshold_half=pl.col("session").first()
    )


def best(df: pl.LazyFrame) -> pl.LazyFrame:
    weekly = hits(df).group_by(*PUPIL, "week_number").agg(n=pl.len())
    windows = pl.concat([weekly.with_columns(pl.col("week_number") + k) for k in range(10)])
    summed = windows.group_by(*PUPIL, "week_number").agg(pl.col("n").sum())
    return summed.group_by(PUPIL).agg(best_count=pl.col("n").max())


def runs(df: pl.LazyFrame) -> pl.LazyFrame:
    """Days on which every possible session is unauthorised and none is blank, in a row."""
    opened = df.select("school", "date", "session").unique().group_by("school", "date").agg(open=pl.len())
    days = df.group_by(*PUPIL, "date").agg(pl.col("possible", "counted").sum(), held=pl.len())
    days = days.join(opened, on=["school", "date"]).with_columns(
        breaks=pl.col("possible") > pl.col("counted")
    )
    counts = ~pl.col("breaks") & (pl.col("counted") > 0) & (pl.col("held") == pl.col("open"))
    days = days.with_columns(counts=counts).filter(pl.col("breaks") | pl.col("counts")).sort(*PUPIL, "date")
    days = days.with_columns(run=pl.col("breaks").cum_sum().over(PUPIL)).filter("counts")
    days = days.with_columns(length=pl.int_range(1, pl.len() + 1).over(*PUPIL, "run"))
    return days.group_by(PUPIL).agg(
        longest_unauthorised_days=pl.col("length").max(),
        ten_days_on=pl.col("date").filter(pl.col("length") == 10).min(),
    )


NAMES = ["school", "upn", "date", "session", "code"]


def read_trusting(files: list[Path]) -> pl.DataFrame:
    """Read CSV files as they are."""
    rows = pl.concat(pl.scan_csv(file, infer_schema=False, new_columns=NAMES) for file in files)
    return measures(rows.with_columns(pl.col("date").str.to_date("%Y-%m-%d")))


def read_checked(files: list[Path]) -> pl.DataFrame:
    """Read CSV files with the checks of our reader; what is refused is left out."""
    rows = pl.concat([checked(file) for file in files])
    wrong = [upn for upn in rows["upn"].unique() if not check_letter_fits(upn)]
    if wrong:
        print(f"{len(wrong)} UPNs with a wrong check letter", file=sys.stderr)
    return measures(rows.lazy())


FORCE = pl.DataFrame(
    [(code, *span) for code, span in IN_FORCE.items()], schema=["code", "start", "end"], orient="row"
).with_columns(pl.col("start", "end").str.to_date())


def checked(file: Path) -> pl.DataFrame:
    rows = pl.read_csv(file, infer_schema=False, new_columns=NAMES)
    rows = rows.with_columns(pl.col("date").str.to_date("%Y-%m-%d", strict=False))
    rows = rows.join(FORCE, on="code", how="inner").filter(
        pl.col("session").is_in(["AM", "PM"])
        & pl.col("upn").str.contains(UPN)
        & (pl.col("date").dt.weekday() <= 5)
        & (pl.col("date") <= date.today())
        & pl.col("date").is_between("start", "end")
    )
    rows = rows.select(NAMES).unique()
    return rows.filter(pl.len().over("school", "upn", "date", "session") == 1)
