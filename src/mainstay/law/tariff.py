"""What a penalty notice costs, and until when: two tariffs that share nothing.

*attendance* is the notice for failure to attend (Education Act 1996 s.444A), *excluded* the one for an excluded
child in a public place (Education and Inspections Act 2006 s.105). Both periods begin with the day of receipt.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from mainstay.law import clock
from mainstay.law.rules import Rules

Kind = Literal["attendance", "excluded"]
Position = Literal["first", "second"]
KINDS: tuple[Kind, ...] = ("attendance", "excluded")
POSITIONS: tuple[Position, ...] = ("first", "second")


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
    """The tariff of that kind; ``position`` matters to notices for failure to attend only."""
    full = rules.whole(parameter(kind, position))
    return Tariff(
        full if position == "second" and kind == "attendance" else rules.whole(f"{kind}_reduced_pounds"),
        rules.whole(f"{kind}_reduced_days"),
        full,
        rules.whole(f"{kind}_full_days"),
    )


def parameter(kind: Kind, position: Position | None) -> str:
    """The name of the parameter that the full sum rests on."""
    second = kind == "attendance" and position == "second"
    return "attendance_second_pounds" if second else f"{kind}_full_pounds"


def parameters(kind: Kind) -> tuple[str, ...]:
    """The names of a tariff's parameters."""
    names = ("reduced_pounds", "full_pounds", "reduced_days", "full_days")
    return tuple(f"{kind}_{name}" for name in names) + (
        ("attendance_second_pounds",) if kind == "attendance" else ()
    )


#: the parameters of both
PARAMETERS = (*parameters("attendance"), *parameters("excluded"))
