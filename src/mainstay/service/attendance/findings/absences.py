"""Which sessions pupils of one school missed, and since when their share stays at a limit: for many at once."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mainstay.registers import tables
from mainstay.registers.grid import SIZE

Flags = NDArray[np.bool_]
_SLOTS: Final = np.arange(SIZE)


class Absences:
    """possible, missed: bool (pupils, 756), in the order of ``pupils``."""

    def __init__(
        self, pupils: Sequence[int], marks: Sequence[NDArray[np.uint8]], opened: NDArray[np.uint8]
    ) -> None:
        grids = np.stack(marks)
        self.row: Final = {pupil: row for row, pupil in enumerate(pupils)}
        self.possible: Final[Flags] = (tables.POSSIBLE[grids] & opened).astype(np.bool_)
        self.missed: Final[Flags] = self.possible & (tables.ABSENT[grids] != 0)
        self._stays: dict[int, NDArray[np.intp]] = {}

    def stays(self, pupil: int, percent: int) -> int:
        """The slot from which a pupil's share of missed sessions is at or above that percentage for good.

        The last possible session where it is below it in the end.
        """
        if percent not in self._stays:
            below = self.possible & (
                100 * self.missed.cumsum(axis=1) < percent * self.possible.cumsum(axis=1)
            )
            later = self.possible & (_last(below)[:, None] < _SLOTS)
            self._stays[percent] = np.where(later.any(axis=1), later.argmax(axis=1), _last(self.possible))
        return int(self._stays[percent][self.row[pupil]])


def _last(flags: Flags) -> NDArray[np.intp]:
    """The last slot that is set in each row, -1 where none is."""
    return np.where(flags.any(axis=1), SIZE - 1 - flags[:, ::-1].argmax(axis=1), -1)
