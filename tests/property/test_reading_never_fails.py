"""Any bytes at all get an answer: never a traceback, never a mark that nobody wrote."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.law import codes
from mainstay.registers import reading
from mainstay.registers.register import Reading

SAMPLES = Path(__file__).parents[1] / "data" / "registers"
OPTIONS = reading.Options(as_of=date(2025, 12, 1))
FILES = sorted(path for path in SAMPLES.iterdir() if path.is_file())
BITS = (b"", b",", b'"', b"\n", b"\r", b"\t", b";", b"/", b"O", b"UPN", b"Date", b"2025-09-08", b"08/09/2025", b"-", b"=1", b"<a>", b"</Pupil>", b"\xff", b"\0", b"{", b"]", b"AM", b"Mon PM", b"\xef\xbb\xbf", b"9" * 30)  # fmt: skip

changes = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True), st.integers(0, 12), st.sampled_from(BITS) | st.binary(max_size=4)
    ),
    max_size=6,
)


def read(content: bytes, name: str) -> Reading:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        reading.preview(path, OPTIONS)
        return reading.read(path, OPTIONS)


def damaged(content: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    for place, cut, put in edits:
        at = int(place * len(content))
        content = content[:at] + put + content[at + cut :]
    return content


def assert_sound(found: Reading) -> None:
    assert found.rows_read == found.rows_taken + found.rows_refused
    held = sum(int(((block.marks != 45) & (block.marks != 48)).sum()) for block in found.blocks)
    assert found.marks == held
    assert {chr(b) for block in found.blocks for b in set(block.marks.ravel().tolist())} <= set(
        codes.code_of_byte()
    )
    if found.stopped_because is not None:
        assert found.stopped_because and not (
            found.blocks or found.people or found.rows_taken or found.pupils
        )
        return
    assert (found.first is None) == (found.marks == 0)
    assert found.last is None or found.last <= OPTIONS.as_of
    assert all(0 <= person < len(found.people) for block in found.blocks for person in block.people.tolist())
    assert all(len(set(block.people.tolist())) == len(block.people) for block in found.blocks)


def test_there_is_a_sample_of_every_layout() -> None:
    layouts = {reading.read(path, OPTIONS).layout for path in SAMPLES.iterdir()}
    assert layouts == {"long", "day_rows", "weekly_grid", "totals", "ctf", "wonde", "dfe"}


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_every_sample_is_taken(path: Path) -> None:
    found = reading.read(path, OPTIONS)
    assert_sound(found)
    assert found.stopped_because is None and found.rows_taken > 0


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes(content: bytes) -> None:
    assert_sound(read(content, "a.csv"))


@given(st.sampled_from(FILES), changes)
@settings(max_examples=400, deadline=None)
def test_damaged_files_of_every_layout(path: Path, edits: list[tuple[float, int, bytes]]) -> None:
    assert_sound(read(damaged(path.read_bytes(), edits), path.name))


@given(st.sampled_from(FILES), st.floats(0, 1))
@settings(max_examples=100, deadline=None)
def test_files_cut_short(path: Path, part: float) -> None:
    content = path.read_bytes()
    assert_sound(read(content[: int(part * len(content))], path.name))


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                (
                    "UPN",
                    "Name",
                    "Date",
                    "AM",
                    "PM",
                    "Mon",
                    "Mon AM",
                    "Session",
                    "Mark",
                    "Possible",
                    "",
                    "08/09/2025",
                    "Z852999924001",
                    "/",
                    "Week beginning 08/09/2025",
                    "T_Reason_I",
                    "5",
                )
            ),
            max_size=6,
        ),
        max_size=6,
    )
)
@settings(max_examples=300, deadline=None)
def test_tables_put_together_from_headers(rows: list[list[str]]) -> None:
    assert_sound(read("\n".join(",".join(row) for row in rows).encode(), "a.csv"))
