"""A small random city for the measures: schools that close at odd times, pupils with planted cases."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from mainstay.law import codes
from mainstay.registers.grid import BLANK, SIZE, academic_year, first_monday, slot_of

YEARS = (2023, 2024, 2025)
COUNTED = b"GNOU"
CLOSED = ord(codes.byte_of(codes.CLOSED))


def _always_in_force(code: str) -> bool:
    try:
        return all(codes.lookup(code, date(year, month, 1)) for year in YEARS for month in (9, 12))
    except codes.CodeNotInForce:
        return False


#: present first, then every other code that was in force in all these years, closed and blank
CODES = np.frombuffer(
    (
        "12"
        + "".join(sorted({codes.byte_of(c) for c in codes.known() - {"/", "\\"} if _always_in_force(c)}))
        + "-"
    ).encode(),
    np.uint8,
)


@dataclass
class Register:
    """One pupil's marks at one school: year -> grid."""

    school: str
    grids: dict[int, np.ndarray]


@dataclass
class Pupil:
    upn: str
    born: date | None
    registers: list[Register]


@dataclass
class City:
    opens: dict[str, dict[int, np.ndarray]] = field(default_factory=dict)
    pupils: list[Pupil] = field(default_factory=list)


def school_opens(rng: np.random.Generator, year: int, weeks_open: float) -> np.ndarray:
    """A year's sessions: terms, half terms, bank holidays, half closures, whole closed weeks."""
    opened = np.zeros((54, 7, 2), np.uint8)
    start, end = 5 + int(rng.integers(0, 2)), 51
    opened[start:end, :5] = 1
    for week in (13, 21, 22, 29, 36, 37, 44):
        opened[week] = 0
    opened[rng.random(54) > weeks_open] = 0
    for _ in range(8):
        opened[rng.integers(54), rng.integers(5)] = 0
    for _ in range(6):
        opened[rng.integers(54), rng.integers(5), rng.integers(2)] = 0
    opened[rng.integers(start, end), 5] = 1
    opened = opened.reshape(SIZE)
    outside = np.array(
        [academic_year(first_monday(year) + timedelta(days=s // 2)) != year for s in range(SIZE)]
    )
    if rng.random() < 0.3:
        opened[slot_of(date(year, 8, 1), "AM") :][:6] = 1
        opened[slot_of(date(year + 1, 7, 31), "PM") - 5 :][:6] = 1
    opened[outside] = 0
    return opened


def random_grid(rng: np.random.Generator, opened: np.ndarray) -> np.ndarray:
    """Marks of a year in one of several moods, blank or closed where the school was."""
    grid = np.full(SIZE, BLANK, np.uint8)
    mood = rng.integers(8)
    bad = (0.02, 0.05, 0.1, 0.12, 0.15, 0.3, 0.6, 0.9)[mood]
    weights = np.full(len(CODES), bad / (len(CODES) - 2))
    weights[:2] = (1 - bad) / 2
    grid[:] = rng.choice(CODES, SIZE, p=weights / weights.sum())
    for _ in range(rng.integers(0, 4)):
        at, length = rng.integers(0, SIZE), rng.integers(2, 90)
        kinds = (COUNTED, b"O", b"I", b"O-", b"GX", b"OOOOO1", b"-", b"0")[rng.integers(8)]
        grid[at : at + length] = rng.choice(np.frombuffer(kinds, np.uint8), len(grid[at : at + length]))
    if rng.random() < 0.15:  # came late
        grid[: rng.integers(70, 500)] = BLANK
    if rng.random() < 0.15:  # left early
        grid[rng.integers(200, 700) :] = BLANK
    grid[opened == 0] = np.where(grid[opened == 0] == CLOSED, CLOSED, BLANK)
    return grid


def few_counted(rng: np.random.Generator, opened: np.ndarray, n: int, halves: str = "both") -> np.ndarray:
    """Present but for ``n`` counted sessions somewhere near each other: nine, ten, mornings only."""
    grid = np.where(opened == 1, np.uint8(ord("1")), np.uint8(BLANK))
    slots = np.flatnonzero(opened)
    if halves == "AM":
        slots = slots[slots % 2 == 0]
    start = rng.integers(0, max(1, len(slots) - 150))
    stretch = slots[start : start + int(rng.integers(n, 130))]
    grid[rng.choice(stretch, min(n, len(stretch)), replace=False)] = rng.choice(
        np.frombuffer(COUNTED, np.uint8)
    )
    return grid


def at_the_ends(rng: np.random.Generator, opened: np.ndarray, last: bool) -> np.ndarray:
    """Counted sessions at the end or the start of a year: windows and runs that cross the summer."""
    grid = np.where(opened == 1, np.uint8(ord("1")), np.uint8(BLANK))
    slots = np.flatnonzero(opened)
    stretch = slots[-30:] if last else slots[:30]
    if rng.random() < 0.5:
        stretch = stretch[-int(rng.integers(1, 28)) :] if last else stretch[: int(rng.integers(1, 28))]
        grid[stretch] = ord("O")
    else:
        grid[rng.choice(stretch, int(rng.integers(1, 12)), replace=False)] = ord("U")
    return grid


def _birth(rng: np.random.Generator) -> date | None:
    if rng.random() < 0.1:
        return None
    if rng.random() < 0.2:  # around the days that decide compulsory age
        year = int(rng.choice([2007, 2008, 2009, 2018, 2019, 2020]))
        month, day = [(8, 31), (9, 1), (9, 2), (12, 31), (1, 1), (3, 31), (4, 1), (6, 26), (6, 27)][
            rng.integers(9)
        ]
        return date(year, month, day)
    return date(2007, 1, 1) + timedelta(days=int(rng.integers(0, 365 * 14)))


def _grids(rng: np.random.Generator, opens: dict[int, np.ndarray]) -> dict[int, np.ndarray]:
    grids = {}
    kind = rng.integers(10)
    for year in YEARS:
        opened = opens[year]
        if rng.random() < 0.15:
            continue
        if kind < 4:
            grids[year] = random_grid(rng, opened)
        elif kind < 7:
            grids[year] = few_counted(rng, opened, int(rng.integers(7, 12)), ("both", "AM")[rng.integers(2)])
        else:
            grids[year] = at_the_ends(rng, opened, last=year % 2 == 1 or rng.random() < 0.2)
    return grids


def make_city(pupils: int, seed: int, schools: int = 6) -> City:
    """A city of ``pupils`` over ``schools`` schools and three academic years."""
    rng, city = np.random.default_rng(seed), City()
    for k in range(schools):
        city.opens[f"10000{k}"] = {year: school_opens(rng, year, 1.0 if k else 0.55) for year in YEARS}
    names = sorted(city.opens)
    for n in range(pupils):
        several = 1 if rng.random() < 0.75 else int(rng.integers(2, 4))
        chosen = rng.choice(names, several, replace=False)
        registers = [Register(str(name), _grids(rng, city.opens[str(name)])) for name in chosen]
        city.pupils.append(Pupil(f"A{852_000_000_000 + n}", _birth(rng), registers))
    return city
