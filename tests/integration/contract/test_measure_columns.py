"""registers measure: its columns, read from small registers by hand."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
from tests.integration.contract.made import ADA, BEN, LONG, line, long, upn, write
from tests.integration.contract.school_year import DAYS, WEEKS

COLUMNS = [
    "school",
    "upn",
    "academic_year",
    "possible",
    "attended",
    "authorised",
    "unauthorised",
    "late",
    "missing",
    "rate",
    "persistent",
    "severe",
    "best_count",
    "best_first_week",
    "best_last_week",
    "threshold_met_on",
    "threshold_half",
    "window_first_week",
    "window_last_week",
    "longest_unauthorised_days",
    "ten_days_on",
    "illness_days",
    "unresolved_n",
    "age_checked",
    "threshold_across_schools_on",
]


def span(first, last):
    return [d for d in DAYS if first <= d <= last]


def marks(
    absent, first="2024-09-02", last="2025-10-03", who=ADA, urn="999999", born="2012-03-09", present="/"
):
    """A pupil marked on every school day of the span; ``absent``: day -> AM and PM."""
    out = []
    for day in span(first, last):
        am, pm = absent.get(day, (present, present))
        for half, mark in (("AM", am), ("PM", pm)):
            if mark is not None:
                out.append(line(mark, day, half, who=who, urn=urn, born=born, surname="S" + who[-3:]))
    return out


def both(mark, *days):
    return dict.fromkeys(days, (mark, mark))


@pytest.fixture
def measure(registers, tmp_path):
    def run(*lines, extra=(), header=LONG, status=0, as_of="2025-12-31"):
        path = write(tmp_path, long(*lines, header=header), "in.csv")
        got, out, err = registers("measure", path, "--out", "-", "--as-of", as_of, *extra)
        assert got == status, err
        rows = list(csv.DictReader(io.StringIO(out)))
        assert not rows or list(rows[0])[: len(COLUMNS)] == COLUMNS or set(COLUMNS) <= set(rows[0])
        return rows

    return run


def test_columns_and_order(measure):
    rows = measure(
        *marks({}, "2025-09-03", "2025-09-12", who=BEN),
        *marks({}, "2025-09-03", "2025-09-12", who=ADA),
        *marks({}, "2025-09-03", "2025-09-12", who=ADA, urn="999998"),
    )
    assert [(r["school"], r["upn"], r["academic_year"]) for r in rows] == sorted(
        [("999999", BEN, "2025-26"), ("999999", ADA, "2025-26"), ("999998", ADA, "2025-26")]
    )
    assert list(rows[0]) == COLUMNS or set(COLUMNS) < set(rows[0])


def test_rates(measure):
    absent = {
        "2025-09-03": ("L", "I"),
        "2025-09-04": ("O", "G"),
        "2025-09-05": ("D", "Y2"),
        "2025-09-08": ("C2", "B"),
        "2025-09-09": ("#", "-"),
        "2025-09-10": ("N", "U"),
    }
    [r] = measure(*marks(absent, "2025-09-03", "2025-09-12"), *[])
    # sessions: 3,4,5,8,9,10,11,12 Sep = 16; possible: less D, Y2, #, - = 12; absent: I, O, G, C2, N, U = 6
    assert (r["possible"], r["attended"], r["authorised"], r["unauthorised"], r["late"], r["missing"]) == (
        "12",
        "6",
        "2",
        "4",
        "1",
        "0",
    )
    assert (
        r["rate"] == "0.5"
        and r["persistent"] == "true"
        and r["severe"] == "true"
        and r["unresolved_n"] == "1"
        and r["illness_days"] == "0.5"
    )


def test_rate_is_unrounded(measure):
    [r] = measure(*marks({"2025-09-03": ("O", "/")}, "2025-09-03", "2025-09-05"))
    assert float(r["rate"]) == 1 / 6 and len(r["rate"]) > 10
    assert r["persistent"] == "true" and r["severe"] == "false"


def test_no_possible_session(measure):
    [r] = measure(*marks({}, "2025-09-03", "2025-09-05", present="D"))
    assert (
        r["possible"],
        r["rate"],
        r["persistent"],
        r["severe"],
        r["best_count"],
        r["best_first_week"],
    ) == ("0", "", "", "", "0", "")


def test_missing(measure):
    # Ben makes the school's sessions; Ada has no mark for two of them between her first and last
    ada = marks(
        {"2025-09-04": (None, "/"), "2025-09-08": ("/", "-"), "2025-09-09": ("", "#")},
        "2025-09-03",
        "2025-09-10",
    )
    rows = measure(*ada, *marks({}, "2025-09-03", "2025-09-12", who=BEN))
    assert [(r["upn"], r["missing"]) for r in rows] == sorted([(ADA, "3"), (BEN, "0")])


def test_refused_and_conflicting_marks_count_as_missing(measure):
    ada = [
        *marks({"2025-09-04": ("Q9", "/"), "2025-09-05": ("/", "/")}, "2025-09-03", "2025-09-10"),
        line("O", "2025-09-05", "PM", born="2012-03-09", surname="S" + ADA[-3:]),
    ]
    rows = measure(*ada, *marks({}, "2025-09-03", "2025-09-12", who=BEN), status=1)
    r = next(r for r in rows if r["upn"] == ADA)
    assert r["missing"] == "2" and r["possible"] == "10"


def test_a_year_without_a_mark_has_no_row(measure):
    rows = measure(*marks({}, "2025-07-14", "2025-07-18"), *marks({}, "2025-07-14", "2025-09-12", who=BEN))
    assert [(r["upn"], r["academic_year"]) for r in rows] == sorted(
        [(ADA, "2024-25"), (BEN, "2024-25"), (BEN, "2025-26")]
    )


T = {
    "T1": (
        both("G", *span("2024-10-07", "2024-10-11")),
        "2024-25",
        "2024-10-11",
        "PM",
        "2024-10-07",
        "2024-10-07",
    ),
    "T2": (
        both("O", "2024-09-09", "2024-09-10", "2024-11-18", "2024-11-19", "2024-11-20"),
        "2024-25",
        "2024-11-20",
        "PM",
        "2024-09-09",
        "2024-11-18",
    ),
    "T3": (
        both("O", "2024-09-09", "2024-09-10", "2024-11-25", "2024-11-26", "2024-11-27"),
        "2024-25",
        "",
        "",
        "",
        "",
    ),
    "T4": (
        both("O", "2025-07-17", "2025-07-18", "2025-07-21", "2025-09-29", "2025-09-30"),
        "2025-26",
        "2025-09-30",
        "PM",
        "2025-07-14",
        "2025-09-29",
    ),
    "T5": (dict.fromkeys(WEEKS[1:11], ("U", "/")), "2024-25", "2024-11-18", "AM", "2024-09-09", "2024-11-18"),
    "T6": (dict.fromkeys(WEEKS[1:6] + WEEKS[7:12], ("U", "/")), "2024-25", "", "", "", ""),
    "T7": (
        both("G", "2024-12-18", "2024-12-19", "2024-12-20") | both("N", "2025-01-06", "2025-01-07"),
        "2024-25",
        "2025-01-07",
        "PM",
        "2024-12-16",
        "2025-01-06",
    ),
}


@pytest.mark.parametrize("name", T)
def test_threshold(measure, name):
    absent, year, met, half, first, last = T[name]
    rows = measure(*marks(absent))
    r = next(r for r in rows if r["academic_year"] == year)
    assert (r["threshold_met_on"], r["threshold_half"], r["window_first_week"], r["window_last_week"]) == (
        met,
        half,
        first,
        last,
    )
    assert r["threshold_across_schools_on"] == met
    other = next(r for r in rows if r["academic_year"] != year)
    if name != "T4":
        assert other["threshold_met_on"] == ""
    else:
        assert (other["best_count"], other["best_first_week"], other["best_last_week"]) == (
            "6",
            "2025-07-14",
            "2025-07-21",
        )
        assert (r["best_count"], r["best_first_week"], r["best_last_week"]) == (
            "10",
            "2025-07-14",
            "2025-09-29",
        )


def test_best_window(measure):
    r = measure(*marks(T["T3"][0]))[0]
    assert (r["best_count"], r["best_first_week"], r["best_last_week"]) == ("6", "2024-11-25", "2024-11-25")
    r = measure(*marks(T["T6"][0]))[0]
    assert r["best_count"] == "9"
    assert (r["best_first_week"], r["best_last_week"]) == ("2024-09-09", "2024-11-11") or (
        r["best_first_week"],
        r["best_last_week"],
    ) == ("2024-09-09", "2024-11-18")


def test_before_the_framework_nothing_counts(measure):
    days = [str(date(2024, 3, 4) + timedelta(d)) for d in range(5)]
    rows = measure(*[line("O", d, h, born="2012-03-09") for d in days for h in ("AM", "PM")])
    [r] = rows
    assert (r["academic_year"], r["threshold_met_on"], r["best_count"], r["unauthorised"]) == (
        "2023-24",
        "",
        "0",
        "10",
    )


def test_a_week_no_pupil_attended_is_no_school_week(measure):
    # without a calendar a week in which nobody has a mark is skipped; a week with only # too
    absent = both("O", "2024-09-09", "2024-09-10", "2024-11-25", "2024-11-26", "2024-11-27") | both(
        "#", *span("2024-10-14", "2024-10-18")
    )
    r = measure(*marks(absent))[0]
    assert r["threshold_met_on"] == "2024-11-27"
    # another pupil of the school was there: a school week
    r = next(r for r in measure(*marks(absent), *marks({}, who=BEN)) if r["upn"] == ADA)
    assert r["threshold_met_on"] == ""


def test_calendar(measure, tmp_path):
    # the calendar opens half-term week: T2 is no longer met
    rows = "".join(f"999999,{d},1,1\n" for d in DAYS) + "".join(
        f"999999,2024-10-{d},1,1\n" for d in (28, 29, 30, 31)
    )
    cal = write(tmp_path, "school,date,am,pm\n" + rows, "cal.csv")
    r = measure(*marks(T["T2"][0]), extra=("--calendar", cal))[0]
    assert r["threshold_met_on"] == "" and r["missing"] == "8"


def test_calendar_closed_day_refuses(measure, tmp_path):
    cal = write(
        tmp_path,
        "school,date,am,pm\n999999,2025-09-03,1,1\n999999,2025-09-04,0,0\n999999,2025-09-05,1,1\n",
        "cal.csv",
    )
    [r] = measure(
        *marks({"2025-09-04": ("O", "O")}, "2025-09-03", "2025-09-05"), extra=("--calendar", cal), status=1
    )
    assert (r["possible"], r["unauthorised"], r["missing"]) == ("4", "0", "0")


def test_threshold_across_schools(measure):
    a = marks(both("O", "2024-10-09", "2024-10-10", "2024-10-11"), "2024-09-02", "2024-10-11")
    b = marks(both("O", "2024-10-14", "2024-10-15"), "2024-10-14", "2024-12-20", urn="999998")
    rows = measure(*a, *b)
    assert [
        (r["school"], r["threshold_met_on"], r["threshold_across_schools_on"], r["best_count"]) for r in rows
    ] == [("999998", "", "2024-10-15", "4"), ("999999", "", "2024-10-15", "6")]


def test_across_schools_union_of_weeks_while_on_roll(measure):
    # school B closes a week that A keeps; on roll at B then, the week does not use up the window
    a = marks(both("O", "2024-09-09", "2024-09-10"), "2024-09-02", "2024-10-11")
    b = marks(
        both("O", "2024-11-25", "2024-11-26", "2024-11-27") | both("#", *span("2024-11-11", "2024-11-15")),
        "2024-10-14",
        "2024-12-20",
        urn="999998",
    )
    rows = measure(*a, *b, *marks({}, who=BEN))
    assert {r["threshold_across_schools_on"] for r in rows if r["upn"] == ADA} == {"2024-11-27"}


def test_dual_registration_counts_a_session_once(measure):
    days = span("2024-10-07", "2024-10-11")
    a = marks(both("O", *days[:4]), "2024-10-07", "2024-10-11")
    b = marks(both("O", *days[:4]), "2024-10-07", "2024-10-11", urn="999998")
    assert {r["threshold_across_schools_on"] for r in measure(*a, *b)} == {""}
    a = marks(both("O", *days), "2024-10-07", "2024-10-11")
    b = marks(both("/", *days[:1]) | both("D", *days[1:]), "2024-10-07", "2024-10-11", urn="999998")
    rows = measure(*a, *b)
    assert [(r["school"], r["threshold_met_on"], r["threshold_across_schools_on"]) for r in rows] == [
        ("999998", "", ""),
        ("999999", "2024-10-11", ""),
    ]
    b = marks(both("D", *days), "2024-10-07", "2024-10-11", urn="999998")
    assert {r["threshold_across_schools_on"] for r in measure(*a, *b)} == {"2024-10-11"}


def test_ten_days_run_across_years(measure):
    days = span("2025-07-15", "2025-07-22") + span("2025-09-03", "2025-09-09")
    assert len(days) == 11
    rows = measure(*marks(both("O", *days)))
    assert [(r["academic_year"], r["longest_unauthorised_days"], r["ten_days_on"]) for r in rows] == [
        ("2024-25", "6", ""),
        ("2025-26", "11", "2025-09-08"),
    ]


@pytest.mark.parametrize(
    "broken,longest,on",
    [
        ({}, "11", "2024-10-18"),
        ({"2024-10-16": ("/", "O")}, "7", ""),
        ({"2024-10-16": ("O", "#")}, "11", "2024-10-18"),
        ({"2024-10-16": ("#", "#")}, "10", "2024-10-21"),
        ({"2024-10-16": ("O", "-")}, "10", "2024-10-21"),
        ({"2024-10-16": ("O", "I")}, "7", ""),
        ({"2024-10-16": ("D", "D")}, "10", "2024-10-21"),
        ({"2024-10-16": ("O", "D")}, "11", "2024-10-18"),
    ],
)
def test_runs(measure, broken, longest, on):
    days = span("2024-10-07", "2024-10-21")
    rows = measure(
        *marks(both("O", *days) | broken, last="2024-12-20"), *marks({}, who=BEN, last="2024-12-20")
    )
    r = next(r for r in rows if r["upn"] == ADA)
    assert (r["longest_unauthorised_days"], r["ten_days_on"]) == (longest, on)


def test_ten_days_each_year_its_own(measure):
    first = span("2024-10-07", "2024-10-18")
    second = span("2025-09-08", "2025-09-19")
    rows = measure(*marks(both("O", *first, *second)))
    assert [(r["academic_year"], r["ten_days_on"]) for r in rows] == [
        ("2024-25", "2024-10-18"),
        ("2025-26", "2025-09-19"),
    ]


def test_illness_and_n(measure):
    r = measure(
        *marks(
            {
                "2024-10-07": ("I", "/"),
                "2024-10-08": ("I", "I"),
                "2024-10-09": ("N", "N"),
                "2024-10-10": ("M", "O"),
            },
            last="2024-10-11",
        )
    )[0]
    assert (float(r["illness_days"]), r["unresolved_n"]) == (1.5, "2")


def pupils(tmp_path, *rows):
    return write(
        tmp_path,
        "upn,date_of_birth,sex,year_group,fsm,sen\n" + "".join(f"{u},{d},F,5,0,N\n" for u, d in rows),
        "pupils.csv",
    )


NODOB = "URN,UPN,Date,Session,Mark"


def undated(lines):
    return [",".join(p for i, p in enumerate(one.split(",")) if i not in (2, 3, 4)) for one in lines]


def test_without_a_date_of_birth_age_is_not_checked(measure):
    r = measure(*undated(marks({}, last="2024-10-11")), header=NODOB)[0]
    assert r["age_checked"] == "false"


def test_compulsory_age(measure, tmp_path):
    # T9: 10 O, 6 of them before compulsory school age starts on 31 December 2024
    absent = both("O", "2024-12-18", "2024-12-19", "2024-12-20", "2025-01-06", "2025-01-07")
    lines = undated(marks(absent, last="2025-02-14"))
    r = measure(*lines, header=NODOB)[0]
    assert (r["threshold_met_on"], r["best_count"]) == ("2025-01-07", "10")
    r = measure(*lines, header=NODOB, extra=("--pupils", pupils(tmp_path, (ADA, "2019-12-31"))))[0]
    assert (r["age_checked"], r["threshold_met_on"], r["best_count"], r["unauthorised"]) == (
        "true",
        "",
        "4",
        "10",
    )


def test_compulsory_age_for_runs_and_illness(measure, tmp_path):
    absent = (
        both("O", *span("2024-12-16", "2024-12-20"), *span("2025-01-06", "2025-01-10"))
        | both("I", "2024-12-12", "2025-01-13")
        | both("N", "2024-12-11")
    )
    lines = undated(marks(absent, last="2025-02-14"))
    r = measure(*lines, header=NODOB, extra=("--pupils", pupils(tmp_path, (ADA, "2019-12-31"))))[0]
    assert (
        r["longest_unauthorised_days"],
        r["ten_days_on"],
        float(r["illness_days"]),
        r["unresolved_n"],
    ) == ("5", "", 1.0, "2")
    r = measure(*lines, header=NODOB)[0]
    assert (
        r["longest_unauthorised_days"],
        r["ten_days_on"],
        float(r["illness_days"]),
        r["unresolved_n"],
    ) == ("10", "2025-01-10", 2.0, "2")


def test_end_of_compulsory_age(measure, tmp_path):
    absent = both("O", *span("2025-06-26", "2025-07-04"))
    lines = undated(marks(absent, last="2025-07-22"))
    r = measure(*lines, header=NODOB, extra=("--pupils", pupils(tmp_path, (ADA, "2009-07-15"))))[0]
    assert (r["best_count"], r["longest_unauthorised_days"]) == ("4", "2")


def test_as_of_leaves_later_marks_out(measure):
    lines = marks(both("O", *span("2024-10-07", "2024-10-11")), last="2024-12-20")
    r = measure(*lines, as_of="2024-10-10")[0]
    assert (
        r["threshold_met_on"] == ""
        and r["best_count"] == "8"
        and r["possible"] == str(2 * len(span("2024-09-02", "2024-10-10")))
    )


def test_threshold_of_each_row_in_its_own_year(measure):
    absent = both("G", *span("2024-10-07", "2024-10-11")) | both("O", *span("2025-09-08", "2025-09-12"))
    rows = measure(*marks(absent))
    assert [(r["threshold_met_on"], r["best_count"]) for r in rows] == [
        ("2024-10-11", "10"),
        ("2025-09-12", "10"),
    ]


def test_window_reaching_back_in_a_row_met_last_year(measure):
    # ten in July, then one O in September: the trailing ten weeks hold eleven on that day
    absent = both("G", *span("2025-07-14", "2025-07-18")) | {"2025-09-10": ("O", "/")}
    rows = measure(*marks(absent))
    assert rows[0]["threshold_met_on"] == "2025-07-18"
    assert (
        rows[1]["threshold_met_on"],
        rows[1]["best_count"],
        rows[1]["best_first_week"],
        rows[1]["best_last_week"],
    ) == ("2025-09-10", "11", "2025-07-14", "2025-09-08")


def test_best_without_a_counted_session_in_the_year(measure):
    rows = measure(*marks(both("G", *span("2025-07-14", "2025-07-18"))))
    assert (rows[1]["best_count"], rows[1]["best_first_week"], rows[1]["threshold_met_on"]) == ("0", "", "")


# inputs, outputs, exit statuses


def test_refused_rows_exit_1_and_output(registers, tmp_path):
    path = write(tmp_path, long(line("/"), line("Q9", half="PM")))
    out = tmp_path / "out.csv"
    status, said, _err = registers("measure", path, "--out", out, "--as-of", "2025-12-31")
    assert status == 1 and out.read_text().startswith("school,upn,academic_year") and said == ""


def test_stopped_input(registers, tmp_path):
    good, bad, out = (
        write(tmp_path, long(line("/")), "g.csv"),
        write(tmp_path, "rubbish\n", "b.csv"),
        tmp_path / "out.csv",
    )
    assert registers("measure", good, bad, "--out", out, "--as-of", "2025-12-31")[0] == 3 and not out.exists()
    status, _said, _err = registers(
        "measure", good, bad, "--out", out, "--skip-stopped", "--as-of", "2025-12-31"
    )
    assert status == 3 and len(out.read_text().splitlines()) == 2
    assert registers("measure", bad, "--out", "-", "--as-of", "2025-12-31")[:2] == (3, "")


def test_strict(registers, tmp_path):
    lines = [line("O" if n < 10 else "/", who=upn(n), surname=f"S{n}") for n in range(20)]
    path, out = write(tmp_path, long(*lines)), tmp_path / "out.csv"
    status, _said, err = registers("measure", path, "--out", out, "--as-of", "2025-12-31")
    assert status == 0 and len(out.read_text().splitlines()) == 21 and "register.csv" in err
    out.unlink()
    assert (
        registers("measure", path, "--out", out, "--strict", "--as-of", "2025-12-31")[0] == 3
        and not out.exists()
    )


@pytest.mark.parametrize(
    "argv",
    [
        ["measure"],
        ["measure", "x.csv"],
        ["measure", "--out", "-"],
        ["measure", "x.csv", "--out", "a.txt"],
        ["measure", "gone.csv", "--out", "-"],
        ["measure", "x.csv", "--out", "-", "--engine", "abacus"],
        ["measure", "x.csv", "--out", "-", "--pupils", "gone.csv"],
        ["measure", "x.csv", "--out", "-", "--calendar", "gone.csv"],
        ["measure", "x.csv", "--out", "nowhere/a.csv"],
        ["pack", "x.csv"],
        ["measure", "x.csv", "--out", "-", "--as-of", "soon"],
    ],
)
def test_wrong_usage(registers, tmp_path, monkeypatch, argv):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, long(line("/")), "x.csv")
    status, out, err = registers(*argv)
    assert status == 2 and out == "" and "Traceback" not in err and err


def test_parquet_and_store_give_the_same_rows(registers, tmp_path):
    import polars as pl

    absent = T["T4"][0] | both("I", "2024-11-04") | {"2024-11-05": ("N", "-")}
    lines = (
        marks(absent)
        + marks(T["T2"][0], who=BEN, last="2025-07-22")
        + marks(T["T1"][0], who=BEN, urn="999998", first="2025-09-03")
    )
    path = write(tmp_path, long(*lines), "in.csv")
    folder = tmp_path / "folder"
    folder.mkdir()
    write(folder, long(*lines[:700]), "a.csv"), write(folder, long(*lines[700:]), "b.csv")
    kids = pupils(tmp_path, (ADA, "2012-01-01"), (BEN, "2019-12-31"))
    opts = ["--as-of", "2025-12-31", "--pupils", kids]
    status, want, _err = registers("measure", path, "--out", "-", *opts)
    assert status == 0
    assert registers("pack", path, "--out", tmp_path / "store", *opts)[0] == 0
    assert registers("pack", path, "--out", tmp_path / "store2", "--as-of", "2025-12-31")[0] == 0
    for source in (tmp_path / "store", tmp_path / "store2", folder):
        assert registers("measure", source, "--out", "-", *opts)[:2] == (0, want)
    assert registers("measure", path, "--out", "-", "--engine", "processes", *opts)[:2] == (0, want)
    out = tmp_path / "out.parquet"
    assert registers("measure", tmp_path / "store", "--out", out, *opts)[0] == 0
    frame = pl.read_parquet(out)
    rows = list(csv.DictReader(io.StringIO(want)))
    assert set(COLUMNS) <= set(frame.columns) and frame.height == len(rows)

    def text(v):
        return (
            ""
            if v is None
            else str(v).lower()
            if isinstance(v, bool)
            else repr(v)
            if isinstance(v, float)
            else str(v)
        )

    for got, row in zip(frame.iter_rows(named=True), rows, strict=True):
        assert {k: text(got[k]) for k in COLUMNS} == {k: row[k] for k in COLUMNS}


def test_two_schools_by_laestab_and_name(measure):
    rows = measure(f"8529999,{ADA},2025-09-08,AM,/", header="LAESTAB,UPN,Date,Session,Mark")
    assert rows[0]["school"] == "8529999"


def test_every_code_has_one_byte_of_its_own(registers):
    status, out, _ = registers("codes", "--json")
    assert status == 0
    byte = {}
    for entry in map(json.loads, out.splitlines()):
        assert len(entry["byte"]) == 1 and entry["byte"].isascii() and entry["byte"].isalnum()
        assert byte.setdefault(entry["code"], entry["byte"]) == entry["byte"]
    assert len(set(byte.values())) == len(byte)
    assert {"/", "\\", "L", "C1", "C2", "J1", "Y1", "Y7", "#", "H", "F", "J", "Y"} <= set(byte)


@pytest.mark.parametrize(
    "day,left_out,missing",
    [
        ("2024-09-03", "?", 1),  # no code
        ("2024-09-03", "H", 1),  # not in force
        ("2024-09-07", "?", 0),  # a Saturday
    ],
)
def test_a_refused_mark_is_missing_though_nobody_else_has_one(measure, day, left_out, missing):
    week = marks({"2024-09-03": ("/", None)}, last="2024-09-04")
    (row,) = measure(*week, line(left_out, day, "PM", born="2012-03-09", surname="S" + ADA[-3:]), status=1)
    assert (row["possible"], row["missing"]) == ("5", str(missing))


def test_a_conflict_is_missing_though_nobody_else_has_a_mark(measure, registers, tmp_path):
    week = marks({}, last="2024-09-04")
    other = line("O", "2024-09-03", "PM", born="2012-03-09", surname="S" + ADA[-3:])
    (row,) = measure(*week, other, status=1)
    assert (row["possible"], row["missing"]) == ("5", "1")
    one_file, another = write(tmp_path, long(*week), "a.csv"), write(tmp_path, long(other), "b.csv")
    status, out, _ = registers("measure", one_file, another, "--out", "-", "--as-of", "2025-12-31")
    (row,) = csv.DictReader(io.StringIO(out))
    assert (status, row["possible"], row["missing"]) == (1, "5", "1")
