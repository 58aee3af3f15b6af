"""Compiled measures over many mark grids: the answers of ``mainstay.law``, for a whole area at once.

A kernel knows no code and no number of the law. Classes come in as two tables by mark byte (built by
``classes.py``), lengths and limits as ``limits``. A mark is looked at only where its school was open,
so marks after a date or on closed days are left out by closing those slots.

Slots and weeks of the year before are counted in the measured year's own grid and so are negative:
its week ``w`` is week ``w - shift``.
"""

from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mainstay.registers.grid import BLANK, SIZE, SLOTS, WEEKS

#: what stands in a result where there is no slot or week
NONE: Final = -32768

#: columns of a result; *_slot 0..755, *_week a week of the measured year's grid (negative: year before)
FIELDS: Final = (
    "possible", "attended", "authorised", "unauthorised", "late", "missing", "illness", "unresolved_n",
    "counted", "best_count", "best_first_week", "best_last_week", "wide_count",
    "met_slot", "window_first_week", "window_last_week", "longest_unauthorised_days", "ten_days_slot",
    "first_slot", "last_slot",
)  # fmt: skip
(
    _POSSIBLE, _ATTENDED, _AUTHORISED, _UNAUTHORISED, _LATE, _MISSING, _ILLNESS, _UNRESOLVED,
    _COUNTED, _BEST, _BEST_FIRST, _BEST_LAST, _WIDE,
    _MET, _MET_FIRST, _MET_LAST, _LONGEST, _TEN_DAYS,
    _FIRST, _LAST,
) = range(len(FIELDS))  # fmt: skip

#: flags of a mark byte
IN_SESSION: Final = 1
IS_POSSIBLE: Final = 2
IS_UNAUTHORISED: Final = 4
COUNTS: Final = 8
IS_ILLNESS: Final = 16
IS_ABSENT: Final = 32

#: lanes of the packed table: eight counters of eight bits, enough for the 14 sessions of a week
LANE_POSSIBLE: Final = 0
LANE_AUTHORISED: Final = 8
LANE_UNAUTHORISED: Final = 16
LANE_COUNTED: Final = 24
LANE_LATE: Final = 32
LANE_ILLNESS: Final = 40
LANE_UNRESOLVED: Final = 48
LANE_HELD: Final = 56

_EVEN: Final = np.uint64(0x00FF00FF00FF00FF)
_BYTE: Final = np.uint64(0xFF)
_WORD: Final = np.uint64(0xFFFF)
_EIGHT: Final = np.uint64(8)

#: places in ``limits``
SESSIONS: Final = 0  # counted sessions that meet the threshold
SCHOOL_WEEKS: Final = 1  # in so many school weeks
WIDE_WEEKS: Final = 2  # school weeks of the near miss
RUN_DAYS: Final = 3  # unauthorised school days of the return
FRAMEWORK: Final = 4  # first slot of the national framework
SHIFT: Final = 5  # weeks between this grid and the year before's

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int32]
Shorts = NDArray[np.int16]


@njit(cache=True, nogil=True)
def _open_slots(opened: Bytes, slots: Any, ends: Any, weeks: Any) -> Any:
    """List a school's sessions by school week; the number of those weeks."""
    n, k = 0, 0
    for week in range(WEEKS):
        before = n
        for slot in range(week * SLOTS, (week + 1) * SLOTS):
            if opened[slot]:
                slots[n] = slot
                n += 1
        if n > before:
            weeks[k], ends[k] = week, n
            k += 1
    return k


@njit(cache=True, nogil=True)
def _join_weeks(weeks: Any, n_weeks: int, opened_before: Bytes, limits: Any, all_weeks: Any) -> Any:
    """School weeks of this year with as many of the year before as a window can reach; oldest first.

    A week that lies in both grids is one week.
    """
    shift, reach, n = limits[SHIFT], limits[WIDE_WEEKS], 0
    for week in range(WEEKS - 1, -1, -1):
        if n == reach:
            break
        if n_weeks and week - shift == weeks[0]:
            continue
        for slot in range(week * SLOTS, (week + 1) * SLOTS):
            if opened_before[slot]:
                all_weeks[n] = week - shift
                n += 1
                break
    all_weeks[:n] = all_weeks[:n][::-1].copy()
    for k in range(n_weeks):
        all_weeks[n + k] = weeks[k]
    return n


