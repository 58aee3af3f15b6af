"""registers check: the report's fields, rows, places, exit statuses."""

import hashlib

import pytest
from tests.integration.contract.made import ADA, BEN, LONG, codes, line, long, one, write


def test_a_sound_file_is_ready(check, tmp_path):
    text = (
        "URN,UPN,Surname,Forename,DOB,Year,Reg,Date,Session,Mark,Minutes Late,Comment\n"
        "999999,Z852999924001,Fenwick,Ada,09/03/2015,5,5B,08/09/2025,AM,/,,\n"
        "999999,Z852999924001,Fenwick,Ada,09/03/2015,5,5B,08/09/2025,PM,O,,parent phoned\n"
    )
    path = write(tmp_path, text)
    status, [r] = check(path)
    assert status == 0
    want = {
        "file": str(path),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "layout": "long",
        "encoding": "utf-8",
        "schools": ["999999"],
        "pupils": 1,
        "marks": 2,
        "from": "2025-09-08",
        "to": "2025-09-08",
        "rows_read": 2,
        "rows_taken": 2,
        "rows_refused": 0,
        "errors": [],
        "warnings": [],
        "verdict": "ready",
        "stopped_because": None,
    }
    assert {k: r[k] for k in want} == want


@pytest.mark.parametrize(
    "encoding,named",
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
def test_encodings(check, tmp_path, encoding, named):
    path = write(tmp_path, long(line("/", surname="O’Neill é")), encoding=encoding)
    r = one(check(path))
    assert r["encoding"] == named and r["marks"] == 1 and r["verdict"] == "ready"


def test_utf16_big_endian_with_mark(check, tmp_path):
    path = write(tmp_path, b"\xfe\xff" + long(line("/")).encode("utf-16-be"))
    assert one(check(path))["encoding"] == "utf-16"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_may_hold_other_letters_in_its_opening(check, tmp_path, encoding):
    text = long(line("/", surname="O’Neill Łęcka")).replace(",", "\t")
    r = one(check(write(tmp_path, text, "r.txt", encoding)))
    assert (r["encoding"], r["verdict"], r["marks"]) == ("utf-16", "ready", 1)


def test_excel_unicode_text(check, tmp_path):
    path = write(tmp_path, long(line("/")).replace(",", "\t").replace("\n", "\r\n"), "r.txt", "utf-16")
    r = one(check(path))
    assert (r["encoding"], r["layout"], r["marks"]) == ("utf-16", "long", 1)


@pytest.mark.parametrize("sep", [";", "\t"])
def test_other_separators(check, tmp_path, sep):
    r = one(check(write(tmp_path, long(line("/")).replace(",", sep))))
    assert r["marks"] == 1


def test_quoted_newlines_and_physical_lines(check, tmp_path):
    text = long(
        line("/") + ',"two\nlines"',
        line("Q9", half="PM") + ",",
        line("O", "2025-09-09") + ',"x\n\ny"',
        line("Q8", "2025-09-10") + ",",
        header=LONG + ",Comment",
    ).replace("\n", "\r\n")
    r = one(check(write(tmp_path, text)))
    assert r["rows_read"] == 4 and r["marks"] == 2
    assert [(e["line"], e["column"], e["value"]) for e in r["errors"]] == [
        (4, "Mark", "Q9"),
        (8, "Mark", "Q8"),
    ]


def test_record_begins_line(check, tmp_path):
    text = long('"long\nnote",' + line("Q9"), header="Comment," + LONG)
    text += "fine," + line("/") + "\n"
    r = one(check(write(tmp_path, text)))
    assert [e["line"] for e in r["errors"]] == [2]


def test_column_spelled_as_in_file(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                long(line("/"), line("?", half="PM"), header=LONG.replace("Mark", " attendance_CODE*")),
            )
        )
    )
    assert r["errors"][0]["column"].strip() == "attendance_CODE*"


def test_blank_lines_titles_and_totals_are_no_rows(check, tmp_path):
    text = "Invented Primary - marks\n\n" + long(line("/")) + "\n,,,,,,,\nTotal,,,,,,,1\n\n"
    r = one(check(write(tmp_path, text)))
    assert (r["rows_read"], r["marks"], r["verdict"]) == (1, 1, "ready")


def test_too_few_fields_is_a_refused_row(check, tmp_path):
    r = one(check(write(tmp_path, long(line("/"), f"999999,{BEN},Okoro"))))
    assert (r["rows_read"], r["rows_refused"], r["pupils"]) == (2, 1, 1)
    [e] = r["errors"]
    assert e["line"] == 3 and e["column"] is None


def test_too_few_fields_only_trailing_optional(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                long(line("/"), line("/", half="PM") + ",,late", header=LONG + ",Minutes Late,Comment"),
            )
        )
    )
    assert (r["rows_read"], r["rows_refused"]) == (2, 1)


