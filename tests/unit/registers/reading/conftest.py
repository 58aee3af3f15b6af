"""Small register files of invented people."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from mainstay.registers import reading
from mainstay.registers.register import Reading

ADA, BEN, CEM = "Z852999924001", "N852999924002", "C852999924003"
TODAY = date(2025, 12, 1)

Read = Callable[..., Reading]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read text or bytes as a file, as of 1 December 2025."""

    def read(content: str | bytes, name: str = "register.csv", **options: object) -> Reading:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return reading.read(path, reading.Options(**({"as_of": TODAY} | options)))  # type: ignore[arg-type]

    return read


def warned(found: Reading) -> dict[str, int]:
    return {warning.code: warning.count for warning in found.warnings}


def places(found: Reading) -> list[tuple[int | None, str | None, str]]:
    return [(error.line, error.column, error.value) for error in found.errors]


def mark_counts(found: Reading) -> dict[str, int]:
    """Byte -> how often it is in the grids."""
    counts: Counter[str] = Counter()
    for block in found.blocks:
        counts.update(map(chr, block.marks.ravel().tolist()))
    del counts["-"]
    return dict(counts)
