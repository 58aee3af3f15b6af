"""Calendar invitations (RFC 5545, RFC 5546): an e-mail that calendar programs act on.

Calendar programs keep invitations by UID and SEQUENCE: a second copy changes nothing. Each person invited gets
a message of their own that names nobody else invited.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
)

from mainstay.service.common.outbox.models import Message
from mainstay.service.common.outbox.outcome import Taken
from mainstay.service.common.outbox.senders import email
from mainstay.service.common.ui.filters import clock, long_date

ZONE: Final = "Europe/London"


def send(message: Message) -> Taken:
    said = message.payload
    method = "CANCEL" if said["cancel"] else "REQUEST"
    mail = EmailMultiAlternatives(
        message.subject,
        message.body,
        settings.CONFIG.email_from,
        [message.to],
        reply_to=[said["organiser"]],
        headers=email.headers(message),
    )
    mail.attach_alternative(calendar(message).decode(), f"text/calendar; method={method}")
    return email.deliver(mail)


def calendar(message: Message) -> bytes:
    """The invitation or its withdrawal; the same bytes at every try."""
    said = message.payload
    found = Calendar()
    found.add("prodid", "-//Mainstay//Meetings//EN")
    found.add("version", "2.0")
    found.add("method", "CANCEL" if said["cancel"] else "REQUEST")
    found.add_component(_zone())
    found.add_component(_event(message, said))
    return bytes(found.to_ical())


def words(*, summary: str, starts: datetime, ends: datetime, where: str, cancel: bool) -> str:
    """The same in plain text, for whoever reads mail without a calendar."""
    first = "This meeting will not take place." if cancel else "You are invited to a meeting."
    starts, ends = timezone.localtime(starts), timezone.localtime(ends)
    until = clock(ends) if ends.date() == starts.date() else f"{long_date(ends)}, {clock(ends)}"
    lines = [first, "", summary, f"When: {long_date(starts)}, {clock(starts)} to {until} (UK time)"]
    return "\n".join([*lines, f"Where: {where}"] if where else lines) + "\n"


def _event(message: Message, said: dict[str, Any]) -> Event:
    event = Event()
    event.add("uid", said["uid"])
    event.add("sequence", said["sequence"])
    event.add("dtstamp", message.made_at)
    event.add("dtstart", timezone.localtime(datetime.fromisoformat(said["starts"])))
    event.add("dtend", timezone.localtime(datetime.fromisoformat(said["ends"])))
    event.add("summary", said["summary"])
    if said["where"]:
        event.add("location", said["where"])
    event.add("organizer", vCalAddress(f"mailto:{said['organiser']}"))
    asked = {
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "FALSE" if said["cancel"] else "TRUE",
    }
    event.add("attendee", vCalAddress(f"mailto:{message.to}"), parameters=asked)
    event.add("status", "CANCELLED" if said["cancel"] else "CONFIRMED")
    return event


def _zone() -> Timezone:
    """London by its two rules: the last Sundays of March and October, at one o'clock Greenwich time."""
    zone = Timezone()
    zone.add("tzid", ZONE)
    summer, winter = timedelta(hours=1), timedelta(0)
    for part, month, hour, before, after, name in (
        (TimezoneDaylight(), 3, 1, winter, summer, "BST"),
        (TimezoneStandard(), 10, 2, summer, winter, "GMT"),
    ):
        part.add("dtstart", datetime(1996, month, 31 if month == 3 else 27, hour))  # noqa: DTZ001 (local by definition)
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("tzname", name)
        zone.add_component(part)
    return zone
