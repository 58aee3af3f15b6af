"""What a council sets for itself, room by room: one list of every value, whoever keeps it.

A room keeps its values where it uses them. Here it says which there are, as they stand on a day, and which models hold
them: a model with values that no room offers is a fault that a test finds. What the law says is not a value.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import CharField, F, Model
from django.db.models import Value as Literal

from mainstay.service.common.announce import Provider
from mainstay.service.common.ui.filters import long_date


@dataclass(frozen=True, slots=True)
class Value:
    """One value as it stands.

    permission: of those who change it, its owners; "": whoever runs the service, outside of its pages
    depends: in words, what would be different with another value
    since, by, at: None and "" for one nobody has set; ``reason`` then says where what stands comes from
    coming: what is set already from a later day on, in words
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
    coming: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What was set under one name, whichever model keeps it."""

    name: str
    value: Any
    since: date
    at: datetime
    by: str
    reason: str


class Rows(dict[str, Row]):
    """Name -> what is in force of it; coming: what is set from a later day on, the next of each."""

    def __init__(self) -> None:
        super().__init__()
        self.coming: dict[str, Row] = {}


#: (day) -> list[Value], those of one room in their order
council_values = Provider("values a council sets: (day) -> [Value]")
#: models whose rows are such values
kept_in: Final[set[str]] = set()
#: label of a model that keeps values by name -> the model, and who makes its list of its rows in force
_named: Final[dict[str, tuple[type[Model], Callable[[Rows], Iterable[Value]]]]] = {}


def offer(giver: Callable[[date], Iterable[Value]], *models: type[Model]) -> None:
    """From ``apps.py``: this room's values, and the models that hold them."""
    council_values.register(giver)
    kept_in.update(model._meta.label for model in models)


def offer_named(giver: Callable[[Rows], Iterable[Value]], model: type[Model]) -> None:
    """From ``apps.py``: the values of a model with ``name``, ``value``, ``since``, ``set_at``, ``set_by``, ``reason``.

    All such models are read in one query together, whatever room they are of.
    """
    _named[model._meta.label] = (model, giver)
    offer(of_names, model)


def of_names(on: date) -> Iterator[Value]:
    """Those of every ``offer_named``, on a day; one query."""
    found = {label: Rows() for label in _named}
    first, *others = [
        model._default_manager.order_by().annotate(
            kept_in=Literal(label, output_field=CharField()), by_name=F("set_by__name"),
        ).values_list("kept_in", "pk", "name", "value", "since", "set_at", "by_name", "reason")
        for label, (model, _) in _named.items()
    ]  # fmt: skip
    for label, _, *row in sorted(first.union(*others, all=True), key=lambda row: (row[4], row[1])):
        one, rows = Row(*row), found[label]
        if one.since <= on:
            rows[one.name] = one
        else:
            rows.coming.setdefault(one.name, one)
    for label, (_, giver) in _named.items():
        yield from giver(found[label])


def latest(model: type[Model], on: date) -> dict[str, Any]:
    """Name -> the row in force, of a model with ``name``, ``since`` and ``set_by``; one query."""
    rows: Any = model._default_manager.filter(since__lte=on).select_related("set_by")
    return {row.name: row for row in rows.order_by("since", "pk")}


def said(row: Any, otherwise: str = "", coming: Row | None = None) -> dict[str, Any]:
    """Who set it, when, from which day and why; ``otherwise``: where what was never set comes from; coming: what is next."""
    if coming is not None:
        return said(row, otherwise) | {"coming": f"from {long_date(coming.since)}: {words(coming.value)}"}
    if row is None:
        return {"reason": otherwise}
    if isinstance(row, Row):
        return {"since": row.since, "by": row.by, "at": row.at, "reason": row.reason}
    return {"since": row.since, "by": row.set_by.name, "at": row.set_at, "reason": row.reason}


def words(value: Any) -> str:
    """Of text, numbers, lines, yes or no."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return ("; ".join(map(str, value)) if isinstance(value, list) else str(value)) or "None"
