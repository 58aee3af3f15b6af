"""Rows of any tabular source as numbers into one list of distinct texts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numba import njit
from numpy.typing import NDArray


class Texts(Protocol):
    """Distinct texts by number; number 0 is the empty one."""

    def __len__(self) -> int: ...
    def __getitem__(self, number: int, /) -> str: ...


@dataclass(slots=True)
class Table:
    """cells: int32 (columns, rows), numbers of texts
    lines: int32 (rows,), the physical line on which each record begins
    widths: int32 (rows,), cells found; negative where the record is malformed
    cut: there were more rows than any register has, and they are not here
    """

    cells: NDArray[np.int32]
    lines: NDArray[np.int32]
    widths: NDArray[np.int32]
    texts: Texts
    cut: bool = False

    @classmethod
    def of(cls, rows: Iterable[tuple[int, Sequence[str]]], columns: int) -> "Table":
        """A table of rows already cut into cells, each with its line; blank rows are left out."""
        numbers: dict[str, int] = {"": 0}
        lines, widths, cells = list[int](), list[int](), list[list[int]]()
        for line, row in rows:
            if not any(row):
                continue
            over = any(row[columns:])
            lines.append(line)
            widths.append(-len(row) if over else len(row))
            filled = [numbers.setdefault(text, len(numbers)) for text in row[:columns]]
            cells.append(filled + [0] * (columns - len(filled)))
        grid = np.array(cells, np.int32).reshape(len(cells), columns)
        return cls(
            np.ascontiguousarray(grid.T), np.array(lines, np.int32), np.array(widths, np.int32), list(numbers)
        )

    def __len__(self) -> int:
        return len(self.lines)

    def only(self, keep: NDArray[np.bool_]) -> "Table":
        """The same texts, fewer rows."""
        if keep.all():
            return self
        return Table(self.cells[:, keep], self.lines[keep], self.widths[keep], self.texts, self.cut)

    def text(self, column: int, row: int) -> str:
        return self.texts[int(self.cells[column, row])]

    def row(self, row: int) -> list[str]:
        return [self.texts[int(number)] for number in self.cells[:, row]]

    def present(self, columns: Iterable[int], rows: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
        """Which texts occur in any of the columns, or in some rows of them."""
        found = np.zeros(len(self.texts), np.bool_)
        for column in columns:
            cells = self.cells[column]
            _mark(cells if rows is None or rows.all() else cells[rows], found)
        return found

    def tell(
        self, columns: Iterable[int], ask: Callable[[str], Any], dtype: Any, otherwise: Any = 0
    ) -> NDArray[Any]:
        """Ask something of every distinct text of some columns: an array by number of text."""
        answers = np.full(len(self.texts), otherwise, dtype)
        for number in np.flatnonzero(self.present(columns)):
            answers[number] = ask(self.texts[int(number)])
        return answers

    def distinct(self, columns: Sequence[int]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Rows with equal texts in all ``columns``: the number of each row's kind, and each kind's first row."""
        if not len(self):
            return np.zeros(0, np.int32), np.zeros(0, np.int32)
        kinds, firsts = _distinct(self.cells, np.array(columns, np.int64))
        return kinds, firsts


@njit(cache=True, nogil=True)
def _mark(numbers, found):  # type: ignore[no-untyped-def]
    for number in numbers:
        found[number] = True


@njit("Tuple((i4[::1], i4[::1]))(i4[:, :], i8[::1])", cache=True, nogil=True)  # whatever the strides
def _distinct(cells, columns):  # type: ignore[no-untyped-def]
    rows = cells.shape[1]
    kinds = np.empty(rows, np.int32)
    firsts = np.empty(1024, np.int32)
    hashes = np.empty(1024, np.uint64)
    slots = np.full(4096, -1, np.int32)
    used = 0
    for row in range(rows):
        if row:
            same = True
            for c in columns:
                if cells[c, row] != cells[c, row - 1]:
                    same = False
                    break
            if same:
                kinds[row] = kinds[row - 1]
                continue
        key = np.uint64(1469598103934665603)
        for c in columns:
            key = (key ^ np.uint64(cells[c, row])) * np.uint64(1099511628211)
            key ^= key >> np.uint64(29)
        mask = np.uint64(len(slots) - 1)
        at = key & mask
        found = -1
        while slots[at] >= 0:
            kind = slots[at]
            if hashes[kind] == key:
                same = True
                for c in columns:
                    if cells[c, row] != cells[c, firsts[kind]]:
                        same = False
                        break
                if same:
                    found = kind
                    break
            at = (at + np.uint64(1)) & mask
        if found < 0:
            if used == len(firsts):
                firsts = np.concatenate((firsts, np.empty(used, np.int32)))
                hashes = np.concatenate((hashes, np.empty(used, np.uint64)))
                slots = np.full(2 * len(slots), -1, np.int32)
                mask = np.uint64(len(slots) - 1)
                for kind in range(used):
                    place = hashes[kind] & mask
                    while slots[place] >= 0:
                        place = (place + np.uint64(1)) & mask
                    slots[place] = kind
                at = key & mask
                while slots[at] >= 0:
                    at = (at + np.uint64(1)) & mask
            slots[at] = used
            firsts[used] = row
            hashes[used] = key
            found = used
            used += 1
        kinds[row] = found
    return kinds, firsts[:used].copy()
