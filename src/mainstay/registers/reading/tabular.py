"""Tables of pupils: what all tabular layouts share, and the long and day-row ones."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mainstay.registers.reading import marks as mark_texts
from mainstay.registers.reading.aliases import DATES
from mainstay.registers.reading.code_table import CodeTable
from mainstay.registers.reading.dates import DateText, Evidence, Undecided, decide, parse
from mainstay.registers.reading.grid_headers import title_dates
from mainstay.registers.reading.headers import Header
from mainstay.registers.reading.lines import HALVES, data_rows
from mainstay.registers.reading.options import MAX_ERRORS, Options
from mainstay.registers.reading.placing import NO_DAYS, Sightings
from mainstay.registers.reading.report import Report
from mainstay.registers.reading.table import Table
from mainstay.registers.register import Stopped

_DELIMITERS: Final = (",", ";", "\t", "|")


@dataclass(slots=True)
class Sheet:
    """One table being read: its rows, its header, and what is refused so far."""

    table: Table
    header: Header
    options: Options
    report: Report
    sound: NDArray[np.bool_]  # rows with the right number of cells
    origin: NDArray[np.int64]  # of each row, its place in the table before anything was left out

    @property
    def latest(self) -> int:
        """The last year that a year of two digits means in this century."""
        return self.options.as_of.year + 1

    def text(self, number: int) -> str:
        return self.table.texts[number]


def open_sheet(table: Table, header: Header, options: Options, heads: Sequence[int] = ()) -> Sheet:
    """Leave out what is no row (headers, totals, legends) and refuse rows of the wrong width.

    heads: records of headers that are repeated, where they are known
    """
    rows = data_rows(table, header, options.mapping, heads)
    rows[list(heads)] = False
    table = table.only(rows)
    report = Report(table.lines)
    swallowing = _swallowing(table, header)
    wrong = (table.widths < header.width) | (table.widths < 0) | swallowing
    for row in np.flatnonzero(wrong)[: 2 * MAX_ERRORS].tolist():
        report.refuse_row(
            row, None, ",".join(table.row(row)).rstrip(",")[:200], _width_problem(table, row, header)
        )
    if wrong.any():
        report.refused |= wrong
    report.warn("formula_like", _formulas(table))
    return Sheet(table, header, options, report, ~wrong, np.flatnonzero(rows))


def _width_problem(table: Table, row: int, header: Header) -> str:
    width = int(table.widths[row])
    if width >= header.width:
        return "a quotation mark is opened here and closed rows later: what lies between cannot be read"
    if width >= 0:
        return f"too few fields: {width} where the header has {header.width}"
    return f"{-width} fields where the header has {header.width}, or a quotation mark in the wrong place"


def _swallowing(table: Table, header: Header) -> NDArray[np.bool_]:
    """Rows of which a quoted cell holds whole other rows: a stray quotation mark, closed by another."""
    least = header.width - 1

    def holds_a_row(text: str) -> bool:
        lines = text.splitlines() if "\n" in text or "\r" in text else ()
        return any(max(map(line.count, _DELIMITERS)) >= least for line in lines[1:])

    holds = table.tell(range(len(table.cells)), holds_a_row, np.bool_)
    found = np.zeros(len(table), np.bool_)
    for cells in table.cells if holds.any() else ():
        found |= holds[cells]
    return found


def _formulas(table: Table) -> int:
    columns = range(len(table.cells))
    like = table.tell(columns, mark_texts.is_like_a_formula, np.bool_)
    return int(sum(like[cells].sum() for cells in table.cells)) if like.any() else 0


def date_texts(sheet: Sheet, columns: Iterable[int]) -> dict[int, DateText]:
    """Number of text -> its readings, for every text in some columns of the sound rows."""
    table = sheet.table
    return {
        int(number): parse(table.texts[int(number)], sheet.latest)
        for number in np.flatnonzero(table.present(columns, sheet.sound)).tolist()
        if number
    }


def decide_order(
    sheet: Sheet,
    marked: Iterable[DateText] = (),
    headed: Iterable[tuple[DateText, bool]] = (),
    weekdays: Iterable[tuple[DateText, int]] = (),
    titles: Iterable[list[str]] = (),
) -> str | None:
    """The order of the whole file: what was asked for, else what every date column and title allow.

    marked: days that hold a mark; headed: dates of columns, and whether each is in the header's own cell
    weekdays: texts whose weekday is known and matters; titles: rows above headers further down
    """
    if sheet.options.order:
        return sheet.options.order
    headed, weekdays, columns = list(headed), set(weekdays), sheet.header.columns
    dated = {n: date_texts(sheet, [columns[n]]) for n in (*DATES, "date") if n in columns}
    dates, weeks = (
        [parse(text, sheet.latest) for text in texts]
        for texts in title_dates([*sheet.header.titles, *titles])
    )
    evidence = Evidence(
        texts={text for found in dated.values() for text in found.values()}
        | {*(text for text, _ in headed), *(text for text, _ in weekdays)},
        marked=set(marked),
        births=set(dated.get("dob", {}).values()),
        weekdays=weekdays | {(week, 0) for week in weeks},
        saturdays=open_weekends(sheet.options),
        titles=set(dates),
    )
    try:
        return decide(evidence, sheet.options.as_of)
    except Undecided:
        cells = sum(_doubtful_cells(sheet, columns[name], found) for name, found in dated.items())
        cells += sum(text.doubtful for text in (*dates, *(text for text, own in headed if own)))
        sheet.report.warn("dates_ambiguous", cells)
        raise Stopped(
            "dates_ambiguous: the dates can be read with the day first and with the month first, or contradict "
            "each other; say which with --dates dmy or --dates mdy"
        ) from None


def _doubtful_cells(sheet: Sheet, column: int, found: dict[int, DateText]) -> int:
    doubtful = np.zeros(len(sheet.table.texts), np.bool_)
    doubtful[[number for number, text in found.items() if text.doubtful]] = True
    return int(doubtful[sheet.table.cells[column]][sheet.sound].sum())


def open_weekends(options: Options) -> frozenset[date]:
    """Saturdays and Sundays on which a calendar says that some school was open."""
    calendar = options.calendar
    if calendar is None:
        return frozenset()
    return frozenset(
        on
        for school in calendar.schools()
        for on, halves in calendar.days(school).items()
        if on.weekday() >= 5 and any(halves)
    )


def ordinals(sheet: Sheet, found: dict[int, DateText], order: str | None) -> NDArray[np.int32]:
    """Number of text -> ordinal of the day, 0 for no date."""
    days = np.zeros(len(sheet.table.texts), np.int32)
    for number, text in found.items():
        if day := text.under(order):
            days[number] = day.toordinal()
    return days


def code_table(sheet: Sheet, columns: Iterable[int], half: int | None = None) -> CodeTable:
    """What every text of some columns means as a mark; half picks one of a cell that holds both."""
    mapping, table = sheet.options.mapping, CodeTable(len(sheet.table.texts))
    for number in np.flatnonzero(sheet.table.present(columns)).tolist():
        text = sheet.text(number)
        if half is not None:
            text = mark_texts.halves(text, mapping)[half]
        table.set(number, mark_texts.code_of(text, mapping), soft=not text.strip())
        if (minutes := mark_texts.minutes_of(text)) is not None:
            table.minutes[number] = minutes
    return table


@dataclass(slots=True)
class Plan:
    """How the marks of one layout are found: the order of its dates, their span, and the sightings."""

    order: str | None
    span: tuple[int, int]
    sightings: Callable[[], Iterable[Sightings]]


def span_of(days: NDArray[np.int32]) -> tuple[int, int]:
    known = days[days > 0]
    return (int(known.min()), int(known.max())) if len(known) else NO_DAYS


def plan_rows(sheet: Sheet) -> Plan:
    """Layouts long and day_rows: a date column, and a mark or two beside it."""
    table, columns = sheet.table, sheet.header.columns
    date_column = columns["date"]
    pairs: list[tuple[str, int | None]] = (
        [("mark", None)] if sheet.header.layout == "long" else [("am", 0), ("pm", 1)]
    )
    mark_columns = [columns[name] for name, _ in pairs]
    blank = table.tell(mark_columns, mark_texts.is_blank, np.bool_)
    said = np.zeros(len(table.texts), np.bool_)
    for column in mark_columns:
        said[table.cells[date_column][sheet.sound & ~blank[table.cells[column]]]] = True
    found = date_texts(sheet, [date_column])
    order = decide_order(sheet, [text for number, text in found.items() if said[number]])
    days = ordinals(sheet, found, order)
    return Plan(order, span_of(days), partial(_row_sightings, sheet, days, pairs))


def _row_sightings(
    sheet: Sheet, days: NDArray[np.int32], pairs: list[tuple[str, int | None]]
) -> Iterator[Sightings]:
    table, header = sheet.table, sheet.header
    rows = np.flatnonzero(sheet.sound).astype(np.int32)
    whole = len(rows) == len(table)

    def column(name: str) -> NDArray[np.int32]:
        cells = table.cells[header.columns[name]]
        return cells if whole else cells[rows]

    code = code_table(sheet, [header.columns[name] for name, _ in pairs])
    for name, half in pairs:
        yield Sightings(
            rows=rows,
            days=days[column("date")],
            halves=_halves(sheet, column) if half is None else np.full(len(rows), half, np.int32),
            marks=np.ascontiguousarray(column(name)),
            code=code,
            columns=(header.label(name), header.label("date"), header.label("session")),
            text=sheet.text,
            date_text=lambda row: table.text(header.columns["date"], row),
            session_text=lambda row: table.text(header.columns["session"], row),
            minutes=column("minutes") if "minutes" in header.columns and half is None else None,
            comments=column("comment") if "comment" in header.columns else None,
            order=header.columns[name],
        )


def _halves(sheet: Sheet, column: Callable[[str], NDArray[np.int32]]) -> NDArray[np.int32]:
    halves = sheet.table.tell(
        [sheet.header.columns["session"]], lambda text: HALVES.get(text.strip().casefold(), -1), np.int32, -1
    )
    return np.asarray(halves[column("session")], np.int32)
