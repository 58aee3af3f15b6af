"""What a council sets for itself, room by room: one list of every value, whoever keeps it.

A room keeps its values where it uses them. Here it says which there are, as they stand on a day, and which models hold
them: a model with values that no room offers is a fault that a test finds. What the law says is not a value.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Model

from mainstay.service.common.announce import Provider


@dataclass(frozen=True, slots=True)
class Value:
    """One value as it stands.

    permission: of those who change it, its owners; "": whoever runs the service, outside of its pages
    depends: in words, what would be different with another value
    since, by, at: None and "" for one nobody has set; ``reason`` then says where what stands comes from
    href: the page where it is changed and its history is read; ``see``: the permission of that page, if another
    """

    area: str
    name: str
    words: str
    permission: str
    depends: str
    href: str = ""
    see: str = ""
    since: date | None = None
    by: str = ""
    at: datetime | None = None
    reason: str = ""


#: (day) -> list[Value], those of one room in their order
council_values = Provider("values a council sets: (day) -> [Value]")
#: models whose rows are such values
kept_in: Final[set[str]] = set()


def offer(giver: Callable[[date], Iterable[Value]], *models: type[Model]) -> None:
    """From ``apps.py``: this room's values, and the models that hold them."""
    council_values.register(giver)
    kept_in.update(model._meta.label for model in models)


def latest(model: type[Model], on: date) -> dict[str, Any]:
    """Name -> the row in force, of a model with ``name``, ``since`` and ``set_by``; one query."""
    rows: Any = model._default_manager.filter(since__lte=on).select_related("set_by")
    return {row.name: row for row in rows.order_by("since", "pk")}


def said(row: Any, otherwise: str = "") -> dict[str, Any]:
    """Who set it, when, from which day and why; ``otherwise``: where what was never set comes from."""
    if row is None:
        return {"reason": otherwise}
    return {"since": row.since, "by": row.set_by.name, "at": row.set_at, "reason": row.reason}
