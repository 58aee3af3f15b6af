"""``mainstay registers check``: the fields, the exit codes, and nothing else on standard output."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.registers.reading.conftest import ADA

from mainstay.registers.check_command import main

FIELDS = [
    "file", "sha256", "layout", "encoding", "schools", "pupils", "marks", "from", "to", "rows_read", "rows_taken",
    "rows_refused", "errors", "warnings", "verdict", "stopped_because",
]  # fmt: skip
GOOD = f"UPN,Date,Session,Mark\n{ADA},2025-09-08,AM,/\n"
BAD = GOOD + f"{ADA},2025-09-08,PM,?\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("good.csv", GOOD), ("bad.csv", BAD), ("stopped.csv", "hello\n")):
        (tmp_path / name).write_text(text)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_one_object_a_file_with_exactly_the_fields(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", "--as-of", "2025-12-01", "bad.csv"]) == 1
    (found,) = told(capsys)
    assert list(found) == FIELDS
    assert found == {
        "file": "bad.csv", "sha256": hashlib.sha256(BAD.encode()).hexdigest(), "layout": "long", "encoding": "utf-8",
        "schools": [], "pupils": 1, "marks": 1, "from": "2025-09-08", "to": "2025-09-08",
        "rows_read": 2, "rows_taken": 1, "rows_refused": 1,
        "errors": [{"line": 3, "column": "Mark", "value": "?", "problem": found["errors"][0]["problem"]}],
        "warnings": [{"code": "unknown_code", "count": 1, "text": found["warnings"][0]["text"]}],
        "verdict": "ready_with_refusals", "stopped_because": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("inputs", "status", "verdicts"),
    [
        (["good.csv"], 0, ["ready"]),
        (["bad.csv", "good.csv"], 1, ["ready_with_refusals", "ready"]),
        (["stopped.csv", "bad.csv"], 3, ["stopped", "ready_with_refusals"]),
        (["none.csv", "good.csv"], 2, ["ready"]),
        (["none.csv", "stopped.csv"], 3, ["stopped"]),
    ],
)
def test_the_highest_exit_code_counts(
    folder: Path, capsys: pytest.CaptureFixture[str], inputs: list[str], status: int, verdicts: list[str]
) -> None:
    assert main(["--json", "--as-of", "2025-12-01", *inputs]) == status
    assert [found["verdict"] for found in told(capsys)] == verdicts


@pytest.mark.parametrize(
    "wrong",
    [[], ["--nonsense", "good.csv"], ["--as-of", "yesterday", "good.csv"], ["--dates", "ydm", "good.csv"],
     ["--calendar", "good.csv", "good.csv"], ["--mapping", "good.csv", "good.csv"], ["--previous", "none.csv", "good.csv"],
     ["--calendar", "none.csv", "good.csv"]],
)  # fmt: skip
def test_wrong_usage_says_nothing_on_standard_output(
    folder: Path, capsys: pytest.CaptureFixture[str], wrong: list[str]
) -> None:
    assert main(["--json", *wrong]) == 2
    out, err = capsys.readouterr()
    assert (out, bool(err)) == ("", True)


def test_a_folder_is_as_many_inputs_as_it_has_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", "--as-of", "2025-12-01", str(folder)]) == 3
    assert [Path(found["file"]).name for found in told(capsys)] == ["bad.csv", "good.csv", "stopped.csv"]


def test_a_calendar_a_mapping_and_the_file_before(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "calendar.csv").write_text("school,date,am,pm\n999999,2025-09-13,1,1\n")
    (folder / "mapping.toml").write_text('dates = "dmy"\n[codes]\n"?" = "O"\n[columns]\n"Which" = "urn"\n')
    (folder / "saturday.csv").write_text(f"Which,UPN,Date,Session,Mark\n999999,{ADA},13/09/2025,AM,?\n")
    assert (
        main(
            [
                "--json",
                "--as-of",
                "2025-12-01",
                "--calendar",
                "calendar.csv",
                "--mapping",
                "mapping.toml",
                "--previous",
                "good.csv",
                "saturday.csv",
            ]
        )
        == 0
    )
    (found,) = told(capsys)
    assert (found["schools"], found["marks"]) == (["999999"], 1)


def test_the_report_for_people_names_place_and_problem(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--as-of", "2025-12-01", "bad.csv", "stopped.csv"]) == 3
    out = capsys.readouterr().out
    assert "bad.csv: ready, with refused rows" in out and "line 3, Mark: not in any list" in out
    assert "stopped.csv: STOPPED" in out and "no header was found" in out
