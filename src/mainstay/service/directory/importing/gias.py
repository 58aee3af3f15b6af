"""Reading GIAS extracts: establishments and the links between them.

Windows-1252, dates dd-mm-yyyy, one row an establishment; see "Get Information about Schools".
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from mainstay.service.directory.importing import Refusal, Unreadable, text_of
from mainstay.service.directory.models import School

NEEDED: Final = ("URN", "LA (code)", "EstablishmentNumber", "EstablishmentName")
LINKS: Final = ("URN", "LinkURN", "LinkType")
Phase = School.Phase
_PHASES: Final = {
    "nursery": Phase.NURSERY,
    "primary": Phase.PRIMARY,
    "middle deemed primary": Phase.PRIMARY,
    "secondary": Phase.SECONDARY,
    "middle deemed secondary": Phase.SECONDARY,
    "16 plus": Phase.SECONDARY,
    "all-through": Phase.ALL_THROUGH,
    "all through": Phase.ALL_THROUGH,
}


@dataclass(frozen=True, slots=True)
class Establishment:
    """One row of the extract, as far as we keep it."""

    line: int
    urn: str
    la: str
    laestab: str
    name: str
    kind: str
    status: str
    phase: str
    opened_on: date | None
    closed_on: date | None
    lowest_age: int | None
    highest_age: int | None
    address: str
    postcode: str
    phone: str
    head: str
    trust: str

    @property
    def is_open(self) -> bool:
        return self.status.casefold().startswith("open")

    @property
    def is_closed(self) -> bool:
        return self.status.casefold().startswith("closed")


@dataclass(slots=True)
class Extract:
    """What was read: establishments wanted, rows refused, rows left out because they are elsewhere."""

    establishments: list[Establishment] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    elsewhere: int = 0


def read(content: bytes, *, la: str, known_urns: Iterable[str] = ()) -> Extract:
    """Read the establishments of an authority, and those elsewhere whose URN is known here.

    Raises Unreadable when a needed column is missing.
    """
    rows, extract, known = _rows(content, NEEDED), Extract(), set(known_urns)
    for line, row in rows:
        if row["LA (code)"] != la and row["URN"] not in known:
            extract.elsewhere += 1
            continue
        try:
            extract.establishments.append(_establishment(line, row))
        except ValueError as problem:
            extract.refusals.append(Refusal(line, str(problem)))
    return extract


def read_links(content: bytes) -> list[tuple[str, str]]:
    """(URN, its successor's URN) of the links that mean "the same school goes on".

    Mergers, amalgamations and splits make another school and are left out.
    """
    pairs = set()
    for _, row in _rows(content, LINKS):
        kind = row["LinkType"].casefold()
        if kind == "successor":
            pairs.add((row["URN"], row["LinkURN"]))
        elif kind == "predecessor":
            pairs.add((row["LinkURN"], row["URN"]))
    return sorted(pairs)


def _rows(content: bytes, needed: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text_of(content), newline=""))
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if missing := [name for name in needed if name not in header]:
            raise Unreadable(
                f"the first line has no column {', '.join(missing)}; choose the CSV as GIAS gives it"
            )
        return [(reader.line_num, _named(header, row, reader.line_num)) for row in reader if any(row)]
    except csv.Error as problem:
        raise Unreadable(f"line {reader.line_num} cannot be read as CSV: {problem}") from None


def _named(header: list[str], row: list[str], line: int) -> dict[str, str]:
    if len(row) < len(header):
        raise Unreadable(
            f"line {line} has {len(row)} of the {len(header)} columns: the file is cut short or damaged; "
            "download it from GIAS again"
        )
    return {name: cell.strip() for name, cell in zip(header, row, strict=False)}


def _establishment(line: int, row: dict[str, str]) -> Establishment:
    """ValueError says what is wrong with the row."""
    urn, number = row["URN"], row.get("EstablishmentNumber", "")
    if not (urn.isascii() and urn.isdecimal() and 5 <= len(urn) <= 6):
        raise ValueError("the URN must be a number of six figures")
    if not row["EstablishmentName"]:
        raise ValueError("the establishment has no name")
    places = (row.get(name, "") for name in ("Street", "Locality", "Address3", "Town"))
    heads = (row.get(name, "") for name in ("HeadTitle (name)", "HeadFirstName", "HeadLastName"))
    return Establishment(
        line=line,
        urn=urn.zfill(6),
        la=row["LA (code)"],
        laestab=(row["LA (code)"] + number.zfill(4))[:7] if number.isdecimal() and len(number) <= 4 else "",
        name=row["EstablishmentName"][:160],
        kind=row.get("TypeOfEstablishment (name)", "")[:80],
        status=row.get("EstablishmentStatus (name)", "Open"),
        phase=phase_of(row.get("PhaseOfEducation (name)", ""), row.get("TypeOfEstablishment (name)", "")),
        opened_on=_day(row.get("OpenDate", ""), "OpenDate"),
        closed_on=_day(row.get("CloseDate", ""), "CloseDate"),
        lowest_age=_age(row.get("StatutoryLowAge", "")),
        highest_age=_age(row.get("StatutoryHighAge", "")),
        address=", ".join(filter(None, places))[:300],
        postcode=row.get("Postcode", "").upper()[:8],
        phone=row.get("TelephoneNum", "")[:40],
        head=" ".join(filter(None, heads))[:120],
        trust=row.get("Trusts (name)", "")[:160],
    )


def phase_of(phase: str, kind: str) -> str:
    """Special schools and referral units have no phase of their own in GIAS; their type says it."""
    kind = kind.casefold()
    if "special" in kind:
        return Phase.SPECIAL
    if "pupil referral unit" in kind or "alternative provision" in kind:
        return Phase.PRU
    return _PHASES.get(phase.casefold(), Phase.OTHER)


def _day(text: str, column: str) -> date | None:
    if not text:
        return None
    for pattern in ("%d-%m-%Y", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  a day, not an instant
        except ValueError:
            continue
    raise ValueError(f"{column} must be written dd-mm-yyyy")


def _age(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 3 else None
