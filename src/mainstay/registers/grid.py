"""The mark grid: one pupil, one school, one academic year, as 756 bytes.

A grid has 54 weeks of 14 half-day slots, Monday AM to Sunday PM, one byte a slot, and starts on the
Monday on or before 1 August. The byte of a code never changes (``law/parameters/codes.toml``).
Beside it lies a provenance grid of the same shape: per slot the ordinal (uint16) of the import or
correction that first filled it.
"""

from datetime import date, timedelta
from typing import Final

WEEKS: Final = 54
SLOTS: Final = 14
SIZE: Final = WEEKS * SLOTS
BLANK: Final = ord("-")
EMPTY: Final = bytes([BLANK]) * SIZE
HALVES: Final = ("AM", "PM")


def academic_year(on: date) -> int:
    """The year in which the academic year of ``on`` starts (1 August to 31 July)."""
    return on.year if on.month >= 8 else on.year - 1


def year_label(year: int) -> str:
    """2024 -> "2024-25"."""
    return f"{year}-{(year + 1) % 100:02d}"


def year_of_label(label: str) -> int:
    """ "2024-25" -> 2024; ValueError for anything else."""
    year = int(label[:4])
    if year_label(year) != label:
        raise ValueError(f"{label!r} is not an academic year such as 2024-25")
    return year


def first_monday(year: int) -> date:
    """The Monday on or before 1 August: the day of slot 0 and 1."""
    first = date(year, 8, 1)
    return first - timedelta(days=first.weekday())


def slot_of(on: date, half: str) -> int:
    """Index 0..755 of a session in the grid of its academic year."""
    return 2 * (on - first_monday(academic_year(on))).days + HALVES.index(half)


def session_of(year: int, slot: int) -> tuple[date, str]:
    """The date and half-day of a slot; the inverse of ``slot_of`` for days inside the year."""
    return first_monday(year) + timedelta(days=slot // 2), HALVES[slot % 2]


def week_of(slot: int) -> int:
    """The week 0..53 of a slot."""
    return slot // SLOTS
