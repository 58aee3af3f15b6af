"""One input from bytes to a reading: which reader, then the checks that look at the whole."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from mainstay.law import codes
from mainstay.registers.reading import ctf, grids, plausible, sniff, tabular, totals, wonde
from mainstay.registers.reading.find_table import Found, find_table, sheet_sources, text_sources
from mainstay.registers.reading.grid_headers import title_school
from mainstay.registers.reading.intake import Intake, Totals
from mainstay.registers.reading.options import MAX_ERRORS, MAX_FILE, Options
from mainstay.registers.reading.people import named_schools, read_people, schools_of
from mainstay.registers.reading.placing import NO_DAYS, Placed, blocks, place
from mainstay.registers.register import Reading, Stopped

_NO_MARK = (codes.BLANK, codes.CLOSED)


def inputs(path: Path) -> list[Path]:
    """A file itself; a folder of JSON pages as one input; any other folder as its files.

    Raises FileNotFoundError where there is nothing to read.
    """
    if not path.is_dir():
        if not path.exists():
            raise FileNotFoundError(f"{path}: no such file or folder")
        return [path]
    files = sorted(f for f in path.iterdir() if f.is_file() and not f.name.startswith("."))
    if any(file.suffix.lower() == ".json" for file in files):
        return [path]
    if not files:
        raise FileNotFoundError(f"{path}: the folder holds no register files")
    return files


def read(source: Path, options: Options | None = None) -> Reading:
    """Read one input in full: what may be taken, and everything refused with its place.

    source: a register file, or a folder of JSON pages
    Never raises for what the input holds; OSError if it cannot be opened.
    """
    options = options or Options()
    reading = Reading(str(source), None)
    intake: Intake | None = None
    try:
        intake = _intake(source, reading, options)
        _settle(reading, intake, options)
    except Stopped as why:
        _stop(reading, str(why))
        if intake is not None:
            _report(reading, intake)
    return reading


def _intake(source: Path, reading: Reading, options: Options) -> Intake:
    if source.is_dir():
        reading.layout = "wonde"
        return wonde.read_pages(_pages(source), options)
    raw = _bytes(source)
    with ThreadPoolExecutor(1) as aside:
        digest = aside.submit(hashlib.sha256, raw)
        try:
            return _by_kind(source, raw, reading, options)
        finally:
            reading.sha256 = digest.result().hexdigest()


def _by_kind(source: Path, raw: bytes, reading: Reading, options: Options) -> Intake:
    if not raw or raw.isspace():
        raise Stopped("the file is empty")
    kind = sniff.kind(raw)
    if kind == "zip":
        return _tabular(find_table(sheet_sources(raw), options.mapping), reading, options)
    data, reading.encoding = sniff.decode(raw)
    del raw
    if kind == "xml":
        reading.layout = "ctf"
        return ctf.read_ctf(data, options)
    if kind == "json":
        reading.layout = "wonde"
        return wonde.read_pages([(source.name, data)], options)
    return _tabular(find_table(text_sources(data), options.mapping), reading, options)


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > MAX_FILE:
        raise Stopped(f"{path.name} is larger than 200 MB: split it by school or term")
    return path.read_bytes()


def _pages(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix.lower() == ".json":
            yield path.name, sniff.decode(_bytes(path))[0]


def _tabular(found: Found, reading: Reading, options: Options) -> Intake:
    header = found.header
    if header is None:
        raise Stopped(found.problem)
    reading.layout = "dfe" if header.dfe and header.layout in ("long", "totals") else header.layout
    table = found.source.table(header.last_line, len(header.cells))
    parts, heads = None, list[int]()
    if header.layout == "weekly_grid":
        parts, heads = grids.sections(table, header, options.mapping)
    sheet = tabular.open_sheet(table, header, options, heads)
    school = title_school(header.titles)
    schools = named_schools(sheet.table, sheet.sound, header, school)
    try:
        if parts is not None:
            plan = grids.plan_grid(sheet, parts)
        elif header.layout == "totals":
            plan = tabular.Plan(tabular.decide_order(sheet), NO_DAYS, tuple)
        else:
            plan = tabular.plan_rows(sheet)
    except Stopped as why:
        _report(reading, Intake(reading.layout, sheet.report, [], np.zeros(0, np.int32), schools=schools))
        raise why
    people = read_people(sheet.table, sheet.sound, header, plan.order, sheet.latest, school, sheet.report)
    of_row = people.of_row
    intake = Intake(
        reading.layout, sheet.report, people.people, of_row, plan.span, people.stays, plan.sightings,
        cut=table.cut, schools=schools,
    )  # fmt: skip
    if header.layout == "totals":
        sheet.report.warn("totals_only")
        intake.totals = list(totals.read_totals(sheet, of_row, refuse=True))
    elif header.layout == "weekly_grid":
        once = np.bincount(of_row[of_row >= 0], minlength=len(people.people)) == 1
        intake.totals = [t for t in totals.read_totals(sheet, of_row, refuse=False) if once[t.person]]
    return intake


def _settle(reading: Reading, intake: Intake, options: Options) -> None:
    """Place the marks, count, and stop what cannot be taken as a whole."""
    report = intake.report
    placed = place(intake.sightings, intake.span, intake.of_row, intake.people, intake.stays, report, options)
    report.warn("totals_disagree", totals.disagree_with_marks(intake, placed))
    sound = intake.of_row[~report.refused & (intake.of_row >= 0)]
    reading.pupils = len({intake.people[n].key for n in np.unique(sound).tolist()})
    _count(reading, placed)
    doubts = plausible.doubts(intake, placed, reading.pupils, options.phase)
    if options.previous is not None:
        before = read(options.previous, Options(options.dates, options.as_of, options.calendar, options.mapping,
                                                accept_implausible=True))  # fmt: skip
        doubts += plausible.doubts_beside(reading, before)
    report.warn("implausible", len(doubts))
    reading.doubts = doubts
    _report(reading, intake)
    if report.too_many:
        raise Stopped(f"too_many_errors: more than {MAX_ERRORS:,}; the first {MAX_ERRORS:,} are given")
    if intake.cut:
        raise Stopped("more rows than any register has: split the file by school or term")
    if not reading.rows_taken and not reading.marks:
        raise Stopped(
            "nothing in this file could be taken" if reading.rows_read else "the file holds no rows of marks"
        )
    if doubts and options.check_plausible and not options.accept_implausible:
        raise Stopped("implausible: " + "; ".join(doubts))
    reading.people, reading.notes = intake.people, placed.notes
    reading.blocks = blocks(placed, intake.people)
    reading.totals = [_as_dict(t) for t in intake.totals]


def _as_dict(given: Totals) -> dict[str, object]:
    return {name: getattr(given, name) for name in given.__slots__}


def _count(reading: Reading, placed: Placed) -> None:
    """Marks, and the first and last day that holds one."""
    reading.marks = int(
        sum(placed.counts[ord(byte)] for byte, code in codes.code_of_byte().items() if code not in _NO_MARK)
    )
    reading.first, reading.last = (min(placed.held), max(placed.held)) if placed.held else (None, None)


def _report(reading: Reading, intake: Intake) -> None:
    """Rows, errors and warnings so far."""
    report = intake.report
    reading.errors, reading.warnings = report.errors(), report.warnings()
    reading.rows_read = len(report.refused)
    reading.rows_refused = int(report.refused.sum())
    reading.rows_taken = reading.rows_read - reading.rows_refused
    reading.schools = sorted({*schools_of(intake.people), *intake.schools}) or reading.schools
    if reading.stopped_because is not None:
        _stop(reading, reading.stopped_because)


def _stop(reading: Reading, why: str) -> None:
    """Nothing is taken."""
    reading.stopped_because = why
    reading.rows_refused, reading.rows_taken = reading.rows_read, 0
    reading.pupils = reading.marks = 0
    reading.first = reading.last = None
    reading.people, reading.blocks, reading.notes, reading.totals = [], [], [], []
