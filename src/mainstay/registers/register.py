"""What a reader hands on: people, blocks of grids, and everything that was refused, with its place."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mainstay.registers.grid import BLANK, SIZE


class Stopped(Exception):
    """An input that cannot be taken as a whole; the text says why and what to do."""


@dataclass(slots=True)
class Person:
    """One pupil at one school, as the input describes them; "" or None where it doesn't say."""

    school: str
    upn: str = ""
    surname: str = ""
    forename: str = ""
    date_of_birth: date | None = None
    sex: str = ""
    year_group: str = ""
    reg_group: str = ""
    entered_on: date | None = None
    left_on: date | None = None
    extra: dict[str, str] = field(default_factory=dict)  # fsm, sen, ethnicity, ... as spelt in the input

    @property
    def key(self) -> str:
        """Who this is inside one input: the UPN, else name and date of birth."""
        return self.upn or f"{self.surname}|{self.forename}|{self.date_of_birth or ''}".casefold()


@dataclass(slots=True)
class Note:
    """Minutes late or a comment on one session: sparse, beside the grid."""

    person: int  # index into the people of the same reading
    year: int
    slot: int
    minutes_late: int | None = None
    comment: str = ""


@dataclass(slots=True)
class Block:
    """The marks of one school in one academic year.

    people: index into the people of the same reading or store, one per row, ascending
    marks: uint8 (len(people), 756), the bytes of ``law/parameters/codes.toml``; blank is "-"
    refused: uint8 (756,), 1 where a mark was refused or in conflict although the school may have been open
    """

    school: str
    year: int
    people: NDArray[np.int32]
    marks: NDArray[np.uint8]
    refused: NDArray[np.uint8] | None = None

    @classmethod
    def empty(cls, school: str, year: int, people: NDArray[np.int32]) -> "Block":
        return cls(school, year, people, np.full((len(people), SIZE), BLANK, np.uint8))


@dataclass(frozen=True, slots=True)
class RowError:
    """One refused cell or row. ``value`` may be personal: never log it."""

    line: int | None  # physical line from 1, where the record begins
    column: str | None  # the header as the file spells it; None when the whole row is meant
    value: str
    problem: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column or 'whole row'}: {self.problem}"


@dataclass(frozen=True, slots=True)
class FileWarning:
    """One kind of doubt about an input, with how often it occurs (contract: warning codes)."""

    code: str
    count: int
    text: str


@dataclass(slots=True)
class Reading:
    """One input, read: what may be taken and what was refused.

    ``blocks`` hold only sound marks: refused and conflicting ones are blank.
    ``stopped_because`` is a text when nothing may be taken; then blocks and people are empty.
    """

    file: str
    sha256: str | None
    layout: str | None = None
    encoding: str | None = None
    schools: list[str] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    totals: list[dict[str, object]] = field(default_factory=list)  # layout "totals": one a pupil
    pupils: int = 0
    marks: int = 0
    first: date | None = None
    last: date | None = None
    rows_read: int = 0
    rows_taken: int = 0
    rows_refused: int = 0
    errors: list[RowError] = field(default_factory=list)
    warnings: list[FileWarning] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)  # what is implausible, in words, stopped or not
    stopped_because: str | None = None

    @property
    def verdict(self) -> str:
        if self.stopped_because is not None:
            return "stopped"
        return "ready_with_refusals" if self.rows_refused else "ready"
