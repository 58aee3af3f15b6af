"""The audit trail is sealed into a chain; whatever is done to it afterwards shows."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from tests.factories import UserFactory

from mainstay.service.common import keyring
from mainstay.service.common.audit import guard, sealing, trail
from mainstay.service.common.audit.models import AuditRow, Seal
from mainstay.service.common.steps import StepRefused

AT = datetime(2026, 11, 23, 9, 30, 15, 123456, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


def rows(count: int = 5) -> list[AuditRow]:
    return [
        trail.record(by=None, at=AT, action="thing.done", on=("thing", str(n)), share=0.1, far=1e20, n=n)
        for n in range(count)
    ]


def tamper(sql: str) -> None:
    """What somebody with the database's own password could do."""
    guard.remove()
    with connection.cursor() as cursor:
        cursor.execute(sql)
    guard.install()


def test_a_sealed_trail_verifies_and_says_what_is_not_sealed_yet() -> None:
    rows(5)
    assert sealing.seal(3) == 3
    verdict = sealing.verify()
    assert (verdict.holds, verdict.sealed, verdict.unsealed) == (True, 3, 2)
    assert sealing.seal_all() == 2
    assert sealing.verify().sealed == 5


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE common_auditrow SET action = 'other' WHERE sealed_no = 2", "Row 2 was changed"),
        ("UPDATE common_auditrow SET on_id = '9' WHERE sealed_no = 4", "Row 4 was changed"),
        ("DELETE FROM common_auditrow WHERE sealed_no = 3", "Row 3 is missing"),
        ("DELETE FROM common_seal WHERE first_no = 4", "Rows 4 to 6 are missing|no seal covers|before row"),
        ("UPDATE common_seal SET mac = 'x' WHERE first_no = 1", "not made with our key"),
        ("UPDATE common_auditrow SET sealed_no = -sealed_no WHERE sealed_no IN (1, 2)", "missing|numbered"),
    ],
)
def test_what_was_done_to_sealed_rows_shows(sql: str, says: str) -> None:
    rows(9)
    while sealing.seal(3):
        pass
    tamper(sql)
    faults = " ".join(sealing.verify().faults)
    assert any(words in faults for words in says.split("|")), faults


def test_two_rows_that_changed_places_show() -> None:
    rows(3)
    sealing.seal()
    tamper(
        "UPDATE common_auditrow SET sealed_no = CASE sealed_no WHEN 1 THEN 102 ELSE 101 END WHERE sealed_no < 3"
    )
    tamper("UPDATE common_auditrow SET sealed_no = sealed_no - 100 WHERE sealed_no > 100")
    assert "Rows 1 to 3 are not the ones that were sealed." in sealing.verify().faults


def test_a_chain_whose_end_was_cut_off_shows_against_a_head_noted_elsewhere() -> None:
    rows(2)
    sealing.seal(1)
    sealing.seal(1)
    noted = sealing.verify().head
    tamper("DELETE FROM common_auditrow WHERE sealed_no = 2")
    tamper("DELETE FROM common_seal WHERE first_no = 2")
    assert sealing.verify().holds
    assert not sealing.verify(noted).holds


@pytest.mark.parametrize(
    "change",
    [
        lambda row: row.delete(),
        lambda row: AuditRow.objects.filter(pk=row.pk).update(action="other"),
        lambda row: AuditRow.objects.filter(pk=row.pk).update(payload={"n": 99}),
        lambda row: AuditRow.objects.filter(pk=row.pk).update(sealed_no=77),
        lambda row: Seal.objects.update(head="x"),
        lambda row: Seal.objects.all().delete(),
    ],
)
def test_the_database_refuses_changes(change) -> None:  # type: ignore[no-untyped-def]
    row = rows(1)[0]
    sealing.seal()
    row.refresh_from_db()
    with pytest.raises(DatabaseError), transaction.atomic():
        change(row)
    assert sealing.verify().holds


def test_erased_payloads_are_gone_and_the_chain_still_holds() -> None:
    officer = UserFactory()
    rows(3)
    sealing.seal()
    assert trail.erase(rows=AuditRow.objects.filter(on_id="1"), by=officer, at=AT, reason="retention") == 1
    verdict = sealing.verify()
    assert (verdict.holds, verdict.erased) == (True, 1)
    assert AuditRow.objects.filter(action="audit.erased").exists()


def test_erasing_needs_a_reason() -> None:
    with pytest.raises(StepRefused, match="Say why"):
        trail.erase(rows=AuditRow.objects.all(), by=UserFactory(), at=AT, reason=" ")


def test_a_seal_whose_key_was_lost_is_named() -> None:
    rows(1)
    sealing.seal()
    old, _ = keyring.current()
    keyring.add_key()
    assert sealing.verify().holds
    keyring.drop_keys({old})
    assert f"The key {old}" in " ".join(sealing.verify().faults)


def test_rows_of_a_running_transaction_are_left_for_later() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    with transaction.atomic():
        rows(1)
        assert sealing.seal() == 0
    assert sealing.seal() == 1
