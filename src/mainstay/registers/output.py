"""Where a report goes: CSV or Parquet, whole or not at all."""

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO

import polars as pl
import pyarrow.parquet as pq

from mainstay.registers.inputs import WrongUsage
from mainstay.registers.report import TYPES, empty


@dataclass(frozen=True, slots=True)
class Sink:
    """A place for a report; None is standard output."""

    path: Path | None

    @classmethod
    def to(cls, name: str) -> "Sink":
        """The sink called ``name``; WrongUsage for an ending that is neither .csv nor .parquet."""
        if name == "-":
            return cls(None)
        path = Path(name)
        if path.suffix not in (".csv", ".parquet"):
            raise WrongUsage(
                f"--out {name}: the name must end in .csv or .parquet, or be - for standard output"
            )
        if not path.parent.is_dir():
            raise WrongUsage(f"--out {name}: there is no folder {path.parent}")
        return cls(path)

    def write(self, frames: Iterator[pl.DataFrame]) -> None:
        """Write a report; a file appears under its name only when it is whole."""
        if self.path is None:
            _csv(frames, sys.stdout.buffer)
            sys.stdout.flush()
            return
        building = self.path.with_name(self.path.name + ".part")
        try:
            with building.open("wb") as file:
                (_csv if self.path.suffix == ".csv" else _parquet)(frames, file)
            building.replace(self.path)
        finally:
            building.unlink(missing_ok=True)


def _csv(frames: Iterator[pl.DataFrame], file: IO[bytes]) -> None:
    first = next(frames, empty())  # an engine that cannot start fails before a header is out
    file.write(empty().write_csv().encode())
    for frame in chain([first], frames):
        lines = io.BytesIO()  # a pipe that breaks under Polars is no BrokenPipeError
        frame.cast(TYPES).write_csv(lines, include_header=False)  # type: ignore[arg-type]
        file.write(lines.getbuffer())


def _parquet(frames: Iterator[pl.DataFrame], file: IO[bytes]) -> None:
    schema = empty().to_arrow().schema
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for frame in frames:
            writer.write_table(frame.cast(TYPES).to_arrow().cast(schema))  # type: ignore[arg-type]
