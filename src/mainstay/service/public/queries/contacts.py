"""Who is there for a school, and who answers today, as far as the council publishes it."""

from datetime import date
from typing import Any

from mainstay.service.common.keys import fold
from mainstay.service.directory.models import School
from mainstay.service.team.queries import contacts

SHOWN = 50


def schools(words: str, day: date) -> tuple[list[dict[str, Any]], int]:
    """The schools whose name has all these words, each with its officer; and how many there are in all."""
    found = School.objects.filter(closed_on=None).order_by("key", "pk")
    for word in fold(words).split():
        found = found.filter(key__contains=word)
    few = list(found[: SHOWN + 1])
    total = len(few) if len(few) <= SHOWN else found.count()
    return contacts.cards(few[:SHOWN], day), total


def on_duty(day: date) -> contacts.Reached | None:
    """Today's duty officer; nobody where they do not stand on public pages."""
    officer = contacts.duty_officer(day)
    if officer is None:
        return None
    reached = contacts.reached([officer])[officer.pk]
    return reached if reached.public else None
