"""``pack`` and ``measure`` as an analyst calls them: files in, a report out, the exit status says how it went."""

import csv
import sys
from pathlib import Path

import polars as pl
import pytest

from mainstay.registers.measure_command import main as measure
from mainstay.registers.report import COLUMNS
from mainstay.registers.store_command import main as pack

ANNE, BEN, CAI = "Z852999924001", "N852999924002", "C852999924003"
WEEK = ["2024-10-07", "2024-10-08", "2024-10-09", "2024-10-10", "2024-10-11"]
HEADER = "URN,UPN,Date,Session,Mark\n"


def lines(school: str, upn: str, codes: str, days: list[str] = WEEK) -> str:
    """A pupil's marks, two characters a day; a blank is left out."""
    sessions = [(day, half) for day in days for half in ("AM", "PM")]
    return "".join(
        f"{school},{upn},{day},{half},{code}\n"
        for (day, half), code in zip(sessions, codes, strict=True)
        if code != " "
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    registers = tmp_path / "registers"
    registers.mkdir()
    (registers / "b.csv").write_text(
        HEADER + lines("100002", CAI, "/\\" * 5) + lines("100002", ANNE, "D" * 10)
    )
    (registers / "a.csv").write_text(
        HEADER + lines("100001", BEN, "GGGGGGGGGG") + lines("100001", ANNE, "/\\L\\I  \\/\\")
    )
    return registers


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_the_report_has_the_published_columns_in_order_of_school_and_upn(folder, capsys):
    assert measure([str(folder), "--out", "-"]) == 0
    text = capsys.readouterr().out
    assert tuple(text.splitlines()[0].split(",")) == COLUMNS
    found = rows(text)
    assert [(row["school"], row["upn"]) for row in found] == [
        ("100001", BEN), ("100001", ANNE), ("100002", CAI), ("100002", ANNE),
    ]  # fmt: skip


def test_cells_are_written_as_the_contract_says(folder, capsys):
    measure([str(folder), "--out", "-"])
    ben, anne, _, dual = rows(capsys.readouterr().out)
    assert ben["academic_year"] == "2024-25"
    assert (ben["rate"], ben["persistent"], ben["severe"]) == ("1.0", "true", "true")
    assert (ben["threshold_met_on"], ben["threshold_half"]) == ("2024-10-11", "PM")
    assert (ben["window_first_week"], ben["best_count"]) == ("2024-10-07", "10")
    assert (anne["possible"], anne["late"], anne["illness_days"], anne["missing"]) == ("8", "1", "0.5", "2")
    assert (anne["threshold_met_on"], anne["age_checked"]) == ("", "false")
    assert (dual["possible"], dual["rate"], dual["persistent"]) == ("0", "", "")


def test_a_store_gives_the_same_rows_as_its_files(folder, tmp_path, capsys):
    measure([str(folder), "--out", str(tmp_path / "files.csv")])
    assert pack([str(folder), "--out", str(tmp_path / "store")]) == 0
    assert measure([str(tmp_path / "store"), "--out", str(tmp_path / "store.csv")]) == 0
    assert (tmp_path / "store.csv").read_bytes() == (tmp_path / "files.csv").read_bytes()
    assert measure([str(tmp_path / "store"), "--out", str(tmp_path / "store.parquet")]) == 0
    frame = pl.read_parquet(tmp_path / "store.parquet")
    assert frame["threshold_met_on"].dtype == pl.Date
    assert len(frame) == 4
    assert frame["rate"].null_count() == 1


def test_a_pool_of_processes_gives_the_same_rows(folder, tmp_path):
    measure([str(folder), "--out", str(tmp_path / "one.csv")])
    assert measure([str(folder), "--engine", "processes", "--out", str(tmp_path / "pool.csv")]) == 0
    assert (tmp_path / "pool.csv").read_bytes() == (tmp_path / "one.csv").read_bytes()


def test_refused_rows_are_left_out_and_said_by_the_exit_status(folder, capsys):
    (folder / "c.csv").write_text(HEADER + lines("100003", BEN, "/\\Q?/\\/\\/\\"))
    assert measure([str(folder / "c.csv"), "--out", "-"]) == 1
    printed = capsys.readouterr()
    assert rows(printed.out)[0]["possible"] == "8"
    assert "refused" in printed.err


def test_different_marks_in_two_files_are_in_conflict_and_count_as_missing(folder, capsys):
    (folder / "c.csv").write_text(HEADER + lines("100001", ANNE, "/\\O" + " " * 7))
    assert measure([str(folder), "--out", "-"]) == 1
    printed = capsys.readouterr()
    anne = rows(printed.out)[1]
    assert (anne["possible"], anne["late"], anne["missing"]) == ("7", "0", "3")
    assert "1 sessions have different marks" in printed.err


def test_a_stopped_input_writes_nothing_unless_it_is_skipped(folder, tmp_path, capsys):
    (folder / "z.csv").write_text("nothing,of,use\n1,2,3\n")
    out = tmp_path / "report.csv"
    assert measure([str(folder), "--out", str(out)]) == 3
    assert not out.exists()
    assert "z.csv: stopped" in capsys.readouterr().err
    assert measure([str(folder), "--out", str(out), "--skip-stopped"]) == 3
    assert len(rows(out.read_text())) == 4
    assert pack([str(folder), "--out", str(tmp_path / "store")]) == 3
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    "argv",
    [
        ["missing.csv", "--out", "-"],
        ["{folder}", "--out", "report.xlsx"],
        ["{folder}", "--out", "no/such/folder/report.csv"],
        ["{folder}", "--out", "-", "--calendar", "{folder}/a.csv"],
        ["{folder}", "--out", "-", "--pupils", "{folder}"],
    ],
)
def test_wrong_usage_is_said_with_status_two(folder, argv, capsys):
    assert measure([part.format(folder=folder) for part in argv]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err


def test_a_calendar_says_which_sessions_are_missing(folder, tmp_path, capsys):
    calendar = tmp_path / "calendar.csv"
    days = [*WEEK, "2024-10-14"]
    calendar.write_text("school,date,am,pm\n" + "".join(f"100001,{day},1,1\n" for day in days))
    (folder / "b.csv").unlink()
    (folder / "a.csv").write_text(HEADER + lines("100001", BEN, "/\\" + " " * 6 + "/\\"))
    measure([str(folder), "--out", "-"])
    assert rows(capsys.readouterr().out)[0]["missing"] == "0"
    assert measure([str(folder), "--out", "-", "--calendar", str(calendar)]) == 0
    assert rows(capsys.readouterr().out)[0]["missing"] == "6"


def test_marks_of_a_store_on_closed_sessions_are_left_out_and_said(folder, tmp_path, capsys):
    calendar = tmp_path / "calendar.csv"
    calendar.write_text("school,date,am,pm\n100001,2024-10-11,1,0\n")
    pack([str(folder), "--out", str(tmp_path / "store")])
    capsys.readouterr()
    assert measure([str(tmp_path / "store"), "--out", "-", "--calendar", str(calendar)]) == 1
    printed = capsys.readouterr()
    assert "2 marks stand on sessions the calendar calls closed" in printed.err
    assert rows(printed.out)[0]["best_count"] == "9"


def test_a_pupils_file_brings_the_age_test(folder, tmp_path, capsys):
    pupils = tmp_path / "pupils.csv"
    pupils.write_text(f"upn,date_of_birth,sex\n{BEN},2020-05-01,M\n{ANNE},2012-05-01,F\n")
    assert measure([str(folder), "--out", "-", "--pupils", str(pupils)]) == 0
    ben, anne, cai, _ = rows(capsys.readouterr().out)
    assert (ben["age_checked"], ben["unauthorised"], ben["best_count"]) == ("true", "10", "0")
    assert (anne["age_checked"], cai["age_checked"]) == ("true", "false")


def test_a_wrong_date_of_birth_is_named_by_its_line(folder, tmp_path, capsys):
    pupils = tmp_path / "pupils.csv"
    pupils.write_text(f"upn,date_of_birth\n{ANNE},2012-05-01\n{BEN},1/5/2020\n")
    assert measure([str(folder), "--out", "-", "--pupils", str(pupils)]) == 2
    assert "line 3" in capsys.readouterr().err


def test_the_threshold_across_schools_stands_on_every_row_of_the_pupil(tmp_path, capsys):
    file = tmp_path / "both.csv"
    later = ["2024-10-14", "2024-10-15", "2024-10-16", "2024-10-17", "2024-10-18"]
    file.write_text(
        HEADER + lines("100001", ANNE, "OOOOOO/\\/\\") + lines("100002", ANNE, "UUUU/\\/\\/\\", later)
    )
    assert measure([str(file), "--out", "-"]) == 0
    found = rows(capsys.readouterr().out)
    assert [row["threshold_met_on"] for row in found] == ["", ""]
    assert [row["threshold_across_schools_on"] for row in found] == ["2024-10-15", "2024-10-15"]


def test_a_session_attended_at_the_other_school_does_not_count_across_schools(tmp_path, capsys):
    file = tmp_path / "dual.csv"
    file.write_text(HEADER + lines("100001", ANNE, "O" * 10) + lines("100002", ANNE, "/DDDDDDDD\\"))
    measure([str(file), "--out", "-"])
    found = rows(capsys.readouterr().out)
    assert found[0]["threshold_met_on"] == "2024-10-11"
    assert {row["threshold_across_schools_on"] for row in found} == {""}


def test_marks_after_the_day_asked_about_are_left_out(folder, capsys):
    assert measure([str(folder), "--out", "-", "--as-of", "2024-10-09"]) == 0
    ben = rows(capsys.readouterr().out)[0]
    assert (ben["possible"], ben["best_count"], ben["near_miss"]) == ("6", "6", "false")


def test_a_pupil_without_a_upn_has_a_row_and_no_upn(tmp_path, capsys):
    file = tmp_path / "named.csv"
    file.write_text(
        "URN,UPN,Surname,Forename,DOB,Date,Session,Mark\n"
        "100001,,Example,Erin,2012-05-01,2024-10-07,AM,/\n"
        "100001,,Sample,Sam,2013-06-02,2024-10-07,AM,O\n"
    )
    measure([str(file), "--out", "-"])
    printed = capsys.readouterr()
    assert [row["upn"] for row in rows(printed.out)] == ["", ""]
    assert "xample" not in printed.out


def test_totals_alone_are_no_rows_for_any_engine(tmp_path, capsys):
    file = tmp_path / "totals.csv"
    file.write_text(f"URN,UPN,Possible,Present\n100001,{ANNE},20,18\n")
    statuses = {measure([str(file), "--out", "-", "--engine", engine]) for engine in ("local", "processes")}
    assert len(statuses) == 1
    assert rows(capsys.readouterr().out.split("near_miss\n")[-1]) == []
    assert pack([str(file), "--out", str(tmp_path / "store")]) != 0
    assert not (tmp_path / "store").exists()


def test_without_spark_the_engine_says_how_to_get_it(folder, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    assert measure([str(folder), "--out", "-", "--engine", "spark"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "mainstay[spark]" in printed.err
