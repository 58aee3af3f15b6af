"""What else stands in the way of a prosecution's steps; each subject of the room adds its own, from ``apps.py``."""

from collections.abc import Callable
from typing import Any

from mainstay.service.court.models import Prosecution

Missing = Callable[[Prosecution], str | None]
#: asked before the evidence counts as complete, and again when the charge is issued: (prosecution) -> words, or None
evidence: list[Missing] = []


def evidence_missing(one: Any) -> str | None:
    """Everything that is missing from the evidence, in words."""
    words = [said for asked in evidence if (said := asked(one))]
    return " ".join(words) or None
