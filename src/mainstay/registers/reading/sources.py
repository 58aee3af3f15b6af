"""Where rows come from: delimited text or a sheet, asked in the same way."""

from collections.abc import Sequence
from itertools import islice
from typing import Protocol

from mainstay.registers.reading.options import HEADER_LINES, MAX_LINE
from mainstay.registers.reading.table import Table
from mainstay.registers.reading.tokens import records, tokenise
from mainstay.registers.register import Stopped

Row = tuple[int, list[str]]


class Source(Protocol):
    """Rows with their physical lines: the first few, and everything after one of them as a table."""

    def head(self, lines: int = HEADER_LINES) -> list[Row]: ...
    def table(self, after: int, columns: int) -> Table:
        """The rows after the one that begins on physical line ``after``."""
        ...


class TextSource:
    """Delimited text in UTF-8."""

    def __init__(self, data: bytes, delimiter: str) -> None:
        self._data, self._delimiter = data, delimiter
        self._heads: dict[int, list[Row]] = {}

    def head(self, lines: int = HEADER_LINES) -> list[Row]:
        if lines not in self._heads:
            text = self._data[: self._line_start(lines + 1)].decode()
            self._heads[lines] = [row for row in records(text, self._delimiter) if row[0] <= lines]
        return self._heads[lines]

    def table(self, after: int, columns: int) -> Table:
        following = [line for line, _ in self.head(max(HEADER_LINES, after + 20)) if line > after]
        line = following[0] if following else after + 1
        return tokenise(self._data, self._line_start(line), line, self._delimiter, columns)

    def _line_start(self, line: int) -> int:
        """The byte at which a physical line begins, or the end of the text."""
        at = 0
        for _ in range(line - 1):
            ends = [
                end
                for end in (self._data.find(b"\n", at), self._data.find(b"\r", at, at + MAX_LINE))
                if end >= 0
            ]
            end = min(ends, default=len(self._data))
            if end - at > MAX_LINE:
                raise Stopped("a line is longer than 1 MB: this is not a register exported as text")
            at = end + (2 if self._data[end : end + 2] == b"\r\n" else 1)
            if at >= len(self._data):
                return len(self._data)
        return at


class RowSource:
    """Rows that are cut into cells already, such as a sheet's."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows

    def head(self, lines: int = HEADER_LINES) -> list[Row]:
        return [row for row in islice(self._rows, lines) if row[0] <= lines]

    def table(self, after: int, columns: int) -> Table:
        return Table.of((row for row in self._rows if row[0] > after), columns)
