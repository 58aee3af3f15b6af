"""How much each likeness says: of how many true pairs it holds, and of how many pairs of strangers.

The shares are our own estimates, made for a city's rolls; no rule or statistic gives them. Batches measure the
shares among strangers on the rolls themselves (``batch``). A likeness counts log2(true / strangers).
"""

from dataclasses import dataclass
from math import log2
from typing import Final


@dataclass(frozen=True, slots=True)
class Level:
    """One degree of likeness of one field. words: the reason as a person reads it; "" says nothing."""

    name: str
    words: str
    true: float
    strangers: float

    @property
    def weight(self) -> float:
        """In bits."""
        return log2(self.true / self.strangers)


@dataclass(frozen=True, slots=True)
class Field:
    """The degrees of one field, the most alike first; the last is that nothing is alike."""

    name: str
    levels: tuple[Level, ...]

    def level(self, name: str) -> Level:
        return next(level for level in self.levels if level.name == name)


BORN: Final = Field("born", (
    Level("same", "same birthday", 0.90, 0.00018),
    Level("swapped", "birthday with day and month changed round", 0.02, 0.0001),
    Level("near", "birthday differs in one part", 0.05, 0.01),
    Level("other", "other birthday", 0.03, 0.98972),
))  # fmt: skip
SURNAME: Final = Field("surname", (
    Level("same", "same surname", 0.70, 0.003),
    Level("held", "surname as one of the names held", 0.08, 0.001),
    Level("sounds", "surname sounds alike", 0.07, 0.004),
    Level("spelt", "surname spelt almost alike", 0.04, 0.004),
    Level("part", "one surname is a part of the other", 0.04, 0.001),
    Level("other", "other surname", 0.07, 0.987),
))  # fmt: skip
FORENAME: Final = Field("forename", (
    Level("same", "same first name", 0.76, 0.008),
    Level("held", "first name as one of the names held", 0.05, 0.003),
    Level("sounds", "first name sounds alike", 0.07, 0.008),
    Level("spelt", "first name spelt almost alike", 0.05, 0.008),
    Level("short", "one first name is short for the other", 0.04, 0.004),
    Level("other", "other first name", 0.03, 0.969),
))  # fmt: skip
SEX: Final = Field("sex", (
    Level("same", "", 0.98, 0.5),
    Level("other", "recorded sex differs", 0.02, 0.5),
))  # fmt: skip
NUMBER: Final = Field("number", (
    Level("same", "same unique pupil number", 0.98, 0.000001),
    Level("other", "other unique pupil number", 0.02, 0.999999),
))  # fmt: skip
HOME: Final = Field("home", (
    Level("same", "same street and postcode", 0.40, 0.0001),
    Level("street", "same street", 0.06, 0.002),
    Level("postcode", "same postcode", 0.04, 0.0003),
    Level("other", "other address", 0.50, 0.9976),
))  # fmt: skip
PARENT: Final = Field("parent", (
    Level("same", "a parent of the same name", 0.60, 0.0003),
    Level("sounds", "a parent whose name sounds alike", 0.10, 0.0007),
    Level("other", "", 0.30, 0.999),
))  # fmt: skip
PHONE: Final = Field("phone", (
    Level("same", "same telephone number", 0.35, 0.00002),
    Level("other", "", 0.65, 0.99998),
))  # fmt: skip

FIELDS: Final = (BORN, SURNAME, FORENAME, SEX, NUMBER, HOME, PARENT, PHONE)

#: names spelt so much alike (Jaro-Winkler, of 1) are near
SPELT: Final = 0.88
#: of the missing children, those taken to be on some roll, before anything is compared
EXPECTED: Final = 0.3
#: a pair at least so likely is put before a person
SHOWN: Final = 0.10
STRONG: Final = 0.90
#: a likely twin is never called more likely than this
TWIN: Final = 0.05
#: two numbers and two birthdays are never called more likely than this
APART: Final = 0.05


#: a few records are a part of a town's, never all of them
LEAST: Final = 20_000


def share(records: int) -> float:
    """Of all pairs of one child with so many records, those that are true."""
    return EXPECTED / max(records, LEAST)


def prior(records: int) -> float:
    """How likely a pair is before anything is compared, in bits."""
    share_ = share(records)
    return log2(share_ / (1 - share_))


def probability(bits: float) -> float:
    """0 to 1, of the sum of weights and prior."""
    bits = max(min(bits, 60.0), -60.0)
    return 2**bits / (1 + 2**bits)
