"""From bytes to a source of rows and its header: delimiter, sheet and header line decided together."""

from collections.abc import Iterator
from dataclasses import dataclass

from mainstay.registers.reading import headers, xlsx
from mainstay.registers.reading.headers import Header
from mainstay.registers.reading.mapping import Mapping
from mainstay.registers.reading.options import HEADER_LINES
from mainstay.registers.reading.sources import RowSource, Source, TextSource
from mainstay.registers.register import Stopped

_DELIMITERS = (",", ";", "\t", "|")
#: columns recognised, past which no other delimiter or sheet is tried
_CERTAIN = 4


@dataclass(slots=True)
class Found:
    """A source and its header; without a header, why not."""

    source: Source
    header: Header | None
    problem: str = ""


def find_table(sources: Iterator[Source], mapping: Mapping | None) -> Found:
    """The source whose header recognises most columns, the first of equals."""
    lines = max(HEADER_LINES, mapping.header_row if mapping and mapping.header_row else 0)
    best: Found | None = None
    problem: str | None = None
    first: Source | None = None
    for source in sources:
        first = first or source
        try:
            header = headers.find(source.head(lines), mapping)
        except Stopped as why:
            problem = problem or str(why)
            continue
        if header and (best is None or best.header is None or _score(header) > _score(best.header)):
            best = Found(source, header)
            if _score(header) >= _CERTAIN:
                break
    if best is not None:
        return best
    if first is None:
        raise Stopped("the file is empty")
    return Found(first, None, problem or _nearest(first, lines, mapping))


def _nearest(source: Source, lines: int, mapping: Mapping | None) -> str:
    return headers.nearest_miss(source.head(lines), mapping)


def _score(header: Header) -> int:
    return len(header.columns) + len(header.sessions)


def text_sources(data: bytes) -> Iterator[Source]:
    """The text cut at each delimiter that its opening holds, the most frequent first."""
    head = data[:100_000]
    for delimiter in sorted(_DELIMITERS, key=lambda d: -head.count(d.encode())):
        yield TextSource(data, delimiter)


def sheet_sources(raw: bytes) -> Iterator[Source]:
    for rows in xlsx.sheets(raw):
        if rows:
            yield RowSource(rows)
