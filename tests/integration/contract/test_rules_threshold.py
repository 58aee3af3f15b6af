"""rules: the threshold at one school."""

import pytest
from tests.integration.contract.asked import all_day, answer, days, refused, register, warned
from tests.integration.contract.school_year import WEEKS

MET = {
    "T0b": (
        all_day("G", *days("2024-10-07", "2024-10-11")),
        True,
        "2024-10-11",
        "PM",
        ("2024-10-07", "2024-10-07", 1),
        10,
    ),
    "T0a": (
        all_day("G", "2024-10-07", "2024-10-08") | {d: ["U", "/"] for d in days("2024-11-04", "2024-11-11")},
        True,
        "2024-11-11",
        "AM",
        ("2024-10-07", "2024-11-11", 5),
        10,
    ),
    "T1": (
        all_day("G", *days("2024-10-07", "2024-10-11")),
        True,
        "2024-10-11",
        "PM",
        ("2024-10-07", "2024-10-07", 1),
        10,
    ),
    "T2": (
        all_day("O", "2024-09-09", "2024-09-10", "2024-11-18", "2024-11-19", "2024-11-20"),
        True,
        "2024-11-20",
        "PM",
        ("2024-09-09", "2024-11-18", 10),
        10,
    ),
    "T4": (
        all_day("O", "2025-07-17", "2025-07-18", "2025-07-21", "2025-09-29", "2025-09-30"),
        True,
        "2025-09-30",
        "PM",
        ("2025-07-14", "2025-09-29", 7),
        10,
    ),
    "T5": (
        {d: ["U", "/"] for d in WEEKS[1:11]},
        True,
        "2024-11-18",
        "AM",
        ("2024-09-09", "2024-11-18", 10),
        10,
    ),
    "T7": (
        all_day("G", "2024-12-18", "2024-12-19", "2024-12-20") | all_day("N", "2025-01-06", "2025-01-07"),
        True,
        "2025-01-07",
        "PM",
        ("2024-12-16", "2025-01-06", 2),
        10,
    ),
}


@pytest.mark.parametrize("name", MET)
def test_threshold_met(ask, name):
    marks, met, on, half, (first, last, weeks), n = MET[name]
    got = answer(ask("threshold", register(marks)))
    assert (got["met"], got["met_on"], got["met_half"]) == (met, on, half)
    assert got["window"] == {"first_week": first, "last_week": last, "school_weeks": weeks}
    assert len(got["sessions"]) == n and got["near_miss"] is False
    assert got["sessions"] == sorted(got["sessions"], key=lambda s: (s["date"], s["half"])) and set(
        got["sessions"][0]
    ) >= {"date", "half", "code"}
    assert got["best"] == {"count": 10, "first_week": first, "last_week": last}
    assert ("unresolved_n" in warned(got)) == (name == "T7")


def test_sessions_up_to_the_tenth_only(ask):
    got = answer(ask("threshold", register(all_day("G", *days("2024-10-07", "2024-10-18")))))
    assert (got["met_on"], len(got["sessions"]), got["best"]["count"]) == ("2024-10-11", 10, 20)
    assert got["sessions"][-1] == {"date": "2024-10-11", "half": "PM", "code": "G"}


def test_eleven_in_the_window_at_once(ask):
    # nine in week one; nothing; then the window slides
    marks = all_day("O", *days("2024-09-09", "2024-09-12")) | {
        "2024-09-13": ["O", "/"],
        "2024-11-25": ["O", "O"],
    }
    got = answer(ask("threshold", register(marks)))
    assert (
        got["met"] is False
        and got["near_miss"] is True
        and got["best"] == {"count": 9, "first_week": "2024-09-09", "last_week": "2024-09-09"}
    )


