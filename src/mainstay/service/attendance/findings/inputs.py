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
from mainstay.registers.grid import BLANK, SLOTS, academic_year, first_monday
from mainstay.service.attendance.findings.answers import Asked, Kind
from mainstay.service.attendance.findings.batch import Batch

Bytes = NDArray[np.uint8]
EPOCH: Final = date(1970, 1, 5)  # a Monday


def digest(batch: Batch, asked: Asked, reached_on: date) -> str:
    """Digest of what the Answer rests on, for a finding that was reached on that day."""
    row = asked.row
    if asked.kind not in _PARTS:
        return ""
    if asked.kind == Kind.SICKNESS and len({school for _, school, _ in batch.of_pupil[row.pupil]}) > 1:
        return ""  # there the marks of several schools are joined, session by session
    said = hashlib.blake2b(digest_size=16)
    said.update(f"{CURRENT.version} {asked.considered_on} {batch.births.get(row.pupil)} ".encode())
    for part in _PARTS[asked.kind](batch, asked, reached_on):
        said.update(part)
    return said.hexdigest()


def _own(batch: Batch, asked: Asked) -> tuple[Bytes, Bytes]:
    row = asked.row
    return batch.marks[row.pupil, row.school, row.year], batch.mask(row.school, row.year)


def _threshold(batch: Batch, asked: Asked, _: date) -> Iterator[bytes]:
    """The weeks from the first counted session to the last: what counts, what is blank, when school was.

    Where several schools share the pupil any mark may bear on another's, and their first and last marks on
    which weeks are school weeks.
    """
    grids = _grids(batch, asked, max(asked.row.year, academic_year(asked.today)))
    counted = [start + np.flatnonzero(tables.THRESHOLD[marks] & mask) for start, marks, mask in grids]
    every = np.concatenate(counted) if counted else np.zeros(0, np.int64)
    if not len(every):
        return
    first, end = int(every.min()) // SLOTS * SLOTS, (int(every.max()) // SLOTS + 1) * SLOTS
    several = len({school for _, school, _ in batch.of_pupil[asked.row.pupil]}) > 1
    for start, marks, mask in grids:
        span = slice(*np.clip((first - start, end - start), 0, len(marks)).tolist())
        matters = several | (tables.THRESHOLD[marks] != 0) | (marks == BLANK)
        yield f"{max(start, first)} ".encode()
        yield np.where(matters, marks, 0)[span].tobytes()
        yield mask[span].tobytes()
        if several:
            held = start + np.flatnonzero(tables.IN_SESSION[marks] & mask)
            yield np.clip(held[[0, -1]], first, end).tobytes() if len(held) else b"-"


def close_enough(batch: Batch, asked: Asked) -> bool:
    """Whether sessions at several schools lie so near each other that together they may meet the threshold, or nearly.

    Counted in the weeks in which some school was open and had marks of the pupil: the law's school weeks, or fewer.
    """
    weeks, counted = [], []
    for start, marks, mask in _grids(batch, asked, max(asked.row.year, academic_year(asked.today))):
        held = np.flatnonzero(tables.IN_SESSION[marks] & mask)
        if len(held):
            rolled = held[0] + np.flatnonzero(mask[held[0] : held[-1] + 1])
            weeks.append((start + rolled) // SLOTS)
            counted.append(start + np.flatnonzero(tables.THRESHOLD[marks] & mask))
    if not weeks:
        return False
    number = np.searchsorted(np.unique(np.concatenate(weeks)), np.unique(np.concatenate(counted)) // SLOTS)
    kind = "threshold" if asked.kind == Kind.THRESHOLD else "near_miss"
    apart = CURRENT.whole(f"{kind}_sessions") - 1
    within = CURRENT.whole(f"{kind}_weeks")
    return len(number) > apart and bool(np.any(number[apart:] - number[:-apart] < within))


def _grids(batch: Batch, asked: Asked, last: int, only: int | None = None) -> list[tuple[int, Bytes, Bytes]]:
    """(where its first slot lies in all time, marks, sessions): the tail of the year before to the last marks.

    only: of that school; else of every one
    """
    row = asked.row
    found = []
    for pupil, school, year in batch.of_pupil[row.pupil]:
        if row.year - 1 <= year <= last and only in (None, school):
            start = (first_monday(year) - EPOCH).days * 2
            mask = batch.sessions(school, year) if year >= row.year else batch.tail_mask(school, year)
            found.append((start, batch.marks[pupil, school, year], mask))
    return found


def _ten_days(batch: Batch, asked: Asked, reached_on: date) -> Iterator[bytes]:
    row = asked.row
    end = (reached_on - EPOCH).days * 2 + 2
    for start, marks, mask in _grids(batch, asked, row.year, row.school):
        yield marks[: max(0, end - start)].tobytes()
        yield mask[: max(0, end - start)].tobytes()


def _sickness(batch: Batch, asked: Asked, _: date) -> Iterator[bytes]:
    marks, mask = _own(batch, asked)
    yield np.flatnonzero(tables.ILLNESS[marks] & mask).astype(np.int32).tobytes()


def overdue(batch: Batch, asked: Asked) -> NDArray[np.intp]:
    """Slots of N whose school days to be settled are over."""
    row = asked.row
    marks, mask = _own(batch, asked)
    passed = max(0, (asked.today - first_monday(row.year)).days)
    past = np.flatnonzero(mask.reshape(-1, 2)[:passed].any(axis=1))
    age = CURRENT.whole("unresolved_n_days") + 1
    if len(past) < age:
        return np.zeros(0, np.intp)
    end = 2 * int(past[-age]) + 2
    return np.flatnonzero(tables.UNRESOLVED[marks[:end]] & mask[:end])


def _unresolved(batch: Batch, asked: Asked, _: date) -> Iterator[bytes]:
    slots = overdue(batch, asked)
    yield slots.astype(np.int32).tobytes()
    if len(slots):
        yield batch.mask(asked.row.school, asked.row.year)[int(slots[0]) :].tobytes()


#: not the bands of absence: nearly every day changes them, and to ask is as cheap as to look whether to ask
_PARTS: Final[dict[str, Callable[[Batch, Asked, date], Iterator[bytes]]]] = {
    Kind.THRESHOLD: _threshold,
    Kind.NEAR_MISS: _threshold,
    Kind.TEN_DAYS: _ten_days,
    Kind.SICKNESS: _sickness,
    Kind.UNRESOLVED: _unresolved,
}
