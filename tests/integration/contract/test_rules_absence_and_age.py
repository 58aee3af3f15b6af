"""rules: absence and age."""

from datetime import date, timedelta

import pytest
from tests.integration.contract.asked import answer, refused


def sessions(*runs):
    """(code, count) runs laid out on weekdays, AM then PM."""
    flat = [code for code, n in runs for _ in range(n)]
    if len(flat) % 2:
        flat.append("#")
    at, marks = date(2024, 9, 2), {}
    for am, pm in zip(flat[::2], flat[1::2], strict=False):
        while at.weekday() > 4:
            at += timedelta(1)
        marks[str(at)] = [am, pm]
        at += timedelta(1)
    return {"calendar": {"school_days": sorted(marks)}, "marks": marks}


@pytest.mark.parametrize(
    "runs,possible,absent,pa,sa",
    [
        ([("/", 342), ("I", 38)], 380, 38, True, False),
        ([("/", 343), ("I", 37)], 380, 37, False, False),
        ([("/", 190), ("I", 100), ("O", 90)], 380, 190, True, True),
        ([("/", 191), ("O", 189)], 380, 189, True, False),
        ([("/", 181), ("I", 20)], 201, 20, False, False),
        ([("/", 179), ("I", 20)], 199, 20, True, False),
        ([("/", 3), ("I", 1)], 4, 1, True, False),
        ([("D", 50), ("/", 45), ("I", 5)], 50, 5, True, False),
        ([("Y2", 4), ("/", 14), ("I", 2)], 16, 2, True, False),
        ([("/", 50), ("C2", 50)], 100, 50, True, True),
        ([("X", 10), ("/", 10)], 10, 0, False, False),
        ([("/", 18), ("J1", 2)], 20, 2, True, False),
        ([("/", 18), ("L", 2)], 20, 0, False, False),
    ],
)
def test_absence(ask, runs, possible, absent, pa, sa):
    got = answer(ask("absence", sessions(*runs)))
    assert (got["possible"], got["absent"], got["persistent"], got["severe"]) == (possible, absent, pa, sa)
    assert got["authorised"] + got["unauthorised"] == absent and got["missing_marks"] == 0


def test_absence_of_nobody(ask):
    got = answer(ask("absence", sessions(("#", 10), ("Z", 10))))
    assert (
        got["possible"],
        got["absent"],
        got["rate"],
        got["attendance_percent"],
        got["persistent"],
        got["severe"],
    ) == (0, 0, None, None, None, None)


def test_absence_in_old_marks(ask):
    day = {"calendar": {"school_days": ["2024-02-05"]}, "marks": {"2024-02-05": "JJ"}}
    got = answer(ask("absence", day))
    assert (got["possible"], got["absent"]) == (2, 0)
    refused(
        ask("absence", {"calendar": {"school_days": ["2025-02-05"]}, "marks": {"2025-02-05": "JJ"}}),
        ["/marks/2025-02-05", "/marks/2025-02-05/0"],
    )


@pytest.mark.parametrize(
    "present,absent,rate,percent",
    [
        (17, 2, 0.10526, 89.5),
        (63, 1, 0.01563, 98.4),
        (77, 3, 0.0375, 96.3),
        (79, 1, 0.0125, 98.8),
        (2, 1, 0.33333, 66.7),
        (1, 2, 0.66667, 33.3),
        (10, 0, 0, 100),
    ],
)
def test_absence_rounds_half_up(ask, present, absent, rate, percent):
    got = answer(ask("absence", sessions(("/", present), ("O", absent))))
    assert (got["rate"], got["attendance_percent"]) == (rate, percent)


def test_absence_from_to_late_and_missing(ask):
    asked = {
        "calendar": {"weeks": ["2024-09-02", "2024-09-09"], "closed": ["2024-09-04"]},
        "marks": {"2024-09-02": "LL", "2024-09-03": "L-", "2024-09-05": ["O", "C1"], "2024-09-06": "NI"},
        "from": "2024-09-03",
        "to": "2024-09-09",
    }
    got = answer(ask("absence", asked))
    # 3, 5, 6, 9 September: L - O C1 N I - -
    assert (
        got["possible"],
        got["absent"],
        got["authorised"],
        got["unauthorised"],
        got["late"],
        got["missing_marks"],
    ) == (5, 4, 2, 2, 1, 3)
    got = answer(ask("absence", asked | {"unmarked": "present"}))
    assert (got["possible"], got["missing_marks"]) == (7, 1)
    got = answer(ask("absence", asked | {"from": "2024-09-02", "to": "2024-09-13"}))
    assert got["late"] == 3 and got["missing_marks"] == 11


def test_absence_from_after_to(ask):
    refused(ask("absence", sessions(("/", 4)) | {"from": "2024-09-05", "to": "2024-09-03"}), ["/to", "/from"])


@pytest.mark.parametrize(
    "born,starts,ends",
    [
        ("2019-12-31", "2024-12-31", None),
        ("2020-01-01", "2025-03-31", None),
        ("2020-03-31", "2025-03-31", None),
        ("2020-04-01", "2025-08-31", None),
        ("2019-09-01", "2024-12-31", None),
        ("2009-07-15", None, "2025-06-27"),
        ("2009-08-31", None, "2025-06-27"),
        ("2009-09-02", None, "2025-06-27"),
        ("2009-09-03", None, "2026-06-26"),
        ("2010-06-26", None, "2026-06-26"),
        ("2020-02-29", "2025-03-31", None),
        ("2012-02-29", "2017-03-31", "2028-06-30"),
        ("2020-08-31", "2025-08-31", None),
        ("2020-09-01", "2025-12-31", None),
    ],
)
def test_age(ask, born, starts, ends):
    got = answer(ask("age", {"date_of_birth": born, "autumn_term_starts": {"2025": "2025-09-03"}}))
    assert starts is None or got["compulsory_from"] == starts
    assert ends is None or got["compulsory_to"] == ends


def test_age_without_a_term_start(ask):
    assert answer(ask("age", {"date_of_birth": "2009-09-01"}))["compulsory_to"] == "2026-06-26"
    assert answer(ask("age", {"date_of_birth": "2009-08-31"}))["compulsory_to"] == "2025-06-27"
    assert (
        answer(ask("age", {"date_of_birth": "2009-09-02", "autumn_term_starts": {"2024": "2024-09-05"}}))[
            "compulsory_to"
        ]
        == "2026-06-26"
    )


@pytest.mark.parametrize(
    "starts,where",
    [
        ({"2025": "x"}, "/autumn_term_starts/2025"),
        ({"soon": "2025-09-03"}, "/autumn_term_starts/soon"),
        ([], "/autumn_term_starts"),
        ({"2025": "2024-09-03"}, "/autumn_term_starts/2025"),
    ],
)
def test_age_errors(ask, starts, where):
    refused(ask("age", {"date_of_birth": "2009-09-01", "autumn_term_starts": starts}), where)
