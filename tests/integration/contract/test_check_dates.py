"""registers check: the order of day, month and year is decided for the whole file."""

import pytest
from tests.integration.contract.made import ADA, BEN, LONG, codes, line, long, one, write


def dated(*dates, born="2015-03-09", mark="/"):
    return long(*(line(mark, d, born=born) for d in dates))


@pytest.mark.parametrize(
    "dates,got",
    [
        (["13/10/2025"], "2025-10-13"),
        (["10/13/2025"], "2025-10-13"),
        (["08.09.25"], "2025-09-08"),
        (["8.9.2025"], "2025-09-08"),
        (["08-09-2025"], "2025-09-08"),
        (["2025/09/08"], "2025-09-08"),
        (["08-Sep-25"], "2025-09-08"),
        (["8-sep-2025"], "2025-09-08"),
        (["2025-09-08"], "2025-09-08"),
        (["45908"], "2025-09-08"),
        (["06/10/2025"], "2025-10-06"),  # 10 June is a Tuesday: see below
    ],
)
def test_readings(check, tmp_path, dates, got):
    r = one(check(write(tmp_path, dated(*dates))))
    if dates == ["06/10/2025"]:
        assert r["verdict"] == "stopped" and codes(r).get("dates_ambiguous")
    else:
        assert (r["verdict"], r["from"]) == ("ready", got)


def test_both_orders_fit_stops(check, tmp_path):
    path = write(tmp_path, dated("06/10/2025", "07/10/2025"))  # 6/7 October or 10 June/July 2025
    r = one(check(path))
    assert r["verdict"] == "stopped" and "dates_ambiguous" in codes(r) and "--dates" in r["stopped_because"]
    assert one(check(path, "--dates", "dmy"))["from"] == "2025-10-06"
    assert one(check(path, "--dates", "mdy"))["from"] == "2025-06-10"


def test_weekend_decides(check, tmp_path):
    # 08/09/2025: Monday 8 September, Saturday 9 August
    assert one(check(write(tmp_path, dated("08/09/2025", "06/10/2025"))))["to"] == "2025-10-06"
    # 09/08/2025: Saturday 9 August, Monday 8 September
    assert one(check(write(tmp_path, dated("09/08/2025", "10/06/2025"))))["to"] == "2025-10-06"


@pytest.mark.parametrize("mark", ["#", "", "-"])
def test_closures_at_a_weekend_decide_nothing(check, tmp_path, mark):
    r = one(check(write(tmp_path, long(line("/", "06/10/2025"), line(mark, "08/09/2025", "PM")))))
    assert r["verdict"] == "stopped" and "dates_ambiguous" in codes(r)


def test_the_future_decides(check, tmp_path):
    # 06/10/2025 with the mark's day at most 30 June 2025: only 10 June
    assert one(check(write(tmp_path, dated("06/10/2025")), as_of="2025-06-30"))["from"] == "2025-06-10"
    assert one(check(write(tmp_path, dated("06/10/2025")), as_of="2025-10-06"))["verdict"] == "stopped"


def test_a_date_of_birth_decides(check, tmp_path):
    assert one(check(write(tmp_path, dated("06/10/2025", born="13/05/2015"))))["from"] == "2025-10-06"
    assert one(check(write(tmp_path, dated("06/10/2025", born="05/13/2015"))))["from"] == "2025-06-10"


def test_a_date_of_birth_in_the_future_decides(check, tmp_path):
    # born 03/11/2025?: as of 30 June 2025 only 11 March 2025 is past
    r = one(check(write(tmp_path, dated("10/06/2025", born="11/03/2025")), as_of="2025-10-20"))
    assert (
        r["verdict"] == "ready" and r["from"] == "2025-06-10"
    )  # 10 June; 6 Oct also fits; 11/03: 11 March past; 3 Nov future


def test_entry_dates_count(check, tmp_path):
    text = long(line("/", "06/10/2025") + ",13/01/2025", header=LONG + ",Entry date")
    assert one(check(write(tmp_path, text)))["from"] == "2025-10-06"
    text = long(line("/", "06/10/2025") + ",01/13/2025", header=LONG + ",Entry date")
    assert one(check(write(tmp_path, text)))["from"] == "2025-06-10"


