"""registers check: a folder of pages."""

import json

import pytest
from tests.integration.contract.made import ADA, BEN, codes, line, long, one, write


def when(date="2025-09-08", time="00:00:00.000000", zone="Europe/London"):
    return {"date": f"{date} {time}", "timezone_type": 3, "timezone": zone}


def mark(student="A1", half="AM", code="/", date=None, **more):
    return {
        "id": "A100",
        "date": date or when(),
        "session": half,
        "comment": None,
        "minutes_late": None,
        "student": {"data": {"id": student, "mis_id": "1"}},
        "attendance_code": {"data": {"id": "C" + code, "code": code, "description": "x", "type": "x"}},
    } | more


def student(id="A1", who=ADA, surname="Fenwick", born="2015-03-09"):
    return {
        "id": id,
        "mis_id": "1",
        "surname": surname,
        "forename": "Ada",
        "date_of_birth": when(born),
        "education_details": {"data": {"upn": who}},
    }


def page(folder, name, items):
    (folder / name).write_text(
        json.dumps(
            {
                "data": items,
                "meta": {
                    "pagination": {
                        "next": None,
                        "previous": None,
                        "more": False,
                        "per_page": 50,
                        "current_page": 1,
                    }
                },
            }
        )
    )


def test_pages(check, tmp_path):
    page(tmp_path, "x1.json", [mark(), mark(half="PM", code="O")])
    page(tmp_path, "x2.json", [mark(student="A2")])
    page(tmp_path, "x3.json", [student()])
    page(tmp_path, "x4.json", [student("A2", BEN, "Okoro")])
    r = one(check(tmp_path))
    assert (
        r["file"],
        r["layout"],
        r["sha256"],
        r["encoding"],
        r["rows_read"],
        r["rows_taken"],
        r["marks"],
        r["pupils"],
        r["from"],
        r["to"],
        r["verdict"],
    ) == (str(tmp_path), "wonde", None, None, 3, 3, 3, 2, "2025-09-08", "2025-09-08", "ready")
    assert codes(r) == {} and r["schools"] == []


def test_told_apart_by_item_not_by_name(check, tmp_path):
    page(tmp_path, "students.json", [mark(), student()])
    page(
        tmp_path,
        "codes.json",
        [mark(half="PM", code="O"), {"id": "C9", "code": "M", "description": "x", "type": "y"}],
    )
    r = one(check(tmp_path))
    assert r["rows_read"] == 2 and r["marks"] == 2 and r["pupils"] == 1


def test_code_by_id(check, tmp_path):
    item = mark() | {"attendance_code_id": "C9"}
    del item["attendance_code"]
    page(tmp_path, "a.json", [item])
    page(tmp_path, "b.json", [{"id": "C9", "code": "O", "description": "x", "type": "AUTHORISED"}])
    page(tmp_path, "c.json", [student()])
    r = one(check(tmp_path))
    assert r["marks"] == 1 and r["verdict"] == "ready"


def test_code_id_unknown(check, tmp_path):
    item = mark(half="PM") | {"attendance_code_id": "A77"}
    del item["attendance_code"]
    page(tmp_path, "a.json", [item, mark(), student()])
    r = one(check(tmp_path))
    assert r["rows_refused"] == 1 and r["marks"] == 1 and r["errors"][0]["line"] is None


def test_errors_have_no_line(check, tmp_path):
    page(tmp_path, "a.json", [mark(), mark(half="PM", code="?"), student()])
    r = one(check(tmp_path))
    assert (
        codes(r) == {"unknown_code": 1} and r["errors"][0]["line"] is None and r["errors"][0]["value"] == "?"
    )


def test_evening_of_universal_time_is_the_next_day(check, tmp_path):
    page(
        tmp_path,
        "a.json",
        [
            mark(date=when("2025-09-08", "23:00:00.000000", "UTC")),
            mark(half="PM", date=when("2025-09-09", "00:00:00.000000", "Europe/London")),
            student(),
        ],
    )
    r = one(check(tmp_path))
    assert (r["from"], r["to"]) == ("2025-09-09", "2025-09-09")
    page(tmp_path, "a.json", [mark(date=when("2025-11-10", "23:00:00.000000", "UTC")), student()])
    assert one(check(tmp_path))["from"] == "2025-11-10"


def test_student_unknown(check, tmp_path):
    page(tmp_path, "a.json", [mark(), mark(student="A9"), student()])
    r = one(check(tmp_path))
    assert r["rows_read"] == 2 and r["pupils"] >= 1


def test_no_upn_permitted(check, tmp_path):
    child = student()
    del child["education_details"]
    page(tmp_path, "a.json", [mark(), child])
    r = one(check(tmp_path))
    assert codes(r) == {"upn_missing": 1} and r["marks"] == 1


