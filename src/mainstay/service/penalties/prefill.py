"""What a new notice to improve begins with: the record of attendance in words, the support known of, the law's least."""

from datetime import date, timedelta
from typing import Any, Final

from mainstay.law import clock
from mainstay.law.notice_dates import served
from mainstay.law.rules import CURRENT
from mainstay.registers.grid import academic_year
from mainstay.service.attendance.findings import packed
from mainstay.service.attendance.models import Consideration, Finding, Register
from mainstay.service.common.ui.filters import percent
from mainstay.service.directory.calendars import days_of_years, school_days, year_bounds
from mainstay.service.directory.models import Pupil
from mainstay.service.penalties import code, sessions

SUFFICIENT: Final = "No session is missed without the school's leave."
EARLY: Final = (
    "There are more absences without leave in the first weeks of the period.\n"
    "The support agreed with you is refused."
)


def values(pupil: Pupil, finding: Finding | None, today: date) -> dict[str, Any]:
    """Field -> what a new notice to improve about this child begins with."""
    of_code = code.in_force(today)
    picked = _picked(pupil, finding, today)
    received = receipt(today, of_code)
    first = min((date.fromisoformat(key.split()[0]) for key in picked), default=today)
    return {
        "sessions": picked,
        "school_weeks": of_code["improvement_weeks"],
        "starts_on": first_start(pupil, received),
        "target": 0,
        "sufficient": SUFFICIENT,
        "early_grounds": EARLY,
        "support_so_far": support(pupil),
        **attendance(pupil, academic_year(first), today),
    }


def receipt(today: date, of_code: code.Code) -> date:
    """When a letter posted today counts as received, by the way the code of conduct sends them."""
    return served(of_code["service_method"], today, None, of_code.rules)[0]


def first_start(pupil: Pupil, received: date) -> date:
    """The first Monday after receipt on which the school is open in that week; else the next Monday.

    Our own choice: whole weeks are easiest to keep to, and the family has read the letter by then.
    """
    monday = clock.monday(received) + clock.WEEK
    if pupil.school_id is None:
        return monday
    year = academic_year(monday)
    days = [day for day in days_of_years(pupil.school_id, (year, year + 1)) if day >= monday]
    return clock.monday(days[0]) if days else monday


def _picked(pupil: Pupil, finding: Finding | None, today: date) -> list[str]:
    """The sessions of the finding; else the unauthorised ones of the last ten weeks with any."""
    if finding is not None and (told := packed.sessions(finding.answer)):
        return [f"{one['date']} {one['half']}" for one in sessions.in_order(told)]
    shown = sessions.offered(pupil, [], today)
    weeks = sorted({clock.monday(one.on) for one in shown})[-CURRENT.whole("threshold_weeks") :]
    return sorted(one.key for one in shown if clock.monday(one.on) in weeks)


def support(pupil: Pupil) -> str:
    """What was written down as support tried when findings were considered, oldest first, each once."""
    found = Consideration.objects.filter(finding__pupil=pupil).exclude(decision__support_tried="")
    said = found.order_by("decision__at").values_list("decision__support_tried", flat=True)
    return "\n".join(dict.fromkeys(text.strip() for text in said))


def attendance(pupil: Pupil, first: int, today: date) -> dict[str, Any]:
    """The record of school years from ``first`` on at the present school, a figure a line, and the days it is about."""
    registers = Register.objects.filter(
        pupil=pupil, school=pupil.school_id, year__range=(first, academic_year(today)), possible__gt=0
    )
    held = list(registers.order_by("year"))
    if not held:
        return {"attendance": "", "record_from": year_bounds(first)[0], "record_to": today}
    possible, attended = (sum(getattr(one, name) for one in held) for name in ("possible", "attended"))
    figures = (
        ("Possible sessions", possible),
        ("Attended", attended),
        ("Attendance", percent(attended / possible)),
        ("Absent with the school's leave", sum(one.authorised for one in held)),
        ("Absent without leave", sum(one.unauthorised for one in held)),
    )
    days = school_days(held[0].school_id, held[0].year)
    return {
        "attendance": "\n".join(f"{name}: {figure}" for name, figure in figures),
        "record_from": days[0] if days else year_bounds(held[0].year)[0],
        "record_to": held[-1].last_mark_on or today,
    }


def earliest_start(today: date, of_code: code.Code) -> date:
    """The day after the letter counts as received: the notes are silent, and so time never runs against a family that
    has not read it."""
    return receipt(today, of_code) + timedelta(days=1)
