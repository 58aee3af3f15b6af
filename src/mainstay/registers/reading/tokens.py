"""Delimited text as a table of numbers: each distinct text once, each cell the number of its text.

A register file repeats itself: a year of marks holds a few hundred pupils, dates and codes. The kernel walks
the bytes once, keeps the physical line of every record, and gives every later check only distinct texts.
Quoting is RFC 4180; a quotation mark inside an unquoted cell is itself.
"""

import re
from collections.abc import Iterator
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mainstay.registers.reading.options import MAX_COLUMNS, MAX_LINE
from mainstay.registers.reading.table import Table
from mainstay.registers.register import Stopped

_DONE, _ROWS_FULL, _TEXTS_FULL, _TOO_LONG, _UNCLOSED = range(5)
#: more records than a file of 200 MB with whole rows can hold
MAX_ROWS: Final = 1 << 23
#: more cells than a file of 200 MB with a mark in each can hold
MAX_CELLS: Final = 120_000_000


def records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every record with its first physical line, blank ones too: plain and slow, for headers and tests."""
    quoted, plain = r'"[^"]*(?:""[^"]*)*(?:"|\Z)', rf"[^{re.escape(delimiter)}\r\n]*"
    field = re.compile(rf"({quoted}{plain}|{plain})({re.escape(delimiter)}|\r\n|\r|\n|\Z)")
    at, line, first, cells = 0, 1, 1, list[str]()
    while at < len(text) or cells:
        found = field.match(text, at)
        assert found is not None
        at = found.end()
        cells.append(unquote(found[1]))
        line += len(re.findall(r"\r\n|\r|\n", found[0]))
        if len(cells) > MAX_COLUMNS and found[2] == delimiter:
            at = _unquoted_end(text, at)  # wider than any header: its rest says nothing
        if found[2] != delimiter or not found[2]:
            yield first, cells
            first, cells = line, []


def _unquoted_end(text: str, at: int) -> int:
    """Where the line ends, or ``at`` itself if a quotation mark stands before."""
    end = min((end for end in (text.find("\n", at), text.find("\r", at)) if end >= 0), default=len(text))
    return end if text.find('"', at, end) < 0 else at


def unquote(raw: str) -> str:
    """The text of a cell as written: the quotation marks around it taken off."""
    if raw[:1] != '"':
        return raw
    body = raw[1:].rstrip(" ")
    return body.removesuffix('"').replace('""', '"')


def tokenise(data: bytes, start: int, line: int, delimiter: str, columns: int) -> Table:
    """Every record with any text from byte ``start`` on, which is physical line ``line``.

    Raises Stopped for a line over the limit or a quotation mark that is never closed.
    """
    source = np.frombuffer(data, np.uint8)
    texts = _Texts()
    most = min(MAX_ROWS, MAX_CELLS // max(columns, 1))
    room = min(most, _likely_rows(data, start))
    cells, lines, widths = (
        np.empty((columns, room), np.int32),
        np.empty(room, np.int32),
        np.empty(room, np.int32),
    )
    rows, why = 0, _TEXTS_FULL
    while why == _TEXTS_FULL or (why == _ROWS_FULL and room < most):
        if why == _ROWS_FULL:
            more = min(most - room, room)
            room += more
            cells = np.concatenate([cells, np.empty((columns, more), np.int32)], axis=1)
            lines = np.concatenate([lines, np.empty(more, np.int32)])
            widths = np.concatenate([widths, np.empty(more, np.int32)])
        texts.make_room(columns)
        start, line, rows, texts.used, why = _tokenise(
            source, start, line, ord(delimiter), cells, lines, widths, rows,
            texts.slots, texts.hashes, texts.starts, texts.lengths, texts.used, MAX_LINE,
        )  # fmt: skip
    if why == _TOO_LONG:
        raise Stopped(f"line {line:,} is longer than 1 MB: this is not a register exported as text")
    if why == _UNCLOSED:
        raise Stopped(
            f"line {line:,}: a quotation mark is opened and never closed; mend it and send it again"
        )
    decoded = _Decoded(data, texts.starts[: texts.used], texts.lengths[: texts.used])
    return Table(cells[:, :rows], lines[:rows], widths[:rows], decoded, cut=why == _ROWS_FULL)


def _likely_rows(data: bytes, start: int) -> int:
    """A little more than the lines that a file has which goes on as it begins."""
    head = data[start : start + 65_536]
    return (
        int((head.count(b"\n") + head.count(b"\r") + 1) * (len(data) - start) / max(len(head), 1) * 1.05) + 64
    )


class _Texts:
    """The distinct texts so far: an open hash table of where each was first met."""

    def __init__(self) -> None:
        self.slots = np.full(1 << 12, -1, np.int32)
        self.hashes = np.zeros(1 << 11, np.uint64)
        self.starts = np.zeros(1 << 11, np.int64)
        self.lengths = np.zeros(1 << 11, np.int32)
        self.used = 1  # text 0 is the empty one
        self.slots[0] = 0

    def make_room(self, columns: int) -> None:
        """At least half of the table free, and room for a whole record."""
        while self.used + columns + 1 > len(self.starts) * 3 // 4:
            self.hashes = np.concatenate([self.hashes, np.zeros_like(self.hashes)])
            self.starts = np.concatenate([self.starts, np.zeros_like(self.starts)])
            self.lengths = np.concatenate([self.lengths, np.zeros_like(self.lengths)])
            self.slots = np.full(2 * len(self.slots), -1, np.int32)
            _refill(self.slots, self.hashes, self.used)


class _Decoded:
    """The distinct texts, decoded when asked for."""

    def __init__(self, data: bytes, starts: NDArray[np.int64], lengths: NDArray[np.int32]) -> None:
        self._data, self._starts, self._lengths = data, starts, lengths

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, number: int) -> str:
        start = int(self._starts[number])
        return unquote(self._data[start : start + int(self._lengths[number])].decode())


@njit(cache=True, nogil=True)
def _refill(slots, hashes, used):  # type: ignore[no-untyped-def]
    mask = np.uint64(len(slots) - 1)
    for number in range(used):
        at = hashes[number] & mask
        while slots[at] >= 0:
            at = (at + np.uint64(1)) & mask
        slots[at] = number


@njit(cache=True, nogil=True, inline="always")
def _number(data, start, end, hash_, slots, hashes, starts, lengths, used):  # type: ignore[no-untyped-def]
    """The number of a text, and how many there are after it."""
    hash_ = (hash_ ^ (hash_ >> np.uint64(32))) * np.uint64(0x9E3779B97F4A7C15)
    hash_ ^= hash_ >> np.uint64(29)
    mask = np.uint64(len(slots) - 1)
    at = hash_ & mask
    while slots[at] >= 0:
        known = slots[at]
        if hashes[known] == hash_ and lengths[known] == end - start:
            first, same = starts[known], True
            for k in range(end - start):
                if data[first + k] != data[start + k]:
                    same = False
                    break
            if same:
                return known, used
        at = (at + np.uint64(1)) & mask
    slots[at] = used
    hashes[used] = hash_
    starts[used] = start
    lengths[used] = end - start
    return used, used + 1


@njit(cache=True, nogil=True)
def _quoted_end(data, at, line, limit):  # type: ignore[no-untyped-def]
    """Past the closing quotation mark, the line there, and how it ended."""
    end = len(data)
    stop = at + limit
    at += 1
    while at < end:
        byte = data[at]
        if byte == 34:
            if at + 1 < end and data[at + 1] == 34:
                at += 1
            else:
                return at + 1, line, 0
        elif byte == 10 or (byte == 13 and not (at + 1 < end and data[at + 1] == 10)):
            line += 1
        at += 1
        if at > stop:
            return at, line, 3
    return at, line, 4


@njit(cache=True, nogil=True)
def _plain_end(data, at, delimiter, hash_):  # type: ignore[no-untyped-def]
    """The end of a cell without quotation marks, and the hash of its text."""
    while at < len(data):
        byte = data[at]
        if byte == delimiter or byte == 10 or byte == 13:
            break
        hash_ = (hash_ << np.uint64(5) | hash_ >> np.uint64(59)) ^ np.uint64(byte)
        at += 1
    return at, hash_


@njit(cache=True, nogil=True)
def _quoted_hash(data, at, end, hash_):  # type: ignore[no-untyped-def]
    for k in range(at, end):
        hash_ = (hash_ << np.uint64(5) | hash_ >> np.uint64(59)) ^ np.uint64(data[k])
    return hash_


@njit(cache=True, nogil=True)
def _tokenise(  # type: ignore[no-untyped-def]
    data, at, line, delimiter, cells, lines, widths, row, slots, hashes, starts, lengths, used, limit
):
    """Fill ``cells`` until the file, the rows or the room for texts ends.

    A record's width is its number of cells; minus it where a quoted cell goes on after its closing mark,
    or where a cell beyond the header's last holds text.
    ``row`` is the next to fill. Returns (next byte, its line, rows filled, texts used, why it stopped).
    """
    columns, capacity = cells.shape
    end = len(data)
    room = len(starts) * 3 // 4
    seed = np.uint64(1469598103934665603)
    while at < end:
        if row == capacity:
            return at, line, row, used, 1
        if used + columns + 1 > room:
            return at, line, row, used, 2
        first, first_line, column, bad, filled = at, line, 0, False, False
        while True:
            start = at
            hash_ = seed
            if at < end and data[at] == 34:
                at, line, why = _quoted_end(data, at, line, limit)
                if why:
                    return first, first_line, row, used, why
                while at < end and data[at] != delimiter and data[at] != 10 and data[at] != 13:
                    bad = bad or data[at] != 32
                    at += 1
                hash_ = _quoted_hash(data, start, at, hash_)
            else:
                at, hash_ = _plain_end(data, at, delimiter, hash_)
            if at > start:
                filled = True
            if column < columns:
                if at == start:
                    cells[column, row] = 0
                else:
                    number, used = _number(data, start, at, hash_, slots, hashes, starts, lengths, used)
                    cells[column, row] = number
            elif at > start:
                bad = True
            column += 1
            if at < end and data[at] == delimiter:
                at += 1
                continue
            break
        if at < end:
            at += 2 if data[at] == 13 and at + 1 < end and data[at + 1] == 10 else 1
            line += 1
        if at - first > limit + 2:
            return first, first_line, row, used, 3
        if filled:
            for k in range(column, columns):
                cells[k, row] = 0
            lines[row] = first_line
            widths[row] = -column if bad else column
            row += 1
    return at, line, row, used, 0