def test_contradicting_cells_stop(check, tmp_path):
    path = write(tmp_path, dated("13/10/2025", "10/14/2025", "06/10/2025"))
    r = one(check(path))
    assert r["verdict"] == "stopped" and "dates_ambiguous" in codes(r)
    r = one(check(path, "--dates", "dmy"))
    assert (r["verdict"], r["marks"], r["rows_refused"]) == ("ready_with_refusals", 2, 1)
    assert [(e["line"], e["column"], e["value"]) for e in r["errors"]] == [(3, "Date", "10/14/2025")]


def test_contradicting_birth_dates_stop(check, tmp_path):
    path = write(
        tmp_path,
        long(line("/", "13/10/2025", born="05/13/2015"), line("/", "14/10/2025", born="04/05/2015", who=BEN)),
    )
    assert "dates_ambiguous" in codes(one(check(path)))
    r = one(check(path, "--dates", "dmy"))
    assert r["verdict"] == "ready_with_refusals" and [(e["line"], e["column"]) for e in r["errors"]] == [
        (2, "DOB")
    ]


@pytest.mark.parametrize(
    "bad", ["31/02/2025", "soon", "2025-02-30", "00/10/2025", "32/13/2025", "29/02/2025", ""]
)
def test_no_date_at_all_refuses_the_row(check, tmp_path, bad):
    r = one(check(write(tmp_path, dated("13/10/2025", bad))))
    assert (r["verdict"], r["marks"], r["rows_refused"]) == ("ready_with_refusals", 1, 1)
    assert [(e["line"], e["column"], e["value"]) for e in r["errors"]] == [(3, "Date", bad)]


def test_one_reading_beside_an_order(check, tmp_path):
    r = one(check(write(tmp_path, dated("10/13/2025", "2025-10-14", "15-Oct-25", "45946"))))
    assert (r["verdict"], r["marks"], r["from"], r["to"]) == ("ready", 4, "2025-10-13", "2025-10-16")


def test_leap_day_and_clock_change(check, tmp_path):
    assert one(check(write(tmp_path, dated("29/02/2024"))))["from"] == "2024-02-29"
    assert one(check(write(tmp_path, dated("24/10/2025", "27/10/2025"))))["marks"] == 2


def grid(title, born=None, head="Name,UPN,Reg", marks="/,\\,/,\\,O,O,/,M,/,\\"):
    days = ",".join(f"{d} {h}" for d in ("Mon", "Tue", "Wed", "Thu", "Fri") for h in ("AM", "PM"))
    extra, cell = (",DOB", f",{born}") if born else ("", "")
    return f'{title}\n{head}{extra},{days}\n"Fenwick, Ada",{ADA},5B{cell},{marks}\n'


def test_title_week_beginning_decides(check, tmp_path):
    r = one(
        check(write(tmp_path, grid("Invented Primary - Registration report - Week beginning 08/09/2025,,,")))
    )
    assert (r["verdict"], r["layout"], r["marks"], r["from"], r["to"], r["schools"]) == (
        "ready",
        "weekly_grid",
        10,
        "2025-09-08",
        "2025-09-12",
        ["Invented Primary"],
    )
    r = one(check(write(tmp_path, grid("Week beginning 09/08/2025"))))
    assert r["verdict"] == "ready" and r["from"] == "2025-09-08"
    # ISO and named
    for title in ("Week beginning 2025-09-08", "Week commencing 08-Sep-25"):
        assert one(check(write(tmp_path, grid(title))))["from"] == "2025-09-08"


def both_mondays():
    from datetime import date

    for y in (2024, 2025):
        for m in range(1, 13):
            for d in range(1, 13):
                if d != m and date(y, m, d).weekday() == 0 and date(y, d, m).weekday() == 0:
                    yield y, d, m


def test_title_with_both_mondays(check, tmp_path):
    y, d, m = next(both_mondays())
    title = f"Week beginning {d:02}/{m:02}/{y}"
    r = one(check(write(tmp_path, grid(title, marks="#,#,/,\\,O,O,/,M,/,\\"))))
    assert r["verdict"] == "stopped" and "dates_ambiguous" in codes(r)
    r = one(check(write(tmp_path, grid(title, born="13/05/2015", marks="#,#,/,\\,O,O,/,M,/,\\"))))
    assert r["verdict"] == "ready" and r["from"] == f"{y}-{m:02}-{d + 1:02}"
    r = one(check(write(tmp_path, grid(title, born="05/13/2015", marks="#,#,/,\\,O,O,/,M,/,\\"))))
    assert r["verdict"] == "ready" and r["from"][:7] == f"{y}-{d:02}"


