"""A made-up city as files: one CSV a school, or one register store in Parquet."""

import re
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from mainstay.law import codes
from mainstay.registers import store
from mainstay.registers.gathering import Gathering
from mainstay.registers.grid import BLANK, HALVES, SIZE, session_of
from mainstay.registers.parts import Part
from mainstay.registers.register import Block, Reading, Stopped
from mainstay.registers.simulating.model import City, year_group_name

COLUMNS: Final = ("URN", "UPN", "Surname", "Forename", "DOB", "Year", "Reg", "Date", "Session", "Mark")


def parts(city: City) -> list[Part]:
    """The city as the engine's parts, one a year, as if its files had been read."""
    gathering = Gathering()
    gathering.add(Reading("made-up city", None, people=city.people(), blocks=city.blocks))
    return gathering.parts()[0]


def write_store(city: City, folder: Path) -> int:
    """Write a register store; the number of pupil-years. Stopped when the folder holds something else."""
    return store.write(folder, [parts(city)])


def write_files(city: City, folder: Path) -> int:
    """Write one long-layout CSV a school, all years in it; the number of marks.

    Stopped when the folder is not empty. Files appear in it together, or none does.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Stopped(f"{folder} is not empty: choose another folder")
    building = folder.with_name(folder.name + ".part")
    building.mkdir(parents=True, exist_ok=True)
    people, marks = _people(city), 0
    try:
        for school in city.schools:
            frames = [_long(city, b, people) for b in city.blocks if b.school == school.urn]
            if not frames:
                continue
            frame = pl.concat(frames)
            frame.write_csv(building / f"{school.urn}-{_slug(school.name)}.csv")
            marks += len(frame)
        if folder.exists():
            folder.rmdir()
        building.rename(folder)
    finally:
        if building.exists():
            for file in building.iterdir():
                file.unlink()
            building.rmdir()
    return marks


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _people(city: City) -> pl.DataFrame:
    """What every row of an enrolment repeats."""
    pupils = [city.pupils[e.pupil] for e in city.enrolments]
    return pl.DataFrame(
        {
            "URN": [city.schools[e.school].urn for e in city.enrolments],
            "UPN": [p.upn for p in pupils],
            "Surname": [p.surname for p in pupils],
            "Forename": [p.forename for p in pupils],
            "DOB": [p.date_of_birth for p in pupils],
        }
    )


def _long(city: City, block: Block, people: pl.DataFrame) -> pl.DataFrame:
    """One row a mark, ordered by pupil, then session."""
    row, slot = np.nonzero(block.marks != BLANK)
    groups = [city.enrolments[e].groups[block.year] for e in block.people.tolist()]
    mine = people[block.people].with_columns(
        Year=pl.Series([year_group_name(group) for group, _ in groups]),
        Reg=pl.Series([reg for _, reg in groups]),
    )
    sessions = [session_of(block.year, n) for n in range(SIZE)]
    slots = pl.DataFrame({"Date": [d for d, _ in sessions], "Session": [HALVES[n % 2] for n in range(SIZE)]})
    names = {ord(byte): code for byte, code in codes.code_of_byte().items()}
    marks = pl.Series("Mark", [names.get(byte, "") for byte in range(256)])
    return pl.concat(
        [
            mine[row],
            slots[slot],
            marks.gather(block.marks[row, slot]).to_frame(),
        ],
        how="horizontal",
    ).select(COLUMNS)
