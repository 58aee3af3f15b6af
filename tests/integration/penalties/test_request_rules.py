"""Requests: whose turn it is, what can be picked, when one is done, who looks at it; and the check before anybody is chosen."""

from datetime import date

import pytest
from tests.factories import AddressFactory, EnrolmentFactory, LinkOfficerFactory, ParentFactory, UserFactory
from tests.factories_attendance import a_child, a_school, at, days_before, give, later, present
from tests.factories_penalties import a_notice, a_parent, a_request, absent, an_earlier, declared

from mainstay.service.accounts.announcements import left
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.announcements import link_officer_changed
from mainstay.service.documents import service as serving
from mainstay.service.penalties import checks, facts, handing_over, sessions
from mainstay.service.penalties.actions import checking, requests, writing
from mainstay.service.penalties.actions.allocating import allocate
from mainstay.service.penalties.models import Notice, NoticeRequest
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def of_school() -> tuple[NoticeRequest, object]:
    """A draft of a school, and who writes it."""
    pupil = absent()
    staff = UserFactory(role="school_staff", school=pupil.school)
    return requests.start(pupil=pupil, route="below", by=staff, at=at()), staff


def test_while_a_school_writes_the_service_does_not_and_then_the_other_way_round() -> None:
    one, staff = of_school()
    officer = UserFactory(role="ewo")
    said = {"picked": [f"{days_before(one.pupil.school)[0]} AM"], "because": "A reason.", "at": at()}  # type: ignore[arg-type]
    with pytest.raises(StepRefused, match="cannot see"):
        writing.write(request_id=one.pk, by=officer, **said)
    NoticeRequest.objects.update(state="returned")
    with pytest.raises(StepRefused, match="The school is writing this"):
        writing.write(request_id=one.pk, by=officer, **said)
    writing.write(request_id=one.pk, by=staff, **said)
    NoticeRequest.objects.update(state="asked")
    with pytest.raises(StepRefused, match="was sent already"):
        writing.write(request_id=one.pk, by=staff, **said)
    writing.write(request_id=one.pk, by=officer, **said)


@pytest.mark.parametrize("step", ["give_back", "refuse"])
def test_a_school_is_written_to_when_its_request_comes_back(step: str) -> None:
    one, staff = of_school()
    NoticeRequest.objects.update(state="asked")
    said = {"because" if step == "give_back" else "reasons": "The letters are missing."}
    getattr(requests, step)(request_id=one.pk, by=UserFactory(role="ewo"), at=at(), **said)
    message = Message.objects.get()
    assert message.to == staff.email  # type: ignore[attr-defined]
    for hidden in (one.pupil.surname, one.pupil.forename, "letters are missing"):
        assert hidden not in message.body + message.subject


def test_nobody_is_written_to_about_the_services_own_request() -> None:
    requests.refuse(request_id=a_request().pk, reasons="Support first.", by=UserFactory(role="ewo"), at=at())
    assert not Message.objects.exists()


def test_whoever_may_only_read_adds_no_evidence() -> None:
    request = a_request()
    for role in ("business_support", "legal_coordinator"):
        with pytest.raises(StepRefused, match="Your role cannot add evidence"):
            writing.add_evidence(
                request_id=request.pk,
                what="A paper",
                state="met",
                text="By post",
                by=UserFactory(role=role),
                at=at(),
            )


def test_only_the_side_that_asks_sends_it_or_takes_it_back() -> None:
    request = a_request()
    staff = UserFactory(role="school_staff", school=request.pupil.school)
    with pytest.raises(StepRefused, match="Only the side that asks"):
        requests.take_back(request_id=request.pk, by=staff, at=at())
    with pytest.raises(StepRefused, match="Only the side that asks"):
        requests.ask(request_id=request.pk, by=staff, at=at())


def test_what_the_service_asks_for_itself_is_told_to_the_service_only() -> None:
    a_request()
    assert set(Entry.objects.filter(kind="notice_request").values_list("audience", flat=True)) == {"service"}


