"""A case: opened once, given to an officer, closed with reasons; what a merge and a leaver do to it."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from tests.factories import DeadlineFactory, PupilFactory, UserFactory
from tests.factories_attendance import a_child, at, later
from tests.factories_cases import a_case
from tests.factories_visits import a_running_plan, a_visit

from mainstay.service.accounts.announcements import left
from mainstay.service.casework import searching
from mainstay.service.casework.actions import cases
from mainstay.service.casework.models import Case
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
    first, second = a_case(kept), a_case(other)
    manager = UserFactory(role="service_manager")
    merge_pupils(kept=kept, other=other, by=manager, at=later(1))
    second.refresh_from_db()
    assert (second.pupil, second.closed_because) == (kept, "in_error")
    assert Case.objects.open().get(pupil=kept) == first


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
