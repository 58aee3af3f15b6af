"""Which line of a table is its header, and which layout it announces."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from mainstay.law import codes
from mainstay.registers.reading.aliases import TOTALS, field_of, normal
from mainstay.registers.reading.grid_headers import Session, session_columns
from mainstay.registers.reading.mapping import Mapping
from mainstay.registers.reading.options import MAX_COLUMNS
from mainstay.registers.reading.sources import Row
from mainstay.registers.register import Stopped

NEEDS: Final = {"long": ("date", "session", "mark"), "day_rows": ("date", "am", "pm")}
WORDS: Final = {
    "upn": "UPN",
    "date": "Date",
    "session": "Session (AM/PM)",
    "mark": "Mark",
    "am": "AM",
    "pm": "PM",
    "possible": "Possible",
    "dob": "DOB",
    "name": "Name",
    "surname": "Surname",
    "forename": "Forename",
    "urn": "URN",
}
#: columns by which a pupil is known: one of these wholly
WHO: Final = (("upn",), ("surname", "forename", "dob"), ("name", "dob"))
_DFE: Final = ("ethnicity", "looked_after", "sen", "ehc", "fsm")
_REASON: Final = re.compile(r"(?:t[ _]?reason[ _]?)?(\S{1,2})", re.IGNORECASE)


@dataclass(slots=True)
class Header:
    """layout, the line it is on, the cells as the file spells them, and the column of each field."""

    layout: str
    line: int
    cells: list[str]
    columns: dict[str, int]
    sessions: list[Session] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)  # totals: column -> code
    titles: list[list[str]] = field(default_factory=list)
    last_line: int = 0

    @property
    def width(self) -> int:
        """Cells up to the last that says anything."""
        said = max((n for n, cell in enumerate(self.cells, 1) if cell.strip()), default=0)
        return max([said, *(session.column + 1 for session in self.sessions)])

    @property
    def dfe(self) -> bool:
        return "la" in self.columns and sum(name in self.columns for name in _DFE) >= 2

    def label(self, name: str) -> str | None:
        """The header of a field as the file spells it."""
        return self.cells[self.columns[name]] if name in self.columns else None


def fields_of(cells: Iterable[str], mapping: Mapping | None) -> dict[str, list[int]]:
    """Every field that is recognised, with all its columns."""
    cells = list(cells)
    mapped = mapping.columns if mapping else {}
    found: dict[str, list[int]] = {}
    for column, cell in enumerate(cells):
        if name := mapped.get(normal(cell)):
            found.setdefault(name, []).append(column)
    said = set(found)  # a known name stands back where the mapping names the field's column
    for column, cell in enumerate(cells):
        if normal(cell) not in mapped and (name := field_of(cell)) and name not in said:
            found.setdefault(name, []).append(column)
    return found


def find(rows: list[Row], mapping: Mapping | None) -> Header | None:
    """The first row in which the columns that some layout needs are recognised.

    Raises Stopped if a needed column is there twice, naming it.
    """
    wanted = mapping.header_row if mapping else None
    for number, (line, _) in enumerate(rows):
        if wanted in (None, line) and (header := header_at(rows, number, mapping)):
            header.titles = [row for _, row in rows[:number]]
            header.last_line = max(header.line, header.last_line)
            if len(header.cells) > MAX_COLUMNS:
                raise Stopped(f"the header on line {line} has more than {MAX_COLUMNS:,} columns")
            return header
    return None


def header_at(rows: list[Row], number: int, mapping: Mapping | None) -> Header | None:
    """The header in row ``number``, or None if no layout's needed columns are all there."""
    line, cells = rows[number]
    found = fields_of(cells, mapping)
    if _who(found) is None:
        return None
    for layout, needs in NEEDS.items():
        if all(name in found for name in needs):
            _once(found, needs, line)
            return Header(layout, line, cells, _first(found))
    sessions, last = session_columns(rows, number, taken={c for cs in found.values() for c in cs})
    if sessions and "date" not in found:
        _once(found, (), line)
        columns = {n: c for n, c in _first(found).items() if n not in ("am", "pm", "session", "mark")}
        width = max(len(cells), *(session.column + 1 for session in sessions))
        cells = cells + [""] * (width - len(cells))
        return Header("weekly_grid", line, cells, columns, sessions, last_line=last)
    reasons = dict(_reasons(cells))
    if "date" not in found and "possible" in found and (len(found) > 2 or reasons):
        _once(found, ("possible",), line)
        taken = {column for columns in found.values() for column in columns}
        reasons = {column: code for column, code in reasons.items() if column not in taken}
        return Header("totals", line, cells, _first(found), reasons=reasons)
    return None


def _who(found: dict[str, list[int]]) -> tuple[str, ...] | None:
    """The columns by which pupils are known, None if they cannot be."""
    return next((names for names in WHO if all(name in found for name in names)), None)


def _first(found: dict[str, list[int]]) -> dict[str, int]:
    return {name: columns[0] for name, columns in found.items()}


def _once(found: dict[str, list[int]], needs: tuple[str, ...], line: int) -> None:
    twice = [name for name in (*needs, *(_who(found) or ()), "urn") if len(found.get(name, ())) > 1]
    if twice:
        names = ", ".join(WORDS[name] for name in twice)
        raise Stopped(
            f"the header on line {line} has more than one column for {names}: leave one, or map them"
        )


def _reasons(cells: list[str]) -> Iterator[tuple[int, str]]:
    for column, cell in enumerate(cells):
        text = found[1].upper() if (found := _REASON.fullmatch(cell.strip())) else ""
        if text in codes.known():
            yield column, text


def nearest_miss(rows: list[Row], mapping: Mapping | None) -> str:
    """Why no header was found, in words: what the most likely header lacks."""
    best, said = (
        1,
        "no header was found in the first 20 lines: it needs UPN, Date, Session and Mark, or a register grid",
    )
    for number, (line, cells) in enumerate(rows):
        found = fields_of(cells, mapping)
        for layout, there, lacking in _misses(rows, number, found):
            if len(found) + there > best and (there or len(found) > 2):
                best = len(found) + there
                columns = ", ".join([*lacking, *_lacking_who(found)])
                said = f"the header on line {line} has no column for {columns} (layout {layout})"
    return f"{said}; name the columns in a mapping if they are called otherwise"


def _misses(
    rows: list[Row], number: int, found: dict[str, list[int]]
) -> Iterator[tuple[str, int, list[str]]]:
    """Each layout that a row may be meant for: how many of its columns are there, and which are not."""
    for layout, needs in NEEDS.items():
        there = sum(name in found for name in needs)
        yield layout, there, [WORDS[name] for name in needs if name not in found]
    if "date" in found:
        return
    if sessions := session_columns(rows, number, taken={c for cs in found.values() for c in cs})[0]:
        yield "weekly_grid", len(sessions), []
    if "possible" in found:
        others = any(name in found for name in TOTALS if name != "possible")
        yield "totals", 1, [] if others else ["Attended, Auth or Unauth"]


def _lacking_who(found: dict[str, list[int]]) -> list[str]:
    """What is missing to know pupils by, the shortest way beside the UPN named too."""
    if _who(found) is not None:
        return []
    other = min(([n for n in names if n not in found] for names in WHO[1:]), key=len)
    beside = " and ".join(WORDS[name] for name in other)
    return [f"UPN (or {beside})" if len(other) < 3 else "UPN"]
