"""The initial investigation: whole before it is finished, agreed to by another, and what the case waits for."""

from datetime import date
from typing import Any

import pytest
from tests.factories import ParentFactory, UserFactory
from tests.factories_attendance import TODAY, at, days_before, give, later, marked
from tests.factories_cases import a_case
from tests.factories_visits import investigated, ready

from mainstay.service.casework import register_check
from mainstay.service.casework.actions import cases, investigations
from mainstay.service.casework.models import AgencyCheck, Investigation
from mainstay.service.common.steps import StepRefused
from mainstay.service.record.models import Deadline

pytestmark = pytest.mark.django_db


def finish(one: Investigation, **given: Any) -> Investigation:
    said = {
        "recommendation": "monitor",
        "review_on": later(28).date(),
        "reasons": "As found.",
        "by": one.case.owner,
    }
    return investigations.finish(investigation_id=one.pk, at=later(1), **{**said, **given})


def test_the_clock_runs_fifteen_days_of_the_schools_own() -> None:
    case = a_case(when=at(date(2026, 10, 12)))
    day = Deadline.objects.get(rule="initial-investigation")
    # the half term from 19 October takes nothing: 13-16 October, 26 October to 6 November, 9 November
    assert (day.last_day, day.owner) == (date(2026, 11, 9), case.owner)
    assert not Investigation.objects.filter(case=a_case(kind="purchased")).exists()


def test_it_is_not_finished_while_something_is_missing() -> None:
    case = a_case()
    ParentFactory(of=case.pupil)
    with pytest.raises(StepRefused) as refusal:
        finish(case.investigation)
    for words in ("register check", "each parent", "the child said", "agencies", "analysis"):
        assert words in str(refusal.value)
    one = ready(case)
    ParentFactory(of=case.pupil)  # another parent is another person to hear
    with pytest.raises(StepRefused, match="what each parent said"):
        finish(Investigation.objects.get(pk=one.pk))


def test_the_registers_are_counted_by_code_within_the_period() -> None:
    case = a_case()
    days = days_before(case.school)
    give(case.pupil, marked(days, "O", 6))
    whole = register_check.check(case.pupil_id, days[0], TODAY)
    assert (whole["unauthorised"], whole["possible"], whole["attended"]) == (
        6,
        2 * len(days),
        2 * len(days) - 6,
    )
    assert [(row["code"], row["sessions"]) for row in whole["codes"] if row["code"] == "O"] == [("O", 6)]
    part = register_check.check(case.pupil_id, days[1], days[1])
    assert (part["unauthorised"], part["possible"], part["percent"]) == (2, 2, 0.0)


def test_a_finished_one_stops_its_clock_and_sets_the_day_of_the_review() -> None:
    case = a_case()
    with pytest.raises(StepRefused, match="day to come"):
        finish(ready(case), review_on=TODAY)
    finish(Investigation.objects.get(case=case))
    assert list(Deadline.objects.open().values_list("rule", "last_day")) == [
        ("case-review", later(28).date())
    ]


def test_a_case_goes_on_to_fast_track_once_another_senior_officer_agreed() -> None:
    senior = UserFactory(role="senior_ewo")
    case = a_case(owner=senior)
    take = {"case_id": case.pk, "step": "fast_track", "because": "Needed.", "by": senior, "at": later(2)}
    with pytest.raises(StepRefused, match="has to be finished first"):
        cases.take(**take)
    one = finish(ready(case), recommendation="fast_track")
    with pytest.raises(StepRefused, match="has to agree"):
        cases.take(**take)
    with pytest.raises(StepRefused, match="somebody else must approve"):
        investigations.agree(investigation_id=one.pk, by=senior, at=later(2))
    investigations.agree(investigation_id=one.pk, by=UserFactory(role="service_manager"), at=later(2))
    assert cases.take(**take).state == "fast_track"


def test_one_that_is_sent_back_is_open_again_with_a_new_clock() -> None:
    one = finish(ready(), recommendation="legal")
    senior = UserFactory(role="senior_ewo")
    with pytest.raises(StepRefused, match="still to be looked at"):
        investigations.send_back(investigation_id=one.pk, because=" ", by=senior, at=later(2))
    one = investigations.send_back(investigation_id=one.pk, because="Ask the GP.", by=senior, at=later(2))
    assert (one.state, one.sent_back) == ("open", "Ask the GP.")
    assert list(Deadline.objects.open().values_list("rule", flat=True)) == ["initial-investigation"]


def test_asking_another_agency_needs_a_basis_and_words() -> None:
    one = a_case().investigation
    said = {
        "agency": "School nurse", "person": "", "asked_on": TODAY, "basis": "consent", "basis_words": "", "shared": "Name.",
        "learnt": "", "by": one.case.owner, "at": at(),
    }  # fmt: skip
    with pytest.raises(StepRefused, match="who agreed and when"):
        investigations.ask_agency(investigation_id=one.pk, **said)
    with pytest.raises(StepRefused, match="what you shared"):
        investigations.ask_agency(investigation_id=one.pk, **{**said, "basis": "task", "shared": " "})
    investigations.ask_agency(investigation_id=one.pk, **{**said, "basis": "task"})
    assert AgencyCheck.objects.get().by == one.case.owner


def test_an_open_case_always_has_a_next_review() -> None:
    case = investigated(a_case(), "monitor")
    one = case.investigation
    said = {"investigation_id": one.pk, "words": "Two late marks.", "by": case.owner, "at": later(28)}
    with pytest.raises(StepRefused, match="always has one"):
        investigations.review(recommendation="monitor", next_on=None, **said)
    made = investigations.review(recommendation="monitor", next_on=later(56).date(), **said)
    assert made.register["from"] == TODAY.isoformat()
    assert Deadline.objects.open().get(rule="case-review").last_day == later(56).date()
    investigations.review(recommendation="improved", next_on=None, **said)
    assert not Deadline.objects.open().exists()
