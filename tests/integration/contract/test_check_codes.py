"""registers check: attendance codes as they arrive."""

import pytest
from tests.integration.contract.made import LONG, codes, line, long, one, write


@pytest.mark.parametrize(
    "mark",
    [
        "/",
        "\\",
        "L",
        "K",
        "V",
        "P",
        "W",
        "B",
        "D",
        "C1",
        "M",
        "J1",
        "S",
        "X",
        "C2",
        "C",
        "T",
        "R",
        "I",
        "E",
        "Q",
        "Y1",
        "Y2",
        "Y3",
        "Y4",
        "Y5",
        "Y6",
        "Y7",
        "G",
        "N",
        "O",
        "U",
        "Z",
        "o",
        " o ",
        "L 10",
        "L(10)",
        "L (10)",
        "c2",
        "I01",
        "X01",
        "i01",
        "O12",
        "y7",
        "l(5)",
        "j1",
    ],
)
@pytest.mark.parametrize("half", ["AM", "PM"])
def test_codes_in_force(check, tmp_path, mark, half):
    r = one(check(write(tmp_path, long(line(mark, half=half)))))
    assert (r["verdict"], r["marks"], codes(r)) == ("ready", 1, {})


@pytest.mark.parametrize(
    "mark",
    [
        "Q9",
        "?",
        "!",
        "1",
        "✓",
        "✔",
        "//",
        "0",
        "OO",
        "Y8",
        "Y0",
        "C3",
        "J2",
        "I1",
        "O1",
        "A",
        "YES",
        "present",
        "I001",
        "#1",
    ],
)
def test_unknown_codes(check, tmp_path, mark):
    r = one(check(write(tmp_path, long(line("/"), line(mark, half="PM")))))
    assert codes(r) == {"unknown_code": 1} and r["rows_refused"] == 1
    assert [(e["line"], e["column"], e["value"]) for e in r["errors"]] == [(3, "Mark", mark)]


def test_at_sign_is_unknown(check, tmp_path):
    r = one(check(write(tmp_path, long(line("/"), line("@", half="PM")))))
    assert codes(r).get("unknown_code") == 1 and r["rows_refused"] == 1


@pytest.mark.parametrize(
    "mark,date",
    [
        ("H", "2024-03-04"),
        ("J", "2024-03-04"),
        ("Y", "2024-03-04"),
        ("H", "2024-08-16"),
        ("F", "2010-03-01"),
        ("h", "2024-03-04"),
        ("H01", "2024-03-04"),
    ],
)
def test_old_code_in_its_time(check, tmp_path, mark, date):
    r = one(
        check(
            write(
                tmp_path, long(line(mark, date, born="2000-01-01"), line("/", date, "PM", born="2000-01-01"))
            )
        )
    )
    assert (r["verdict"], r["marks"], codes(r)) == ("ready", 2, {"old_code": 1})


@pytest.mark.parametrize(
    "mark,date",
    [
        ("H", "2025-09-08"),
        ("J", "2025-09-08"),
        ("Y", "2025-09-08"),
        ("H", "2024-08-19"),
        ("F", "2020-03-02"),
        ("F", "2025-09-08"),
        ("C1", "2024-03-04"),
        ("C2", "2024-08-16"),
        ("J1", "2024-03-04"),
        ("K", "2024-03-04"),
        ("Q", "2024-03-04"),
        ("Y1", "2024-03-04"),
        ("Y7", "2024-08-16"),
        ("H01", "2025-09-08"),
        ("Y01", "2025-09-08"),
        ("J02", "2025-09-08"),
    ],
)
def test_code_not_in_force(check, tmp_path, mark, date):
    r = one(check(write(tmp_path, long(line("/", date, "PM"), line(mark, date)))))
    assert codes(r) == {"code_not_in_force": 1} and r["rows_refused"] == 1 and r["marks"] == 1
    assert (r["errors"][0]["line"], r["errors"][0]["column"], r["errors"][0]["value"]) == (3, "Mark", mark)


@pytest.mark.parametrize(
    "cell,count", [("=1+1", 1), ("+44", 1), ("-x", 1), ("@cmd", 1), ("a=b", 0), ("-", 0), ("'=1", 0)]
)
def test_formula_like(check, tmp_path, cell, count):
    r = one(check(write(tmp_path, long(line("/") + f",{cell}", header=LONG + ",Comment"))))
    assert codes(r).get("formula_like", 0) == count and r["verdict"] == "ready" and r["marks"] == 1


def test_formula_like_in_a_column_not_read(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                long(
                    line("/") + ",=HYPERLINK(1),=2",
                    line("/", half="PM", surname="=X") + ",,",
                    header=LONG + ",Whatever,More",
                ),
            )
        )
    )
    assert codes(r) == {"formula_like": 3}


def test_dash_alone_is_a_mark(check, tmp_path):
    r = one(check(write(tmp_path, long(line("/"), line("-", half="PM")))))
    assert codes(r) == {"missing_marks": 1}
