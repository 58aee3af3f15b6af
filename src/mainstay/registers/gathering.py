"""From readings to parts: the same school's files joined, each pupil once."""

import csv
import hashlib
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mainstay.registers.grid import BLANK, SIZE
from mainstay.registers.measures import open_mask_from_marks
from mainstay.registers.parts import ABOUT, NAMELESS, Part, with_births
from mainstay.registers.register import Block, Person, Reading, Stopped

Grids = NDArray[np.uint8]


def pupil_key(person: Person) -> str:
    """The UPN, or a digest of name and date of birth that doesn't show who it is."""
    return person.upn or NAMELESS + hashlib.sha256(person.key.encode()).hexdigest()[:16]


@dataclass(slots=True)
class _SchoolYear:
    rows: dict[str, int] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    grids: list[tuple[NDArray[np.intp], Grids]] = field(default_factory=list)
    refused: Grids = field(default_factory=lambda: np.zeros(SIZE, np.uint8))  # sessions with a mark left out

    def add(self, block: Block, people: list[Person]) -> None:
        places = np.empty(len(block.people), np.intp)
        for k, index in enumerate(block.people.tolist()):
            person = people[index]
            places[k] = row = self.rows.setdefault(pupil_key(person), len(self.rows))
            if row == len(self.people):
                self.people.append(person)
            else:
                self.people[row] = _fuller(self.people[row], person)
        self.grids.append((places, block.marks))
        if block.refused is not None:
            self.refused |= block.refused

    def merged(self) -> tuple[Grids, int]:
        """One grid a pupil, and how many sessions had different marks in different files.

        Such marks are in conflict: neither is taken.
        """
        if len(self.grids) == 1 and len(self.rows) == len(self.grids[0][1]):
            return self.grids[0][1], 0
        whole = np.full((len(self.rows), SIZE), BLANK, np.uint8)
        conflict = np.zeros(whole.shape, bool)
        for places, marks in self.grids:
            for row, grid in zip(places.tolist(), marks, strict=True):
                held = whole[row]
                conflict[row] |= (held != BLANK) & (grid != BLANK) & (held != grid)
                whole[row] = np.where(held == BLANK, grid, held)
        whole[conflict] = BLANK
        self.refused |= conflict.any(axis=0)
        return whole, int(conflict.sum())


def _fuller(known: Person, other: Person) -> Person:
    """What two files say of one pupil; the later file wins where both speak."""
    return Person(
        school=known.school,
        upn=known.upn,
        date_of_birth=other.date_of_birth or known.date_of_birth,
        sex=other.sex or known.sex,
        year_group=other.year_group or known.year_group,
        extra={**known.extra, **other.extra},
    )


class Gathering:
    """Readings taken in one after the other, then given out as one part a year."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, str], _SchoolYear] = {}

    def add(self, reading: Reading) -> None:
        for block in reading.blocks:
            self._found.setdefault((block.year, block.school), _SchoolYear()).add(block, reading.people)

    def parts(self) -> tuple[list[Part], int]:
        """One part a year, years ascending; and how many sessions were left out as conflicting."""
        parts, conflicts = [], 0
        for year in sorted({year for year, _ in self._found}):
            schools = sorted(school for y, school in self._found if y == year)
            pieces = []
            for school in schools:
                found = self._found[year, school]
                marks, n = found.merged()
                conflicts += n
                pieces.append((school, found, marks))
            parts.append(_part(year, pieces))
        return [replace(part, births=self._births(part)) for part in parts], conflicts

    def _births(self, part: Part) -> NDArray[np.datetime64]:
        """Dates of birth of a part, from another school's or year's file where its own has none."""
        known = {
            person.upn: person.date_of_birth
            for found in self._found.values()
            for person in found.people
            if person.upn and person.date_of_birth
        }
        unknown = np.flatnonzero(np.isnat(part.births))
        births = part.births.copy()
        births[unknown] = np.array([known.get(part.pupils[int(row)]) for row in unknown], "datetime64[D]")
        return births


def _part(year: int, pieces: list[tuple[str, _SchoolYear, Grids]]) -> Part:
    pupils: list[str] = []
    people: list[Person] = []
    marks, opens, sizes = [], [], []
    for _, found, grids in pieces:
        order = sorted(found.rows)
        rows = [found.rows[pupil] for pupil in order]
        pupils += order
        people += [found.people[row] for row in rows]
        marks.append(grids[rows])
        opens.append(open_mask_from_marks(grids) | found.refused)
        sizes.append(len(rows))
    return Part(
        year=year,
        schools=[school for school, _, _ in pieces],
        school=np.repeat(np.arange(len(pieces), dtype=np.int32), sizes),
        pupils=pl.Series("pupil", pupils, pl.String),
        marks=np.concatenate(marks),
        opens=np.stack(opens),
        births=np.array([person.date_of_birth for person in people], "datetime64[D]"),
        about=pl.DataFrame(
            {name: [_about(p, name) for p in people] for name in ABOUT}, dict.fromkeys(ABOUT, pl.String)
        ),
    )


def _about(person: Person, name: str) -> str | None:
    found: str = getattr(person, name) if hasattr(person, name) else person.extra.get(name, "")
    return found or None


#: names of the columns of a pupils' file that it must have
_NEEDED: Final = ("upn",)


@dataclass(frozen=True, slots=True)
class PupilFile:
    """What ``--pupils`` says of each UPN."""

    births: dict[str, date]
    about: dict[str, dict[str, str]]

    @classmethod
    def read(cls, path: Path) -> "PupilFile":
        """Read ``upn,date_of_birth,sex,year_group,fsm,sen,…``; Stopped names the first wrong line."""
        births: dict[str, date] = {}
        about: dict[str, dict[str, str]] = {}
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file)
                reader.fieldnames = [name.strip().casefold() for name in reader.fieldnames or ()]
                for name in _NEEDED:
                    if name not in reader.fieldnames:
                        raise Stopped(f"{path.name} needs a column {name} in its first line")
                for row in reader:
                    upn = (row["upn"] or "").strip().upper()
                    if born := (row.get("date_of_birth") or "").strip():
                        births[upn] = _day(born, path, reader.line_num)
                    about[upn] = {name: value for name in ABOUT if (value := (row.get(name) or "").strip())}
        except (UnicodeDecodeError, csv.Error) as problem:
            raise Stopped(f"{path.name} is not a CSV file in UTF-8: {problem}") from None
        return cls(births, about)

    def describe(self, part: Part) -> Part:
        """A part with what the file says of its pupils."""
        columns = {
            name: [
                self.about.get(pupil, {}).get(name, known)
                for pupil, known in zip(part.pupils, part.about[name], strict=True)
            ]
            for name in ABOUT
        }
        about = pl.DataFrame(columns, dict.fromkeys(ABOUT, pl.String))
        return replace(with_births(part, self.births), about=about)


def _day(text: str, path: Path, line: int) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Stopped(f"{path.name} line {line}: the date of birth must be written 2012-09-08") from None
