"""rules: improvement notices, excluded days, returns and deadlines."""

import pytest
from tests.integration.contract.asked import CAL, all_day, answer, days, refused, register


def notice(starts, weeks, target=0, **more):
    return {"starts_on": starts, "school_weeks": weeks, "calendar": CAL, "target_unauthorised": target} | more


@pytest.mark.parametrize(
    "starts,weeks,ends",
    [
        ("2024-11-11", 3, "2024-11-29"),
        ("2024-11-11", 6, "2024-12-20"),
        ("2024-10-14", 6, "2024-11-29"),
        ("2024-11-13", 3, "2024-11-29"),
        ("2025-04-28", 3, "2025-05-16"),
        ("2024-11-15", 4, "2024-12-06"),
        ("2025-07-14", 3, "2025-09-05"),
    ],
)
def test_improvement_period(ask, starts, weeks, ends):
    got = answer(ask("improvement-notice", notice(starts, weeks)))
    assert (got["valid"], got["ends_on"], got["breached_on"]) == (True, ends, None)


@pytest.mark.parametrize("weeks", [2, 7, 1])
def test_improvement_invalid(ask, weeks):
    assert answer(ask("improvement-notice", notice("2024-11-11", weeks)))["valid"] is False


def test_improvement_breach(ask):
    m = {
        "2024-11-08": ["O", "O"],
        "2024-11-19": ["/", "U"],
        "2024-11-20": ["I", "I"],
        "2024-11-25": ["O", "G"],
        "2024-12-02": ["N", "N"],
    }
    for target, on in [(0, "2024-11-19"), (1, "2024-11-25"), (2, "2024-11-25"), (3, None)]:
        assert (
            answer(ask("improvement-notice", notice("2024-11-11", 3, target, marks=m, unmarked="present")))[
                "breached_on"
            ]
            == on
        )
    assert (
        answer(ask("improvement-notice", notice("2024-11-11", 3, 0, marks={"2024-11-20": ["I", "I"]})))[
            "breached_on"
        ]
        is None
    )


@pytest.mark.parametrize(
    "change,where",
    [
        ({"starts_on": "2025-09-29"}, "/calendar"),
        ({"school_weeks": "3"}, "/school_weeks"),
        ({"school_weeks": 3.5}, "/school_weeks"),
        ({"target_unauthorised": -1}, "/target_unauthorised"),
        ({"school_weeks": True}, "/school_weeks"),
        ({"target": 1}, "/target"),
        ({"marks": {"2024-11-16": "OO"}}, ["/marks/2024-11-16", "/marks/2024-11-16/0"]),
    ],
)
def test_improvement_errors(ask, change, where):
    refused(ask("improvement-notice", notice("2024-11-11", 3) | change), where)


@pytest.mark.parametrize(
    "on,before,n,want",
    [
        ("2024-12-18", True, 10, ["2024-12-18", "2024-12-19", "2024-12-20", "2025-01-06", "2025-01-07"]),
        ("2025-05-01", True, 5, ["2025-05-01", "2025-05-02", "2025-05-06", "2025-05-07", "2025-05-08"]),
        ("2024-10-08", True, 2, ["2024-10-08", "2024-10-09"]),
        ("2024-10-08", False, 2, ["2024-10-09", "2024-10-10"]),
        ("2024-10-11", False, 1, ["2024-10-14"]),
        ("2024-10-25", False, 6, ["2024-11-04", "2024-11-05", "2024-11-06", "2024-11-07", "2024-11-08"]),
    ],
)
def test_excluded_days(ask, on, before, n, want):
    asked = {
        "excluded_on": on,
        "before_afternoon_session": before,
        "school_days_excluded": n,
        "calendar": CAL,
    }
    assert answer(ask("excluded-days", asked))["days"] == want


def test_excluded_days_errors(ask):
    asked = {
        "excluded_on": "2025-10-02",
        "before_afternoon_session": True,
        "school_days_excluded": 5,
        "calendar": CAL,
    }
    refused(ask("excluded-days", asked), "/calendar")
    refused(ask("excluded-days", asked | {"before_afternoon_session": "yes"}), "/before_afternoon_session")
    refused(ask("excluded-days", asked | {"school_days_excluded": 0}), "/school_days_excluded")


