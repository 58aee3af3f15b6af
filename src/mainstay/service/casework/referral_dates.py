"""By when a referral is acknowledged, checked, appealed and decided about."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from mainstay.law import clock
from mainstay.registers.grid import academic_year
from mainstay.service.directory.calendars import days_of_years

#: working days to acknowledge: our own choice, so that no school wonders whether it arrived
ACKNOWLEDGE_WORKING_DAYS: Final = 2
#: school days to check it: our own choice, as Stockton and South Tyneside publish it
CHECK_SCHOOL_DAYS: Final = 10
#: working days to appeal, and then to decide about the appeal: our own choice, short, for a child waits
APPEAL_WORKING_DAYS: Final = 5
ACKNOWLEDGE: Final = "referral-acknowledge"
CHECK: Final = "referral-check"
APPEAL: Final = "referral-appeal"


def check_by(school: int, sent_on: date, pauses: Iterable[Mapping[str, str]] = ()) -> date:
    """The last day of the check, by that school's calendar; days on which the clock stood still are not counted.

    Where the term dates end before, working days are counted: that is never later.
    """
    stood = [(date.fromisoformat(one["from"]), date.fromisoformat(one["to"])) for one in pauses]
    year = academic_year(sent_on)
    days = [day for day in days_of_years(school, (year, year + 1)) if not _within(day, stood)]
    last = clock.school_day_after(days, sent_on, CHECK_SCHOOL_DAYS)
    if last is not None:
        return last
    return clock.working_day_after(sent_on, CHECK_SCHOOL_DAYS + _working_days(stood))


def _within(day: date, stood: Iterable[tuple[date, date]]) -> bool:
    return any(first <= day < until for first, until in stood)


def _working_days(stood: Iterable[tuple[date, date]]) -> int:
    """Working days on which the clock stood still."""
    return sum(
        clock.is_working_day(first + timedelta(days=n))
        for first, until in stood
        for n in range((until - first).days)
    )
