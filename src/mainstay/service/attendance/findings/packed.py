"""The sessions of an Answer about absence as one short text: such an Answer is renewed nearly every day.

``"sessions": "2024:" + base64`` of the slots (little-endian uint16), then of the marks (a byte each). Whatever
hands an Answer on, or keeps it for good, takes it ``whole``.
"""

from base64 import b64decode, b64encode
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mainstay.service.attendance.findings.batch import listed


def pack(year: int, marks: NDArray[np.uint8], slots: NDArray[np.intp]) -> str:
    """Some slots of a grid, uint8 (756,), as that text."""
    held = slots.astype("<u2").tobytes() + marks[slots].tobytes()
    return f"{year}:{b64encode(held).decode()}"


def sessions(answer: dict[str, Any]) -> list[dict[str, str]]:
    """The sessions an Answer relies on: ``{"date", "half", "code"}`` each, packed or not."""
    said = answer.get("sessions") or []
    if not isinstance(said, str):
        return list(said)
    year, text = said.split(":")
    held = b64decode(text)
    n = len(held) // 3
    slots = np.frombuffer(held, "<u2", n).astype(np.intp)
    marks = np.zeros(int(slots.max(initial=-1)) + 1, np.uint8)
    marks[slots] = np.frombuffer(held, np.uint8, n, 2 * n)
    return listed(int(year), marks, slots)


def whole(answer: dict[str, Any]) -> dict[str, Any]:
    """The Answer with its sessions written out."""
    return {**answer, "sessions": sessions(answer)} if isinstance(answer.get("sessions"), str) else answer
