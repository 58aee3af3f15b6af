"""Registers as they stand a few weeks on: N taken first, settled later; minutes late."""

from datetime import date, timedelta
from typing import Final

import numpy as np

from mainstay.law import codes
from mainstay.registers.grid import first_monday
from mainstay.registers.register import Note
from mainstay.registers.simulating.model import Amendment
from mainstay.registers.simulating.placing import byte
from mainstay.registers.simulating.years import SchoolYear

WINDOW: Final = timedelta(days=42)  # how far back first entries are told
#: opinion, after the weekly figures of December 2024: a sixteenth of absent days is first taken as N; half
#: of them are settled within two days, the others over one to three weeks
FIRST_N: Final = 1 / 16
LAGS: Final = (1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 11, 14, 16, 20)
SETTLED: Final = ("I", "M", "O", "U", "G")


def settle(year: SchoolYear, until: date, rng: np.random.Generator) -> list[Amendment]:
    """Turn marks not yet settled on ``until`` back into N, and tell how the others were settled.

    Before the summer holiday schools settle what they can: nothing stays open past the last day of term.
    """
    days = year.calendar.open_days
    recent = [n for n, d in enumerate(days) if until - WINDOW <= d <= until]
    if not recent:
        return []
    wanted = np.isin(year.marks[:, recent], [byte(c, year.year) for c in SETTLED])
    first_n = wanted.any(axis=2) & (rng.random(wanted.shape[:2]) < FIRST_N)
    people, at = np.nonzero(first_n)
    lags = rng.choice(LAGS, len(people))
    start, name, found = first_monday(year.year), codes.code_of_byte(), []
    for row, n, lag in zip(people.tolist(), at.tolist(), lags.tolist(), strict=True):
        day = days[recent[n]]
        wished = day + timedelta(days=lag)
        on = next((d for d in days if d >= wished), days[-1])
        for half in (0, 1):
            if not wanted[row, n, half]:
                continue
            mark = int(year.marks[row, recent[n], half])
            if on > until:
                year.marks[row, recent[n], half] = byte("N", year.year)
            elif on > day:
                slot = 2 * (day - start).days + half
                found.append(Amendment(int(year.people[row]), year.year, slot, "N", name[chr(mark)], on))
    return found


def minutes(year: SchoolYear, until: date, rng: np.random.Generator) -> list[Note]:
    """Minutes late for one L or U in five of the last weeks."""
    days = year.calendar.open_days
    recent = [n for n, d in enumerate(days) if until - WINDOW <= d <= until]
    start, found = first_monday(year.year), []
    for code, least, most in (("L", 2, 28), ("U", 31, 90)):
        late = year.marks[:, recent] == byte(code, year.year)
        some = np.argwhere(late & (rng.random(late.shape) < 0.2))
        spans = rng.integers(least, most, len(some))
        for (row, n, half), span in zip(some.tolist(), spans.tolist(), strict=True):
            slot = 2 * (days[recent[n]] - start).days + half
            found.append(Note(int(year.people[row]), year.year, slot, span))
    return found
