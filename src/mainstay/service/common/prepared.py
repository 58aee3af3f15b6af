"""Queries that are built and compiled once, and afterwards only asked.

Of a page with many queries most of the time goes into building them and writing their SQL, little into the
database's answer. ``@prepared`` before a function that returns a queryset keeps the SQL with open places: for
people, things, numbers, days, moments, and text that is ``Typed``. Whatever else the function is given, and what a
person may see, is part of the key under which it is kept. Rows are read anew each time; nothing of an answer is kept.

    @prepared
    def _late(user, today):
        return Deadline.objects.visible_to(user).open().filter(last_day__lt=today)

    _late(request.user, today)             # a list, by one statement that was compiled once
    _late.queryset(request.user, today)    # the same as an ordinary queryset

Such a function must not decide by the value of an open place, and must not read the clock but by ``today()`` and ``now()``;
``worked_out`` takes a value further. A stand-in is neither earlier nor later than anything, and no day may stand in
what is kept: both are refused when the query is first asked.
"""

import copy
import inspect
import re
from collections.abc import Callable, Hashable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial, update_wrapper
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet, Value
from django.utils import timezone

#: of one query, for so many kinds of askers; the oldest goes first
KEPT: Final = 256
_A_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_building: ContextVar[bool] = ContextVar("building", default=False)

Step = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Place:
    """Among the parameters of a statement: whose value comes here, and what is worked out from it."""

    name: str
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        raise TypeError(f"{self.name} is open: nothing can be made of it but by the database")

    def value(self, given: dict[str, Any]) -> Any:
        found = _CLOCK[self.name]() if self.name in _CLOCK else given[self.name]
        for step in self.steps:
            found = step(found)
        return found


class Typed(str):
    """Text that differs each time, such as what somebody looks for: an open place, for comparing as it is."""

    __slots__ = ()


class StandIn(Value):
    """An open place, in the hands of the function that builds the query."""

    def __init__(self, place: str, *steps: Step) -> None:
        super().__init__(None)
        self._place = _Place(place, steps)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self._place]

    @property
    def pk(self) -> "StandIn":
        return self

    id = pk

    def __add__(self, other: Any) -> Any:
        return worked_out(_Later(other), self)

    def __sub__(self, other: Any) -> Any:
        return worked_out(_Later(-other), self)


@dataclass(frozen=True, slots=True)
class _Later:
    by: timedelta | int

    def __call__(self, value: Any) -> Any:
        return value + self.by


def worked_out(step: Step, value: Any) -> Any:
    """``step(value)``; for an open place when it is filled. The step is a function of a module."""
    if not isinstance(value, StandIn):
        return step(value)
    return StandIn(value._place.name, *value._place.steps, step)


#: read when a query is asked, not when it is built
_CLOCK: Final[dict[str, Callable[[], Any]]] = {
    "now()": lambda: timezone.now(),
    "today()": lambda: timezone.localdate(),
}


def now() -> Any:
    """The moment in which a query is asked."""
    return StandIn("now()") if _building.get() else timezone.now()


def today() -> Any:
    """The day on which a query is asked."""
    return StandIn("today()") if _building.get() else timezone.localdate()


#: for things of which a query may depend on more than their number: the class, what it depends on, and its stand-in
_shapes: list[tuple[type, Callable[[Any], Hashable], Callable[[str, Any], StandIn]]] = []


def shape(of: type, depends_on: Callable[[Any], Hashable], stand_in: Callable[[str, Any], StandIn]) -> None:
    """Queries about such a thing are kept apart by ``depends_on(thing)``, which its stand-in is made of."""
    _shapes.append((of, depends_on, stand_in))


@dataclass(slots=True)
class _Ready:
    """What was compiled; ``compiler`` is None where no row can ever be found."""

    rows: QuerySet[Any]
    compiler: Any
    sql: str = ""
    params: Sequence[Any] = ()


