"""Columns of a printed register: days, dates and halves, over one, two or three header rows."""

import re
from dataclasses import dataclass
from typing import Final

from mainstay.registers.reading.sources import Row

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HALF: Final = re.compile(r"(?:^|[\s_,:(-])(a\.?m\.?|p\.?m\.?)(?=$|[\s_,:)-])", re.IGNORECASE)
_DAY: Final = re.compile(
    r"(?<![a-z])(mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|r|rs|rsday|urday)?(?![a-z])", re.IGNORECASE
)
DATE: Final = re.compile(
    r"(?<!\d)(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
    r"|\d{1,2}(?:st|nd|rd|th)?[- ][A-Za-z]{3,9}[- ,]+(?:\d{4}|\d{2}))(?!\d)"
)
_SERIAL: Final = re.compile(r"(?<![\d.])([2-7]\d{4})(?![\d.])", re.ASCII)  # a date as Excel counts it
_WEEK: Final = re.compile(
    r"\bw(?:ee)?k?\s*[/.]?\s*(?:beginning|commencing|starting|b|c)\b\.?|\bweek\s+of\b", re.IGNORECASE
)
_RANGE: Final = re.compile(rf"({DATE.pattern})(?:\s*(?:-|–|to|until)\s*)({DATE.pattern})", re.IGNORECASE)
_TIME: Final = re.compile(r"[ T]00:00(?::00)?(?:\.0+)?")


@dataclass(frozen=True, slots=True)
class Session:
    """One column of marks: its date as written, or its weekday in the week of the title.

    half: 0 morning, 1 afternoon, None where one cell holds both; own: the date is in this column's own cell
    """

    column: int
    date: str | None
    week: str | None
    weekday: int | None
    half: int | None
    label: str
    own: bool = False


def week_beginning(cells: list[str]) -> str | None:
    """The date text of "Week beginning …", or the first of a range of dates, in a title row."""
    if week := _said_week(cells):
        return week
    for cell in cells:
        if found := _RANGE.search(cell):
            return found[1]
    return None


def _said_week(cells: list[str]) -> str | None:
    for n, cell in enumerate(cells):
        text = " ".join([cell, *cells[n + 1 : n + 3]])
        if (found := _WEEK.search(text)) and (day := _date_after(text, found.end())):
            return day[1]
    return None


def _date_after(text: str, at: int) -> re.Match[str] | None:
    """The first date from a place on, as written or as Excel counts it."""
    return DATE.search(text, at) or _SERIAL.search(text, at)


def title_dates(titles: list[list[str]]) -> tuple[list[str], list[str]]:
    """Every date text of some title rows, and those at which a week is said to begin."""
    dates = [found[1] for cells in titles for cell in cells for found in DATE.finditer(cell)]
    return dates, [week for cells in titles if (week := _said_week(cells))]


def session_columns(rows: list[Row], number: int, taken: set[int]) -> tuple[list[Session], int]:
    """The columns of marks of the header in row ``number``, and the last line that belongs to it.

    Rows above may carry weeks, dates or days over several columns; a row beneath may carry AM and PM.
    """
    cells = rows[number][1]
    width = max(len(row) for _, row in rows[max(0, number - 2) : number + 2])
    above = [_spread(row, width) for _, row in rows[max(0, number - 2) : number] if _is_upper(row)]
    own = _spread(cells, width) if _is_upper(cells) else _padded(cells, width)
    below, last = [""] * width, rows[number][0]
    if number + 1 < len(rows) and _is_lower(rows[number + 1][1], cells):
        below, last = _padded(rows[number + 1][1], width), rows[number + 1][0]
    found = []
    for column in range(width):
        plain = cells[column] if column < len(cells) else ""
        if column in taken and not _HALF.fullmatch(plain.strip()):
            continue
        texts = [*(row[column] for row in above), own[column], below[column]]
        if (plain.strip() or below[column].strip()) and (session := _session(column, texts, plain)):
            found.append(session)
    if not found:
        found = _unnamed_pairs(own, cells, above)
    elif any(s.half is None for s in found):
        found = _unnamed_pairs(own, cells, above) or found
    return _sound(found), last


