"""The Parquet register store: ``DIR/year=2024/part-00000.parquet``.

Part files of the same number hold the same schools in every year, so a year meets the year before it
without a search. One row a pupil and school and year, sorted by school, then pupil:

    school         string, as in ``mainstay registers check``
    pupil          string, the UPN or "~" and a digest
    marks          fixed-size binary (756), the mark grid
    open           binary (95), the school's sessions that year as 756 bits, first slot first
    date_of_birth  date, null where not known
    sex, year_group, fsm, sen   string, null where not known
"""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from mainstay.registers.grid import SIZE
from mainstay.registers.parts import ABOUT, Part
from mainstay.registers.register import Stopped

FORMAT: Final = b"mainstay registers 1"
#: pupils of a part, about: a part is never smaller than a school
PART_SIZE: Final = 8000

SCHEMA: Final = pa.schema(
    [
        pa.field("school", pa.string(), nullable=False),
        pa.field("pupil", pa.string(), nullable=False),
        pa.field("marks", pa.binary(SIZE), nullable=False),
        pa.field("open", pa.binary(), nullable=False),
        pa.field("date_of_birth", pa.date32()),
        *(pa.field(name, pa.string()) for name in ABOUT),
    ],
    metadata={"format": FORMAT},
)


def pack_mask(opens: NDArray[np.uint8]) -> list[bytes]:
    """Rows of a (schools, 756) mask as 95 bytes each."""
    return [row.tobytes() for row in np.packbits(opens, axis=1)]


def unpack_mask(packed: Iterable[bytes]) -> NDArray[np.uint8]:
    """The inverse of ``pack_mask``."""
    rows = np.frombuffer(b"".join(packed), np.uint8).reshape(-1, (SIZE + 7) // 8)
    return np.unpackbits(rows, axis=1, count=SIZE)


def table_of(part: Part) -> pa.Table:
    """A part as Arrow, with the columns of SCHEMA."""
    index = pa.array(part.school)
    marks = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(SIZE), len(part), [None, pa.py_buffer(np.ascontiguousarray(part.marks))]
    )
    columns = [
        pa.DictionaryArray.from_arrays(index, pa.array(part.schools, pa.string())).cast(pa.string()),
        part.pupils.to_arrow().cast(pa.string()),
        marks,
        pa.DictionaryArray.from_arrays(index, pa.array(pack_mask(part.opens), pa.binary())).cast(pa.binary()),
        pa.array(part.births.astype("datetime64[D]")).cast(pa.date32()),
        *(part.about[name].cast(pl.String).to_arrow().cast(pa.string()) for name in ABOUT),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def part_of(year: int, table: pa.Table) -> Part:
    """Arrow with the columns of SCHEMA as a part; rows of a school adjacent, sorted by school."""
    table = table.combine_chunks()
    school, names = _runs(table.column("school"))
    firsts = np.flatnonzero(np.diff(school, prepend=-1))
    masks = table.column("open").take(pa.array(firsts)).to_pylist()
    births = table.column("date_of_birth").to_numpy().astype("datetime64[D]")
    return Part(
        year=year,
        schools=names,
        school=school,
        pupils=pl.Series("pupil", table.column("pupil")),
        marks=_grids(table.column("marks")),
        opens=unpack_mask(masks),
        births=births,
        about=pl.DataFrame({name: pl.Series(table.column(name).cast(pa.string())) for name in ABOUT}),
    )


def _runs(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], list[str]]:
    """A sorted text column as a rising number for each row, and the texts."""
    encoded = (
        column.combine_chunks().dictionary_encode() if not pa.types.is_dictionary(column.type) else column
    )
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    firsts = np.flatnonzero(np.diff(codes, prepend=-1))
    lengths = np.diff(firsts, append=len(codes))
    names = encoded.dictionary.to_pylist()
    return np.repeat(np.arange(len(firsts), dtype=np.int32), lengths), [names[codes[k]] for k in firsts]


def _grids(column: pa.ChunkedArray) -> NDArray[np.uint8]:
    """Marks as (n, 756) without a copy; Spark hands binary of any length on, one grid after the other."""
    array = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    if not len(array):
        return np.zeros((0, SIZE), np.uint8)
    buffers = array.buffers()
    start = array.offset * SIZE
    if not pa.types.is_fixed_size_binary(array.type):
        start = int(np.frombuffer(buffers[1], np.int32)[array.offset])
    return np.frombuffer(buffers[-1], np.uint8, len(array) * SIZE, start).reshape(-1, SIZE)


