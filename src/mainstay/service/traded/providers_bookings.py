"""What bookings ask of the rooms above: the working forms of what was bought."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mainstay.service.common.announce import Provider


@dataclass(frozen=True, slots=True)
class Achieved:
    """One thing that came of a booking: a group's before and after, counts at a gate, an audit's findings."""

    booking: int
    text: str
    href: str
    hint: str = ""


#: (booking ids, user) -> list[Achieved], as far as this person may see them; one query a room
achieved = Provider("what came of bookings in their working forms: (bookings, user) -> [Achieved]")
#: (booking, user) -> list of {"text", "href"}: the forms that can be begun for a booking
forms = Provider("working forms to begin for a booking: (booking, user) -> list of {'text', 'href'}")


def came_of(bookings: Iterable[int], user: Any) -> dict[int, list[Achieved]]:
    ids = list(bookings)
    found: dict[int, list[Achieved]] = {}
    for given in achieved.ask(ids, user):
        for one in given:
            found.setdefault(one.booking, []).append(one)
    return found
