"""The numbers of the law that the kernels are given."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mainstay.law.rules import CURRENT, Rules
from mainstay.registers import kernels
from mainstay.registers.grid import first_monday


@dataclass(frozen=True, slots=True)
class Limits:
    """Lengths, limits and shares; ``of`` takes them from the law's parameters."""

    threshold_sessions: int
    threshold_weeks: int
    near_miss_sessions: int
    near_miss_weeks: int
    national_framework_from: date
    run_days: int
    persistent_percent: int
    severe_percent: int

    @classmethod
    def of(cls, rules: Rules = CURRENT) -> "Limits":
        """The values of one state of the law."""
        return cls(
            threshold_sessions=rules.whole("threshold_sessions"),
            threshold_weeks=rules.whole("threshold_weeks"),
            near_miss_sessions=rules.whole("near_miss_sessions"),
            near_miss_weeks=rules.whole("near_miss_weeks"),
            national_framework_from=rules.day("national_framework_from"),
            run_days=rules.whole("run_days"),
            persistent_percent=rules.whole("persistent_percent"),
            severe_percent=rules.whole("severe_percent"),
        )

    def array(self, year: int) -> NDArray[np.int64]:
        """``limits`` of the kernels for the grid of ``year``."""
        monday = first_monday(year)
        limits = np.zeros(6, np.int64)
        limits[kernels.SESSIONS] = self.threshold_sessions
        limits[kernels.SCHOOL_WEEKS] = self.threshold_weeks
        limits[kernels.WIDE_WEEKS] = max(self.near_miss_weeks, self.threshold_weeks)
        limits[kernels.RUN_DAYS] = self.run_days
        limits[kernels.FRAMEWORK] = 2 * (self.national_framework_from - monday).days
        limits[kernels.SHIFT] = (monday - first_monday(year - 1)).days // 7
        return limits
