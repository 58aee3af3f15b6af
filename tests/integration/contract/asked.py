"""What the tests of the rules ask with, and what every answer and every refusal must hold."""

from datetime import date, timedelta

from tests.integration.contract.school_year import CLOSED, WEEKS

CAL = {"weeks": WEEKS, "closed": sorted(CLOSED)}


def days(first, last):
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    every = [str(start + timedelta(n)) for n in range((end - start).days + 1)]
    return [
        d
        for d in every
        if d not in CLOSED
        and str(date.fromisoformat(d) - timedelta(date.fromisoformat(d).weekday())) in WEEKS
        and date.fromisoformat(d).weekday() < 5
    ]


def all_day(mark, *which):
    return {d: [mark, mark] for d in which}


def register(marks, unmarked="present", calendar=None):
    return {"calendar": calendar or CAL, "marks": marks, "unmarked": unmarked}


def answer(result):
    status, got = result
    assert status == 0, got
    assert "error" not in got and got["rules_version"]
    assert got["reasons"]
    for reason in got["reasons"]:
        assert (
            reason["text"]
            and reason["source"]
            and reason["confidence"] in ("statute", "guidance", "local", "assumed")
        )
    for warning in got["warnings"]:
        assert warning["code"] and warning["text"]
    return got


def warned(got):
    return {w["code"] for w in got["warnings"]}


def refused(result, where, problem=None):
    status, got = result
    assert status == 2 and set(got) == {"error"}, got
    if isinstance(where, str):
        assert got["error"]["where"] == where, got
    else:
        assert got["error"]["where"] in where, got
    assert got["error"]["problem"]
    if problem:
        assert got["error"]["problem"] == problem
    return got["error"]["problem"]
