"""Pupils on the roll of more than one school: the threshold across their schools."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mainstay.registers import across, ages, kernels
from mainstay.registers.classes import FLAGS
from mainstay.registers.grid import first_monday
from mainstay.registers.limits import Limits
from mainstay.registers.measures import measure_rows, opened_until
from mainstay.registers.parts import NAMELESS, Part, Source

#: (pupil, year) -> slot of the session at which the pupil's schools together met the threshold
Met = dict[tuple[str, int], int]

Prepare = Callable[[Part], Part]


@dataclass(slots=True)
class Several:
    """Pupils of more than one school, and when their schools together met the threshold."""

    pupils: pl.Series = field(default_factory=lambda: pl.Series("pupil", [], pl.String))
    met: Met = field(default_factory=dict)

    def slots(self, part: Part, own: NDArray[np.int16]) -> NDArray[np.int16]:
        """For each row of a part the slot across schools; ``own`` is the one of its school alone."""
        if not len(self.pupils):
            return own
        slots = own.copy()
        for row in np.flatnonzero(part.pupils.is_in(self.pupils.implode()).to_numpy()):
            slots[row] = self.met.get((part.pupils[int(row)], part.year), kernels.NONE)
        return slots


def of_several_schools(source: Source) -> pl.Series:
    """Pupils with a UPN who appear at more than one school; hashes keep an area of millions small."""
    hashes = [_with_upn(frame)["pupil"].hash() for frame in source.roster()]
    if not hashes:
        return pl.Series("pupil", [], pl.String)
    every = np.sort(np.concatenate([part.to_numpy() for part in hashes]))
    repeated = pl.Series(np.unique(every[1:][every[1:] == every[:-1]]), dtype=pl.UInt64)
    if not len(repeated):
        return pl.Series("pupil", [], pl.String)
    likely = [frame.filter(frame["pupil"].hash().is_in(repeated.implode())) for frame in source.roster()]
    counted = _with_upn(pl.concat(likely)).unique().group_by("pupil").len()
    return counted.filter(pl.col("len") > 1)["pupil"]


def _with_upn(roster: pl.DataFrame) -> pl.DataFrame:
    return roster.filter(~pl.col("pupil").str.starts_with(NAMELESS))


def find(source: Source, limits: Limits, as_of: date | None, prepare: Prepare) -> Several:
    """Measure the pupils of several schools across them.

    Grids are kept only of pupils whose counted sessions at all schools could reach the threshold.
    """
    pupils = of_several_schools(source)
    if not len(pupils):
        return Several()
    counted: dict[str, int] = {}
    for place in range(len(source)):
        for part in source.group(place):
            chosen = _only(prepare(part), pupils)
            found = measure_rows(
                chosen.year, chosen.marks, chosen.school, chosen.opens, chosen.births, limits=limits, as_of=as_of
            )["counted"]  # fmt: skip
            for pupil, n in zip(chosen.pupils, found.tolist(), strict=True):
                counted[pupil] = counted.get(pupil, 0) + n
    likely = pl.Series("pupil", [p for p, n in counted.items() if n >= limits.threshold_sessions], pl.String)
    return Several(pupils, _meet(source, likely, limits, as_of, prepare))


def _only(part: Part, pupils: pl.Series) -> Part:
    return part.take(np.flatnonzero(part.pupils.is_in(pupils.implode()).to_numpy()))


@dataclass(frozen=True, slots=True)
class _Register:
    year: int
    school: str
    marks: NDArray[np.uint8]
    opened: NDArray[np.uint8]
    born: np.datetime64


def _meet(source: Source, pupils: pl.Series, limits: Limits, as_of: date | None, prepare: Prepare) -> Met:
    registers: dict[str, list[_Register]] = {}
    for place in range(len(source)) if len(pupils) else ():
        for part in source.group(place):
            chosen = _only(prepare(part), pupils)
            opens = opened_until(chosen.opens, chosen.year, as_of) if as_of else chosen.opens
            for row, pupil in enumerate(chosen.pupils):
                at = int(chosen.school[row])
                registers.setdefault(pupil, []).append(
                    _Register(
                        chosen.year,
                        chosen.schools[at],
                        chosen.marks[row].copy(),
                        opens[at],
                        chosen.births[row],
                    )
                )
    met: Met = {}
    for year in sorted({register.year for found in registers.values() for register in found}):
        of_year = {
            pupil: [r for r in found if r.year in (year - 1, year)]
            for pupil, found in registers.items()
            if any(r.year == year for r in found)
        }
        for pupil, slot in zip(of_year, _meet_year(year, list(of_year.values()), limits), strict=True):
            met[pupil, year] = int(slot)
    return met


def _meet_year(year: int, pupils: list[list[_Register]], limits: Limits) -> NDArray[np.int16]:
    every = [register for found in pupils for register in found]
    places: Final = {school: k for k, school in enumerate(sorted({r.school for r in every}))}
    births = np.array(
        [max((r.born for r in found if not np.isnat(r.born)), default=_NO_BIRTH) for found in pupils]
    )
    first, last = ages.slots(births.astype("datetime64[D]"), year)
    results = np.empty(len(pupils), np.int16)
    across.meet(
        np.stack([r.marks for r in every]),
        np.stack([r.opened for r in every]),
        np.array([places[r.school] for r in every], np.int32),
        np.array([r.year < year for r in every]),
        np.cumsum([0, *map(len, pupils)]).astype(np.int64),
        first,
        last,
        FLAGS,
        limits.array(year),
        2 * (date(year, 8, 1) - first_monday(year)).days,
        results,
    )
    return results


_NO_BIRTH: Final = np.datetime64("NaT", "D")
