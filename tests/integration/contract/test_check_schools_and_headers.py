"""registers check: folders, schools, headers, workbooks."""

import pytest
from tests.integration.contract.made import ADA, LONG, codes, line, long, one, write, xlsx


def test_folder_of_register_files(check, tmp_path):
    write(tmp_path, long(line("/")), "a.csv")
    write(tmp_path, long(line("/", urn="999998")), "b.csv")
    status, reports = check(tmp_path)
    assert status == 0 and len(reports) == 2
    assert [r["schools"] for r in reports] == [["999999"], ["999998"]]
    assert all(r["sha256"] for r in reports)


@pytest.mark.parametrize(
    "header,fields,want",
    [
        ("URN,LAESTAB,UPN,Date,Session,Mark", "999999,8529999", ["999999"]),
        ("LAESTAB,School,UPN,Date,Session,Mark", "8529999,Invented Primary", ["8529999"]),
        ("LAESTAB,UPN,Date,Session,Mark", "852/9999", ["8529999"]),
        ("LA,Estab,UPN,Date,Session,Mark", "852,9999", ["8529999"]),
        ("LA code,Establishment number,UPN,Date,Session,Mark", "852,9999", ["8529999"]),
        ("School name,UPN,Date,Session,Mark", "Invented Primary", ["Invented Primary"]),
        ("School,UPN,Date,Session,Mark", "Invented Primary", ["Invented Primary"]),
        ("School URN,UPN,Date,Session,Mark", "999999", ["999999"]),
        ("LA code,Estab,UPN,Date,Session,Mark", "852,8520123", ["8520123"]),
        ("LA code,Estab,UPN,Date,Session,Mark", "852,123", ["8520123"]),
        ("LAESTAB,UPN,Date,Session,Mark", "852 9998", ["8529998"]),
        ("UPN,Date,Session,Mark", "", []),
    ],
)
def test_schools(check, tmp_path, header, fields, want):
    row = ",".join(filter(None, [fields, ADA, "2025-09-08,AM,/"]))
    assert one(check(write(tmp_path, f"{header}\n{row}\n")))["schools"] == want


@pytest.mark.parametrize(
    "was,now",
    [
        ("UPN", "Unique Pupil Number"),
        ("Surname", "Legal surname"),
        ("Surname", "Last name"),
        ("Surname", "LastName"),
        ("Forename", "Legal forename"),
        ("Forename", "First name"),
        ("Forename", "FirstName"),
        ("DOB", "Date of birth"),
        ("DOB", "DoB"),
        ("URN", "School URN"),
        ("Date", "Session date"),
        ("Session", "AM/PM"),
        ("Mark", "Attendance code"),
        ("Mark", "Code"),
        ("Mark", "MARK *"),
        ("UPN", "u_p_n"),
        ("Date", " date"),
    ],
)
def test_aliases(check, tmp_path, was, now):
    header = ",".join(now if h == was else h for h in LONG.split(","))
    r = one(check(write(tmp_path, long(line("/", born="2015-03-09"), header=header))))
    assert (r["verdict"], r["layout"], r["marks"], r["schools"], codes(r)) == (
        "ready",
        "long",
        1,
        ["999999"],
        {},
    )


@pytest.mark.parametrize(
    "extra",
    [
        "Year",
        "NC year",
        "NCyearActual",
        "Year group",
        "YearGroup",
        "Reg",
        "Registration group",
        "Registration form",
        "Form",
        "Minutes Late",
        "Mins late",
        "Comment",
        "Notes",
        "Ethnicity",
    ],
)
def test_more_columns(check, tmp_path, extra):
    r = one(check(write(tmp_path, long(line("/") + ",5", header=f"{LONG},{extra}"))))
    assert (r["verdict"], r["marks"]) == ("ready", 1)


@pytest.mark.parametrize("missing", ["UPN", "Date", "Session", "Mark"])
def test_needed_column_missing(check, tmp_path, missing):
    at = next(i for i, h in enumerate(["UPN", "Date", "Session", "Mark"]) if h == missing)

    def cut(text):
        return ",".join(p for i, p in enumerate(text.split(",")) if i != at)

    r = one(
        check(write(tmp_path, cut("UPN,Date,Session,Mark") + "\n" + cut(f"{ADA},2025-09-08,AM,/") + "\n"))
    )
    assert r["verdict"] == "stopped"
    assert missing.lower() in r["stopped_because"].lower()


