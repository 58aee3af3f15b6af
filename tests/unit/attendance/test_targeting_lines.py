"""An action in one line is understood, or refused in words that say what is missing."""

from datetime import date

import pytest

from mainstay.service.attendance.targeting import lines

TODAY = date(2026, 11, 25)  # a Wednesday
PEOPLE = {7: "Robin Tester", 8: "Jo O’Neill-Ray", 9: "Jo Marsh"}


@pytest.mark.parametrize(
    ("line", "owner", "text", "due"),
    [
        ("@school call home by Fri", "school", "call home", date(2026, 11, 27)),
        ("  @School:  call   home by friday. ", "school", "call home", date(2026, 11, 27)),
        ("@ewo visit by Wed", "ewo", "visit", date(2026, 12, 2)),
        ("@ewo visit by today", "ewo", "visit", TODAY),
        ("@robin ask to come by bus by 4 Dec", 7, "ask to come by bus", date(2026, 12, 4)),
        ("@RobinTester write by 4th December 2026", 7, "write", date(2026, 12, 4)),
        ("@marsh write by 4/12", 9, "write", date(2026, 12, 4)),
        ("@O’Neill write by 4.1.27", 8, "write", date(2027, 1, 4)),
        ("@tester write by 3 Jan", 7, "write", date(2027, 1, 3)),
    ],
)
def test_who_what_and_by_when(line: str, owner: str | int, text: str, due: date) -> None:
    people = {**PEOPLE, 8: "Jo O’Neill"}
    assert lines.read(line, TODAY, people) == lines.Line(owner, text, due)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("call home by Fri", "Begin the action with who does it"),
        ("@school call home", "End the action with the day"),
        ("@school by Fri", "End the action with the day"),
        ("@school , by Fri", "Say what is to be done"),
        ("@school come by bus", "“bus” is not a day"),
        ("@school call by 31 Feb", "“31 Feb” is not a day"),
        ("@school call by 4/13", "“4/13” is not a day"),
        ("@school call by 1 Nov 2026", "must not be in the past"),
        ("@school call by 1 Nov 2031", "must be within a year"),
        ("@nobody call by Fri", "Nobody at this meeting is called “@nobody”. Write one of @school, @ewo, @RobinTester"),
        ("@jo call by Fri", "“@jo” fits Jo O’Neill-Ray and Jo Marsh"),
        (f"@school {'x' * 201} by Fri", "at most 200"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said(line: str, words: str) -> None:
    with pytest.raises(lines.NotUnderstood, match=words.replace(".", r"\.")):
        lines.read(line, TODAY, PEOPLE)


def test_on_a_friday_by_friday_is_the_next_one() -> None:
    assert lines.read("@school call by Fri", date(2026, 11, 27), {}).due == date(2026, 12, 4)
