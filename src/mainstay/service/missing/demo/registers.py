"""What the registers of the made-up city show of children who are gone: absence, from the day they were last seen."""

from datetime import date, datetime
from typing import Any, Final

import numpy as np
from django.utils import timezone

from mainstay.law import codes
from mainstay.registers.grid import BLANK, SIZE, academic_year, session_of
from mainstay.service.attendance import grids, taking
from mainstay.service.directory.calendars import open_mask
from mainstay.service.missing.models import MissingChild

#: school days without a reason (N) before the school writes O: unauthorised
_NO_REASON: Final = 5
REASON: Final = "The child has not been seen since; no reason was given."


def gone(*, until: date, at: datetime, by: Any) -> None:
    """Every session a register has of a missing child after the last one attended is an absence; N first, then O."""
    today = timezone.localdate(at)
    rows = MissingChild.objects.filter(pupil__isnull=False, school__isnull=False, absent_from__lte=until)
    wanted: dict[tuple[int, int], dict[int, date]] = {}
    for pupil, school, first in rows.order_by("pk").values_list("pupil_id", "school_id", "absent_from"):
        assert pupil is not None and school is not None and first is not None  # as filtered
        for year in range(academic_year(first), academic_year(min(until, today)) + 1):
            wanted.setdefault((school, year), {})[pupil] = first
    for (school, year), children in wanted.items():
        _take(school, year, children, until, at, by)


def _take(school: int, year: int, children: dict[int, date], until: date, at: datetime, by: Any) -> None:
    mask, held = open_mask(school, year), grids.of_school(school, year)
    place = held.place()
    marks = np.full((len(children), SIZE), BLANK, np.uint8)
    for row, (pupil, first) in enumerate(children.items()):
        known = held.marks[place[pupil]] if pupil in place else None
        after = [
            slot for slot in np.flatnonzero(mask).tolist() if first <= session_of(year, slot)[0] <= until
        ]
        for n, slot in enumerate(after):
            if known is None or known[slot] != ord(codes.byte_of(codes.CLOSED)):
                marks[row, slot] = ord("N" if n < 2 * _NO_REASON else "O")
    incoming = taking.Incoming(school, year, list(children), marks)
    taking.take(incoming, at=at, by=by, reason=REASON)
