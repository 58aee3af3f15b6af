"""Excel workbooks as rows of text; looked over before they are unpacked."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, Final

import python_calamine

from mainstay.registers.reading.options import MAX_UNPACKED
from mainstay.registers.reading.sources import Row
from mainstay.registers.register import Stopped

_MOST_CELLS: Final = 8_000_000
_CELL: Final = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_CHUNK: Final = 1 << 20
_LONGEST_TAG: Final = 200
_DAMAGED: Final = (
    "the Excel file is damaged or locked with a password: open it, save it again as .xlsx and send that"
)


def sheets(raw: bytes) -> Iterator[list[Row]]:
    """The rows of every sheet in turn, each with its row number; Stopped for a file that is not sound."""
    _look_over(raw)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            first = sheet.start[0] + 1 if sheet.start else 1
            left = [""] * (sheet.start[1] if sheet.start else 0)
            rows = sheet.to_python(skip_empty_area=True)
            yield [(first + n, left + [_text(value) for value in row]) for n, row in enumerate(rows)]
    except Stopped:
        raise
    except BaseException as problem:
        # the reader's own panics are no Exception
        if isinstance(problem, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
            raise
        raise Stopped(_DAMAGED) from None


def _look_over(raw: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            members = packed.infolist()
            if sum(member.file_size for member in members) > MAX_UNPACKED:
                raise Stopped("the Excel file unpacks to more than 100 MB: split it, or send CSV")
            if not any(member.filename.startswith("xl/") for member in members):
                raise Stopped("this is a zip file, not an Excel workbook: unpack it and send what is inside")
            for member in members:
                _look_into(packed, member)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Stopped(_DAMAGED) from None


def _look_into(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Its size and checksum are what the directory says, and its cells lie close enough together to hold."""
    is_sheet = member.filename.startswith("xl/worksheets/")
    letters, rows, rest = set[bytes](), set[bytes](), b""
    with packed.open(member) as file:
        while chunk := file.read(_CHUNK):
            if is_sheet:
                rest += chunk
                found = _CELL.findall(rest)
                letters.update(column for column, _ in found)
                rows.update(row for _, row in found)
                rest = rest[-_LONGEST_TAG:]
    if _extent(map(_column, letters)) * _extent(map(int, rows)) > _MOST_CELLS:
        raise Stopped(
            f"a sheet reaches over more than {_MOST_CELLS:,} cells: delete the empty ones, or send CSV"
        )


def _extent(numbers: Iterable[int]) -> int:
    known = list(numbers)
    return max(known) - min(known) + 1 if known else 0


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
