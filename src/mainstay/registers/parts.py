"""A part: the registers of some whole schools in one academic year, as columns."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

#: what is known of a pupil besides the marks: the groups that pages and reports count by
ABOUT: Final = ("sex", "year_group", "fsm", "sen")

#: how the key of a pupil without a UPN begins
NAMELESS: Final = "~"


@dataclass(frozen=True, slots=True)
class Part:
    """Rows sorted by school, then pupil; each pupil once a school.

    schools: names, ascending; school: int32 (n,), row of ``schools`` and ``opens``
    pupils: String (n,), the UPN, or for want of one "~" and a digest of name and date of birth
    marks: uint8 (n, 756); opens: uint8 (schools, 756); births: datetime64[D] (n,), NaT: not known
    about: one String column (n,) for each of ABOUT, null: not known
    """

    year: int
    schools: list[str]
    school: NDArray[np.int32]
    pupils: pl.Series
    marks: NDArray[np.uint8]
    opens: NDArray[np.uint8]
    births: NDArray[np.datetime64]
    about: pl.DataFrame

    def __len__(self) -> int:
        return len(self.marks)

    def take(self, rows: NDArray[np.intp]) -> "Part":
        """The same part with some rows only, in ascending order."""
        return Part(
            self.year, self.schools, self.school[rows], self.pupils.gather(rows), self.marks[rows],
            self.opens, self.births[rows], self.about[rows],
        )  # fmt: skip

    def keys(self) -> pl.DataFrame:
        """``school`` (name) and ``pupil`` of each row."""
        names = pl.Series(self.schools, dtype=pl.String).gather(self.school)
        return pl.DataFrame({"school": names, "pupil": self.pupils})


@dataclass(frozen=True, slots=True)
class Before:
    """The year before, lined up with a part: arguments of ``measures.measure_rows``."""

    before: NDArray[np.uint8] | None = None
    before_row: NDArray[np.int32] | None = None
    opens_before: NDArray[np.uint8] | None = None


def line_up(part: Part, earlier: Part | None) -> Before:
    """Find each row's pupil and school in the year before."""
    if earlier is None or earlier.year != part.year - 1 or not len(earlier):
        return Before()
    rows = earlier.keys().with_row_index("row")
    found = part.keys().join(rows, on=["school", "pupil"], how="left", maintain_order="left")["row"]
    opens = np.zeros_like(part.opens)
    place = {school: k for k, school in enumerate(earlier.schools)}
    for k, school in enumerate(part.schools):
        if school in place:
            opens[k] = earlier.opens[place[school]]
    return Before(earlier.marks, found.cast(pl.Int32).fill_null(-1).to_numpy(), opens)


class Source(Protocol):
    """Where registers come from: groups of parts, the years of the same schools together, ascending.

    Groups follow each other in order of school; ``group`` may be asked for any of them at any time.
    """

    def __len__(self) -> int: ...

    def group(self, place: int) -> list[Part]: ...

    def roster(self) -> Iterator[pl.DataFrame]:
        """``school`` and ``pupil``, each pair once a group, a group at a time, without reading marks."""
        ...


@dataclass(frozen=True, slots=True)
class InMemory:
    """Registers already in memory, as one group."""

    parts: list[Part]

    def __len__(self) -> int:
        return 1 if self.parts else 0

    def group(self, place: int) -> list[Part]:
        return self.parts

    def roster(self) -> Iterator[pl.DataFrame]:
        if self.parts:
            yield pl.concat([part.keys() for part in self.parts]).unique()


def with_births(part: Part, births: dict[str, date]) -> Part:
    """A part with the given dates of birth in place of its own."""
    given = np.array([births.get(pupil) for pupil in part.pupils], "datetime64[D]")
    return replace(part, births=np.where(np.isnat(given), part.births, given))
