"""Titles, totals lines and legends, wherever they stand, change nothing in what is read of the pupils' lines."""

import csv
import io
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.law import codes
from mainstay.registers import reading
from mainstay.registers.register import Reading

TODAY = date(2025, 12, 1)
WEEK = [(date(2025, 9, 8) + timedelta(n)).isoformat() for n in range(5)]
NUMBERS = ("Z852999924001", "N852999924002", "C852999924003", "z8529 9992 4001", "852999924001", "X1", "")
NAMES = ("Fenwick, Ada", "Ada Fenwick", "Ada", "Key, Ann", "Page, Bo", "Total, Tim", "O’Neill, Ngozi-Ann")
MARKS = ("/", "\\", "O", "i", "L", "I01", "C1", "?", "Q9", "", "-", "#")
TITLES = (
    ["Invented Primary - Registration report"], ["Class 5B"], [""], ["Attendance by code", "", "all pupils"],
)  # fmt: skip
#: lines that are no row even between pupils; {} is a count
BETWEEN = (
    [""], ["Total", "", "", "{}", "{}"], ["Totals", "{}"], ["", "Total present", "", "{}", "{}"], ["Class total", "", "", "{}"],
    ["Legend: / present, \\ present, O unauthorised"], ["Key", "/", "Present (AM)"], ["/", "Present (AM)"], ["", "/", "Present (AM)"],
    ["Key:", "/ present", "O unauthorised absence"], ["O", "Absent in other or unknown circumstances", "I", "Illness"],
    ["Codes:", "/", "\\", "L", "O"], ["Legend", "/", "Present", "\\", "Present PM", "O", "Unauthorised"],
    ["Average", "", "", "{}"], ["C2 Part-time timetable"], ["Printed 12/09/2025 by office"], ["Page 2"], ["{} pupils"],
)  # fmt: skip
#: and lines that are none below the last pupil
BELOW = (
    ["Invented Primary"], ["Signed: ______________"], ["* denotes late"], ["End of report"], ["Girls: {}", "Boys: {}"],
    ["Exported from the register on 08/09/2025"], ["Anything else a printer adds"],
)  # fmt: skip

pupils = st.tuples(
    st.sampled_from(NUMBERS[:4]) | st.sampled_from(NUMBERS),
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(MARKS[:5]) | st.sampled_from(MARKS), min_size=10, max_size=10),
)
counts = st.integers(2, 400).map(str)


@st.composite
def lines(draw: st.DrawFn, kinds: tuple[list[str], ...]) -> list[str]:
    count = draw(counts)
    return [cell.replace("{}", count) for cell in draw(st.sampled_from(kinds))]


Pupil = tuple[str, str, list[str]]
Printed = tuple[list[list[str]], list[tuple[str, Pupil | list[str]]], bool]


@st.composite
def printed(draw: st.DrawFn) -> Printed:
    """Titles, then pupils with other lines between and below them; padded to the header's width or not."""
    titles = draw(st.lists(st.sampled_from(TITLES), max_size=3))
    body: list[tuple[str, Pupil | list[str]]] = []
    for pupil in draw(st.lists(pupils, min_size=1, max_size=8)):
        body += [("none", line) for line in draw(st.lists(lines(BETWEEN), max_size=2))]
        body.append(("row", pupil))
    body += [("none", line) for line in draw(st.lists(lines(BETWEEN) | lines(BELOW), max_size=4))]
    return titles, body, draw(st.booleans())


def written(
    titles: list[list[str]], header: list[str], body: list[list[str]], pad: bool
) -> tuple[str, list[int]]:
    """The text of a file, and the line of every entry of its body."""
    out = io.StringIO()
    width = len(header) if pad else 0
    for row in [*titles, header, *body]:
        csv.writer(out).writerow(row + [""] * (width - len(row)))
    first = len(titles) + 2
    return out.getvalue(), list(range(first, first + len(body)))


def read(text: str) -> Reading:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text(text, encoding="utf-8", newline="")
        return reading.read(path, reading.Options(as_of=TODAY, check_plausible=False))


def plain(upn: str) -> str:
    """The number as it is kept, "" for none that can be."""
    number = upn.replace(" ", "").upper()
    return number if number[:1] in ("Z", "N", "C") else ""