@njit(cache=True, nogil=True)
def _count_slots(row: Bytes, opened: Bytes, flags: Bytes, flag: int, week: int, first: int, last: int) -> Any:
    """Marks with ``flag`` in one week, between two slots of the same grid."""
    n = 0
    for slot in range(max(week * SLOTS, first), min((week + 1) * SLOTS - 1, last) + 1):
        if opened[slot] and flags[row[slot]] & flag:
            n += 1
    return n


@njit(cache=True, nogil=True)
def _extent(row: Bytes, slots: Any, n: int, flags: Bytes, result: Any) -> None:
    """First and last mark in an open session, and the blanks between them."""
    first, last = 0, n - 1
    while first < n and not flags[row[slots[first]]] & IN_SESSION:
        first += 1
    if first == n:
        result[_FIRST] = result[_LAST] = NONE
        result[_MISSING] = 0
        return
    while not flags[row[slots[last]]] & IN_SESSION:
        last -= 1
    missing = 0
    for k in range(first, last + 1):
        missing += row[slots[k]] == BLANK
    result[_FIRST], result[_LAST], result[_MISSING] = slots[first], slots[last], missing


@njit(cache=True, nogil=True)
def _met_in_week(
    row: Bytes, opened: Bytes, flags: Bytes, week: int, first: int, last: int, wanted: int
) -> Any:
    """The slot of the ``wanted``-th counted session of a week."""
    slot = max(week * SLOTS, first)
    while slot <= min((week + 1) * SLOTS - 1, last):
        if opened[slot] and flags[row[slot]] & COUNTS:
            wanted -= 1
            if wanted <= 0:
                return slot
        slot += 1
    return NONE


@njit(cache=True, nogil=True)
def _windows(
    row: Bytes, opened: Bytes, flags: Bytes, limits: Any, first: int, last: int,
    counts: Any, own: Any, all_weeks: Any, n: int, result: Any,
) -> None:  # fmt: skip
    """Slide the threshold's window over the school weeks; ``own`` holds this year's part of ``counts``."""
    needed, length, wide = limits[SESSIONS], limits[SCHOOL_WEEKS], limits[WIDE_WEEKS]
    inside, inside_wide = 0, 0
    for k in range(n):
        inside += counts[k]
        inside_wide += counts[k]
        if k >= length:
            inside -= counts[k - length]
        if k >= wide:
            inside_wide -= counts[k - wide]
        if not own[k]:
            continue
        result[_WIDE] = max(result[_WIDE], inside_wide)
        if inside <= result[_BEST] and (result[_MET] != NONE or inside < needed):
            continue
        start = max(0, k - length + 1)
        while not counts[start]:
            start += 1
        if inside > result[_BEST]:
            result[_BEST], result[_BEST_FIRST], result[_BEST_LAST] = inside, all_weeks[start], all_weeks[k]
        if result[_MET] == NONE and inside >= needed:
            wanted = needed - (inside - own[k])
            result[_MET] = _met_in_week(row, opened, flags, all_weeks[k], first, last, wanted)
            result[_MET_FIRST], result[_MET_LAST] = all_weeks[start], all_weeks[k]


@njit(cache=True, nogil=True)
def _day(row: Bytes, opened: Bytes, flags: Bytes, slot: int) -> Any:
    """One day for the run: 1 counts, -1 breaks, 0 neither."""
    counts, blank = 0, 0
    for s in (slot, slot + 1):
        if opened[s]:
            mark = flags[row[s]]
            if mark & IS_POSSIBLE:
                if not mark & IS_UNAUTHORISED:
                    return -1
                counts = 1
            elif row[s] == BLANK:
                blank = 1
    return counts if not blank else 0


@njit(cache=True, nogil=True)
def _run_before(row: Bytes, opened: Bytes, flags: Bytes, first: int, last: int) -> Any:
    """Unauthorised days at the end of the year before, unbroken."""
    run = 0
    for slot in range(SIZE - 2, -1, -2):
        if first <= slot <= last:
            day = _day(row, opened, flags, slot)
            if day < 0:
                break
            run += day
    return run


