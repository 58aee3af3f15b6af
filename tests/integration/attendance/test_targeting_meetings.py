"""A targeting meeting: planned, its pack made, written one child after the other, agreed and followed up."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories import ConflictFactory, PupilFactory, UserFactory
from tests.factories_attendance import TODAY, a_child, a_finding, a_school, at, later
from tests.factories_cases import a_case
from tests.factories_targeting import STARTS, a_meeting, absent, agreed, begun, decided, officer_of

from mainstay.service.accounts.announcements import left
from mainstay.service.attendance.models import Finding
from mainstay.service.attendance.targeting.actions import following, holding, planning, telling
from mainstay.service.attendance.targeting.models import (
    TargetingAction,
    TargetingDecision,
    TargetingMeeting,
    TargetingPack,
    decision_kept,
)
from mainstay.service.common import meanwhile
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.merging import merge_pupils
from mainstay.service.record import meetings
from mainstay.service.record.meetings import Asked
from mainstay.service.record.models import Deadline, Entry, Meeting

pytestmark = pytest.mark.django_db


def children(meeting: TargetingMeeting) -> list[dict[str, Any]]:
    return list(TargetingPack.objects.get(meeting=meeting).content["children"])


def test_a_plan_invites_without_naming_a_child_and_counts_for_its_term() -> None:
    school = a_school()
    lead = UserFactory(role="school_staff", school=school)
    meeting = a_meeting(school, asked=[lead])
    assert (meeting.year, meeting.term, meeting.state) == (2026, "autumn", "planned")
    sent = Message.objects.filter(kind=Message.Kind.INVITATION)
    assert {one.to for one in sent} == {lead.email, officer_of(meeting).email}
    assert all(one.payload["summary"] == f"Targeting Support Meeting, {school.name}" for one in sent)
    planning.move(
        meeting_id=meeting.pk, starts=at(date(2027, 1, 20)), ends=at(date(2027, 1, 20), 13), where="Teams",
        because="Snow.", by=officer_of(meeting), at=at(),
    )  # fmt: skip
    meeting.refresh_from_db()
    assert meeting.term == "spring"


def test_what_cannot_be_planned_is_said() -> None:
    school, officer = a_school(), UserFactory(role="ewo")
    for who, words in (
        (UserFactory(role="school_staff", school=school), "You cannot hold targeting meetings"),
        (ConflictFactory(school=school, user=UserFactory(role="ewo")).user, "You cannot see this school"),
    ):
        with pytest.raises(StepRefused, match=words):
            a_meeting(school, officer=who)
    with pytest.raises(StepRefused, match="must lie in the future"):
        planning.plan(
            school=school, starts=at(), ends=later(1), where="Here", organiser=officer, asked=[], by=officer, at=later(1)
        )  # fmt: skip
    assert not TargetingMeeting.objects.exists() and not Meeting.objects.exists()


def test_the_pack_lists_first_things_first() -> None:
    school = a_school()
    severe, with_case, other = absent(school, 0.6), absent(school, 0.5), absent(school, 0.1)
    supported, fine = absent(school, 0.2, sen="E"), absent(school, 0.05)
    undecided = absent(school, 0.02)
    left_school = absent(school, 0.9)
    left_school.enrolments.update(left_on=TODAY - timedelta(days=3))
    a_case(with_case)
    a_finding(undecided, kind=Finding.Kind.THRESHOLD)
    meeting = begun(a_meeting(school))
    found = [(one["pupil"], one["rank"]) for one in children(meeting)]
    assert found == [
        (severe.pk, "severe_no_plan"), (with_case.pk, "severe"), (undecided.pk, "undecided"),
        (supported.pk, "supported"), (other.pk, "other"),
    ]  # fmt: skip
    assert fine.pk not in dict(found) and left_school.pk not in dict(found)
    text = str(TargetingPack.objects.get(meeting=meeting).content)
    assert severe.surname not in text and severe.upn not in text


def test_packs_make_themselves_the_day_before_and_stay_as_made_once_the_meeting_began() -> None:
    from django.utils import timezone

    now = timezone.now().replace(hour=12)
    school = a_school()
    officer = UserFactory(role="ewo")
    plan = {"school": school, "where": "Here", "organiser": officer, "asked": [], "by": officer, "at": now}
    tomorrow, later_on = (
        planning.plan(starts=now + timedelta(days=n), ends=now + timedelta(days=n, hours=1), **plan)
        for n in (1, 2)
    )
    planning.make_due(on=timezone.localdate(now), last=None)
    states = {one.pk: one.state for one in TargetingMeeting.objects.all()}
    assert states == {tomorrow.pk: "ready", later_on.pk: "planned"}
    made = TargetingPack.objects.get()
    planning.make_due(on=timezone.localdate(now), last=None)
    assert TargetingPack.objects.get().made_at == made.made_at and made.made_by is None
    holding.begin(meeting_id=tomorrow.pk, by=officer, at=now + timedelta(days=1))
    with pytest.raises(StepRefused, match="this meeting is live"):
        planning.make_pack(meeting_id=tomorrow.pk, by=officer, at=now + timedelta(days=1))


def test_a_meeting_begins_on_its_day_with_a_pack_unless_it_was_cancelled() -> None:
    meeting = a_meeting()
    officer = officer_of(meeting)
    with pytest.raises(StepRefused, match="Make the pack"):
        holding.begin(meeting_id=meeting.pk, by=officer, at=STARTS)
    planning.make_pack(meeting_id=meeting.pk, by=officer, at=STARTS)
    with pytest.raises(StepRefused, match="If it is held earlier, move it first"):
        holding.begin(meeting_id=meeting.pk, by=officer, at=STARTS - timedelta(hours=2))
    assert meeting.calendar_id
    meetings.cancel(meeting_id=meeting.calendar_id, because="Nobody is free.", by=officer, at=at(hour=8))
    with pytest.raises(StepRefused, match="cancelled in the calendar"):
        holding.begin(meeting_id=meeting.pk, by=officer, at=STARTS)


def test_a_child_is_decided_about_with_a_reason_and_nothing_half_done_stays() -> None:
    school = a_school()
    child, elsewhere = absent(school, 0.3), a_child()
    meeting = begun(a_meeting(school))
    for said, words in (
        ({"note": " "}, "Say in a line why"),
        ({"choice": "dance"}, "Choose what is decided"),
        ({"choice": ""}, "Choose what is decided"),
        ({"line": "call home"}, "Begin the action with who"),
        ({"review_on": TODAY}, "must be in the future"),
    ):
        with pytest.raises(StepRefused, match=words):
            decided(meeting, child, **said)
    with pytest.raises(StepRefused, match="not on the roll"):
        decided(meeting, elsewhere)
    with pytest.raises(StepRefused, match="Choose a child first"):
        decided(meeting, type(child)())
    assert not TargetingDecision.objects.exists() and not TargetingAction.objects.exists()
    decided(meeting, child, line="@ewo visit by Fri", has_plan=True)
    action = TargetingAction.objects.get()
    assert (action.owner, action.due, action.pupil) == (officer_of(meeting), date(2026, 11, 27), child)


def test_two_people_never_lose_each_others_words() -> None:
    school = a_school()
    child, colleague = absent(school, 0.3), UserFactory(role="ewo", name="Kim Invented")
    meeting = begun(a_meeting(school))
    nothing = meanwhile.mark({})
    decided(meeting, child, seen=nothing)
    seen = meanwhile.mark(decision_kept(TargetingDecision.objects.get()))
    change = {"meeting_id": meeting.pk, "pupil_id": child.pk, "at": STARTS}
    with pytest.raises(meanwhile.Changed):
        holding.write(by=colleague, choice="early_help", note="A form is begun.", seen=nothing, **change)
    holding.write(by=colleague, choice="early_help", note="A form is begun.", seen=seen, **change)
    with pytest.raises(meanwhile.Changed, match="Somebody else changed this meanwhile"):
        decided(meeting, child, choice="none", note="All is well.", seen=seen)
    seen = meanwhile.mark(decision_kept(TargetingDecision.objects.get()))
    decided(meeting, child, choice="none", note="All is well.", seen=seen)
    kept = TargetingDecision.objects.get()
    assert [one["note"] for one in kept.earlier] == ["Better since half-term.", "A form is begun."]
    decided(meeting, child, choice="none", note="All is very well.")
    agreed(meeting)
    assert len(TargetingDecision.objects.get().earlier) == 2
    said = Entry.objects.get(kind="targeting").text
    assert (
        said.startswith("All is very well.")
        and "Kim Invented wrote before: Early help. A form is begun." in said
    )


def test_it_ends_when_every_severely_absent_child_in_view_is_decided() -> None:
    school = a_school()
    severe, hidden, leaver = absent(school, 0.6), absent(school, 0.7), absent(school, 0.8)
    meeting = begun(a_meeting(school))
    officer = officer_of(meeting)
    leaver.enrolments.update(left_on=TODAY - timedelta(days=1))
    with pytest.raises(StepRefused, match="2 are left"):
        holding.end(meeting_id=meeting.pk, by=officer, at=STARTS)
    decided(meeting, severe)
    ConflictFactory(user=officer, pupil=hidden)
    officer = type(officer).objects.get(pk=officer.pk)
    assert holding.end(meeting_id=meeting.pk, by=officer, at=STARTS).state == "ended"
    with pytest.raises(StepRefused, match="agree the summary from then on"):
        holding.agree(
            meeting_id=meeting.pk, attended=[1], minutes="", by=officer, at=STARTS - timedelta(minutes=5)
        )
    assert holding.go_back(meeting_id=meeting.pk, by=officer, at=STARTS).state == "live"


def test_agreed_it_stands_in_the_chronology_starts_actions_and_names_nobody_by_mail() -> None:
    school = a_school()
    lead = UserFactory(role="school_staff", school=school)
    link = UserFactory(role="ewo")
    school.link_officers.create(officer=link, since=date(2020, 1, 1))
    child, only_action = absent(school, 0.6), absent(school, 0.2)
    meeting = begun(a_meeting(school, asked=[lead]))
    decided(
        meeting, child, choice="consult", note="Two offers of help were refused.", line="@ewo visit by Fri"
    )
    decided(meeting, only_action, choice="", note="", line="@school call home by Fri")
    holding.end(meeting_id=meeting.pk, by=officer_of(meeting), at=STARTS)
    with pytest.raises(StepRefused, match="Tick who attended"):
        holding.agree(meeting_id=meeting.pk, attended=[], minutes="", by=officer_of(meeting), at=STARTS)
    guest = meeting.calendar.guests.get(user=lead)  # type: ignore[union-attr]
    holding.agree(
        meeting_id=meeting.pk, attended=[guest.pk], minutes="Codes.", by=officer_of(meeting), at=STARTS
    )
    decision = TargetingDecision.objects.get()
    assert decision.decision is not None and decision.decision.reasons == "Two offers of help were refused."
    entries = {one.pupil_id: one for one in Entry.objects.filter(kind="targeting")}
    assert set(entries) == {child.pk, only_action.pk} and {one.audience for one in entries.values()} == {
        "school"
    }
    assert "by Friday 27 November 2026: visit" in entries[child.pk].text
    assert Entry.objects.visible_to(lead).filter(pk=entries[child.pk].pk).exists()
    visit, call = TargetingAction.objects.order_by("pk")
    due, of_school = Deadline.objects.order_by("pk")
    assert (due.owner, due.last_day, due.about_id) == (officer_of(meeting), date(2026, 11, 27), str(visit.pk))
    assert due.label == f"Action {visit.pk} of a targeting meeting"
    assert (
        of_school.owner == link
        and of_school.label == f"Action {call.pk} of a targeting meeting, the school’s"
    )
    mails = {one.to: one.subject + one.body for one in Message.objects.filter(kind=Message.Kind.EMAIL)}
    assert set(mails) == {lead.email, officer_of(meeting).email}
    assert f"Action {call.pk}, by Friday 27 November 2026: call home" in mails[lead.email]
    assert f"Action {visit.pk}, by Friday 27 November 2026: visit" in mails[officer_of(meeting).email]
    assert not any(
        word in mail
        for mail in mails.values()
        for one in (child, only_action)
        for word in (one.surname, one.forename, one.upn, one.initials)
    )
    other = UserFactory(role="ewo")
    school.link_officers.update(officer=other)
    following.followed(school_ids=[school.pk], by=None, at=later(1))
    assert [one.owner for one in Deadline.objects.order_by("pk")] == [officer_of(meeting), other]
    assert call.for_school and meeting.calendar.__class__.objects.get().state == "held"


def test_whoever_is_asked_later_is_invited_and_a_guest_reads_no_childs_name() -> None:
    school = a_school()
    child, friend = absent(school, 0.2, forename="Zora"), a_child(school=school, forename="Quintus")
    meeting = begun(a_meeting(school))
    officer, lead = officer_of(meeting), UserFactory(role="school_staff", school=school)
    asked = {"meeting_id": meeting.pk, "by": officer, "at": STARTS}
    invited = Message.objects.filter(kind=Message.Kind.INVITATION)
    before = invited.count()
    planning.ask(asked=[Asked("Sam Carer", "sam@example.org"), Asked.of(officer)], **asked)
    assert invited.count() == before + 1
    planning.ask(asked=[Asked("Ann Other", "ann@example.org")], **asked)
    sent = invited.get(to="sam@example.org").payload
    assert not sent["cancel"] and sent["uid"] == invited.filter(to=officer.email).first().payload["uid"]  # type: ignore[union-attr]
    with pytest.raises(StepRefused, match="not asked yet"):
        planning.ask(asked=[Asked("Sam", "SAM@example.org")], **asked)
    with pytest.raises(StepRefused, match="cannot arrange"):
        planning.ask(asked=[Asked.of(lead)], meeting_id=meeting.pk, by=lead, at=STARTS)
    for line in ("@sam write to the nurse by Fri", "@sam ring zora’s GP by Fri", "@sam ask Quintus by Fri"):
        decided(meeting, child, choice="", note="", line=line)
    meeting = agreed(meeting)
    first, named, of_friend = TargetingAction.objects.order_by("pk")
    mail = Message.objects.get(to="sam@example.org", kind__in=(Message.Kind.EMAIL, Message.Kind.ONCE)).body
    assert f"Action {first.pk}, by Friday 27 November 2026: write to the nurse" in mail
    for action in (named, of_friend):
        assert f"Action {action.pk}, by Friday 27 November 2026: what is to be done is not said" in mail
    friend.enrolments.update(left_on=TODAY)
    names = telling.child_names(meeting, later(2))  # their page says no more, though the child has left since
    assert [telling.sayable(one, names) for one in (first, named, of_friend)] == [True, False, False]
    assert "zora" not in mail.lower() and "/meetings/actions/" not in mail and "once it is done" in mail
    other = Message.objects.get(to="ann@example.org", kind=Message.Kind.EMAIL).body
    assert "Nothing in it is yours to do" in other and officer.email in other
    assert "once it is done" not in other and "write to the nurse" not in other
    assert Deadline.objects.get(about_id=str(first.pk)).label.endswith(", a guest’s")
    with pytest.raises(StepRefused, match="agreed"):
        planning.ask(asked=[Asked.of(lead)], **asked)


def test_a_school_ticks_its_own_actions_with_a_word() -> None:
    school = a_school()
    lead, stranger = (UserFactory(role="school_staff", school=place) for place in (school, a_school()))
    child = absent(school, 0.2)
    meeting = begun(a_meeting(school))
    decided(meeting, child, line="@school call home by Fri")
    decided(meeting, child, line="@ewo visit by Fri")
    call, visit = TargetingAction.objects.order_by("pk")
    assert not TargetingAction.objects.visible_to(lead).exists()
    agreed(meeting)
    assert TargetingAction.objects.visible_to(lead).count() == 2
    assert not TargetingAction.objects.visible_to(stranger).exists()
    for action, who, words, refused in (
        (call, stranger, "Done.", "cannot see this action"),
        (visit, lead, "Done.", "somebody else's"),
        (call, lead, " ", "Say in a line"),
    ):
        with pytest.raises(StepRefused, match=refused):
            following.finish(action_id=action.pk, words=words, by=who, at=later(1))
    following.finish(action_id=call.pk, words="Spoke with the mother.", by=lead, at=later(1))
    following.finish(action_id=visit.pk, words="Nobody in.", by=officer_of(meeting), at=later(9))
    assert list(Deadline.objects.order_by("pk").values_list("state", flat=True)) == ["met", "missed"]
    assert Entry.objects.filter(title="Done: call home", text="Spoke with the mother.").exists()
    with pytest.raises(StepRefused, match="done already"):
        following.finish(action_id=call.pk, words="Again.", by=lead, at=later(1))


def test_a_school_reads_decisions_about_children_on_its_roll_only() -> None:
    school = a_school()
    lead, child = UserFactory(role="school_staff", school=school), absent(school, 0.2)
    meeting = begun(a_meeting(school))
    decided(meeting, child)
    assert not TargetingDecision.objects.visible_to(lead).exists()
    agreed(meeting)
    assert TargetingDecision.objects.visible_to(lead).exists()
    child.enrolments.update(left_on=date(2026, 11, 24))
    assert not TargetingDecision.objects.visible_to(lead).exists()
    assert TargetingDecision.objects.visible_to(officer_of(meeting)).exists()


def test_a_plan_said_in_the_last_meeting_counts_until_its_review() -> None:
    school = a_school()
    child = absent(school, 0.6)
    first = begun(a_meeting(school))
    decided(first, child, has_plan=True, review_on=TODAY + timedelta(days=10))
    agreed(first)
    for days, rank in ((7, "severe"), (14, "severe_no_plan")):
        starts = STARTS + timedelta(days=days)
        again = begun(a_meeting(school, officer_of(first), starts=starts), starts)
        assert [one["rank"] for one in children(again)] == [rank]


def test_actions_of_a_leaver_pass_on_and_a_merged_childs_go_with_them() -> None:
    school, officer = a_school(), UserFactory(role="ewo")
    school.link_officers.create(officer=officer, since=date(2020, 1, 1))
    kept = absent(school, 0.3)
    other = PupilFactory(school=school, surname=kept.surname, enrolled__entered_on=date(2025, 9, 1))
    meeting = begun(a_meeting(school))
    for child in (kept, other):
        decided(meeting, child, line="@ewo visit by Fri")
    agreed(meeting)
    [said] = following.owned(officer_of(meeting))
    assert said["text"] == f"2 open actions of {school.name}"
    left.send(user=officer_of(meeting), at=later(1))
    assert {one.owner for one in TargetingAction.objects.all()} == {officer}
    assert set(Deadline.objects.open().values_list("owner", flat=True)) == {officer.pk}
    merge_pupils(kept=kept, other=other, by=UserFactory(role="service_manager"), at=later(2))
    assert {one.pupil for one in TargetingAction.objects.all()} == {kept}
    assert TargetingDecision.objects.filter(pupil=kept).count() == 1
