"""Totals a pupil instead of marks, and totals beside marks: what they say, and whether it agrees."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

import numpy as np

from mainstay.law import codes
from mainstay.registers.grid import SIZE
from mainstay.registers.reading.intake import Intake, Totals
from mainstay.registers.reading.placing import Placed
from mainstay.registers.reading.tabular import Sheet
from mainstay.registers.tables import AUTHORISED, POSSIBLE, UNAUTHORISED

_COUNTS = ("possible", "attended", "authorised", "unauthorised", "late")
_PERCENT: Final = re.compile(r"(\d{1,3})(?:[.,](\d*))? ?(%?)", re.ASCII)
_CLOSE: Final = 1e-6  # of a per cent: what is lost in writing a share out
_MOST: Final = 10_000_000
_NONE, _BAD = -1, -2
_POSSIBLE = frozenset(entry.code for entry in codes.all_codes() if entry.possible)


def read_totals(sheet: Sheet, of_row: np.ndarray, refuse: bool) -> Iterator[Totals]:
    """The totals of every row with a person; a cell that is no count refuses the row, or is passed over."""
    header, table = sheet.header, sheet.table
    rows = np.flatnonzero(of_row >= 0)
    named = [name for name in _COUNTS if name in header.columns]
    places = [header.columns[name] for name in named] + list(header.reasons)
    counted = table.tell(places, _count, np.int64, _NONE)
    found = [counted[table.cells[place]][rows] for place in places]
    if refuse:
        for place, counts in zip(places, found, strict=True):
            for row in rows[counts == _BAD].tolist():
                said = table.text(place, row).strip()
                sheet.report.refuse_row(row, header.cells[place], said, "not a number of sessions", place)
    percents = table.cells[header.columns["percent"]][rows].tolist() if "percent" in header.columns else ()
    text = cache(lambda number: table.texts[number].strip())
    lists = [[None if count < 0 else count for count in counts.tolist()] for counts in found]
    reasons = list(zip(header.reasons.values(), lists[len(named) :], strict=True))
    for n, person in enumerate(of_row[rows].tolist()):
        given = {name: counts[n] for name, counts in zip(named, lists, strict=False)}
        codes_given = {code: count for code, counts in reasons if (count := counts[n])}
        percent = text(percents[n]) if percents else ""
        yield Totals(person, None, codes=codes_given, percent=percent, **given)


def _count(text: str) -> int:
    """The number that a cell holds, or why there is none."""
    text = text.strip().replace(",", "")
    whole = text.removesuffix(".0")
    if whole.isascii() and whole.isdigit() and len(whole) < 9 and int(whole) < _MOST:
        return int(whole)
    return _BAD if text else _NONE


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
    found = _PERCENT.fullmatch(text)
    if not found or not whole:
        return True
    given, exact = float(f"{found[1]}.{found[2] or 0}"), 100 * part / whole
    step = 10.0 ** -len(found[2] or "")
    if abs(given - exact) < max(step - _CLOSE, _CLOSE):
        return True
    return given <= 1 and not found[3] and abs(100 * given - exact) < max(100 * step - _CLOSE, _CLOSE)


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
