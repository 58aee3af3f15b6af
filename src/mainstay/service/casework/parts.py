"""The parts of a case's page: each subject of the room adds its own, from ``apps.py``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mainstay.service.casework.models import Case


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One section of the page: ``order`` says where it stands, ``body`` is HTML already (a rendered template)."""

    order: int
    heading: str
    body: Any
    count: int | None = None


Giver = Callable[[Case, Any], Part | None]
_givers: list[Giver] = []


def add(giver: Giver) -> Giver:
    """giver: (case, user) -> its part, or None where this person has none; a fixed number of queries each."""
    if giver not in _givers:
        _givers.append(giver)
    return giver


def of_case(case: Case, user: Any) -> list[Part]:
    return sorted(filter(None, (giver(case, user) for giver in _givers)))
