"""Notice to improve: the last chance before a penalty notice where support was refused or has failed.

Its period is counted in school weeks, the week in which it starts being the first, and ends on the last
school day of the last one. It isn't a statutory notice, and after a breach an officer still decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mainstay.law import clock
from mainstay.law.answer import Answer, Reason
from mainstay.law.register import (
    Calendar,
    CalendarTooShort,
    Record,
    Register,
    Session,
    Sitting,
    Standing,
    between,
    merge,
)
from mainstay.law.rules import CURRENT, Rules


@dataclass(frozen=True, kw_only=True, slots=True)
class ImprovementAnswer(Answer):
    """The period's last day, and the day on which the target was exceeded; None for an invalid period."""

    valid: bool
    ends_on: date | None
    breached_on: date | None


def find(
    register: Register, starts_on: date, school_weeks: int, target_unauthorised: int, rules: Rules = CURRENT
) -> ImprovementAnswer:
    """End and breach of an improvement period of that many school weeks; raises BadMark, CalendarTooShort.

    target_unauthorised: unauthorised sessions that may be tolerated in the period
    """
    least, most = rules.whole("improvement_weeks_least"), rules.whole("improvement_weeks_most")
    valid = least <= school_weeks <= most
    ends = _last_day(register.calendar, starts_on, school_weeks) if valid else None
    record = merge(register)
    breach = None
    if ends is not None:
        breach = _breach(_unauthorised(record, starts_on, ends), target_unauthorised)
    return ImprovementAnswer(
        valid=valid,
        ends_on=ends,
        breached_on=breach,
        reasons=tuple(_reasons(school_weeks, ends, breach, target_unauthorised, rules)),
        warnings=tuple(record.warnings),
        rules_version=rules.version,
    )


def _last_day(calendar: Calendar, starts_on: date, school_weeks: int) -> date:
    days = clock.school_days_from(calendar.days, starts_on)
    weeks = clock.school_weeks(days)
    if len(weeks) < school_weeks:
        raise CalendarTooShort(
            f"holds {len(weeks)} of the {school_weeks} school weeks from {starts_on.isoformat()}: "
            "give more of the calendar"
        )
    return max(day for day in days if clock.monday(day) == weeks[school_weeks - 1])


def counted(register: Register, starts_on: date, ends_on: date) -> list[Session]:
    """The unauthorised sessions of a period, which are held against its target; raises BadMark."""
    return [sitting.session for sitting in _unauthorised(merge(register), starts_on, ends_on)]


def _unauthorised(record: Record, starts_on: date, ends_on: date) -> list[Sitting]:
    inside = between(record.sittings, starts_on, ends_on)
    return [sitting for sitting in inside if sitting.standing == Standing.UNAUTHORISED]


def _breach(unauthorised: Sequence[Sitting], target: int) -> date | None:
    return unauthorised[target].date if len(unauthorised) > target else None


def _reasons(
    weeks: int, ends: date | None, breach: date | None, target: int, rules: Rules
) -> Iterable[Reason]:
    least, most = rules.whole("improvement_weeks_least"), rules.whole("improvement_weeks_most")
    rule = f"An improvement period lasts {least} to {most} weeks, here counted in school weeks."
    if ends is None:
        yield rules.reason("improvement_weeks_most", f"{rule} {weeks} is not allowed.")
        return
    yield rules.reason(
        "improvement_weeks_most", f"{rule} {weeks} school weeks end on {clock.in_words(ends)}."
    )
    held = f"{target} unauthorised session{'s' * (target != 1)}"
    if breach:
        text = (
            f"The target of at most {held} was exceeded on {clock.in_words(breach)}. A notice may follow, before "
            "the period's end too; an officer decides, and no fresh ten sessions are needed."
        )
    else:
        text = f"The target of at most {held} has not been exceeded in the marks given."
    yield rules.reason("improvement_weeks_least", text)
