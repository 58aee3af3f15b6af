"""The way of a notice through its actions: asked, checked, approved, issued; and every wrong way, refused in words."""

from datetime import date, timedelta

import pytest
from tests.factories import AddressFactory, ParentFactory, UserFactory
from tests.factories_attendance import at, days_before, give, later
from tests.factories_penalties import (
    a_notice,
    a_parent,
    a_request,
    absent,
    an_earlier,
    answered,
    declared,
)

from mainstay.service.attendance.actions import correct_mark
from mainstay.service.attendance.models import Register
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import service as serving
from mainstay.service.documents.models import Document, Issued
from mainstay.service.penalties import checks, facts
from mainstay.service.penalties.actions import checking, ending, issuing, requests, writing
from mainstay.service.penalties.models import Notice, NoticeRequest
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)  # a Monday


def lines_of(notice: Notice, on: date = TODAY) -> dict[str, checks.Line]:
    found = facts.one(facts.select(Notice.objects).get(pk=notice.pk), on)
    return {line.name: line for line in checks.lines(found)}


def test_a_notice_is_issued_with_number_letter_service_and_dates() -> None:
    notice = a_notice()
    assert notice.state == Notice.State.ISSUED
    assert notice.number is not None and notice.number.startswith("PN-")
    assert (notice.position, notice.reduced_pence, notice.full_pence) == ("first", 8000, 16000)
    assert notice.issued_on == TODAY
    # posted on a Monday by first class: the second working day is Wednesday
    assert notice.served_on == date(2026, 11, 25)
    assert notice.reduced_until == date(2026, 12, 15)
    assert notice.full_until == date(2026, 12, 22)
    assert notice.decide_from == date(2026, 12, 23)
    assert notice.document is not None and not notice.document.draft
    assert notice.service is not None and notice.service.presumed_on == notice.served_on
    assert notice.document.values["reference"] == notice.number
    deadline = Deadline.objects.get(about_kind="penalties.notice", about_id=str(notice.pk))
    assert (deadline.rule, deadline.last_day) == ("notice-payment", notice.full_until)
    assert notice.pupil.name not in deadline.label
    assert NoticeRequest.objects.get().state == NoticeRequest.State.DONE
    assert AuditRow.objects.filter(action="notice.issued", on_id=str(notice.pk)).count() == 1
    assert Entry.objects.filter(kind="penalty_notice", pupil=notice.pupil_id).count() == 1


def test_the_register_relied_on_is_frozen_with_the_proposal() -> None:
    notice = a_notice("proposed")
    assert notice.sessions == notice.request.sessions
    assert len(notice.certificates) == 1
    assert Document.objects.get(pk=notice.certificates[0]).kind == "certificate_draft"
    assert notice.decision is not None and notice.decision.answer["position"] == "first"


def test_an_issued_letter_cannot_be_changed() -> None:
    notice = a_notice()
    assert notice.document is not None
    notice.document.values = {}
    with pytest.raises(Issued):
        notice.document.save()


@pytest.mark.parametrize("who", ["made it", "prepared it"])
def test_nobody_approves_what_they_asked_for_or_prepared(who: str) -> None:
    senior = UserFactory(role="senior_ewo")
    if who == "prepared it":
        notice = a_notice("proposed", officer=senior, request=a_request())
    else:
        notice = a_notice("proposed", request=a_request(by=senior))
    with pytest.raises(StepRefused, match="Somebody else must approve"):
        checking.approve(notice_id=notice.pk, by=senior, at=at())


def test_an_officer_cannot_approve() -> None:
    notice = a_notice("proposed")
    with pytest.raises(StepRefused, match="role"):
        checking.approve(notice_id=notice.pk, by=UserFactory(role="ewo"), at=at())