@pytest.mark.parametrize(
    "marks,count,near,first,last",
    [
        (
            all_day("O", "2024-09-09", "2024-09-10", "2024-11-25", "2024-11-26", "2024-11-27"),
            6,
            True,
            "2024-11-25",
            "2024-11-25",
        ),
        ({d: ["U", "/"] for d in WEEKS[1:6] + WEEKS[7:12]}, 9, True, "2024-09-09", "2024-11-18"),
        (all_day("O", *days("2024-10-07", "2024-10-10")), 8, True, "2024-10-07", "2024-10-07"),
        (
            all_day("O", *days("2024-10-07", "2024-10-09")) | {"2024-10-10": ["O", "/"]},
            7,
            False,
            "2024-10-07",
            "2024-10-07",
        ),
        (
            all_day("O", *days("2024-10-07", "2024-10-10")) | {"2024-10-11": ["O", "/"]},
            9,
            True,
            "2024-10-07",
            "2024-10-07",
        ),
        (all_day("E", *days("2024-10-07", "2024-10-18")), 0, False, None, None),
        (all_day("I", *days("2024-10-07", "2024-10-18")), 0, False, None, None),
        ({}, 0, False, None, None),
        (
            all_day("O", "2024-09-09", "2024-11-25") | all_day("O", "2024-12-02", "2024-12-03"),
            6,
            False,
            "2024-11-25",
            "2024-12-02",
        ),
    ],
)
def test_threshold_not_met(ask, marks, count, near, first, last):
    got = answer(ask("threshold", register(marks)))
    assert (got["met"], got["met_on"], got["met_half"], got["window"]) == (False, None, None, None)
    assert got["best"] == {"count": count, "first_week": first, "last_week": last}
    assert got["near_miss"] is near and len(got["sessions"]) == count


def test_ten_in_twelve_weeks_is_no_near_miss(ask):
    marks = all_day("O", "2024-09-02", "2024-09-03") | all_day("O", "2024-11-25", "2024-11-26", "2024-11-27")
    assert answer(ask("threshold", register(marks)))["near_miss"] is False


def test_best_of_equal_windows_is_the_earliest(ask):
    marks = all_day("O", "2024-09-09") | all_day("O", "2025-02-24")
    assert answer(ask("threshold", register(marks)))["best"] == {
        "count": 2,
        "first_week": "2024-09-09",
        "last_week": "2024-09-09",
    }


def test_age_and_framework(ask):
    marks = all_day("O", "2024-12-18", "2024-12-19", "2024-12-20", "2025-01-06", "2025-01-07")
    got = answer(ask("threshold", register(marks) | {"date_of_birth": "2019-12-31"}))
    assert got["met"] is False and got["best"]["count"] == 4 and "outside_compulsory_age" in warned(got)
    assert "outside_compulsory_age" not in warned(
        answer(ask("threshold", register(all_day("I", "2024-12-18")) | {"date_of_birth": "2019-12-31"}))
    )
    old = {
        "calendar": {"weeks": ["2024-03-04"]},
        "marks": {
            "2024-03-04": "HH",
            "2024-03-05": "HH",
            "2024-03-06": "HH",
            "2024-03-07": "HH",
            "2024-03-08": "HH",
        },
    }
    got = answer(ask("threshold", old))
    assert (
        got["met"] is False and got["best"]["count"] == 0 and "before_national_framework" not in warned(got)
    )
    got = answer(ask("threshold", old | {"marks": {f"2024-03-0{n}": "GG" for n in range(4, 9)}}))
    assert got["met"] is False and "before_national_framework" in warned(got)


def test_framework_begins_on_19_august(ask):
    cal = {"weeks": ["2024-08-12", "2024-08-19"]}
    got = answer(ask("threshold", {"calendar": cal, "marks": {"2024-08-16": "OO", "2024-08-19": "OO"}}))
    assert got["best"]["count"] == 2 and "before_national_framework" in warned(got)


