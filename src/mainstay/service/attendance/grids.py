"""Grids of marks in the database: bytes as NumPy, read and written a school-year at a time.

Beside each grid of marks lies its provenance: per session the ordinal of the arrival (``models.Arrival``)
that first filled it, 0 where nothing has.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from mainstay.registers.grid import BLANK, SIZE, SLOTS, WEEKS, first_monday, session_of
from mainstay.service.attendance import rows
from mainstay.service.attendance.models import Amendment, Arrival, Grid, Register, SchoolYear
from mainstay.service.common.among import among

Marks = NDArray[np.uint8]
Ordinals = NDArray[np.uint16]
MOST_ARRIVALS: Final = 65_535


@dataclass(slots=True)
class Held:
    """The registers of one school-year, or of some pupils, row by row.

    registers, pupils, schools, years: one entry a row; marks uint8 (n, 756); provenance uint16 (n, 756)
    """

    registers: NDArray[np.int64]
    pupils: NDArray[np.int64]
    schools: NDArray[np.int64]
    years: NDArray[np.int64]
    marks: Marks
    provenance: Ordinals

    def __len__(self) -> int:
        return len(self.registers)

    def place(self) -> dict[int, int]:
        """Pupil -> row, where each pupil has one."""
        return {int(pupil): row for row, pupil in enumerate(self.pupils)}


_COLUMNS: Final = ("register_id", "register__pupil_id", "register__school_id", "register__year", "marks")


def of_school(school: int, year: int) -> Held:
    """Every grid of one school-year, ascending by register."""
    found = Grid.objects.filter(register__school=school, register__year=year)
    return _held(list(found.order_by("register_id").values_list(*_COLUMNS, "provenance")))


def of_registers(registers: Sequence[int]) -> Held:
    """The grids of these registers, ascending by register."""
    found = Grid.objects.filter(register__in=registers)
    return _held(list(found.order_by("register_id").values_list(*_COLUMNS, "provenance")))


def of_pupils(pupils: Iterable[int], years: Iterable[int], *, but: tuple[int, int] | None = None) -> Held:
    """The grids of these pupils at every school in these years, by pupil, year, school; no provenance.

    but: a school and year left out
    """
    grids = Grid.objects.filter(register__pupil__among=among(pupils), register__year__in=years)
    if but is not None:
        grids = grids.exclude(register__school=but[0], register__year=but[1])
    order = ("register__pupil_id", "register__year", "register__school_id")
    return _held(list(grids.order_by(*order).values_list(*_COLUMNS)))


def _held(found: list[tuple[Any, ...]]) -> Held:
    columns = list(zip(*found, strict=True)) or [(), (), (), (), ()]
    ids = [np.array(column, np.int64) for column in columns[:4]]
    marks = np.frombuffer(b"".join(map(bytes, columns[4])), np.uint8).reshape(-1, SIZE).copy()
    if len(columns) > 5:
        provenance = (
            np.frombuffer(b"".join(map(bytes, columns[5])), "<u2").reshape(-1, SIZE).astype(np.uint16)
        )
    else:
        provenance = np.zeros((0, SIZE), np.uint16)
    return Held(ids[0], ids[1], ids[2], ids[3], marks, provenance)


def write(registers: Sequence[int] | NDArray[np.int64], marks: Marks, provenance: Ordinals) -> None:
    """Write grids, new and changed alike; marks and provenance as in ``Held``."""
    ordinals = provenance.astype("<u2")
    rows.upsert(
        Grid,
        ("register_id", "marks", "provenance"),
        ((int(pk), m.tobytes(), p.tobytes()) for pk, m, p in zip(registers, marks, ordinals, strict=True)),
    )


def digests(registers: Sequence[int] | NDArray[np.int64], marks: Marks) -> dict[str, str]:
    """Register -> SHA-256 of its marks, for the audit row of whatever wrote them."""
    return {str(int(pk)): hashlib.sha256(row).hexdigest() for pk, row in zip(registers, marks, strict=True)}


def end_of(day: date) -> datetime:
    """The instant at which a London day is over."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def as_known_on(register: Register, day: date) -> bytes:
    """The marks as they were known at the end of that day.

    Marks whose first arrival is later are blank; later amendments are undone.
    """
    return as_known([register], day)[register.pk]


