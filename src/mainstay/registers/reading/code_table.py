"""What every text of a column of marks stands for, era by era: which codes were in force when."""

from datetime import date, timedelta
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mainstay.law import codes
from mainstay.registers.grid import BLANK

_SOFT: Final = 0x80  # a blank cell that a mapping gives a meaning, on days when the school is open
_UNKNOWN, _NOT_IN_FORCE = 1, 2


@cache
def eras() -> tuple[date, ...]:
    """The days on which any code came into force or went, the first before all."""
    starts = {c.in_force_from for c in codes.all_codes() if c.in_force_from}
    starts |= {c.in_force_to + timedelta(1) for c in codes.all_codes() if c.in_force_to}
    return (date.min, *sorted(starts))


class CodeTable:
    """number of a text -> byte in each era, or what is wrong with it; and minutes late in the text."""

    def __init__(self, texts: int) -> None:
        self.bytes = np.full((texts, len(eras())), _UNKNOWN, np.uint8)
        self.minutes: dict[int, int] = {}

    def set(self, number: int, code: str | None, soft: bool = False) -> None:
        """Let a text stand for a code; soft: only where the school was open."""
        if code == codes.BLANK:
            self.bytes[number] = BLANK
        elif code is not None:
            self.bytes[number] = np.where(_row(code) < 32, _row(code), _row(code) | (_SOFT if soft else 0))


@cache
def _row(code: str) -> NDArray[np.uint8]:
    found = np.full(len(eras()), _NOT_IN_FORCE, np.uint8)
    for n, start in enumerate(eras()):
        try:
            found[n] = ord(codes.lookup(code, start).byte)
        except codes.CodeNotInForce:
            continue
    return found
