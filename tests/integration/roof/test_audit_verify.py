"""``mainstay audit verify``: whatever of trail, documents and registers was changed is found and named."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import PupilFactory, UserFactory
from tests.factories_attendance import a_child, at, days_before, give, later, marked
from tests.integration.common.test_audit import tamper
from tests.integration.court.test_court_bundles import a_bundle, a_case_for_court, picture
from tests.integration.documents.test_issuing_documents import issued

from mainstay.roof import audit_command, evidence_command
from mainstay.service.attendance.actions.certificates import draft_certificate
from mainstay.service.attendance.models import Grid, Register
from mainstay.service.common.audit import sealing, trail
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.uploads import store
from mainstay.service.court.actions import bundles, costs
from mainstay.service.court.models import BundleItem, Certificate, CostsSchedule, WitnessStatement
from mainstay.service.directory.merging import merge_pupils
from mainstay.service.documents.models import Document
from mainstay.service.documents.proving import said_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept() -> dict[str, Any]:
    """Two registers with corrections, a certificate of one, and an issued letter; all sealed."""
    first, second = a_child(), a_child()
    for child in (first, second):
        assert child.school is not None
        days = days_before(child.school)
        give(child, marked(days, "O", 8))
        give(child, marked(days, "O", 4), when=later(1))
    register = Register.objects.get(pupil=first)
    certificate = draft_certificate(register_id=register.pk, by=UserFactory(role="ewo"), at=later(2))
    give(first, marked(days_before(register.school), "C", 2), when=later(3))  # the certificate stays right
    letter = issued(draft=False)
    sealing.seal_all()
    return {"register": register, "certificate": certificate, "letter": letter}


def verified(capsys: Any, *, quick: bool = False) -> tuple[int, str]:
    status = audit_command.verify(quick=quick, head=None)
    return status, capsys.readouterr().out


def test_what_is_as_it_was_written_holds(kept: Any, capsys: Any) -> None:
    status, said = verified(capsys)
    assert status == 0 and "Everything holds." in said, said
    assert "issued documents: 1 checked" in said and "registers and certificates: 3 checked" in said
    assert AuditRow.objects.filter(action="audit.verified").count() == 1


def test_what_was_changed_is_named(kept: Any, capsys: Any) -> None:
    register, letter = kept["register"], kept["letter"]
    other = Register.objects.exclude(pk=register.pk).get()
    marks = bytearray(bytes(Grid.objects.get(register=register).marks))
    marks[100] ^= 1
    Grid.objects.filter(register=register).update(marks=bytes(marks))
    path = store.path_of(letter.file)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with connection.cursor() as cursor:
        said = json.dumps(letter.values | {"child": "Somebody Else"})
        cursor.execute('UPDATE documents_document SET "values" = %s WHERE id = %s', [said, letter.pk])
        frozen = json.dumps(kept["certificate"].values | {"digest": "ee" * 32})
        cursor.execute(
            'UPDATE documents_document SET "values" = %s WHERE id = %s', [frozen, kept["certificate"].pk]
        )
    tamper(
        f"UPDATE common_auditrow SET by_id = NULL WHERE on_kind = 'documents.document' AND on_id = '{letter.pk}'"
    )
    status, said = verified(capsys)
    assert status == 1
    assert f"Register {register.pk} ({register.school.name}, 2026-27) has other marks" in said
    assert f"Document {letter.pk} (Receipt" in said and "has a file that was changed" in said
    assert "was made from other values than it has now" in said
    assert "Certificate of attendance" in said and "has a digest that no register ever had" in said
    row = AuditRow.objects.get(on_kind="documents.document", on_id=str(letter.pk))
    assert f"Row {row.sealed_no} was changed." in said
    assert f"Register {other.pk}" not in said and "It does not hold: 5 faults." in said
    # the chain alone
    status, said = verified(capsys, quick=True)
    assert status == 1 and "Row" in said and "Register" not in said


def test_what_is_missing_or_was_put_in_is_named(kept: Any, capsys: Any) -> None:
    register, letter = kept["register"], kept["letter"]
    strange = Document.objects.get(pk=letter.pk)
    strange.pk, strange.draft = None, True
    strange.save()
    Document.objects.filter(pk=strange.pk).update(draft=False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM documents_document WHERE id = %s", [letter.pk])
    other = Register.objects.exclude(pk=register.pk).get()
    Grid.objects.filter(register=other).delete()
    new = Register.objects.create(pupil=PupilFactory(), school=other.school, year=2026)
    Grid.objects.create(
        register=new, marks=bytes(Grid.objects.get(register=register).marks), provenance=bytes(1512)
    )
    status, said = verified(capsys)
    assert status == 1
    assert f"Document {letter.pk} is in the trail and no longer here." in said
    assert f"Document {strange.pk} (Receipt" in said and "the trail does not know it" in said
    assert f"Register {other.pk} is in the trail and no longer here." in said
    assert f"Register {new.pk} (" in said and "no entry of the trail wrote" in said
    assert "4 faults" in said


def test_joined_registers_and_erased_entries_are_no_faults(kept: Any, capsys: Any) -> None:
    first = kept["register"].pupil
    twin = a_child(school=first.school)
    give(twin, marked(days_before(first.school), "O", 2), when=later(4))
    merge_pupils(kept=first, other=twin, by=UserFactory(role="service_manager"), at=later(5))
    assert verified(capsys)[0] == 0
    rows = AuditRow.objects.filter(action="register.taken") | AuditRow.objects.filter(
        action="register.corrected"
    )
    trail.erase(rows=rows, by=UserFactory(), at=at(), reason="retention")
    status, said = verified(capsys)
    assert (
        status == 0
        and "whose entry was erased" in said
        and " 0 whose entry was erased, 0 faults\nregisters" in said
    )


def test_what_was_frozen_for_court_is_named(capsys: Any, tmp_path: Path) -> None:
    legal, prosecution = UserFactory(role="legal_coordinator"), a_case_for_court()
    bundle = a_bundle(prosecution, legal, never_served=False)  # a factory's paper is in no trail
    said: dict[str, Any] = {"by": legal, "at": at()}
    told: dict[str, Any] = {"title": "Diary", "description": "A page of the diary.", "witness": None}
    photo = bundles.upload(bundle_id=bundle.pk, file=picture(), **told, **said)
    costs.make(prosecution_id=prosecution.pk, rate_pence=6000, lines=[("Preparing", 90)], **said)
    bundles.add_costs(bundle_id=bundle.pk, **said)
    bundles.issue(bundle_id=bundle.pk, served_on=at().date(), **said)
    bundle.refresh_from_db()
    assert bundle.document is not None and bundle.manifest is not None and photo.file is not None
    # the bundle holds by itself; a byte of it, or of what it says it holds, does not
    issued_pdf, beside = tmp_path / "bundle.pdf", tmp_path / "manifest.json"
    browser = Client()
    browser.force_login(legal)
    for name, file in (("bundle_file", issued_pdf), ("bundle_manifest", beside)):
        file.write_bytes(b"".join(browser.get(reverse(name, args=[bundle.pk]))))
    data = bytearray(issued_pdf.read_bytes())
    assert evidence_command.main(["verify", str(issued_pdf), str(beside)]) == 0
    beside.write_bytes(beside.read_bytes().replace(b"PR-0", b"PR-1"))
    assert evidence_command.main(["verify", str(issued_pdf), str(beside)]) == 1
    data[len(data) // 2] ^= 1
    issued_pdf.write_bytes(data)
    assert evidence_command.main(["verify", str(issued_pdf)]) == 1
    letter = Document.objects.get(title="Warning letter")  # of the factory, which writes no trail
    trail.record(by=None, at=at(), action="document.made", on=letter, **said_of(letter))
    second = bundles.withdraw(bundle_id=bundle.pk, because="A page was missing.", **said)
    bundles.issue(bundle_id=second.pk, served_on=at().date(), **said)
    sealing.seal_all()
    capsys.readouterr()
    status, out = verified(capsys)
    assert status == 0 and "evidence, charges and costs: 5 checked" in out, out

    path = store.path_of(bundle.document.file)
    path.write_bytes(store.path_of(photo.file).read_bytes())
    scan = store.path_of(photo.file)
    data = bytearray(scan.read_bytes())
    data[-1] ^= 1
    scan.write_bytes(data)
    certificate, statement = Certificate.objects.get(), WitnessStatement.objects.get()
    sessions = [*certificate.values["sessions"]]
    sessions[0] = sessions[0] | {"code": "C"}
    Certificate.objects.update(values=certificate.values | {"sessions": sessions})
    WitnessStatement.objects.update(text=statement.text.replace("mother", "father"))
    CostsSchedule.objects.update(lines=[{"what": "Preparing", "minutes": 900}])
    BundleItem.objects.filter(pk=second.items.order_by("pk").first().pk).update(description="Else")
    status, out = verified(capsys)
    assert status == 1
    assert f"Document {bundle.document_id} (Bundle of evidence, version 1, " in out
    assert f"Certificate of attendance {certificate.number} is not as it was frozen." in out
    assert f"Witness statement {statement.number} is not as it was frozen." in out
    assert f"Costs schedule {CostsSchedule.objects.get().pk} is not as it was frozen." in out
    assert f"Bundle {prosecution.number}/2 is not as it was frozen." in out
    assert f"Bundle {prosecution.number}/1 is not" not in out
    assert f"Bundle {prosecution.number}/1 has a file that was changed" in out
    assert "It does not hold: 7 faults." in out


payloads = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    payloads, st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.none() | st.integers(1, 10**12),
    st.text(st.characters(exclude_categories=["Cs"])), st.booleans(),
)  # fmt: skip
def test_the_short_way_to_a_digest_is_the_trails_own(
    payload: Any, when: datetime, by: int | None, action: str, zoned: bool
) -> None:
    payload = {"a": payload, "ü": 1.5} if zoned else {"a": payload}
    moment = when.replace(tzinfo=UTC)
    text = str(moment) if zoned else str(when)
    if zoned and when.microsecond:  # as PostgreSQL writes it
        text = str(when).rstrip("0")
    text = text.replace("+00:00", "+00")
    row = sealing._Row(1, 1, text, by, action, "a.kind", "7", json.dumps(payload), "ab12", "")
    meant = trail.digest(salt="ab12", at=moment, by_id=by, action=action, on=("a.kind", "7"), payload=payload)
    assert sealing._digest(row) == meant == sealing._digest_slowly(row)


def test_the_short_way_is_taken(monkeypatch: Any) -> None:
    monkeypatch.setattr(sealing, "_digest_slowly", lambda row: "slow")
    trail.record(by=None, at=at(), action="thing.done", on=("thing", "1"), n=1, words=["a", {"b": None}])
    sealing.seal_all()
    assert sealing.verify().holds