def test_nothing_is_issued_until_earlier_notices_are_declared_complete() -> None:
    request = a_request()
    parent = a_parent(request.pupil)
    officer = UserFactory(role="ewo")
    answered(request, officer)
    notice = checking.choose_parent(
        request_id=request.pk, parent=parent, why="Their holiday.", by=officer, at=at()
    )
    with pytest.raises(StepRefused, match="Earlier notices not loaded"):
        checking.propose(notice_id=notice.pk, reasons="A holiday.", by=officer, at=at())


@pytest.mark.parametrize("name", ["equality", "send", "best_tool", "proceedings", "crossing", "support"])
def test_every_question_has_to_be_answered(name: str) -> None:
    declared()
    request = a_request()
    officer = UserFactory(role="ewo")
    notice = checking.choose_parent(
        request_id=request.pk, parent=a_parent(request.pupil), why="Their holiday.", by=officer, at=at()
    )
    answered(request, officer)
    request.checks.filter(name=name).delete()
    with pytest.raises(StepRefused, match="Not answered yet"):
        checking.propose(notice_id=notice.pk, reasons="A holiday.", by=officer, at=at())


def test_where_support_was_right_a_notice_to_improve_comes_first() -> None:
    declared()
    request = a_request()
    officer = UserFactory(role="ewo")
    notice = checking.choose_parent(
        request_id=request.pk, parent=a_parent(request.pupil), why="Has the care.", by=officer, at=at()
    )
    answered(request, officer, support="given")
    assert lines_of(notice)["improvement"].state == "missing"
    answered(request, officer, support="given", improvement="no_effect")
    assert lines_of(notice)["improvement"].state == "done"


def test_a_third_notice_in_three_years_is_refused_and_says_until_when() -> None:
    pupil = absent()
    parent = a_parent(pupil)
    an_earlier(parent, pupil, date(2024, 11, 15))
    an_earlier(parent, pupil, date(2026, 3, 3))
    with pytest.raises(StepRefused, match="15 November 2027"):
        a_notice(pupil=pupil, parent=parent)


def test_a_second_notice_costs_the_whole_sum_from_its_first_day() -> None:
    pupil = absent()
    parent = a_parent(pupil)
    an_earlier(parent, pupil, date(2024, 11, 15), issuer="Another Council")
    notice = a_notice(pupil=pupil, parent=parent)
    assert (notice.position, notice.reduced_pence, notice.full_pence) == ("second", 16000, 16000)
    assert notice.document is not None
    assert [one["pounds"] for one in notice.document.values["sums"]] == ["£160"]


def test_each_parent_has_a_notice_of_their_own_on_the_same_sessions() -> None:
    pupil = absent()
    one, two = a_parent(pupil), a_parent(pupil, forename="Alan")
    first = a_notice(pupil=pupil, parent=one)
    second = a_notice(pupil=pupil, parent=two)
    assert first.sessions == second.sessions
    assert (first.position, second.position) == ("first", "first")
    assert first.number != second.number


def test_sessions_are_relied_on_once_against_a_parent() -> None:
    notice = a_notice()
    with pytest.raises(StepRefused, match=f"relied on by {notice.number}"):
        a_notice(pupil=notice.pupil, parent=notice.parent, when=later(1))


def test_sessions_of_a_withdrawn_notice_wait_for_legal_sign_off() -> None:
    notice = a_notice()
    manager, legal = UserFactory(role="service_manager"), UserFactory(role="legal_coordinator")
    ending.withdraw(
        notice_id=notice.pk,
        ground="material_error",
        reasons="The school's name was wrong.",
        by=manager,
        at=later(1),
    )
    with pytest.raises(StepRefused, match="legal co-ordinator signs it off"):
        a_notice(pupil=notice.pupil, parent=notice.parent, when=later(2))
    with pytest.raises(StepRefused, match="Only the legal co-ordinator"):
        checking.sign_off(notice_id=notice.pk, reasons="A correction.", by=manager, at=later(2))
    checking.sign_off(notice_id=notice.pk, reasons="A correction may be issued.", by=legal, at=later(2))
    draft = Notice.objects.get(state="draft")
    again = checking.propose(
        notice_id=draft.pk, reasons="Corrected.", by=UserFactory(role="ewo"), at=later(2)
    )
    assert again.answer["position"] == "first"  # a withdrawn notice does not count


