"""Attendance codes, keyed by the time in which they were in force.

The table is ``parameters/codes.toml``. A code that is in no list, or not in force on the day, is an
error and never a guess; a blank is a gap in the data, neither present nor absent.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

BLANK: Final = "-"
CLOSED: Final = "#"


class UnknownCode(ValueError):
    """A text that is in no list of codes."""


class CodeNotInForce(ValueError):
    """A code that exists, but not on that day."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code in one time of validity; ``None`` leaves an end open."""

    code: str
    byte: str
    meaning: str
    kind: str  # present, approved, authorised, unable, unauthorised, not_possible, administrative
    possible: bool
    absent: bool
    threshold: bool
    in_force_from: date | None
    in_force_to: date | None
    source: str
    confidence: str

    @property
    def withdrawn(self) -> bool:
        """True for a code that is no longer in any list today (H, F, J, Y)."""
        return self.code in _withdrawn()

    def in_force(self, on: date) -> bool:
        return (self.in_force_from is None or self.in_force_from <= on) and (
            self.in_force_to is None or on <= self.in_force_to
        )


@cache
def all_codes() -> tuple[Code, ...]:
    """Every entry of the table, in its order."""
    table = tomllib.loads((files("mainstay.law") / "parameters" / "codes.toml").read_text("utf-8"))
    return tuple(Code(**{"in_force_from": None, "in_force_to": None} | entry) for entry in table["code"])


@cache
def _by_code() -> dict[str, tuple[Code, ...]]:
    found: dict[str, tuple[Code, ...]] = {}
    for entry in all_codes():
        found[entry.code] = (*found.get(entry.code, ()), entry)
    return found


@cache
def _withdrawn() -> frozenset[str]:
    return frozenset(c for c, entries in _by_code().items() if all(e.in_force_to for e in entries))


def known() -> frozenset[str]:
    """Every code that is or ever was in a list, without the blank."""
    return frozenset(_by_code())


def lookup(code: str, on: date) -> Code:
    """The meaning of ``code`` on that day.

    Raises UnknownCode or CodeNotInForce in words a school can act on; never for a blank's sake:
    a blank is not a code, so ask ``code == BLANK`` first.
    """
    entries = _by_code().get(code)
    if entries is None:
        raise UnknownCode(f"{code!r} is not an attendance code")
    for entry in entries:
        if entry.in_force(on):
            return entry
    raise CodeNotInForce(f"code {code} was not in force on {on.isoformat()}")


def byte_of(code: str) -> str:
    """The one-character byte under which a code is kept in a grid; ``-`` for the blank."""
    return BLANK if code == BLANK else _by_code()[code][0].byte


@cache
def code_of_byte() -> dict[str, str]:
    """Byte -> code, the blank included."""
    return {BLANK: BLANK} | {entry.byte: entry.code for entry in all_codes()}


def bytes_where(**flags: object) -> Iterator[str]:
    """The bytes of the codes whose fields equal ``flags``: ``bytes_where(threshold=True)``.

    A byte keeps its class through every era (tested), so no date is needed.
    """
    seen = set()
    for entry in all_codes():
        if entry.byte not in seen and all(getattr(entry, k) == v for k, v in flags.items()):
            seen.add(entry.byte)
            yield entry.byte
