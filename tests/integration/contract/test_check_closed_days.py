"""registers check: marks on days without school."""

import json

import pytest
from tests.integration.contract.made import BEN, LONG, codes, line, long, one, write


@pytest.mark.parametrize(
    "date,code",
    [
        ("2025-09-06", "weekend_mark"),
        ("2025-09-07", "weekend_mark"),
        ("2025-05-05", "bank_holiday_mark"),
        ("2025-04-18", "bank_holiday_mark"),
        ("2025-12-25", "bank_holiday_mark"),
        ("2025-12-26", "bank_holiday_mark"),
        ("2026-01-05", "future_mark"),
    ],
)
def test_closed_days(check, tmp_path, date, code):
    r = one(
        check(
            write(
                tmp_path,
                long(line("/"), line("O", date), line("#", date, "PM"), line("", date, "PM", who=BEN)),
            )
        )
    )
    got = codes(r)
    got.pop("missing_marks", None)
    assert (
        got == {code: 1}
        and r["rows_refused"] == 1
        and r["marks"] == 1
        and len(r["errors"]) == 1
        and r["errors"][0]["line"] == 3
    )
    assert r["errors"][0]["value"] in ("O", date)


def test_mark_on_the_as_of_day(check, tmp_path):
    path = write(tmp_path, long(line("/"), line("/", "2025-09-09")))
    assert one(check(path, as_of="2025-09-09"))["verdict"] == "ready"
    assert codes(one(check(path, as_of="2025-09-08"))) == {"future_mark": 1}


def test_as_of_is_today_by_default(registers, tmp_path):
    from datetime import date, timedelta

    day = date.today() + timedelta(days=3)
    while day.weekday() > 4:
        day += timedelta(days=1)
    _, out, _ = registers("check", write(tmp_path, long(line("/"), line("/", str(day)))), "--json")
    assert (
        codes(json.loads(out)).get("future_mark", 0) + codes(json.loads(out)).get("bank_holiday_mark", 0) == 1
    )


CALENDAR = "school,date,am,pm\n999999,2025-09-06,1,0\n999999,2025-05-05,1,1\n999999,2025-09-09,0,0\n999999,2025-09-10,1,0\n"


def test_calendar_opens_and_closes(check, tmp_path):
    cal = write(tmp_path, CALENDAR, "cal.csv")
    rows = [
        line("/", "2025-09-06"),
        line("/", "2025-09-06", "PM"),
        line("/", "2025-05-05"),
        line("/", "2025-09-09"),
        line("/", "2025-09-10"),
        line("O", "2025-09-10", "PM"),
        line("#", "2025-09-09", "PM"),
        line("/", "2025-09-13"),
        line("/", "2025-09-06", urn="999998", who=BEN),
    ]
    r = one(check(write(tmp_path, long(*rows)), "--calendar", cal))
    assert r["marks"] == 3
    assert [e["line"] for e in r["errors"]] == [3, 5, 7, 9, 10]


def test_entry_and_leaving(check, tmp_path):
    rows = [
        line("/", "2025-09-09") + ",2025-09-10,",
        line("/", "2025-09-10") + ",2025-09-10,",
        line("/", "2025-10-10", who=BEN) + ",,2025-10-10",
        line("O", "2025-10-13", who=BEN) + ",,2025-10-10",
        line("#", "2025-10-13", "PM", who=BEN) + ",,2025-10-10",
        line("", "2025-09-08", "PM") + ",2025-09-10,",
    ]
    for leave in ("Leaving date", "Actual leaving date"):
        r = one(check(write(tmp_path, long(*rows, header=f"{LONG},Entry date,{leave}"))))
        got = codes(r)
        got.pop("missing_marks", None)
        assert got == {"before_entry": 1, "after_leaving": 1} and r["marks"] == 2
        assert [e["line"] for e in r["errors"]] == [2, 5]


def test_entry_and_leaving_are_those_of_the_row(check, tmp_path):
    rows = [
        line("/", "2025-09-08") + ",2025-09-01,2025-09-30",
        line("/", "2025-11-10") + ",2025-11-03,",
        line("/", "2025-10-10") + ",2025-09-01,2025-09-30",
        line("/", "2025-10-13") + ",2025-11-03,",
    ]
    for lines in (rows, rows[::-1]):
        r = one(check(write(tmp_path, long(*lines, header=f"{LONG},Entry date,Leaving date"))))
        assert codes(r) == {"before_entry": 1, "after_leaving": 1} and r["marks"] == 2


@pytest.mark.parametrize(
    "date", ["2015-04-06", "2016-12-26", "2016-12-27", "2011-04-29", "2030-12-25", "2033-04-15"]
)
def test_bank_holidays_of_years_without_a_table(check, tmp_path, date):
    path = write(tmp_path, long(line("/", date), line("#", date, "PM")))
    r = one(check(path, as_of="2040-12-31"))
    assert codes(r).get("bank_holiday_mark") == 1
    assert "usual rules" in r["errors"][0]["problem"]
    cal = write(tmp_path, f"school,date,am,pm\n999999,{date},1,1\n", "cal.csv")
    assert "bank_holiday_mark" not in codes(one(check(path, "--calendar", cal, as_of="2040-12-31")))
