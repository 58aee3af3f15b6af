"""What somebody holds that others have to take over, for whoever notes their last day."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Value

from mainstay.service.accounts.announcements import owned
from mainstay.service.common.announce import Provider


@dataclass(frozen=True, slots=True)
class Held:
    """What a person holds of one kind, told by its number alone. words: of that number; href: where it is seen."""

    rows: QuerySet[Any]
    words: Callable[[int], str]
    href: str


#: kinds that are told by a number: all rooms' are counted in one question
held = Provider("what a person holds, by kind: (user) -> [Held]")


def owned_by(person: Any) -> list[dict[str, str]]:
    """Everything they hold, room by room."""
    named = [thing for things in owned.ask(person) for thing in things]
    return named + counted([one for given in held.ask(person) for one in given])


def counted(kinds: Sequence[Held]) -> list[dict[str, str]]:
    """Those of which there is one; one query."""
    if not kinds:
        return []
    first, *rest = (
        one.rows.order_by().annotate(part_=Value(n)).values("part_") for n, one in enumerate(kinds)
    )
    many = Counter(first.union(*rest, all=True).values_list("part_", flat=True))
    return [{"text": one.words(many[n]), "href": one.href} for n, one in enumerate(kinds) if many[n]]
