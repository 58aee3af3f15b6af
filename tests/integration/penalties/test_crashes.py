"""Whoever issues or takes money is killed at random moments, again and again: afterwards everything is there, once."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from mainstay.roof.pay_stand_in import StandIn

NOTICES, SEED = 150, 20261126
#: a hundred with ``make test-crashes``
KILLS = int(os.environ.get("MAINSTAY_TEST_KILLS", "20"))
KEY = "api_test_invented"

pytestmark = [pytest.mark.long, pytest.mark.no_cover, pytest.mark.crashes]


@pytest.mark.django_db(transaction=True)
def test_a_notice_is_issued_once_however_often_the_issuer_dies(tmp_path: Path) -> None:
    found = run(tmp_path, "tests.integration.penalties.crashing", NOTICES, KILLS, SEED)
    assert found.pop("killed") > KILLS / 3, "hardly anybody was at work when it was killed"
    assert found.pop("jobs") == ["done"]
    assert found.pop("open_requests") == 0
    assert found == dict.fromkeys(found, NOTICES)


@pytest.mark.django_db(transaction=True)
def test_no_payment_is_lost_or_counted_twice_however_often_its_taker_dies(tmp_path: Path) -> None:
    with StandIn(key=KEY) as pay:
        settings_of_pay = {"PAY_URL": pay.url, "PAY_KEY": KEY, "PAY_WEBHOOK_SECRET": "invented"}
        found = run(
            tmp_path, "tests.integration.penalties.paying_and_dying", 40, KILLS, SEED, **settings_of_pay
        )
        there = {one.payment_id: one for one in pay.payments() if one.status == "success"}
        under_way = {one.payment_id for one in pay.payments() if not one.finished}
    assert found["killed"] > KILLS / 3, "hardly anybody was at work when it was killed"
    assert found["online"] == {pk: one.amount for pk, one in there.items()}
    assert set(found["begun"]) <= under_way
    assert found["received"] == found["kept"] + found["back"]
    assert found["refunded_by_card"] == sum(one.amount - one.refundable for one in there.values())
    assert found["paid"] == found["discharged"] == found["discharging"] > 3


def run(folder: Path, module: str, *given: int, **more: str) -> dict[str, Any]:
    """The answer of such a run against an empty database beside the tests' own; more: settings."""
    name = f"crash_{os.getpid()}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "mainstay.roof.settings",
        "MAINSTAY_DEMO": "true",
        "MAINSTAY_LOG_LEVEL": "ERROR",
        "MAINSTAY_VAR": str(folder),
        "MAINSTAY_DATABASE_URL": _database(name),
    }
    environment |= {f"MAINSTAY_{name}": value for name, value in more.items()}
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
