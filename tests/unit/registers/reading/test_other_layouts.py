"""Totals, JSON pages, workbooks; figures that no school has; folders."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.unit.registers.reading.conftest import ADA, BEN, TODAY, Read, places, warned

from mainstay.registers import reading
from mainstay.registers import upn as numbers

OPTIONS = reading.Options(as_of=TODAY)


def upns(count: int) -> list[str]:
    bodies = (f"852999920{n:03d}" for n in range(count))
    return [numbers.check_letter("A" + body) + body for body in bodies]


def test_totals_are_taken_and_flagged(read: Read) -> None:
    found = read(
        f"UPN,Name,Possible,Attended,%,Auth,Unauth,Late\n{ADA},Ada,100,90,90,6,4,2\n{BEN},Ben,100,80,80,6,4,2\n"
    )
    assert (found.layout, found.marks, found.first, found.pupils) == ("totals", 0, None, 2)
    assert warned(found) == {"totals_only": 1, "totals_disagree": 1}
    assert found.totals[0]["unauthorised"] == 4


def test_totals_by_reason(read: Read) -> None:
    head = "UPN,Surname,Forename,DoB,Gender,NCyearActual,Estab,TermlySessionsPossible,TermlySessionsAuthorised,TermlySessionsUnauthorised,T_Reason_I,T_Reason_O\n"
    found = read(head + f"{ADA},Fenwick,Ada,2015-03-09,F,5,9999,130,0,0,12,3\n")
    assert (found.layout, found.schools) == ("totals", ["9999"])
    assert warned(found) == {"totals_only": 1, "totals_disagree": 1}
    assert found.totals[0]["codes"] == {"I": 12, "O": 3}


def test_a_total_that_is_no_number_refuses_the_row(read: Read) -> None:
    found = read(f"UPN,Possible,Attended,Auth,Unauth\n{ADA},many,90,6,4\n{BEN},100,90,6,4\n")
    assert places(found) == [(2, "Possible", "many")]
    assert (found.rows_taken, found.pupils) == (1, 1)


def test_impossible_totals_stop_the_file_until_somebody_accepts_them(read: Read) -> None:
    text = f"UPN,Possible,Attended,Auth,Unauth\n{ADA},100000,90000,6000,4000\n"
    found = read(text)
    assert (found.stopped_because or "").startswith("implausible") and warned(found)["implausible"] == 1
    assert read(text, accept_implausible=True).verdict == "ready"
    assert read(text, check_plausible=False).verdict == "ready"


@pytest.mark.parametrize(
    ("phase", "absent", "verdict"),
    [(None, 6, "ready"), (None, 7, "stopped"), ("pru", 7, "ready"), ("pru", 13, "stopped")],
)
def test_too_much_absence_stops_a_file_of_twenty_pupils(
    read: Read, phase: str | None, absent: int, verdict: str
) -> None:
    lines = [f"{upn},2025-09-08,AM,{'I' if n < absent else '/'}" for n, upn in enumerate(upns(20))]
    assert read("UPN,Date,Session,Mark\n" + "\n".join(lines), phase=phase).verdict == verdict
    assert read("UPN,Date,Session,Mark\n" + "\n".join(lines[:19]), phase=phase).verdict == "ready"


def test_beside_the_previous_file(read: Read, tmp_path: Path) -> None:
    def text(count: int, day: str) -> str:
        return "UPN,Date,Session,Mark\n" + "".join(f"{upn},{day},AM,/\n" for upn in upns(count))

    before = tmp_path / "before.csv"
    before.write_text(text(10, "2025-09-08"))
    assert read(text(11, "2025-09-15"), previous=before).verdict == "ready"
    assert "pupils" in (read(text(12, "2025-09-15"), previous=before).stopped_because or "")
    assert "earlier academic year" in (read(text(10, "2025-07-14"), previous=before).stopped_because or "")


MARK: dict[str, Any] = {
    "id": "A1", "date": {"date": "2025-09-08 00:00:00.000000", "timezone_type": 3, "timezone": "UTC"}, "session": "AM",
    "comment": None, "minutes_late": None, "student": {"data": {"id": "A9", "mis_id": "5511"}},
    "attendance_code": {"data": {"id": "C1", "code": "O", "description": "Unauthorised", "type": "UNAUTHORISED"}},
}  # fmt: skip
PUPIL: dict[str, Any] = {
    "id": "A9", "surname": "Fenwick", "forename": "Ada", "date_of_birth": {"date": "2015-03-09 00:00:00.000000", "timezone": "Europe/London"},
    "education_details": {"data": {"upn": ADA, "current_nc_year": "5"}},
}  # fmt: skip


def pages(folder: Path, *contents: list[dict[str, Any]]) -> Path:
    folder.mkdir(exist_ok=True)
    for n, items in enumerate(contents):
        (folder / f"page{n}.json").write_text(
            json.dumps({"data": items, "meta": {"pagination": {"next": None}}})
        )
    return folder


def test_json_pages_are_told_apart_by_content(tmp_path: Path) -> None:
    by_id = MARK | {"session": "PM", "attendance_code": None, "attendance_code_id": "C2", "minutes_late": 9}
    codes = [{"id": "C2", "code": "L", "type": "PRESENT", "description": "Late"}]
    folder = pages(
        tmp_path / "w", [MARK, by_id], codes, [PUPIL], [{"id": "S", "name": "Invented", "urn": 999999}]
    )
    assert reading.inputs(folder) == [folder]
    found = reading.read(folder, OPTIONS)
    assert (found.layout, found.sha256, found.encoding, found.schools) == ("wonde", None, None, ["999999"])
    assert (found.marks, found.rows_read, found.pupils, found.verdict) == (2, 2, 1, "ready")
    assert (found.notes[0].minutes_late, found.people[0].date_of_birth) == (9, date(2015, 3, 9))


def test_an_instant_in_utc_belongs_to_the_london_day(tmp_path: Path) -> None:
    late = MARK | {"date": {"date": "2025-09-07 23:00:00.000000", "timezone": "UTC"}}
    assert reading.read(pages(tmp_path / "w", [late], [PUPIL]), OPTIONS).first == date(2025, 9, 8)


def test_refused_json_marks_have_no_line(tmp_path: Path) -> None:
    stranger = MARK | {"student": {"data": {"id": "A7"}}}
    odd = MARK | {"session": "EV"}
    found = reading.read(pages(tmp_path / "w", [MARK, stranger, odd], [PUPIL]), OPTIONS)
    assert places(found) == [(None, "student", "A7"), (None, "session", "EV")]


@pytest.mark.parametrize(
    "text", ["{", "[" * 5000, '{"data": [' + "[" * 101 + "]" * 101 + "]}", "[1,2", '{"data": null}', "[]"]
)
def test_damaged_pages_stop(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    (folder / "a.json").write_text(text)
    assert reading.read(folder, OPTIONS).verdict == "stopped"


def workbook(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("Notes").write(0, 0, "Nothing here")
        sheet = book.add_worksheet("Register")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(r, c, cell, day)
                elif cell is not None:
                    sheet.write(r, c, cell)
    return out.getvalue()


def test_a_workbook_with_dates_and_serials(read: Read) -> None:
    rows = [
        ["A report"],
        [],
        ["UPN", "Date", "Session", "Mark"],
        [ADA, date(2025, 9, 8), "AM", "/"],
        [ADA, 45909, "PM", "?"],
        [ADA, 45909, "AM", "O"],
    ]
    found = read(workbook(rows), name="register.xlsx")
    assert (found.layout, found.encoding, found.marks) == ("long", None, 2)
    assert (found.first, found.last) == (date(2025, 9, 8), date(2025, 9, 9))
    assert places(found) == [(5, "Mark", "?")]


def test_a_grid_in_a_workbook(read: Read) -> None:
    rows = [
        ["Week beginning 08/09/2025"],
        ["Name", "UPN", "Mon AM", "Mon PM"],
        ["Fenwick, Ada", ADA, "/", "\\"],
    ]
    found = read(workbook(rows), name="register.xlsx")
    assert (found.layout, found.marks) == ("weekly_grid", 2)


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (zipped(**{"xl/worksheets/sheet1.xml": b" " * 100_000_001}), "100 MB"),
        (zipped(**{"readme.txt": b"hello"}), "not an Excel workbook"),
        (workbook([["UPN"]])[:-200], "damaged"),
        (zipped(**{"xl/workbook.xml": b"<nonsense"}), "damaged"),
        (zipped(**{"xl/worksheets/sheet1.xml": b'<c r="A1"/><c r="XFD1048576"/>'}), "cells"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel"),
        (b"UPN,Date\0Session", "zero bytes"),
        (b"\xff\xfeU", "UTF-16"),
        (b"\xef\xbb\xbfUPN,\xff", "UTF-8"),
        (b"UPN,\x81\x8d", "Windows-1252"),
    ],
)
def test_files_that_are_not_what_they_seem(read: Read, raw: bytes, said: str) -> None:
    found = read(raw, name="register.xlsx")
    assert found.verdict == "stopped" and said in (found.stopped_because or "")


def test_a_file_over_the_limit_is_not_opened(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(200_000_001)
    assert "200 MB" in (reading.read(path, OPTIONS).stopped_because or "")


def test_a_folder_of_register_files_is_its_files(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", ".hidden"):
        (tmp_path / name).write_text("x")
    assert [path.name for path in reading.inputs(tmp_path)] == ["a.csv", "b.csv"]
    with pytest.raises(FileNotFoundError):
        reading.inputs(tmp_path / "none.csv")


def test_a_preview_shows_columns_and_marks_before_anything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        f"A report\nUPN,Date,Session,Mark,House\n{ADA},2025-09-08,AM,P,Red\n{ADA},2025-09-08,PM,?,Red\n"
    )
    seen = reading.preview(path, OPTIONS)
    assert (seen.layout, seen.header_line, seen.problem) == ("long", 2, None)
    assert seen.columns == [
        ("UPN", "upn"),
        ("Date", "date"),
        ("Session", "session"),
        ("Mark", "mark"),
        ("House", None),
    ]
    assert seen.marks == [("P", 1, "P"), ("?", 1, None)]
    assert seen.rows[0] == (3, [ADA, "2025-09-08", "AM", "P", "Red"])
