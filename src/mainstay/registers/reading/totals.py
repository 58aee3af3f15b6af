"""Totals a pupil instead of marks, and totals beside marks: what they say, and whether it agrees."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

import numpy as np

from mainstay.law import codes
from mainstay.registers.grid import SIZE
from mainstay.registers.reading.intake import Intake, Totals
from mainstay.registers.reading.placing import Placed
from mainstay.registers.reading.tabular import Sheet
from mainstay.registers.tables import AUTHORISED, POSSIBLE, UNAUTHORISED

_COUNTS = ("possible", "attended", "authorised", "unauthorised", "late")
_CLOSE: Final = Fraction(1, 1000)  # of a per cent: what is lost in writing a share out
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
        percent = sheet.header.columns.get("percent")
        said = sheet.table.text(percent, row).strip() if percent is not None else ""
        yield Totals(int(of_row[row]), None, codes=reasons, percent=said, **counts)


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
        totals.percent,
    )


def percent_of(text: str, part: int, whole: int) -> bool:
    """True if a written percentage may be that share, rounded or cut to its decimals; 0.9 may be 90 %."""
    try:
        given = Decimal(text.removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        return True
    if not whole or not given.is_finite():
        return True
    exact = Fraction(100 * part, whole)
    step = Fraction(1, 10 ** min(9, max(0, -int(given.as_tuple().exponent))))
    readings = [(Fraction(given), step)]
    if given <= 1 and not text.endswith("%"):
        readings.append((100 * readings[0][0], 100 * step))
    return any(abs(value - exact) < max(step, _CLOSE) for value, step in readings)


def _parts_agree(totals: Totals) -> bool:
    """True unless the parts do not make up the whole."""
    possible, attended = totals.possible, totals.attended
    there = possible if attended is None else attended
    if None not in (totals.late, there) and (totals.late or 0) > (there or 0):
        return False
    if possible is None:
        return True
    away = None if None in (totals.authorised, totals.unauthorised) else totals.absent
    if (attended or 0) + (totals.absent or 0) > possible:
        return False
    if attended is None:
        return away is None or percent_of(totals.percent, possible - away, possible)
    return (away is None or attended + away == possible) and percent_of(totals.percent, attended, possible)


def disagree(totals: Totals) -> bool:
    """The parts do not make up the whole, or the reasons do not make up the parts."""
    if not _parts_agree(totals):
        return True
    summed = by_codes(totals)
    if totals.possible is not None and (totals.attended or 0) + (summed.absent or 0) > totals.possible:
        return True
    if "L" in totals.codes and totals.late not in (None, totals.codes["L"]):
        return True
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
    late, after_close = (int(counts[ord(codes.byte_of(code))]) for code in "LU")
    return (
        totals.possible in (None, possible)
        and totals.authorised in (None, authorised)
        and totals.unauthorised in (None, unauthorised)
        and totals.attended in (None, attended, plain, plain + late)
        and totals.late in (None, late, late + after_close)
        and any(percent_of(totals.percent, part, possible) for part in (attended, plain, plain + late))
    )
