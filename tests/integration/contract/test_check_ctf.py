"""registers check: the Common Transfer File."""

import pytest
from tests.integration.contract.made import ADA, BEN, codes, one, write


def session(start, marks):
    return f"<AttendSessions><AttendanceStartDate>{start}</AttendanceStartDate><AttendanceMarks>{marks}</AttendanceMarks></AttendSessions>"


def year(sessions="", estab="9999", lea="852", name="Invented Primary", y="2025", totals=None):
    t = totals or {}
    body = "".join(f"<{k}>{v}</{k}>" for k, v in t.items())
    return f"<YearData><Year>{y}</Year><LEA>{lea}</LEA><Estab>{estab}</Estab><SchoolName>{name}</SchoolName>{body}{sessions}</YearData>"


def pupil(*years, who=ADA, surname="Fenwick", born="2015-03-09"):
    return (
        f"<Pupil><UPN>{who}</UPN><Surname>{surname}</Surname><Forename>Ada</Forename><DOB>{born}</DOB><Sex>F</Sex>\n"
        f"<Attendance>{''.join(years)}</Attendance></Pupil>"
    )


def ctf(*pupils, at="2025-10-03T16:00:00", encoding="utf-8", ns=""):
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<CTfile{ns}><Header><DocumentName>Common Transfer File</DocumentName><CTFversion>25.0</CTFversion><DateTime>{at}</DateTime>'
        "<DocumentQualifier>partial</DocumentQualifier><SourceSchool><LEA>852</LEA><Estab>9999</Estab><SchoolName>Invented Primary</SchoolName><AcademicYear>2025</AcademicYear></SourceSchool>"
        "<DestSchool><LEA>852</LEA><Estab>LLLL</Estab></DestSchool></Header>\n<CTFpupilData>\n"
        + "\n".join(pupils)
        + "\n</CTFpupilData></CTfile>\n"
    )


RIGHT = {"SessionsPossible": 10, "SessionsAuthorised": 1, "SessionsAttended": 7, "SessionsUnauthorised": 2}
WEEK = r"/\/\OO/M/\####"


def test_the_example(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                ctf(pupil(year(session("2025-09-08", WEEK), totals=RIGHT))),
                "8529999_CTF_852LLLL_001.xml",
            )
        )
    )
    assert (
        r["layout"],
        r["encoding"],
        r["schools"],
        r["pupils"],
        r["marks"],
        r["from"],
        r["to"],
        r["rows_read"],
        r["verdict"],
    ) == ("ctf", "utf-8", ["8529999"], 1, 10, "2025-09-08", "2025-09-12", 1, "ready")
    assert codes(r) == {}


def test_totals_that_disagree_refuse_nothing(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                ctf(pupil(year(session("2025-09-08", WEEK), totals=RIGHT | {"SessionsUnauthorised": 5}))),
                "a.xml",
            )
        )
    )
    assert codes(r) == {"totals_disagree": 1} and r["verdict"] == "ready" and r["marks"] == 10


def test_seven_day_weeks(check, tmp_path):
    r = one(
        check(write(tmp_path, ctf(pupil(year(session("2025-09-08", WEEK + r"OOOO/\/\/\####")))), "a.xml"))
    )
    assert (r["marks"], r["to"], r["verdict"]) == (20, "2025-09-19", "ready")


def test_five_day_weeks(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path, ctf(pupil(year(session("2025-09-08", r"/\/\OO/M/\OOOO/\/\/\ ".strip())))), "a.xml"
            )
        )
    )
    assert (r["marks"], r["from"], r["to"], r["verdict"]) == (20, "2025-09-08", "2025-09-19", "ready")


def test_five_day_reading_past_the_header_is_refused(check, tmp_path):
    marks = r"/\/\OO/M/\OOOO/\/\/\ ".strip()
    text = ctf(
        pupil(year(session("2025-09-08", marks))),
        pupil(year(session("2025-09-08", WEEK)), who=BEN),
        at="2025-09-18T16:00:00",
    )
    r = one(check(write(tmp_path, text, "a.xml")))
    assert (r["rows_read"], r["rows_refused"], r["marks"], r["verdict"]) == (2, 1, 10, "ready_with_refusals")
    assert [e["line"] for e in r["errors"]] == [4]
    r = one(check(write(tmp_path, text.replace("2025-09-18T16", "2025-09-19T16"), "a.xml")))
    assert r["verdict"] == "ready" and r["marks"] == 30


def test_a_few_days_within_one_week(check, tmp_path):
    r = one(check(write(tmp_path, ctf(pupil(year(session("2025-09-09", r"/\OO")))), "a.xml")))
    assert (r["marks"], r["from"], r["to"]) == (4, "2025-09-09", "2025-09-10")


