"""Households: who are siblings, who looks after them, where they live and what they are called."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mainstay.registers.simulating.model import Address, Parent, Tie
from mainstay.registers.simulating.published import toml

Ints = NDArray[np.int64]

TOGETHER, MOTHER_AND_ABSENT_FATHER, MOTHER, FATHER, STEP, GRANDPARENT, FOSTER = range(7)
#: opinion: how families live
SHARES: Final = (0.605, 0.17, 0.09, 0.025, 0.08, 0.02, 0.01)
SIZES: Final = ((1, 2, 3, 4), (0.46, 0.36, 0.13, 0.05))
ENGLISH: Final = "English"


@dataclass(slots=True)
class Families:
    """family: of each pupil; rank: the pupil's place among the siblings, eldest first.

    kind, surname, language: one a family
    """

    family: Ints
    rank: Ints
    kind: Ints
    surname: list[str]
    language: list[str]


def families(area: Ints, cohort: Ints, rng: np.random.Generator) -> Families:
    """Group neighbours of different ages into families; two of one age are twins."""
    count = len(area)
    sizes = rng.choice(SIZES[0], count, p=SIZES[1])
    number = np.repeat(np.arange(count), sizes)[:count]
    family = np.empty(count, np.int64)
    family[np.lexsort((rng.random(count), area))] = number
    order = np.lexsort((np.arange(count), cohort, family))
    rank = np.empty(count, np.int64)
    new = np.concatenate([[True], np.diff(family[order]) != 0])
    rank[order] = np.arange(count) - np.maximum.accumulate(np.where(new, np.arange(count), 0))
    total = int(number[-1]) + 1
    names = toml("names.toml")
    kind = rng.choice(len(SHARES), total, p=SHARES)
    return Families(family, rank, kind, _surnames(total, names, rng), _languages(total, names, rng))


def _surnames(total: int, names: dict[str, Any], rng: np.random.Generator) -> list[str]:
    starts, ends = names["surname_starts"], names["surname_ends"]
    pool = [a + b for a in starts for b in ends]
    pool = [s for s in pool if not any(s[n : n + 3] == 3 * s[n] for n in range(len(s) - 2))]
    other = names["surnames_other"]
    place, kind = rng.integers(len(pool), size=total), rng.random(total)
    rare, second = rng.integers(len(other), size=total), rng.integers(len(pool), size=total)
    return [
        other[o] if k < 0.22 else f"{pool[p]}-{pool[q]}" if k < 0.25 else pool[p]
        for p, k, o, q in zip(place, kind, rare, second, strict=True)
    ]


def _languages(total: int, names: dict[str, Any], rng: np.random.Generator) -> list[str]:
    draw, which = rng.random(total), rng.integers(len(names["languages"]), size=total)
    return [names["languages"][w] if d < 0.21 else ENGLISH for d, w in zip(draw, which, strict=True)]


class Homes:
    """Builds addresses, parents and ties, one family after another."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.names = toml("names.toml")
        self.addresses: list[Address] = []
        self.parents: list[Parent] = []
        self.ties: list[Tie] = []
        self._draws = iter(rng.integers(0, 2**31, 400_000).tolist())
        self._rng = rng

    def _draw(self, below: int) -> int:
        value = next(self._draws, None)
        if value is None:
            self._draws = iter(self._rng.integers(0, 2**31, 400_000).tolist())
            value = next(self._draws)
        return int(value) % below

    def _address(self, area: int) -> int:
        names = self.names
        street = names["streets"][(area * 7 + self._draw(5)) % len(names["streets"])]
        kind = names["street_kinds"][self._draw(len(names["street_kinds"]))]
        number, flat = 1 + self._draw(180), self._draw(9)
        lines = [f"{number} {street} {kind}", names["city"]]
        if flat == 0:
            lines.insert(0, f"Flat {1 + self._draw(24)}")
        postcode = f"SO99 {area % 9 + 1}{'ABDEFGHJLNPQRSTUWXYZ'[self._draw(20)]}{'ABDEFGHJLNPQRSTUWXYZ'[self._draw(20)]}"
        self.addresses.append(Address(lines, postcode))
        return len(self.addresses) - 1

    def _parent(self, woman: bool, surname: str, address: int, language: str) -> int:
        pool = self.names["forenames_f" if woman else "forenames_m"]
        forename = pool[self._draw(len(pool))]
        title = (
            ("Ms", "Mrs", "Miss", "Dr")[self._draw(20) // 6] if woman else ("Mr", "Dr")[self._draw(20) // 19]
        )
        interpreter = language != ENGLISH and self._draw(4) == 0
        number = len(self.parents)
        phone = f"07700 900{number % 1000:03d}" if self._draw(25) else ""
        email = f"parent{number}@families.example" if self._draw(5) else ""
        self.parents.append(Parent(title, surname, forename, address, phone, email, language, interpreter))
        return number

    def family(self, pupils: list[int], kind: int, surname: str, language: str, area: int, other: str) -> int:
        """One household (two, where the parents live apart); returns the address the pupils live at."""
        home = self._address(area)
        carers: list[tuple[int, tuple[str, str, bool, bool, bool]]] = []

        def add(woman: bool, name: str, at: int, what: tuple[str, str, bool, bool, bool]) -> None:
            carers.append((self._parent(woman, name, at, language), what))

        if kind in (TOGETHER, MOTHER_AND_ABSENT_FATHER, MOTHER, STEP):
            own = surname if self._draw(4) else other
            add(True, own, home, ("mother", "parent", True, True, True))
        if kind == TOGETHER:
            add(False, surname, home, ("father", "parent", True, True, True))
        if kind in (MOTHER_AND_ABSENT_FATHER, STEP):
            allowed = self._draw(12) > 0
            add(
                False,
                surname,
                self._address(self._draw(60)),
                ("father", "parent", self._draw(4) > 0, False, allowed),
            )
        if kind == STEP:
            add(False, other, home, ("step-parent", "care", False, True, True))
        if kind == FATHER:
            add(False, surname, home, ("father", "parent", True, True, True))
        if kind == GRANDPARENT:
            add(True, other, home, ("grandparent", "responsibility", True, True, True))
        if kind == FOSTER:
            add(True, other, home, ("foster carer", "care", False, True, True))
            add(True, surname, self._address(self._draw(60)), ("mother", "parent", True, False, False))
        self.ties += [
            Tie(pupil, parent, *what, priority)
            for pupil in pupils
            for priority, (parent, what) in enumerate(carers, 1)
        ]
        return home
