"""Parents with their children and homes, and the records that may be of the same person: three queries however many."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import F

from mainstay.service.common.among import among
from mainstay.service.directory.models import Address, Parent, Parenthood

#: written by hand: built anew for every page it takes longer than the database does
_OF_PARENTS: Final = "SELECT id FROM directory_parent WHERE id IN ({})"
_OF_CHILD: Final = """
    SELECT parent_id AS id FROM directory_parenthood WHERE pupil_id = %s
    UNION SELECT parent_id FROM penalties_notice WHERE pupil_id = %s
"""
#: these, whoever has the name of one, and each letter to them that came back
_READ: Final = """
    SELECT parent.*, back.address AS back_from, back.returned_on AS back_on
    FROM directory_parent parent
    LEFT JOIN documents_service back ON back.addressee_id = parent.id AND back.returned_on IS NOT NULL
    WHERE parent.id IN (
        SELECT id FROM own
        UNION
        SELECT same.id FROM own
        JOIN directory_parent named ON named.id = own.id
        JOIN directory_parent same ON same.key = named.key AND same.merged_into_id IS NULL
    )
    ORDER BY parent.id, back.returned_on
"""


@dataclass(frozen=True, slots=True)
class People:
    """What is known of some parents on a day.

    rows: parent -> their record, those asked for and whoever has the same name; ties, homes: of each of these;
    returned: (parent, address as it was used) -> when mail to it came back last
    """

    on: date
    rows: Mapping[int, Parent]
    ties: Mapping[int, Sequence[Parenthood]]
    homes: Mapping[int, Sequence[Address]]
    returned: Mapping[tuple[int, str], date]

    def tie(self, parent: int, pupil: int) -> Parenthood | None:
        """What the parent is to the child that day."""
        tie = self.ever_tied(parent, pupil)
        return tie if tie is not None and tie.held_on(self.on) else None

    def ever_tied(self, parent: int, pupil: int) -> Parenthood | None:
        """The same, though it may be over by then."""
        return next((tie for tie in self.ties.get(parent, ()) if tie.pupil_id == pupil), None)

    def of_child(self, pupil: int) -> list[Parenthood]:
        """The child's ties of that day, in the order of the record."""
        ties = (self.tie(parent, pupil) for parent in self.rows)
        return sorted(filter(None, ties), key=lambda tie: (tie.priority, tie.pk))

    def address(self, parent: int) -> Address | None:
        """Where they live that day; the latest known of several."""
        homes = [home for home in self.homes.get(parent, ()) if home.held_on(self.on)]
        return max(homes, key=lambda home: (home.since or date.min, home.pk), default=None)

    def kept_apart(self, parent: int) -> bool:
        """As ``directory.relations.kept_apart``."""
        return any(tie.of_restricted for tie in self.ties.get(parent, ()))  # type: ignore[attr-defined]

    def namesakes(self, parent: int) -> tuple[Parent, ...]:
        """Other records that may be the same person: the same name, and a home, child or birth shared."""
        own = self.rows[parent]
        same = (one for one in self.rows.values() if one.key == own.key and one.pk != parent)
        return tuple(one for one in same if one.merged_into_id is None and self._shared(own, one))

    def _shared(self, one: Parent, other: Parent) -> bool:
        if one.date_of_birth and other.date_of_birth and one.date_of_birth != other.date_of_birth:
            return False
        return bool(self._marks(one) & self._marks(other))

    def _marks(self, of: Parent) -> set[Any]:
        """What two records of one person would share."""
        children = {("child", tie.pupil_id) for tie in self.ties.get(of.pk, ())}
        homes = {
            ("home", home.postcode.replace(" ", "").upper())
            for home in self.homes.get(of.pk, ())
            if home.postcode
        }
        return children | homes | ({("born", of.date_of_birth)} if of.date_of_birth else set())


def of_parents(parents: Collection[int], on: date) -> People:
    """These parents, by their ids."""
    ids = sorted(set(parents))
    return (
        _read(_OF_PARENTS.format(", ".join(["%s"] * len(ids))), ids, on)
        if ids
        else People(on, {}, {}, {}, {})
    )


def of_child(pupil: int, on: date) -> People:
    """Whoever is or was recorded as a parent of this child, or had a notice for them."""
    return _read(_OF_CHILD, [pupil, pupil], on)


def _read(own: str, params: Sequence[int], on: date) -> People:
    rows: dict[int, Parent] = {}
    returned: dict[tuple[int, str], date] = {}
    found: Any = Parent.objects.raw(f"WITH own AS ({own}) {_READ}", params)
    for row in found:  # a parent stands once for each letter that came back
        rows[row.pk] = row
        if row.back_on is not None:
            returned[row.pk, row.back_from] = row.back_on
    ties: dict[int, list[Parenthood]] = {}
    homes: dict[int, list[Address]] = {}
    if rows:
        of = among(rows)
        for tie in Parenthood.objects.filter(parent__among=of).annotate(of_restricted=F("pupil__restricted")):
            ties.setdefault(tie.parent_id, []).append(tie)
        for home in Address.objects.filter(parent__among=of):
            homes.setdefault(home.parent_id or 0, []).append(home)
    return People(on, rows, ties, homes, returned)
