"""rules: one pupil on the registers of several schools."""

import pytest
from tests.integration.contract.asked import CAL, all_day, answer, days, refused, warned
from tests.integration.contract.school_year import CLOSED, WEEKS


def two(a, b, **more):
    return {
        "registers": [
            {"school": "A", "calendar": CAL, "marks": a, **more},
            {"school": "B", "calendar": CAL, "marks": b, **more},
        ]
    }


def test_across_schools(ask):
    got = answer(
        ask(
            "threshold",
            two(
                all_day("O", "2024-10-08", "2024-10-09", "2024-10-10"),
                all_day("O", "2024-10-14", "2024-10-15"),
            ),
        )
    )
    assert (got["met"], got["met_on"]) == (True, "2024-10-15") and "crosses_schools" in warned(got)
    got = answer(
        ask(
            "threshold",
            two(
                all_day("O", *days("2024-10-07", "2024-10-11")),
                all_day("D", *days("2024-10-07", "2024-10-11")),
            ),
        )
    )
    assert got["met"] is True and "crosses_schools" not in warned(got)


@pytest.mark.parametrize(
    "other,counted,disagree",
    [
        ("/", 0, True),
        ("I", 0, True),
        ("D", 10, False),
        ("-", 10, False),
        ("O", 10, False),
        ("#", 10, False),
        ("G", 10, None),
        ("X", 10, None),
        ("L", 0, True),
        ("B", 0, True),
    ],
)
def test_dual_registration(ask, other, counted, disagree):
    week = days("2024-10-07", "2024-10-11")
    got = answer(ask("threshold", two(all_day("O", *week), all_day(other, *week))))
    assert got["best"]["count"] == counted
    if disagree is not None:
        assert ("schools_disagree" in warned(got)) == disagree
    got = answer(ask("absence", two(all_day("O", *week), all_day(other, *week))))
    assert got["possible"] == 10 and got["unauthorised"] == counted


def test_union_of_weeks_while_on_roll(ask):
    short = {"weeks": [w for w in WEEKS if w not in ("2024-11-04", "2024-11-11")], "closed": sorted(CLOSED)}
    first = all_day("O", "2024-09-09", "2024-09-10")
    then = all_day("O", "2024-11-25", "2024-11-26", "2024-11-27")
    asked = {
        "registers": [
            {
                "school": "A",
                "calendar": CAL,
                "marks": first,
                "on_roll_from": "2024-09-02",
                "on_roll_to": "2024-10-25",
                "unmarked": "present",
            },
            {
                "school": "B",
                "calendar": short,
                "marks": then,
                "on_roll_from": "2024-10-28",
                "unmarked": "present",
            },
        ]
    }
    got = answer(ask("threshold", asked))
    assert got["met_on"] == "2024-11-27" and got["window"]["school_weeks"] == 9
    asked["registers"][0]["on_roll_to"] = "2024-11-29"
    got = answer(ask("threshold", asked))
    assert got["met"] is False


def test_unmarked_within_roll_only(ask):
    cal = {"weeks": ["2024-09-02", "2024-09-09", "2024-09-16"]}
    asked = {
        "registers": [
            {
                "school": "A",
                "calendar": cal,
                "marks": {"2024-09-05": "OO"},
                "on_roll_from": "2024-09-04",
                "on_roll_to": "2024-09-10",
                "unmarked": "present",
            }
        ]
    }
    got = answer(ask("absence", asked))
    assert (got["possible"], got["unauthorised"]) == (10, 2)
    asked = {
        "registers": [
            {
                "school": "A",
                "calendar": cal,
                "marks": {"2024-09-05": "OO", "2024-09-10": "//"},
                "unmarked": "present",
            }
        ]
    }
    assert answer(ask("absence", asked))["possible"] == 8


@pytest.mark.parametrize(
    "change,where",
    [
        ({"school": 5}, "/registers/0/school"),
        (
            {"marks": {"2024-09-02": "??"}},
            ["/registers/0/marks/2024-09-02", "/registers/0/marks/2024-09-02/0"],
        ),
        ({"x": 1}, "/registers/0/x"),
        ({"on_roll_from": "x"}, "/registers/0/on_roll_from"),
        ({"calendar": {"weeks": ["2024-09-03"]}}, "/registers/0/calendar/weeks/0"),
        ({"unmarked": "?"}, "/registers/0/unmarked"),
    ],
)
def test_registers_errors(ask, change, where):
    refused(ask("threshold", {"registers": [{"school": "A", "calendar": CAL, "marks": {}} | change]}), where)


def test_registers_and_calendar_together(ask):
    refused(ask("threshold", two({}, {}) | {"calendar": CAL, "marks": {}}), ["", "/registers", "/calendar"])
    refused(ask("threshold", two({}, {}) | {"unmarked": "present"}), ["", "/registers", "/unmarked"])
    for lost in ("school", "calendar", "marks"):
        asked = two({}, {})
        del asked["registers"][1][lost]
        refused(ask("threshold", asked), f"/registers/1/{lost}")
    refused(ask("threshold", {"registers": []}), "/registers")