def test_a_notice_goes_to_a_parent_of_that_child_and_to_a_person() -> None:
    request, officer = a_request(), UserFactory(role="ewo")
    stranger = ParentFactory()
    with pytest.raises(StepRefused, match="not recorded as a parent"):
        checking.choose_parent(request_id=request.pk, parent=stranger, why="?", by=officer, at=at())
    council = ParentFactory(of=request.pupil, forename="", surname="Invented Council")
    with pytest.raises(StepRefused, match="individual"):
        checking.choose_parent(request_id=request.pk, parent=council, why="In care", by=officer, at=at())
    with pytest.raises(StepRefused, match="why this parent"):
        checking.choose_parent(
            request_id=request.pk, parent=a_parent(request.pupil), why=" ", by=officer, at=at()
        )


def test_a_child_over_compulsory_age_is_refused() -> None:
    pupil = absent(date_of_birth=date(2010, 3, 9))  # 16 in March, past the last Friday in June
    with pytest.raises(StepRefused):
        a_notice(pupil=pupil)


def test_no_notice_for_an_independent_school() -> None:
    pupil = absent()
    assert pupil.school is not None
    pupil.school.kind = "Other independent school"
    pupil.school.save()
    with pytest.raises(StepRefused, match="independent school"):
        a_request(pupil)


def test_an_address_is_needed_and_one_that_sends_mail_back_is_none() -> None:
    notice = a_notice("draft")
    notice.parent.addresses.all().delete()
    assert lines_of(notice)["address"].state == "missing"
    AddressFactory(parent=notice.parent)
    assert lines_of(notice)["address"].state == "done"


def test_a_mark_that_changes_after_the_proposal_stops_the_approval() -> None:
    notice = a_notice("proposed")
    register = Register.objects.get(pupil=notice.pupil)
    day = date.fromisoformat(notice.sessions[0]["date"])
    correct_mark(
        register_id=register.pk, on=day, half=notice.sessions[0]["half"], code="I", reason="A letter came",
        by=UserFactory(role="ewo"), at=at(),
    )  # fmt: skip
    with pytest.raises(StepRefused, match="another mark by now"):
        checking.approve(notice_id=notice.pk, by=UserFactory(role="senior_ewo"), at=at())


def test_an_enquiry_awaited_is_unknown_and_not_none() -> None:
    notice = a_notice("draft")
    answered(notice.request, UserFactory(role="ewo"), crossing="asked")
    assert lines_of(notice)["enquiry"].words == "No enquiry about this parent is recorded yet."
    enquiry = notice.parent.enquiries.create(
        pupil=notice.pupil, authority="Elsewhere Council", asked_on=TODAY, asked_by=UserFactory(role="ewo")
    )
    assert "awaited" in lines_of(notice)["enquiry"].words
    assert lines_of(notice)["law"].state == "missing"
    enquiry.outcome, enquiry.answered_on = "none", TODAY
    enquiry.save()
    assert "enquiry" not in lines_of(notice)
    assert lines_of(notice)["law"].state == "done"


def test_two_records_that_may_be_one_parent_are_shown() -> None:
    notice = a_notice("draft")
    twin = ParentFactory(forename=notice.parent.forename, surname=notice.parent.surname)
    assert "namesakes" not in lines_of(notice)
    AddressFactory(parent=twin)
    assert lines_of(notice)["namesakes"].state == "missing"
    checking.answer(
        request_id=notice.request_id, name="namesakes", value="different", text="Mother and daughter-in-law.",
        by=UserFactory(role="ewo"), at=at(),
    )  # fmt: skip
    assert lines_of(notice)["namesakes"].state == "done"


