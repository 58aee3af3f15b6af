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
WIDEST: Final = CURRENT.whole("near_miss_weeks") + 12  # the summer, two other holidays and some to spare


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

    A window of school weeks, with every holiday it can cross, is no longer than ``WIDEST`` weeks.
    """
    grids = _grids(batch, asked, max(asked.row.year, academic_year(asked.today)))
    slots = np.unique(
        np.concatenate(
            [start + np.flatnonzero(tables.THRESHOLD[marks] & mask) for start, marks, mask in grids]
        )
    )
    least = "threshold_sessions" if asked.kind == Kind.THRESHOLD else "near_miss_sessions"
    apart = CURRENT.whole(least) - 1
    return (
        bool(np.any(slots[apart:] - slots[: len(slots) - apart] <= WIDEST * SLOTS))
        if len(slots) > apart
        else False
    )


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


#: not the bands of absence: nearly every day changes them, and to ask is as cheap as to look whether to ask
_PARTS: Final[dict[str, Callable[[Batch, Asked, date], Iterator[bytes]]]] = {
    Kind.THRESHOLD: _threshold,
    Kind.NEAR_MISS: _threshold,
    Kind.TEN_DAYS: _ten_days,
    Kind.SICKNESS: _sickness,
    Kind.UNRESOLVED: _unresolved,
}
