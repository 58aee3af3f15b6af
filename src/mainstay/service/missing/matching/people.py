"""What is compared of a child: folded names, sounds, days, numbers and homes, worked out once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Final

from mainstay.service.common import keys
from mainstay.service.common.search.sounds import sound

#: a city has far fewer names than people
fold = lru_cache(maxsize=131_072)(keys.fold)
_DIGITS: Final = re.compile(r"\D")
#: figures of a telephone number that are compared: what stands before them is written in many ways
_OF_A_NUMBER: Final = 9


@dataclass(slots=True)
class Home:
    """One address: folded street with what follows, postcode without space; either may be ""."""

    street: str = ""
    postcode: str = ""

    @property
    def road(self) -> str:
        """The first two words, which is how a street is named: "beech road"."""
        return " ".join(self.street.split()[:2])


@dataclass
class Person:
    """One record of a child. The first name of each list is the legal one; the others are former, preferred, accepted.

    key: whose record it is, as the caller counts them.
    parents: (forename, surname) of each; phones: as written.
    """

    key: int
    forenames: list[str]
    surnames: list[str]
    born: date | None = None
    sex: str = ""
    upns: list[str] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    parents: list[tuple[str, str]] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)

    @cached_property
    def first(self) -> list[str]:
        """Folded forenames, the legal one first."""
        return folded(self.forenames)

    @cached_property
    def last(self) -> list[str]:
        return folded(self.surnames)

    @cached_property
    def first_sounds(self) -> list[str]:
        return sounds(name.split()[0] for name in self.first)

    @cached_property
    def last_sounds(self) -> list[str]:
        return sounds(self.last)

    @property
    def turned(self) -> str:
        """The birthday such that day and month changed round give the same; "" where none is known."""
        if self.born is None:
            return ""
        low, high = sorted((self.born.day, self.born.month))
        return f"{self.born.year}-{low:02}-{high:02}"

    @cached_property
    def numbers(self) -> list[str]:
        """Unique pupil numbers, upper case without spaces."""
        return sorted({"".join(upn.split()).upper() for upn in self.upns} - {""})

    @cached_property
    def postcodes(self) -> list[str]:
        return sorted({home.postcode.replace(" ", "").upper() for home in self.homes} - {""})

    @cached_property
    def roads(self) -> list[str]:
        return sorted({home.road for home in self.homes} - {""})

    @cached_property
    def adults(self) -> list[str]:
        """Parents as "surname forename", both folded; one without a forename is nobody's likeness."""
        return sorted(
            {f"{fold(last)} {fold(first)}" for first, last in self.parents if fold(first) and fold(last)}
        )

    @cached_property
    def adult_sounds(self) -> list[str]:
        heard = ((_sound(fold(last)), _sound(fold(first))) for first, last in self.parents)
        return sorted({f"{last} {first}" for last, first in heard if last and first})

    @cached_property
    def telephones(self) -> list[str]:
        ends = (_DIGITS.sub("", phone)[-_OF_A_NUMBER:] for phone in self.phones)
        return sorted({end for end in ends if len(end) == _OF_A_NUMBER})


def folded(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(key for key in map(fold, names) if key))


def sounds(names: Iterable[str]) -> list[str]:
    """How folded names sound, those of one letter left out: what few sounds say is said by too many names."""
    return list(dict.fromkeys(key for key in map(_sound, names) if len(key) > 1))


def _sound(name: str) -> str:
    return sound(name.replace(" ", ""))
