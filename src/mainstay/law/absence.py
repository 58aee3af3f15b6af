"""Overall, persistent and severe absence, from the pupil's own possible sessions.

Every absence counts, authorised as well as unauthorised. Persistent and severe are judged on whole sessions,
never on a rounded percentage, and both boundaries are inclusive.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from mainstay.law.answer import Answer, Reason, Warning_
from mainstay.law.codes import BLANK
from mainstay.law.register import Registers, Standing, between, merge
from mainstay.law.rules import CURRENT, Rules

_LATE = "L"


@dataclass(frozen=True, kw_only=True, slots=True)
class AbsenceAnswer(Answer):
    """Sessions counted. ``rate`` (0 to 1) and the flags are None when no session was possible."""

    possible: int
    absent: int
    authorised: int
    unauthorised: int
    late: int
    missing_marks: int
    rate: float | None
    attendance_percent: float | None
    persistent: bool | None
    severe: bool | None


def rounded(part: int, whole: int, places: int) -> float:
    """part / whole to that many places, half up, worked out in whole numbers."""
    scale: int = 10**places
    return (2 * part * scale + whole) // (2 * whole) / scale


def measure(
    registers: Registers,
    first: date | None = None,
    last: date | None = None,
    rules: Rules = CURRENT,
) -> AbsenceAnswer:
    """The pupil's absence from ``first`` to ``last``, both included; raises BadMark."""
    record = merge(registers)
    sittings = list(between(record.sittings, first, last))
    counts = Counter(sitting.standing for sitting in sittings)
    return of_counts(
        attended=counts[Standing.ATTENDED],
        authorised=counts[Standing.AUTHORISED],
        unauthorised=counts[Standing.UNAUTHORISED],
        late=sum(sitting.code == _LATE for sitting in sittings),
        missing_marks=sum(sitting.code == BLANK for sitting in sittings),
        warnings=tuple(record.warnings),
        rules=rules,
    )


def of_counts(
    *,
    attended: int,
    authorised: int,
    unauthorised: int,
    late: int,
    missing_marks: int,
    warnings: tuple[Warning_, ...] = (),
    rules: Rules = CURRENT,
) -> AbsenceAnswer:
    """The answer for sessions that were counted already."""
    absent = authorised + unauthorised
    possible = attended + absent
    flags = {
        name: 100 * absent >= rules.whole(f"{name}_percent") * possible if possible else None
        for name in ("persistent", "severe")
    }
    return AbsenceAnswer(
        possible=possible,
        absent=absent,
        authorised=authorised,
        unauthorised=unauthorised,
        late=late,
        missing_marks=missing_marks,
        rate=rounded(absent, possible, 5) if possible else None,
        attendance_percent=rounded(100 * (possible - absent), possible, 1) if possible else None,
        persistent=flags["persistent"],
        severe=flags["severe"],
        reasons=tuple(_why(name, absent, possible, flag, rules) for name, flag in flags.items()),
        warnings=warnings,
        rules_version=rules.version,
    )


def _why(name: str, absent: int, possible: int, flag: bool | None, rules: Rules) -> Reason:
    limit = rules.whole(f"{name}_percent")
    if flag is None:
        text = f"No session was possible, so {name} absence can't be worked out."
    else:
        share = f"{limit} % or more: absence is" if flag else f"less than {limit} %: absence is not"
        text = f"{absent} of {possible} possible sessions were missed, which is {share} {name}."
    return rules.reason(f"{name}_percent", text)
