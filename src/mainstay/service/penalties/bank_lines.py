"""A bank's list of payments, as CSV: every line read or refused in words, nothing guessed. No database.

The heading is found by its words, in any order and under up to nineteen other lines; money may stand in one
column, in two (paid in, paid out), or in one beside a column that says which way it went.
"""

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final, TypeVar

from mainstay.registers.reading.sniff import decode, kind
from mainstay.registers.register import Stopped
from mainstay.service.common.keys import fold
from mainstay.service.penalties.bank_cells import Misread, day, pence, way, words
from mainstay.service.penalties.reference import find as candidates

__all__ = ["BankFile", "BankLine", "Problem", "candidates", "read"]

#: column -> its names in a heading, folded; those of a later row count only where there is none of an earlier
_NAMES: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "date": (
        ("date", "transaction date", "payment date", "date paid", "paid on"),
        ("posting date", "date posted", "booking date", "entry date"),
        ("value date",),
    ),
    "amount": (
        ("amount", "amount gbp", "transaction amount", "payment amount", "value"),
        ("credit", "credit amount", "credits", "paid in", "money in", "receipts"),
    ),
    "paid out": (("debit", "debit amount", "debits", "paid out", "money out"),),
    "way": (
        ("credit debit", "debit credit", "cr dr", "dr cr", "credit debit indicator", "debit credit indicator", "sign"),
    ),
    "reference": (
        ("reference", "ref", "payment reference", "customer reference", "payer reference"),
        ("transaction reference", "remittance information", "narrative", "description", "details", "memo",
         "transaction details", "transaction description"),
    ),
    "payer": (
        ("payer", "payer name", "paid by", "from", "sender", "remitter", "originator"),
        ("name", "counterparty", "counterparty name", "debtor", "debtor name"),
    ),
}  # fmt: skip
_NEEDED: Final = ("date", "amount", "reference")
_OPENING: Final = 20  # lines in which the heading is looked for
_NOTHING: Final = re.compile(r"£?0*(\.0*)?|-")  # in one of two columns

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class BankLine:
    """One payment into the council's account; out of it, where ``pence`` is less than nothing."""

    line: int
    on: date
    pence: int
    reference: str
    payer: str
    digest: str  # the same in every file that holds the whole of its day under the same columns


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place and what to do. The value is for the person who loads the file, never a log."""

    line: int
    column: str  # as the file calls it; "": the line, or the file
    value: str
    problem: str

    def __str__(self) -> str:
        place = f"line {self.line}, {self.column}" if self.column else f"line {self.line}"
        return f"{place}: {self.problem}"


@dataclass(frozen=True, slots=True)
class BankFile:
    """What a file holds. While there is a problem, none of its lines may be taken."""

    lines: list[BankLine]
    problems: list[Problem]
    passed_over: list[str]  # columns whose name we do not know


@dataclass(frozen=True, slots=True)
class _Heading:
    line: int
    delimiter: str
    names: list[str]
    columns: dict[str, int]

    def cell(self, cells: list[str], column: str) -> str:
        """What stands in a column, "" where there is no such."""
        place = self.columns.get(column, len(cells))
        return cells[place].strip() if place < len(cells) else ""


def read(content: bytes) -> BankFile:
    """Read a whole file; whatever it holds, the answer is lines or problems."""
    try:
        text = _text(content)
        heading = _heading(text)
    except Misread as misread:
        return BankFile([], [Problem(1, "", "", str(misread))], [])
    lines: list[BankLine] = []
    problems: list[Problem] = []
    seen: Counter[str] = Counter()
    for number, cells in _rows(text, heading.delimiter):
        if cells is None:
            problems.append(
                Problem(number, "", "", "a quotation mark here has no partner: double or remove it")
            )
        elif number > heading.line and any(map(str.strip, cells)):
            found, wrong = _line(number, cells, heading, seen)
            lines += found
            problems += wrong
    if not (lines or problems):
        problems = [
            Problem(heading.line, "", "", "there is no payment under the heading: export the file again")
        ]
    passed_over = [name for n, name in enumerate(heading.names) if name and n not in heading.columns.values()]
    return BankFile(lines, problems, passed_over)


def _text(content: bytes) -> str:
    if not content.strip():
        raise Misread("the file is empty: export it again")
    try:
        if kind(content) != "table":
            raise Misread("this is no CSV file: open it in a spreadsheet and save it as CSV")
        return decode(content)[0].decode()
    except Stopped:
        raise Misread(
            "this is no text in UTF-8 or Windows-1252: open it in a spreadsheet and save it as CSV (UTF-8)"
        ) from None


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """The line each row begins in, and its cells; None for the cells, and the end, where quotation breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error:
        yield begins, None


