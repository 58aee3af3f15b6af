"""An empty database made at once has the tables, constraints, indexes and triggers that the steps lead to."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

pytestmark = [pytest.mark.long, pytest.mark.django_db]

POSTGRESQL = """
    SELECT table_name, column_name, data_type, is_nullable, column_default, character_maximum_length
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', 0
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT tablename, indexname, indexdef, '', '', 0 FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '', '', 0
    FROM pg_trigger WHERE NOT tgisinternal
"""
#: Django numbers this table by its own setting, the steps by ours
OF_DJANGO = ("auth_group_permissions", "id")


def migrate(url: str, var: Path, *options: str) -> None:
    environment = {
        **os.environ, "MAINSTAY_DATABASE_URL": url, "MAINSTAY_VAR": str(var), "MAINSTAY_DEMO": "true",
        "DJANGO_SETTINGS_MODULE": "mainstay.roof.settings",
    }  # fmt: skip
    command = [sys.executable, "-c", "import sys; from mainstay.roof.cli import main; sys.exit(main())"]
    subprocess.run([*command, "manage", "migrate", "--verbosity", "0", *options], env=environment, check=True)


def parts(sql: str) -> tuple[str, ...]:
    """What stands between the outermost brackets of CREATE TABLE, in no order and without quotes."""
    found, depth, begin = [], 0, 0
    head, _, inside = sql.partition("(")
    for at, letter in enumerate(inside):
        if letter == "," and depth == 0:
            found.append(inside[begin:at])
            begin = at + 1
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth < 0:
            found.append(inside[begin:at])
            break
    return (head.strip(' "'), *sorted(" ".join(part.replace('"', "").split()) for part in found))


def schema(database: BaseDatabaseWrapper) -> set[tuple[object, ...]]:
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(POSTGRESQL)
            return {tuple(row) for row in cursor.fetchall() if row[:2] != OF_DJANGO}
        cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {
            (kind, name, *(parts(sql) if kind == "table" else (" ".join(sql.replace('"', "").split()),)))
            for kind, name, sql in cursor.fetchall()
        }


@pytest.fixture
def empty(tmp_path: Path) -> dict[str, tuple[str, dict[str, object]]]:
    """Two empty databases beside the test's own: their addresses and settings."""
    held = {}
    for name in ("at_once", "by_steps"):
        if connection.vendor == "sqlite":
            path = tmp_path / name / "mainstay.sqlite3"
            path.parent.mkdir()
            held[name] = ("", {**settings.DATABASES["default"], "NAME": path})
            continue
        server = ConnectionHandler({"default": settings.DATABASES["default"]})["default"]
        with server.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            cursor.execute(f"CREATE DATABASE {name}")
        server.close()
        url = urlsplit(os.environ["MAINSTAY_DATABASE_URL"])._replace(path=f"/{name}").geturl()
        held[name] = (url, {**settings.DATABASES["default"], "NAME": name})
    return held


def test_both_ways_make_the_same_database(
    empty: dict[str, tuple[str, dict[str, object]]], tmp_path: Path
) -> None:
    migrate(empty["at_once"][0], tmp_path / "at_once")
    migrate(empty["by_steps"][0], tmp_path / "by_steps", "--by-steps")
    found = {}
    for name, (_, database) in empty.items():
        opened = ConnectionHandler({"default": database})["default"]
        found[name] = schema(opened)
        opened.close()
    assert len(found["by_steps"]) > 100
    assert found["at_once"] - found["by_steps"] == set()
    assert found["by_steps"] - found["at_once"] == set()
