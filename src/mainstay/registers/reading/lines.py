"""Which lines of a table are rows: not titles, totals or legends, and never a pupil's line left out.

A line with a number like a UPN, with name and date of birth, or with a date and a session is always a row. Any
other is judged by what stands where: a label, a legend, counts where marks would be. What can still be
either is a row among the pupils, and none below the last of them.
"""

import re
from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mainstay.registers.reading import marks
from mainstay.registers.reading.aliases import TOTALS
from mainstay.registers.reading.dates import parse
from mainstay.registers.reading.headers import Header
from mainstay.registers.reading.mapping import Mapping
from mainstay.registers.reading.options import MAX_ERRORS
from mainstay.registers.reading.table import Table

HALVES: Final = {"am": 0, "a": 0, "a.m.": 0, "morning": 0, "pm": 1, "p": 1, "p.m.": 1, "afternoon": 1}
_ABOUT: Final = ("reg", "year", "sex", "urn", "la", "estab", "laestab", "school")
_LATEST: Final = 2100
#: the whole text of a cell that heads totals, a legend or a part of a report
_LABEL: Final = re.compile(
    r"(?:(?:grand |sub-?|class |school |form |year |group )?totals?|sums?|averages?|means?|count|legend|key|symbols?"
    r"|(?:attendance )?codes?(?: used)?|notes?|page|present|absent|boys|girls|all|class|form|group|year|summary"
    r"|sessions|pupils|students)\b[\W\d_]*",
    re.IGNORECASE,
)
#: how such a text may begin
_FOOT: Final = re.compile(
    r"(?:(?:grand |sub-?)?totals?|sums?|averages?|means?|count|number of|legend|key|symbols?|(?:attendance )?codes?"
    r"|summary|printed|produced|exported|generated|created|downloaded|signed|signature|report|page|end of|notes?"
    r"|sessions? (?:present|absent|possible|attended|missed)|(?:all|whole|entire) \w+)\b"
    r"|\d+ (?:pupils?|students?|marks?|rows?|records?)\b|\*",
    re.IGNORECASE,
)
_TOTAL: Final = re.compile(r"\b(?:(?:sub)?totals?|averages?|overall)\b", re.IGNORECASE)
#: what a line of totals may be about besides a pupil
_GROUP: Final = re.compile(
    r"\b(?:whole|school|class|form|group|year|pupils?|students?|boys|girls|primary|academy|all)\b",
    re.IGNORECASE,
)
_TITLE: Final = re.compile(
    r"\b(?:regist\w+|report|class|group|form|year|school|week|academy)\b", re.IGNORECASE
)
_MEANS: Final = re.compile(r"[-/\\#A-Z]\d?(?: ?[=:] ?| [–-] )\w{2,}", re.IGNORECASE)
_MEANING: Final = re.compile(
    r"(\S{1,2}) +[^\W\d_].*(?:presen|absen|author|ill|medic|late|holiday|educat|religio|travel|study|interview|sport"
    r"|visit|work|exclu|suspen|leave|timetable|regist|close|shut|approv|dual|trip|reason|circumst)",
    re.IGNORECASE,
)
_LETTERS: Final = re.compile(r"[^\W\d_]{2,}")
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_PERSON: Final = re.compile(r"[^\W\d_][^\d_,;:=/\\]*, ?[^\W\d_][^\d_,;:=/\\]*")


class Line(IntEnum):
    """What a line is: none, a row, either of them, or the header again."""

    NONE = 0
    ROW = 1
    EITHER = 2
    HEADER = 3


def data_rows(
    table: Table, header: Header, mapping: Mapping | None, breaks: Sequence[int] = ()
) -> NDArray[np.bool_]:
    """Which records are rows.

    breaks: records that are headers again, where they are known
    """
    rows = _told(table, header, "upn", is_like_a_number)
    if rows.all():
        return rows
    unnumbered = np.flatnonzero(~rows)
    doubts = table.only(~rows)
    sure = _sure(doubts, header, mapping)
    rows[unnumbered[sure]] = True
    doubtful, doubts = unnumbered[~sure], doubts.only(~sure)
    kinds, firsts = doubts.distinct(range(len(table.cells)))
    said = np.full(len(firsts), Line.ROW, np.uint8)  # past so many, all are errors and the file stops
    for kind, first in enumerate(firsts[:MAX_ERRORS].tolist()):
        said[kind] = judge(doubts.row(first), header, mapping)
    lines = said[kinds]
    rows[doubtful[lines == Line.ROW]] = True
    either = doubtful[lines == Line.EITHER]
    if not rows.any():
        rows[either] = True
        return rows
    heads = np.union1d(doubtful[lines == Line.HEADER], np.array(breaks, np.int64))
    stretch = np.searchsorted(heads, either, side="right")
    ends = np.append(heads, len(table))[stretch]
    following = np.concatenate([[0], np.cumsum(rows)])
    rows[either[following[ends] > following[either]]] = True
    return rows


