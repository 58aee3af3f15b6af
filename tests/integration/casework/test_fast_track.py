"""Fast Track: decided with care, each parent invited with their rights, a plan, the weeks, the review."""

from datetime import date, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from tests.factories import AddressFactory, LinkOfficerFactory, ParentFactory, UserFactory
from tests.factories_attendance import a_child, at, give, later
from tests.factories_cases import a_case
from tests.factories_fast_track import (
    MEETS,
    OFFENCE,
    OVER,
    a_line,
    asked_again,
    decided,
    invited,
    met,
    opened,
    reviewed,
    running,
    weighed,
    with_meeting,
)
from tests.factories_penalties import a_parent
from tests.factories_team import is_away
from tests.factories_visits import investigated, ready
from tests.unit.documents.reading import pages_of

from mainstay.service.casework import fast_track_register, fast_track_values, watching_fast_track
from mainstay.service.casework.actions import cases, chairs, interviewing, investigations
from mainstay.service.casework.actions import fast_track_deciding as deciding
from mainstay.service.casework.actions import fast_track_inviting as inviting
from mainstay.service.casework.actions import fast_track_letters as writing
from mainstay.service.casework.actions import fast_track_meeting as meeting
from mainstay.service.casework.actions import fast_track_review_day as review_day
from mainstay.service.casework.actions import fast_track_reviewing as reviewing
from mainstay.service.casework.models import FastTrack
from mainstay.service.casework.queries import fast_tracks as shown
from mainstay.service.casework.queries.chairs import may_chair
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.common.uploads import store
from mainstay.service.directory.merging import merge_pupils
from mainstay.service.directory.merging_parents import merge_parents
from mainstay.service.documents.models import LeafletGiven
from mainstay.service.documents.service import mark_returned
from mainstay.service.record.models import Deadline, Entry, Meeting
from mainstay.service.team.actions import covering

pytestmark = pytest.mark.django_db
REASONS = reviewing.Weighed(
    reasons="As the register shows.", alternatives="None better.", equality="Considered."
)
NO_NEEDS = inviting.Needs(interpreter="", appropriate_adult="", reading_help="", leaflet_language="")


def while_waiting(patch: pytest.MonkeyPatch, module: Any, act: Any) -> None:
    """Somebody else does this just before the module's lock is had, once."""
    locked = module.locked

    def late(*args: Any) -> Any:
        patch.setattr(module, "locked", locked)
        act()
        return locked(*args)

    patch.setattr(module, "locked", late)


def days(one: FastTrack) -> dict[str, date]:
    found = Deadline.objects.open().filter(about_kind="casework.fasttrack", about_id=str(one.pk))
    return dict(found.order_by("rule").values_list("rule", "last_day"))


def test_a_senior_decides_with_everything_that_has_to_be_weighed() -> None:
    case, senior = investigated(a_case()), UserFactory(role="senior_ewo")
    said: dict[str, Any] = {
        "case_id": case.pk,
        "offence": OFFENCE,
        "parents": [a_parent(case.pupil)],
        "at": at(),
    }
    for name, words in (("alternatives", "supervision order"), ("circumstances", "vulnerability"), ("equality", "Equality Act")):  # fmt: skip
        with pytest.raises(StepRefused, match=words):
            deciding.decide(weighed=weighed(**{name: " "}), by=senior, **said)
    with pytest.raises(StepRefused, match="ask a senior officer"):
        deciding.decide(weighed=weighed(), by=case.owner, **said)
    with pytest.raises(StepRefused, match="not recorded as a parent"):
        deciding.decide(weighed=weighed(), by=senior, **said | {"parents": [ParentFactory()]})
    assert not FastTrack.objects.exists()
    one = deciding.decide(weighed=weighed(), by=senior, **said)
    case.refresh_from_db()
    assert (case.state, one.state, one.decision.alternatives[:10]) == (
        "fast_track",
        "to_invite",
        "Early help",
    )
    with pytest.raises(StepRefused, match="open already"):
        deciding.decide(weighed=weighed(), by=senior, **said)