@pytest.mark.parametrize(
    "twice", ["UPN", "Unique pupil number", "Mark", "Code", "Date", "Session date", "AM/PM"]
)
def test_needed_column_twice(check, tmp_path, twice):
    r = one(check(write(tmp_path, long(line("/") + ",x", header=f"{LONG},{twice}"))))
    assert r["verdict"] == "stopped" and r["stopped_because"]


def test_unneeded_column_twice(check, tmp_path):
    r = one(check(write(tmp_path, long(line("/") + ",x,y", header=f"{LONG},Comment,Comment"))))
    assert r["verdict"] == "ready"


@pytest.mark.parametrize("before,verdict", [(0, "ready"), (19, "ready"), (20, "stopped")])
def test_header_within_twenty_lines(check, tmp_path, before, verdict):
    r = one(check(write(tmp_path, "Some title\n" * before + long(line("/")))))
    assert r["verdict"] == verdict


def test_title_lines_blank_count_too(check, tmp_path):
    assert one(check(write(tmp_path, "\n" * 20 + long(line("/")))))["verdict"] == "stopped"
    assert one(check(write(tmp_path, "\n" * 19 + long(line("/")))))["verdict"] == "ready"


def test_xlsx_long_with_serials(check, tmp_path):
    rows = [
        ["Invented Primary"],
        [],
        LONG.split(","),
        [999999, ADA, "Fenwick", "Ada", 42072, 45908, "AM", "/"],
        [],
        [999999, ADA, "Fenwick", "Ada", 42072, 45908, "PM", "Q9"],
    ]
    r = one(check(write(tmp_path, xlsx(rows), "r.xlsx")))
    assert (r["encoding"], r["layout"], r["marks"], r["from"], r["schools"]) == (
        None,
        "long",
        1,
        "2025-09-08",
        ["999999"],
    )
    assert [(e["line"], e["column"], e["value"]) for e in r["errors"]] == [(6, "Mark", "Q9")]


def test_csv_serials_and_named_months(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                long(
                    line("/", "45908"),
                    line("/", "09-Sep-25"),
                    line("/", "10/09/2025"),
                    line("/", "2025-09-11"),
                    line("/", "13/10/2025"),
                ),
            )
        )
    )
    assert (r["verdict"], r["marks"], r["from"], r["to"]) == ("ready", 5, "2025-09-08", "2025-10-13")


@pytest.mark.parametrize(
    "text,named",
    [
        ("Name,Date,AM,PM\nAda Fenwick,2025-09-08,/,O\n", ("UPN", "DOB")),
        ("Surname,Forename,Date,Session,Mark\nFenwick,Ada,2025-09-08,AM,/\n", ("UPN", "DOB")),
        ("Surname,DOB,Date,Session,Mark\nFenwick,2015-03-09,2025-09-08,AM,/\n", ("UPN", "Forename")),
        ("Date,Session,Mark\n2025-09-08,AM,/\n", ("UPN",)),
        ("Week beginning 08/09/2025\nName,Mon AM,Mon PM\nAda Fenwick,/,O\n", ("UPN", "DOB")),
        ("Name,08/09/2025\nAda Fenwick,/O\n", ("UPN", "DOB")),
        ("Surname,Forename,Possible,Attended\nFenwick,Ada,10,9\n", ("UPN", "DOB")),
        (f"UPN,Possible\n{ADA},10\n", ("Attended",)),
    ],
)
def test_a_column_to_know_pupils_by_is_needed_and_named(check, tmp_path, text, named):
    r = one(check(write(tmp_path, text)))
    assert r["verdict"] == "stopped" and r["rows_read"] == 0
    assert all(name in r["stopped_because"] for name in named)


@pytest.mark.parametrize("who", ["Name,DOB", "Surname,Forename,DOB", "UPN"])
def test_a_number_or_name_and_birth_are_enough(check, tmp_path, who):
    values = {"Name": "Ada Fenwick", "DOB": "2015-03-09", "Surname": "Fenwick", "Forename": "Ada", "UPN": ADA}
    said = ",".join(values[column] for column in who.split(","))
    text = f"Week beginning 08/09/2025\n{who},Mon AM,Mon PM\n{said},/,O\n"
    assert one(check(write(tmp_path, text)))["verdict"] == "ready"
