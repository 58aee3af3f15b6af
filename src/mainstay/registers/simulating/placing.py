"""Where in a school's year the sessions of each code fall.

Everything is one operation: for each pupil take the free days (or half-days) with the highest key.
Smoothed noise as a key makes bursts of illness, distance to a day makes blocks, a weekday makes a
weekly pattern; weights of season and weekday are added as logarithms.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mainstay.law import codes
from mainstay.registers.simulating.published import rows

Bools = NDArray[np.bool_]
Keys = NDArray[np.float32]
Ints = NDArray[np.int64]

NOISE: Final = 2.0  # at this spread, chances are nearly proportional to the weights
BITS: Final = np.uint32(0x1FF)  # room for the place (up to 380 half-days) in the low bits of a key
#: codes that came in August 2024, and what was used before
BEFORE_2024: Final = {"C1": "C", "C2": "C", "J1": "C", "K": "B", "Y3": "Y", "Y4": "Y"}


def byte(code: str, year: int) -> int:
    """The byte of a code, or of the one used for it before 19 August 2024."""
    return ord(codes.byte_of(BEFORE_2024.get(code, code) if year < 2024 else code))


def highest(keys: Keys, free: Bools, count: Ints) -> Bools:
    """True at the ``count[i]`` free places of row i with the highest keys; no more than are free."""
    bits = np.ascontiguousarray(keys, np.float32).view(np.uint32)
    flip = np.where(bits >> 31 == 1, np.uint32(0xFFFFFFFF), np.uint32(0x80000000))
    place = np.arange(keys.shape[1], dtype=np.uint32)
    unique = np.where(free, ((bits ^ flip) & ~BITS | place) | np.uint32(0x200), np.uint32(0))
    wanted = np.minimum(count, free.sum(axis=1))
    ordered = np.sort(unique, axis=1)
    at = np.minimum(keys.shape[1] - wanted, keys.shape[1] - 1)
    least = ordered[np.arange(len(ordered)), at]
    return np.asarray((unique >= least[:, None]) & (wanted > 0)[:, None] & free, np.bool_)


@dataclass(slots=True)
class Week:
    """A school's year as arrays over its open days: weights, weekdays, edges of holidays.

    edges: index of the first open day of each half-term but the first
    """

    year: int
    days: list[date]
    illness: Keys
    unauthorised: Keys
    weekday: NDArray[np.int64]
    edges: list[int]


def week_of(phase: str, year: int, days: list[date], edges: list[int]) -> Week:
    """The weights of a phase's days: season times weekday, as logarithms."""
    like = phase if phase in ("primary", "secondary", "special") else "secondary"
    weekday = np.array([d.weekday() for d in days])
    season = "primary" if phase == "primary" else "secondary"
    weights = {}
    for kind, code in (("illness", "I"), ("unauthorised", "O")):
        (row,) = (r for r in rows("weekdays.csv") if (r["phase"], r["kind"]) == (like, kind))
        by_day = np.array([float(row[d]) for d in ("mon", "tue", "wed", "thu", "fri")])
        weights[kind] = np.log(by_day[weekday] * _season(f"{season}_{code}", year, days)).astype(np.float32)
    return Week(year, days, weights["illness"], weights["unauthorised"], weekday, edges)


def _season(column: str, year: int, days: list[date]) -> NDArray[np.float64]:
    table = rows("seasons.csv")
    start = date(2024, 9, 1).toordinal()
    at = [date.fromisoformat(r["day"]).toordinal() - start for r in table]
    value = [float(r[column]) for r in table]
    own = date(year, 9, 1).toordinal()
    return np.interp([d.toordinal() - own for d in days], at, value) / np.mean(value)


class Register:
    """The marks of one school's year while they are being placed.

    marks: uint8 (pupils, days, 2); free: sessions that are possible and have no code yet
    """

    def __init__(self, week: Week, marks: NDArray[np.uint8], rng: np.random.Generator) -> None:
        self.week, self.marks, self.rng = week, marks, rng
        self.free: Bools = marks == 0
        self.shape = marks.shape[:2]

    def noise(self, rows: int) -> Keys:
        """Noise of spread 1 that runs on over about three days."""
        raw = self.rng.standard_normal((rows, self.shape[1] + 2), dtype=np.float32)
        run = raw[:, 2:] + np.float32(0.85) * raw[:, 1:-1] + np.float32(0.55) * raw[:, :-2]
        return np.asarray(run * np.float32(NOISE / np.sqrt(1 + 0.85**2 + 0.55**2)), np.float32)

    def near(self, centre: NDArray[np.float64], other: NDArray[np.float64] | None = None) -> Keys:
        """Keys that fall off on both sides of a day: what is taken is one block (or two)."""
        day = np.arange(self.shape[1])
        keys = -np.abs(day - centre[:, None])
        if other is not None:
            keys = np.maximum(keys, -np.abs(day - other[:, None]))
        return keys.astype(np.float32)

    def put(self, code: str, count: Ints, who: NDArray[np.intp], keys: Keys, halves: str = "day") -> None:
        """Place ``count[who]`` sessions: whole days first ("day"), mornings, afternoons or either."""
        if not len(who):
            return
        left = count[who].astype(np.int64)
        value = byte(code, self.week.year)
        if halves == "day":
            both: Bools = np.logical_and(self.free[who, :, 0], self.free[who, :, 1])
            days = highest(keys, both, left // 2)
            self._set(who, np.repeat(days[:, :, None], 2, axis=2), value)
            left = left - 2 * days.sum(axis=1)
        rest = np.flatnonzero(left)
        if len(rest):
            lean = {"am": (0.0, -1e3), "pm": (-1e3, 0.0), "day": (-0.2, 0.0), "either": (0.0, 0.0)}[halves]
            some = who[rest]
            half = keys[rest][:, :, None] + np.array(lean, np.float32)
            if halves == "either":
                half = half + self.rng.random(half.shape, dtype=np.float32)
            flat = (len(rest), 2 * self.shape[1])
            chosen = highest(half.reshape(flat), self.free[some].reshape(flat), left[rest])
            self._set(some, chosen.reshape(half.shape), value)

    def _set(self, who: NDArray[np.intp], chosen: Bools, value: int) -> None:
        marks, free = self.marks[who], self.free[who]
        marks[chosen] = value
        free[chosen] = False
        self.marks[who], self.free[who] = marks, free

    def trips(self, code: str, total: int, groups: Ints, order: Ints) -> None:
        """Whole year groups on whole days, in the order given, until the total is reached exactly.

        order: (groups, days) flat indices of (year group, day) pairs, the first pairs first
        """
        names = np.unique(groups)
        value = byte(code, self.week.year)
        for pair in order:
            if total <= 0:
                return
            group, day = names[pair // self.shape[1]], pair % self.shape[1]
            there = np.flatnonzero((groups == group) & self.free[:, day].any(axis=1))
            sessions = np.argwhere(self.free[there, day])
            sessions = sessions[:total]
            self.marks[there[sessions[:, 0]], day, sessions[:, 1]] = value
            self.free[there[sessions[:, 0]], day, sessions[:, 1]] = False
            total -= len(sessions)

    def finish(self) -> None:
        """What is still free is present."""
        for half, code in enumerate(("/", "\\")):
            plane = self.marks[:, :, half]
            plane[self.free[:, :, half]] = byte(code, self.week.year)
