"""Supervision: private to the pair whatever roles others hold; decisions reach the child's record, talk does not."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import UserFactory
from tests.factories_attendance import TODAY, a_child, at, later
from tests.factories_team import a_manager, an_officer

from mainstay.service.accounts.roles import Role
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.record.models import Deadline, Entry
from mainstay.service.team.actions import supervision as actions
from mainstay.service.team.models import Supervision
from mainstay.service.team.queries.supervision import watched

pytestmark = pytest.mark.django_db
SECRET = "Sleeps badly since March"
PAGES = ("supervision", "supervision_write", "supervision_discuss", "supervision_act", "supervision_sign")


def a_record(officer: Any | None = None, supervisor: Any | None = None, day: date = TODAY) -> Supervision:
    """One with something private in every part of it."""
    officer, supervisor = officer or an_officer(), supervisor or a_manager()
    one = actions.begin(officer=officer, held_on=day, by=supervisor, at=at())
    said: dict[str, Any] = {"supervision_id": one.pk, "by": supervisor, "at": at()}
    actions.write(**said, wellbeing=SECRET, development=SECRET, other=SECRET)
    actions.discuss(**said, pupil=a_child(), talk=SECRET, decision="Visit again before Christmas.")
    actions.act(**said, text=SECRET, owner=officer, due_on=later(7).date())
    one.refresh_from_db()
    return one


@pytest.mark.parametrize("role", [*Role])
def test_nobody_else_reads_or_changes_it_whatever_their_role(role: Role) -> None:
    record = a_record()
    client = Client()
    client.force_login(UserFactory(role=role))
    for name in PAGES:
        address = reverse(name, args=[record.pk])
        for response in (client.get(address), client.post(address, {"step": "sign"})):
            assert response.status_code in (403, 404, 405), name
    shown = client.get(reverse("supervisions"))
    assert (
        SECRET not in shown.content.decode()
        and reverse("supervision", args=[record.pk]) not in shown.content.decode()
    )
    record.refresh_from_db()
    assert record.open


def test_the_two_read_it_and_only_the_supervisor_writes() -> None:
    record = a_record()
    for user, writes in ((record.officer, False), (record.supervisor, True)):
        client = Client()
        client.force_login(user)
        page = client.get(reverse("supervision", args=[record.pk])).content.decode()
        assert page.count(SECRET) >= 4
        assert (reverse("supervision_write", args=[record.pk]) in page) is writes
    with pytest.raises(StepRefused, match="The supervisor writes the record"):
        actions.write(supervision_id=record.pk, by=record.officer, at=at(), wellbeing="Fine")


def test_the_decision_stands_in_the_chronology_and_nothing_else_leaves_the_record() -> None:
    record = a_record()
    entry = Entry.objects.get()
    assert (entry.text, entry.audience) == ("Visit again before Christmas.", "service")
    kept = [str(row.payload) for row in AuditRow.objects.all()]
    kept += [f"{one.label} {one.answer}" for one in Deadline.objects.all()]
    kept += [f"{one.subject} {one.body}" for one in Message.objects.all()]
    assert len(kept) > 4 and not any(SECRET in text for text in kept)
    assert Deadline.objects.get().owner == record.officer


def test_both_sign_and_then_it_stays_as_it_is() -> None:
    record = a_record()
    said: dict[str, Any] = {"supervision_id": record.pk, "at": at()}
    Message.objects.all().delete()
    actions.sign(**said, by=record.supervisor)
    assert [message.to for message in Message.objects.all()] == [record.officer.email]
    client = Client()
    client.force_login(record.officer)
    assert reverse("supervision", args=[record.pk]) in client.get(reverse("home")).content.decode()
    with pytest.raises(StepRefused, match="is signed"):
        actions.write(**said, by=record.supervisor, wellbeing="Other words")
    actions.unsign(**said, by=record.officer)  # it has to change
    with pytest.raises(StepRefused, match="supervision record is open"):
        actions.unsign(**said, by=record.officer)
    actions.write(**said, by=record.supervisor, wellbeing="Better words")
    actions.sign(**said, by=record.officer)
    assert actions.sign(**said, by=record.supervisor).signed
    with pytest.raises(StepRefused, match="stays as it is"):
        actions.unsign(**said, by=record.officer)
    record.refresh_from_db()
    assert record.wellbeing == "Better words"


def test_who_had_none_in_a_whole_calendar_month_is_overdue() -> None:
    this, last, before, never = (an_officer() for _ in range(4))
    manager = a_manager()
    for officer, day in ((this, date(2026, 11, 2)), (last, date(2026, 10, 1)), (before, date(2026, 9, 30))):
        a_record(officer, manager, day)
    found = {row["pk"]: (row["overdue"], row["done"]) for row in watched(TODAY)}
    assert found == {
        this.pk: (False, True), last.pk: (False, False), before.pk: (True, False), never.pk: (True, False),
    }  # fmt: skip


def test_nobody_supervises_themselves_or_writes_ahead() -> None:
    manager = a_manager()
    with pytest.raises(StepRefused, match="themselves"):
        actions.begin(officer=manager, held_on=TODAY, by=manager, at=at())
    with pytest.raises(StepRefused, match="on its day or after"):
        actions.begin(officer=an_officer(), held_on=later(1).date(), by=manager, at=at())
    with pytest.raises(StepRefused, match="does not supervise"):
        actions.begin(officer=an_officer(), held_on=TODAY, by=an_officer(), at=at())
