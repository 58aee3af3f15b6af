"""Absence of many pupils at once, and its sessions as one short text."""

import numpy as np
import pytest

from mainstay.law import codes
from mainstay.registers import tables
from mainstay.registers.grid import BLANK, SIZE, session_of
from mainstay.service.attendance.findings import packed
from mainstay.service.attendance.findings.absences import Absences

BYTES = np.array([ord(codes.byte_of(code)) for code in "/\\LIOUX"] + [BLANK], np.uint8)


def one_by_one(marks: np.ndarray, opened: np.ndarray, percent: int) -> int:
    """The slot from which the share stays, session after session."""
    possible = [s for s in range(SIZE) if opened[s] and tables.POSSIBLE[marks[s]]]
    missed, stays = 0, 0
    for number, slot in enumerate(possible, 1):
        missed += int(tables.ABSENT[marks[slot]])
        if 100 * missed < percent * number:
            stays = number
    return possible[min(stays, len(possible) - 1)]


@pytest.mark.parametrize("percent", [10, 50])
def test_since_when_a_share_is_reached_is_that_of_counting_one_by_one(percent: int) -> None:
    rng = np.random.default_rng(percent)
    opened = (rng.random(SIZE) < 0.5).astype(np.uint8)
    marks = [rng.choice(BYTES, SIZE, p=rng.dirichlet(np.ones(len(BYTES)))) for _ in range(60)]
    marks[0][:] = BYTES[3]
    marks[1][:] = BYTES[0]
    absences = Absences(range(60), marks, opened)
    for pupil, grid in enumerate(marks):
        assert absences.stays(pupil, percent) == one_by_one(grid, opened, percent), pupil


def test_packed_sessions_come_out_as_they_went_in() -> None:
    rng = np.random.default_rng(3)
    grid = rng.choice(BYTES[:-1], SIZE)
    slots = np.flatnonzero(tables.ABSENT[grid])
    answer = {"sentence": "…", "sessions": packed.pack(2024, grid, slots)}
    sessions = packed.sessions(answer)
    assert [(one["date"], one["half"]) for one in sessions] == [
        (day.isoformat(), half) for day, half in (session_of(2024, slot) for slot in slots.tolist())
    ]
    assert [codes.byte_of(one["code"]) for one in sessions] == [chr(grid[slot]) for slot in slots]
    assert packed.whole(answer) == {"sentence": "…", "sessions": sessions}


def test_written_out_or_missing_sessions_are_taken_as_they_are() -> None:
    listed = [{"date": "2025-01-06", "half": "AM", "code": "O"}]
    assert packed.sessions({"sessions": listed}) == listed
    assert packed.sessions({}) == [] == packed.sessions({"sessions": None})
    assert (
        packed.sessions({"sessions": packed.pack(2024, np.zeros(SIZE, np.uint8), np.zeros(0, np.intp))}) == []
    )