def write(folder: Path, groups: Iterable[list[Part]]) -> int:
    """Write a store, replacing one that is there; the number of rows.

    groups: parts of the same schools, in order of school, as ``Source.group`` gives them.
    The store appears whole or not at all. Stopped when ``folder`` holds something else.
    """
    if folder.exists() and any(folder.iterdir()) and not is_store(folder):
        raise Stopped(f"{folder} is not empty and not a register store: choose another folder")
    building = folder.with_name(folder.name + ".part")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    rows = 0
    try:
        for number, parts in enumerate(chunks(groups)):
            for part in parts:
                target = building / f"year={part.year}"
                target.mkdir(exist_ok=True)
                rows += len(part)
                pq.write_table(
                    table_of(part), target / f"part-{number:05d}.parquet",
                    compression="zstd", use_dictionary=["school", "open", "date_of_birth", *ABOUT],
                    row_group_size=max(1, len(part)), write_statistics=["school"],
                )  # fmt: skip
        shutil.rmtree(folder, ignore_errors=True)
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return rows


def chunks(groups: Iterable[list[Part]], size: int = PART_SIZE) -> Iterator[list[Part]]:
    """Cut groups of parts at schools, so that each holds about ``size`` pupils a year."""
    for parts in groups:
        schools = sorted({school for part in parts for school in part.schools})
        sizes = dict.fromkeys(schools, 0)
        for part in parts:
            for k, n in enumerate(np.bincount(part.school, minlength=len(part.schools))):
                sizes[part.schools[k]] = max(sizes[part.schools[k]], int(n))
        chosen: list[str] = []
        for school in schools:
            chosen.append(school)
            if sum(sizes[name] for name in chosen) >= size:
                yield _of_schools(parts, chosen)
                chosen = []
        if chosen:
            yield _of_schools(parts, chosen)


def _of_schools(parts: list[Part], schools: list[str]) -> list[Part]:
    """The parts cut down to some neighbouring schools; years without any of them fall away."""
    found = []
    for part in parts:
        places = [k for k, school in enumerate(part.schools) if school in set(schools)]
        if not places:
            continue
        a, b = np.searchsorted(part.school, [places[0], places[-1] + 1])
        found.append(
            Part(
                part.year, [part.schools[k] for k in places], part.school[a:b] - np.int32(places[0]),
                part.pupils[int(a) : int(b)], part.marks[a:b], part.opens[places[0] : places[-1] + 1],
                part.births[a:b], part.about[int(a) : int(b)],
            )
        )  # fmt: skip
    return found


def is_store(folder: Path) -> bool:
    """Whether a folder looks like a register store."""
    return folder.is_dir() and next(folder.glob("year=*/part-*.parquet"), None) is not None


@dataclass(frozen=True)
class Store:
    """A store on disk, as a Source: part files of one number are one group."""

    folder: Path

    @cached_property
    def files(self) -> list[list[tuple[int, Path]]]:
        """For each group its (year, file), years ascending."""
        if not is_store(self.folder):
            raise Stopped(f"{self.folder} is not a register store: make one with mainstay registers pack")
        groups: dict[str, list[tuple[int, Path]]] = {}
        for path in sorted(self.folder.glob("year=*/part-*.parquet")):
            groups.setdefault(path.name, []).append((int(path.parent.name.removeprefix("year=")), path))
        return [groups[name] for name in sorted(groups)]

    def __len__(self) -> int:
        return len(self.files)

    def group(self, place: int) -> list[Part]:
        return [part_of(year, _read(path)) for year, path in self.files[place]]

    def roster(self) -> Iterator[pl.DataFrame]:
        for files in self.files:
            tables = [_read(path, ["school", "pupil"]) for _, path in files]
            pairs = [_as_frame(table) for table in tables]
            yield pl.concat(pairs).unique() if len(pairs) > 1 else pairs[0]


def _as_frame(table: pa.Table) -> pl.DataFrame:
    return pl.DataFrame(
        {name: pl.Series(table.column(name).cast(pa.string())) for name in table.column_names}
    )


def _read(path: Path, columns: list[str] | None = None) -> pa.Table:
    """One part file; Stopped when it is none."""
    try:
        footer = pq.read_metadata(path)
        if (footer.metadata or {}).get(b"format") != FORMAT:
            raise Stopped(f"{path} is not part of a register store, or of another version")
        file = pq.ParquetFile(
            path, metadata=footer, read_dictionary=["school", "open", *ABOUT], memory_map=True
        )
        return file.read(columns)
    except (pa.ArrowInvalid, OSError) as reason:
        raise Stopped(f"{path} cannot be read as Parquet: {reason}") from reason