def totals(rows: QuerySet[Any], *numbers: Any) -> QuerySet[Any]:
    """What ``rows.aggregate`` would count, as a list of one row; of no row where nothing can be found."""
    named = {f"number_{n}": one for n, one in enumerate(numbers)}
    of = rows.order_by().annotate(part_=Value(0)).values("part_")
    return of.annotate(**named).values_list(*named)  # type: ignore[no-any-return]


class Prepared:
    """A function that returns a queryset, asked by a statement that is compiled once for each kind of asker."""

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self.queryset: Final = build
        self._names: Final = tuple(inspect.signature(build).parameters)
        self._ready: Final[dict[Hashable, _Ready]] = {}
        update_wrapper(self, build)

    def __call__(self, *given: Any) -> list[Any]:
        if len(given) != len(self._names):
            raise TypeError(f"{self.__name__} takes {', '.join(self._names)}")  # type: ignore[attr-defined]
        ready, values = self._kept(given)
        return [] if ready.compiler is None else list(_filled(ready, _params(ready, values)))

    def statement(self, *given: Any) -> tuple[str, list[Any]]:
        """What is sent to the database; empty where nothing need be asked."""
        ready, values = self._kept(given)
        return ready.sql, _params(ready, values)

    def _kept(self, given: Sequence[Any]) -> tuple[_Ready, dict[str, Any]]:
        if _building.get():
            raise RuntimeError("while a prepared query is built, others are taken by their queryset")
        values: dict[str, Any] = {}
        key, stand_ins = [], []
        for name, one in zip(self._names, given, strict=True):
            of, make, value = _open(name, one)
            key.append(of)
            stand_ins.append(make)
            values[name] = value
        ready = self._ready.get(tuple(key))
        if ready is None:
            ready = _compile(self.queryset, [make() for make in stand_ins])
            if len(self._ready) >= KEPT:
                self._ready.pop(next(iter(self._ready)), None)
            self._ready[tuple(key)] = ready
        return ready, values


prepared: Final = Prepared


def _open(name: str, given: Any) -> tuple[Any, Callable[[], Any], Any]:
    """What of it belongs to the key, what stands for it while the query is built, and what fills its place."""
    if isinstance(given, date | int | Typed) and not isinstance(given, bool):
        return type(given), partial(StandIn, name), given
    if isinstance(given, Model):
        for of, depends_on, stand_in in _shapes:
            if isinstance(given, of):
                known = depends_on(given)
                return known, partial(stand_in, name, known), given.pk
        return type(given), partial(StandIn, name), given.pk
    return given, lambda: given, None


def _compile(build: Callable[..., QuerySet[Any]], given: Sequence[Any]) -> _Ready:
    token = _building.set(True)
    try:
        rows = build(*given)
        compiler = rows.query.get_compiler(rows.db)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return _Ready(rows, None)
    finally:
        _building.reset(token)
    for one in params:
        if isinstance(one, date) or (isinstance(one, str) and _A_DAY.match(one)):
            raise ValueError(f"{build.__qualname__}: a day is part of what would be kept")
    return _Ready(rows, compiler, sql, params)


def _params(ready: _Ready, values: dict[str, Any]) -> list[Any]:
    """The parameters of the statement, its places filled."""
    ops = connections[ready.rows.db].ops
    return [_adapted(one.value(values), ops) if type(one) is _Place else one for one in ready.params]


def _adapted(value: Any, ops: Any) -> Any:
    if isinstance(value, datetime):
        return ops.adapt_datetimefield_value(value)
    if isinstance(value, Typed):
        return str(value)
    return ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _filled(ready: _Ready, params: list[Any]) -> QuerySet[Any]:
    """A queryset that reads its rows by the finished statement; it is read and not taken further."""
    rows, compiler, query = ready.rows, copy.copy(ready.compiler), copy.copy(ready.rows.query)
    compiler.connection = connections[rows.db]  # of this thread
    compiler.as_sql = lambda *_, **__: (ready.sql, params)
    query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
    found: Any = rows.__class__(model=rows.model, query=query, using=rows.db)
    for name in ("_iterable_class", "_fields", "_prefetch_related_lookups", "_known_related_objects"):
        setattr(found, name, getattr(rows, name))
    return found  # type: ignore[no-any-return]
