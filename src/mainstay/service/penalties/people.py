"""Parents with their children and homes, and the records that may be of the same person: three queries however many."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, FilteredRelation, Prefetch, Q, prefetch_related_objects

from mainstay.service.directory.models import Address, Parent, Parenthood
from mainstay.service.penalties.models import Notice


@dataclass(frozen=True, slots=True)
class People:
    """What is known of some parents on a day.

    rows: parent -> their record, those asked for and whoever has the same name; returned: (parent, address as it was
    used) -> when mail to it came back last
    """

    on: date
    rows: Mapping[int, Parent]
    returned: Mapping[tuple[int, str], date]

    def tie(self, parent: int, pupil: int) -> Parenthood | None:
        """What the parent is to the child that day."""
        tie = self.ever_tied(parent, pupil)
        return tie if tie is not None and tie.held_on(self.on) else None

    def ever_tied(self, parent: int, pupil: int) -> Parenthood | None:
        """The same, though it may be over by then."""
        return next((tie for tie in self.rows[parent].parenthoods.all() if tie.pupil_id == pupil), None)

    def of_child(self, pupil: int) -> list[Parenthood]:
        """The child's ties of that day, in the order of the record."""
        ties = (self.tie(parent, pupil) for parent in self.rows)
        return sorted(filter(None, ties), key=lambda tie: (tie.priority, tie.pk))

    def address(self, parent: int) -> Address | None:
        """Where they live that day; the latest known of several."""
        homes = [home for home in self.rows[parent].addresses.all() if home.held_on(self.on)]
        return max(homes, key=lambda home: (home.since or date.min, home.pk), default=None)

    def kept_apart(self, parent: int) -> bool:
        """As ``directory.relations.kept_apart``."""
        return any(tie.of_restricted for tie in self.rows[parent].parenthoods.all())  # type: ignore[attr-defined]

    def namesakes(self, parent: int) -> tuple[Parent, ...]:
        """Other records that may be the same person: the same name, and a home, child or birth shared."""
        own = self.rows[parent]
        same = (one for one in self.rows.values() if one.key == own.key and one.pk != parent)
        return tuple(one for one in same if one.merged_into_id is None and _shared(own, one))


def of_parents(parents: Collection[Parent], on: date) -> People:
    """These parents, whose rows are read anew."""
    keys = Q(key__in={parent.key for parent in parents}, merged_into=None)
    return _read(keys | Q(pk__in={parent.pk for parent in parents}), on)


def of_child(pupil: int, on: date) -> People:
    """Whoever is or was recorded as a parent of this child, or had a notice for them."""
    ties, had = (
        Parenthood.objects.filter(pupil=pupil).order_by(),
        Notice.objects.filter(pupil=pupil).order_by(),
    )
    wanted = Q(pk__in=ties.values("parent").union(had.values("parent")))
    keys = ties.values("parent__key").union(had.values("parent__key"))
    return _read(wanted | Q(key__in=keys, merged_into=None), on)


def _read(wanted: Q, on: date) -> People:
    came_back = FilteredRelation("services", condition=Q(services__returned_on__isnull=False))
    found = Parent.objects.filter(wanted).annotate(back=came_back)
    found = found.annotate(back_from=F("back__address"), back_on=F("back__returned_on"))
    rows: dict[int, Parent] = {}
    returned: dict[tuple[int, str], date] = {}
    for row in found.order_by("pk", "back_on"):  # a parent stands once for each letter that came back
        rows[row.pk] = row
        if row.back_on is not None:
            returned[row.pk, row.back_from] = row.back_on
    ties = Parenthood.objects.annotate(of_restricted=F("pupil__restricted"))
    prefetch_related_objects([*rows.values()], Prefetch("parenthoods", ties), "addresses")
    return People(on, rows, returned)


def _shared(one: Parent, other: Parent) -> bool:
    if one.date_of_birth and other.date_of_birth and one.date_of_birth != other.date_of_birth:
        return False
    return bool(_marks(one) & _marks(other))


def _marks(of: Parent) -> set[Any]:
    """What two records of one person would share."""
    children = {("child", tie.pupil_id) for tie in of.parenthoods.all()}
    homes = {("home", home.postcode.replace(" ", "").upper()) for home in of.addresses.all() if home.postcode}
    return children | homes | ({("born", of.date_of_birth)} if of.date_of_birth else set())
