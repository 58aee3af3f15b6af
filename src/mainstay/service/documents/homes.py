"""Where a letter to a parent goes, and whether whoever writes it may know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mainstay.service.directory.models import Address, Dated, Pupil
from mainstay.service.directory.relations import kept_apart
from mainstay.service.documents.models import Document
from mainstay.service.documents.queries import may_read_addresses

#: stands in the place of an address that the writer may not know: the letter is handed over
BY_HAND: Final = "By hand"


@dataclass(frozen=True, slots=True)
class Home:
    """An address as a letter has it; sealed: known, but not to this person, so that the letter is handed over."""

    lines: tuple[str, ...]
    postcode: str = ""
    sealed: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def usable(self) -> bool:
        """A letter can be posted there."""
        return bool(self.postcode) and not self.sealed


NOWHERE: Final = Home((BY_HAND,))


def homes(parents: Collection[int], pupil: Pupil, on: date, user: Any) -> dict[int, Home]:
    """Parent -> where they live on a day, the latest known; those without an address have none here.

    A confidential address stays with the service, and one of a restricted child's family on that child's record.
    """
    apart = set() if pupil.restricted else kept_apart(parents)
    found = {}
    for row in Address.objects.filter(Dated.on(on), parent__in=parents).order_by("since", "pk"):
        assert row.parent_id is not None
        lines = [line.strip() for line in row.lines.splitlines() if line.strip()]
        if not lines:
            continue
        hidden = row.confidential and (not may_read_addresses(user) or row.parent_id in apart)
        postcode = row.postcode.strip()
        whole = Home((*lines, *filter(None, [postcode])), postcode)
        found[row.parent_id] = Home((BY_HAND,), sealed=True) if hidden else whole
    return found


def bears_hidden(document: Document, parent: int, user: Any) -> bool:
    """Whether a letter bears an address of its parent that this person may not read."""
    if may_read_addresses(user) or document.values["addressee"]["address"] == [BY_HAND]:
        return False
    return Address.objects.filter(parent=parent, confidential=True).exists()
