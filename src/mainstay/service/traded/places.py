"""The parts of this room as tabs above its pages: each subject adds its own, from ``apps.py``."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One page: ``order`` says where it stands, ``name`` is that of its address."""

    order: int
    text: str
    name: str
    permission: str


_places: set[Place] = set()


def offer(*places: Place) -> None:
    _places.update(places)


def addresses() -> list[str]:
    """Of all pages, which the entry of the menu stands for."""
    return [reverse(place.name) for place in _places]


def tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """The pages this person may open, for ``ui.tabs``; ``current`` is the name of the one shown."""
    return [
        {"text": place.text, "href": reverse(place.name), "current": place.name == current}
        for place in sorted(_places)
        if user.may(place.permission)
    ]