def _told(table: Table, header: Header, name: str, ask: Callable[[str], bool]) -> NDArray[np.bool_]:
    """Of which lines something is true of one field's cell; none where the column isn't there."""
    if name not in header.columns:
        return np.zeros(len(table), np.bool_)
    return _told_of(table, header.columns[name], ask)


def _told_of(table: Table, column: int, ask: Callable[[str], bool]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = table.tell([column], ask, np.bool_)[table.cells[column]]
    return found


def _sure(table: Table, header: Header, mapping: Mapping | None) -> NDArray[np.bool_]:
    """Lines without a number that are rows for certain."""

    def told(name: str, ask: Callable[[str], bool]) -> NDArray[np.bool_]:
        return _told(table, header, name, ask)

    def is_mark(text: str) -> bool:
        return _is_mark(text, mapping)

    sure = told("dob", _is_date)
    if sure.any():
        sure &= told("surname", _is_said) | told("forename", _is_said) | told("name", _is_said)
    if sure.all():
        return sure
    if header.layout == "long":
        return sure | (told("date", _is_date) & told("session", _is_half))
    if header.layout == "day_rows":
        return sure | (told("date", _is_date) & (told("am", is_mark) | told("pm", is_mark)))
    if header.layout == "weekly_grid":
        person = told("name", _is_person) | (told("surname", _is_said) & told("forename", _is_forename))
        for session in header.sessions if person.any() else ():
            sure |= person & _told_of(table, session.column, is_mark)
    return sure


def is_like_a_number(text: str) -> bool:
    """True for a UPN, however it is spelt wrongly: it is refused, not left out."""
    plain = "".join(text.split())
    digits = sum(map(str.isdigit, plain))
    if not plain.isascii() or not plain.isalnum() or len(plain) > 20:
        return False
    return digits >= 7 or (digits >= 3 and plain[:1].isalpha() and len(plain) - digits <= 3)


def judge(given: Sequence[str], header: Header, mapping: Mapping | None = None) -> Line:
    """What one line is, by itself."""
    cells = [cell.strip() for cell in given]
    if not any(cells):
        return Line.NONE
    if cells == [cell.strip() for cell in header.cells[: len(cells)]]:
        return Line.HEADER
    return _Judged(cells, header, mapping).line()


class _Judged:
    """One line, and what stands in the columns that say whom and what it is about."""

    def __init__(self, cells: list[str], header: Header, mapping: Mapping | None) -> None:
        columns = header.columns

        def texts(*names: str) -> list[str]:
            return [cells[columns[name]] for name in names if name in columns and cells[columns[name]]]

        self.layout, self.mapping = header.layout, mapping
        self.filled = [cell for cell in cells if cell]
        self.number = "".join(texts("upn"))
        self.names = texts("surname", "forename", "name")
        self.about = texts(*_ABOUT)
        self.is_born = any(map(_is_date, texts("dob")))
        self.is_dated = any(map(_is_date, texts("date")))
        self.is_halved = any(map(_is_half, texts("session")))
        places = {s.column for s in header.sessions} | {
            columns[n] for n in ("mark", "am", "pm") if n in columns
        }
        self.marks = [cells[place] for place in sorted(places) if cells[place]]
        self.counts = texts(*TOTALS)
        self.is_marked = any(_is_mark(text, mapping) for text in self.marks)
        self.is_counted = any(map(_is_count, self.counts)) and header.layout == "totals"
        #: its name is a surname and a forename, and so a pupil's
        self.is_person = any(map(_is_person, texts("name"))) or (
            len(texts("surname", "forename")) == 2 and _is_forename(cells[columns["forename"]])
        )

    def line(self) -> Line:
        if is_like_a_number(self.number) or (self.is_born and self.names):
            return Line.ROW
        if self.is_dated and (self.is_halved or (self.layout == "day_rows" and self.is_marked)):
            return Line.ROW
        if self._is_label() or self._is_legend():
            return Line.NONE
        if self.is_told:
            return self._told()
        return self._untold()

    @property
    def is_told(self) -> bool:
        """It holds what a row of this layout is there to tell."""
        return self.is_dated or self.is_halved or self.is_marked or self.is_counted

    def _is_label(self) -> bool:
        """Its first cell, or one of those that name a pupil, heads a total, a legend or a note."""
        said = [self.filled[0], self.number, *self.names]
        if self.is_person and (self.is_told or self.about):
            return False
        if any(_LABEL.fullmatch(text) or _TOTAL.search(text) for text in said):
            return True
        if any(_FOOT.match(text) for text in said):
            return not (self.is_told and self.layout != "totals" and self._may_be_a_number())
        return False

    def _is_legend(self) -> bool:
        """Codes and what they mean."""
        means = any(_MEANS.match(text) or self._is_meaning(text) for text in self.filled)
        if _is_code(self.filled[0]):
            means = means or any(_WORD.search(text) for text in self.filled[1:])
        wordy = any(_WORD.search(text) and not _is_mark(text, self.mapping) for text in self.marks)
        if not means or wordy:
            return means
        return not (self.is_person or (self.is_told and self.names and self._may_be_a_number()))

    def _is_meaning(self, text: str) -> bool:
        found = _MEANING.match(text)
        return found is not None and _is_code(found[1])

    def _may_be_a_number(self) -> bool:
        """The cell of the UPN is blank, or holds something that is no word, code or count."""
        return not (_is_code(self.number) or _WORD.search(self.number) or self.number.isdigit())

    def _has_counts_for_marks(self) -> bool:
        """Numbers where marks would be, and more than somebody's 1 for present."""
        return all(map(str.isdigit, self.marks)) and any(len(text) > 1 or text > "1" for text in self.marks)

    def _told(self) -> Line:
        """A line that tells something, but not of whom for certain."""
        if self.names:
            if self.layout == "totals" and not self.is_person and any(map(_GROUP.search, self.names)):
                return Line.NONE
            return Line.ROW
        if self.number:
            return Line.ROW if self._may_be_a_number() or self.is_dated or self.is_halved else Line.NONE
        return Line.EITHER if self.is_counted else Line.ROW

    def _untold(self) -> Line:
        """A line without a mark, a date or a count."""
        if any(text.isdigit() and len(text) > 4 for text in self.about):
            return Line.ROW  # a school's number: a row cut short
        if self.number and not self._may_be_a_number():
            return Line.NONE
        if self._has_counts_for_marks() and not self.is_person and not self.about:
            return Line.NONE
        if len(self.filled) <= 2 and not self.number and _TITLE.search(self.filled[0]):
            return Line.NONE
        return Line.ROW if self.is_person or (self.names and self.about) else Line.EITHER


def _is_said(text: str) -> bool:
    return bool(text.strip())


@lru_cache(maxsize=1024)
def _is_code(text: str) -> bool:
    return marks.code_of(text) not in (None, "-")


def _is_person(text: str) -> bool:
    """A surname and a forename in one cell: "Total, Tim" is a person, "Total, all pupils" none."""
    forename = text.rpartition(",")[2].strip(" .")
    return _PERSON.fullmatch(text.strip()) is not None and (len(forename) == 1 or _is_forename(forename))


def _is_forename(text: str) -> bool:
    text = text.strip()
    return bool(_LETTERS.search(text)) and not (
        _LABEL.fullmatch(text) or _TOTAL.search(text) or _GROUP.search(text) or _is_code(text)
    )


@lru_cache(maxsize=8192)
def _is_date(text: str) -> bool:
    found = parse(text, _LATEST)
    return found.only is not None or found.open or found.ymd is not None


def _is_half(text: str) -> bool:
    return len(text.strip()) > 1 and text.strip().casefold() in HALVES


def _is_count(text: str) -> bool:
    return text.replace(",", "").replace(".", "", 1).removesuffix("%").isdigit()


@lru_cache(maxsize=8192)
def _is_mark_of(text: str) -> bool:
    if marks.code_of(text) not in (None, "-"):
        return True
    return (
        len(text) > 1 and all(marks.code_of(half) is not None for half in marks.halves(text)) and text != "--"
    )


def _is_mark(text: str, mapping: Mapping | None) -> bool:
    """A mark or a pair of marks, or what the mapping makes one."""
    text = text.strip()
    if mapping and text and text.upper() in mapping.codes:
        return True
    return bool(text) and _is_mark_of(text)
