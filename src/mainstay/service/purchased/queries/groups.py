"""Attendance of a group before its first session and after its last, from the register."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from mainstay.law.impact import LEAST, WEEKS
from mainstay.registers.grid import academic_year
from mainstay.registers.impact import school_weeks
from mainstay.service.attendance import grids
from mainstay.service.attendance.models import SchoolYear
from mainstay.service.purchased.models import Work


@dataclass(frozen=True, slots=True)
class Side:
    """Possible and attended sessions of one pupil, or of all together."""

    before_possible: int = 0
    before_attended: int = 0
    after_possible: int = 0
    after_attended: int = 0

    @property
    def before(self) -> float | None:
        return self.before_attended / self.before_possible if self.before_possible else None

    @property
    def after(self) -> float | None:
        return self.after_attended / self.after_possible if self.after_possible else None

    @property
    def change(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def counts(self) -> bool:
        """There are sessions enough on both sides to say something."""
        return self.before_possible >= LEAST and self.after_possible >= LEAST


@dataclass(frozen=True, slots=True)
class Effect:
    """weeks: school weeks on each side; after: how many of them there are so far."""

    of_pupils: dict[int, Side]
    together: Side
    weeks: int = WEEKS
    after: int = 0


def effect(work: Work) -> Effect | None:
    """Six school weeks before the week of the first session and six after that of the last; None without sessions."""
    days = sorted(session.on for session in work.sessions.all())
    pupils = {pupil.pk for pupil in work.pupils.all()}
    if not days or not pupils:
        return None
    years = range(academic_year(days[0]) - 1, academic_year(days[-1]) + 2)
    held = grids.of_pupils(pupils, years)
    masks = SchoolYear.objects.filter(school=work.school_id, year__in=years).values_list("year", "open_mask")
    opened = {year: np.frombuffer(bytes(mask), np.uint8) for year, mask in masks if mask}
    here = held.schools == work.school_id
    found = {}
    for year in sorted(set(held.years[here].tolist()) & set(opened)):
        rows = here & (held.years == year)
        found[year] = (held.pupils[rows], held.marks[rows], opened[year])
    if not found:
        return None
    weeks = school_weeks(found)
    before, after = weeks.around(days[0]), weeks.around(days[-1])
    sides = {
        int(pupil): Side(
            int(before.before_possible[row]), int(before.before_attended[row]), int(after.after_possible[row]),
            int(after.after_attended[row]),
        )
        for row, pupil in enumerate(weeks.pupils.tolist())
    }  # fmt: skip
    counted = [side for side in sides.values() if side.counts]
    whole = Side(*(sum(getattr(side, name) for side in counted) for name in Side.__slots__))
    marked = np.flatnonzero(weeks.possible.any(axis=0)).tolist()
    last = days[-1].toordinal() - days[-1].weekday()
    return Effect(sides, whole, after=min(WEEKS, sum(int(weeks.mondays[n]) > last for n in marked)))


def shown(work: Work, found: Effect | None) -> list[dict[str, Any]]:
    """A row a pupil for the page: how often they came, and their attendance on both sides."""
    sessions = [session for session in work.sessions.all() if session.taken]
    came: dict[int, int] = {}
    for session in sessions:
        for presence in session.presences.all():
            came[presence.pupil_id] = came.get(presence.pupil_id, 0) + presence.there
    return [
        {
            "pupil": pupil,
            "came": came.get(pupil.pk, 0),
            "of": len(sessions),
            "side": found.of_pupils.get(pupil.pk) if found else None,
        }
        for pupil in work.pupils.all()
    ]
