"""One mark corrected by a person."""

from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from mainstay.law import codes
from mainstay.registers.grid import BLANK, SIZE, academic_year, slot_of
from mainstay.service.attendance import grids, taking
from mainstay.service.attendance.models import Register
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory import calendars
from mainstay.service.record import access
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience


@transaction.atomic
def correct_mark(
    *, register_id: int, on: date, half: str, code: str, reason: str, by: Any, at: datetime
) -> taking.Written:
    """Change one session's mark; what it was stays as an amendment with who (name and post), when and why.

    Raises StepRefused: not in view, another year, the future, a closed session, a code not in force, no reason,
    or the mark is that already.
    """
    found = Register.objects.select_related("pupil").filter(pk=register_id)
    register = found.filter(
        pk__in=Register.objects.visible_to(by).filter(pk=register_id).values("pk")
    ).first()
    if register is None or not by.may("correct_marks"):
        raise StepRefused("You cannot correct marks in this register.")
    if not access.may_open(by, register.pupil):
        raise StepRefused("This record is restricted: open it with a reason first.")
    if not reason.strip():
        raise StepRefused("Say why the mark is changed; the register keeps it.")
    byte = _byte(register, on, half, code, at)
    taking.lock(register.school_id, register.year)
    held = grids.of_school(register.school_id, register.year)
    slot = slot_of(on, half)
    if held.marks[held.place()[register.pupil_id], slot] == byte:
        raise StepRefused(f"The mark of that session is {code} already.")
    marks = np.full((1, SIZE), BLANK, np.uint8)
    marks[0, slot] = byte
    incoming = taking.Incoming(register.school_id, register.year, [register.pupil_id], marks)
    written = taking.take(incoming, at=at, by=by, reason=reason.strip())
    add_entry(
        pupil=register.pupil_id,
        by=by,
        at=at,
        kind="mark",
        title=f"Mark corrected: {on:%d/%m/%Y} {half}",
        text=f"Now {code}. {reason.strip()}\n{by.name}, {by.post}".rstrip(", "),
        audience=Audience.SCHOOL,
        about=register,
    )
    return written


def _byte(register: Register, on: date, half: str, code: str, at: datetime) -> int:
    """The byte of a code that may stand in that session."""
    if academic_year(on) != register.year:
        raise StepRefused("That day is not in this register's academic year.")
    if on > timezone.localdate(at):
        raise StepRefused("That session is still to come.")
    if half not in ("AM", "PM"):
        raise StepRefused("Choose the morning or the afternoon session.")
    try:
        codes.lookup(code, on)
    except ValueError as problem:
        raise StepRefused(f"{problem}.") from None
    mask = calendars.open_mask(register.school_id, register.year)
    if mask.any() and not mask[slot_of(on, half)] and code != codes.CLOSED:
        raise StepRefused("The school was closed in that session. Correct the calendar first if it was open.")
    return ord(codes.byte_of(code))