def test_title_and_birth_date_contradict(check, tmp_path):
    path = write(tmp_path, grid("Week beginning 13/10/2025", born="05/13/2015"))
    r = one(check(path))
    assert r["verdict"] == "stopped" and "dates_ambiguous" in codes(r)


def test_week_beginning_no_monday(check, tmp_path):
    r = one(check(write(tmp_path, grid("Week beginning 2025-09-10"))))
    assert r["verdict"] == "stopped"


def test_grid_without_a_date_is_stopped(check, tmp_path):
    assert one(check(write(tmp_path, grid("Invented Primary"))))["verdict"] == "stopped"


def test_date_columns_decide(check, tmp_path):
    text = f'Name,UPN,08/09/2025,09/09/2025,10/09/2025\n"Fenwick, Ada",{ADA},/\\,OO,/M\n'
    r = one(check(write(tmp_path, text)))
    assert (r["layout"], r["marks"], r["from"], r["to"]) == ("weekly_grid", 6, "2025-09-08", "2025-09-10")


GRID = "Name,UPN,{0},{1}\n" + f'"Fenwick, Ada",{ADA},/\\,OO\n'


@pytest.mark.parametrize(
    "title",
    [
        "Invented Primary - printed 13/10/2025",
        "Invented Primary,,13.10.25 09:15",
        "Attendance report 15/09/2025 to 19/12/2025",
        "Week beginning 29/09/2025",
        "Week beginning 06/10/2025",  # a Monday, but 10 June is a Tuesday
        "Week commencing,06/10/2025",
    ],
)
def test_a_title_counts_with_the_columns(check, tmp_path, title):
    for text in (dated("01/10/2025", "02/10/2025"), GRID.format("01/10/2025", "02/10/2025")):
        assert one(check(write(tmp_path, text)))["verdict"] == "stopped"
        r = one(check(write(tmp_path, f"{title}\n{text}")))
        assert (r["verdict"], r["from"], r["to"]) == ("ready", "2025-10-01", "2025-10-02")
    american = one(check(write(tmp_path, "Printed 10/13/2025\n" + dated("10/01/2025"))))
    assert american["from"] == "2025-10-01"


def test_a_title_that_contradicts_the_columns_stops(check, tmp_path):
    r = one(check(write(tmp_path, "Printed 13/10/2025\n" + dated("09/25/2025"))))
    assert r["verdict"] == "stopped" and codes(r) == {"dates_ambiguous": 2}


def test_a_title_alone_asks_nothing(check, tmp_path):
    for title in ("Printed 01/10/2025", "Printed 13/10/2025,10/13/2025"):
        r = one(check(write(tmp_path, f"{title}\n" + dated("2025-10-06"))))
        assert (r["verdict"], codes(r)) == ("ready", {})


def test_doubtful_cells_are_counted_one_by_one(check, tmp_path):
    rows = [line("/", "01/10/2025", half, who, f"S{who[-1]}") for who in (ADA, BEN) for half in ("AM", "PM")]
    assert codes(one(check(write(tmp_path, long(*rows))))) == {"dates_ambiguous": 4}
    assert codes(one(check(write(tmp_path, GRID.format("01/10/2025", "02/10/2025"))))) == {
        "dates_ambiguous": 2
    }
    merged = f',,01/10/2025,,02/10/2025,\nName,UPN,AM,PM,AM,PM\n"Fenwick, Ada",{ADA},/,/,O,O\n'
    assert codes(one(check(write(tmp_path, merged)))) == {"dates_ambiguous": 2}


def test_a_stopped_file_still_names_its_schools(check, tmp_path):
    path = write(tmp_path, long(line("/", "01/10/2025"), line("/", "02/10/2025", urn="999998")))
    assert one(check(path))["schools"] == ["999998", "999999"]


@pytest.mark.parametrize("title", ["Week beginning 45908", "Week beginning,45908", "W/C: 45908"])
def test_a_week_may_begin_on_a_day_as_excel_counts_it(check, tmp_path, title):
    r = one(check(write(tmp_path, f'{title}\nName,UPN,Mon AM,Mon PM\n"Fenwick, Ada",{ADA},/,O\n')))
    assert (r["verdict"], r["from"], r["marks"]) == ("ready", "2025-09-08", 2)
