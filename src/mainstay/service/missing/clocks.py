"""The clocks of a search: lengths by the law's parameters or the council's own, days by the child's school."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from mainstay.law import clock
from mainstay.law import deadlines as law
from mainstay.law.register import CalendarTooShort
from mainstay.registers.grid import academic_year
from mainstay.service.directory.calendars import law_calendar
from mainstay.service.missing import values
from mainstay.service.missing.models import MissingChild
from mainstay.service.record import deadlines

VISIT, SCHOOL, RISK = "cme-home-visit", "cme-school-enquiries", "cme-referral-at-risk"
TRIAGE, FIRST, SECOND = "cme-triage", "cme-enquiries-first", "cme-enquiries-second"
REVIEW, HAND_OVER = "missing-review", "missing-hand-over"
WORDS: Final = {
    VISIT: "the school visits the home", SCHOOL: "the school’s own enquiries", RISK: "tell of the risk, today",
    TRIAGE: "look through the referral", FIRST: "first enquiries", SECOND: "all enquiries",
    REVIEW: "review of the term", HAND_OVER: "an officer answers",
}  # fmt: skip
_OF_SCHOOL: Final = (VISIT, SCHOOL, FIRST, SECOND)


def find(one: MissingChild, rule: str, trigger: date) -> dict[str, Any]:
    """Last day and answer, as ``record.deadlines.start`` takes them.

    Where no school's calendar is known, or it ends too soon, working days stand in for school days.
    """
    rules = values.rules(trigger)
    school = one.school_id or one.last_school_id
    if rule in _OF_SCHOOL and school is None:
        return _working_days(rule, trigger, rules)
    year = academic_year(trigger)
    calendar = law_calendar(school, (year, year + 1)) if rule in _OF_SCHOOL and school else None
    try:
        return deadlines.counted(law.find(rule, trigger, calendar, rules))
    except (CalendarTooShort, clock.BeyondTable):
        return _working_days(rule, trigger, rules)


def _working_days(rule: str, trigger: date, rules: Any) -> dict[str, Any]:
    days = rules.whole(law.RULES[rule].parameter)
    try:
        return {"last_day": clock.working_day_after(trigger, days)}
    except clock.BeyondTable:
        return {"last_day": trigger + timedelta(days=days)}


def start(one: MissingChild, rule: str, trigger: date, by: Any, at: datetime) -> None:
    """Start one clock of the law's table."""
    begin(one, rule, trigger, by, at, **find(one, rule, trigger))


def begin(one: MissingChild, rule: str, trigger: date, by: Any, at: datetime, **counted: Any) -> None:
    """Start a clock whose last day is known."""
    deadlines.start(
        pupil=one.pupil_id, about=one, rule=rule, label=f"{one.number}: {WORDS[rule]}", trigger_on=trigger,
        owner=one.owner, by=by, at=at, **counted,
    )  # fmt: skip


def stop(one: MissingChild, by: Any | None, at: datetime, *rules: str) -> None:
    """Stop these clocks, or every one."""
    for rule in rules or (None,):
        deadlines.stop(about=one, rule=rule, by=by, at=at)
