"""Whoever issues is killed at random moments, a hundred times: afterwards every notice is whole, and there once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

NOTICES, KILLS, SEED = 150, 100, 20261126

pytestmark = [pytest.mark.long, pytest.mark.no_cover]


@pytest.mark.django_db(transaction=True)
def test_a_notice_is_issued_once_however_often_the_issuer_dies(tmp_path: Path) -> None:
    found = run(tmp_path, "tests.integration.penalties.crashing", NOTICES, KILLS, SEED)
    assert found.pop("killed") > KILLS / 3, "hardly anybody was at work when it was killed"
    assert found.pop("jobs") == ["done"]
    assert found.pop("open_requests") == 0
    assert found == dict.fromkeys(found, NOTICES)


def run(folder: Path, module: str, *given: int) -> dict[str, object]:
    """The answer of such a run against an empty database beside the tests' own."""
    name = f"crash_{os.getpid()}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "mainstay.roof.settings",
        "MAINSTAY_DEMO": "true",
        "MAINSTAY_LOG_LEVEL": "ERROR",
        "MAINSTAY_VAR": str(folder),
        "MAINSTAY_DATABASE_URL": _database(name),
    }
    for known in [key for key in environment if key.startswith("MAINSTAY_TEST_")]:
        del environment[known]
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, *map(str, given)],
            capture_output=True, text=True, env=environment, cwd=Path(__file__).parents[3],
        )  # fmt: skip
    finally:
        _drop(name)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def _database(name: str) -> str:
    """An address of an empty database: SQLite in the folder, or a new one on the tests' PostgreSQL server."""
    if connection.vendor == "sqlite":
        return ""
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    url: str = settings.CONFIG.database_url
    path, _, query = url.partition("?")
    return f"{path.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def _drop(name: str) -> None:
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