def test_starts_midweek(check, tmp_path):
    # Wednesday 10 September; 7-day: weekend at pairs 4, 5
    r = one(check(write(tmp_path, ctf(pupil(year(session("2025-09-10", r"/\/\/\####OO")))), "a.xml")))
    assert (r["marks"], r["to"]) == (8, "2025-09-15")
    r = one(check(write(tmp_path, ctf(pupil(year(session("2025-09-10", r"/\/\/\OO/\ ".strip())))), "a.xml")))
    assert (r["marks"], r["to"]) == (10, "2025-09-16")


def test_j_and_y_refused_only_those(check, tmp_path):
    r = one(check(write(tmp_path, ctf(pupil(year(session("2025-09-08", r"/\JJYO/\/\####")))), "a.xml")))
    assert codes(r) == {"code_not_in_force": 3} and r["marks"] == 7 and len(r["errors"]) == 3
    assert {(e["line"], e["column"]) for e in r["errors"]} == {(4, "AttendanceMarks")}
    assert (r["rows_refused"] == 1 and r["pupils"] == 0) or r["pupils"] == 1


def test_j_and_y_before_2024(check, tmp_path):
    r = one(
        check(write(tmp_path, ctf(pupil(year(session("2024-03-04", r"/\JJYO/\/\####"), y="2023"))), "a.xml"))
    )
    assert codes(r) == {"old_code": 3} and r["marks"] == 10 and r["verdict"] == "ready"


def test_an_unknown_letter(check, tmp_path):
    r = one(check(write(tmp_path, ctf(pupil(year(session("2025-09-08", r"/\AA?O/\/\####")))), "a.xml")))
    assert codes(r) == {"unknown_code": 3} and r["marks"] == 7


def test_two_years_data_of_two_schools(check, tmp_path):
    text = ctf(
        pupil(
            year(session("2025-09-08", r"/\/\/\/\/\####")),
            year(session("2025-09-15", r"OO/\/\/\/\####"), estab="9998", name="Other"),
        )
    )
    r = one(check(write(tmp_path, text, "a.xml")))
    assert (
        r["schools"] == ["8529998", "8529999"]
        and r["marks"] == 20
        and r["rows_read"] == 2
        and r["pupils"] == 1
    )


def test_several_attend_sessions(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path, ctf(pupil(year(session("2025-09-08", WEEK) + session("2025-09-15", WEEK)))), "a.xml"
            )
        )
    )
    assert r["rows_read"] == 2 and r["marks"] == 20


def test_year_data_twice_is_not_added(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                ctf(pupil(year(session("2025-09-08", WEEK)), year(session("2025-09-08", WEEK)))),
                "a.xml",
            )
        )
    )
    assert r["marks"] == 10 and codes(r).get("duplicate_mark") and "conflicting_marks" not in codes(r)


def test_upn_trouble(check, tmp_path):
    bad = "A" + ADA[1:]
    text = ctf(
        pupil(year(session("2025-09-08", WEEK)), who=bad),
        pupil(year(session("2025-09-08", WEEK)), who="nonsense", surname="X"),
        pupil(year(session("2025-09-08", WEEK)), who="Y85299992401A", surname="Z"),
    )
    r = one(check(write(tmp_path, text, "a.xml")))
    got = codes(r)
    assert got == {"upn_check_letter": 1, "temporary_upn": 1} and r["rows_refused"] == 1 and r["marks"] == 20
    [e] = r["errors"]
    assert (e["line"], e["column"], e["value"]) == (6, "UPN", "nonsense")


@pytest.mark.parametrize("encoding,named", [("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16")])
def test_encodings(check, tmp_path, encoding, named):
    text = ctf(
        pupil(year(session("2025-09-08", WEEK)), surname="O’Neill"),
        encoding="utf-16" if encoding == "utf-16" else "utf-8",
    )
    r = one(check(write(tmp_path, text.encode(encoding), "a.ctf")))
    assert r["encoding"] == named and r["marks"] == 10


def test_latin_1(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                ctf(pupil(year(session("2025-09-08", WEEK)), surname="Andr\xe9")).encode("cp1252"),
                "a.xml",
            )
        )
    )
    assert r["encoding"] == "cp1252" and r["marks"] == 10
    r = one(
        check(
            write(
                tmp_path,
                ctf(
                    pupil(year(session("2025-09-08", WEEK)), surname="Andr\xe9"), encoding="ISO-8859-1"
                ).encode("cp1252"),
                "a.xml",
            )
        )
    )
    assert r["encoding"] == "cp1252" and r["marks"] == 10


def test_namespace_and_empty_elements(check, tmp_path):
    r = one(
        check(write(tmp_path, ctf(pupil(year(session("2025-09-08", WEEK))), ns=' xmlns="urn:x"'), "a.xml"))
    )
    assert r["layout"] == "ctf" and r["marks"] == 10
    r = one(check(write(tmp_path, ctf(pupil(year(session("2025-09-08", WEEK))), pupil(who=BEN)), "a.xml")))
    assert r["rows_read"] == 1 and r["pupils"] == 1