def _sound(found: list[Session]) -> list[Session]:
    return found if any(s.date or s.weekday is not None for s in found) else []


def _padded(row: list[str], width: int) -> list[str]:
    return row + [""] * (width - len(row))


def _spread(row: list[str], width: int) -> list[str]:
    """A row with merged cells: what stands to the left fills the blanks."""
    filled, last = [], ""
    for cell in _padded(row, width):
        text = cell.strip()
        last = (text if _is_session_text(text) else "") if text else last
        filled.append(text or last)
    return filled


def _is_session_text(text: str) -> bool:
    return bool(_DAY.search(text) or DATE.search(text) or _SERIAL.fullmatch(text))


def _is_upper(row: list[str]) -> bool:
    """Days, dates or weeks over columns: two or more, in cells of their own."""
    return sum(_is_session_text(cell) and len(cell) < 60 for cell in row) >= 2


def _is_lower(row: list[str], header: list[str]) -> bool:
    """Nothing but AM and PM, under a header that has none."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return (
        len(filled) >= 2
        and all(_HALF.fullmatch(cell) for cell in filled)
        and not any(_HALF.search(cell) for cell in header)
    )


def _session(column: int, texts: list[str], label: str) -> Session | None:
    text = _TIME.sub("", " ".join(t for t in dict.fromkeys(texts) if t))
    half = _HALF.search(text)
    week = None
    if (said := _WEEK.search(text)) and (start := _date_after(text, said.end())):
        week = start[1]
        text = text[: said.start()] + text[start.end() :]
    day, on = _DAY.search(text), DATE.search(text) or _SERIAL.search(text)
    rest = _HALF.sub(" ", DATE.sub(" ", _DAY.sub(" ", text)))
    if re.sub(r"[\s\W_\d]+|\b(?:" + _SHORT_MONTHS + r")\b", "", rest, flags=re.IGNORECASE):
        return None
    if not (day or on):
        return None
    return Session(
        column,
        on[1] if on else None,
        week,
        DAYS.index(day[1].casefold()) if day else None,
        ("ap".index(half[1][0].casefold())) if half else None,
        label
        if len({t for t in texts if t}) < 2 and label.strip()
        else " ".join(dict.fromkeys(t for t in texts if t)),
        on is not None and on[1] in label,
    )


_SHORT_MONTHS: Final = "jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|week|wk|st|nd|rd|th"


def _unnamed_pairs(own: list[str], cells: list[str], above: list[list[str]]) -> list[Session]:
    """Dates or days merged over two columns with no AM and PM beneath: morning, then afternoon."""
    starts = [c for c, cell in enumerate(cells) if _is_session_text(cell)]
    if not starts or any(c + 1 >= len(cells) or cells[c + 1].strip() for c in starts):
        return []
    if any(c + 2 < len(cells) and not cells[c + 2].strip() for c in starts[:-1]):
        return []
    found = []
    for column in starts:
        texts = [*(row[column] for row in above), own[column]]
        if session := _session(column, texts, cells[column]):
            if session.half is not None:
                return []
            for half in (0, 1):
                found.append(
                    Session(column + half, session.date, session.week, session.weekday, half, session.label)
                )
    return found


_SCHOOLS: Final = re.compile(
    r"\b(?:school|primary|infants?|juniors?|academy|college|secondary|high|grammar|nursery|pru|centre)\b",
    re.IGNORECASE,
)
_URN: Final = re.compile(r"\b(?:URN|LAESTAB)\b\W*(\d{6,7})\b", re.IGNORECASE)


def title_school(titles: list[list[str]]) -> str:
    """What the rows above a header call the school: a URN or LAESTAB, else a name; "" if nothing does."""
    cells = [cell.strip() for row in titles for cell in row if cell.strip()]
    for cell in cells:
        if found := _URN.search(cell):
            return found[1]
    for cell in cells:
        for part in re.split(r"\s+[-–|]\s+", cell):
            name = re.sub(r"^school(?: name)?\s*:\s*", "", part.strip(), flags=re.IGNORECASE)
            if _SCHOOLS.search(name) and not _WEEK.search(name) and len(name) < 100:
                return name
    return ""
