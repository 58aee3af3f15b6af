"""The parts of a prosecution's page: each subject of the room adds its own, from ``apps.py``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mainstay.service.court.models import Prosecution


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One section of the page: ``order`` says where it stands, ``body`` is HTML already (a rendered template)."""

    order: int
    heading: str
    body: Any
    count: int | None = None


Giver = Callable[[Prosecution, Any], Part | None]
_givers: list[Giver] = []


def add(giver: Giver) -> Giver:
    """giver: (prosecution, user) -> its part, or None where this person has none; a fixed number of queries each."""
    if giver not in _givers:
        _givers.append(giver)
    return giver


def of_prosecution(one: Prosecution, user: Any) -> list[Part]:
    return sorted(filter(None, (giver(one, user) for giver in _givers)))
