"""Few statements for many rows."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Final, TypeVar

from django.core.management.color import no_style
from django.db import connection, models

T = TypeVar("T")
#: SQLite takes this many values in one statement without a word
MANY: Final = 900


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Stretches of ``values`` short enough for one IN (…); none for an empty sequence."""
    step = MANY if connection.vendor == "sqlite" else max(len(values), 1)
    for first in range(0, len(values), step):
        yield values[first : first + step]


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows by COPY (PostgreSQL) or executemany (SQLite), past the model's ``save``; the number written.

    names: fields by their column's attribute ("school_id"), in the order of each row's values.
    Values are str, int, bool, bytes, None, date or datetime; fields not named get their default.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    unnamed = [
        field
        for name, field in fields.items()
        if name not in names and not (field.primary_key and _counts(field))
    ]
    constants = tuple(_plain(field.get_default()) for field in unnamed)
    columns = [fields[name].column for name in names] + [field.column for field in unnamed]
    full = (tuple(_plain(value) for value in row) + constants for row in rows)
    quoted = ", ".join(connection.ops.quote_name(str(column)) for column in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    if connection.vendor == "postgresql":
        count = _copy(f"COPY {table} ({quoted}) FROM STDIN", full)
        _continue_numbering(model)
        return count
    marks = ", ".join("?" for _ in columns)
    # names of our own tables and columns only
    return _executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", full)  # noqa: S608


def _counts(field: Any) -> bool:
    return isinstance(field, models.AutoField | models.BigAutoField)


def _plain(value: Any) -> Any:
    return value.isoformat(" ") if hasattr(value, "hour") else str(value) if hasattr(value, "year") else value


def _copy(statement: str, rows: Iterable[Sequence[Any]]) -> int:
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for count, row in enumerate(rows, 1):  # noqa: B007
            copy.write_row(row)
    return count


def _executemany(statement: str, rows: Iterable[Sequence[Any]]) -> int:
    rows, count = iter(rows), 0
    with connection.cursor() as cursor:
        while first := next(rows, None):
            few = list(chain([first], islice(rows, 9_999)))
            # the raw cursor: Django's would take "?" for a plain character
            cursor.cursor.connection.executemany(statement, few)
            count += len(few)
    return count


def _continue_numbering(model: type[models.Model]) -> None:
    """Ids written by hand do not move PostgreSQL's sequence."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)
