"""Measuring one school-year through the kernels, and keeping what changed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mainstay.registers import tables
from mainstay.registers.grid import SIZE
from mainstay.registers.measures import Measures, measure_block, open_mask_from_marks
from mainstay.service.attendance import grids, rows
from mainstay.service.attendance.grids import Held
from mainstay.service.attendance.models import Register
from mainstay.service.common.among import among
from mainstay.service.directory import calendars
from mainstay.service.directory.models import Pupil

Mask = NDArray[np.uint8]

FIELDS: Final = (
    "possible", "attended", "authorised", "unauthorised", "late", "missing", "illness", "unresolved", "counted",
    "persistent", "severe", "near_miss", "best_count", "best_first_week", "best_last_week", "threshold_met_on",
    "ten_days_on", "last_mark_on",
)  # fmt: skip
_COUNTS: Final = {
    "unresolved": "unresolved_n",
    **{name: name for name in FIELDS[:7]},
    "counted": "counted",
    "best_count": "best_count",
}


def open_mask(school: int, year: int, marks: grids.Marks) -> Mask:
    """When the school was open: by its calendar, or where it has no terms, by its marks."""
    mask = calendars.open_mask(school, year)
    return mask if mask.any() else open_mask_from_marks(marks)


def births_of(pupils: Sequence[int] | NDArray[np.int64]) -> list[date | None]:
    """Dates of birth in the order given."""
    known = Pupil.objects.filter(pk__among=among(pupils)).order_by()
    found = dict(known.values_list("pk", "date_of_birth"))
    return [found.get(int(pupil)) for pupil in pupils]


def measure(
    school: int,
    year: int,
    held: Held,
    opened: Mask,
    *,
    before: Held | None = None,
    births: Sequence[date | None] | None = None,
) -> Measures:
    """The measures of a school-year's registers, in their order; the year before reaches into the windows."""
    earlier = grids.of_school(school, year - 1) if before is None else before
    births = births_of(held.pupils) if births is None else births
    if not len(earlier):
        return measure_block(year, held.marks, opened, births)
    places = earlier.place()
    return measure_block(
        year,
        held.marks,
        opened,
        births,
        before=earlier.marks,
        before_row=np.array([places.get(int(pupil), -1) for pupil in held.pupils], np.int32),
        opened_before=open_mask(school, year - 1, earlier.marks),
    )


def columns(measured: Measures) -> dict[str, list[Any]]:
    """The measures as ``Register`` keeps them: field -> one value a row."""
    found: dict[str, list[Any]] = {name: measured[field].tolist() for name, field in _COUNTS.items()}
    for name in ("persistent", "severe", "near_miss"):
        found[name] = getattr(measured, name).tolist()
    for name, days in (
        ("best_first_week", measured.mondays("best_first_week")),
        ("best_last_week", measured.mondays("best_last_week")),
        ("threshold_met_on", measured.dates("met_slot")),
        ("ten_days_on", measured.dates("ten_days_slot")),
        ("last_mark_on", measured.dates("last_slot")),
    ):
        found[name] = days.tolist()  # NaT becomes None
    return found


def keep(held: Held, found: dict[str, list[Any]], at: datetime, *, whole: bool = False) -> list[int]:
    """Write the measures that changed (whole: all of them); the pupils whose they are.

    found: as ``columns`` gives them
    """
    registers = Register.objects.filter(pk__among=among(held.registers.tolist())).order_by()
    known = set() if whole else set(registers.values_list("pk", *FIELDS))
    now = zip(held.registers.tolist(), *(found[name] for name in FIELDS), strict=True)
    changed = {pupil: row for pupil, row in zip(held.pupils.tolist(), now, strict=True) if row not in known}
    if changed:
        stamp = rows.stamp(at)
        rows.update(Register, ("id", *FIELDS, "measured_at"), ((*row, stamp) for row in changed.values()))
    return list(changed)


def possible_of(marks: grids.Marks, opened: Mask) -> NDArray[np.bool_]:
    """Which sessions were possible: (n, 756), where the school was open."""
    return (tables.POSSIBLE[marks] & opened.reshape(1, SIZE)).astype(np.bool_)
