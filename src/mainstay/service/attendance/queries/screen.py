"""What a first page is made of: tiles, blocks of rows, and the main actions."""

from dataclasses import dataclass, field
from typing import Any, Final

SHOWN: Final = 6


@dataclass(slots=True)
class Row:
    text: str
    href: str = ""
    note: str = ""
    tag: str = ""
    colour: str = ""


@dataclass(slots=True)
class Block:
    """One card of the page."""

    title: str
    rows: list[Row]
    empty: str
    href: str = ""
    more: str = ""
    kind: str = ""
    order: int = 50  # the lowest first; equals as they came


@dataclass(slots=True)
class Screen:
    tiles: list[dict[str, Any]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)
