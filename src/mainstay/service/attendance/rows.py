"""Changing many rows in few statements: COPY into a temporary table (PostgreSQL) or executemany (SQLite)."""

import itertools
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

import orjson
from django.db import connection, models

_numbers: Final = itertools.count()


def stamp(at: datetime) -> Any:
    """An instant as the database's own driver takes it."""
    return connection.ops.adapt_datetimefield_value(at)


def as_json(value: Any) -> str:
    """A JSON field's value for a bulk statement."""
    return orjson.dumps(value).decode()


def upsert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows or, where the first of ``names`` (a unique column) is there already, change the others."""
    table, columns = _names(model, names)
    listed, sets = ", ".join(columns), ", ".join(f"{c} = excluded.{c}" for c in columns[1:])
    conflict = f"ON CONFLICT ({columns[0]}) DO UPDATE SET {sets}"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            source = _copied(cursor, table, columns, rows)
            # names of our own tables and columns only, here and below
            cursor.execute(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {source} {conflict}")  # noqa: S608
    else:
        marks = ", ".join("?" for _ in columns)
        _many(f"INSERT INTO {table} ({listed}) VALUES ({marks}) {conflict}", rows)  # noqa: S608


def update(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Change rows found by the first of ``names``."""
    table, columns = _names(model, names)
    key = columns[0]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            source = _copied(cursor, table, columns, rows)
            sets = ", ".join(f"{c} = new.{c}" for c in columns[1:])
            same = f"old.{key} = new.{key}"
            cursor.execute(f"UPDATE {table} AS old SET {sets} FROM {source} AS new WHERE {same}")  # noqa: S608
    else:
        sets = ", ".join(f"{c} = ?" for c in columns[1:])
        _many(f"UPDATE {table} SET {sets} WHERE {key} = ?", ((*row[1:], row[0]) for row in rows))  # noqa: S608


def _names(model: type[models.Model], names: Sequence[str]) -> tuple[str, list[str]]:
    columns = {field.attname: str(field.column) for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    return quote(model._meta.db_table), [quote(columns[name]) for name in names]


def _copied(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    source, listed = f"incoming_{next(_numbers)}", ", ".join(columns)
    cursor.execute(
        f"CREATE TEMPORARY TABLE {source} ON COMMIT DROP AS SELECT {listed} FROM {table} WITH NO DATA"  # noqa: S608
    )
    with cursor.copy(f"COPY {source} ({listed}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    return source


def _many(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        # the raw connection: Django's cursor takes "%s" only
        cursor.cursor.connection.executemany(statement, map(_plain, rows))


def _plain(row: Sequence[Any]) -> list[Any]:
    return [value.isoformat() if type(value) is date else value for value in row]
