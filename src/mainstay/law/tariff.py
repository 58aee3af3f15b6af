"""What a penalty notice costs, and until when: two tariffs that share nothing.

*attendance* is the notice for failure to attend (Education Act 1996 s.444A), *excluded* the one for an excluded
child in a public place (Education and Inspections Act 2006 s.105). Both periods begin with the day of receipt.
"""

from dataclasses import astuple, dataclass, replace
from datetime import date
from itertools import chain
from typing import Final, Literal

from mainstay.law import clock
from mainstay.law.rules import Rules

Kind = Literal["attendance", "excluded"]
Position = Literal["first", "second"]
KINDS: Final[tuple[Kind, ...]] = ("attendance", "excluded")
POSITIONS: Final[tuple[Position, ...]] = ("first", "second")


@dataclass(frozen=True, slots=True)
class Names:
    """The parameters that a tariff is made of."""

    reduced_pounds: str
    full_pounds: str
    reduced_days: str
    full_days: str


_FIRST: Final = Names(
    "attendance_reduced_pounds", "attendance_full_pounds", "attendance_reduced_days", "attendance_full_days"
)
_SECOND: Final = replace(
    _FIRST, reduced_pounds="attendance_second_pounds", full_pounds="attendance_second_pounds"
)
_EXCLUDED: Final = Names(
    "excluded_reduced_pounds", "excluded_full_pounds", "excluded_reduced_days", "excluded_full_days"
)
#: every parameter of both tariffs
PARAMETERS: Final = tuple(dict.fromkeys(chain.from_iterable(map(astuple, (_FIRST, _SECOND, _EXCLUDED)))))


def names(kind: Kind, position: Position | None) -> Names:
    """What the tariff of a notice rests on; ``position`` matters to notices for failure to attend only."""
    if kind == "excluded":
        return _EXCLUDED
    return _SECOND if position == "second" else _FIRST


@dataclass(frozen=True, slots=True)
class Tariff:
    """Whole pounds, and days beginning with the day of receipt; a second notice has no reduced sum."""

    reduced_pounds: int
    reduced_days: int
    full_pounds: int
    full_days: int

    def reduced_until(self, served_on: date) -> date:
        return clock.last_day_beginning_with(served_on, self.reduced_days)

    def full_until(self, served_on: date) -> date:
        return clock.last_day_beginning_with(served_on, self.full_days)

    def due(self, on: date, served_on: date) -> int | None:
        """The sum that discharges on that day; None once the time to pay is over."""
        if on <= self.reduced_until(served_on):
            return self.reduced_pounds
        return self.full_pounds if on <= self.full_until(served_on) else None


def of(kind: Kind, position: Position | None, rules: Rules) -> Tariff:
    """The tariff of a notice of that kind and position."""
    given = names(kind, position)
    return Tariff(
        rules.whole(given.reduced_pounds),
        rules.whole(given.reduced_days),
        rules.whole(given.full_pounds),
        rules.whole(given.full_days),
    )
