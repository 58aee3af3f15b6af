"""A first look at a file, for the page on which a person sees or makes its mapping."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from mainstay.registers.reading import sniff
from mainstay.registers.reading.find_table import Found, find_table, sheet_sources, text_sources
from mainstay.registers.reading.headers import Header, fields_of
from mainstay.registers.reading.marks import code_of
from mainstay.registers.reading.options import MAX_FILE, Options
from mainstay.registers.register import Stopped


@dataclass(slots=True)
class Preview:
    """layout and header as recognised, the first rows, and the marks that occur.

    columns: (header as the file spells it, the field it stands for, "mark of …" or None)
    rows: (line, cells); without a header the first lines of the file
    marks: (text, how often, the code it means or None), the most frequent first
    problem: why no header was recognised, else None
    """

    layout: str | None = None
    encoding: str | None = None
    header_line: int | None = None
    columns: list[tuple[str, str | None]] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    marks: list[tuple[str, int, str | None]] = field(default_factory=list)
    problem: str | None = None


def preview(source: Path, options: Options | None = None, rows: int = 10) -> Preview:
    """The first look; never raises for what the file holds."""
    options = options or Options()
    seen = Preview()
    try:
        _look(source, options, rows, seen)
    except Stopped as why:
        seen.problem = str(why)
    return seen


def _look(source: Path, options: Options, rows: int, seen: Preview) -> None:
    if source.is_dir():
        seen.layout = "wonde"
        return
    if source.stat().st_size > MAX_FILE:
        raise Stopped("the file is larger than 200 MB: split it by school or term")
    raw = source.read_bytes()
    kind = sniff.kind(raw)
    if kind == "zip":
        _fill(find_table(sheet_sources(raw), options.mapping), options, rows, seen)
        return
    data, seen.encoding = sniff.decode(raw)
    if kind != "table":
        seen.layout = "ctf" if kind == "xml" else "wonde"
        return
    _fill(find_table(text_sources(data), options.mapping), options, rows, seen)


def _fill(found: Found, options: Options, rows: int, seen: Preview) -> None:
    header = found.header
    if header is None:
        seen.problem = found.problem
        seen.rows = found.source.head()[:rows]
        return
    seen.layout = "dfe" if header.dfe and header.layout in ("long", "totals") else header.layout
    seen.header_line = header.line
    seen.columns = _columns(header, options)
    table = found.source.table(header.last_line, len(header.cells))
    seen.rows = [(int(table.lines[n]), table.row(n)) for n in range(min(rows, len(table)))]
    columns = [header.columns[n] for n in ("mark", "am", "pm") if n in header.columns]
    counts: Counter[str] = Counter()
    for column in columns + [session.column for session in header.sessions]:
        for number, times in Counter(table.cells[column].tolist()).items():
            counts[table.texts[number].strip()] += times
    seen.marks = [(text, n, code_of(text, options.mapping)) for text, n in counts.most_common(100)]


def _columns(header: Header, options: Options) -> list[tuple[str, str | None]]:
    fields = {
        column: name
        for name, columns in fields_of(header.cells, options.mapping).items()
        for column in columns
    }
    sessions = {session.column: f"mark of {session.label}" for session in header.sessions}
    return [(cell, sessions.get(n) or fields.get(n)) for n, cell in enumerate(header.cells)]
