"""The areas of an early help assessment: the list to begin with, and the version in force.

No law fixes them: councils publish forms of this kind, and this is our own choice until a council sets its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from mainstay.service.casework.models import AreaList

#: without these two no assessment is offered (``steps_plans.not_heard``)
VOICE, PARENTS = "voice", "parents"


@dataclass(frozen=True, slots=True)
class Area:
    """One area: its heading, and what is asked there."""

    key: str
    text: str
    hint: str


@dataclass(frozen=True, slots=True)
class Version:
    """The list as it stands on a day; number 0 is the list to begin with."""

    number: int
    items: tuple[Area, ...]

    def as_kept(self) -> list[dict[str, str]]:
        return [asdict(item) for item in self.items]


DEFAULT: Final = Version(
    0,
    (
        Area("family", "Who is in the family", "Who lives together, and who else matters to the child. No addresses."),
        Area(VOICE, "What the child says", "Only what the child agrees that their parents, and whoever this is shared with, may read. Or why they were not heard."),
        Area(PARENTS, "What each parent says", "Each in their own words. Or why they were not heard."),
        Area("health", "Health", "Body and mind, sleep, what a doctor or nurse says. Or that nothing is known."),
        Area("education", "Education", "Learning, friends, bullying, getting to school, special educational needs."),
        Area("home", "Home", "Mornings, caring for somebody, money, housing, changes in the family."),
        Area("strengths", "What goes well", "What the child and the family are good at, and who helps already."),
        Area("needs", "What is hard", "What has to change, in words the family would use."),
        Area("help", "What would help", "What the child and each parent ask for. Who does what stands among the promises."),
    ),
)  # fmt: skip


def in_force(on: date) -> Version:
    """The version of that day."""
    row = AreaList.objects.filter(since__lte=on).order_by("-since", "-number").first()
    return DEFAULT if row is None else Version(row.number, items_of(row.items))


def items_of(kept: Iterable[Mapping[str, Any]]) -> tuple[Area, ...]:
    return tuple(Area(one["key"], one["text"], one["hint"]) for one in kept)
