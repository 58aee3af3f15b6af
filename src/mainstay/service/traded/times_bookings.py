"""A booking's morning and afternoon as instants, and until when a school cancels or moves without charge."""

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Final

from mainstay.law.clock import DAY, BeyondTable, is_working_day
from mainstay.service.team.times import MIDDAY, instant

HALVES: Final = ("AM", "PM")
NAMES: Final = {"AM": "morning", "PM": "afternoon"}
#: when an officer is in school, as calendars show it: our own choice; the two of them agree on the hour
VISITING: Final = {"AM": (time(9), time(12)), "PM": (time(13), time(16))}
#: what else lies in this time takes the half-day: our own choice
TAKEN: Final = {"AM": (time(8), MIDDAY), "PM": (MIDDAY, time(17, 30))}


def visiting(on: date, halves: Collection[str]) -> tuple[datetime, datetime]:
    """From the beginning of the first half-day to the end of the last."""
    said = [half for half in HALVES if half in halves]
    return instant(on, VISITING[said[0]][0]), instant(on, VISITING[said[-1]][1])


def taken(on: date, half: str) -> tuple[datetime, datetime]:
    first, last = TAKEN[half]
    return instant(on, first), instant(on, last)


def uses_up(today: date, until: date | None, *, away: bool) -> bool:
    """Whether a school that cancels now loses the half-days: after the last day without charge.

    Never while the booked officer is away and nobody comes instead: then the service does not keep the booking.
    """
    return until is not None and today > until and not away


def free_until(on: date, notice: int, closed: Collection[date] = ()) -> date | None:
    """The last day on which a booking of day ``on`` is given up without charge: so many working days before it.

    The day itself is not counted. None where bank holidays of that time are not known: nothing is charged then.
    """
    day = on
    try:
        while notice:
            day -= DAY
            notice -= is_working_day(day, closed)
    except BeyondTable:
        return None
    return day