def test_closed_days_and_repeats(check, tmp_path):
    page(
        tmp_path,
        "a.json",
        [
            mark(),
            mark(),
            mark(half="PM", code="O"),
            mark(half="PM", code="/"),
            mark(date=when("2025-09-06")),
            student(),
        ],
    )
    r = one(check(tmp_path))
    assert (
        codes(r) == {"duplicate_mark": 1, "conflicting_marks": 1, "weekend_mark": 1}
        and r["marks"] == 1
        and r["rows_read"] == 5
        and r["rows_refused"] == 3
    )


@pytest.mark.parametrize("broken", ["{", "[" * 200 + "]" * 200, '{"data": [' + "[" * 150 + "]" * 150 + "]}"])
def test_a_broken_page_stops(check, tmp_path, broken):
    page(tmp_path, "a.json", [mark(), student()])
    (tmp_path / "b.json").write_text(broken)
    assert one(check(tmp_path))["verdict"] == "stopped"


def test_an_empty_folder(check, tmp_path):
    status, _reports = check(tmp_path)
    assert status in (2, 3)


def test_several_folders_and_files(check, tmp_path):
    one_, two = tmp_path / "one", tmp_path / "two"
    one_.mkdir()
    two.mkdir()
    page(one_, "a.json", [mark(), student()])
    write(two, long(line("/")), "a.csv")
    write(two, long(line("?"), line("/", half="PM")), "b.csv")
    status, reports = check(two, one_)
    assert status == 1 and [r["layout"] for r in reports] == ["long", "long", "wonde"]


def test_long_lines_in_json_are_no_lines_of_a_register(check, tmp_path):
    # pages come as one line of any length: the limit is on lines, pages must be read within the limit
    page(tmp_path, "a.json", [mark(), student()])
    assert one(check(tmp_path))["verdict"] == "ready"


def test_bad_items(check, tmp_path):
    page(
        tmp_path,
        "a.json",
        [
            mark(),
            student(),
            5,
            None,
            "x",
            [],
            {},
            mark(half="EVE"),
            mark(date="nonsense"),
            mark(date=None) | {"date": None},
            mark() | {"student": None},
            mark() | {"attendance_code": None},
        ],
    )
    r = one(check(tmp_path))
    assert r["marks"] == 1 and r["rows_refused"] >= 4


@pytest.mark.parametrize(
    "at,want",
    [
        ("2025-09-11T23:00:00.000000Z", "2025-09-12"),
        ("2025-09-11T23:00:00Z", "2025-09-12"),
        ("2025-09-11T23:00:00+00:00", "2025-09-12"),
        ("2025-09-12T00:30:00+01:00", "2025-09-12"),
        ("2025-09-11T23:00:00", "2025-09-11"),
        ("2025-11-10T23:00:00.000000Z", "2025-11-10"),
        ("2025-09-11", "2025-09-11"),
    ],
)
def test_an_instant_as_text_is_its_london_day(check, tmp_path, at, want):
    page(tmp_path, "a.json", [mark(date=at), student()])
    assert one(check(tmp_path))["from"] == want


@pytest.mark.parametrize(
    "who",
    [
        {"student": None, "student_id": "A1"},
        {"student": {"data": {"id": "A1"}, "meta": {}}},
        {"student": "A1"},
        {"student": {"id": "A1"}},
    ],
)
def test_whose_a_mark_is_however_it_is_said(check, tmp_path, who):
    page(tmp_path, "a.json", [mark() | who, student()])
    assert one(check(tmp_path))["verdict"] == "ready"


def test_a_pupil_without_marks_is_not_counted(check, tmp_path):
    page(
        tmp_path,
        "a.json",
        [mark(), student(), student("A2", "", "Okoro"), student("A3", ADA, "Roe", "2010-01-01")],
    )
    r = one(check(tmp_path))
    assert (r["verdict"], r["pupils"], codes(r)) == ("ready", 1, {})


def test_columns_are_spelt_as_the_pages_spell_them(check, tmp_path):
    born = student("A2") | {"date_of_birth": "x"}
    gone = student("A3", BEN) | {"education_details": {"data": {"upn": BEN, "leaving_date": "bad"}}}
    stranger = mark() | {"student": None, "student_id": "A9"}
    by_id = mark(half="PM", attendance_code=None, attendance_code_id="x9")
    page(tmp_path, "a.json", [mark(), mark("A2"), mark("A3"), stranger, by_id, student(), born, gone])
    columns = [e["column"] for e in one(check(tmp_path))["errors"]]
    assert columns == ["date_of_birth", "leaving_date", "student_id", "attendance_code_id"]
