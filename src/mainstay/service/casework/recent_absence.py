"""How much a child missed without leave lately: counted from the register, in school weeks of one school."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from mainstay.law import age, clock
from mainstay.registers import tables
from mainstay.registers.grid import academic_year, session_of
from mainstay.service.attendance.models import Register
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.calendars import days_of_years
from mainstay.service.directory.models import Pupil


@dataclass(frozen=True, slots=True)
class Recent:
    """Unauthorised sessions of compulsory school age since the Monday of the first week counted."""

    sessions: int
    weeks: int
    since: date | None
    needed: int

    @property
    def met(self) -> bool:
        return self.sessions >= self.needed

    @property
    def words(self) -> str:
        if self.since is None:
            return "The school’s term dates are not known: nothing can be counted."
        counted = plural(self.sessions, "unauthorised session")
        return f"{counted} since {clock.in_words(self.since)} ({self.weeks} school weeks); {self.needed} are asked for."


def recent(pupil: Pupil, school: int, *, needed: int, weeks: int, today: date) -> Recent:
    """What the registers of last academic year and this hold, at every school, up to a day."""
    year = academic_year(today)
    days = [day for day in days_of_years(school, (year - 1, year)) if day <= today]
    counted = clock.school_weeks(days)[-weeks:]
    if not counted:
        return Recent(0, weeks, None, needed)
    span = age.compulsory(pupil.date_of_birth) if pupil.date_of_birth else (date.min, date.max)
    rows = Register.objects.filter(pupil=pupil, year__in=(year - 1, year)).select_related("grid")
    missed = set()
    for register in rows.defer("grid__provenance").order_by("pk"):
        marks = np.frombuffer(bytes(register.grid.marks), np.uint8)
        for slot in np.flatnonzero(tables.UNAUTHORISED[marks]).tolist():
            on, half = session_of(register.year, slot)
            if counted[0] <= on <= today and span[0] <= on <= span[1]:
                missed.add((on, half))
    return Recent(len(missed), len(counted), counted[0], needed)
