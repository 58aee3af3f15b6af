"""What schools notify: checked at once, once each, against rolls and registers; what they should have notified."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from tests.factories import NOW, PupilFactory, SchoolFactory, UserFactory
from tests.factories_attendance import give

from mainstay.service.attendance.models import Finding
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.missing import values
from mainstay.service.missing.actions import beginning, due, notification_files, notifications, off_rolling
from mainstay.service.missing.models import DueReturn, Notification, OffRolling
from mainstay.service.missing.queries import notifications as shown

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
FULL = {"address": "1 Invented Road", "parents": "Grace Fenwick, same address", "numbers": "01632 960001"}
A = {
    **FULL,
    "new_school": "Another School",
    "new_school_from": "2026-11-30",
    "no_order": True,
    "not_main": True,
    "no_dual": True,
}


@pytest.fixture
def school():
    return SchoolFactory()


@pytest.fixture
def staff(school):
    return UserFactory(role="school_staff", school=school)


@pytest.fixture
def cme():
    return UserFactory(role="cme_officer")


def test_a_deletion_needs_its_ground_and_what_it_has_to_show(school, staff, cme) -> None:
    pupil = PupilFactory(school=school)
    said = {"kind": "leaver", "school": school, "pupil": pupil, "first_on": TODAY, "by": staff, "at": NOW}
    one, new = notifications.send(**said, ground="A", said=FULL)
    assert new
    assert one.state == "back"
    assert "Not shown: name of the new school." in one.problems
    again, new = notifications.send(**said, ground="A", said=A)
    assert (again.pk, new, again.state, again.problems) == (one.pk, False, "sent", [])
    assert again.answer["lawful"]
    with pytest.raises(StepRefused, match="another ground for the same child and days: withdraw it"):
        notifications.send(**said, ground="C", said=A)
    with pytest.raises(StepRefused, match="role"):
        notifications.accept(notification_id=one.pk, by=staff, at=NOW)
    assert notifications.accept(notification_id=one.pk, by=cme, at=NOW).state == "accepted"
    with pytest.raises(StepRefused, match="the council accepted it"):
        notifications.send(**said, ground="C", said=A)
    assert pupil.entries.filter(kind="notification", audience="school").count() == 1


def test_ground_i_needs_the_joint_decision_and_the_file_for_an_unknown_school(school, staff) -> None:
    pupil = PupilFactory(school=school)
    said = {
        **FULL,
        "absent_from": "2026-10-01",
        "joint_decision": True,
        "ctf_name": "8529999_CTF_XXXX_001.xml",
    }
    one, _ = notifications.send(
        kind="leaver", school=school, pupil=pupil, first_on=TODAY, ground="I", said=said, by=staff, at=NOW
    )
    assert any("both signed" in problem for problem in one.problems), "a tick is not the signed decision"
    assert any("usual form" in problem for problem in one.problems)
    mended = notifications.correct(
        notification_id=one.pk, first_on=TODAY, last_on=None, ground="I", by=staff, at=NOW,
        said={"ctf_name": "8529999_CTF_XXXXXXX_001.xml"},
    )  # fmt: skip
    assert not any("usual form" in problem for problem in mended.problems)


def test_a_deletion_waits_for_an_open_search(school, staff, cme) -> None:
    pupil = PupilFactory(school=school)
    said = {"kind": "leaver", "school": school, "first_on": TODAY + timedelta(days=3), "by": staff, "at": NOW}
    one, _ = notifications.send(**said, pupil=pupil, ground="A", said={**A, "new_school_from": "2026-11-30"})
    assert (one.state, one.doubts) == ("sent", [])
    beginning.begin(pupil=pupil, absent_from=TODAY, reason="gone", told="Gone.", by=staff, at=NOW)
    (row,) = shown.rows(shown.filtered(cme, {"look": "doubts"}), "notification")
    assert row["doubts"] == "differs"
    assert notifications.accept_many(ids=[one.pk], by=cme, at=NOW) == (0, 1)
    one.refresh_from_db()
    assert "A search for the child is open" in one.doubts[0]
    with pytest.raises(notifications.Differs, match=r"search for the child is open.*Say why"):
        notifications.accept(notification_id=one.pk, by=cme, at=NOW)
    said["first_on"] = TODAY
    ground_i, _ = notifications.send(
        **said, pupil=pupil, ground="I", said={**FULL, "absent_from": "2026-10-01"}
    )
    (row,) = shown.rows(shown.filtered(cme, {"state": "back"}), "notification")
    assert row["doubts"] == "missing"
    assert any("does not show ground I" in words for words in ground_i.doubts)
    assert any("not signed by both" in words for words in ground_i.doubts)


def test_nothing_is_asked_for_from_before_the_day_the_council_began(school, cme) -> None:
    PupilFactory(school=school, enrolled__entered_on=TODAY - timedelta(days=8))
    due.find(on=TODAY, at=NOW)
    assert DueReturn.objects.open().count() == 1
    values.set_value(
        name="returns_from", value=TODAY - timedelta(days=2), since=TODAY, reason="We begin.", by=cme, at=NOW
    )
    due.find(on=TODAY, at=NOW)
    assert not DueReturn.objects.open().exists()
    assert "Before the day" in DueReturn.objects.get().why_not


def test_a_deletion_without_a_ground_is_off_rolling(school, staff, cme) -> None:
    pupil = PupilFactory(school=school)
    one, _ = notifications.send(
        kind="leaver",
        school=school,
        pupil=pupil,
        first_on=TODAY - timedelta(days=1),
        said=FULL,
        by=staff,
        at=NOW,
    )
    assert one.state == "back"
    found = OffRolling.objects.get()
    assert found not in OffRolling.objects.visible_to(staff), "not before it is raised"
    off_rolling.raise_with_school(off_rolling_id=found.pk, asked="Which ground?", by=cme, at=NOW)
    assert found in OffRolling.objects.visible_to(staff)
    off_rolling.answer(off_rolling_id=found.pk, answered="A mistake of ours.", by=staff, at=NOW)
    off_rolling.escalate(
        off_rolling_id=found.pk, to="Chair of governors", because="The third this term.", by=cme, at=NOW
    )
    with pytest.raises(StepRefused, match="role"):
        off_rolling.settle(
            off_rolling_id=found.pk,
            outcome="restored",
            because="x",
            by=UserFactory(role="business_support"),
            at=NOW,
        )
    settled = off_rolling.settle(
        off_rolling_id=found.pk, outcome="restored", because="The name is back.", by=cme, at=NOW
    )
    assert settled.state == "closed"


def test_the_night_finds_what_nobody_told_and_reminds_once(school, staff) -> None:
    joined = PupilFactory(school=school, enrolled__entered_on=TODAY - timedelta(days=8))
    told = PupilFactory(school=school, enrolled__entered_on=TODAY - timedelta(days=3))
    left = PupilFactory(school=school, enrolled__left_on=TODAY - timedelta(days=20))
    elsewhere = PupilFactory(school=school, enrolled__left_on=TODAY - timedelta(days=20))
    elsewhere.enrolments.create(school=SchoolFactory(), entered_on=TODAY - timedelta(days=19))
    notifications.send(
        kind="joiner",
        school=school,
        pupil=told,
        first_on=TODAY - timedelta(days=3),
        said=FULL,
        by=staff,
        at=NOW,
    )
    due.nightly(on=TODAY, last=None)
    states = {(row.pupil, row.school, row.kind): row.state for row in DueReturn.objects.all()}
    assert states[joined, school, "joiner"] == "due"
    assert states[told, school, "joiner"] == "made"
    assert states[left, school, "leaver"] == "due"
    assert DueReturn.objects.get(pupil=joined).due_on == TODAY - timedelta(days=3), (
        "the fifth day, every day counted"
    )
    assert [one.pupil for one in OffRolling.objects.all()] == [left], (
        "who is on another roll is not looked into"
    )
    sent = Message.objects.filter(subject="Returns of your school are due").count()
    assert sent == 1
    due.nightly(on=TODAY, last=TODAY)
    assert Message.objects.filter(subject="Returns of your school are due").count() == 1
    row = DueReturn.objects.get(pupil=joined)
    one, _ = notifications.send(
        kind="joiner", school=school, pupil=joined, first_on=row.on, said=FULL, by=staff, at=NOW
    )
    row.refresh_from_db()
    assert (row.state, row.notification) == ("made", one)
    notifications.withdraw(notification_id=one.pk, by=staff, at=NOW)
    row.refresh_from_db()
    assert row.state == "due"


def test_ten_days_are_compared_with_the_register(school, staff) -> None:
    pupil, other = PupilFactory(school=school), PupilFactory(school=school)
    first = date(2026, 11, 2)
    days = [first + timedelta(days=n) for n in range(12) if n % 7 < 5]
    give(pupil, {(day, half): "O" for day in days for half in ("AM", "PM")})
    give(other, {(days[0], "AM"): "O"})
    said = {
        "kind": "ten_days",
        "school": school,
        "first_on": first,
        "last_on": days[-1],
        "by": staff,
        "at": NOW,
    }
    agrees, _ = notifications.send(**said, pupil=pupil, said={"done": "Calls and a visit."})
    differs, _ = notifications.send(**said, pupil=other, said={"done": "Calls and a visit."})
    assert (agrees.state, agrees.doubts) == ("sent", [])
    assert differs.doubts == ["The register shows no ten school days in a row without leave."]
    assert notifications.accept_many(
        ids=[agrees.pk, differs.pk], by=UserFactory(role="business_support"), at=NOW
    ) == (1, 1)


def test_a_finding_of_the_register_makes_a_return_due(school) -> None:
    pupil = PupilFactory(school=school)
    Finding.objects.create(
        pupil=pupil, school=school, kind=Finding.Kind.TEN_DAYS, year=2026, since=TODAY - timedelta(days=14),
        reached_on=TODAY - timedelta(days=1), found_at=NOW, computed_at=NOW, answer={},
    )  # fmt: skip
    due.find(on=TODAY, at=NOW)
    row = DueReturn.objects.get()
    assert (row.kind, row.due_on) == ("ten_days", TODAY + timedelta(days=4))


def test_a_file_is_sorted_once_each_and_refused_line_by_line(school, staff) -> None:
    pupil = PupilFactory(school=school)
    name = f"{pupil.surname},{pupil.forename},{pupil.date_of_birth.isoformat()}"
    text = (
        "kind,upn,surname,forename,date_of_birth,first_day,last_day,ground,done,address,parents,phones\n"
        f"ten days,{pupil.upn},{name},02/11/2026,13/11/2026,,Calls,,,\n"
        f"ten days,{pupil.upn},{name},2026-11-02,2026-11-13,,Calls,,,\n"
        ",,Nobody,Ann,2015-01-01,2026-11-02,,,,,,\n"
        "sickness,,Nobody,Ann,2015-01-01,2026-11-02,,,,,,\n"
        f"leaver,{pupil.upn},{name},2026-11-20,,Q,,,,\n"
        "joiner,,Newcomer,Ivo,2015-02-03,2026-11-16,,,,1 Road,His mother,01632 960002\n"
    )
    kept = notification_files.receive(
        file=BytesIO(text.encode()), name="returns.csv", school=school, by=staff, at=NOW
    )
    assert (kept.taken, kept.same) == (2, 1)
    assert [line for line, _ in kept.refused] == [4, 5, 6]
    assert "“In custody”" in kept.refused[2][1]
    assert "over_age" not in kept.refused[2][1]
    assert Notification.objects.get(pupil=None).listed_name == "Newcomer, Ivo"
    outside = UserFactory(role="school_staff", school=SchoolFactory())
    with pytest.raises(StepRefused, match="not yours"):
        notification_files.receive(
            file=BytesIO(text.encode()), name="r.csv", school=school, by=outside, at=NOW
        )
    assert not Notification.objects.visible_to(outside).exists()
