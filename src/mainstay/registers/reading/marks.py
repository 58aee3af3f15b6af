"""Marks as they arrive: which attendance code a text means, with no guess."""

import re
from functools import cache
from typing import Final

from mainstay.law import codes
from mainstay.registers.reading.mapping import Mapping

_SUB_CODE: Final = re.compile(r"([A-Z])\d\d")
_LATE: Final = re.compile(r"L(?: +(\d{1,3})| ?\((\d{1,3})\))")
_SPLIT: Final = re.compile(r"[\s,|]+")


@cache
def _letters() -> frozenset[str]:
    return frozenset(code for code in codes.known() if len(code) == 1)


def code_of(text: str, mapping: Mapping | None = None) -> str | None:
    """The code a mark stands for, the blank for none, or None if it is in no list."""
    mark = text.strip().upper()
    if mapping and mark in mapping.codes:
        return mapping.codes[mark]
    if mark in ("", codes.BLANK):
        return codes.BLANK
    if mark in codes.known():
        return mark
    if found := _SUB_CODE.fullmatch(mark):
        return found[1] if found[1] in _letters() else None
    return "L" if _LATE.fullmatch(mark) else None


def minutes_of(text: str) -> int | None:
    """The minutes in ``L 10`` or ``L(10)``."""
    found = _LATE.fullmatch(text.strip().upper())
    return int(found[1] or found[2]) if found else None


def is_blank(text: str) -> bool:
    """A cell that holds neither a mark nor anything that might be one."""
    return not text.strip().strip("-#")


def is_like_a_formula(text: str) -> bool:
    """True for what a spreadsheet might evaluate; dashes alone are marks not taken."""
    return text.lstrip()[:1] in ("=", "+", "-", "@") and bool(text.strip(" -"))


def halves(text: str, mapping: Mapping | None = None) -> tuple[str, str]:
    """Morning and afternoon of a cell that holds both; a text no code has where that is unclear."""
    text = text.strip()
    if not text or text in ("-", "--"):
        return "", ""
    parts = _SPLIT.split(text)
    if len(parts) == 2:
        return parts[0], parts[1]
    if len(parts) == 1 and len(text) > 1 and text.upper() not in codes.known():
        if len(text) == 2:
            return text[0], text[1]
        cuts = [(text[:n], text[n:]) for n in range(1, len(text))]
        sound = [cut for cut in cuts if None not in (code_of(cut[0], mapping), code_of(cut[1], mapping))]
        if len(sound) == 1:
            return sound[0]
    return UNCLEAR, UNCLEAR


#: stands for a half of a pair that cannot be told apart
UNCLEAR: Final = "\x00"
