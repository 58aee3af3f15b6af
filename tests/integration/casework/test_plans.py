"""Plans: voluntary where they are, two-sided, signed or refused in words, reviewed promise by promise."""

from io import BytesIO
from typing import Any

import pypdf
import pytest
from tests.factories import AddressFactory, ParentFactory, UserFactory
from tests.factories_attendance import TODAY, a_child, at, later
from tests.factories_cases import a_case
from tests.factories_visits import a_plan, a_running_plan

from mainstay.service.casework.actions import plan_reviews, plan_writing, plans
from mainstay.service.casework.models import Plan, PlanLine
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db


def words_of(file: Any) -> str:
    pages = pypdf.PdfReader(BytesIO(store.read(file))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def sign(plan: Plan, parent: Any, agreed: bool, words: str = "") -> None:
    plans.sign(
        plan_id=plan.pk, side="parent", parent=parent.pk, name="", agreed=agreed, words=words, on=TODAY,
        by=plan.case.owner, at=at(),
    )  # fmt: skip


def test_a_contract_has_two_sides() -> None:
    plan = a_plan()
    said = {"by": plan.case.owner, "at": at()}
    plan_writing.take_out(line_id=plan.lines.get(owner="school").pk, **said)
    with pytest.raises(StepRefused, match="two sides"):
        plans.offer(plan_id=plan.pk, **said)


def test_early_help_needs_the_familys_agreement_to_be_shared() -> None:
    plan = a_plan(kind="early_help", target=None)
    with pytest.raises(StepRefused, match="which parent agreed to the assessment"):
        plans.offer(plan_id=plan.pk, by=plan.case.owner, at=at())


def test_a_contract_runs_only_with_a_parent_and_a_refusal_is_kept_in_their_words() -> None:
    plan = a_plan()
    mother, by = ParentFactory(of=plan.case.pupil), plan.case.owner
    plans.offer(plan_id=plan.pk, by=by, at=at())
    with pytest.raises(StepRefused, match="this is voluntary"):
        plans.start(plan_id=plan.pk, by=by, at=at())
    with pytest.raises(StepRefused, match="Write down what they said"):
        sign(plan, mother, agreed=False)
    sign(plan, mother, agreed=False, words="I work nights.")
    plans.not_agreed(plan_id=plan.pk, by=by, at=at())
    assert "I work nights." in Entry.objects.get(title="Attendance contract not agreed").text


def test_an_action_plan_may_be_set_without_agreement_and_says_so() -> None:
    plan = a_plan(kind="action")
    said = {"plan_id": plan.pk, "by": plan.case.owner, "at": at()}
    plans.offer(**said)
    plans.start(**said)
    assert Entry.objects.get(title="Action plan runs").text == "Set without agreement."


def test_a_school_never_reads_a_plan_that_was_not_offered() -> None:
    plan = a_plan()
    school = UserFactory(role="school_staff", school=plan.case.school)
    assert not Plan.objects.visible_to(school).exists()
    plans.drop(plan_id=plan.pk, because="Not needed.", by=plan.case.owner, at=at())
    assert not Plan.objects.visible_to(school).exists()


def test_what_was_offered_stands() -> None:
    plan = a_running_plan()
    with pytest.raises(StepRefused, match="its words stand"):
        plan_writing.take_out(line_id=plan.lines.first().pk, by=plan.case.owner, at=at())  # type: ignore[union-attr]


def test_each_parent_gets_a_copy_of_their_own_and_the_clock_stops_with_the_last() -> None:
    pupil = a_child()
    mother, father = ParentFactory(of=pupil), ParentFactory(of=pupil, large_print=True)
    AddressFactory(parent=mother, lines="1 Invented Road", postcode="SO99 9AB")
    plan = a_running_plan(a_case(pupil))
    said, open_ = {"by": plan.case.owner, "at": at()}, Deadline.objects.open().filter(rule="plan-copies")
    assert open_.get().last_day == later(7).date()  # five working days
    copies = {}
    for parent in (mother, father):
        copy = copies[parent] = plan_reviews.make_copy(plan_id=plan.pk, parent=parent.pk, **said)
        text = words_of(copy.document.file)
        assert f"This is a copy for {parent.name}" in text and "Invented Road" not in text
        assert "you do not have to sign it" in text and "We will know it was done by" in text
        assert copy.document.large_print == parent.large_print
    posted = {"method": "first_class_post", "on": TODAY, **said}
    plan_reviews.copy_given(copy_id=copies[mother].pk, **posted)
    with pytest.raises(StepRefused, match="hand it over"):
        plan_reviews.copy_given(copy_id=copies[father].pk, **posted)
    assert open_.exists()
    plan_reviews.copy_given(copy_id=copies[father].pk, **{**posted, "method": "hand"})
    assert not open_.exists()


def test_a_school_says_what_became_of_its_own_promises_alone() -> None:
    plan = a_running_plan()
    school = UserFactory(role="school_staff", school=plan.case.school)
    ours, theirs = plan.lines.get(owner="school"), plan.lines.get(owner="parent")
    said = {"status": "done", "evidence": "Every day at the gate.", "by": school, "at": later(3)}
    with pytest.raises(StepRefused, match="Only the side that promised"):
        plan_reviews.report(line_id=theirs.pk, **said)
    with pytest.raises(StepRefused, match="what shows it"):
        plan_reviews.report(line_id=ours.pk, **{**said, "evidence": ""})
    assert plan_reviews.report(line_id=ours.pk, **said).status == "done"
    stranger = UserFactory(role="school_staff", school=a_child().school)
    with pytest.raises(StepRefused, match="cannot see"):
        plan_reviews.report(line_id=ours.pk, **{**said, "by": stranger})


def test_a_review_speaks_about_every_promise() -> None:
    plan = a_running_plan()
    one, other = plan.lines.order_by("pk")
    said = {
        "plan_id": plan.pk,
        "words": "Better.",
        "next_on": later(70).date(),
        "by": plan.case.owner,
        "at": later(42),
    }
    with pytest.raises(StepRefused, match="every promise"):
        plan_reviews.review(ticks={one.pk: ("done", "")}, **said)
    for silent, words in (("to_do", "whether this was kept"), ("not_done", "what got in the way")):
        with pytest.raises(StepRefused, match=words):
            plan_reviews.review(ticks={one.pk: ("done", ""), other.pk: (silent, " ")}, **said)
    ticks = {one.pk: ("done", "Every day"), other.pk: ("not_done", "Nobody was free")}
    review = plan_reviews.review(ticks=ticks, **said)
    assert sorted(review.ticks.values_list("status", "words")) == [
        ("done", "Every day"), ("not_done", "Nobody was free"),
    ]  # fmt: skip
    assert sorted(PlanLine.objects.filter(plan=plan).values_list("status", flat=True)) == ["done", "not_done"]
    assert Deadline.objects.open().get(rule="plan-review").last_day == later(70).date()
    plans.end(
        plan_id=plan.pk, result="partly", words="Mornings are calmer.", by=plan.case.owner, at=later(80)
    )
    assert not Deadline.objects.open().filter(about_kind="casework.plan").exists()
