"""Attendance before and after an intervention: the six school weeks on either side of its week.

No law says how this is measured; weeks and least number of sessions are our own choice. The week of the intervention
counts on neither side: nobody can say which of its sessions came first. This is the definition, slow and plain;
``registers.impact`` gives the same for many pupils at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from mainstay.law.clock import monday, school_weeks
from mainstay.law.register import Register, Standing, merge

#: our own choice: long enough for a habit to show, short enough that little else has changed
WEEKS: Final = 6
#: our own choice: fewer possible sessions on one side say nothing about it
LEAST: Final = 20


@dataclass(frozen=True, slots=True)
class Side:
    """Possible and attended sessions of some school weeks."""

    possible: int
    attended: int

    @property
    def rate(self) -> float | None:
        """From 0 to 1; None when no session was possible."""
        return self.attended / self.possible if self.possible else None


@dataclass(frozen=True, slots=True)
class Impact:
    """Both sides, and whether they may be compared: six weeks each, with sessions enough."""

    before: Side
    after: Side
    counts: bool


def weeks_around(
    school_days: Iterable[date], on: date, weeks: int = WEEKS
) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """The Mondays of up to ``weeks`` school weeks before the week of ``on``, and after it."""
    mondays, own = school_weeks(school_days), monday(on)
    return tuple(m for m in mondays if m < own)[-weeks:], tuple(m for m in mondays if m > own)[:weeks]


def measure(register: Register, on: date, weeks: int = WEEKS) -> Impact:
    """One pupil at one school; raises BadMark."""
    before, after = weeks_around(register.calendar.days, on, weeks)
    sides = []
    for mondays in (before, after):
        sittings = [s for s in merge([register]).sittings if monday(s.date) in mondays and s.possible]
        attended = sum(sitting.standing is Standing.ATTENDED for sitting in sittings)
        sides.append(Side(len(sittings), attended))
    whole = len(before) == len(after) == weeks
    return Impact(sides[0], sides[1], whole and min(side.possible for side in sides) >= LEAST)
