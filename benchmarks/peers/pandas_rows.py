"""The measures in pandas, over one row a mark: school, upn, date, session, code."""

import sys
from pathlib import Path

import pandas as pd

from benchmarks.peers.codes import ABSENT, COUNTED, IN_FORCE, NOT_IN_SESSION, POSSIBLE, UPN, check_letter_fits

PUPIL = ["school", "upn"]
FRAMEWORK = pd.Timestamp("2024-08-19")


def measure(rows: Path) -> pd.DataFrame:
    """Measure a folder of Parquet files, one a school."""
    return measures(pd.concat(pd.read_parquet(file) for file in sorted(rows.glob("*.parquet"))))


def measures(df: pd.DataFrame) -> pd.DataFrame:
    df["date"] = pd.to_datetime(df["date"])
    df = df[~df["code"].isin(NOT_IN_SESSION)]
    df = df.sort_values([*PUPIL, "date", "session"], ignore_index=True)
    df["possible"] = df["code"].isin(POSSIBLE)
    df["absent"] = df["code"].isin(ABSENT)
    df["counted"] = df["code"].isin(COUNTED)
    df["late"] = df["code"] == "L"
    df["illness"] = df["code"] == "I"
    df["unresolved"] = df["code"] == "N"
    df["week"] = df["date"] - pd.to_timedelta(df["date"].dt.dayofweek, unit="D")
    out = totals(df)
    out = out.join(missing(df)).join(threshold(df)).join(runs(df))
    out["longest_unauthorised_days"] = out["longest_unauthorised_days"].fillna(0).astype(int)
    out["best_count"] = out["best_count"].fillna(0).astype(int)
    return out.reset_index()


def totals(df: pd.DataFrame) -> pd.DataFrame:
    out = df.groupby(PUPIL)[["possible", "absent", "counted", "late", "illness", "unresolved"]].sum()
    out["attended"] = out["possible"] - out["absent"]
    out["authorised"] = out["absent"] - out["counted"]
    out["unauthorised"] = out["counted"]
    out["illness_days"] = out["illness"] / 2
    out["unresolved_n"] = out["unresolved"]
    out["persistent"] = (10 * out["absent"] >= out["possible"]).where(out["possible"] > 0)
    out["severe"] = (2 * out["absent"] >= out["possible"]).where(out["possible"] > 0)
    return out


def missing(df: pd.DataFrame) -> pd.Series:
    """The school's sessions between a pupil's first and last mark that hold none."""
    sessions = df[["school", "date", "session"]].drop_duplicates().sort_values(["school", "date", "session"])
    sessions["number"] = sessions.groupby("school").cumcount()
    numbered = df.merge(sessions, on=["school", "date", "session"])
    spans = numbered.groupby(PUPIL)["number"].agg(["min", "max", "size"])
    return (spans["max"] - spans["min"] + 1 - spans["size"]).rename("missing")


def threshold(df: pd.DataFrame) -> pd.DataFrame:
    """Ten counted sessions in ten school weeks: the first time, and the best window."""
    weeks = df[["school", "week"]].drop_duplicates().sort_values(["school", "week"])
    weeks["week_number"] = weeks.groupby("school").cumcount()
    hits = df[df["counted"] & (df["date"] >= FRAMEWORK)].merge(weeks, on=["school", "week"])
    hits = hits.sort_values([*PUPIL, "date", "session"])
    tenth = hits["week_number"] - hits.groupby(PUPIL)["week_number"].shift(9)
    first = hits[tenth <= 9].groupby(PUPIL)[["date", "session"]].first()
    out = first.rename(columns={"date": "threshold_met_on", "session": "threshold_half"})
    weekly = hits.groupby([*PUPIL, "week_number"]).size().rename("n").reset_index()
    windows = pd.concat(weekly.assign(week_number=weekly["week_number"] + k) for k in range(10))
    best = windows.groupby([*PUPIL, "week_number"])["n"].sum().groupby(PUPIL).max().rename("best_count")
    return out.join(best, how="outer")


def runs(df: pd.DataFrame) -> pd.DataFrame:
    """Days on which every possible session is unauthorised and none is blank, in a row."""
    open_sessions = df[["school", "date", "session"]].drop_duplicates().groupby(["school", "date"]).size()
    days = df.groupby([*PUPIL, "date"]).agg(
        possible=("possible", "sum"), counted=("counted", "sum"), held=("code", "size")
    )
    days = days.reset_index().merge(open_sessions.rename("open").reset_index(), on=["school", "date"])
    days["breaks"] = days["possible"] > days["counted"]
    days["counts"] = ~days["breaks"] & (days["counted"] > 0) & (days["held"] == days["open"])
    days = days[days["breaks"] | days["counts"]].sort_values([*PUPIL, "date"])
    days["run"] = days.groupby(PUPIL)["breaks"].cumsum()
    unbroken = days[days["counts"]].copy()
    unbroken["length"] = unbroken.groupby([*PUPIL, "run"]).cumcount() + 1
    longest = unbroken.groupby(PUPIL)["length"].max().rename("longest_unauthorised_days")
    tenth = unbroken[unbroken["length"] == 10].groupby(PUPIL)["date"].first().rename("ten_days_on")
    return pd.concat([longest, tenth], axis=1)


def read_trusting(files: list[Path]) -> pd.DataFrame:
    """Read CSV files as they are."""
    df = pd.concat(pd.read_csv(file, dtype=str, keep_default_na=False) for file in files)
    df.columns = ["school", "upn", "date", "session", "code"]
    df["date"] = pd.to_datetime(df["date"], format="%Y-%m-%d")
    return measures(df)


def read_checked(files: list[Path]) -> pd.DataFrame:
    """Read CSV files with the checks of our reader; what is refused is left out."""
    return measures(pd.concat(checked(file) for file in files))


def checked(file: Path) -> pd.DataFrame:
    df = pd.read_csv(file, dtype=str, keep_default_na=False)
    df.columns = ["school", "upn", "date", "session", "code"]
    df["date"] = pd.to_datetime(df["date"], format="%Y-%m-%d", errors="coerce")
    force = df["code"].map(IN_FORCE)
    start = pd.to_datetime(force.str[0])
    end = pd.to_datetime(force.str[1])
    good = df["date"].between(start, end) & df["session"].isin(["AM", "PM"]) & df["upn"].str.match(UPN)
    good &= (df["date"].dt.dayofweek < 5) & (df["date"] <= pd.Timestamp.today())
    df = df[good].drop_duplicates()
    wrong = [upn for upn in df["upn"].unique() if not check_letter_fits(upn)]
    if wrong:
        print(f"{file.name}: {len(wrong)} UPNs with a wrong check letter", file=sys.stderr)
    conflict = df.duplicated(["school", "upn", "date", "session"], keep=False)
    return df[~conflict]
