"""What the register says while a Fast Track runs: weeks against the target, and when too many sessions were missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from django.utils import timezone

from mainstay.law import age, clock, fast_track
from mainstay.law.absence import rounded
from mainstay.law.fast_track import FastTrackAnswer
from mainstay.law.register import BadMark, CalendarTooShort, Sitting, Standing, between, merge
from mainstay.registers.grid import academic_year
from mainstay.service.attendance import law_registers
from mainstay.service.attendance.law_registers import Wanted
from mainstay.service.casework.models import Case, FastTrack
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.calendars import law_calendar
from mainstay.service.directory.models import Pupil

log = structlog.get_logger("mainstay.casework")


@dataclass(frozen=True, slots=True)
class Figures:
    """Sessions of a stretch: possible, attended and missed without leave."""

    possible: int
    attended: int
    unauthorised: int

    @property
    def percent(self) -> float | None:
        return rounded(100 * self.attended, self.possible, 1) if self.possible else None

    @property
    def words(self) -> str:
        share = f"{self.percent}% attended" if self.percent is not None else "no session yet"
        return f"The register: {share}, {plural(self.unauthorised, 'session')} missed without leave."

    def as_dict(self) -> dict[str, Any]:
        return {
            "possible": self.possible, "attended": self.attended, "unauthorised": self.unauthorised,
            "percent": self.percent,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """weeks: (its Monday, figures) in order; breached_on: the day on which the tolerated number was exceeded."""

    weeks: tuple[tuple[date, Figures], ...]
    total: Figures
    breached_on: date | None


def compulsory_to(pupil: Pupil) -> date | None:
    """The last day of the child's compulsory school age; None where the date of birth is not known."""
    return age.compulsory(pupil.date_of_birth)[1] if pupil.date_of_birth is not None else None


def days(case: Case, starts_on: date, unit: str, weeks: int) -> FastTrackAnswer:
    """The days of a framework by the school's calendar, within compulsory school age.

    Raises StepRefused where the school's terms end too soon, or not one week is left of that age.
    """
    year, last = academic_year(starts_on), compulsory_to(case.pupil)
    calendar = law_calendar(case.school_id, (year, year + 1))
    try:
        return fast_track.find(starts_on, unit, calendar, weeks, compulsory_to=last)  # type: ignore[arg-type]
    except fast_track.OverAge:
        raise StepRefused(
            f"Compulsory school age ends with {clock.in_words(last)}: not one week is left of it. No framework begins; "
            "stop the Fast Track, or choose another outcome."
        ) from None
    except CalendarTooShort:
        raise StepRefused(
            "The school's term dates end before the review would be: enter those of the next year first."
        ) from None


def look(running: Sequence[FastTrack]) -> dict[int, Seen]:
    """Fast Track -> what the register says from its first day to its review; those with a start, in a fixed
    number of queries. A register that cannot be read by now is left out.

    The cases are loaded with them.
    """
    begun = [one for one in running if one.starts_on is not None]
    registers = law_registers.since(
        [
            Wanted(one.pk, one.case.pupil_id, one.case.school_id, one.starts_on)
            for one in begun
            if one.starts_on
        ]
    )
    found = {}
    for one in begun:
        try:
            sittings = list(between(merge(registers[one.pk]).sittings, one.starts_on, _until(one)))
        except BadMark as problem:  # an import goes on all the same
            log.warning("fast_track_not_watched", fast_track=one.pk, because=type(problem).__name__)
            continue
        found[one.pk] = _seen(sittings, one.tolerated)
    return found


def _until(one: FastTrack) -> date | None:
    """The day of the review; where it is still to be held, or looked back at after a relapse, today."""
    if one.state != FastTrack.State.REVIEW or one.review_on is None:
        return one.review_on
    today: date = timezone.localdate()
    return max(one.review_on, today)


def _seen(sittings: list[Sitting], tolerated: int) -> Seen:
    weeks: dict[date, list[Sitting]] = {}
    for sitting in sittings:
        if sitting.possible:
            weeks.setdefault(clock.monday(sitting.date), []).append(sitting)
    missed = [sitting.date for sitting in sittings if sitting.standing == Standing.UNAUTHORISED]
    return Seen(
        tuple((monday, _figures(weeks[monday])) for monday in sorted(weeks)),
        _figures(sittings),
        missed[tolerated] if len(missed) > tolerated else None,
    )


def _figures(sittings: Sequence[Sitting]) -> Figures:
    return Figures(
        sum(sitting.possible for sitting in sittings),
        sum(sitting.standing == Standing.ATTENDED for sitting in sittings),
        sum(sitting.standing == Standing.UNAUTHORISED for sitting in sittings),
    )
