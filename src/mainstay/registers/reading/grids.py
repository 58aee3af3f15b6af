"""Printed registers: a row a pupil, a column a session or a day, one or many weeks, titles above each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mainstay.registers.reading import marks as mark_texts
from mainstay.registers.reading.aliases import normal
from mainstay.registers.reading.code_table import CodeTable
from mainstay.registers.reading.dates import DateText, parse
from mainstay.registers.reading.grid_headers import DAYS, Session, week_beginning
from mainstay.registers.reading.headers import Header, header_at
from mainstay.registers.reading.lines import Line, judge
from mainstay.registers.reading.mapping import Mapping
from mainstay.registers.reading.placing import NO_DAYS, Sightings
from mainstay.registers.reading.table import Table
from mainstay.registers.reading.tabular import Plan, Sheet, code_table, decide_order
from mainstay.registers.register import Stopped

_BEFORE = 4  # title and header rows looked at above a repeated header


@dataclass(slots=True)
class Section:
    """Rows under one header: first and last row of the table, its columns of marks, its week."""

    start: int
    stop: int
    sessions: list[Session]
    week: str | None
    titles: list[list[str]] = field(default_factory=list)  # above its header, unless it is the first


def sections(table: Table, header: Header, mapping: Mapping | None) -> tuple[list[Section], list[int]]:
    """Where the header is repeated, a new section begins, perhaps with a new week; and the rows of those headers."""
    heads: list[int] = []
    week = next(filter(None, map(week_beginning, reversed(header.titles))), None)
    found = [Section(0, len(table), header.sessions, week)]
    for row in _repeats(table, header):
        nearby = [
            (int(table.lines[r]), table.row(r))
            for r in range(max(0, row - _BEFORE), min(len(table), row + 2))
        ]
        at = row - max(0, row - _BEFORE)
        again = header_at(nearby, at, mapping)
        if again is None or again.layout != "weekly_grid":
            raise Stopped(f"line {table.lines[row]}: the header is repeated, but without columns of marks")
        if again.columns != header.columns:
            raise Stopped(
                f"line {table.lines[row]}: this header's columns are not those of line {header.line}"
            )
        said = _titles(table, row, header, mapping)
        week = next(filter(None, map(week_beginning, said)), week)
        heads += [row, row + 1] if again.last_line > again.line else [row]
        found[-1].stop = row
        found.append(Section(row, len(table), again.sessions, week, said))
    return found, heads


def _repeats(table: Table, header: Header) -> list[int]:
    """Rows in which the columns of who is who bear their names again."""
    same = np.ones(len(table), np.bool_)
    for name in ("upn", "surname", "name"):
        if name in header.columns:
            column = header.columns[name]
            alike = table.tell([column], normal, object, None)
            same &= (alike == normal(header.cells[column]))[table.cells[column]]
    return np.flatnonzero(same).tolist()


def _titles(table: Table, row: int, header: Header, mapping: Mapping | None) -> list[list[str]]:
    """The rows straight above a repeated header that are about no pupil, nearest first."""
    found = []
    for above in range(row - 1, max(-1, row - 1 - _BEFORE), -1):
        cells = table.row(above)
        if judge(cells, header, mapping) is Line.ROW:
            break
        found.append(cells)
    return found


def plan_grid(sheet: Sheet, parts: list[Section]) -> Plan:
    """The dates of every column of every section, and their marks."""
    latest = sheet.latest
    marked: list[DateText] = []
    headed: list[tuple[DateText, bool]] = []
    weekdays: list[tuple[DateText, int]] = []
    for part in parts:
        for session in part.sessions:
            week = session.week or part.week
            if session.date is not None:
                text = parse(session.date, latest)
                headed.append((text, session.own))
                if session.weekday is not None:
                    weekdays.append((text, session.weekday))
                if _has_marks(sheet, part, session):
                    marked.append(text)
            elif week is not None:
                weekdays.append((parse(week, latest), 0))
            else:
                raise Stopped(
                    'no title says which week this is: write "Week beginning 08/09/2025" above the header'
                )
    order = decide_order(sheet, marked, headed, weekdays, [row for part in parts for row in part.titles])
    dated = [
        (part, [(s, _day(s, s.week or part.week, order, latest)) for s in part.sessions]) for part in parts
    ]
    known = [day.toordinal() for _, columns in dated for _, day in columns if day]
    span = (min(known), max(known)) if known else NO_DAYS
    return Plan(order, span, partial(_sightings, sheet, dated))


def _rows(sheet: Sheet, part: Section) -> NDArray[np.int32]:
    start, stop = np.searchsorted(sheet.origin, (part.start, part.stop))
    return (np.flatnonzero(sheet.sound[start:stop]) + start).astype(np.int32)


def _has_marks(sheet: Sheet, part: Section, session: Session) -> bool:
    numbers = np.unique(sheet.table.cells[session.column][_rows(sheet, part)])
    return any(not mark_texts.is_blank(sheet.text(int(number))) for number in numbers)


def _day(session: Session, week: str | None, order: str | None, latest: int) -> date | None:
    """The day of a column; Stopped where what is written of it cannot be."""
    if session.date is not None:
        day = parse(session.date, latest).under(order)
        if day and session.weekday not in (None, day.weekday()):
            raise Stopped(
                f"the column {session.label!r} is not a {DAYS[session.weekday or 0].title()}day's date"
            )
        return day
    monday = parse(week or "", latest).under(order)
    if monday is None or monday.weekday() != 0:
        raise Stopped(f'"week beginning {week}" is not a Monday: correct the title')
    return monday + timedelta(session.weekday or 0)


def _sightings(
    sheet: Sheet, dated: Iterable[tuple[Section, list[tuple[Session, date | None]]]]
) -> Iterator[Sightings]:
    columns = {s.column for _, found in dated for s, _ in found}
    both = {s.column for _, found in dated for s, _ in found if s.half is None}
    single = code_table(sheet, columns - both) if columns - both else None
    pairs = [code_table(sheet, both, half) for half in (0, 1)] if both else []
    for part, found in dated:
        rows = _rows(sheet, part)
        for session, day in found:
            halves = (0, 1) if session.half is None else (session.half,)
            for half in halves:
                table = pairs[half] if session.half is None else single
                assert table is not None
                yield _column(sheet, rows, session, day, half, table)


def _column(
    sheet: Sheet, rows: NDArray[np.int32], session: Session, day: date | None, half: int, table: CodeTable
) -> Sightings:
    label = session.label
    return Sightings(
        rows=rows,
        days=np.full(len(rows), day.toordinal() if day else 0, np.int32),
        halves=np.full(len(rows), half, np.int32),
        marks=sheet.table.cells[session.column][rows],
        code=table,
        columns=(label, label, label),
        text=sheet.text,
        date_text=lambda _: session.date or "",
        order=session.column,
    )
