"""Chronology, deadlines and the opening of restricted records."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from tests.factories import EntryFactory, PupilFactory, SchoolFactory, UserFactory

from mainstay.law import deadlines as law
from mainstay.service.accounts.models import User
from mainstay.service.accounts.roles import Role
from mainstay.service.common.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.record import access, deadlines
from mainstay.service.record.actions import add_entry, add_note, audiences_of, correct_entry
from mainstay.service.record.models import Audience, Deadline, Entry

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def officer():
    return UserFactory(role="ewo")


def note(pupil, by, **said):
    return add_note(**{"pupil": pupil, "by": by, "at": AT, "title": "Rang", "audience": "service", **said})


def test_an_entry_and_its_audit_row_are_written_together(officer):
    entry = note(PupilFactory(), officer, kind="call", text="No answer")
    assert (entry.kind, entry.written_at, entry.by) == ("call", AT, officer)
    assert AuditRow.objects.get(action="record.entry_added").on_id == str(entry.pk)


def test_a_correction_stands_beside_what_it_corrects(officer):
    first = note(PupilFactory(), officer)
    second = correct_entry(
        entry=first, by=officer, at=AT, title="Wrote", text="By letter", reason="Wrong word"
    )
    first.refresh_from_db()
    assert (second.corrects, first.title) == (first, "Rang")
    assert "Wrong word" in second.text


def test_nobody_writes_for_readers_above_them(officer):
    pupil = PupilFactory()
    with pytest.raises(StepRefused, match="readers"):
        note(pupil, officer, audience=Audience.PRIVILEGED)
    with pytest.raises(StepRefused, match="at least one person"):
        note(pupil, officer, audience=Audience.NAMED)
    with pytest.raises(StepRefused, match="Your role"):
        note(pupil, UserFactory(role="finance"))
    assert not Entry.objects.exists()


def test_a_note_about_tomorrow_is_refused(officer):
    with pytest.raises(StepRefused, match="future"):
        note(PupilFactory(), officer, happened_at=AT + timedelta(days=1))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("audience", list(Audience))
def test_entry_kinds_are_seen_by_the_roles_they_are_for(role, audience):
    school = SchoolFactory()
    user = UserFactory(role=role, school=school)
    entry = EntryFactory(pupil=PupilFactory(school=school), audience=audience)
    expected = {
        Audience.FAMILY_SAFE: user.may("see_pupils"),
        Audience.SCHOOL: user.may("see_pupils"),
        Audience.SERVICE: user.may("see_pupils") and user.may("see_service_entries"),
        Audience.NAMED: False,
        Audience.PRIVILEGED: user.may("see_pupils") and user.may("see_privileged"),
        Audience.SUPERVISION: False,
    }
    assert Entry.objects.visible_to(user).filter(pk=entry.pk).exists() == expected[audience]


def test_a_named_reader_and_the_writer_see_a_named_entry_and_nobody_else(officer):
    reader, stranger = UserFactory(role="ewo"), UserFactory(role="ewo")
    entry = note(PupilFactory(), officer, audience=Audience.NAMED, readers=[reader])
    seen = [
        Entry.objects.visible_to(user).filter(pk=entry.pk).exists() for user in (reader, officer, stranger)
    ]
    assert seen == [True, True, False]


def test_what_a_role_may_write_it_may_also_read():
    for role in Role:
        user = UserFactory(role=role)
        for audience in audiences_of(user):
            assert audience != Audience.PRIVILEGED or user.may("see_privileged")
            assert audience != Audience.SERVICE or user.may("see_service_entries")


def start(**changed):
    said = {
        "pupil": None,
        "about": ("attendance.finding", "7"),
        "rule": "look-again",
        "label": "Look again",
        "trigger_on": date(2026, 11, 2),
        "last_day": date(2026, 11, 16),
        "by": None,
        "at": AT,
    }
    return deadlines.start(**{**said, **changed})


def test_a_deadline_is_one_row_for_one_rule_and_thing():
    start()
    again = start(last_day=date(2026, 11, 20))
    assert Deadline.objects.get() == again
    assert again.last_day == date(2026, 11, 20)


def test_a_changed_trigger_moves_the_day_and_keeps_old_and_new():
    start()
    moved = deadlines.recompute(
        about=("attendance.finding", "7"),
        rule="look-again",
        trigger_on=date(2026, 11, 5),
        last_day=date(2026, 11, 19),
        by=None,
        at=AT,
    )
    assert moved.last_day == date(2026, 11, 19)
    payload = AuditRow.objects.get(action="deadline.recomputed").payload
    assert (payload["old"]["last_day"], payload["new"]["last_day"]) == ("2026-11-16", "2026-11-19")


def test_a_day_set_by_hand_is_not_moved_by_a_trigger(officer):
    deadline = start()
    deadlines.override(
        deadline=deadline, last_day=date(2026, 12, 1), reason="Agreed with the head", by=officer, at=AT
    )
    deadlines.recompute(
        about=("attendance.finding", "7"),
        rule="look-again",
        trigger_on=date(2026, 11, 5),
        last_day=date(2026, 11, 19),
        by=None,
        at=AT,
    )
    deadline.refresh_from_db()
    assert deadline.last_day == date(2026, 12, 1)


def test_what_the_law_counted_is_kept_with_its_answer():
    found = law.find("sao-first-notice", date(2026, 9, 7))
    deadline = start(rule="sao-first-notice", trigger_on=date(2026, 9, 7), **deadlines.counted(found))
    assert (deadline.last_day, deadline.next_step_from) == (date(2026, 9, 21), date(2026, 9, 22))
    assert deadline.answer["rules_version"] == found.rules_version
    assert deadline.answer["reasons"][0]["source"]


def test_stopping_closes_only_what_is_open():
    start()
    about = ("attendance.finding", "7")
    assert deadlines.stop(about=about, by=None, at=AT) == 1
    assert deadlines.stop(about=about, by=None, at=AT) == 0
    assert Deadline.objects.get().state == Deadline.State.MET
    assert (
        deadlines.recompute(
            about=about, rule="look-again", trigger_on=AT.date(), last_day=AT.date(), by=None, at=AT
        )
        is None
    )


def test_a_restricted_record_opens_for_a_reason_until_midnight(officer):
    pupil = PupilFactory(restricted=True)
    assert not access.may_open(officer, pupil)
    opening = access.open_restricted(
        pupil=pupil, by=officer, at=timezone.now(), reason="Home visit this afternoon"
    )
    assert access.may_open(officer, pupil)
    assert not access.may_open(UserFactory(role="ewo"), pupil)
    assert timezone.localtime(opening.until).hour == 0
    assert AuditRow.objects.filter(action="record.restricted_opened").exists()


@pytest.mark.parametrize("reason", ["", "  ", "work"])
def test_a_restricted_record_stays_closed_without_a_real_reason(officer, reason):
    pupil = PupilFactory(restricted=True)
    with pytest.raises(StepRefused, match="why"):
        access.open_restricted(pupil=pupil, by=officer, at=AT, reason=reason)


def test_a_role_that_may_not_open_restricted_records_is_refused():
    pupil = PupilFactory(restricted=True)
    user = UserFactory(role="business_support")
    with pytest.raises(StepRefused, match="Your role"):
        access.open_restricted(pupil=pupil, by=user, at=AT, reason="Posting a letter to them")


def test_an_entry_for_the_system_itself_has_no_writer():
    entry = add_entry(pupil=PupilFactory().pk, by=None, at=AT, kind="finding", title="Found")
    assert entry.by is None
    assert User.objects.count() == 0
