"""A few chronology notes for the made-up city, so that its records look lived in."""

from datetime import datetime, timedelta
from typing import Final

from mainstay.service.directory.demo.loading import Loaded
from mainstay.service.directory.models import Pupil
from mainstay.service.record.actions import add_note
from mainstay.service.record.models import Audience

#: days ago, kind, title, text, audience
NOTES: Final = (
    (24, "call", "Rang the school about illness in September", "Attendance lead will ask for the appointment card.", Audience.SCHOOL),
    (17, "meeting", "School met the parents", "Agreed a later start on Mondays for three weeks; review at half-term.", Audience.FAMILY_SAFE),
    (9, "visit", "Home visit: nobody in", "Left a card with the office number.", Audience.SERVICE),
    (3, "note", "Mother rang back", "Child worried about PE. School will talk with the class teacher.", Audience.SERVICE),
)  # fmt: skip


def live(loaded: Loaded, at: datetime) -> None:
    """Write the notes on the records of the first pupils the officer may see."""
    officer = loaded.users["officer"]
    pupils = Pupil.objects.visible_to(officer).filter(restricted=False, school__isnull=False)
    for pupil in pupils.order_by("pk")[:3]:
        for ago, kind, title, text, audience in NOTES:
            add_note(
                pupil=pupil,
                by=officer,
                at=at,
                kind=kind,
                title=title,
                text=text,
                audience=audience,
                happened_at=at - timedelta(days=ago),
            )