def test_only_seniors_managers_and_authorised_officers_chair() -> None:
    officer, manager = UserFactory(role="ewo"), UserFactory(role="service_manager")
    one = decided()
    with pytest.raises(StepRefused, match="not authorised to chair"):
        with_meeting(one, manager, chair=officer)
    with pytest.raises(StepRefused, match="cannot authorise"):
        chairs.authorise(user=officer, since=at().date(), until=None, because="Trained.", by=UserFactory(role="senior_ewo"), at=at())  # fmt: skip
    with pytest.raises(StepRefused, match="Somebody else"):
        chairs.authorise(user=manager, since=at().date(), until=None, because="Me.", by=manager, at=at())
    chair = chairs.authorise(
        user=officer, since=at().date(), until=None, because="Trained.", by=manager, at=at()
    )
    assert with_meeting(one, manager, chair=officer).chair == officer
    chairs.end(chair_id=chair.pk, because="Moves on.", by=manager, at=later(1))
    assert may_chair(officer, later(1).date()) and not may_chair(officer, later(2).date())
    with pytest.raises(StepRefused, match="not authorised to chair"):
        inviting.send(fast_track_id=one.pk, by=manager, at=at())


def test_each_parent_gets_a_letter_of_their_own_in_time_and_no_invitation_names_the_child() -> None:
    pupil = a_child()
    mother, father = a_parent(pupil), a_parent(pupil, forename="Hugh", language="Polish")
    one, by = decided(pupil, [mother, father]), UserFactory(role="business_support")
    with pytest.raises(StepRefused, match="10 working days"):
        with_meeting(one, by, starts=MEETS - timedelta(days=2))
    with pytest.raises(StepRefused, match="Set the day"):
        inviting.send(fast_track_id=one.pk, by=by, at=at())
    with_meeting(one, by)
    one = inviting.send(fast_track_id=one.pk, by=by, at=at())
    asked = list(one.invitations.select_related("document__file", "service"))
    assert [(to.service.presumed_on, to.leaflet_given_on) for to in asked if to.service] == [
        (date(2026, 11, 25), date(2026, 11, 23))
    ] * 2
    assert asked[0].document != asked[1].document and asked[1].document.language == "pl"  # type: ignore[union-attr]
    text = " ".join(pages_of(store.read(asked[0].document.file)))  # type: ignore[union-attr]
    for words in ("under caution", "legal advice", "free to leave", "somebody to support you", "Your rights when we talk about school attendance", "Thursday 10 December 2026"):  # fmt: skip
        assert words in text
    assert father.forename not in text
    given = LeafletGiven.objects.about(one).order_by("pk")
    assert [(each.parent, each.leaflet.subject, each.how) for each in given] == [
        (mother, "rights", "post"), (father, "rights", "post"),
    ]  # fmt: skip
    assert one.meeting is not None and pupil.surname not in one.meeting.title + one.meeting.where


