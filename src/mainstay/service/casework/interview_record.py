"""The record of an interview in one canonical form, and its digest: what is signed cannot be changed unnoticed."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC
from typing import Any

from mainstay.service.casework.models import Interview, InterviewEntry


def canonical(one: Interview, entries: Iterable[Any]) -> str:
    """JSON of every line up to the signature, in order, keys sorted; what is added afterwards is not in it."""
    said = {
        "interview": one.number,
        "fast_track": one.fast_track_id,
        "entries": [_line(entry) for entry in entries if entry.kind not in InterviewEntry.AFTER],
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(one: Interview, entries: Iterable[Any]) -> str:
    return hashlib.sha256(canonical(one, entries).encode()).hexdigest()


def holds(one: Interview, entries: Iterable[Any]) -> bool:
    """Whether the lines are those that were signed."""
    return bool(one.digest) and digest(one, entries) == one.digest


def _line(entry: Any) -> dict[str, Any]:
    return {
        "number": entry.number, "sitting": entry.sitting, "kind": str(entry.kind),
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"), "by": entry.by_id, "text": entry.text,
        "answer": entry.answer,
    }  # fmt: skip