def test_ten_days(ask):
    got = answer(ask("returns", register(all_day("O", *days("2024-10-14", "2024-10-25")))))
    assert got["ten_days_unauthorised"] == {"met": True, "reached_on": "2024-10-25"}
    got = answer(
        ask("returns", register(all_day("O", *days("2024-10-14", "2024-10-25")) | {"2024-10-18": ["M", "O"]}))
    )
    assert got["ten_days_unauthorised"] == {"met": False, "reached_on": None}
    got = answer(ask("returns", register(all_day("O", *days("2025-02-10", "2025-02-28")))))
    assert got["ten_days_unauthorised"] == {"met": True, "reached_on": "2025-02-28"}


@pytest.mark.parametrize(
    "broken,on",
    [
        (["#", "O"], "2024-10-25"),
        (["D", "D"], None),
        (["O", "-"], None),
        (["-", "-"], None),
        (["#", "#"], None),
        (["/", "O"], None),
    ],
)
def test_ten_day_breaks(ask, broken, on):
    got = answer(
        ask("returns", register(all_day("O", *days("2024-10-14", "2024-10-25")) | {"2024-10-18": broken}))
    )
    assert got["ten_days_unauthorised"]["reached_on"] == on
    longer = answer(
        ask("returns", register(all_day("O", *days("2024-10-14", "2024-11-04")) | {"2024-10-18": broken}))
    )["ten_days_unauthorised"]
    assert longer["reached_on"] == (on or (None if broken == ["/", "O"] else "2024-11-04"))


def test_run_outside_compulsory_age(ask):
    got = answer(
        ask(
            "returns",
            register(all_day("O", *days("2024-12-16", "2025-01-10"))) | {"date_of_birth": "2019-12-31"},
        )
    )
    assert got["ten_days_unauthorised"]["met"] is False


def test_sickness(ask):
    ten = all_day("I", *days("2024-10-07", "2024-10-18"))
    got = answer(ask("returns", register(ten)))["sickness"]
    assert (got["met"], got["days_so_far"]) == (False, 10) and got["because"]
    for expected, met in [(4, False), (5, True), (20, True)]:
        assert (
            answer(ask("returns", register(ten) | {"illness_expected_days": expected}))["sickness"]["met"]
            is met
        )
    assert (
        answer(ask("returns", register({"2024-10-07": ["I", "/"]}) | {"illness_expected_days": 19}))[
            "sickness"
        ]["days_so_far"]
        == 0.5
    )
    fifteen = all_day("I", *days("2024-10-07", "2024-10-25"))
    assert answer(ask("returns", register(fifteen)))["sickness"]["met"] is True
    half = all_day("I", *days("2024-10-07", "2024-10-24")) | {"2024-10-25": ["I", "/"]}
    assert answer(ask("returns", register(half)))["sickness"]["met"] is False
    got = answer(ask("returns", register(fifteen) | {"already_returned": True}))["sickness"]
    assert got["met"] is False and got["because"]


def test_sickness_within_one_school_year(ask):
    marks = all_day("I", *days("2025-07-14", "2025-07-18"), *days("2025-09-08", "2025-09-19"))
    got = answer(ask("returns", register(marks)))["sickness"]
    assert (got["met"], got["days_so_far"]) == (False, 10)


def test_unresolved_n(ask):
    got = answer(
        ask(
            "returns",
            register(
                {
                    "2024-09-12": ["N", "/"],
                    "2024-10-23": ["/", "N"],
                    "2025-05-02": ["N", "N"],
                    "2025-09-30": ["N", "/"],
                }
            ),
        )
    )
    assert got["unresolved_n"] == [
        {"date": "2024-09-12", "half": "AM", "becomes_o_on": "2024-09-19"},
        {"date": "2024-10-23", "half": "PM", "becomes_o_on": "2024-11-06"},
        {"date": "2025-05-02", "half": "AM", "becomes_o_on": "2025-05-12"},
        {"date": "2025-05-02", "half": "PM", "becomes_o_on": "2025-05-12"},
        {"date": "2025-09-30", "half": "AM", "becomes_o_on": None},
    ]


