"""The compiled reading against plain ones: the same cells and lines, the same marks and refusals."""

import csv
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.law import codes
from mainstay.registers import reading
from mainstay.registers.grid import session_of
from mainstay.registers.reading.tokens import records, tokenise
from mainstay.registers.register import Stopped

TODAY = date(2025, 12, 1)
UPNS = ("Z852999924001", "N852999924002", "C852999924003", "z852999924001 ", "852999924001", "")
MARKS = ("/", "\\", "O", "i", " L ", "L 5", "I01", "C1", "J", "?", "", "-", "#", "Q9", "x")
DAYS = (
    *tuple((date(2025, 9, 1) + timedelta(n)).isoformat() for n in range(9)),
    "2025-12-25",
    "soon",
    "2024-03-04",
)

rows = st.lists(
    st.tuples(
        st.sampled_from(UPNS[:3]) | st.sampled_from(UPNS), st.sampled_from(DAYS[:5]) | st.sampled_from(DAYS),
        st.sampled_from(("AM", "PM")) | st.sampled_from(("am", " PM", "EV")),
        st.sampled_from(MARKS), st.sampled_from(("", "a, b", 'said "no"', "two\nlines", "\r\n", "é")),
    ),
    min_size=1, max_size=40,
)  # fmt: skip
texts = st.text(st.sampled_from('ab,;"\n\r é'), max_size=60)


@given(texts, st.sampled_from(",;"))
@settings(max_examples=300, deadline=None)
def test_the_kernel_cuts_cells_and_counts_lines_as_the_plain_reader_does(text: str, delimiter: str) -> None:
    plain = [(line, cells) for line, cells in records(text, delimiter)]
    columns = max((len(cells) for _, cells in plain), default=1)
    try:
        table = tokenise(text.encode(), 0, 1, delimiter, columns)
    except Stopped:
        assert text.count('"') % 2 or '"' in text
        return
    found = {int(line): table.row(n)[: abs(int(table.widths[n]))] for n, line in enumerate(table.lines)}
    assert all(found.get(line, [""] * len(cells)) == cells for line, cells in plain)
    assert set(found) <= {line for line, _ in plain}


@given(
    st.lists(st.lists(st.text(st.sampled_from('ab,"\n '), max_size=5), min_size=3, max_size=3), max_size=20)
)
@settings(max_examples=100, deadline=None)
def test_what_a_csv_writer_writes_is_read_back(table: list[list[str]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        with path.open("w", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows(table)
        found = tokenise(path.read_bytes(), 0, 1, ",", 3)
    assert [found.row(n) for n in range(len(found))] == table


def expected(
    lines: list[tuple[str, str, str, str, str]],
) -> tuple[dict[tuple[str, str, str], str], list[int]]:
    """(upn, day, half) -> code of what may be taken, and which rows are refused: one row at a time."""
    refused, seen = [], defaultdict(list)
    for n, (upn, day, half, mark, _) in enumerate(lines):
        upn, half, code = upn.strip().upper(), half.strip().upper(), mark.strip().upper()
        code = {"L 5": "L", "I01": "I", "": "-"}.get(code, code)
        if not upn.startswith(("Z", "N", "C")) or day == "soon" or half == "EV":
            refused.append(n)
            continue
        on = date.fromisoformat(day)
        if code != "-":
            try:
                codes.lookup(code, on)
            except ValueError:
                refused.append(n)
                continue
            if code != "#" and (on.weekday() >= 5 or on > TODAY or day == "2025-12-25"):
                refused.append(n)
                continue
            code = {"/": "P!", "\\": "P!"}.get(code, code)
            seen[upn, day, half].append((n, code))
    for sightings in seen.values():
        if len({code for _, code in sightings}) > 1:
            refused += [n for n, _ in sightings]
    return {k: s[0][1] for k, s in seen.items() if len({code for _, code in s}) == 1}, sorted(refused)


@given(rows)
@settings(max_examples=200, deadline=None)
def test_marks_and_refusals_are_those_of_a_reading_row_by_row(
    lines: list[tuple[str, str, str, str, str]],
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("UPN", "Date", "Session", "Mark", "Comment"), *lines])
        found = reading.read(path, reading.Options(as_of=TODAY, check_plausible=False))
        starts = [line for line, _ in records(path.read_bytes().decode(), ",")][1:]
    taken, refused = expected(lines)
    assert [error.line for error in found.errors] == [starts[n] for n in refused]
    assert (found.rows_read, found.rows_refused) == (len(lines), len(refused))
    got = {}
    name = codes.code_of_byte()
    for block in found.blocks:
        for k, person in enumerate(block.people.tolist()):
            for slot, byte in enumerate(map(chr, block.marks[k].tolist())):
                if byte != "-":
                    on, half = session_of(block.year, slot)
                    code = "P!" if name[byte] in "/\\" else name[byte]
                    got[found.people[person].upn, on.isoformat(), half] = code
    assert got == (taken if found.stopped_because is None else {})
    assert found.marks == sum(code != "#" for code in got.values())
