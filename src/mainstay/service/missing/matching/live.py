"""One child among many, at once: an index by what two records of a child mostly share, then each compared."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from mainstay.service.missing.matching import weights
from mainstay.service.missing.matching.people import Person
from mainstay.service.missing.matching.weighing import Likeness, Shares, weigh

#: fewer records say nothing of how common a name is
ENOUGH: Final = 5_000


@dataclass
class Index:
    """People by the keys under which a likely pair meets.

    records, shares: of how many these are a selection, and how common names are among those; None: these are all.
    """

    records: int | None = None
    shares: Shares | None = None
    _surnames: Counter[str] = field(default_factory=Counter)
    _forenames: Counter[str] = field(default_factory=Counter)
    _by_key: dict[str, list[Person]] = field(default_factory=dict)
    _size: int = 0

    def add(self, people: Iterable[Person]) -> "Index":
        for person in people:
            self._size += 1
            self._surnames.update(person.last[:1])
            self._forenames.update(person.first[:1])
            for key in set(keys(person)):
                self._by_key.setdefault(key, []).append(person)
        return self

    def find(self, child: Person, *, at_least: float = weights.SHOWN) -> list[tuple[Person, Likeness]]:
        """Who may be this child, the likeliest first; likely twins among them whatever their score."""
        met = {id(person): person for key in set(keys(child)) for person in self._by_key.get(key, ())}
        records = self._size if self.records is None else self.records
        shares = self.shares or self._shares(child)
        weighed = [(person, weigh(child, person, records, shares)) for person in met.values()]
        kept = [
            (person, likeness) for person, likeness in weighed if likeness.score >= at_least or likeness.twin
        ]
        return sorted(kept, key=lambda pair: (-pair[1].score, pair[0].key))

    def _shares(self, child: Person) -> Shares:
        """Of a few records nothing can be told."""
        if self._size < ENOUGH:
            return Shares()
        surname = {name: self._surnames[name] / self._size for name in child.last if self._surnames[name]}
        forename = {name: self._forenames[name] / self._size for name in child.first if self._forenames[name]}
        return Shares(surname, forename)


def keys(person: Person) -> Iterator[str]:
    """Two records of one child share at least one of these, unless nearly everything differs."""
    if person.turned:
        yield f"born {person.turned}"
    for first in person.first_sounds:
        for last in person.last_sounds:
            yield f"name {last} {first}"
        for road in person.roads:
            yield f"road {road} {first}"
    for prefix, values in (("upn", person.numbers), ("adult", person.adults), ("phone", person.telephones)):
        for value in values:
            yield f"{prefix} {value}"
