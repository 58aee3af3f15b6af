"""The run of ground I and of ground H, against a count done another way."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.law import roll_deletion
from mainstay.law.register import Calendar, Register

MONDAY = date(2026, 9, 7)
DAYS = [MONDAY + timedelta(weeks=week, days=day) for week in range(9) for day in range(5)]
pairs = st.sampled_from(["OO", "OO", "OO", "OO", "OO", "GG", "NO", "O#", "##", "--", "UO", "OI", "/\\", "-O"])
registers = st.lists(pairs, min_size=1, max_size=len(DAYS))


def _run(line: str) -> int:
    """Days at the end of the line: one character a day, x a day of the run, c closed, ! whatever breaks it."""
    return line.replace("c", "").rpartition("!")[2].count("x")


def _character(pair: str) -> str:
    left = set(pair) - {"#"}
    return "c" if not left else "x" if left <= set("GNO") else "!"


@settings(max_examples=120, deadline=None)
@given(marks=registers, leave=st.none() | st.integers(0, 20))
def test_the_run_is_what_a_line_of_letters_says(marks: list[str], leave: int | None) -> None:
    given_ = dict(zip(DAYS, marks, strict=False))
    register = Register(
        Calendar(frozenset(DAYS)), {day: (p[0], p[1]) for day, p in given_.items() if p != "--"}
    )
    ended = None if leave is None else DAYS[leave]
    counted = [p for day, p in given_.items() if ended is None or day > ended]
    while counted and counted[-1] == "--":
        counted.pop()
    line = "".join(map(_character, counted))
    answer = roll_deletion.find("I" if ended is None else "H", register, DAYS[-1], ended)
    assert len(answer.days) == _run(line)
    if ended is None:
        assert answer.met == (_run(line) >= 20)
    else:
        assert answer.met == (_run(line) >= 10 and "!" not in line)
    assert (answer.broken_on is not None) == ("!" in line)
