"""Half-days and school days as instants and lists."""

from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

from mainstay.service.directory import calendars

#: where the morning ends and the afternoon begins; our own choice, because most schools break about then
MIDDAY: Final = time(12, 30)


def instant(day: date, clock: time = time()) -> datetime:
    """That time of a London day."""
    return timezone.make_aware(datetime.combine(day, clock))


def bounds(day: date) -> tuple[datetime, datetime]:
    """The whole day, its end not included."""
    return instant(day), instant(day + timedelta(days=1))


def period(first_on: date, first_half: str, last_on: date, last_half: str) -> tuple[datetime, datetime]:
    """From the first half-day to the end of the last."""
    starts = instant(first_on, MIDDAY if first_half == "PM" else time())
    ends = instant(last_on, MIDDAY) if last_half == "AM" else instant(last_on + timedelta(days=1))
    return starts, ends


def week_of(day: date) -> tuple[datetime, datetime]:
    """Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return instant(monday), instant(monday + timedelta(days=7))


def school_days(first: date, last: date, closed: list[str]) -> list[date]:
    """The days on which any school is open, less those on which the service is closed (ISO dates)."""
    return [day for day in calendars.days_any_open(first, last) if day.isoformat() not in closed]
