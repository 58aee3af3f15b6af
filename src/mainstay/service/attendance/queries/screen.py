"""What a first page is made of: tiles, blocks of rows, and the main actions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import QuerySet

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


@dataclass(frozen=True, slots=True)
class Heading:
    """The card that counted lines stand under; lines of several rooms may share one."""

    title: str
    empty: str
    order: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """One line that is only a number: all of them, of every room, are counted in one question.

    rows: gives, for a user, those of the list that ``href`` leads to, so that the number is true; always the same
    function for the same line, because the question is prepared. Or the number itself.
    """

    under: Heading
    text: str
    noun: str
    rows: Callable[[Any], QuerySet[Any]] | int
    href: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """What waits of one kind in a person's own work, each row by its child: every room's are read in one question.

    rows: gives, for a user, what waits; always the same function for the same line, because the question is prepared.
    page: the name of the page of one of them. pupil, day: fields; by that day it has to be done, "" where there is none.
    text: what it is called where no child is named; ``pupil`` is "" then.
    """

    under: Heading
    rows: Callable[[Any], QuerySet[Any]]
    page: str
    pupil: str
    day: str = ""
    note: str = ""
    tag: str = ""
    colour: str = ""
    text: str = ""


#: of whoever leads a team
WAITING: Final = Heading(
    "Waiting across the team",
    "Nothing waits for somebody: no referral, question, review, visit, case, order, notice or duty day.",
    12,
)
