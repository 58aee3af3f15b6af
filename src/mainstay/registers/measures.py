"""Measure registers: one answer a pupil, school and academic year, for any number of pupils at once.

``measure_block`` is for one school in one year (the case system); ``measure_rows`` for many schools.
The definitions are those of ``mainstay.law``: tests compare every figure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mainstay.registers import ages, kernels
from mainstay.registers.classes import FLAGS, PACKED
from mainstay.registers.grid import HALVES, SIZE, SLOTS, first_monday, session_of, year_label
from mainstay.registers.limits import Limits

Bytes = NDArray[np.uint8]
Days = NDArray[np.datetime64]

_DAY: Final = np.timedelta64(1, "D")
_HALF_NAMES: Final = np.array(HALVES, dtype=object)


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of some pupils in one academic year, one row each, as the kernel left them.

    values: int16 (n, len(kernels.FIELDS)); ``measures["late"]`` is one column. Slots and weeks may be
    kernels.NONE; ``dates``, ``halves`` and ``mondays`` turn them into days.
    """

    year: int
    values: NDArray[np.int16]
    age_checked: NDArray[np.bool_]
    limits: Limits

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, field: str) -> NDArray[np.int16]:
        return self.values[:, kernels.FIELDS.index(field)]

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> "Measures":
        """The same measures for some of the rows."""
        return Measures(self.year, self.values[rows], self.age_checked[rows], self.limits)

    @property
    def has_marks(self) -> NDArray[np.bool_]:
        """Rows that hold a mark at all; the others are no row of a report."""
        return self["first_slot"] != kernels.NONE

    @property
    def absent(self) -> NDArray[np.int16]:
        return self["authorised"] + self["unauthorised"]

    @property
    def persistent(self) -> NDArray[np.bool_]:
        """Absent for a tenth of possible sessions or more; False where none was possible."""
        return self._share_reached(self.limits.persistent_percent)

    @property
    def severe(self) -> NDArray[np.bool_]:
        """Absent for half of possible sessions or more; False where none was possible."""
        return self._share_reached(self.limits.severe_percent)

    @property
    def met(self) -> NDArray[np.bool_]:
        """The threshold was met in this year, at this school alone."""
        return self["met_slot"] != kernels.NONE

    @property
    def near_miss(self) -> NDArray[np.bool_]:
        """Not met, but nearly: enough in the best window for a look, or enough in one week more."""
        close = self["best_count"] >= self.limits.near_miss_sessions
        return ~self.met & (close | (self["wide_count"] >= self.limits.threshold_sessions))

    def dates(self, field: str) -> Days:
        """A ``*_slot`` column as days, NaT where there is none."""
        return self._days(self[field].astype(np.int32) // 2, self[field] == kernels.NONE)

    def halves(self, field: str) -> NDArray[np.object_]:
        """A ``*_slot`` column as AM, PM or None."""
        halves = _HALF_NAMES[self[field] & 1]
        halves[self[field] == kernels.NONE] = None
        return halves

    def mondays(self, field: str) -> Days:
        """A ``*_week`` column as Mondays, NaT where there is none."""
        return self._days(self[field].astype(np.int32) * (SLOTS // 2), self[field] == kernels.NONE)

    def _days(self, days: NDArray[np.int32], none: NDArray[np.bool_]) -> Days:
        found: Days = np.datetime64(first_monday(self.year), "D") + days * _DAY
        found[none] = np.datetime64("NaT")
        return found

    def _share_reached(self, percent: int) -> NDArray[np.bool_]:
        possible = self["possible"].astype(np.int64)
        reached: NDArray[np.bool_] = (self.absent.astype(np.int64) * 100 >= possible * percent) & (
            possible > 0
        )
        return reached

    def frame(self) -> pl.DataFrame:
        """The report's columns from ``academic_year`` to ``age_checked``, with ``near_miss``."""
        possible = self["possible"]
        some = pl.Series(possible > 0)
        rate = np.divide(self.absent, possible, where=possible > 0, out=np.full(len(self), np.nan))
        counts = {name: pl.Series(self[name].astype(np.int32)) for name in _COUNTS}
        frame = pl.DataFrame(
            {
                "academic_year": pl.repeat(year_label(self.year), len(self), eager=True),
                **counts,
                "rate": pl.Series(rate, nan_to_null=True),
                "persistent": pl.Series(self.persistent),
                "severe": pl.Series(self.severe),
                "best_count": self["best_count"].astype(np.int32),
                "best_first_week": self.mondays("best_first_week"),
                "best_last_week": self.mondays("best_last_week"),
                "threshold_met_on": self.dates("met_slot"),
                "threshold_half": pl.Series(self.halves("met_slot").tolist(), dtype=pl.String),
                "window_first_week": self.mondays("window_first_week"),
                "window_last_week": self.mondays("window_last_week"),
                "longest_unauthorised_days": self["longest_unauthorised_days"].astype(np.int32),
                "ten_days_on": self.dates("ten_days_slot"),
                "illness_days": self["illness"] / 2,
                "unresolved_n": self["unresolved_n"].astype(np.int32),
                "age_checked": self.age_checked,
                "near_miss": self.near_miss,
            }
        )
        flags = [pl.when(some).then(pl.col(name)).alias(name) for name in ("persistent", "severe")]
        return frame.with_columns(flags)


_COUNTS: Final = ("possible", "attended", "authorised", "unauthorised", "late", "missing")


def measure_rows(
    year: int,
    marks: Bytes,
    school: NDArray[np.int32],
    opens: Bytes,
    births: Days,
    *,
    before: Bytes | None = None,
    before_row: NDArray[np.int32] | None = None,
    opens_before: Bytes | None = None,
    limits: Limits | None = None,
    as_of: date | None = None,
) -> Measures:
    """Measure one academic year's grids, of one or many schools.

    marks         uint8 (n, 756)
    school        int32 (n,), equal values adjacent: row of ``opens``
    opens         uint8 (schools, 756): 1 where that school was in session
    births        datetime64[D] (n,), NaT where not known: then compulsory school age isn't tested
    before        uint8 (m, 756): grids of the year before, ``before_row`` int32 (n,) the row in it of the
                  same pupil at the same school, or -1; ``opens_before`` like ``opens``
    as_of         marks after this day are left out
    """
    limits = limits or Limits.of()
    n = len(marks)
    if before is None or before_row is None or opens_before is None:
        before, before_row = np.zeros((0, SIZE), np.uint8), np.full(n, -1, np.int32)
        opens_before = opens_before if opens_before is not None else np.zeros_like(opens)
    if as_of is not None:
        opens, opens_before = opened_until(opens, year, as_of), opened_until(opens_before, year - 1, as_of)
    first, last = ages.slots(births, year)
    results = np.empty((n, len(kernels.FIELDS)), np.int16)
    kernels.measure(
        marks,
        school,
        opens,
        before,
        before_row,
        opens_before,
        first,
        last,
        PACKED,
        FLAGS,
        limits.array(year),
        results,
    )
    return Measures(year, results, ~np.isnat(births), limits)


def measure_block(
    year: int,
    marks: Bytes,
    opened: Bytes,
    births: Iterable[date | None],
    *,
    before: Bytes | None = None,
    before_row: NDArray[np.int32] | None = None,
    opened_before: Bytes | None = None,
    limits: Limits | None = None,
    as_of: date | None = None,
) -> Measures:
    """Measure one school's year: ``marks`` (n, 756), its sessions ``opened`` (756,), dates of birth.

    ``before`` holds the school's grids of the year before, ``before_row`` which of them is the same
    pupil (-1: none), ``opened_before`` (756,) its sessions then.
    """
    return measure_rows(
        year,
        marks,
        np.zeros(len(marks), np.int32),
        opened.reshape(1, SIZE),
        np.array(list(births), "datetime64[D]"),
        before=before,
        before_row=before_row,
        opens_before=None if opened_before is None else opened_before.reshape(1, SIZE),
        limits=limits,
        as_of=as_of,
    )


def opened_until(opens: Bytes, year: int, as_of: date) -> Bytes:
    """The same sessions without those after ``as_of``."""
    end = 2 * ((as_of - first_monday(year)).days + 1)
    if end >= SIZE:
        return opens
    opens = opens.copy()
    opens[..., max(0, end) :] = 0
    return opens


def open_mask_from_marks(marks: Bytes) -> Bytes:
    """A school's sessions, uint8 (756,): those in which any of its pupils has a mark but "#" or blank."""
    opened = np.zeros(SIZE, np.uint8)
    kernels.seen(marks, FLAGS, opened)
    return opened


def profile(marks: Bytes, opened: Bytes) -> NDArray[np.int16]:
    """Possible and absent sessions of each pupil by weekday and half: (n, 14, 2), Monday AM first."""
    results = np.empty((len(marks), SLOTS, 2), np.int16)
    kernels.profile(marks, np.zeros(len(marks), np.int32), opened.reshape(1, SIZE), FLAGS, results)
    return results


def sessions_of(year: int, slots: Iterable[int]) -> list[tuple[date, str]]:
    """Slots of a grid as (date, "AM" or "PM")."""
    return [session_of(year, int(slot)) for slot in slots]


def monday_of(year: int, week: int) -> date:
    """The Monday of a ``*_week`` value."""
    return first_monday(year) + timedelta(weeks=int(week))
