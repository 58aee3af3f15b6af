"""The compiled loops that put marks into grids and take out what cannot stand."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def sweep(grids, year_of_row, years, possible, school_year, refused):  # type: ignore[no-untyped-def]
    """Count every byte, and blank out what could not be taken: its session is noted in ``refused``."""
    counts = np.zeros(256, np.int64)
    held = np.zeros((years, grids.shape[1]), np.bool_)
    most = 0
    for row in range(grids.shape[0]):
        here = 0
        for slot in range(grids.shape[1]):
            byte = grids[row, slot]
            counts[byte] += 1
            if byte == 45:
                continue
            if byte >= 0xFD:
                grids[row, slot] = 45
                if byte != 0xFE:
                    refused[school_year[row], slot] = 1
                continue
            here += possible[byte]
            if byte != 48:
                held[year_of_row[row], slot] = True
        most = max(most, here)
    return counts, most, held


@njit(cache=True, nogil=True)
def _shut(closed, said, early, late):  # type: ignore[no-untyped-def]
    """Why no mark can stand in a session, 0 if it can; ``said``: 1 open, 2 closed by the calendar."""
    if said == 1 and closed != 6:
        closed = 0
    elif said == 2 and closed == 0:
        closed = 5
    if closed:
        return closed
    return 7 if early else 8 if late else 0


@njit(cache=True, nogil=True)
def put(  # type: ignore[no-untyped-def]
    at, rows, days, halves, marks, table, person_of_row,
    first, era, closed, year, slot, calendar,
    school, stay_of_row, entered, left, grid_row, grid, used, problems, again, am, pm,
):  # fmt: skip
    """Check and place from ``at`` on until the end or until the grids are full.

    Returns (next entry, grids used, marks that may stand). With ``again`` only conflicts are looked for.
    """
    given = 0
    has_stays = stay_of_row.shape[0] > 0
    has_calendar = calendar.shape[0] > 0
    for k in range(at, len(rows)):
        person = person_of_row[rows[k]]
        if person < 0:
            continue
        day, half = days[k] - first, halves[k]
        if days[k] <= 0 or half < 0:
            if not again:
                problems[k] = 10 if days[k] <= 0 else 11
            continue
        byte = table[marks[k], era[day]]
        soft = byte >= 0x80 or byte == 45
        byte &= 0x7F
        said = calendar[school[person], day, half] if has_calendar else 0
        stay = stay_of_row[rows[k]] if has_stays else 0
        shut = 0 if byte == 48 else _shut(closed[day], said, days[k] < entered[stay], days[k] > left[stay])
        refused = byte <= 2
        if refused or shut:
            if not again and not soft:  # nothing is said by a blank
                problems[k] = byte if refused else shut
            if again or shut:
                continue
        row = grid_row[person, year[day]]
        if row < 0:
            if used == grid.shape[0]:
                return k, used, given
            row = used
            grid_row[person, year[day]] = row
            used += 1
        if byte in (am, pm):
            byte = pm if half else am
        here = slot[day] + half
        known = grid[row, here]
        if refused:
            if known == 45 or known == 0xFE:
                grid[row, here] = 0xFD
            continue
        if byte != 45:
            given += 1
        if again:
            if known == 0xFF and byte != 45:
                problems[k] = 9
        elif byte == 45:
            if known == 45:
                grid[row, here] = 0xFE
        elif known == 45 or known == 0xFE or known == 0xFD:
            grid[row, here] = byte
        elif known != byte:
            grid[row, here] = 0xFF
    return len(rows), used, given
