"""What the register says of notices to improve: the law's Answer for many of them in a fixed number of queries.

The calendar and the register are those of the school at which it was given: absence registered elsewhere is not held
against the family here, and neither are weeks of a school the child is not at.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import structlog
from numpy.typing import NDArray

from mainstay.law import codes, improvement_notice
from mainstay.law.improvement_notice import ImprovementAnswer
from mainstay.law.register import BadMark, Calendar, CalendarTooShort, Register, Session
from mainstay.registers.grid import BLANK, academic_year, slot_of
from mainstay.service.attendance import grids
from mainstay.service.directory.calendars import days_of, law_calendar, masks_of_years
from mainstay.service.directory.models import School
from mainstay.service.penalties.models import Improvement

log = structlog.get_logger("mainstay.penalties")
_LETTERS: Final = codes.code_of_byte()
Masks = dict[int, dict[int, Any]]  # year -> school -> when it was open


@dataclass(frozen=True, slots=True)
class Watched:
    """The law's Answer for one notice to improve, and the sessions held against its target so far."""

    answer: ImprovementAnswer
    counted: list[Session]


def last_day(school: School | int, starts_on: date, school_weeks: int) -> date:
    """The last day of a period of that many school weeks; CalendarTooShort where the school's terms end before it."""
    year = academic_year(starts_on)
    register = Register(law_calendar(school, (year, year + 1)), {})
    ends = improvement_notice.find(register, starts_on, school_weeks, 0).ends_on
    assert ends is not None
    return ends


def watch(improvements: Sequence[Improvement]) -> dict[int, Watched]:
    """Improvement -> what the register says of it now; one that cannot be asked about by now is left out."""
    years = sorted({year for one in improvements for year in _years(one)})
    masks = masks_of_years([*{one.school_id for one in improvements}], years)
    marks = _marks([*{one.pupil_id for one in improvements}], years)
    found = {}
    for one in improvements:
        try:
            found[one.pk] = _ask(one, _register(one, masks, marks))
        except (CalendarTooShort, BadMark) as problem:  # an import goes on all the same
            log.warning("improvement_not_watched", improvement=one.pk, because=type(problem).__name__)
    return found


def _ask(one: Improvement, register: Register) -> Watched:
    target = max(one.target, one.tolerated)
    answer = improvement_notice.find(register, one.starts_on, one.school_weeks, target)
    assert answer.ends_on is not None
    return Watched(answer, improvement_notice.counted(register, one.starts_on, answer.ends_on))


def _years(one: Improvement) -> tuple[int, int]:
    year = academic_year(one.starts_on)
    return year, year + 1


def _marks(pupils: Collection[int], years: Collection[int]) -> dict[tuple[int, int, int], NDArray[Any]]:
    held = grids.of_pupils(pupils, years)
    places = zip(held.pupils.tolist(), held.schools.tolist(), held.years.tolist(), strict=True)
    return dict(zip(places, held.marks, strict=True))


def _register(one: Improvement, masks: Masks, marks: dict[tuple[int, int, int], NDArray[Any]]) -> Register:
    """The register from the first day of the period on; a mark of a session in which school was closed is none."""
    days, pairs = set[date](), {}
    for year in _years(one):
        mask = masks[year][one.school_id]
        held = marks.get((one.pupil_id, one.school_id, year))
        for day in days_of(mask, year):
            if day < one.starts_on:
                continue
            days.add(day)
            am = slot_of(day, "AM")
            if held is not None and not (held[am] == held[am + 1] == BLANK):
                pairs[day] = (_code(held[am], mask[am]), _code(held[am + 1], mask[am + 1]))
    return Register(Calendar(frozenset(days)), pairs, str(one.school_id))


def _code(mark: int, opened: int) -> str:
    return _LETTERS.get(chr(mark), codes.BLANK) if opened else codes.CLOSED