def as_known(registers: Sequence[Register], day: date) -> dict[int, bytes]:
    """Register -> its marks ``as_known_on`` that day, in two queries however many."""
    marks = {register.pk: bytearray(register.grid.marks) for register in registers}
    changes = Amendment.objects.filter(register__in=marks, at__gte=end_of(day)).order_by("-at", "-pk")
    for register_id, slot, old in changes.values_list("register_id", "slot", "old"):
        marks[register_id][slot] = ord(old)
    places = {(register.school_id, register.year) for register in registers}
    later: dict[tuple[int, int], list[int]] = {}
    arrivals = Arrival.objects.filter(
        school__in={school for school, _ in places},
        year__in={year for _, year in places},
        at__gte=end_of(day),
    )
    for school, year, ordinal in arrivals.values_list("school_id", "year", "ordinal"):
        later.setdefault((school, year), []).append(ordinal)
    known = {}
    for register in registers:
        grid = np.frombuffer(bytes(marks[register.pk]), np.uint8).copy()
        ordinals = np.frombuffer(bytes(register.grid.provenance), "<u2")
        grid[np.isin(ordinals, later.get((register.school_id, register.year), []))] = BLANK
        known[register.pk] = grid.tobytes()
    return known


def in_session(marks: bytes, open_slots: bytes) -> bytes:
    """The marks that count: those of sessions in which the school was closed are blank.

    open_slots: as ``SchoolYear.open_mask`` keeps them; empty: every mark counts.
    """
    if not open_slots:
        return marks
    opened = np.frombuffer(open_slots, np.uint8) != 0
    return np.where(opened, np.frombuffer(marks, np.uint8), BLANK).astype(np.uint8).tobytes()


def sessions_of(registers: Iterable[Register]) -> dict[int, bytes]:
    """Register -> the sessions in which its school was open, as at the last measuring; empty where not known."""
    listed = list(registers)
    found = SchoolYear.objects.filter(
        school__in={r.school_id for r in listed}, year__in={r.year for r in listed}
    )
    masks = {
        (school, year): bytes(mask)
        for school, year, mask in found.values_list("school_id", "year", "open_mask")
    }
    return {r.pk: masks.get((r.school_id, r.year), b"") for r in listed}


def amended_sessions(registers: Iterable[Register]) -> dict[int, set[tuple[date, str]]]:
    """Register -> the sessions whose mark was changed after it was first taken; one query."""
    years = {register.pk: register.year for register in registers}
    found: dict[int, set[tuple[date, str]]] = {pk: set() for pk in years}
    changes = Amendment.objects.filter(register__in=years).order_by().values_list("register_id", "slot")
    for pk, slot in changes:
        found[pk].add(session_of(years[pk], slot))
    return found


def between(
    marks: bytes, open_slots: bytes | Sequence[bool] | None, year: int, first: date, last: date
) -> tuple[bytes, bytes | None]:
    """Marks and sessions of the weeks from Monday ``first`` to Monday ``last``; all others blank and closed."""
    kept = np.zeros(WEEKS, np.bool_)
    monday = first_monday(year)
    begin, end = (max(0, (day - monday).days // 7) for day in (first, last + timedelta(days=7)))
    kept[begin:end] = True
    inside = np.repeat(kept, SLOTS)
    shown = np.where(inside, np.frombuffer(marks, np.uint8), BLANK).astype(np.uint8).tobytes()
    if open_slots is None:
        return shown, None
    opened = np.frombuffer(bytes(open_slots), np.uint8)
    return shown, np.where(inside, opened, 0).astype(np.uint8).tobytes()
