"""What a school must tell the authority: ten days' unauthorised absence, sickness, and an N that stays.

Regulations 10 and 13 of the School Attendance (Pupil Registration) (England) Regulations 2024. The days of a
run need not touch: days without school, and days on which no session was possible, neither count nor break.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import groupby

from mainstay.law import age, clock
from mainstay.law.answer import Answer, Reason
from mainstay.law.register import Record, Registers, Sitting, Standing, merge
from mainstay.law.rules import CURRENT, Rules

Day = date

_ILLNESS = "I"
_SESSIONS_A_DAY = 2


@dataclass(frozen=True, slots=True)
class TenDays:
    """Whether the run was reached, and its last day the first time it was."""

    met: bool
    reached_on: date | None


@dataclass(frozen=True, slots=True)
class Sickness:
    """Days of illness in the school year that matters (half days are .5), and why a return is due or not."""

    met: bool
    days_so_far: float
    because: str


@dataclass(frozen=True, slots=True)
class UnresolvedN:
    """An N and the school day at whose end it becomes O; None when the calendar ends first."""

    date: Day
    half: str
    becomes_o_on: Day | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnsAnswer(Answer):
    """The three things to tell or to settle."""

    ten_days_unauthorised: TenDays
    sickness: Sickness
    unresolved_n: tuple[UnresolvedN, ...]


class _Day(Enum):
    COUNTS = 1
    SAYS_NOTHING = 2
    BREAKS = 3


def find(
    registers: Registers,
    date_of_birth: date | None = None,
    illness_expected_days: int = 0,
    already_returned: bool = False,
    rules: Rules = CURRENT,
) -> ReturnsAnswer:
    """The returns that a pupil's registers call for; raises BadMark.

    illness_expected_days: school days that the school has reason to expect will be missed through illness
    already_returned: a sickness return was made for this continuous period in this school year
    """
    record = merge(registers)
    first, last = age.compulsory(date_of_birth, rules=rules) if date_of_birth else (date.min, date.max)
    sittings = [sitting for sitting in record.sittings if first <= sitting.date <= last]
    ten_days = _ten_days(sittings, rules)
    entered = {on for register in record.registers for on in register.marks}
    marked = [sitting for sitting in sittings if sitting.date in entered]
    sickness = _sickness(marked, illness_expected_days, already_returned, rules)
    return ReturnsAnswer(
        ten_days_unauthorised=ten_days,
        sickness=sickness,
        unresolved_n=_unresolved(record, rules),
        reasons=tuple(_reasons(ten_days, sickness, rules)),
        warnings=tuple(record.warnings),
        rules_version=rules.version,
    )


def _day(sittings: Sequence[Sitting]) -> _Day:
    stands = {sitting.standing for sitting in sittings}
    if stands & {Standing.ATTENDED, Standing.AUTHORISED}:
        return _Day.BREAKS
    if Standing.UNAUTHORISED in stands and Standing.BLANK not in stands:
        return _Day.COUNTS
    return _Day.SAYS_NOTHING


def _ten_days(sittings: Sequence[Sitting], rules: Rules) -> TenDays:
    needed, run = rules.whole("run_days"), 0
    for on, sessions in groupby(sittings, key=lambda sitting: sitting.date):
        day = _day(list(sessions))
        if day is _Day.BREAKS:
            run = 0
        elif day is _Day.COUNTS:
            run += 1
        if run == needed:
            return TenDays(True, on)
    return TenDays(False, None)


def _sickness(sittings: Sequence[Sitting], expected: int, returned: bool, rules: Rules) -> Sickness:
    """The school year last marked, with the days expected; an earlier one when it reached the number by itself.

    A calendar may reach beyond the marks; days that are only taken as attended don't make a year the last.
    """
    needed = rules.whole("sickness_days")
    marked = [sitting for sitting in sittings if sitting.standing != Standing.BLANK]
    ill = Counter(clock.school_year(sitting.date) for sitting in marked if sitting.code == _ILLNESS)
    latest = clock.school_year(marked[-1].date) if marked else 0
    for year in sorted({*ill, latest}, reverse=True):
        days, ahead = ill[year] / _SESSIONS_A_DAY, expected if year == latest else 0
        if days + ahead >= needed:
            outcome = (
                "A return was already made for this period." if returned else "A sickness return is due."
            )
            return Sickness(not returned, _short(days), f"{_in_days(days, ahead, needed)} {outcome}")
    days = ill[latest] / _SESSIONS_A_DAY
    return Sickness(False, _short(days), f"{_in_days(days, expected, needed)} No return is due yet.")


def _short(days: float) -> float:
    return int(days) if days == int(days) else days


def _in_days(days: float, expected: int, needed: int) -> str:
    return (
        f"{_short(days)} school days missed through illness in the school year and {expected} more expected, "
        f"against {needed}."
    )


def _unresolved(record: Record, rules: Rules) -> tuple[UnresolvedN, ...]:
    """Every N, with the last of the school's own days in which to settle it."""
    days = rules.whole("unresolved_n_days")
    return tuple(
        UnresolvedN(sitting.date, sitting.half, _settled_by(record, sitting, days))
        for sitting in record.sittings
        if sitting.unresolved_at
    )


def _settled_by(record: Record, sitting: Sitting, days: int) -> date | None:
    ends = (
        clock.school_day_after(record.registers[index].calendar.days, sitting.date, days)
        for index in sitting.unresolved_at
    )
    return min((end for end in ends if end is not None), default=None)


def _reasons(ten_days: TenDays, sickness: Sickness, rules: Rules) -> list[Reason]:
    needed = rules.whole("run_days")
    rule = (
        f"A return is due after {needed} school days in a row whose possible sessions are all G, N, O or U."
    )
    if ten_days.reached_on:
        text = f"{rule} The last of them was {clock.in_words(ten_days.reached_on)}."
    else:
        text = f"{rule} There is no such run; a pupil may still be failing to attend regularly."
    return [
        rules.reason("run_days", text),
        rules.reason("sickness_days", sickness.because),
        rules.reason(
            "unresolved_n_days",
            f"The reason for an N must be established within {rules.whole('unresolved_n_days')} school days; "
            "after that it becomes O.",
        ),
    ]
