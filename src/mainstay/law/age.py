"""Compulsory school age: Education Act 1996 s.8.

It starts on the fifth birthday if that is a prescribed day, otherwise on the next one, and ends at the end
of the school leaving date: the last Friday in June of the year in which the child turns 16 on that date,
or after it but before the next school year begins; otherwise the first one after turning 16.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mainstay.law import clock
from mainstay.law.answer import Answer, Reason
from mainstay.law.rules import CURRENT, Rules

_FRIDAY = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class AgeAnswer(Answer):
    """First and last day of compulsory school age, both included."""

    compulsory_from: date
    compulsory_to: date


def school_leaving_date(year: int, rules: Rules = CURRENT) -> date:
    """The last Friday in June of that year."""
    first = date(year, rules.whole("school_leaving_month"), 1)
    last = clock.months_after(first, 1) - clock.DAY
    return last - (last.weekday() - _FRIDAY) % 7 * clock.DAY


def compulsory(
    date_of_birth: date, autumn_term_starts: Mapping[int, date] | None = None, rules: Rules = CURRENT
) -> tuple[date, date]:
    """First and last day of compulsory school age, both included.

    autumn_term_starts: year -> first day of that autumn term; a year left out takes the parameter's day
    """
    return _starts(date_of_birth, rules), _ends(date_of_birth, autumn_term_starts or {}, rules)


def _starts(born: date, rules: Rules) -> date:
    turns = clock.birthday(born, rules.whole("compulsory_age_starts"))
    days = rules.month_days("prescribed_days")
    prescribed = (
        date.fromisoformat(f"{year}-{day}") for year in (turns.year, turns.year + 1) for day in days
    )
    return min(day for day in prescribed if day >= turns)


def _term_start(year: int, starts: Mapping[int, date], rules: Rules) -> date:
    return starts.get(year) or rules.month_day("autumn_term_starts", year)


def _ends(born: date, starts: Mapping[int, date], rules: Rules) -> date:
    turns = clock.birthday(born, rules.whole("compulsory_age_ends"))
    leaving = school_leaving_date(turns.year, rules)
    if turns <= leaving or turns < _term_start(turns.year, starts, rules):
        return leaving
    return school_leaving_date(turns.year + 1, rules)


def find(
    date_of_birth: date, autumn_term_starts: Mapping[int, date] | None = None, rules: Rules = CURRENT
) -> AgeAnswer:
    """When compulsory school age starts and ends, with reasons."""
    starts = autumn_term_starts or {}
    first, last = compulsory(date_of_birth, starts, rules)
    return AgeAnswer(
        compulsory_from=first,
        compulsory_to=last,
        reasons=(_why_from(date_of_birth, first, rules), *_why_to(date_of_birth, last, starts, rules)),
        warnings=(),
        rules_version=rules.version,
    )


def _why_from(born: date, first: date, rules: Rules) -> Reason:
    age = rules.whole("compulsory_age_starts")
    turns = clock.in_words(clock.birthday(born, age))
    return rules.reason(
        "prescribed_days",
        f"The child turns {age} on {turns}; the first prescribed day on or after that is {clock.in_words(first)}.",
    )


def _why_to(born: date, last: date, starts: Mapping[int, date], rules: Rules) -> list[Reason]:
    age = rules.whole("compulsory_age_ends")
    turns = clock.birthday(born, age)
    text = (
        f"The child turns {age} on {clock.in_words(turns)}, so compulsory school age ends at the end of the "
        f"school leaving date, {clock.in_words(last)}."
    )
    reasons = [rules.reason("compulsory_age_ends", text)]
    if turns > school_leaving_date(turns.year, rules):
        term = _term_start(turns.year, starts, rules)
        given = "as given with the question" if turns.year in starts else "which is assumed: none was given"
        side = "before" if turns < term else "not before"
        text = f"That birthday is {side} the school year begins on {clock.in_words(term)}, {given}."
        reasons.append(rules.reason("autumn_term_starts", text))
    return reasons
