"""Earlier notices of a CSV with a header line: read as they stand, every problem named by line and column.

Nothing is guessed: a cell that cannot be read is a problem with what to do about it, and its row is left out. Who the
child and the parent are is found afterwards (``earlier_matching``). The columns: docs/reference/earlier-notices.md.
"""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from mainstay.registers import upn as upns
from mainstay.service.directory.importing import Unreadable, text_of

MOST_ROWS: Final = 20_000
EARLIEST: Final = date(1900, 1, 1)  # a day before it is a slip of the pen
_DAYS: Final = ("%d/%m/%Y", "%Y-%m-%d")
KINDS: Final = ("attendance", "excluded")
OUTCOMES: Final = ("open", "paid", "unpaid", "convicted", "acquitted", "withdrawn")

#: column as the header names it -> field
COLUMNS: Final = {
    "UPN": "upn", "Child surname": "surname", "Child forename": "forename", "Child date of birth": "born",
    "Parent title": "title", "Parent forename": "parent_forename", "Parent surname": "parent_surname",
    "Parent postcode": "postcode", "Issued on": "issued_on", "Kind": "kind", "Outcome": "outcome", "Issuer": "issuer",
    "Reference": "reference", "Offence from": "offence_from", "Offence to": "offence_to",
}  # fmt: skip
#: columns a file has to have; of the child either the UPN or the other three
NEEDED: Final = ("Parent forename", "Parent surname", "Issued on", "Kind", "Outcome", "Issuer")
_OF_CHILD: Final = ("Child surname", "Child forename", "Child date of birth")
_LONGEST: Final = {"issuer": 120, "reference": 60}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, and what to do. No personal data."""

    line: int
    column: str
    problem: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One notice as the file tells of it."""

    line: int
    upn: str = ""
    surname: str = ""
    forename: str = ""
    born: date | None = None
    title: str = ""
    parent_forename: str
    parent_surname: str
    postcode: str = ""
    issued_on: date
    kind: str
    outcome: str
    issuer: str
    reference: str = ""
    offence_from: date | None = None
    offence_to: date | None = None


@dataclass(slots=True)
class Reading:
    """rows that could be read; unused: columns of the file that say nothing here"""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


def read(content: bytes, today: date) -> Reading:
    """Every row that can be read and every problem found. Raises Unreadable for a file without the columns."""
    lines = _lines(text_of(content))
    if not lines:
        raise Unreadable("The file is empty.")
    header = lines[0][1]
    reading, places = Reading(), _places(header)
    reading.unused = [name for name in header if name and _normal(name) not in _BY_NORMAL]
    if len(lines) > MOST_ROWS + 1:
        raise Unreadable(f"The file has more than {MOST_ROWS:,} rows: send it in parts.")
    for line, cells in lines[1:]:
        said = {name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()}
        problems = list(_check(said, line, today))
        if len(cells) > len(header) and any(cells[len(header) :]):
            problems.append(
                Problem(line, "", "more cells than the header has columns: put text with commas in quotes")
            )
        reading.problems += problems
        if not problems:
            reading.rows.append(_row(said, line))
    return reading


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """(line, cells) of every row that says something; the delimiter is the one the header uses most."""
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as problem:
        raise Unreadable(f"Line {line} cannot be read as CSV: {problem}.") from None
    return found


def _normal(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


_BY_NORMAL: Final = {_normal(name): name for name in COLUMNS}


def _places(header: list[str]) -> dict[str, int]:
    """Column -> its place. Raises Unreadable where one is missing or stands twice."""
    places: dict[str, int] = {}
    for at, cell in enumerate(header):
        name = _BY_NORMAL.get(_normal(cell))
        if name in places:
            raise Unreadable(f"The column “{name}” stands twice in the first line: leave one out.")
        if name is not None:
            places[name] = at
    missing = [name for name in NEEDED if name not in places]
    if "UPN" not in places and not set(_OF_CHILD) <= places.keys():
        missing.insert(0, f"UPN (or {', '.join(_OF_CHILD)})")
    if missing:
        raise Unreadable(f"The first line must name the columns. Missing: {', '.join(missing)}.")
    return places


def _check(said: dict[str, str], line: int, today: date) -> Iterable[Problem]:
    """Every problem of a row."""

    def wrong(column: str, words: str) -> Problem:
        return Problem(line, column, words)

    yield from (wrong(name, "is empty: fill it in") for name in NEEDED if not said[name])
    yield from _check_child(said, wrong)
    for name in ("Child date of birth", "Issued on", "Offence from", "Offence to"):
        if said.get(name) and _day(said[name]) is None:
            yield wrong(name, "is no date: write it as 14/10/2024 or 2024-10-14")
    for name, known in (("Kind", KINDS), ("Outcome", OUTCOMES)):
        if said[name] and said[name].casefold() not in known:
            yield wrong(name, f"is none of {', '.join(known)}: write one of these")
    for name in ("Issuer", "Reference"):
        if len(said.get(name, "")) > (longest := _LONGEST[COLUMNS[name]]):
            yield wrong(name, f"is longer than {longest} characters: shorten it")
    yield from _check_days(said, wrong, today)


def _check_child(said: dict[str, str], wrong: Callable[[str, str], Problem]) -> Iterable[Problem]:
    if said.get("UPN"):
        if not upns.matches(upns.normalise(said["UPN"])):
            yield wrong(
                "UPN", "is not of the shape of a UPN, a letter and twelve figures: correct it or leave it out"
            )
    elif not all(said.get(name) for name in _OF_CHILD):
        yield wrong("UPN", "is empty: fill it in, or give surname, forename and date of birth of the child")


def _check_days(said: dict[str, str], wrong: Callable[[str, str], Problem], today: date) -> Iterable[Problem]:
    issued, first, last = (_day(said.get(name, "")) for name in ("Issued on", "Offence from", "Offence to"))
    if issued and issued > today:
        yield wrong("Issued on", "lies in the future: correct it")
    if first and last and last < first:
        yield wrong("Offence to", "is before “Offence from”: correct one of them")
    if issued and (last or first) and (last or first) > issued:  # type: ignore[operator]
        yield wrong(
            "Offence to" if last else "Offence from", "is after the notice was issued: correct one of them"
        )


def _day(text: str) -> date | None:
    for pattern in _DAYS if text else ():
        try:
            day = datetime.strptime(text, pattern).date()  # noqa: DTZ007  a day, not an instant
        except ValueError:
            continue
        return day if day >= EARLIEST else None
    return None


def _row(said: dict[str, str], line: int) -> Row:
    values: dict[str, Any] = {COLUMNS[name]: text for name, text in said.items()}
    for name in ("born", "issued_on", "offence_from", "offence_to"):
        values[name] = _day(values.get(name, ""))
    for name in ("kind", "outcome"):
        values[name] = values[name].casefold()
    values["upn"] = upns.normalise(values.get("upn", ""))
    return Row(line=line, **values)
