"""A statutory case begins with its initial investigation, and the clock of it."""

from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from mainstay.law import clock
from mainstay.registers.grid import academic_year
from mainstay.service.casework.models import Case, Investigation
from mainstay.service.directory import calendars
from mainstay.service.record import deadlines

RULE: Final = "initial-investigation"
#: school days from the opening of a case to the end of its investigation: our own choice, three weeks in which a
#: family can be met twice, counted by the school's own calendar so that holidays take nothing from it
SCHOOL_DAYS: Final = 15


def begin(case: Case, *, by: Any, at: datetime) -> Investigation | None:
    """The investigation of a statutory case, with its deadline; none for a purchased one."""
    if case.kind != Case.Kind.STATUTORY:
        return None
    one = Investigation.objects.create(case=case, begun_at=at)
    today = timezone.localdate(at)
    deadlines.start(
        pupil=case.pupil_id, about=case, rule=RULE, label=f"Initial investigation of case {case.number}",
        trigger_on=today, last_day=due(case.school_id, today), owner=case.owner, by=by, at=at,
    )  # fmt: skip
    return one


def due(school: int, start: date) -> date:
    """The last day; in working days where the school's calendar ends first."""
    this = academic_year(start)
    days = calendars.days_of_years(school, (this, this + 1))
    return clock.school_day_after(days, start, SCHOOL_DAYS) or clock.working_day_after(start, SCHOOL_DAYS)
