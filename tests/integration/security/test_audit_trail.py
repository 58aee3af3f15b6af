"""What somebody with the database's password tries against the audit trail: refused, or told by the check."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from tests.factories import UserFactory

from mainstay.service.common.audit import sealing, trail
from mainstay.service.common.audit.models import AuditRow, Seal

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


def rows(count: int) -> None:
    for n in range(count):
        trail.record(by=None, at=AT, action="thing.done", on=("thing", str(n)), n=n)


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


COLUMNS = "at, by_id, action, on_kind, on_id, payload, salt, digest"
FORGED = f"SELECT id + 1000, 99, {COLUMNS} FROM common_auditrow WHERE sealed_no = 1"


@pytest.mark.parametrize(
    "sql",
    [
        f"INSERT INTO common_auditrow (id, sealed_no, {COLUMNS}) {FORGED}",
        "sqlite INSERT OR REPLACE INTO common_auditrow SELECT * FROM common_auditrow WHERE sealed_no IS NULL",
        "sqlite INSERT OR REPLACE INTO common_seal SELECT * FROM common_seal",
        "postgresql TRUNCATE common_auditrow",
        "postgresql TRUNCATE common_seal",
    ],
)
def test_the_database_refuses_ways_round_the_guard(sql: str) -> None:
    vendor, _, rest = sql.partition(" ")
    if vendor in ("sqlite", "postgresql"):
        if vendor != connection.vendor:
            pytest.skip(f"{vendor} only")
        sql = rest
    rows(3)
    sealing.seal(2)
    with pytest.raises(DatabaseError, match=r"audit rows|seals"):
        run(sql)
    assert (AuditRow.objects.count(), Seal.objects.count()) == (3, 1)
    sealing.seal_all()
    assert sealing.verify().holds


def test_what_was_erased_without_saying_so_is_told() -> None:
    rows(4)
    trail.erase(rows=AuditRow.objects.filter(on_id="1"), by=UserFactory(), at=AT, reason="retention")
    sealing.seal_all()
    assert sealing.verify().holds
    run("UPDATE common_auditrow SET payload = NULL WHERE on_id = '2'")
    (fault,) = sealing.verify().faults
    assert "was erased" in fault


def test_the_row_that_says_what_was_erased_is_not_erased_itself() -> None:
    rows(2)
    officer = UserFactory()
    trail.erase(rows=AuditRow.objects.filter(on_id="1"), by=officer, at=AT, reason="retention")
    trail.erase(rows=AuditRow.objects.all(), by=officer, at=AT, reason="retention")
    assert not AuditRow.objects.filter(action="audit.erased", payload=None).exists()
    sealing.seal_all()
    assert sealing.verify().holds


def test_rows_sealed_while_the_check_runs_are_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    rows(4)
    sealing.seal(2)
    numbered = sealing._numbered

    def meanwhile() -> Iterator[AuditRow]:
        sealing.seal()
        return numbered()

    monkeypatch.setattr(sealing, "_numbered", meanwhile)
    assert sealing.verify().faults == []
