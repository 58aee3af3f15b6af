"""The clocks of a search: lengths by the law's parameters or the council's own, days by the child's school."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from mainstay.law import clock
from mainstay.law import deadlines as law
from mainstay.law.register import CalendarTooShort
from mainstay.registers.grid import academic_year
from mainstay.service.common.ui.filters import and_list
from mainstay.service.directory.calendars import law_calendar, usual_calendar
from mainstay.service.missing import sources, values
from mainstay.service.missing.models import MissingChild
from mainstay.service.missing.sources import COUNCIL
from mainstay.service.record import deadlines
from mainstay.service.record.models import Deadline

VISIT, SCHOOL, RISK = "cme-home-visit", "cme-school-enquiries", "cme-referral-at-risk"
TRIAGE, FIRST, SECOND = "cme-triage", "cme-enquiries-first", "cme-enquiries-second"
REVIEW, HAND_OVER = "missing-review", "missing-hand-over"
WORDS: Final = {
    VISIT: "the school visits the home", SCHOOL: "the school’s own enquiries", RISK: "tell of the risk, today",
    TRIAGE: "look through the referral", FIRST: "first enquiries", SECOND: "all enquiries",
    REVIEW: "review of the term", HAND_OVER: "an officer answers",
}  # fmt: skip
#: what the school itself has to do
OF_THE_SCHOOL: Final = (VISIT, SCHOOL, RISK)
_OF_SCHOOL: Final = (VISIT, SCHOOL, FIRST, SECOND)


#: which days were counted, where they are not those of the child's own school
USUAL: Final = (
    "Counted by the usual term dates of the city’s schools: no term dates of a school of the child are known."
)
WORKING: Final = "Counted in working days: no term dates are known for this time."
_CALENDAR: Final = "calendar"


def find(one: MissingChild, rule: str, trigger: date) -> dict[str, Any]:
    """Last day and answer, as ``record.deadlines.start`` takes them.

    School days are those of the child's school, else of most schools of the city; only where no term dates reach so
    far, working days stand in for them. The answer says which, where it is not the school's own.
    """
    rules = values.rules(trigger)
    if rule not in _OF_SCHOOL:
        try:
            return deadlines.counted(law.find(rule, trigger, None, rules))
        except clock.BeyondTable:
            return _working_days(rule, trigger, rules)
    year = academic_year(trigger)
    school = one.school_id or one.last_school_id
    for words in ("", USUAL):
        if not words and school is None:
            continue
        years = (year, year + 1)
        calendar = law_calendar(school, years) if school and not words else usual_calendar(years)
        try:
            return _said(deadlines.counted(law.find(rule, trigger, calendar, rules)), words)
        except (CalendarTooShort, clock.BeyondTable):
            continue
    return _said(_working_days(rule, trigger, rules), WORKING)


def _said(counted: dict[str, Any], words: str) -> dict[str, Any]:
    if words:
        answer = dict(counted.get("answer") or {"reasons": []})
        answer["warnings"] = [*answer.get("warnings", []), {"code": _CALENDAR, "text": words}]
        counted["answer"] = answer
    return counted


def calendar_words(one: MissingChild, row: Deadline) -> str:
    """By which calendar a running clock was counted; "" for one that counts no school days."""
    if row.rule not in _OF_SCHOOL:
        return ""
    said = [each["text"] for each in (row.answer or {}).get("warnings", []) if each["code"] == _CALENDAR]
    school = one.school or one.last_school
    return said[0] if said else f"By the calendar of {school.name}." if school else ""


def not_asked(one: MissingChild, row: Deadline) -> list[str]:
    """Whom of those that every search asks the council has not asked since the first enquiries began, in words."""
    since = row.trigger_on
    done = {each.source for each in one.enquiries.all() if each.side == COUNCIL and each.asked_on >= since}
    left = [sources.label(name) for name in values.must_ask(since) if name not in done]
    return left if left or done else ["Anybody"]


def ends_with(one: MissingChild, row: Deadline) -> str:
    """What ends a running clock of the council's enquiries, in words; "" for another."""
    if row.rule == FIRST:
        left = not_asked(one, row)
        said = (
            f"Not asked yet: {and_list(left).lower()}."
            if left
            else "All of them are: the next line of the log ends it."
        )
        return f"Ends when everybody whom every search asks is in the log of enquiries. {said}"
    if row.rule == SECOND:
        return "Ends when the child is found, or put down as not found once every enquiry is answered."
    return ""


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
