"""Days on which an excluded child may not be in a public place: Education and Inspections Act 2006 s.103.

They are the first school days of the exclusion. A child excluded before the afternoon session of a school
day is excluded from that day, otherwise from the next school day.
"""

from dataclasses import dataclass
from datetime import date

from mainstay.law import clock
from mainstay.law.answer import Answer, Reason
from mainstay.law.register import Calendar, CalendarTooShort
from mainstay.law.rules import CURRENT, Rules


@dataclass(frozen=True, kw_only=True, slots=True)
class ExcludedDaysAnswer(Answer):
    """The days in order."""

    days: tuple[date, ...]


def find(
    calendar: Calendar,
    excluded_on: date,
    before_afternoon_session: bool,
    school_days_excluded: int,
    rules: Rules = CURRENT,
) -> ExcludedDaysAnswer:
    """The days that a notice under s.104 has to name; CalendarTooShort when the calendar ends first."""
    start = excluded_on if before_afternoon_session else excluded_on + clock.DAY
    needed = min(school_days_excluded, rules.whole("excluded_days"))
    days = tuple(clock.school_days_from(calendar.days, start)[:needed])
    if len(days) < needed:
        raise CalendarTooShort(
            f"holds {len(days)} of the {needed} school days from {start.isoformat()}: give more of the calendar"
        )
    return ExcludedDaysAnswer(
        days=days, reasons=_reasons(days, rules), warnings=(), rules_version=rules.version
    )


def _reasons(days: tuple[date, ...], rules: Rules) -> tuple[Reason, ...]:
    most = rules.whole("excluded_days")
    named = ", ".join(map(clock.in_words, days))
    return (
        rules.reason("excluded_days", f"The first {most} school days of an exclusion count: {named}."),
        rules.reason(
            "excluded_days",
            "There is an offence only in school hours on those days, and only if a notice under s.104 naming "
            "them was given to that parent.",
        ),
    )
