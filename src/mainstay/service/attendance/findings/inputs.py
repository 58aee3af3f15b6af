"""What an Answer rests on, as a digest: while it stays the same, the law need not be asked again.

A day's file changes most registers and few Answers. The digest holds every mark, session of school and date
that can change the Answer of that kind; "" means that it cannot be told so cheaply, and the law is asked.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mainstay.law.rules import CURRENT
from mainstay.registers import tables
from mainstay.registers.grid import BLANK, SLOTS, academic_year, slot_of
from mainstay.service.attendance.findings.answers import Asked, Kind
from mainstay.service.attendance.findings.batch import Batch

Bytes = NDArray[np.uint8]


def digest(batch: Batch, asked: Asked, reached_on: date) -> str:
    """Digest of what the Answer rests on, for a finding that was reached on that day."""
    row = asked.row
    if asked.kind not in _ABSENCE and len({school for _, school, _ in batch.of_pupil[row.pupil]}) > 1:
        return ""
    said = hashlib.blake2b(digest_size=16)
    said.update(f"{CURRENT.version} {asked.considered_on} {batch.births.get(row.pupil)} ".encode())
    for part in _PARTS[asked.kind](batch, asked, reached_on):
        said.update(part)
    return said.hexdigest()


def _own(batch: Batch, asked: Asked) -> tuple[Bytes, Bytes]:
    row = asked.row
    return batch.marks[row.pupil, row.school, row.year], batch.mask(row.school, row.year)


def _absence(batch: Batch, asked: Asked, _: date) -> Iterator[bytes]:
    marks, mask = _own(batch, asked)
    yield repr(asked.row[3:9]).encode()
    yield (marks * (tables.ABSENT[marks] & mask)).tobytes()
    yield mask.tobytes()


def _threshold(batch: Batch, asked: Asked, _: date) -> Iterator[bytes]:
    """The weeks from the first counted session to the last: what counts, what is blank, when school was."""
    years = _years(batch, asked, max(asked.row.year, academic_year(asked.today)))
    counted = [tables.THRESHOLD[marks] & mask for _, marks, mask in years]
    used = [n for n, slots in enumerate(counted) if slots.any()]
    for n in range(used[0], used[-1] + 1) if used else ():
        year, marks, mask = years[n]
        slots = np.flatnonzero(counted[n])
        first = int(slots[0]) // SLOTS * SLOTS if n == used[0] else 0
        end = (int(slots[-1]) // SLOTS + 1) * SLOTS if n == used[-1] else len(marks)
        matters = (tables.THRESHOLD[marks] != 0) | (marks == BLANK)
        yield f"{year} {first} ".encode()
        yield np.where(matters, marks, 0)[first:end].tobytes()
        yield mask[first:end].tobytes()


def _years(batch: Batch, asked: Asked, last: int) -> list[tuple[int, Bytes, Bytes]]:
    """(year, marks, sessions) from the tail of the year before to the last marks, in time order."""
    row = asked.row
    found = []
    for pupil, school, year in sorted(batch.of_pupil[row.pupil], key=lambda place: place[2]):
        if row.year - 1 <= year <= last:
            marks, mask = batch.marks[pupil, school, year], batch.sessions(school, year)
            found.append((year, marks, mask if year >= row.year else batch.tail_mask(school, year)))
    return found


def _ten_days(batch: Batch, asked: Asked, reached_on: date) -> Iterator[bytes]:
    row = asked.row
    end = slot_of(reached_on, "PM") + 1 if academic_year(reached_on) == row.year else 0
    for year, marks, mask in _years(batch, asked, row.year):
        stop = end if year == row.year else len(marks)
        yield marks[:stop].tobytes()
        yield mask[:stop].tobytes()


def _sickness(batch: Batch, asked: Asked, _: date) -> Iterator[bytes]:
    marks, mask = _own(batch, asked)
    yield np.flatnonzero(tables.ILLNESS[marks] & mask).astype(np.int32).tobytes()


def overdue(batch: Batch, asked: Asked) -> NDArray[np.intp]:
    """Slots of N whose school days to be settled are over."""
    row = asked.row
    past = [day.slot for day in batch.days(row.school, row.year) if day.on < asked.today]
    age = CURRENT.whole("unresolved_n_days") + 1
    if len(past) < age:
        return np.zeros(0, np.intp)
    marks, mask = _own(batch, asked)
    end = past[-age] + 2
    return np.flatnonzero(tables.UNRESOLVED[marks[:end]] & mask[:end])


def _unresolved(batch: Batch, asked: Asked, _: date) -> Iterator[bytes]:
    slots = overdue(batch, asked)
    yield slots.astype(np.int32).tobytes()
    if len(slots):
        yield batch.mask(asked.row.school, asked.row.year)[int(slots[0]) :].tobytes()


_ABSENCE: Final = frozenset({Kind.SEVERE, Kind.PERSISTENT})
_PARTS: Final[dict[str, Callable[[Batch, Asked, date], Iterator[bytes]]]] = {
    Kind.SEVERE: _absence,
    Kind.PERSISTENT: _absence,
    Kind.THRESHOLD: _threshold,
    Kind.NEAR_MISS: _threshold,
    Kind.TEN_DAYS: _ten_days,
    Kind.SICKNESS: _sickness,
    Kind.UNRESOLVED: _unresolved,
}
