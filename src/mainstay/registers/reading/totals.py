"""Totals a pupil instead of marks, and totals beside marks: what they say, and whether it agrees."""

from collections.abc import Iterator

import numpy as np

from mainstay.law import codes
from mainstay.registers.grid import SIZE
from mainstay.registers.reading.intake import Intake, Totals
from mainstay.registers.reading.placing import Placed
from mainstay.registers.reading.tabular import Sheet
from mainstay.registers.tables import AUTHORISED, POSSIBLE, UNAUTHORISED

_COUNTS = ("possible", "attended", "authorised", "unauthorised", "late")
_MOST = 10_000_000
_POSSIBLE = frozenset(entry.code for entry in codes.all_codes() if entry.possible)


def read_totals(sheet: Sheet, of_row: np.ndarray, refuse: bool) -> Iterator[Totals]:
    """The totals of every row with a person; a cell that is no count refuses the row, or is passed over."""
    columns = {name: sheet.header.columns[name] for name in _COUNTS if name in sheet.header.columns}
    for row in np.flatnonzero(of_row >= 0).tolist():
        counts = {name: _count(sheet, row, column, refuse) for name, column in columns.items()}
        reasons = {
            code: count
            for column, code in sheet.header.reasons.items()
            if (count := _count(sheet, row, column, refuse))
        }
        yield Totals(int(of_row[row]), None, codes=reasons, **counts)


def _count(sheet: Sheet, row: int, column: int, refuse: bool) -> int | None:
    text = sheet.table.text(column, row).strip().replace(",", "")
    whole = text.removesuffix(".0")
    if not text:
        return None
    if whole.isascii() and whole.isdigit() and int(whole[:9]) < _MOST and len(whole) < 9:
        return int(whole)
    if refuse:
        sheet.report.refuse_row(row, sheet.header.cells[column], text, "not a number of sessions", column)
    return None


def by_codes(totals: Totals) -> Totals:
    """The same with absence summed from the reasons, where they are given: the sums are often too low."""
    if not totals.codes:
        return totals
    kinds = {entry.code: entry for entry in codes.all_codes()}
    absent = {c: n for c, n in totals.codes.items() if kinds[c].absent}
    unauthorised = sum(n for c, n in absent.items() if kinds[c].kind == "unauthorised")
    authorised = sum(absent.values()) - unauthorised
    return Totals(
        totals.person,
        totals.year,
        totals.possible,
        totals.attended,
        authorised,
        unauthorised,
        totals.late,
        totals.codes,
    )


def disagree(totals: Totals) -> bool:
    """The parts do not make up the whole, or the reasons do not make up the parts."""
    if not totals.agree:
        return True
    summed = by_codes(totals)
    possible = sum(n for code, n in totals.codes.items() if code in _POSSIBLE)
    if totals.possible is not None and (
        possible > totals.possible or ("/" in totals.codes and possible != totals.possible)
    ):
        return True
    return any(
        given is not None and given != sum_
        for given, sum_ in (
            (totals.authorised, summed.authorised),
            (totals.unauthorised, summed.unauthorised),
        )
    )


def disagree_with_marks(intake: Intake, placed: Placed) -> int:
    """How many pupils' totals disagree with each other, or with the marks where all were taken."""
    if not intake.totals:
        return 0
    grid_of: dict[tuple[int, int], int] = {
        (int(person), int(year)): n
        for n, (person, year) in enumerate(zip(placed.persons, placed.years, strict=True))
    }
    rows_of: dict[int, list[int]] = {}
    for (person, _), n in grid_of.items():
        rows_of.setdefault(person, []).append(n)
    partly = set(intake.of_row[intake.report.refused].tolist())
    wrong = set()
    for totals in intake.totals:
        rows = rows_of.get(totals.person, []) if totals.year is None else [
            n for n in [grid_of.get((totals.person, totals.year))] if n is not None
        ]  # fmt: skip
        whole = rows and totals.person not in partly
        if disagree(totals) or (whole and not _matches(totals, placed.marks[rows].ravel())):
            wrong.add(totals.person)
    return len(wrong)


def _matches(totals: Totals, marks: np.ndarray) -> bool:
    counts = np.bincount(marks, minlength=256)
    possible, authorised, unauthorised = (
        int(counts[t == 1].sum()) for t in (POSSIBLE, AUTHORISED, UNAUTHORISED)
    )
    if marks.size == 0 or marks.size % SIZE:
        return True
    attended = possible - authorised - unauthorised
    plain = int(counts[ord(codes.byte_of("/"))] + counts[ord(codes.byte_of("\\"))])
    late = int(counts[ord(codes.byte_of("L"))])
    return (
        totals.possible in (None, possible)
        and totals.authorised in (None, authorised)
        and totals.unauthorised in (None, unauthorised)
        and totals.attended in (None, attended, plain, plain + late)
    )
