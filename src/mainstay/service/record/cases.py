"""What there is about a child in every room, for the Cases tab: one question for all of it."""

from collections.abc import Callable
from typing import Any, Final

from django.db.models import CharField, DateField, DateTimeField, F, QuerySet, Value, Window
from django.db.models.functions import Cast, Coalesce, RowNumber, TruncDate

from mainstay.service.common.prepared import prepared
from mainstay.service.directory.models import Pupil
from mainstay.service.record.providers import About, Found, Line, cases

#: what gives the rows; the fields of text, note and state; those of the day
Part = tuple[Callable[[Any, Any], QuerySet[Any]], tuple[str, ...], tuple[str, ...]]
_COLUMNS: Final = ("part_", "place_", "pk", "text_", "note_", "on_", "state_")


def lines(pupil: Pupil, user: Any) -> list[Line]:
    """Kind by kind, each in its own order and no more of it than it shows."""
    kinds = [kind for given in cases.ask(pupil, user) for kind in given]
    if not kinds:
        return []
    found = sorted(_rows(user, pupil, tuple(map(_part, kinds))), key=lambda row: (row[0], row[1]))
    return [kinds[part].line(Found(*row)) for part, place, *row in found if place <= kinds[part].most]


def _part(kind: About) -> Part:
    days = tuple(filter(None, (kind.on, kind.otherwise)))
    return kind.rows, (kind.text, kind.note, kind.state), days


@prepared
def _rows(user: Any, pupil: Pupil, parts: tuple[Part, ...]) -> QuerySet[Any]:
    found = [_of(n, rows(pupil, user), texts, days) for n, (rows, texts, days) in enumerate(parts)]
    return found[0].union(*found[1:], all=True)


def _of(n: int, rows: QuerySet[Any], texts: tuple[str, ...], days: tuple[str, ...]) -> QuerySet[Any]:
    order: Any = rows.query.order_by or rows.model._meta.ordering
    text, note, state = (_text(name) for name in texts)
    of: QuerySet[Any] = rows.order_by().annotate(
        part_=Value(n), place_=Window(RowNumber(), order_by=list(order)), text_=text, note_=note, on_=_day(rows, days),
        state_=state,
    )  # fmt: skip
    return of.values_list(*_COLUMNS)


def _text(name: str) -> Coalesce:
    return Coalesce(Cast(F(name) if name else Value(""), CharField()), Value(""))


def _day(rows: QuerySet[Any], names: tuple[str, ...]) -> Any:
    """The day of the first field that is not empty; of a moment the day in London."""
    fields = [(name, rows.model._meta.get_field(name)) for name in names]
    days = [TruncDate(name) if isinstance(field, DateTimeField) else F(name) for name, field in fields]
    if not days:
        return Cast(Value(None), DateField())
    return Coalesce(*days) if len(days) > 1 else Cast(days[0], DateField())