def test_identical_repeats_are_taken(check, tmp_path):
    r = one(check(write(tmp_path, long(line("/"), line("/"), line("/")))))
    assert (r["rows_read"], r["rows_taken"], r["marks"], r["verdict"]) == (3, 3, 1, "ready")
    assert codes(r) == {"duplicate_mark": 2} and r["errors"] == []


def test_slash_and_backslash_in_the_afternoon_are_one_mark(check, tmp_path):
    r = one(check(write(tmp_path, long(line("/", half="PM"), line("\\", half="PM")))))
    assert codes(r) == {"duplicate_mark": 1} and r["marks"] == 1 and r["verdict"] == "ready"


def test_conflict_refuses_both_sides(check, tmp_path):
    r = one(check(write(tmp_path, long(line("/"), line("O"), line("/", half="PM")))))
    assert codes(r) == {"conflicting_marks": 1}
    assert [(e["line"], e["column"]) for e in r["errors"]] == [(2, "Mark"), (3, "Mark")]
    assert (r["rows_refused"], r["marks"], r["pupils"]) == (2, 1, 1)


def test_conflict_of_three(check, tmp_path):
    r = one(check(write(tmp_path, long(line("/"), line("O"), line("O"), line("/", half="PM")))))
    assert codes(r)["conflicting_marks"] == 1
    assert [e["line"] for e in r["errors"]] == [2, 3, 4]
    assert r["marks"] == 1 and r["rows_refused"] == 3


def test_conflict_across_day_rows(check, tmp_path):
    text = f'UPN,Name,Date,AM,PM\n{ADA},"Fenwick, Ada",2025-09-08,/,O\n{ADA},"Fenwick, Ada",2025-09-08,/,/\n'
    r = one(check(write(tmp_path, text)))
    assert codes(r) == {"conflicting_marks": 1, "duplicate_mark": 1}
    assert [(e["line"], e["column"]) for e in r["errors"]] == [(2, "PM"), (3, "PM")]
    assert (r["marks"], r["rows_refused"]) == (1, 2)


def test_refused_mark_does_not_conflict(check, tmp_path):
    r = one(check(write(tmp_path, long(line("/"), line("Q9")))))
    assert codes(r) == {"unknown_code": 1} and r["marks"] == 1 and len(r["errors"]) == 1


def test_same_session_at_two_schools_is_no_conflict(check, tmp_path):
    r = one(check(write(tmp_path, long(line("/"), line("D", urn="999998")))))
    assert (
        r["verdict"] == "ready"
        and r["marks"] == 2
        and r["schools"] == ["999998", "999999"]
        and r["pupils"] == 1
    )


def test_blank_marks(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                long(line("/"), line("", half="PM"), line("-", "2025-09-09"), line(" ", "2025-09-09", "PM")),
            )
        )
    )
    assert (r["rows_read"], r["rows_taken"], r["marks"], r["verdict"]) == (4, 4, 1, "ready")
    assert codes(r) == {"missing_marks": 3}


def test_hash_is_not_counted_in_marks_or_dates(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                long(line("#", "2025-09-01"), line("/"), line("#", "2025-12-30"), line("", "2025-09-02")),
            )
        )
    )
    assert (r["marks"], r["from"], r["to"]) == (1, "2025-09-08", "2025-09-08")


def test_pupil_with_only_refused_rows_is_not_counted(check, tmp_path):
    r = one(check(write(tmp_path, long(line("/"), line("Q9", who=BEN, surname="B")))))
    assert r["pupils"] == 1


def test_row_with_a_refused_cell_keeps_sound_marks(check, tmp_path):
    r = one(check(write(tmp_path, f'UPN,Name,Date,AM,PM\n{ADA},"Fenwick, Ada",2025-09-08,/,Q9\n')))
    assert (r["layout"], r["rows_refused"], r["marks"], r["verdict"]) == (
        "day_rows",
        1,
        1,
        "ready_with_refusals",
    )
    assert r["errors"][0]["column"] == "PM" and r["schools"] == []
    assert r["pupils"] in (0, 1)


def test_every_refused_mark_has_one_error(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                f'UPN,Name,Date,AM,PM\n{ADA},"Fenwick, Ada",2025-09-08,?,Q9\n{ADA},"Fenwick, Ada",2025-09-09,/,/\n',
            )
        )
    )
    assert [e["column"] for e in r["errors"]] == ["AM", "PM"] and codes(r) == {"unknown_code": 2}


def test_nothing_taken_is_stopped(check, tmp_path):
    r = one(check(write(tmp_path, long(line("Q9")))))
    assert r["verdict"] == "stopped" and r["rows_refused"] == 1 and len(r["errors"]) == 1


def test_headers_only_is_stopped(check, tmp_path):
    assert one(check(write(tmp_path, LONG + "\n")))["verdict"] == "stopped"


