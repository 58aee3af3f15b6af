"""A person's own work of every room that is listed by child: one question for the rows, one for the children's names."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.db.models import BigIntegerField, DateField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse

from mainstay.service.attendance.providers import listed
from mainstay.service.attendance.queries.screen import SHOWN, Block, Heading, Row
from mainstay.service.common.prepared import prepared
from mainstay.service.directory.models import Pupil
from mainstay.service.record.queries import left_until

#: rows of all rooms that are read for one person: more than one ever works on
MOST: Final = 300
#: what gives the rows, and the fields of the child and of the day
Part = tuple[Callable[[Any], QuerySet[Any]], str, str]


def blocks(user: Any, today: date) -> list[Block]:
    """The cards with a row, each with what is due first at its head."""
    lines = [line for given in listed.ask(user, today) for line in given]
    if not lines:
        return []
    found = list(_rows(user, tuple((line.rows, line.pupil, line.day) for line in lines)))
    named = {pupil for _, _, pupil, _ in found if pupil is not None}
    pupils = Pupil.objects.in_bulk(named) if named else {}
    cards: dict[Heading, list[Row]] = {}
    urgent: set[Heading] = set()
    for part, pk, pupil, day in sorted(found, key=lambda row: (row[3] or date.max, row[0], row[1])):
        line = lines[part]
        tag, colour = left_until(day, today) if day else (line.tag, line.colour)
        if colour == "red":
            urgent.add(line.under)
        text = line.text if pupil is None else _name(pupils[pupil])
        row = Row(text, reverse(line.page, args=[pk]), line.note, tag, colour)
        cards.setdefault(line.under, []).append(row)
    return [_block(head, rows, head in urgent) for head, rows in cards.items()]


def _block(head: Heading, rows: list[Row], urgent: bool) -> Block:
    more = f"All {len(rows)}" if len(rows) > SHOWN else ""
    kind = "urgent" if urgent else ""
    return Block(head.title, rows[:SHOWN], head.empty, head.href, more, kind, head.order)


def _name(pupil: Pupil) -> str:
    return f"{pupil.initials} (restricted)" if pupil.restricted else pupil.name


@prepared
def _rows(user: Any, parts: tuple[Part, ...]) -> QuerySet[Any]:
    """Part, key, child and day of everything that waits."""
    found = [_part(n, *part, user) for n, part in enumerate(parts)]
    return found[0].union(*found[1:], all=True)[:MOST] if len(found) > 1 else found[0][:MOST]


def _part(n: int, rows: Callable[[Any], QuerySet[Any]], pupil: str, day: str, user: Any) -> QuerySet[Any]:
    due = F(day) if day else Cast(Value(None), DateField())
    child = F(pupil) if pupil else Cast(Value(None), BigIntegerField())
    of = rows(user).order_by().annotate(part_=Value(n), child_=child, due_=due)
    return of.values_list("part_", "pk", "child_", "due_")  # type: ignore[no-any-return]
