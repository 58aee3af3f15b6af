"""The threshold across schools: a pupil's registers joined session by session.

A session counts once, by the first of attended, authorised, unauthorised, not possible, blank; a week
is a school week where one of the schools was in session while the pupil was on its roll, from the
first to the last mark there.
"""

from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mainstay.registers.grid import SIZE, SLOTS, WEEKS
from mainstay.registers.kernels import (
    COUNTS,
    FRAMEWORK,
    IN_SESSION,
    IS_ABSENT,
    IS_POSSIBLE,
    NONE,
    SCHOOL_WEEKS,
    SESSIONS,
    SHIFT,
)

_COUNTED: Final = 1  # any higher rank beats it
_OTHER: Final = 2  # authorised or attended: no counted session


@njit(cache=True, nogil=True)
def _merge(
    grids: Any, opens: Any, places: Any, offsets: Any, flags: Any, ranks: Any, school_week: Any
) -> None:
    """Join one pupil's grids of two years onto one line of slots, starting with the year before."""
    ranks[:] = 0
    school_week[:] = 0
    for a in range(len(grids)):
        first, last = len(ranks), -1
        for b in range(len(grids)):
            if places[b] != places[a]:
                continue
            for slot in range(SIZE):
                if opens[b, slot] and flags[grids[b, slot]] & IN_SESSION:
                    first = min(first, slot + offsets[b])
                    last = max(last, slot + offsets[b])
        for slot in range(SIZE):
            at = slot + offsets[a]
            if not opens[a, slot] or at < first or at > last:
                continue
            school_week[at // SLOTS] = 1
            mark = flags[grids[a, slot]]
            if mark & COUNTS:
                ranks[at] = max(ranks[at], _COUNTED)
            elif mark & (IS_POSSIBLE | IS_ABSENT):
                ranks[at] = _OTHER


@njit(cache=True, nogil=True)
def _first_met(ranks: Any, school_week: Any, limits: Any, first: int, last: int, year_from: int) -> Any:
    """The first counted slot from ``year_from`` on at which the trailing school weeks hold enough."""
    n_weeks = 0
    counts = np.zeros(len(school_week), np.int64)
    for week in range(len(school_week)):
        if not school_week[week]:
            continue
        inside = 0
        for k in range(max(0, n_weeks - limits[SCHOOL_WEEKS] + 1), n_weeks):
            inside += counts[k]
        for slot in range(max(first, week * SLOTS), min(last, (week + 1) * SLOTS - 1) + 1):
            if ranks[slot] == _COUNTED:
                counts[n_weeks] += 1
                inside += 1
                if inside >= limits[SESSIONS] and slot >= year_from:
                    return slot
        n_weeks += 1
    return NONE


@njit(cache=True, nogil=True)
def meet(
    grids: NDArray[np.uint8], opens: NDArray[np.uint8], places: NDArray[np.int32], is_before: NDArray[np.bool_],
    starts: NDArray[np.int64], age_first: NDArray[np.int32], age_last: NDArray[np.int32], flags: NDArray[np.uint8],
    limits: NDArray[np.int64], year_from: int, results: NDArray[np.int16],
) -> None:  # fmt: skip
    """When each pupil's schools together met the threshold in the measured year, as a slot or NONE.

    grids, opens     uint8 (n, 756): registers of one pupil adjacent, with their school's sessions
    places           int32 (n,): which school; is_before (n,): a grid of the year before
    starts           int64 (pupils + 1,): where each pupil's registers begin
    age_first/last   int32 (pupils,): slots of compulsory school age in the measured year's grid
    year_from        slot of 1 August in the measured year's grid; results int16 (pupils,)
    """
    shift = limits[SHIFT] * SLOTS
    ranks = np.zeros(SIZE + shift, np.uint8)
    school_week = np.zeros(WEEKS + limits[SHIFT], np.uint8)
    for p in range(len(starts) - 1):
        a, b = starts[p], starts[p + 1]
        offsets = np.where(is_before[a:b], 0, shift)
        _merge(grids[a:b], opens[a:b], places[a:b], offsets, flags, ranks, school_week)
        first = max(age_first[p], limits[FRAMEWORK]) + shift
        met = _first_met(ranks, school_week, limits, first, age_last[p] + shift, year_from + shift)
        results[p] = met - shift if met != NONE else NONE