def test_the_school_a_child_also_attends_does_not_ask() -> None:
    pupil, other = absent(), a_school()
    EnrolmentFactory(pupil=pupil, school=other, entered_on=date(2026, 9, 1), status="S")
    staff = UserFactory(role="school_staff", school=other)
    with pytest.raises(StepRefused, match="mainly on asks"):
        requests.start(pupil=pupil, route="below", by=staff, at=at())


def test_sessions_that_can_support_no_other_notice_are_refused_by_their_first_day() -> None:
    notice = a_notice()
    officer = UserFactory(role="ewo")
    one = requests.start(pupil=notice.pupil, route="below", by=officer, at=at())
    picked = [f"{s['date']} {s['half']}" for s in notice.sessions[:2]]
    with pytest.raises(
        StepRefused, match="2 sessions picked, the first on Monday 7 September 2026, can support no other"
    ):
        writing.write(request_id=one.pk, picked=picked, because="Again.", by=officer, at=at())
    a_parent(notice.pupil)
    writing.write(request_id=one.pk, picked=picked, because="The father went, too.", by=officer, at=at())


def test_a_charge_uses_sessions_up_as_a_notice_does(monkeypatch: pytest.MonkeyPatch) -> None:
    pupil = absent()
    parent = a_parent(pupil)
    day = days_before(pupil.school)[0]  # type: ignore[arg-type]
    charged = {(parent.pk, pupil.pk): sessions.providers.Known(charged={(day.isoformat(), "AM")})}
    monkeypatch.setattr(sessions.providers.prosecutions, "ask", lambda pairs: [charged])
    offered = {one.key: one for one in sessions.offered(pupil, [parent.pk], TODAY)}
    assert offered[f"{day} AM"].spent_for([parent.pk]) and not offered[f"{day} PM"].spent_for([parent.pk])
    assert offered[f"{day} AM"].used[parent.pk].by == "a charge"


def test_a_parent_dropped_again_leaves_the_request_open_for_another() -> None:
    request, officer = a_request(), UserFactory(role="ewo")
    first, second = a_parent(request.pupil), a_parent(request.pupil)
    notice = checking.choose_parent(request_id=request.pk, parent=first, why="x", by=officer, at=at())
    checking.drop(notice_id=notice.pk, because="He was abroad.", by=officer, at=at())
    request.refresh_from_db()
    assert request.state == "asked"
    checking.choose_parent(request_id=request.pk, parent=second, why="She was there.", by=officer, at=at())


def test_a_request_is_done_once_the_approver_refused_its_last_notice() -> None:
    notice = a_notice("proposed")
    checking.refuse(
        notice_id=notice.pk, reasons="Not in the public interest.", by=UserFactory(role="senior_ewo"), at=at()
    )
    request = notice.request
    request.refresh_from_db()
    assert request.state == "done" and request.closed_at is not None
    assert Deadline.objects.get(about_kind="penalties.noticerequest").state == "met"


def test_the_check_before_anybody_is_chosen_is_the_one_after() -> None:
    declared()
    request = a_request()
    mother, father = (
        a_parent(request.pupil, surname="Quillfeather"),
        a_parent(request.pupil, surname="Ostrander"),
    )
    double = ParentFactory(surname="Ostrander", of=absent())
    AddressFactory(parent=double, since=date(2020, 1, 1))
    an_earlier(mother, request.pupil, date(2026, 3, 2))
    said = {"request": request, "pupil": request.pupil, "school": request.school, "kind": request.kind}
    unsaved = facts.gather([Notice(parent=parent, **said) for parent in (mother, father)], TODAY)
    officer = UserFactory(role="ewo")
    for parent in (mother, father):
        checking.choose_parent(request_id=request.pk, parent=parent, why="Both.", by=officer, at=at())
    saved = facts.gather(list(facts.select(Notice.objects.order_by("pk"))), TODAY)
    assert [checks.lines(one) for one in unsaved] == [checks.lines(one) for one in saved]
    assert [len(one.earlier) for one in unsaved] == [1, 0]
    assert [one.namesakes for one in unsaved] == [(), (double,)]


