"""What the kernels are given: classes by mark byte, and the numbers of the law."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mainstay.registers import kernels, tables
from mainstay.registers.grid import BLANK

_HELD = np.ones(256, np.uint8)
_HELD[BLANK] = 0


def _packed() -> NDArray[np.uint64]:
    lanes = {
        kernels.LANE_POSSIBLE: tables.POSSIBLE,
        kernels.LANE_AUTHORISED: tables.AUTHORISED,
        kernels.LANE_UNAUTHORISED: tables.UNAUTHORISED,
        kernels.LANE_COUNTED: tables.THRESHOLD,
        kernels.LANE_LATE: tables.LATE,
        kernels.LANE_ILLNESS: tables.ILLNESS,
        kernels.LANE_UNRESOLVED: tables.UNRESOLVED,
        kernels.LANE_HELD: _HELD,
    }
    packed = np.zeros(256, np.uint64)
    for lane, table in lanes.items():
        packed |= table.astype(np.uint64) << np.uint64(lane)
    return packed


def _flags() -> NDArray[np.uint8]:
    flags = np.zeros(256, np.uint8)
    for flag, table in (
        (kernels.IN_SESSION, tables.IN_SESSION),
        (kernels.IS_POSSIBLE, tables.POSSIBLE),
        (kernels.IS_UNAUTHORISED, tables.UNAUTHORISED),
        (kernels.COUNTS, tables.THRESHOLD),
        (kernels.IS_ILLNESS, tables.ILLNESS),
        (kernels.IS_ABSENT, tables.ABSENT),
    ):
        flags |= table * np.uint8(flag)
    return flags


PACKED: Final = _packed()
FLAGS: Final = _flags()
