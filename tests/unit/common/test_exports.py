"""Exports hold exactly the rows, and nothing a spreadsheet would run."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.http import Http404
from python_calamine import CalamineWorkbook

from mainstay.service.common import exports

ROWS: list[tuple[Any, ...]] = [
    ("Okafor, Chidi", 3, 0.5, date(2026, 11, 23), datetime(2026, 7, 1, 9, 30, tzinfo=UTC), True, None),
    ("=1+1", -2, -0.5, None, None, False, "naïve"),
]
HEADER = ("Name", "Sessions", "Share", "Day", "At", "Met", "Note")


def csv_of(rows: list[tuple[Any, ...]]) -> str:
    return "".join(exports.csv_lines(HEADER, rows))


def test_a_csv_opens_as_utf8_with_iso_dates_in_london_time() -> None:
    text = csv_of(ROWS)
    assert text.startswith("\ufeffName,Sessions")
    assert '"Okafor, Chidi",3,0.5,2026-11-23,2026-07-01 10:30,yes,\r\n' in text


@pytest.mark.parametrize("cell", ["=1+1", "+44 1632", "-1+2", "@SUM(A1)", "\t=1", "＝1", " =1"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_text(cell: str) -> None:
    assert exports.plain(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-", "+", "/", "\\", "-12", "+3.5%", "Okafor", "", "B"])
def test_marks_numbers_and_words_stay_as_they_are(cell: str) -> None:
    assert exports.plain(cell) == cell


def test_numbers_stay_numbers() -> None:
    assert exports.plain(-2) == -2


def test_a_workbook_holds_text_as_text_and_dates_as_dates() -> None:
    content = exports.xlsx_file(HEADER, ROWS).read()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0] == list(HEADER)
    assert rows[1][:5] == ["Okafor, Chidi", 3.0, 0.5, date(2026, 11, 23), datetime(2026, 7, 1, 10, 30)]
    assert rows[2][0] == "=1+1"


def test_another_kind_is_not_there() -> None:
    with pytest.raises(Http404):
        exports.export_response("exe", "list", HEADER, ROWS)


def test_a_download_is_named_after_the_list_and_the_day() -> None:
    response = exports.export_response("csv", "findings", HEADER, ROWS)
    assert response["Content-Disposition"].startswith('attachment; filename="findings-20')


def test_rows_are_written_as_they_come() -> None:
    def endless() -> Any:
        while True:
            yield ("x",)

    lines = exports.csv_lines(HEADER, endless())
    assert [next(lines) for _ in range(3)][2] == "x\r\n"