def settle(
    sightings: list[tuple[int, str, str, str, str]], unknown: set[int]
) -> tuple[Counter[int], int, set[int]]:
    """(line, upn, day, half, mark) one by one: errors a line, marks taken, lines refused."""
    errors: Counter[int] = Counter(unknown)
    seen = defaultdict(list)
    for line, upn, day, half, mark in sightings:
        code = {"I01": "I", "": "-"}.get(mark.upper(), mark.upper())
        if line in unknown or code == "-":
            continue
        try:
            codes.lookup(code, date.fromisoformat(day))
        except ValueError:
            errors[line] += 1
            continue
        seen[upn, day, half].append((line, "/" if code == "\\" else code))
    marks = 0
    for found in seen.values():
        if len({code for _, code in found}) > 1:
            errors.update(line for line, _ in found)
        else:
            marks += found[0][1] != "#"
    return errors, marks, set(errors)


def agree(found: Reading, rows: int, errors: Counter[int], marks: int) -> None:
    told = [error.line for error in found.errors]
    assert Counter(told) == errors, found.errors
    if found.stopped_because is None:
        assert (found.rows_read, found.rows_refused, found.marks) == (rows, len(errors), marks)
    else:
        assert found.rows_read == rows and len(errors) == rows and marks == 0


@given(printed())
@settings(max_examples=150, deadline=None)
def test_a_printed_register(register: Printed) -> None:
    titles, body, pad = register
    header = [
        "Name",
        "UPN",
        "Reg",
        *(f"{day} {half}" for day in ("Mon", "Tue", "Wed", "Thu", "Fri") for half in ("AM", "PM")),
    ]
    cells = [what if kind == "none" else [what[1], what[0], "5B", *what[2]] for kind, what in body]
    text, at = written([["Week beginning 08/09/2025"], *titles], header, cells, pad)
    sightings, unknown, rows = [], set(), 0
    for line, (kind, pupil) in zip(at, body, strict=True):
        if kind == "none":
            continue
        rows += 1
        upn = plain(pupil[0])
        if not upn:
            unknown.add(line)
        sightings += [(line, upn, WEEK[n // 2], "AP"[n % 2], mark) for n, mark in enumerate(pupil[2])]
    errors, marks, _ = settle(sightings, unknown)
    agree(read(text), rows, errors, marks)


@given(printed())
@settings(max_examples=100, deadline=None)
def test_a_row_for_each_mark(register: Printed) -> None:
    titles, body, pad = register
    header = ["Name", "UPN", "Reg", "Date", "Session", "Mark", "Comment"]
    cells, sightings, unknown, rows, line = [], [], set(), 0, len(titles) + 2
    for kind, what in body:
        if kind == "none":
            cells.append(what)
            line += 1
            continue
        for n, mark in enumerate(what[2][:3]):
            day, half = WEEK[n // 2], ("AM", "PM")[n % 2]
            cells.append([what[1], what[0], "5B", day, half, mark, ""])
            if not plain(what[0]):
                unknown.add(line)
            sightings.append((line, plain(what[0]), day, half, mark))
            rows, line = rows + 1, line + 1
    errors, marks, _ = settle(sightings, unknown)
    agree(read(written(titles, header, cells, pad)[0]), rows, errors, marks)


@given(printed())
@settings(max_examples=100, deadline=None)
def test_a_row_for_each_day(register: Printed) -> None:
    titles, body, pad = register
    header = ["Name", "UPN", "Reg", "Date", "AM", "PM"]
    cells = [
        what if kind == "none" else [what[1], what[0], "5B", WEEK[0], *what[2][:2]] for kind, what in body
    ]
    text, at = written(titles, header, cells, pad)
    sightings, unknown, rows = [], set(), 0
    for line, (kind, pupil) in zip(at, body, strict=True):
        if kind == "none":
            continue
        rows += 1
        if not plain(pupil[0]):
            unknown.add(line)
        sightings += [
            (line, plain(pupil[0]), WEEK[0], half, mark) for half, mark in zip("AP", pupil[2], strict=False)
        ]
    errors, marks, _ = settle(sightings, unknown)
    agree(read(text), rows, errors, marks)


@given(printed())
@settings(max_examples=100, deadline=None)
def test_totals_of_each_pupil(register: Printed) -> None:
    titles, body, pad = register
    header = ["Name", "UPN", "Reg", "Possible", "Attended", "Auth", "Unauth"]
    cells = [what if kind == "none" else [what[1], what[0], "5B", "10", "8", "1", "1"] for kind, what in body]
    text, at = written(titles, header, cells, pad)
    row_of = [(line, what) for line, (kind, what) in zip(at, body, strict=True) if kind == "row"]
    agree(read(text), len(row_of), Counter(line for line, what in row_of if not plain(what[0])), 0)
