"""Whether a register shows enough for a name to be deleted on ground H or I, regulation 9(1)(h) and (i).

The register of the school is read up to a day: its last school days with marks, of which every session is G, N or O.
Any other code breaks the run, U included, and so does a day without a mark between two with one; a session in which
the school was closed does neither. Ground H counts from the day after the leave ended; ground I counts the last run.
Nothing more follows from it: sickness, an unavoidable cause, the joint efforts and the two signatures are for people.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from mainstay.law import clock, codes
from mainstay.law.answer import Answer, Reason, Warning_
from mainstay.law.register import HALVES, Register, check
from mainstay.law.rules import CURRENT, Rules

Ground = Literal["H", "I"]
GROUNDS: Final = ("H", "I")
#: the codes of which every session of the run is
RUN_OF: Final = frozenset("GNO")
_PARAMETER: Final = {"H": "deletion_leave_days", "I": "deletion_absence_days"}


@dataclass(frozen=True, kw_only=True, slots=True)
class RollDeletionAnswer(Answer):
    """days: of the run, in order; needed: how many; broken_on, broken_by: the last mark that is none of G, N, O."""

    met: bool
    needed: int
    days: tuple[date, ...]
    broken_on: date | None
    broken_half: str
    broken_by: str


def find(
    ground: Ground,
    register: Register,
    on: date,
    leave_ended_on: date | None = None,
    rules: Rules = CURRENT,
) -> RollDeletionAnswer:
    """What the register shows by the end of ``on``; raises BadMark.

    leave_ended_on: the last day of the leave, for ground H; without it nothing is met there
    """
    check(register)
    needed = rules.whole(_PARAMETER[ground])
    after = leave_ended_on if ground == "H" else date.min
    school_days = [
        day for day in register.calendar.days if after and after < day <= on and register.on_roll(day)
    ]
    marked = [day for day in school_days if any(code != codes.BLANK for code in register.on(day))]
    days: list[date] = []
    broken: tuple[date, str, str] | None = None
    for day in school_days:
        if not marked or day > marked[-1]:
            break
        wrong = [
            (half, code)
            for half, code in zip(HALVES, register.on(day), strict=True)
            if code not in RUN_OF and code != codes.CLOSED
        ]
        if wrong:
            days, broken = [], (day, *wrong[0])
        elif set(register.on(day)) != {codes.CLOSED}:
            days.append(day)
    met = len(days) >= needed and (ground == "I" or broken is None)
    return RollDeletionAnswer(
        met=met,
        needed=needed,
        days=tuple(days),
        broken_on=broken[0] if broken else None,
        broken_half=broken[1] if broken else "",
        broken_by=broken[2] if broken else "",
        reasons=tuple(_reasons(ground, days, needed, broken, leave_ended_on, rules)),
        warnings=tuple(_warnings(school_days, marked)),
        rules_version=rules.version,
    )


def _reasons(
    ground: Ground,
    days: list[date],
    needed: int,
    broken: tuple[date, str, str] | None,
    leave_ended_on: date | None,
    rules: Rules,
) -> Iterable[Reason]:
    parameter = _PARAMETER[ground]
    if ground == "H":
        rule = f"After leave {needed} school days must pass, of which every session is G, N or O."
    else:
        rule = f"At least {needed} continuous school days are needed, of which every session is G, N or O."
    yield rules.reason(parameter, rule)
    if ground == "H" and leave_ended_on is None:
        yield rules.reason(parameter, "The last day of the leave is not known: nothing can be counted.")
        return
    span = f", from {clock.in_words(days[0])} to {clock.in_words(days[-1])}" if days else ""
    yield rules.reason(parameter, f"The register shows {len(days)} of {needed}{span}.")
    if broken is not None:
        on, half, code = broken
        said = "no mark" if code == codes.BLANK else f"the code {code}"
        session = "morning" if half == "AM" else "afternoon"
        yield rules.reason(
            parameter,
            f"The {session} of {clock.in_words(on)} has {said}: it breaks the run, whatever it means.",
        )
    yield rules.reason(
        parameter,
        "Sickness or an unavoidable cause must not be the reason, anxiety counts as sickness, and school and "
        "authority must have looked for the child together: no register shows that.",
    )


def _warnings(school_days: list[date], marked: list[date]) -> Iterable[Warning_]:
    last = marked[-1] if marked else None
    ahead = [day for day in school_days if last is None or day > last]
    if ahead:
        since = f"after {clock.in_words(last)}" if last else "in this time"
        yield Warning_("unmarked_days", f"The register has no mark {since}: later days are not counted.")