@njit(cache=True, nogil=True)
def _runs(
    row: Bytes, opened: Bytes, flags: Bytes, needed: int, run: int, first: int, last: int,
    packed_weeks: Any, weeks: Any, n_weeks: int, result: Any,
) -> None:  # fmt: skip
    """Longest run of unauthorised days, continuing ``run``, and the day one reaches ``needed``."""
    longest = 0
    for k in range(n_weeks):
        lanes = packed_weeks[k]
        start = weeks[k] * SLOTS
        whole = first <= start and start + SLOTS - 1 <= last
        if whole and not (lanes >> np.uint64(LANE_UNAUTHORISED)) & _BYTE:
            if (lanes >> np.uint64(LANE_POSSIBLE)) & _BYTE:
                run = 0
            continue
        for slot in range(start, start + SLOTS, 2):
            if slot < first or slot > last:
                continue
            day = _day(row, opened, flags, slot)
            if day < 0:
                run = 0
            elif day:
                run += 1
                longest = max(longest, run)
                if run == needed and result[_TEN_DAYS] == NONE:
                    result[_TEN_DAYS] = slot
    result[_LONGEST] = longest


@njit(cache=True, nogil=True)
def _totals(
    row: Bytes, packed: Any, slots: Any, ends: Any, n_weeks: int, packed_weeks: Any, result: Any
) -> Any:
    """Add up a row by week; the number of open sessions that hold anything."""
    even, odd = np.uint64(0), np.uint64(0)
    start: Any = 0
    for k in range(n_weeks):
        lanes = np.uint64(0)
        end = ends[k]
        for j in range(start, end):
            lanes += packed[row[slots[j]]]
        start = end
        packed_weeks[k] = lanes
        even += lanes & _EVEN
        odd += (lanes >> _EIGHT) & _EVEN
    possible = np.int64(even & _WORD)
    authorised = np.int64(odd & _WORD)
    unauthorised = np.int64((even >> np.uint64(LANE_UNAUTHORISED)) & _WORD)
    result[_POSSIBLE], result[_AUTHORISED], result[_UNAUTHORISED] = possible, authorised, unauthorised
    result[_ATTENDED] = possible - authorised - unauthorised
    result[_COUNTED] = np.int64((odd >> np.uint64(LANE_COUNTED - 8)) & _WORD)
    result[_LATE] = np.int64((even >> np.uint64(LANE_LATE)) & _WORD)
    result[_ILLNESS] = np.int64((odd >> np.uint64(LANE_ILLNESS - 8)) & _WORD)
    result[_UNRESOLVED] = np.int64((even >> np.uint64(LANE_UNRESOLVED)) & _WORD)
    return np.int64((odd >> np.uint64(LANE_HELD - 8)) & _WORD)


@njit(cache=True, nogil=True)
def _own_counts(
    row: Bytes, opened: Bytes, flags: Bytes, packed_weeks: Any, weeks: Any, n_weeks: int,
    first: int, last: int, whole: bool, own: Any,
) -> Any:  # fmt: skip
    """This year's counted sessions by school week; their sum."""
    total: Any = 0
    for k in range(n_weeks):
        n = np.int64((packed_weeks[k] >> np.uint64(LANE_COUNTED)) & _BYTE)
        if n and not whole:
            n = _count_slots(row, opened, flags, COUNTS, weeks[k], first, last)
        own[k] = n
        total += n
    return total


