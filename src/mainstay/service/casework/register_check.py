"""What a child's registers say of a period: sessions by code, counted as the measures count."""

from datetime import date
from typing import Any, Final

import numpy as np

from mainstay.law import codes
from mainstay.registers import tables
from mainstay.registers.grid import BLANK, SIZE, academic_year, session_of
from mainstay.service.attendance import grids
from mainstay.service.attendance.models import Register
from mainstay.service.common.ui.filters import meaning
from mainstay.service.directory.models import Enrolment

_SUMS: Final = (
    ("possible", tables.POSSIBLE), ("absent", tables.ABSENT), ("unauthorised", tables.UNAUTHORISED), ("late", tables.LATE)
)  # fmt: skip


def check(pupil: int, first: date, last: date, school: int | None = None) -> dict[str, Any]:
    """Sums, attendance in per cent and sessions by code from ``first`` to ``last``, of all schools together.

    school: of that one alone, and of the time on its roll
    """
    years = range(academic_year(first), academic_year(last) + 1)
    rows = Register.objects.filter(pupil=pupil, year__in=years)
    spans = [(first, last)]
    if school is not None:
        rows = rows.filter(school=school)
        rolls = Enrolment.objects.filter(pupil=pupil, school=school)
        spans = [(max(first, one.entered_on), min(last, one.left_on or last)) for one in rolls]
    found = list(rows.select_related("grid").order_by("pk"))
    opened = grids.sessions_of(found)
    marks = [
        _between(grids.in_session(bytes(one.grid.marks), opened[one.pk]), one.year, spans) for one in found
    ]
    every = np.concatenate(marks) if marks else np.zeros(0, np.uint8)
    sums = {name: int(table[every].sum()) for name, table in _SUMS}
    possible, attended = sums["possible"], sums["possible"] - sums["absent"]
    return {
        "from": first.isoformat(), "to": last.isoformat(), **sums, "attended": attended,
        "authorised": sums["absent"] - sums["unauthorised"],
        "percent": round(100 * attended / possible, 1) if possible else None, "codes": _by_code(every, first, last),
    }  # fmt: skip


def check_with(school: int, pupil: int, first: date, last: date) -> dict[str, Any]:
    """The same of all schools, with what that one may know of it (``shown_to``)."""
    return {**check(pupil, first, last), "of_school": check(pupil, first, last, school)}


def shown_to(user: Any, kept: dict[str, Any]) -> dict[str, Any]:
    """What was kept by ``check_with``, as this person may read it."""
    return kept if user.sees_all_schools else kept.get("of_school", {})


def _between(marks: bytes, year: int, spans: list[tuple[date, date]]) -> Any:
    """The marks of these times that are not blank."""
    grid = np.frombuffer(marks, np.uint8)
    days = [session_of(year, slot)[0] for slot in range(SIZE)]
    inside = [slot for slot, day in enumerate(days) if any(first <= day <= last for first, last in spans)]
    chosen = grid[inside]
    return chosen[chosen != BLANK]


def _by_code(marks: Any, first: date, last: date) -> list[dict[str, Any]]:
    """The codes there are, the most frequent first."""
    letters = codes.code_of_byte()
    values, counts = np.unique(marks, return_counts=True)
    rows = [
        (letters.get(chr(value), chr(value)), int(count)) for value, count in zip(values, counts, strict=True)
    ]
    return [
        {"code": code, "meaning": meaning(code, last) or meaning(code, first), "sessions": count}
        for code, count in sorted(rows, key=lambda row: (-row[1], row[0]))
    ]
