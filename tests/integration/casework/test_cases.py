"""A case: opened once, given to an officer, closed with reasons; what a merge and a leaver do to it."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from tests.factories import DeadlineFactory, PupilFactory, UserFactory
from tests.factories_attendance import a_child, at, later
from tests.factories_cases import a_case
from tests.factories_referrals import a_referral, an_answer
from tests.factories_visits import a_running_plan, a_visit

from mainstay.service.accounts.announcements import left
from mainstay.service.casework import searching
from mainstay.service.casework.actions import cases, plan_writing, referring
from mainstay.service.casework.models import Case, Plan, Referral
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.merging import merge_pupils
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db


def test_a_child_has_one_open_statutory_case() -> None:
    case = a_case()
    with pytest.raises(StepRefused, match="has an open case already"):
        a_case(case.pupil)
    a_case(case.pupil, kind="purchased")
    cases.close(case_id=case.pk, reason="improved", reasons="96% for ten weeks.", by=case.owner, at=later(1))
    again = a_case(case.pupil, when=later(2))
    assert again.number != case.number and Entry.objects.filter(kind="case").count() == 4


def test_closing_asks_for_a_listed_reason_and_words_and_stops_the_clock() -> None:
    case = a_case()
    day = DeadlineFactory(pupil=case.pupil, about_kind="casework.case", about_id=str(case.pk))

    def close(**said: Any) -> Case:
        given = {"reason": "moved", "reasons": "To Wales.", **said}
        return cases.close(case_id=case.pk, by=case.owner, at=later(1), **given)

    for wrong, words in (({"reason": "bored"}, "Choose why"), ({"reasons": " "}, "Give your reasons")):
        with pytest.raises(StepRefused, match=words):
            close(**wrong)
    assert Deadline.objects.open().filter(pk=day.pk).exists()
    assert close().closing.reasons == "To Wales."  # type: ignore[union-attr]
    assert not Deadline.objects.open().filter(pk=day.pk).exists()
    with pytest.raises(StepRefused, match="this case is closed"):
        close()


def test_an_officer_takes_a_case_on_and_a_manager_gives_it_to_another() -> None:
    case, officer, manager = a_case(), UserFactory(role="ewo"), UserFactory(role="service_manager")
    about = {"about_kind": "casework.case", "about_id": str(case.pk)}
    day = DeadlineFactory(pupil=case.pupil, owner=case.owner, **about)
    give = {"case_id": case.pk, "because": "Speaks Polish.", "at": at()}
    with pytest.raises(StepRefused, match="a manager gives it"):
        cases.allocate(owner=officer, by=case.owner, **give)
    with pytest.raises(StepRefused, match="cannot work on cases"):
        cases.allocate(owner=UserFactory(role="finance"), by=manager, **give)
    assert cases.allocate(owner=officer, by=manager, **give).owner == officer
    day.refresh_from_db()
    assert day.owner == officer


def test_a_leavers_cases_are_nobodys() -> None:
    case = a_case()
    left.send(user=case.owner, at=later(3))
    case.refresh_from_db()
    assert case.owner is None


def test_what_runs_on_the_second_case_of_a_child_stops_with_it() -> None:
    kept, other = a_child(), a_child()
    a_case(kept)
    case = a_case(other)
    visit, plan = a_visit(case), a_running_plan(case)
    merge_pupils(kept=kept, other=other, by=UserFactory(role="senior_ewo"), at=at())
    visit.refresh_from_db()
    plan.refresh_from_db()
    assert (visit.state, visit.meeting.state, plan.state) == ("cancelled", "cancelled", "dropped")
    assert not Deadline.objects.open().filter(about_kind="casework.plan").exists()


def test_of_two_records_of_a_child_one_case_stays_open() -> None:
    kept = a_child()
    other = PupilFactory(school=kept.school, surname=kept.surname, date_of_birth=date(2014, 5, 5))
    first = a_case(kept)
    manager = UserFactory(role="service_manager")
    days = {
        "starts_on": at().date(),
        "ends_on": later(84).date(),
        "review_on": later(42).date(),
        "target": 92,
    }
    plan = plan_writing.begin_before(pupil=other, kind="action", by=manager, at=at(), **days)
    second = a_case(other)
    Plan.objects.filter(pk=plan.pk).update(case=None)  # begun before the case of the other record
    merge_pupils(kept=kept, other=other, by=manager, at=later(1))
    second.refresh_from_db()
    assert (second.pupil, second.closed_because) == (kept, "in_error")
    assert Case.objects.open().get(pupil=kept) == first
    plan.refresh_from_db()
    assert (plan.pupil, plan.case) == (kept, first)


def test_a_number_of_the_former_system_goes_from_the_referral_to_the_case_and_is_found() -> None:
    one = a_referral("draft")
    staff, officer = one.made_by, UserFactory(role="ewo")
    said = {
        "referral_id": one.pk,
        "part": "reasons",
        "by": staff,
        "at": at(),
        "reasons": "Mondays.",
        "tried": "Met.",
    }
    with pytest.raises(StepRefused, match="at least 3"):
        referring.write(earlier_reference="A/1", **said)
    referring.write(earlier_reference="EWS/2019-0042", **said)
    found = reverse("referral", args=[one.pk])
    assert [hit.href for hit in searching.by_number(staff, "ews 2019 0042")] == [found]
    assert searching.by_number(officer, "EWS/2019-0042") == []  # never sent: the school's own
    sent = a_referral("acknowledged")
    Referral.objects.filter(pk=sent.pk).update(earlier_reference="EWS/2019-0042", earlier_key="ews20190042")
    case = an_answer("accepted", sent, officer).case
    assert case is not None and case.earlier_reference == "EWS/2019-0042"
    hits = searching.by_number(officer, "EWS 2019/0042")
    assert [hit.href for hit in hits] == [
        reverse("case", args=[case.pk]),
        reverse("referral", args=[sent.pk]),
    ]
    cases.refer_back(case_id=case.pk, reference=" Ésw 77 ", by=officer, at=at())
    assert [hit.title for hit in searching.by_number(officer, "esw-77")] == [
        f"Case {case.number}, earlier Ésw 77"
    ]
    with pytest.raises(StepRefused, match="Your role"):
        cases.refer_back(case_id=case.pk, reference="", by=UserFactory(role="legal_coordinator"), at=at())
    assert searching.by_number(UserFactory(role="school_staff", school=one.school), "esw77") == []


def test_every_number_of_a_letter_is_found() -> None:
    case = a_case()
    visit, plan = a_visit(case), a_running_plan(case)
    officer: Any = case.owner
    for text, href in (
        (case.number, reverse("case", args=[case.pk])),
        (f"vc {visit.pk}", reverse("visit", args=[visit.pk])),
        (plan.number.lower(), reverse("plan", args=[plan.pk])),
    ):
        assert [hit.href for hit in searching.by_number(officer, text)] == [href]
    assert searching.by_number(officer, "XX-000001") == [] == searching.by_number(officer, "FT-000001")
    assert searching.by_number(UserFactory(role="finance"), case.number) == []
