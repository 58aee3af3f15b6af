"""Who writes a letter: a school as the directory knows it, the council as it says itself."""

from datetime import date
from typing import Final

from mainstay.service.common.announce import Provider
from mainstay.service.directory.models import School
from mainstay.service.documents.letters.base import Sender

#: (on) -> Sender; the room that keeps the council's address answers
council: Final = Provider("the council as it writes to families: (on) -> Sender", required=True)


def of_council(on: date) -> Sender:
    """The council as it writes on a day."""
    sender: Sender = council.ask(on)[0]
    return sender


def of_school(school: School) -> Sender:
    """A school as it writes to parents."""
    parts = [part.strip() for part in school.address.replace("\n", ",").split(",")]
    lines = tuple(filter(None, [*parts, school.postcode.strip()]))
    return Sender(school.name, lines or (school.name,), school.phone or "Please ask at the school office.")
