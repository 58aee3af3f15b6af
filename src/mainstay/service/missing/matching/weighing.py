"""Two records compared: on each field how alike, in all how likely one child, and the reasons in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import log2
from typing import Final

from rapidfuzz.distance import JaroWinkler

from mainstay.service.missing.matching import weights
from mainstay.service.missing.matching.people import Person
from mainstay.service.missing.matching.weights import SPELT, Field, Level


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely two records are one child (0 to 1), and what speaks for and against it.

    twin: everything agrees but the first name, as with a brother or sister of the same birth.
    """

    score: float
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    twin: bool = False


Found = dict[str, Level]


@dataclass(frozen=True, slots=True)
class Shares:
    """How common names are among the records: folded name -> its share (0 to 1); one not given counts as usual."""

    surname: Mapping[str, float] = field(default_factory=dict)
    forename: Mapping[str, float] = field(default_factory=dict)

    def bits(self, name: str, level: Level, person: Person) -> float:
        """What a level of that field says; the same surname says little where half the city has it."""
        of, given = (self.surname, person.last) if name == "surname" else (self.forename, person.first)
        share = of.get(given[0]) if name in ("surname", "forename") and level.name == "same" else None
        return log2(level.true / share) if share else level.weight


def levels(one: Person, other: Person) -> Found:
    """Field -> degree of likeness; a field that either record lacks is left out."""
    found = {}
    for of, compare in _COMPARE:
        name = compare(one, other)
        if name is not None:
            found[of.name] = of.level(name)
    return found


def weigh(one: Person, other: Person, records: int, shares: Shares | None = None) -> Likeness:
    """How likely the two are one child. records: how many the other was found among."""
    found, of = levels(one, other), shares or Shares()
    bits = weights.prior(records) + sum(of.bits(name, level, one) for name, level in found.items())
    return likeness(found, weights.probability(bits))


def likeness(found: Found, score: float) -> Likeness:
    """The reasons in words beside a score; a likely twin is said and weighs little."""
    twin = is_twin(found)
    said = [level for level in found.values() if level.words]
    against = [level.words for level in said if level.weight < 0]
    if twin:
        against.insert(0, "may be a twin: everything agrees but the first name")
    if _another(found):
        score = min(score, weights.TWIN)
    elif _numbered_apart(found):
        score = min(score, weights.APART)
    reasons = tuple(level.words for level in sorted(said, key=lambda one: -one.weight) if level.weight > 0)
    return Likeness(min(score, weights.TWIN) if twin else score, reasons, tuple(against), twin)


def is_twin(found: Found) -> bool:
    """Born on the same day into the same family, under another first name, and not known by one number."""
    names = {name: level.name for name, level in found.items()}
    return (
        names.get("born") == "same"
        and names.get("forename") == "other"
        and names.get("surname", "other") != "other"
        and names.get("number") != "same"
        and (
            names.get("home") == "same"
            or names.get("parent") in ("same", "sounds")
            or names.get("phone") == "same"
        )
    )


def _another(found: Found) -> bool:
    """Another first name and another birthday: a brother or sister, however much of the family agrees."""
    names = {name: level.name for name, level in found.items()}
    return (
        names.get("forename") == "other"
        and names.get("born") in ("near", "other")
        and names.get("number") != "same"
    )


def _numbered_apart(found: Found) -> bool:
    """Known under another number, and the birthday differs too: no family or home makes them one child."""
    names = {name: level.name for name, level in found.items()}
    return names.get("number") == "other" and names.get("born") in ("near", "other")


def _born(one: Person, other: Person) -> str | None:
    if one.born is None or other.born is None:
        return None
    a, b = one.born, other.born
    if a == b:
        return "same"
    if a.year == b.year and a.day == b.month and a.month == b.day:
        return "swapped"
    same = (a.year == b.year) + (a.month == b.month) + (a.day == b.day)
    return "near" if same == 2 else "other"


def _surname(one: Person, other: Person) -> str | None:
    if not one.last or not other.last:
        return None
    return _name(one.last, other.last, one.last_sounds, other.last_sounds) or (
        "part" if _part(one.last, other.last) else "other"
    )


def _forename(one: Person, other: Person) -> str | None:
    if not one.first or not other.first:
        return None
    return _name(one.first, other.first, one.first_sounds, other.first_sounds) or (
        "short" if _short(one.first, other.first) else "other"
    )


def _name(one: list[str], other: list[str], said: list[str], heard: list[str]) -> str | None:
    if one[0] == other[0]:
        return "same"
    if set(one) & set(other):
        return "held"
    if set(said) & set(heard):
        return "sounds"
    if JaroWinkler.similarity(one[0], other[0]) >= SPELT:
        return "spelt"
    return None


def _part(one: list[str], other: list[str]) -> bool:
    """Of a double-barrelled name."""
    a, b = set(one[0].split()), set(other[0].split())
    return a < b or b < a


def _short(one: list[str], other: list[str]) -> bool:
    a, b = one[0].split()[0], other[0].split()[0]
    shorter, longer = sorted((a, b), key=len)
    return len(shorter) >= 3 and longer.startswith(shorter)


def _sex(one: Person, other: Person) -> str | None:
    return ("same" if one.sex == other.sex else "other") if one.sex and other.sex else None


def _number(one: Person, other: Person) -> str | None:
    return _any(one.numbers, other.numbers)


def _home(one: Person, other: Person) -> str | None:
    if not one.homes or not other.homes:
        return None
    street, postcode = set(one.roads) & set(other.roads), set(one.postcodes) & set(other.postcodes)
    return "same" if street and postcode else "street" if street else "postcode" if postcode else "other"


def _parent(one: Person, other: Person) -> str | None:
    found = _any(one.adults, other.adults)
    return "sounds" if found == "other" and set(one.adult_sounds) & set(other.adult_sounds) else found


def _phone(one: Person, other: Person) -> str | None:
    return _any(one.telephones, other.telephones)


def _any(one: list[str], other: list[str]) -> str | None:
    return ("same" if set(one) & set(other) else "other") if one and other else None


_COMPARE: Final[tuple[tuple[Field, Callable[[Person, Person], str | None]], ...]] = (
    (weights.BORN, _born), (weights.SURNAME, _surname), (weights.FORENAME, _forename), (weights.SEX, _sex),
    (weights.NUMBER, _number), (weights.HOME, _home), (weights.PARENT, _parent), (weights.PHONE, _phone),
)  # fmt: skip
