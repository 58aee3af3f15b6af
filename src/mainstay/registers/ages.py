"""Compulsory school age as slots of a grid, for many dates of birth at once."""

from datetime import date
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mainstay.law import age
from mainstay.registers.grid import first_monday

#: a slot before, and one after, every grid: no date of birth, no test
ALWAYS: Final = (-1_000_000, 1_000_000)


@cache
def _ages(born: int) -> tuple[int, int]:
    """First and last day of compulsory school age, as days since 1970."""
    epoch = date(1970, 1, 1).toordinal()
    compulsory = age.compulsory(date.fromordinal(born + epoch))
    return compulsory[0].toordinal() - epoch, compulsory[1].toordinal() - epoch


def slots(births: NDArray[np.datetime64], year: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """First and last slot of compulsory school age in the grid of ``year``, both included.

    births: datetime64[D] (n,), NaT where not known. The slots may lie outside the grid.
    """
    known = ~np.isnat(births)
    first, last = (np.full(len(births), slot, np.int32) for slot in ALWAYS)
    days, place = np.unique(births[known].astype("datetime64[D]").astype(np.int64), return_inverse=True)
    bounds = np.array([_ages(int(day)) for day in days], np.int64).reshape(-1, 2)
    monday = int(np.datetime64(first_monday(year), "D").astype(np.int64))
    first[known] = 2 * (bounds[place, 0] - monday)
    last[known] = 2 * (bounds[place, 1] - monday) + 1
    return first, last
