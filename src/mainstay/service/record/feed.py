"""A person's open deadlines as a calendar that calendar programs subscribe to (RFC 5545).

The address works without a sign-in and the calendar may be kept anywhere: it says what a deadline's label
says, which never names a child.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from mainstay.service.record.models import Deadline


def calendar(
    deadlines: Iterable[Deadline], name: str, address: Callable[[Deadline], str], now: datetime
) -> bytes:
    """All-day events on the last days; a moved deadline keeps its uid and moves in the calendar."""
    found = Calendar()
    found.add("prodid", "-//Mainstay//Deadlines//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", name)
    for deadline in deadlines:
        event = Event()
        event.add("uid", f"deadline-{deadline.pk}@mainstay")
        event.add("dtstamp", now)
        event.add("dtstart", deadline.last_day)
        event.add("dtend", deadline.last_day + timedelta(days=1))
        event.add("summary", deadline.label)
        event.add("url", address(deadline))
        event.add("transp", "TRANSPARENT")  # nobody is busy because something is due
        found.add_component(event)
    return bytes(found.to_ical())
