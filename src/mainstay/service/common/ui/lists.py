"""Lists of rows on a page: columns, sorting by link, pages of fifty, and addresses that keep the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from operator import attrgetter, itemgetter
from typing import Any, Final

from django.db.models import QuerySet
from django.http import QueryDict

PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    key: attribute or mapping key of a row, printed when the page says nothing else.
    sort: fields to order by ("since" or "pupil__surname_key,pupil__forename_key"), one that runs against the
        others with a "-"; None: not sortable.
    """

    key: str
    text: str
    sort: str | None = None
    numeric: bool = False
    nowrap: bool = False  # for dates and other short values
    hidden: bool = False  # the heading is only read aloud (a column of buttons or ticks)


@dataclass(frozen=True, slots=True)
class Sorting:
    """By which column a list is sorted, and the address that sorts it otherwise."""

    key: str
    descending: bool
    query: str

    def aria(self, column: Column) -> str:
        if column.key != self.key:
            return "none"
        return "descending" if self.descending else "ascending"

    def href(self, column: Column) -> str:
        turned = column.key == self.key and not self.descending
        return with_query(self.query, sort=("-" if turned else "") + column.key, page=None)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list: its rows, the true total, and where the other pages are."""

    rows: Sequence[Any]
    columns: Sequence[Column]
    total: int
    page: int
    pages: int
    page_size: int
    sorting: Sorting | None
    query: str

    @property
    def first(self) -> int:
        return (self.page - 1) * self.page_size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.page * self.page_size, self.total)

    def href(self, page: int) -> str:
        return with_query(self.query, page=page if page > 1 else None)

    def near(self) -> list[int | None]:
        """Page numbers to offer; None where some are left out."""
        shown = sorted({1, self.pages, *range(self.page - 1, self.page + 2)} & set(range(1, self.pages + 1)))
        numbers: list[int | None] = []
        for number in shown:
            if numbers and numbers[-1] is not None and number - numbers[-1] > 1:
                numbers.append(None)
            numbers.append(number)
        return numbers


def with_query(query: str | QueryDict | Mapping[str, Any], **changes: Any) -> str:
    """``?…`` of this query with some values changed; None removes one, a list gives several."""
    if isinstance(query, str):
        new = QueryDict(query.lstrip("?"), mutable=True)
    elif isinstance(query, QueryDict):
        new = query.copy()
    else:
        new = QueryDict(mutable=True)
        changes = {**query, **changes}
    for name, value in changes.items():
        if value is None:
            new.pop(name, None)
        else:
            values = value if isinstance(value, list | tuple) else [value]
            new.setlist(name, [str(each) for each in values])
    return "?" + new.urlencode()


def listing(
    rows: QuerySet[Any] | Sequence[Any],
    params: QueryDict,
    columns: Sequence[Column],
    *,
    default_sort: str | None = None,
    page_size: int = PAGE_SIZE,
) -> Listing:
    """Sort and cut ``rows`` by the ``sort`` and ``page`` of the address.

    rows: a queryset (sorted and cut in the database) or a sequence of objects or mappings.
    default_sort: column key, with a leading "-" for descending; None keeps the order of ``rows``.
    A sort or page that does not exist falls back to the default: an old bookmark must still open.
    """
    sorting = _sorting(params, columns, default_sort)
    rows = _in_order(rows, columns, sorting)
    total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    pages = max(1, ceil(total / page_size))
    page = _page(params.get("page", "1"), pages)
    return Listing(
        rows=list(rows[(page - 1) * page_size : page * page_size]),
        columns=columns,
        total=total,
        page=page,
        pages=pages,
        page_size=page_size,
        sorting=sorting,
        query=params.urlencode(),
    )


def _page(text: str, pages: int) -> int:
    return min(max(int(text), 1), pages) if text.isdecimal() and len(text) < 9 else 1


def _sorting(params: QueryDict, columns: Sequence[Column], default: str | None) -> Sorting | None:
    sortable = {column.key for column in columns if column.sort}
    asked = params.get("sort", "")
    wanted = asked if asked.removeprefix("-") in sortable else default
    if wanted is None:
        return Sorting("", False, params.urlencode()) if sortable else None
    return Sorting(wanted.removeprefix("-"), wanted.startswith("-"), params.urlencode())


def order_of(params: QueryDict, columns: Sequence[Column], default_sort: str) -> list[str]:
    """The fields by which ``listing`` orders a queryset for this address."""
    sorting = _sorting(params, columns, default_sort)
    column = next((c for c in columns if sorting and c.key == sorting.key and c.sort), None)
    return _fields(column, sorting) if column and sorting else ["pk"]


def _fields(column: Column, sorting: Sorting) -> list[str]:
    signed = [("-" if sorting.descending else "") + field for field in (column.sort or "").split(",")]
    return [*(field.removeprefix("--") for field in signed), "pk"]


def _in_order(rows: Any, columns: Sequence[Column], sorting: Sorting | None) -> Any:
    column = next((c for c in columns if sorting and c.key == sorting.key and c.sort), None)
    if column is None or sorting is None or column.sort is None:
        return rows
    if isinstance(rows, QuerySet):
        return rows.order_by(*_fields(column, sorting))
    if not rows:
        return rows
    fields = column.sort.split(",")
    getter = itemgetter if isinstance(rows[0], Mapping) else attrgetter

    def key(row: Any) -> list[tuple[bool, Any]]:
        return [(value is not None, value) for value in (getter(field)(row) for field in fields)]

    return sorted(rows, key=key, reverse=sorting.descending)
