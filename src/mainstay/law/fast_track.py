"""Fast Track to Attendance: when the middle of the framework is looked at, and when it is reviewed.

Its weeks are calendar weeks or school weeks, as the council sets them. Calendar weeks are counted from the meeting's
own day. Of school weeks the meeting's is the first, and each look falls on the last school day of its week. No duty to
attend is left once compulsory school age is over (``law.age``): as many weeks are counted as end by then.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mainstay.law import clock
from mainstay.law.answer import Answer, Reason
from mainstay.law.register import Calendar, CalendarTooShort
from mainstay.law.rules import CURRENT, Rules

Unit = Literal["calendar", "school"]
_Count = Callable[[date, int, Calendar], date]


class OverAge(ValueError):
    """Not one week of the framework ends within compulsory school age."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FastTrackAnswer(Answer):
    """notes: what to know before these days are told to a family, such as that one is no school day"""

    midpoint_on: date
    review_on: date
    notes: tuple[str, ...]


def find(
    meeting_on: date,
    unit: Unit,
    calendar: Calendar,
    weeks: int | None = None,
    rules: Rules = CURRENT,
    compulsory_to: date | None = None,
) -> FastTrackAnswer:
    """The days of a framework that begins with a meeting; raises CalendarTooShort, OverAge.

    weeks: its length, 2 or more; the parameter's where it is not given. The middle of an odd number of weeks is the
    later one, so that the family has had half of its time.
    compulsory_to: the last day of the child's compulsory school age, which shortens it
    """
    wanted = rules.whole("fast_track_weeks") if weeks is None else weeks
    count = _in_school_weeks if unit == "school" else _in_calendar_weeks
    bound = compulsory_to if rules.whole("fast_track_ends_with_age") else None
    weeks = wanted if bound is None else _fitting(wanted, bound, count, meeting_on, calendar)
    midpoint, review = (count(meeting_on, n, calendar) for n in ((weeks + 1) // 2, weeks))
    notes = _notes(meeting_on, unit, calendar.days, {"middle": midpoint, "review": review})
    reasons = [_reason(unit, weeks, midpoint, review, rules)]
    if bound is not None and weeks < wanted:
        reasons.append(_why_shorter(wanted, weeks, bound, rules))
        notes = [*notes, reasons[-1].text]
    return FastTrackAnswer(
        midpoint_on=midpoint,
        review_on=review,
        notes=tuple(notes),
        reasons=tuple(reasons),
        warnings=(),
        rules_version=rules.version,
    )


def _fitting(weeks: int, bound: date, count: _Count, meeting_on: date, calendar: Calendar) -> int:
    """How many of the weeks end by a day."""
    if meeting_on > bound:
        raise OverAge(f"begins after {bound.isoformat()}")
    for n in range(1, weeks + 1):
        if count(meeting_on, n, calendar) > bound:
            if n == 1:
                raise OverAge(f"no week ends by {bound.isoformat()}")
            return n - 1
    return weeks


def _in_calendar_weeks(meeting_on: date, weeks: int, _: Calendar) -> date:
    return meeting_on + weeks * clock.WEEK


def _in_school_weeks(meeting_on: date, weeks: int, calendar: Calendar) -> date:
    days = clock.school_days_from(calendar.days, clock.monday(meeting_on))
    mondays = clock.school_weeks(days)
    if len(mondays) < weeks:
        raise CalendarTooShort(
            f"holds {len(mondays)} of the {weeks} school weeks from {meeting_on.isoformat()}: "
            "give more of the calendar"
        )
    return max(day for day in days if clock.monday(day) == mondays[weeks - 1])


def _notes(meeting_on: date, unit: Unit, days: Sequence[date], looks: dict[str, date]) -> Iterable[str]:
    for name, on in looks.items():
        if on not in days:
            yield f"The {name} falls on {clock.in_words(on)}, which is no school day."
    weeks = {clock.monday(day) for day in days}
    if unit == "school" and clock.monday(meeting_on) not in weeks:
        yield "The meeting's own week holds no school day: the next school week is counted as the first."


def _reason(unit: Unit, weeks: int, midpoint: date, review: date, rules: Rules) -> Reason:
    kind = "school weeks, the meeting's being the first" if unit == "school" else "weeks from the meeting"
    said = (
        f"{weeks} {kind}: the middle on {clock.in_words(midpoint)}, the review on {clock.in_words(review)}."
    )
    return rules.reason("fast_track_weeks", said)


def _why_shorter(wanted: int, weeks: int, bound: date, rules: Rules) -> Reason:
    said = f"Compulsory school age ends with {clock.in_words(bound)}: of {wanted} weeks, {weeks} end by then."
    return rules.reason("fast_track_ends_with_age", said)
