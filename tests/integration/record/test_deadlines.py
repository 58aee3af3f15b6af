"""Deadlines ended and moved by people, reminded of once a day, and shown in a calendar outside."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from tests.factories import ConflictFactory, DeadlineFactory, PupilFactory, UserFactory

from mainstay.service.accounts.actions import people, tokens
from mainstay.service.common.jobs.daily import run_due
from mainstay.service.common.models import AuditRow, Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.record import access, deadlines, feed
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = AT.date()


@pytest.fixture
def officer():
    return UserFactory(role="ewo")


@pytest.fixture(autouse=True)
def _monday(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def due(owner, days: int, **given) -> Deadline:
    return DeadlineFactory(owner=owner, last_day=TODAY + timedelta(days=days), **given)


def a_day(monkeypatch, days: int) -> None:
    """The daily tasks, run some days later."""
    now = AT + timedelta(days=days)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    run_due(now)


def test_its_owner_marks_a_deadline_done_with_what_was_found(officer):
    one = due(officer, 3)
    deadlines.finish(deadline=one, found="Back at school since Monday", by=officer, at=AT)
    one.refresh_from_db()
    assert (one.state, one.closed_at) == (Deadline.State.MET, AT)
    entry = Entry.objects.get(pupil=one.pupil, kind="deadline")
    assert (entry.text, entry.by, entry.audience) == ("Back at school since Monday", officer, "service")
    assert AuditRow.objects.filter(action="deadline.closed", on_id=str(one.pk)).exists()


def test_what_is_done_after_its_last_day_was_missed(officer):
    one = due(officer, -1)
    deadlines.finish(deadline=one, found="Rang at last", by=officer, at=AT)
    one.refresh_from_db()
    assert one.state == Deadline.State.MISSED


def test_a_deadline_is_not_done_without_a_word_nor_twice(officer):
    one = due(officer, 3)
    with pytest.raises(StepRefused, match="what was found"):
        deadlines.finish(deadline=one, found="  ", by=officer, at=AT)
    deadlines.finish(deadline=one, found="Well", by=officer, at=AT)
    with pytest.raises(StepRefused, match="closed already"):
        deadlines.finish(deadline=one, found="Well", by=officer, at=AT)
    with pytest.raises(StepRefused, match="closed already"):
        deadlines.override(deadline=one, last_day=TODAY + timedelta(days=9), reason="Late", by=officer, at=AT)


def test_another_officer_does_not_end_or_move_it_but_a_manager_does(officer):
    one, other = due(officer, 3), UserFactory(role="ewo")
    with pytest.raises(StepRefused, match="Only the owner"):
        deadlines.finish(deadline=one, found="Well", by=other, at=AT)
    with pytest.raises(StepRefused, match="Only the owner"):
        deadlines.override(deadline=one, last_day=TODAY, reason="Because", by=other, at=AT)
    manager = UserFactory(role="service_manager")
    deadlines.finish(deadline=one, found="Taken over", by=manager, at=AT)


def test_a_deadline_of_a_restricted_record_needs_the_record_open(officer):
    one = due(officer, 3, pupil=PupilFactory(restricted=True))
    with pytest.raises(StepRefused, match="cannot see"):
        deadlines.finish(deadline=one, found="Well", by=officer, at=AT)
    access.open_restricted(pupil=one.pupil, by=officer, at=AT, reason="The duty call of today")
    deadlines.finish(deadline=one, found="Well", by=officer, at=AT)


def test_a_moved_deadline_says_why_and_will_be_reminded_of_again(officer):
    one = due(officer, -9, reminded_at=AT, escalated_at=AT)
    later = TODAY + timedelta(days=14)
    deadlines.override(deadline=one, last_day=later, reason="Agreed with the head", by=officer, at=AT)
    one.refresh_from_db()
    assert (one.last_day, one.overridden_by, one.reminded_at, one.escalated_at) == (
        later,
        officer,
        None,
        None,
    )
    entry = Entry.objects.get(pupil=one.pupil, kind="deadline")
    assert "Monday 7 December 2026" in entry.title and entry.text == "Agreed with the head"
    payload = AuditRow.objects.get(action="deadline.overridden").payload
    assert (payload["old"], payload["new"]) == ("2026-11-14", "2026-12-07")


def test_a_deadline_is_not_moved_into_the_past(officer):
    with pytest.raises(StepRefused, match="past"):
        deadlines.override(
            deadline=due(officer, 3), last_day=date(2026, 11, 1), reason="Because", by=officer, at=AT
        )


def test_an_owner_gets_one_message_about_all_that_is_due(officer):
    soon, late, far = due(officer, 5), due(officer, -2), due(officer, 30)
    due(UserFactory(role="ewo"), 60)
    run_due(AT)
    message = Message.objects.get()
    assert message.to == officer.email
    assert f"deadline {soon.pk}, last day 28 Nov 2026, 5 days left" in message.body
    assert f"deadline {late.pk}, last day 21 Nov 2026, 2 days overdue" in message.body
    assert f"deadline {far.pk}," not in message.body
    told = set(Deadline.objects.filter(reminded_at=AT).values_list("pk", flat=True))
    assert told == {soon.pk, late.pk}


def test_no_message_names_the_child_or_what_it_is_about(officer):
    one = due(officer, -20, pupil=PupilFactory(surname="Hazelmere"))
    UserFactory(role="service_manager")
    run_due(AT)
    assert Message.objects.count() == 2
    for message in Message.objects.all():
        said = message.subject + message.body
        assert "Hazelmere" not in said and one.label not in said and one.pupil.school.name not in said


def test_a_message_leads_to_the_deadline_where_the_address_of_the_service_is_known(officer, settings):
    one = due(officer, 1)
    settings.CONFIG = settings.CONFIG.model_copy(update={"address": "https://mainstay.example.org"})
    run_due(AT)
    assert f"https://mainstay.example.org/deadlines/{one.pk}/" in Message.objects.get().body


def test_a_deadline_is_reminded_of_when_due_soon_and_once_more_when_overdue(officer, monkeypatch):
    due(officer, 5)
    counts = []
    for days in range(9):
        a_day(monkeypatch, days)
        counts.append(Message.objects.count())
    assert counts == [1, 1, 1, 1, 1, 1, 2, 2, 2]


def test_managers_are_told_once_of_what_is_long_overdue(officer, monkeypatch):
    one, manager = due(officer, -7), UserFactory(role="senior_ewo")
    run_due(AT)
    assert not Message.objects.filter(to=manager.email).exists()
    a_day(monkeypatch, 1)
    a_day(monkeypatch, 2)
    message = Message.objects.get(to=manager.email)
    assert f"{officer.name}:\n- deadline {one.pk}," in message.body and "8 days overdue" in message.body
    one.refresh_from_db()
    assert one.escalated_at is not None
    assert AuditRow.objects.get(action="deadline.escalated").payload["deadlines"] == [one.pk]


def test_a_manager_with_a_conflict_is_not_told_of_that_childs_deadline(officer):
    one = due(officer, -20)
    manager = UserFactory(role="service_manager")
    ConflictFactory(user=manager, pupil=one.pupil)
    run_due(AT)
    assert not Message.objects.filter(to=manager.email).exists()
    one.refresh_from_db()
    assert one.escalated_at is None


def test_what_a_leaver_left_overdue_goes_to_the_managers(officer):
    one, manager = due(officer, -20), UserFactory(role="service_manager")
    people.leave(user=officer, on=TODAY - timedelta(days=1), by=manager, at=AT)
    run_due(AT)
    assert [m.to for m in Message.objects.all()] == [manager.email]
    assert f"deadline {one.pk}," in Message.objects.get().body


def test_a_closed_deadline_is_never_reminded_of(officer):
    due(officer, 1, state=Deadline.State.MET)
    run_due(AT)
    assert not Message.objects.exists()


def test_a_calendar_shows_the_last_day_under_a_name_that_stays(officer):
    one = due(officer, 7, label="Look again (finding 12)", pupil=PupilFactory(surname="Hazelmere"))

    def events(deadline):
        whole = feed.calendar([deadline], "Deadlines", lambda d: f"https://example.org/{d.pk}/", AT)
        assert b"Hazelmere" not in whole
        return Calendar.from_ical(whole).walk("VEVENT")

    (event,) = events(one)
    assert str(event["summary"]) == "Look again (finding 12)"
    assert event.decoded("dtstart") == date(2026, 11, 30) and event.decoded("dtend") == date(2026, 12, 1)
    deadlines.override(
        deadline=one, last_day=TODAY + timedelta(days=9), reason="Half-term", by=officer, at=AT
    )
    one.refresh_from_db()
    (moved,) = events(one)
    assert moved["uid"] == event["uid"] and moved.decoded("dtstart") == date(2026, 12, 2)


def test_a_calendar_key_does_nothing_else_and_a_new_one_stops_the_old(officer):
    first, key = tokens.make_calendar(by=officer, at=AT)
    assert tokens.owner(key, AT) == (officer, first)
    assert not tokens.allows(first, "rules")
    second, _ = tokens.make_calendar(by=officer, at=AT + timedelta(hours=1))
    assert tokens.owner(key, AT + timedelta(hours=2)) is None
    assert tokens.calendar_of(officer, AT + timedelta(hours=2)) == second
    with pytest.raises(StepRefused, match="nothing else"):
        tokens.make(
            name="Both", scopes=["calendar", "rules"], expires_at=AT + timedelta(days=9), by=officer, at=AT
        )
    with pytest.raises(StepRefused, match="Your role"):
        tokens.make_calendar(by=UserFactory(role="finance"), at=AT)
