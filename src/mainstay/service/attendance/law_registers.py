"""Registers as the law reads them, of many children in a fixed number of queries.

The calendar and the register are those of one school: absence registered elsewhere is not held against the family
there, and neither are weeks of a school the child is not at.
"""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from numpy.typing import NDArray

from mainstay.law import codes
from mainstay.law.register import Calendar, Register
from mainstay.registers.grid import BLANK, academic_year, slot_of
from mainstay.service.attendance import grids
from mainstay.service.directory.calendars import days_of, masks_of_years

_LETTERS: Final = codes.code_of_byte()
Masks = dict[int, dict[int, Any]]  # year -> school -> when it was open
Marks = dict[tuple[int, int, int], NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """key: what the register is given under; first: the first day that is read."""

    key: Hashable
    pupil: int
    school: int
    first: date


def since(wanted: Sequence[Wanted]) -> dict[Any, Register]:
    """Key -> the register of that academic year and the next, from the first day on."""
    years = sorted({year for one in wanted for year in _years(one)})
    masks = masks_of_years([*{one.school for one in wanted}], years)
    marks = _marks([*{one.pupil for one in wanted}], years)
    return {one.key: _register(one, masks, marks) for one in wanted}


def _years(one: Wanted) -> tuple[int, int]:
    year = academic_year(one.first)
    return year, year + 1


def _marks(pupils: Collection[int], years: Collection[int]) -> Marks:
    held = grids.of_pupils(pupils, years)
    places = zip(held.pupils.tolist(), held.schools.tolist(), held.years.tolist(), strict=True)
    return dict(zip(places, held.marks, strict=True))


def _register(one: Wanted, masks: Masks, marks: Marks) -> Register:
    """A mark of a session in which school was closed is none."""
    days, pairs = set[date](), {}
    for year in _years(one):
        mask = masks[year][one.school]
        held = marks.get((one.pupil, one.school, year))
        for day in days_of(mask, year):
            if day < one.first:
                continue
            days.add(day)
            am = slot_of(day, "AM")
            if held is not None and not (held[am] == held[am + 1] == BLANK):
                pairs[day] = (_code(held[am], mask[am]), _code(held[am + 1], mask[am + 1]))
    return Register(Calendar(frozenset(days)), pairs, str(one.school))


def _code(mark: int, opened: int) -> str:
    return _LETTERS.get(chr(mark), codes.BLANK) if opened else codes.CLOSED