def _heading(text: str) -> _Heading:
    for delimiter in ",;\t":
        for line, cells in islice(_rows(text, delimiter), _OPENING):
            names = [" ".join(cell.split()) for cell in cells or ()]
            places = {column: _places(column, names) for column in _NAMES}
            if all(places[column] for column in _NEEDED):
                return _Heading(line, delimiter, names, _one_each(places, names))
    raise Misread(
        "no line names the columns: give those with the date, the amount and the reference the headings "
        "Date, Amount and Reference"
    )


def _places(column: str, names: list[str]) -> list[int]:
    """Where a column may stand, by the first of its rows of names that is there at all."""
    folded = [fold(name) for name in names]
    for known in _NAMES[column]:
        if places := [n for n, name in enumerate(folded) if name in known]:
            return places
    return []


def _one_each(places: dict[str, list[int]], names: list[str]) -> dict[str, int]:
    for column, found in places.items():
        if len(found) > 1:
            both = " and ".join(f"“{names[n]}”" for n in found)
            raise Misread(f"the columns {both} may each be the {column}: rename all but one of them")
    return {column: found[0] for column, found in places.items() if found}


def _line(
    number: int, cells: list[str], heading: _Heading, seen: Counter[str]
) -> tuple[list[BankLine], list[Problem]]:
    """The payment in a line, or everything that is wrong with it."""
    problems: list[Problem] = []

    def tried(column: str, parse: Callable[[str], Value]) -> Value | None:
        value = heading.cell(cells, column)
        try:
            return parse(value)
        except Misread as misread:
            problems.append(Problem(number, heading.names[heading.columns[column]], value, str(misread)))
            return None

    if any(map(str.strip, cells[len(heading.names) :])):
        few = f"there are {len(cells)} cells under {len(heading.names)} headings"
        problems.append(Problem(number, "", "", f"{few}: put a text with a comma in it in quotation marks"))
    on = tried("date", day)
    amount = tried("amount", lambda cell: _amount(cell, cells, heading))
    reference = tried("reference", words)
    payer = tried("payer", words) if "payer" in heading.columns else ""
    if problems or on is None or amount is None or reference is None or payer is None:
        return [], problems
    key = json.dumps([on.isoformat(), amount, reference.casefold(), payer.casefold()])
    seen[key] += 1
    digest = hashlib.sha256(f"{key} {seen[key]}".encode()).hexdigest()
    return [BankLine(number, on, amount, reference, payer, digest)], []


def _amount(cell: str, cells: list[str], heading: _Heading) -> int:
    """The sum with its sign, from one column or two."""
    if "paid out" in heading.columns:
        out = heading.cell(cells, "paid out")
        came, went = (not _NOTHING.fullmatch(text) for text in (cell, out))
        if came == went:
            raise Misread("a payment either came in or went out: fill one of the two columns")
        return pence(cell) if came else -abs(pence(out))
    value = pence(cell)
    if "way" not in heading.columns:
        return value
    if value < 0:
        raise Misread("the sum says twice whether it came in or went out: keep one sign")
    return value * way(heading.cell(cells, "way"))