def test_a_letter_sent_while_needs_were_written_down_stays_with_its_proof(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, by = decided(), UserFactory(role="business_support")
    with_meeting(one, by)
    said: dict[str, Any] = {"invitation_id": one.invitations.get().pk, "by": by, "at": at()}
    while_waiting(
        monkeypatch,
        inviting,
        lambda: inviting.send(fast_track_id=one.pk, by=UserFactory(role="ewo"), at=at()),
    )
    inviting.ask_needs(needs=NO_NEEDS, **said)
    to = one.invitations.get()
    assert to.document_id and to.service_id and to.leaflet_given_on == at().date()


def test_another_day_is_arranged_once_and_asks_for_new_letters() -> None:
    one, by = invited(), UserFactory(role="business_support")
    one = inviting.rearrange(fast_track_id=one.pk, because="Asked for by the mother.", by=by, at=later(1))
    to = one.invitations.get()
    assert (one.state, one.meeting, to.service, to.leaflet_given_on) == ("to_invite", None, None, None)
    assert Meeting.objects.get(kind="fast_track").state == "cancelled"
    with_meeting(one, by, starts=MEETS + timedelta(days=1))
    inviting.send(fast_track_id=one.pk, by=by, at=at())
    with pytest.raises(StepRefused, match="senior officer decides"):
        inviting.rearrange(fast_track_id=one.pk, because="Again.", by=by, at=later(2))


def test_of_a_fast_track_that_stops_those_hear_who_were_written_to() -> None:
    by, senior = UserFactory(role="business_support"), UserFactory(role="senior_ewo")
    one = decided()
    with_meeting(one, by)
    reviewing.stop(fast_track_id=one.pk, weighed=REASONS, by=senior, at=at())
    with pytest.raises(StepRefused, match="no outcome to write about"):
        writing.send_outcome(fast_track_id=one.pk, by=by, at=at())
    one = invited(decided(a_child(school=one.case.school)))
    inviting.rearrange(fast_track_id=one.pk, because="Asked for by the mother.", by=by, at=at())
    reviewing.stop(fast_track_id=one.pk, weighed=REASONS, by=senior, at=at())
    writing.send_outcome(fast_track_id=one.pk, by=by, at=at())
    assert one.invitations.get().outcome_service_id  # its place was free for a new letter, the first was read


def test_nobody_came_is_recorded_only_where_the_letters_arrived_and_the_plan_is_then_imposed() -> None:
    one = invited()
    officer, said = (
        one.case.owner,
        {"record": "Waited an hour, called twice.", "questions": "Where was Ada on 7 September?"},
    )
    to = one.invitations.get()
    assert to.service is not None
    with pytest.raises(StepRefused, match="has not begun"):
        meeting.not_attended(fast_track_id=one.pk, by=officer, at=at(), **said)
    mark_returned(service=to.service, returned_on=date(2026, 12, 1), reason="Gone away", by=officer, at=OVER)
    with pytest.raises(StepRefused, match="must be shown"):
        meeting.not_attended(fast_track_id=one.pk, by=officer, at=OVER, **said)
    to.service.returned_on, to.service.returned_reason = None, ""
    to.service.presumed_on = date(2026, 11, 25)
    to.service.save()
    one = meeting.not_attended(fast_track_id=one.pk, by=officer, at=OVER, **said)
    a_line(one, officer)
    terms = {"target": 95, "tolerated": 2}
    with pytest.raises(StepRefused, match="cannot have been agreed"):
        meeting.begin(
            fast_track_id=one.pk, terms=meeting.Terms(agreed=True, because="", **terms), by=officer, at=OVER
        )
    imposed = meeting.Terms(agreed=False, because="Nobody came.", **terms)
    assert meeting.begin(fast_track_id=one.pk, terms=imposed, by=officer, at=OVER).state == "framework"


def test_the_framework_counts_school_weeks_and_sends_the_plan_in_time() -> None:
    one = met()
    with pytest.raises(StepRefused, match="at least one line"):
        meeting.begin(fast_track_id=one.pk, terms=meeting.Terms(agreed=True, because="", target=95, tolerated=2), by=one.case.owner, at=OVER)  # fmt: skip
    one = running(one)
    assert (one.starts_on, one.midpoint_on, one.review_on) == (
        date(2026, 12, 10),
        date(2027, 1, 29),
        date(2027, 3, 19),
    )
    assert one.answer is not None and "12 school weeks" in one.answer["reasons"][0]["text"]
    assert days(one) == {
        "fast-track-midpoint": date(2027, 1, 29), "fast-track-plan-copy": date(2026, 12, 17),
        "fast-track-review": date(2027, 3, 19),
    }  # fmt: skip
    assert one.review is not None and one.review.starts.date() == date(2027, 3, 19)
    one = writing.send_plan(fast_track_id=one.pk, by=UserFactory(role="business_support"), at=OVER)
    document = one.invitations.get().plan_document
    assert document is not None and "fast-track-plan-copy" not in days(one)
    assert "Meets the child at the gate" in " ".join(pages_of(store.read(document.file)))


def test_a_breach_is_flagged_once_taken_back_when_amended_and_an_officer_decides() -> None:
    one = running(tolerated=2)
    pupil, day = one.case.pupil, date(2027, 1, 11)
    give(
        pupil, {(day, "AM"): "O", (day, "PM"): "O", (day + timedelta(days=1), "AM"): "O"}, when=later(3, day)
    )
    one.refresh_from_db()
    assert one.breached_on == date(2027, 1, 12) and "fast-track-breach" in days(one)
    give(pupil, {(day, "AM"): "I"}, when=later(4, day))
    one.refresh_from_db()
    assert one.breached_on is None and "fast-track-breach" not in days(one)
    give(pupil, {(day, "AM"): "O"}, when=later(5, day))
    reviewing.go_on(fast_track_id=one.pk, because="The mentor was ill.", by=one.case.owner, at=later(6, day))
    one.refresh_from_db()
    assert (one.state, one.breached_on, one.tolerated) == ("framework", None, 3)
    give(pupil, {(day + timedelta(days=1), "PM"): "O"}, when=later(7, day))
    one = FastTrack.objects.select_related("case").get(pk=one.pk)
    assert one.breached_on == date(2027, 1, 12)
    seen = fast_track_register.look([one])[one.pk]
    assert [(week, f.unauthorised) for week, f in seen.weeks if f.unauthorised] == [(date(2027, 1, 11), 4)]
    starts = later(20, day)
    one = reviewing.bring_forward(
        fast_track_id=one.pk, starts=starts, ends=starts + timedelta(hours=1), where="School", because="Breach",
        by=one.case.owner, at=later(8, day),
    )  # fmt: skip
    assert (
        one.state == "review"
        and one.review is not None
        and days(one).keys() == {"fast-track-review", "fast-track-plan-copy"}
    )
    assert Meeting.objects.get(pk=one.review_id).starts == starts


def test_the_review_is_the_chairs_and_closes_one_child_as_improved_after_aftercare(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = running()
    watching_fast_track.fall_due(on=date(2027, 3, 19), last=None)
    one.refresh_from_db()
    assert one.state == "review"
    senior, when = UserFactory(role="senior_ewo"), at(date(2027, 3, 19), 15)
    with pytest.raises(StepRefused, match="Only a senior officer"):
        reviewing.improved(fast_track_id=one.pk, weighed=REASONS, by=one.case.owner, at=when)
    with pytest.raises(StepRefused, match=r"Record the review first.*whether it was done"):
        reviewing.improved(fast_track_id=one.pk, weighed=REASONS, by=senior, at=when)
    one = reviewed(one, senior, when)
    one = reviewing.improved(fast_track_id=one.pk, weighed=REASONS, by=senior, at=when)
    one.case.refresh_from_db()
    assert (one.state, one.case.state, one.outcome) == ("aftercare", "monitoring", "improved")
    assert days(one).keys() == {"fast-track-aftercare"}
    with pytest.raises(StepRefused, match="End the Fast Track"):
        cases.close(case_id=one.case_id, reason="improved", reasons="All well.", by=senior, at=when)
    with pytest.raises(StepRefused, match="aftercare runs until"):
        reviewing.end(fast_track_id=one.pk, reasons="All well.", by=senior, at=when)
    told = Entry.objects.get(title=f"Fast Track {one.number}: reviewed")
    assert "The mentor helps." in told.text and told.audience == "service"
    assert "Better now." not in told.text and one.review_voice == "Better now."
    told = Mock()
    monkeypatch.setattr(reviewing, "intervention_ended", told)
    reviewing.end(fast_track_id=one.pk, reasons="96% for six weeks.", by=senior, at=later(60, when.date()))
    assert [call.kwargs["service"] for call in told.send.call_args_list] == ["fast_track"]
    one.case.refresh_from_db()
    assert (one.case.state, one.case.closed_because) == ("closed", "improved") and not days(one)


def test_who_investigated_does_not_decide_alone_and_only_about_compulsory_school_age() -> None:
    senior = UserFactory(role="senior_ewo")
    case = a_case(owner=senior)
    one = ready(case)
    investigations.finish(
        investigation_id=one.pk, recommendation="monitor", review_on=later(28).date(), reasons="As found.",
        by=senior, at=at(),
    )  # fmt: skip
    with pytest.raises(StepRefused, match="somebody else decides"):
        decided(case=case, by=senior)
    old = a_child(date_of_birth=date(2010, 5, 1))
    with pytest.raises(StepRefused, match="compulsory school age"):
        decided(case=investigated(a_case(old)))


def test_monitoring_is_for_a_case_whose_investigation_recommends_it() -> None:
    case = investigated(a_case())
    with pytest.raises(StepRefused, match="does not recommend"):
        investigations.monitor(investigation_id=case.investigation.pk, by=case.owner, at=at())


def test_the_plan_is_posted_once_and_no_question_is_asked_after_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = running()
    by, senior = UserFactory(role="business_support"), UserFactory(role="senior_ewo")
    writing.send_plan(fast_track_id=one.pk, by=by, at=OVER)
    with pytest.raises(StepRefused, match="has a copy of this plan already"):
        writing.send_plan(fast_track_id=one.pk, by=by, at=OVER)
    held = opened(one, senior)
    interviewing.stop(interview_id=held.pk, because="safeguarding", note="", by=senior, at=OVER)
    while_waiting(
        monkeypatch, cases,
        lambda: reviewing.stop(fast_track_id=one.pk, weighed=REASONS, by=senior, at=OVER),
    )  # fmt: skip
    with pytest.raises(StepRefused, match="Fast Track is over"):
        interviewing.resume(interview_id=held.pk, note="Looked into.", by=senior, at=OVER)


def test_whoever_takes_the_meeting_over_chairs_it_and_it_is_not_moved_behind_the_parents() -> None:
    one = invited()
    assert one.meeting is not None and one.chair is not None
    day, manager = MEETS.date(), UserFactory(role="service_manager")
    absence = is_away(one.chair, by=manager, day=day, last_on=day)
    said = {"absence_id": absence.pk, "meeting_ids": [one.meeting.pk], "by": manager, "at": at()}
    with pytest.raises(StepRefused, match="not authorised to chair"):
        covering.ask(colleague=UserFactory(role="ewo"), **said)
    with pytest.raises(StepRefused, match="on the page of the Fast Track"):
        covering.rearrange(
            absence_id=absence.pk, meeting_id=one.meeting.pk, starts=MEETS + timedelta(days=7),
            ends=MEETS + timedelta(days=7, hours=1), where="School", because="Ill", by=manager, at=at(),
        )  # fmt: skip
    colleague = UserFactory(role="senior_ewo")
    (cover,) = covering.ask(colleague=colleague, **said)
    covering.accept(cover_id=cover.pk, by=colleague, at=at())
    one.refresh_from_db()
    assert one.chair == colleague


def test_half_way_is_looked_back_at_and_a_school_says_what_became_of_its_own_lines() -> None:
    one = running()
    line = one.actions.get()
    school = UserFactory(role="school_staff", school=one.case.school)
    assert one.midpoint_on is not None and line.owner == "school"
    meeting.say_done(action_id=line.pk, done=True, evidence="The diary", by=school, at=OVER)
    meeting.say_done(action_id=line.pk, done=False, evidence="The gate", by=one.case.owner, at=OVER)
    said = AuditRow.objects.filter(action="fast_track.line_said").order_by("pk")
    assert [row.payload["evidence"] for row in said] == ["The diary", "The gate"]  # neither is lost
    roll = one.case.pupil.enrolments
    roll.update(left_on=date(2026, 9, 30))
    with pytest.raises(StepRefused, match="Only the side that promised"):  # a school the child has left
        meeting.say_done(action_id=line.pk, done=False, evidence="Heard", by=school, at=OVER)
    roll.update(left_on=None)
    one.actions.filter(pk=line.pk).update(owner="parent")
    with pytest.raises(StepRefused, match="Only the side that promised"):
        meeting.say_done(action_id=line.pk, done=False, evidence="Heard", by=school, at=OVER)
    when = at(one.midpoint_on, 12)
    reviewing.look_half_way(fast_track_id=one.pk, words="The mentor helps.", by=one.case.owner, at=when)
    assert "fast-track-midpoint" not in days(one)
    told = Entry.objects.get(title=f"Fast Track {one.number}: half-way")
    assert "The mentor helps." in told.text and "The register:" in told.text


def test_it_is_extended_once_and_then_goes_to_legal_by_a_senior() -> None:
    one, when = running(), at(date(2027, 3, 19), 15)
    senior, manager = UserFactory(role="senior_ewo"), UserFactory(role="service_manager")
    officer = one.case.owner
    chairs.authorise(user=officer, since=at().date(), until=None, because="Trained.", by=manager, at=at())
    watching_fast_track.fall_due(on=when.date(), last=None)
    one = reviewed(one, senior, when)
    reviewing.improved(fast_track_id=one.pk, weighed=REASONS, by=senior, at=when)
    when = at(date(2027, 3, 22), 15)
    one = reviewing.relapse(fast_track_id=one.pk, because="Two days missed.", by=senior, at=when)
    assert one.outcome_decision is None
    one = reviewed(one, senior, when)
    one = reviewing.extend(fast_track_id=one.pk, weighed=REASONS, by=officer, at=when)
    assert (one.state, one.starts_on) == ("framework", when.date())
    assert one.outcome_decision is not None and one.outcome_decision.reasons == REASONS.reasons
    FastTrack.objects.update(breached_on=when.date())
    reviewing.go_on(fast_track_id=one.pk, because="Was ill.", by=officer, at=at(date(2027, 3, 24)))
    one = writing.send_outcome(fast_track_id=one.pk, by=officer, at=at(date(2027, 3, 24)))
    text = letter_to(one.invitations.get(), "outcome")
    assert "decided on Monday 22 March 2027" in text and "goes on" in text
    assert one.review_on is not None
    again = at(one.review_on, 15)
    watching_fast_track.fall_due(on=one.review_on, last=None)
    one = reviewed(one, senior, again)
    with pytest.raises(StepRefused, match="extended once already"):
        reviewing.extend(fast_track_id=one.pk, weighed=REASONS, by=senior, at=again)
    with pytest.raises(StepRefused, match="Your role cannot"):
        reviewing.pass_on(fast_track_id=one.pk, outcome="legal", weighed=REASONS, by=officer, at=again)
    one = reviewing.pass_on(fast_track_id=one.pk, outcome="legal", weighed=REASONS, by=senior, at=again)
    one.case.refresh_from_db()
    assert (one.state, one.case.state) == ("closed", "legal") and not days(one)


def test_calendar_weeks_are_a_dated_value_of_the_council() -> None:
    manager = UserFactory(role="service_manager")
    said: dict[str, Any] = {"name": "unit", "since": at().date(), "by": manager, "at": at()}
    with pytest.raises(StepRefused, match="Say why"):
        fast_track_values.set_value(value="calendar", reason="", **said)
    with pytest.raises(StepRefused, match="Choose one"):
        fast_track_values.set_value(value="moons", reason="Why not", **said)
    fast_track_values.set_value(value="calendar", reason="As the cabinet decided.", **said)
    assert fast_track_values.in_force(at().date() - timedelta(days=1))["unit"] == "school"
    assert running().review_on == MEETS.date() + timedelta(weeks=12)


def test_the_case_goes_to_the_link_officer_or_to_another_with_the_reason() -> None:
    one, manager, other = running(), UserFactory(role="service_manager"), UserFactory(role="ewo")
    link = LinkOfficerFactory(school=one.case.school).officer
    said: dict[str, Any] = {"fast_track_id": one.pk, "by": manager, "at": OVER}
    with pytest.raises(StepRefused, match="say why somebody else"):
        meeting.allocate(owner=other, because=" ", **said)
    assert meeting.allocate(owner=link, because="", **said).case.owner == link
    assert meeting.allocate(owner=other, because="Speaks Polish.", **said).case.owner == other
    about = Deadline.objects.open().filter(about_kind="casework.fasttrack", about_id=str(one.pk))
    assert {deadline.owner for deadline in about} == {other}


def test_merging_records_keeps_one_road_and_one_parent() -> None:
    one = decided()
    pupil = one.case.pupil
    other = a_child(school=pupil.school, surname=pupil.surname, date_of_birth=date(2014, 5, 5))
    second = decided(other)
    manager = UserFactory(role="service_manager")
    parents = [second.invitations.get().parent, a_parent(pupil)]
    merge_pupils(kept=pupil, other=other, by=manager, at=later(1))
    second.refresh_from_db()
    assert (second.state, second.outcome) == ("closed", "stopped")
    merge_parents(kept=parents[1], other=parents[0], reasons="One person.", by=manager, at=later(1))
    assert second.invitations.get().parent == parents[1]


def test_two_records_of_one_parent_get_each_letter_once() -> None:
    pupil, senior = a_child(), UserFactory(role="senior_ewo")
    mother, twice = a_parent(pupil), a_parent(pupil, forename="Augusta")
    one = invited(decided(pupil, [mother, twice]))
    assert one.meeting is not None
    came = one.meeting.guests.get(parent=mother).pk
    merge_parents(
        kept=mother, other=twice, reasons="One person.", by=UserFactory(role="service_manager"), at=later(1)
    )
    held = meeting.Held(views="Mornings.", child_present=False, child_voice="Maths.", support="")
    meeting.hold(fast_track_id=one.pk, held=held, guests=[came], by=senior, at=OVER)
    to, other = one.invitations.get(parent=mother), one.invitations.get(parent=twice)
    assert to.attended
    one = running(FastTrack.objects.select_related("case__owner").get(pk=one.pk))
    said: dict[str, Any] = {"fast_track_id": one.pk, "by": senior}
    writing.send_plan(at=OVER, **said)
    inviting.ask_needs(invitation_id=to.pk, needs=NO_NEEDS, by=senior, at=OVER)
    writing.invite_to_review(at=OVER, **said)
    reviewing.stop(weighed=REASONS, at=OVER, **said)
    writing.send_outcome(at=OVER, **said)
    to.refresh_from_db()
    other.refresh_from_db()
    assert to.plan_service_id and to.review_service_id and to.outcome_service_id
    assert not (other.plan_service_id or other.review_service_id or other.outcome_service_id)


def letter_to(to: Any, which: str) -> str:
    return " ".join(" ".join(pages_of(store.read(getattr(to, f"{which}_document").file))).split())


def test_each_parent_is_asked_again_invited_to_the_review_and_told_its_outcome_apart() -> None:
    pupil = a_child()
    mother = a_parent(pupil, large_print=True)
    father = ParentFactory(of=pupil, language="Polish")
    AddressFactory(parent=father, lines="3 Secret Road", confidential=True)
    one = running(met(invited(decided(pupil, [mother, father]))))
    senior, when = UserFactory(role="senior_ewo"), at(date(2027, 3, 1), 12)
    said: dict[str, Any] = {"fast_track_id": one.pk, "by": senior, "at": when}
    with pytest.raises(StepRefused, match="Ask each parent again"):
        writing.invite_to_review(**said)
    asked_again(one, senior, when, interpreter="Polish", adjustments="A room without stairs")
    to = one.invitations.get(parent=mother)
    assert (to.review_asked_by, to.review_asked_at, to.asked_at) == (senior, when, at())
    told = Entry.objects.get(title__startswith=f"Fast Track {one.number}: {mother.name} asked again")
    assert "A room without stairs" in told.text and told.by == senior
    with pytest.raises(StepRefused, match="allows a review from"):
        writing.invite_to_review(**said | {"at": at(date(2027, 3, 16), 12)})
    one = writing.invite_to_review(**said)
    with pytest.raises(StepRefused, match="invited to this review already"):
        writing.invite_to_review(**said)
    hers, his = one.invitations.get(parent=mother), one.invitations.get(parent=father)
    text = letter_to(hers, "review")
    for words in (
        "Friday 19 March 2027",
        "95%",
        "A room without stairs",
        "An interpreter for Polish",
        "only under caution",
    ):
        assert words in text
    assert "Secret Road" not in text and "3 Secret Road" in letter_to(his, "review")
    assert (hers.review_document.large_print, his.review_document.language) == (True, "pl")  # type: ignore[union-attr]
    assert hers.review_service is not None and hers.review_service.presumed_on == date(2027, 3, 3)
    assert (
        Entry.objects.get(title=f"Fast Track {one.number}: parents invited to the review").audience
        == "school"
    )
    watching_fast_track.fall_due(on=date(2027, 3, 19), last=None)
    over = at(date(2027, 3, 19), 15)
    one = reviewed(one, senior, over)
    with pytest.raises(StepRefused, match="no outcome to write about"):
        writing.send_outcome(**said | {"at": over})
    weighed = reviewing.Weighed(
        reasons="Between us: the father drinks.",
        alternatives="None.",
        equality="Considered.",
        told="It went well.",
    )
    reviewing.improved(fast_track_id=one.pk, weighed=weighed, by=senior, at=over)
    one = writing.send_outcome(**said | {"at": over})
    text = letter_to(one.invitations.get(parent=mother), "outcome")
    assert (
        "Attendance has improved" in text
        and "It went well." in text
        and "Meets the child at the gate" in text
    )
    assert "drinks" not in text and "Secret Road" not in text
    assert one.aftercare_until is not None and long_date(one.aftercare_until) in text


def test_a_review_is_not_held_before_needs_were_asked_again_and_comes_sooner_by_letter() -> None:
    one, senior, day = running(), UserFactory(role="senior_ewo"), date(2027, 1, 11)
    give(
        one.case.pupil,
        {(day, "AM"): "O", (day, "PM"): "O", (day + timedelta(days=1), "AM"): "O"},
        when=later(3, day),
    )
    when, starts = later(8, day), at(date(2027, 2, 5), 10)
    said: dict[str, Any] = {
        "fast_track_id": one.pk,
        "where": "School",
        "because": "Breach",
        "by": senior,
        "at": when,
    }
    with pytest.raises(StepRefused, match="allows a review from Thursday 28 January"):
        reviewing.bring_forward(starts=at(date(2027, 1, 27)), ends=at(date(2027, 1, 27), 16), **said)
    one = reviewing.bring_forward(starts=starts, ends=starts + timedelta(hours=1), **said)
    held: dict[str, Any] = {"fast_track_id": one.pk, "voice": "Fine.", "account": "Fine.", "by": senior}
    with pytest.raises(StepRefused, match="has not begun yet"):
        reviewing.record_review(at=starts - timedelta(minutes=1), **held)
    with pytest.raises(StepRefused, match="No invitation to this review was sent"):
        reviewing.record_review(at=starts, **held)
    assert one.review is not None
    came = one.review.guests.exclude(parent=None).values_list("pk", flat=True)
    with pytest.raises(StepRefused, match="Ask each parent again"):
        reviewing.record_review(at=starts, came=came, **held)
    to = one.invitations.get()
    assert "Ask this parent again" in " ".join(interviewing.before(one, to.parent_id, starts))
    asked_again(one, senior, when)
    writing.invite_to_review(fast_track_id=one.pk, by=senior, at=when)
    text = letter_to(one.invitations.get(), "review")
    for words in (
        "comes sooner",
        "planned for Friday 19 March 2027",
        "Friday 5 February 2027",
        "By Tuesday 12 January 2027",
        "more than 2 sessions",
    ):
        assert words in text
    review_day.set_day(
        fast_track_id=one.pk, starts=starts + timedelta(days=3), ends=starts + timedelta(days=3, hours=1), where="School",
        because="The mother works that day.", by=senior, at=when,
    )  # fmt: skip
    assert one.invitations.get().review_document is None  # a new day, a new letter


def test_the_weeks_end_with_compulsory_school_age_and_none_begins_after_it() -> None:
    pupil = a_child(date_of_birth=date(2011, 3, 1))  # of compulsory school age until 25 June 2027
    one = met(invited(decided(pupil)))
    one.case.pupil = pupil
    late = at(date(2027, 6, 7), 12)
    a_line(one, one.case.owner, when=late, due=date(2027, 6, 21))
    terms: dict[str, Any] = {"fast_track_id": one.pk, "by": one.case.owner}
    terms["terms"] = meeting.Terms(agreed=True, because="", target=95, tolerated=2)
    assert shown.school_age(one, date(2026, 12, 10)) == ""
    assert "ends with Friday 25 June 2027" in shown.school_age(one, date(2027, 3, 1))
    with pytest.raises(StepRefused, match="not one week is left"):
        meeting.begin(**terms, at=at(date(2027, 6, 28), 12))
    one = meeting.begin(**terms, at=late)
    assert one.review_on == date(2027, 6, 25) and one.answer is not None
    assert "of 12 weeks, 3 end by then" in one.answer["reasons"][1]["text"]
    when = at(date(2027, 6, 28), 10)
    with pytest.raises(StepRefused, match="the review is that day or sooner"):
        review_day.set_day(
            fast_track_id=one.pk, starts=when, ends=when + timedelta(hours=1), where="School", because="Ill",
            by=one.case.owner, at=late,
        )  # fmt: skip
    FastTrack.objects.update(
        review_on=date(2027, 7, 9)
    )  # as one that began before the date of birth was corrected
    one.refresh_from_db()
    assert "this runs until Friday 9 July 2027" in shown.school_age(one, late.date())
