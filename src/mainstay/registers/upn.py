"""The unique pupil number: its pattern and its check letter.

A number is a check letter, three digits for the authority and four for the school that allocated it, two
for the year and three for the serial; a temporary number ends in a letter instead of a digit.
Source: DfE guide to unique pupil numbers.
"""

import re
from operator import mul
from typing import Final

LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"  # no I, O, S
_PATTERN: Final = re.compile(rf"[{LETTERS}][0-9]{{11}}[0-9{LETTERS}]")
_VALUE: Final = {c: n for n, c in enumerate(LETTERS)} | {str(n): n for n in range(10)}


def normalise(text: str) -> str:
    """Upper case without spaces: how a number is kept and compared."""
    return "".join(text.split()).upper()


def matches(upn: str) -> bool:
    """True if a normalised number has the shape of one, permanent or temporary."""
    return _PATTERN.fullmatch(upn) is not None


def is_temporary(upn: str) -> bool:
    return upn[-1:].isalpha()


def check_letter(upn: str) -> str:
    """The letter that characters 2 to 13 of a number of the right shape call for."""
    return LETTERS[sum(map(mul, map(_VALUE.__getitem__, upn[1:]), range(2, 14))) % len(LETTERS)]
