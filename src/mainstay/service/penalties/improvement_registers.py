"""What the register says of notices to improve: the law's Answer for many of them in a fixed number of queries.

The calendar and the register are those of the school at which it was given (``attendance.law_registers``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import structlog

from mainstay.law import improvement_notice
from mainstay.law.improvement_notice import ImprovementAnswer
from mainstay.law.register import BadMark, CalendarTooShort, Register, Session
from mainstay.registers.grid import academic_year
from mainstay.service.attendance import law_registers
from mainstay.service.attendance.law_registers import Wanted
from mainstay.service.directory.calendars import law_calendar
from mainstay.service.directory.models import School
from mainstay.service.penalties.models import Improvement

log = structlog.get_logger("mainstay.penalties")


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
    registers = law_registers.since(
        [Wanted(one.pk, one.pupil_id, one.school_id, one.starts_on) for one in improvements]
    )
    found = {}
    for one in improvements:
        try:
            found[one.pk] = _ask(one, registers[one.pk])
        except (CalendarTooShort, BadMark) as problem:  # an import goes on all the same
            log.warning("improvement_not_watched", improvement=one.pk, because=type(problem).__name__)
    return found


def _ask(one: Improvement, register: Register) -> Watched:
    target = max(one.target, one.tolerated)
    answer = improvement_notice.find(register, one.starts_on, one.school_weeks, target)
    assert answer.ends_on is not None
    return Watched(answer, improvement_notice.counted(register, one.starts_on, answer.ends_on))