@pytest.mark.parametrize(
    "change,where",
    [
        ({"illness_expected_days": -1}, "/illness_expected_days"),
        ({"illness_expected_days": "5"}, "/illness_expected_days"),
        ({"already_returned": "no"}, "/already_returned"),
        ({"date_of_birth": "x"}, "/date_of_birth"),
    ],
)
def test_returns_errors(ask, change, where):
    refused(ask("returns", register({}) | change), where)


@pytest.mark.parametrize(
    "rule,trigger,last,nxt,unit,counted",
    [
        ("sao-first-notice", "2026-09-07", "2026-09-21", "2026-09-22", "days", "inclusive"),
        ("sao-choice-of-school", "2026-09-07", "2026-09-21", "2026-09-22", "days", "inclusive"),
        ("sao-school-objection", "2026-09-07", "2026-09-21", "2026-09-22", "days", "inclusive"),
        ("eso-direction-report", "2026-10-14", "2026-12-08", "2026-12-09", "days", "inclusive"),
        ("eso-extend-from", "2026-10-14", "2026-10-14", "2026-07-14", "months", None),
        ("eso-extend-from", "2026-05-31", "2026-05-31", "2026-02-28", "months", None),
        ("sjp-reply", "2024-12-20", "2025-01-15", "2025-01-16", "business_days", "exclusive"),
        ("access-request", "2026-08-31", "2026-09-30", "2026-10-01", "months", "exclusive"),
        ("access-request", "2026-01-31", "2026-02-28", "2026-03-01", "months", "exclusive"),
        ("new-pupil-return", "2024-09-09", "2024-09-14", "2024-09-15", "days", "exclusive"),
        ("offer-of-employment-permit", "2026-09-07", "2026-09-14", "2026-09-15", "days", "exclusive"),
        ("performance-licence", "2026-12-01", "2026-11-10", "2026-12-01", "days", None),
    ],
)
def test_deadlines(ask, rule, trigger, last, nxt, unit, counted):
    got = answer(ask("deadline", {"rule": rule, "trigger": trigger}))
    assert (got["last_day"], got["next_step_from"], got["unit"]) == (last, nxt, unit)
    assert got["counted"] in ("inclusive", "exclusive") and (counted is None or got["counted"] == counted)


def test_deadline_errors(ask):
    refused(ask("deadline", {"rule": "nonsense", "trigger": "2026-09-07"}), "/rule")
    refused(ask("deadline", {"rule": "sjp-reply", "trigger": "07/09/2026"}), "/trigger")
    refused(ask("deadline", {"rule": "sjp-reply", "trigger": "9999-12-30"}), "/trigger")


@pytest.mark.parametrize(
    "question,asked",
    [
        ("age", {"date_of_birth": "9999-12-31"}),
        ("age", {"date_of_birth": "0001-01-01"}),
        ("deadline", {"rule": "access-request", "trigger": "9999-12-31"}),
        ("deadline", {"rule": "performance-licence", "trigger": "0001-01-02"}),
        (
            "improvement-notice",
            {
                "starts_on": "9999-12-30",
                "school_weeks": 3,
                "calendar": {"school_days": ["9999-12-30", "9999-12-31"]},
                "target_unauthorised": 0,
            },
        ),
        ("threshold", {"calendar": {"school_days": ["9999-12-31"]}, "marks": {"9999-12-31": "OO"}}),
        ("returns", {"calendar": {"school_days": ["0001-01-01"]}, "marks": {"0001-01-01": "OO"}}),
        ("absence", {"calendar": {"weeks": ["9999-12-27"]}, "marks": {}}),
    ],
)
def test_edges_of_the_calendar(ask, question, asked):
    status, _got = ask(question, asked)
    assert status in (0, 2)


def test_as_of(ask):
    got = answer(ask("threshold", register({}) | {"as_of": "2025-01-01"}))
    assert got["met"] is False
    assert (
        answer(ask("age", {"date_of_birth": "2019-12-31", "as_of": "2026-01-01"}))["compulsory_from"]
        == "2024-12-31"
    )
