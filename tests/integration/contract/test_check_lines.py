"""registers check: which lines are rows, and that no pupil's line is left out."""

import pytest
from tests.integration.contract.made import ADA, BEN, LONG, codes, line, long, one, write, xlsx

DAYS = ",".join(f"{day} {half}" for day in ("Mon", "Tue", "Wed", "Thu", "Fri") for half in ("AM", "PM"))
GRID = f'Week beginning 08/09/2025\nName,UPN,Reg,{DAYS}\n"Fenwick, Ada",{ADA},5B,/,\\,/,\\,O,O,/,M,/,\\\n'


@pytest.mark.parametrize(
    "foot",
    [
        "Key,/,Present (AM)",
        ",/,Present (AM)\n,O,Unauthorised absence",
        "Key:,/ present,O unauthorised absence",
        "O,Absent in other or unknown circumstances,I,Illness",
        "/,Present,\\,Present PM,L,Late,O,Unauthorised",
        "Codes:,/,\\,L,O",
        ",,,25,24,25,25,25,25,25,25,25,25",
        "Present,,,25,24,25,25,25,25,25,25,25,25",
        "Totals,1,,25,24,25,25,25,25,25,25,25,25",
        "Class total,,,1,1",
        "/ Present  \\ Present PM  O Unauthorised absence",
        "C2 Part-time timetable",
        "Attendance codes: / present",
        "Sessions present,,,1,1",
        "* denotes late",
        "Signed: ______________",
        "Invented Primary",
        "Boys: 1,Girls: 0",
        "Exported from the register on 08/09/2025",
    ],
)
@pytest.mark.parametrize("pad", [False, True])
def test_totals_and_legends_below_a_grid_are_no_rows(check, tmp_path, foot, pad):
    if pad:
        foot = "\n".join(part + "," * (12 - part.count(",")) for part in foot.split("\n"))
    r = one(check(write(tmp_path, f"{GRID}\n{foot}\n")))
    assert (r["verdict"], r["rows_read"], r["marks"], r["errors"]) == ("ready", 1, 10, [])


@pytest.mark.parametrize(
    "foot",
    ["Total,1,,,", "Grand Total,2", "Sum,2", ",,,,,,,2", "Total,,,,2 marks", "Legend,/,Present", "/,Present"],
)
def test_totals_and_legends_below_marks_are_no_rows(check, tmp_path, foot):
    r = one(check(write(tmp_path, long(line("/"), line("O", half="PM"), foot))))
    assert (r["verdict"], r["rows_read"], r["marks"]) == ("ready", 2, 2)


@pytest.mark.parametrize("foot", ["School total", "Whole school", "Total (1 pupil)", "Average", "Class 5B"])
def test_totals_of_a_group_are_no_pupils_totals(check, tmp_path, foot):
    text = (
        f"Name,UPN,Possible,Attended,Auth,Unauth\nAda,{ADA},10,8,1,1\n{foot},,10,8,1,1\nBen,{BEN},10,8,1,1\n"
    )
    r = one(check(write(tmp_path, text + "Total,2,20,16,2,2\n,,20,16,2,2\n")))
    assert (r["verdict"], r["rows_read"], codes(r)) == ("ready", 2, {"totals_only": 1})


def test_totals_below_a_sheet_are_no_rows(check, tmp_path):
    rows = [LONG.split(","), line("/").split(","), ["Total", 3]]
    r = one(check(write(tmp_path, xlsx(rows), "a.xlsx")))
    assert (r["verdict"], r["rows_read"], r["marks"]) == ("ready", 1, 1)


@pytest.mark.parametrize(
    "pupil",
    [
        '"Moss, Ben",X1,5B,/,O,/,/,/,/,/,/,/,/',
        '"Moss, Ben",852999924001,5B,,,,,,,,,,',
        '"Moss, Ben",,5B,/,O,/,/,/,/,/,/,/,/',
        '"Moss, Ben",,5B,,,,,,,,,,',
        '"Key, Ann",,5B,/,O,/,/,/,/,/,/,/,/',
        "Ben Page,,,/,O,/,/,/,/,/,/,/,/",
        '"Total, Tim",X1,5B,,,,,,,,,,',
        ",,,/,O,/,/,/,/,/,/,/,/",
        f'"Moss, Ben",{BEN[:9]}',
        '"Moss, Ben",',
    ],
)
def test_a_pupils_line_without_a_sound_number_is_a_refused_row(check, tmp_path, pupil):
    r = one(check(write(tmp_path, f"{GRID}{pupil}\n\nTotal,,,2,2\n")))
    assert (r["rows_read"], r["rows_refused"], r["marks"]) == (2, 1, 10)
    assert [e["line"] for e in r["errors"]] == [4]


@pytest.mark.parametrize("cut", range(8, 60, 3))
def test_a_file_cut_short_says_so(check, tmp_path, cut):
    whole = line("/", half="PM")
    r = one(check(write(tmp_path, long(line("/")) + whole[:cut])))
    assert r["rows_read"] == 2
    assert (r["verdict"] == "ready_with_refusals") == (whole[:cut].count(",") < whole.count(","))


def test_a_pupil_known_by_name_and_birth_stands_above_the_next_pages_header(check, tmp_path):
    head = f"Name,UPN,DOB,{DAYS}\n"
    page = '"Fenwick, Ada",,2015-03-09,/,/,/,/,/,/,/,/,/,/\n'
    other = '"Page, Bo",,2015-03-10,/,/,/,/,/,/,/,/,/,/\n'
    text = f"Week beginning 08/09/2025\n{head}{page}Week beginning 15/09/2025\n{head}{other}"
    for between in ("", "Total present,,,1,1\nKey,/,Present\n\n"):
        r = one(check(write(tmp_path, text.replace("Week beginning 15", between + "Week beginning 15"))))
        assert (r["verdict"], r["rows_read"], r["marks"], r["pupils"]) == ("ready", 2, 20, 2)
    r = one(check(write(tmp_path, f"Week beginning 08/09/2025\n{head}{page}{head}{other}")))
    assert (r["verdict"], r["rows_read"], r["marks"]) == ("ready", 2, 20)
