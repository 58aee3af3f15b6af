"""The numbers of the law that the kernels are given."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mainstay.registers import kernels
from mainstay.registers.grid import first_monday


@dataclass(frozen=True, slots=True)
class Rules:
    """Lengths, limits and shares; ``in_force`` takes them from ``law/parameters``."""

    threshold_sessions: int
    threshold_weeks: int
    near_miss_sessions: int
    near_miss_weeks: int
    framework_start: date
    run_days: int
    persistent: tuple[int, int]  # part, whole
    severe: tuple[int, int]

    def limits(self, year: int) -> NDArray[np.int64]:
        """``limits`` of the kernels for the grid of ``year``."""
        monday = first_monday(year)
        limits = np.zeros(6, np.int64)
        limits[kernels.SESSIONS] = self.threshold_sessions
        limits[kernels.SCHOOL_WEEKS] = self.threshold_weeks
        limits[kernels.WIDE_WEEKS] = self.near_miss_weeks
        limits[kernels.RUN_DAYS] = self.run_days
        limits[kernels.FRAMEWORK] = 2 * (self.framework_start - monday).days
        limits[kernels.SHIFT] = (monday - first_monday(year - 1)).days // 7
        return limits