def test_odd_number_of_marks(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                ctf(
                    pupil(year(session("2025-09-08", r"/\O"))),
                    pupil(year(session("2025-09-08", WEEK)), who=BEN),
                ),
                "a.xml",
            )
        )
    )
    assert r["verdict"] in ("ready", "ready_with_refusals")


def test_bad_start_date(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                ctf(
                    pupil(year(session("08/13/2025x", WEEK))),
                    pupil(year(session("2025-09-08", WEEK)), who=BEN),
                ),
                "a.xml",
            )
        )
    )
    assert r["rows_refused"] == 1 and [(e["line"], e["column"]) for e in r["errors"]] == [
        (4, "AttendanceStartDate")
    ]


def test_weekend_mark_in_seven_day_reading(check, tmp_path):
    # a Saturday mark makes the seven-day reading fail; the five-day one ends 17 September
    r = one(check(write(tmp_path, ctf(pupil(year(session("2025-09-08", r"/\/\OO/M/\/###")))), "a.xml")))
    assert r["marks"] == 11 and r["to"] == "2025-09-15"


def test_bank_holiday_and_blank(check, tmp_path):
    r = one(
        check(write(tmp_path, ctf(pupil(year(session("2025-05-05", r"/\--/\/\/\####"), y="2024"))), "a.xml"))
    )
    assert codes(r) == {"bank_holiday_mark": 2, "missing_marks": 2} and r["marks"] == 6


def test_totals_without_sessions_are_totals_only(check, tmp_path):
    r = one(check(write(tmp_path, ctf(pupil(year(totals=RIGHT))), "a.xml")))
    assert (r["layout"], r["marks"], r["from"]) == ("ctf", 0, None) and codes(r) == {"totals_only": 1}


@pytest.mark.parametrize("depth,verdict", [(90, "ready"), (150, "stopped")])
def test_nesting(check, tmp_path, depth, verdict):
    text = ctf(
        pupil(year(session("2025-09-08", WEEK))).replace(
            "</Pupil>", "<x>" * depth + "</x>" * depth + "</Pupil>"
        )
    )
    assert one(check(write(tmp_path, text, "a.xml")))["verdict"] == verdict


def test_conflict_with_itself(check, tmp_path):
    r = one(
        check(
            write(
                tmp_path,
                ctf(
                    pupil(
                        year(session("2025-09-08", r"/\/\/\/\/\####")),
                        year(session("2025-09-08", r"O\/\/\/\/\####")),
                    )
                ),
                "a.xml",
            )
        )
    )
    assert (
        codes(r)["conflicting_marks"] == 1
        and r["marks"] == 9
        and r["rows_refused"] == 2
        and len(r["errors"]) == 2
    )


@pytest.mark.parametrize(
    "marks,first,count",
    [
        (r"  /\OO/M/\####", "2025-09-09", 8),  # Monday without marks
        ("\n        " + r"/\/\OO/M/\####" + "\n      ", "2025-09-08", 10),
        (r"/\/\OO/M/\##  ", "2025-09-08", 10),
        (r"/\/ ", "2025-09-08", 3),
    ],
)
def test_spaces_are_sessions_without_a_mark_and_shift_no_day(check, tmp_path, marks, first, count):
    r = one(check(write(tmp_path, ctf(pupil(year(session("2025-09-08", marks)))), "a.xml")))
    assert (r["verdict"], r["from"], r["marks"]) == ("ready", first, count)


def test_a_line_break_among_the_marks_refuses_them(check, tmp_path):
    text = ctf(
        pupil(year(session("2025-09-08", "/\\/\\OO\n/M/\\####"))),
        pupil(year(session("2025-09-08", WEEK)), who=BEN),
    )
    r = one(check(write(tmp_path, text, "a.xml")))
    assert [e["column"] for e in r["errors"]] == ["AttendanceMarks"] and r["marks"] == 10


@pytest.mark.parametrize(
    "lea,estab,name,want",
    [
        ("", "", "Other School", "Other School"),
        ("", "", "invented  primary", "8529999"),
        ("", "", "", "8529999"),
        ("", "9998", "Other School", "8529998"),
        ("851", "9999", "Invented Primary", "8519999"),
    ],
)
def test_years_are_of_the_school_they_name(check, tmp_path, lea, estab, name, want):
    text = ctf(pupil(year(session("2025-09-08", WEEK), estab, lea, name)))
    for empty in ("<LEA></LEA>", "<Estab></Estab>", "<SchoolName></SchoolName>"):
        text = text.replace(empty, "")
    assert one(check(write(tmp_path, text, "a.xml")))["schools"] == [want]
