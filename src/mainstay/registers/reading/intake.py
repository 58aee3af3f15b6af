"""What every layout's reader hands to the checks that are the same for all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mainstay.registers.reading.placing import NO_DAYS, Sightings, Stays
from mainstay.registers.reading.report import Report
from mainstay.registers.register import Person


@dataclass(slots=True)
class Totals:
    """Totals that a source gives for one pupil; None where it doesn't."""

    person: int
    year: int | None = None  # the year in which the academic year starts, where it is said
    possible: int | None = None
    attended: int | None = None
    authorised: int | None = None
    unauthorised: int | None = None
    late: int | None = None
    codes: dict[str, int] = field(default_factory=dict)
    percent: str = ""  # of attendance, as written

    @property
    def absent(self) -> int | None:
        if self.authorised is None and self.unauthorised is None:
            return None
        return (self.authorised or 0) + (self.unauthorised or 0)


@dataclass(slots=True)
class Intake:
    """Rows with their people, and how to see their marks.

    of_row: int32, index into people for each row of the report, -1 where the row is refused
    span: first and last ordinal of any date; sightings: may be asked twice
    """

    layout: str
    report: Report
    people: list[Person]
    of_row: NDArray[np.int32]
    span: tuple[int, int] = NO_DAYS
    stays: Stays = field(default_factory=Stays)
    sightings: Callable[[], Iterable[Sightings]] = tuple
    totals: list[Totals] = field(default_factory=list)
    cut: bool = False  # there is more than was looked at
    schools: list[str] = field(default_factory=list)  # named, but without a sound row
