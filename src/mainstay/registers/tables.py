"""Lookup tables from mark byte to class, for NumPy and numba.

Every class comes from ``law/parameters/codes.toml``; kernels never compare code ranges.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mainstay.law import codes


def _table(**flags: object) -> NDArray[np.uint8]:
    table = np.zeros(256, np.uint8)
    for byte in codes.bytes_where(**flags):
        table[ord(byte)] = 1
    return table


POSSIBLE: Final = _table(possible=True)
ABSENT: Final = _table(absent=True)
AUTHORISED: Final = _table(absent=True, threshold=False)
UNAUTHORISED: Final = _table(kind="unauthorised")
THRESHOLD: Final = _table(threshold=True)
LATE: Final = _table(code="L")
ILLNESS: Final = _table(code="I")
UNRESOLVED: Final = _table(code="N")
#: the school was in session for somebody: any mark other than "#" and blank
IN_SESSION: Final = np.ones(256, np.uint8)
IN_SESSION[ord(codes.BLANK)] = IN_SESSION[ord(codes.byte_of(codes.CLOSED))] = 0