@pytest.mark.parametrize(
    "content,name",
    [
        (b"", "e.csv"),
        (b"\n\n", "e.csv"),
        (b"%PDF-1.7\n\x00\xff\xfe\x01", "a.csv"),
        (b"PK\x03\x04rubbish", "a.xlsx"),
        (b"", "a.xlsx"),
        (b"{", "a.json"),
        (b"", "a.xml"),
        (b"<CTfile>", "a.xml"),
        (b"\xff\xfe", "a.csv"),
        (b"hello\nworld\n", "a.txt"),
        (b"\x00" * 5000, "a.csv"),
        (b"[1,2", "b.json"),
        (b"null", "b.json"),
        (b"<html><body>no</body></html>", "a.xml"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "old.xls"),
    ],
)
def test_what_is_no_register_is_stopped(check, tmp_path, content, name):
    r = one(check(write(tmp_path, content, name)))
    assert r["verdict"] == "stopped" and r["sha256"] == hashlib.sha256(content).hexdigest()


def test_dtd_refused(check, tmp_path):
    text = '<?xml version="1.0"?><!DOCTYPE CTfile [<!ENTITY a "b">]><CTfile><Header/></CTfile>'
    assert one(check(write(tmp_path, text, "a.xml")))["verdict"] == "stopped"


def test_no_such_file(check, tmp_path):
    status, reports = check(tmp_path / "nothing.csv")
    assert status == 2 and reports == []


def test_several_inputs_in_order_and_highest_status(check, tmp_path):
    good = write(tmp_path, long(line("/")), "good.csv")
    refused = write(tmp_path, long(line("/"), line("?", half="PM")), "refused.csv")
    stopped = write(tmp_path, "rubbish\n", "stopped.csv")
    gone = tmp_path / "gone.csv"
    for inputs, want, names in [
        ((good, refused), 1, "good refused"),
        ((refused, good), 1, "refused good"),
        ((good, stopped), 3, "good stopped"),
        ((stopped, refused), 3, "stopped refused"),
        ((gone, good), 2, "good"),
        ((gone, stopped), 3, "stopped"),
        ((gone, refused), 2, "refused"),
        ((good, good), 0, "good good"),
    ]:
        status, reports = check(*inputs)
        assert (status, " ".join(r["file"].rsplit("/")[-1][:-4] for r in reports)) == (want, names)


@pytest.mark.parametrize(
    "argv",
    [
        ["check"],
        ["check", "--json"],
        ["check", "x.csv", "--dates", "xyz"],
        ["check", "x.csv", "--as-of", "31/12/2025"],
        ["nonsense"],
        [],
        ["check", "x.csv", "--calendar", "/nowhere.csv"],
        ["check", "x.csv", "--mapping", "/nowhere.toml"],
        ["check", "x.csv", "--previous", "/nowhere.csv"],
        ["check", "x.csv", "--bad"],
    ],
)
def test_wrong_usage(registers, tmp_path, argv, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, long(line("/")), "x.csv")
    status, out, err = registers(*argv)
    assert (status == 2 and "Traceback" not in err and out == "") or argv == []


def test_readable_report(registers, tmp_path):
    path = write(tmp_path, long(line("/"), line("?", half="PM")))
    status, out, _err = registers("check", path, "--as-of", "2025-12-31")
    assert status == 1 and str(path) in out and "{" not in out
    assert registers("check", write(tmp_path, "rubbish\n"))[0] == 3


def test_file_as_given(check, tmp_path, monkeypatch):
    write(tmp_path, long(line("/")))
    monkeypatch.chdir(tmp_path)
    assert check("./register.csv")[1][0]["file"] == "./register.csv"


def test_options_may_stand_between_inputs(registers, tmp_path):
    one_file, other = write(tmp_path, long(line("/")), "a.csv"), write(tmp_path, long(line("O")), "b.csv")
    want = registers("check", one_file, other, "--json", "--as-of", "2025-12-31")
    assert want[0] == 0 and want[1].count("\n") == 2
    assert registers("check", one_file, "--json", other, "--as-of", "2025-12-31") == want
    assert registers("check", "--as-of", "2025-12-31", one_file, "--json", other) == want


def test_refused_marks_of_one_session_are_one_session(check, tmp_path):
    rows = [
        line("?"),
        line("!"),
        line("?"),
        line("/", "2025-09-13"),
        line("/", "2025-09-13"),
        line("/", half="PM"),
    ]
    r = one(check(write(tmp_path, long(*rows))))
    assert codes(r) == {"unknown_code": 1, "weekend_mark": 1} and len(r["errors"]) == 5


def test_repeats_are_counted_alike_in_any_order(check, tmp_path):
    def counted(*marks):
        rows = [line(mark) for mark in marks] + [line("/", half="PM"), line("/", half="PM")]
        r = one(check(write(tmp_path, long(*rows))))
        assert len(r["errors"]) == len(marks)
        return codes(r)

    assert counted("/", "/", "O") == counted("/", "O", "/") == counted("O", "/", "/")
    assert counted("/", "/", "O") == {"duplicate_mark": 1, "conflicting_marks": 1}