def test_mail_that_came_back_is_seen_although_the_letter_had_the_postcode() -> None:
    notice = a_notice()
    assert notice.service is not None
    officer = UserFactory(role="business_support")
    serving.mark_returned(
        service=notice.service, returned_on=date(2026, 12, 1), reason="Gone away", by=officer, at=later(9)
    )
    request = a_request(notice.pupil, when=later(9))
    said = {"request": request, "pupil": request.pupil, "school": request.school, "kind": request.kind}
    found = facts.one(Notice(parent=notice.parent, **said), date(2026, 12, 2))
    assert found.returned_on == date(2026, 12, 1)
    AddressFactory(parent=notice.parent, lines="2 New Road\nSouthampton", since=date(2026, 12, 1))
    assert facts.one(Notice(parent=notice.parent, **said), date(2026, 12, 2)).returned_on is None


def test_excluded_days_are_those_of_each_childs_own_school() -> None:
    requested = []
    for first in (date(2026, 10, 14), date(2026, 11, 19)):
        pupil = a_child()
        by = UserFactory(role="ewo")
        one = requests.start(pupil=pupil, route="excluded", by=by, at=at())
        writing.write_exclusion(
            request_id=one.pk,
            notice_on=first,
            excluded_from=first,
            school_days=2,
            seen=[],
            because="Seen.",
            by=by,
            at=at(),
        )
        requested.append(NoticeRequest.objects.get(pk=one.pk))
    notices = [
        Notice(request=one, parent=a_parent(one.pupil), pupil=one.pupil, school=one.school, kind="excluded")
        for one in requested
    ]
    found = [one.excluded_days for one in facts.gather(notices, TODAY)]
    assert found == [(date(2026, 10, 14), date(2026, 10, 15)), (date(2026, 11, 19), date(2026, 11, 20))]


def test_a_request_passes_on_with_its_school_and_when_its_officer_leaves() -> None:
    first, second, taker = (UserFactory(role="ewo") for _ in range(3))
    pupil = absent()
    link = LinkOfficerFactory(school=pupil.school, officer=first)
    request = a_request(pupil)
    request.refresh_from_db()
    assert request.owner == first
    assert handing_over.owned(first)[0]["text"] == f"1 notice request of {pupil.school.name}"  # type: ignore[union-attr]
    link.until = date(2026, 11, 22)
    link.save()
    LinkOfficerFactory(school=pupil.school, officer=second, since=date(2026, 11, 23))
    link_officer_changed.send(school_ids=[pupil.school_id], by=None, at=at())
    request.refresh_from_db()
    assert request.owner == second
    allocate(request_id=request.pk, owner=taker, by=taker, at=at())
    link_officer_changed.send(school_ids=[pupil.school_id], by=None, at=at())
    request.refresh_from_db()
    assert request.owner == taker  # who took it on keeps it
    left.send(user=taker, at=at())
    request.refresh_from_db()
    assert request.owner == second


def test_a_request_is_not_given_to_whoever_cannot_check_it() -> None:
    request, manager = a_request(), UserFactory(role="service_manager")
    with pytest.raises(StepRefused, match="role cannot check requests"):
        allocate(request_id=request.pk, owner=UserFactory(role="business_support"), by=manager, at=at())


def test_a_session_of_another_year_and_school_is_offered_with_its_school() -> None:
    pupil, before = a_child(), a_school(name="Former Primary")
    day = date(2026, 6, 1)
    give(pupil, present([day]) | {(day, "PM"): "U"}, school=before)
    offered = sessions.offered(pupil, [], TODAY)
    assert [(one.on, one.half, one.code, one.school) for one in offered] == [
        (day, "PM", "U", "Former Primary")
    ]