def test_a_batch_issues_what_is_ready_and_says_why_not_the_rest() -> None:
    ready = [a_notice("approved") for _ in range(3)]
    stale = a_notice("approved")
    stale.parent.addresses.all().delete()
    draft = a_notice("draft")
    support = UserFactory(role="business_support")
    done = issuing.issue(notice_ids=[n.pk for n in (*ready, stale, draft)], by=support, at=at())
    assert {n.pk for n in done.notices} == {n.pk for n in ready}
    assert dict(done.refused).keys() == {stale.pk, draft.pk}
    assert "No full address" in dict(done.refused)[stale.pk]
    assert len({n.number for n in done.notices}) == 3


def test_issuing_again_issues_nothing() -> None:
    notice = a_notice("approved")
    support = UserFactory(role="business_support")
    issuing.issue(notice_ids=[notice.pk], by=support, at=at())
    number = Notice.objects.get(pk=notice.pk).number
    again = issuing.issue(notice_ids=[notice.pk], by=support, at=at())
    assert not again.notices and len(again.refused) == 1
    assert Notice.objects.get(pk=notice.pk).number == number
    assert Document.objects.filter(kind="penalty_notice").count() == 1


def test_proof_and_returned_mail_move_the_dates() -> None:
    notice = a_notice()
    support = UserFactory(role="business_support")
    service = notice.service
    assert service is not None
    serving.prove(
        service=service, received_on=date(2026, 11, 30), proof="Signed for", by=support, at=later(8)
    )
    notice.refresh_from_db()
    assert (notice.served_on, notice.full_until) == (date(2026, 11, 30), date(2026, 12, 27))
    deadline = Deadline.objects.get(about_id=str(notice.pk), about_kind="penalties.notice")
    assert deadline.last_day == date(2026, 12, 27)


def test_a_letter_that_comes_back_stops_the_clock() -> None:
    notice = a_notice()
    assert notice.service is not None
    serving.mark_returned(
        service=notice.service,
        returned_on=date(2026, 12, 1),
        reason="Gone away",
        by=UserFactory(role="ewo"),
        at=later(8),
    )
    notice.refresh_from_db()
    assert (notice.served_on, notice.decide_from) == (None, None)
    ending.fall_due(on=date(2027, 3, 1), last=None)
    notice.refresh_from_db()
    assert notice.state == Notice.State.ISSUED


def test_after_the_last_day_there_is_a_decision_and_no_third_state() -> None:
    notice = a_notice()
    ending.fall_due(on=date(2026, 12, 22), last=None)
    notice.refresh_from_db()
    assert notice.state == Notice.State.ISSUED
    ending.fall_due(on=date(2026, 12, 23), last=None)
    notice.refresh_from_db()
    assert notice.state == Notice.State.UNPAID
    rules = dict(
        Deadline.objects.open().filter(about_kind="penalties.notice").values_list("rule", "last_day")
    )
    assert rules.keys() == {"notice-decision", "limitation"}
    assert notice.offence_from is not None
    assert rules["limitation"] == ending.limits_of(notice, TODAY).safe_date  # type: ignore[union-attr]


def test_the_officer_who_prepared_it_does_not_decide_to_prosecute() -> None:
    officer = UserFactory(role="senior_ewo")
    notice = a_notice(officer=officer)
    ending.fall_due(on=date(2026, 12, 23), last=None)
    with pytest.raises(StepRefused, match="Somebody other"):
        ending.prosecute(notice_id=notice.pk, reasons="Unpaid.", by=officer, at=later(35))
    done = ending.prosecute(
        notice_id=notice.pk,
        reasons="Unpaid; the family did not answer.",
        by=UserFactory(role="legal_coordinator"),
        at=later(35),
    )
    assert done.state == Notice.State.PROSECUTING


