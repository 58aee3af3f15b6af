"""registers check: what a mapping may say, and only a mapping."""

import pytest
from tests.integration.contract.made import ADA, codes, line, long, one, write


def test_present_spelt_otherwise(check, tmp_path):
    toml = write(
        tmp_path,
        '[codes]\n"P" = "/"\n"1" = "/"\n"Y" = "/"\n"✓" = "/"\n"@" = "O"\n"!" = "I"\n"?" = "N"\n"" = "/"\n',
        "map.toml",
    )
    days = [f"2025-09-{d:02}" for d in (8, 9, 10, 11)]
    marks = iter(["P", "1", "Y", "✓", "@", "!", "?", ""])
    rows = [line(next(marks), d, h) for d in days for h in ("AM", "PM")]
    path = write(tmp_path, long(*rows))
    r = one(check(path, "--mapping", toml))
    assert (r["verdict"], r["marks"]) == ("ready", 8) and "missing_marks" not in codes(r)
    r = one(check(path))
    assert (
        codes(r) == {"unknown_code": 5, "code_not_in_force": 1, "missing_marks": 1, "formula_like": 1}
        and r["marks"] == 1
    )


def test_mapping_of_columns_order_and_header_row(check, tmp_path):
    toml = write(
        tmp_path,
        'dates = "mdy"\nheader_row = 3\n[columns]\n"Child no" = "UPN"\n"What" = "Mark"\n',
        "map.toml",
    )
    text = "UPN,Date,Session,Mark\n\nChild no,Date,Session,What\n" + f"{ADA},10/06/2025,AM,/\n"
    r = one(check(write(tmp_path, text), "--mapping", toml))
    assert (r["verdict"], r["marks"], r["from"]) == ("ready", 1, "2025-10-06")


@pytest.mark.parametrize(
    "text",
    [
        "[codes\n",
        '[codes]\n"P" = "QQ"\n',
        '[columns]\n"x" = "nonsense"\n',
        "nonsense = 1\n",
        'dates = "xyz"\n',
        "header_row = 0\n",
    ],
)
def test_bad_mapping(registers, tmp_path, text):
    toml = write(tmp_path, text, "map.toml")
    status, out, err = registers("check", write(tmp_path, long(line("/"))), "--mapping", toml, "--json")
    assert status == 2 and out == "" and "Traceback" not in err and err


@pytest.mark.parametrize(
    "text",
    [
        "",
        "school,date\n",
        "a,b,c,d\n1,2,3,4\n",
        "school,date,am,pm\n999999,soon,1,1\n",
        "school,date,am,pm\n999999,2025-09-08,2,1\n",
        "school,date,am,pm\n999999,2025-09-08,1\n",
    ],
)
def test_bad_calendar(registers, tmp_path, text):
    cal = write(tmp_path, text, "cal.csv")
    status, out, err = registers("check", write(tmp_path, long(line("/"))), "--calendar", cal, "--json")
    assert status == 2 and out == "" and "Traceback" not in err and err


def test_mapped_codes_in_grids(check, tmp_path):
    toml = write(tmp_path, '[codes]\n"1" = "/"\n"0" = "O"\n', "map.toml")
    text = f'Name,UPN,08/09/2025,09/09/2025\n"Fenwick, Ada",{ADA},11,00\n'
    r = one(check(write(tmp_path, text), "--mapping", toml))
    assert r["layout"] == "weekly_grid" and r["marks"] == 4


def test_mapping_beats_a_known_code(check, tmp_path):
    toml = write(tmp_path, '[codes]\nH = "C"\n', "map.toml")
    assert one(check(write(tmp_path, long(line("h"))), "--mapping", toml))["verdict"] == "ready"


def test_a_mapped_column_comes_before_a_known_name(check, tmp_path):
    toml = write(tmp_path, '[columns]\n"Status" = "Mark"\n', "map.toml")
    path = write(tmp_path, f"UPN,Date,Session,Status,Mark\n{ADA},2025-09-08,AM,/,99\n")
    assert one(check(path))["verdict"] == "stopped" or one(check(path))["marks"] == 0
    r = one(check(path, "--mapping", toml))
    assert (r["verdict"], r["marks"], codes(r)) == ("ready", 1, {})