def test_blank_in_the_window(ask):
    marks = all_day("O", *days("2024-10-07", "2024-10-10")) | {"2024-10-11": ["O", "-"]}
    got = answer(ask("threshold", register(marks)))
    assert got["best"]["count"] == 9 and got["met"] is False and "missing_marks" in warned(got)
    got = answer(ask("threshold", register(marks | {"2024-10-14": ["O", "/"], "2024-12-20": ["-", "/"]})))
    assert got["met"] is True and "missing_marks" in warned(got)
    got = answer(
        ask(
            "threshold",
            register(
                all_day("O", *days("2024-10-07", "2024-10-11"))
                | {"2024-12-20": ["-", "/"], "2024-09-02": ["-", "/"]}
            ),
        )
    )
    assert "missing_marks" not in warned(got)


def test_relied_on(ask):
    marks = all_day("G", *days("2024-10-07", "2024-10-11"))
    got = answer(
        ask("threshold", register(marks) | {"already_relied_on": [{"date": "2024-10-07", "half": "AM"}]})
    )
    assert got["met"] is False and got["best"]["count"] == 9
    assert {"date": "2024-10-07", "half": "AM", "code": "G"} not in got["sessions"]
    got = answer(
        ask(
            "threshold",
            register(marks | {"2024-10-14": ["U", "/"]})
            | {"already_relied_on": [{"date": "2024-10-07", "half": "AM"}]},
        )
    )
    assert got["met_on"] == "2024-10-14"


@pytest.mark.parametrize(
    "bad,where",
    [
        ([{"date": "x", "half": "AM"}], "/already_relied_on/0/date"),
        ([{"date": "2024-10-07", "half": "am"}], "/already_relied_on/0/half"),
        ([{"date": "2024-10-07"}], "/already_relied_on/0/half"),
        ([5], "/already_relied_on/0"),
        (5, "/already_relied_on"),
        ([{"date": "2024-10-07", "half": "AM", "x": 1}], "/already_relied_on/0/x"),
    ],
)
def test_relied_on_errors(ask, bad, where):
    refused(ask("threshold", register({}) | {"already_relied_on": bad}), where)


def test_considered(ask):
    marks = all_day("G", *days("2024-10-07", "2024-10-11"))
    got = answer(ask("threshold", register(marks) | {"considered_on": "2024-10-14"}))
    assert got["met"] is False
    got = answer(
        ask("threshold", register(marks | {"2024-11-05": ["O", "O"]}) | {"considered_on": "2024-10-14"})
    )
    assert (got["met"], got["met_on"], got["met_half"], len(got["sessions"])) == (
        True,
        "2024-11-05",
        "AM",
        11,
    )
    got = answer(
        ask(
            "threshold",
            register(marks | {"2024-11-05": ["O", "O"]})
            | {"considered_on": "2024-10-14", "local": {"new_sessions_after_consideration": 2}},
        )
    )
    assert (got["met_on"], got["met_half"], len(got["sessions"])) == ("2024-11-05", "PM", 12)
    got = answer(
        ask("threshold", register(marks | {"2025-02-03": ["O", "O"]}) | {"considered_on": "2024-10-14"})
    )
    assert got["met"] is False
    got = answer(ask("threshold", register(marks) | {"considered_on": "2024-10-10"}))
    assert got["met_on"] == "2024-10-11"


def test_considered_with_a_mark_on_that_day(ask):
    marks = all_day("G", *days("2024-10-07", "2024-10-11")) | {"2024-10-14": ["O", "O"]}
    assert answer(ask("threshold", register(marks) | {"considered_on": "2024-10-14"}))["met"] is False


def test_local(ask):
    marks = all_day("G", *days("2024-10-07", "2024-10-09"))
    got = answer(ask("threshold", register(marks) | {"local": {"threshold_sessions": 6}}))
    assert got["met_on"] == "2024-10-09" and any(r["confidence"] == "local" for r in got["reasons"])
    marks = all_day("O", "2024-09-09", "2024-09-10", "2024-11-25", "2024-11-26", "2024-11-27")
    assert answer(ask("threshold", register(marks) | {"local": {"threshold_weeks": 11}}))["met"] is True