def test_a_payable_notice_is_not_prosecuted() -> None:
    notice = a_notice()
    with pytest.raises(StepRefused, match="penalty notice is issued"):
        ending.prosecute(
            notice_id=notice.pk, reasons="Now.", by=UserFactory(role="legal_coordinator"), at=later(3)
        )


def test_a_withdrawn_notice_has_a_letter_and_frees_its_position() -> None:
    notice = a_notice()
    manager = UserFactory(role="service_manager")
    with pytest.raises(StepRefused, match="ground"):
        ending.withdraw(notice_id=notice.pk, ground="sorry", reasons="x", by=manager, at=later(1))
    with pytest.raises(StepRefused, match="time to pay is over"):
        ending.withdraw(
            notice_id=notice.pk, ground="unpaid_not_prosecuted", reasons="x", by=manager, at=later(1)
        )
    gone = ending.withdraw(
        notice_id=notice.pk, ground="wrong_recipient", reasons="He lives abroad.", by=manager, at=later(1)
    )
    assert gone.state == Notice.State.WITHDRAWN
    assert gone.withdrawal_document is not None and gone.withdrawal_document.kind == "withdrawal"
    assert not Deadline.objects.open().filter(about_kind="penalties.notice").exists()


def test_a_school_may_only_ask_about_its_own_and_answers_the_evidence() -> None:
    pupil = absent()
    staff = UserFactory(role="school_staff", school=pupil.school)
    elsewhere = UserFactory(role="school_staff", school=absent().school)
    with pytest.raises(StepRefused, match="cannot see"):
        requests.start(pupil=pupil, route="below", by=elsewhere, at=at())
    request = requests.start(pupil=pupil, route="below", by=staff, at=at())
    days = days_before(pupil.school)  # type: ignore[arg-type]
    writing.write(request_id=request.pk, picked=[f"{days[0]} AM"], because="", by=staff, at=at())
    with pytest.raises(StepRefused, match="every line of evidence"):
        requests.ask(request_id=request.pk, by=staff, at=at())
    from mainstay.service.penalties import code

    for line in code.in_force(TODAY)["evidence"]:
        writing.add_evidence(
            request_id=request.pk, what=line, state="met", text="Sent by post", by=staff, at=at()
        )
    with pytest.raises(StepRefused, match="Say why"):
        requests.ask(request_id=request.pk, by=staff, at=at())
    writing.write(
        request_id=request.pk,
        picked=[f"{days[0]} AM"],
        because="The fourth short holiday.",
        by=staff,
        at=at(),
    )
    assert requests.ask(request_id=request.pk, by=staff, at=at()).state == "asked"


def test_only_sessions_of_the_register_can_be_picked() -> None:
    pupil = absent()
    officer = UserFactory(role="ewo")
    request = requests.start(pupil=pupil, route="below", by=officer, at=at())
    days = days_before(pupil.school)  # type: ignore[arg-type]
    with pytest.raises(StepRefused, match="not marked as an unauthorised absence"):
        writing.write(request_id=request.pk, picked=[f"{days[20]} AM"], because="x", by=officer, at=at())


def test_the_check_asks_no_more_queries_for_many_than_for_one(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    notices = [a_notice("draft") for _ in range(4)]
    wanted = list(facts.select(Notice.objects.filter(pk__in=[n.pk for n in notices])))
    with django_assert_max_num_queries(11):
        facts.gather(wanted, TODAY)


def test_give_is_what_the_register_shows() -> None:
    """A session attended by now is not offered: the marks are read, not the finding."""
    pupil = absent(4)
    days = days_before(pupil.school)  # type: ignore[arg-type]
    from mainstay.service.penalties import sessions

    assert len(sessions.offered(pupil, [], TODAY)) == 4
    give(pupil, {(days[0], "AM"): "/"})
    assert days[0] + timedelta(0) not in {s.on for s in sessions.offered(pupil, [], TODAY) if s.half == "AM"}