@njit(cache=True, nogil=True)
def measure(
    marks: Bytes, school: Ints, opens: Bytes, before: Bytes, before_row: Ints, opens_before: Bytes,
    age_first: Ints, age_last: Ints, packed: NDArray[np.uint64], flags: Bytes, limits: NDArray[np.int64],
    results: Shorts,
) -> None:  # fmt: skip
    """Measure each row of ``marks`` into the same row of ``results``.

    marks, before    uint8 (n, 756) and (m, 756): this year's grids, and the year before's of the same schools
    school           int32 (n,), equal values adjacent: row of ``opens`` and ``opens_before``
    opens(_before)   uint8 (schools, 756): 1 where the school was in session
    before_row       int32 (n,): row of ``before`` that is the same pupil at the same school, or -1
    age_first/last   int32 (n,): slots of compulsory school age, both included; any slot may be outside the grid
    packed, flags    classes by mark byte; limits: see the names above
    results          int16 (n, len(FIELDS))
    """
    slots, ends, weeks = np.zeros(SIZE, np.uint16), np.zeros(WEEKS, np.int64), np.zeros(WEEKS, np.int64)
    packed_weeks = np.zeros(WEEKS, np.uint64)
    all_weeks = np.zeros(2 * WEEKS, np.int64)
    counts, own = np.zeros(2 * WEEKS, np.int64), np.zeros(2 * WEEKS, np.int64)
    current, n_weeks, prior, n_slots = -1, 0, 0, 0
    back = limits[SHIFT] * SLOTS
    for r in range(len(marks)):
        s = school[r]
        if s != current:
            current = s
            n_weeks = _open_slots(opens[s], slots, ends, weeks)
            n_slots = ends[n_weeks - 1] if n_weeks else 0
            prior = _join_weeks(weeks, n_weeks, opens_before[s], limits, all_weeks)
        row, result = marks[r], results[r]
        for f in (_BEST_FIRST, _BEST_LAST, _MET, _MET_FIRST, _MET_LAST, _TEN_DAYS):
            result[f] = NONE
        result[_BEST] = result[_WIDE] = result[_LONGEST] = 0
        held = _totals(row, packed, slots, ends, n_weeks, packed_weeks, result)
        if n_slots and held == n_slots and flags[row[slots[0]]] & flags[row[slots[n_slots - 1]]] & IN_SESSION:
            result[_FIRST], result[_LAST], result[_MISSING] = slots[0], slots[n_slots - 1], 0
        else:
            _extent(row, slots, n_slots, flags, result)
        if result[_FIRST] == NONE:
            continue
        low, high = age_first[r], age_last[r]
        in_age = low <= slots[0] and high >= slots[n_slots - 1]
        if result[_ILLNESS] and not in_age:
            result[_ILLNESS] = 0
            for k in range(n_weeks):
                result[_ILLNESS] += _count_slots(row, opens[s], flags, IS_ILLNESS, weeks[k], low, high)
        known = before_row[r]
        if result[_COUNTED]:
            from_slot = max(low, limits[FRAMEWORK])
            whole = in_age and from_slot <= slots[0]
            result[_COUNTED] = _own_counts(
                row, opens[s], flags, packed_weeks, weeks, n_weeks, from_slot, high, whole, own[prior:]
            )
            own[:prior] = 0
            counts[:prior] = 0
            counts[prior : prior + n_weeks] = own[prior : prior + n_weeks]
            if known >= 0:
                for k in range(prior + (n_weeks > 0)):
                    if all_weeks[k] + limits[SHIFT] < WEEKS:
                        counts[k] += _count_slots(
                            before[known], opens_before[s], flags, COUNTS,
                            all_weeks[k] + limits[SHIFT], from_slot + back, high + back,
                        )  # fmt: skip
            if result[_COUNTED]:
                _windows(
                    row,
                    opens[s],
                    flags,
                    limits,
                    from_slot,
                    high,
                    counts,
                    own,
                    all_weeks,
                    prior + n_weeks,
                    result,
                )
        if result[_UNAUTHORISED]:
            run = 0
            if known >= 0:
                run = _run_before(before[known], opens_before[s], flags, low + back, high + back)
            _runs(
                row, opens[s], flags, limits[RUN_DAYS], run, low, high, packed_weeks, weeks, n_weeks, result
            )


@njit(cache=True, nogil=True)
def profile(marks: Bytes, school: Ints, opens: Bytes, flags: Bytes, results: NDArray[np.int16]) -> None:
    """Possible and absent sessions by weekday and half: ``results`` int16 (n, 14, 2)."""
    results[:] = 0
    for r in range(len(marks)):
        for slot in range(SIZE):
            mark = flags[marks[r, slot]]
            if mark & IS_POSSIBLE and opens[school[r], slot]:
                results[r, slot % SLOTS, 0] += 1
                if mark & IS_ABSENT:
                    results[r, slot % SLOTS, 1] += 1


@njit(cache=True, nogil=True)
def seen(marks: Bytes, flags: Bytes, opened: Bytes) -> None:
    """Set ``opened`` (756,) where any row has a mark other than "#" and blank."""
    for r in range(len(marks)):
        for slot in range(SIZE):
            opened[slot] |= flags[marks[r, slot]] & IN_SESSION


@njit(cache=True, nogil=True)
def outside(marks: Bytes, school: Ints, opens: Bytes, flags: Bytes) -> Any:
    """How many marks other than "#" and blank stand where the school was not in session."""
    n = 0
    for r in range(len(marks)):
        for slot in range(SIZE):
            if flags[marks[r, slot]] & IN_SESSION and not opens[school[r], slot]:
                n += 1
    return n
