"""Plans: voluntary where they are, two-sided, signed or refused in words, reviewed promise by promise."""

from io import BytesIO
from typing import Any

import pypdf
import pytest
from tests.factories import AddressFactory, LinkOfficerFactory, ParentFactory, UserFactory
from tests.factories_attendance import TODAY, a_child, at, later
from tests.factories_cases import a_case
from tests.factories_referrals import a_consultation
from tests.factories_visits import a_plan, a_running_plan

from mainstay.service.casework import assessment, interventions
from mainstay.service.casework.actions import assessment_areas, plan_reviews, plan_writing, plans
from mainstay.service.casework.actions.passages import Typed
from mainstay.service.casework.models import Passage, Plan, PlanLine
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.directory.merging_parents import merge_parents
from mainstay.service.directory.models import Pupil
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


def before_a_case(pupil: Pupil, by: Any, kind: str = "contract", **given: Any) -> Plan:
    """Begun without a case, with a promise of the parent and one of the school."""
    days = {"starts_on": TODAY, "ends_on": later(84).date(), "review_on": later(42).date()}
    said = {"by": by, "at": at()}
    plan = plan_writing.begin_before(pupil=pupil, kind=kind, target=92, **days, **said, **given)
    for owner in ("parent", "school", "officer"):
        plan_writing.promise(
            plan_id=plan.pk, need="Mornings", action=f"By the {owner}", owner=owner, who="", due_on=later(14).date(),
            measure="The register", **said,
        )  # fmt: skip
    return plan


def test_a_school_leads_its_plan_until_a_case_is_opened_and_the_plan_joins_it() -> None:
    pupil = a_child()
    mother, officer = ParentFactory(of=pupil, language="Polish"), UserFactory(role="ewo")
    school = UserFactory(role="school_staff", school=pupil.school)
    stranger = UserFactory(role="school_staff", school=a_child().school)
    for by, kind, words in (
        (stranger, "contract", "cannot see"),
        (school, "early_help", "An officer writes"),
    ):
        with pytest.raises(StepRefused, match=words):
            before_a_case(pupil, by, kind)
    consultation = a_consultation(a_child())
    with pytest.raises(StepRefused, match="about another child"):
        before_a_case(pupil, school, consultation=consultation)
    plan, said = before_a_case(pupil, school), {"by": school, "at": at()}
    days = {
        "starts_on": TODAY,
        "ends_on": plan.ends_on,
        "review_on": plan.review_on,
        "target": 92,
        "consent": "",
    }
    plan_writing.write(plan_id=plan.pk, typed=[Typed("situation", "Likes art.", 0)], **days, **said)
    assert not Plan.objects.visible_to(officer).exists()  # a draft is its writer's own
    plans.offer(plan_id=plan.pk, **said)
    plans.sign(
        plan_id=plan.pk, side="parent", parent=mother.pk, name="", agreed=True, words="", on=TODAY, **said
    )
    plans.start(plan_id=plan.pk, **said)
    copy = plan_reviews.make_copy(plan_id=plan.pk, parent=mother.pk, **said)
    assert plan.school.name in copy.document.values["contact"]
    assert not Deadline.objects.exists()  # the service's clocks are not the school's
    with pytest.raises(StepRefused, match="The school leads"):
        plans.end(plan_id=plan.pk, result="kept", words="Well.", by=officer, at=at())
    plan_reviews.report(
        line_id=plan.lines.get(owner="officer").pk, status="done", evidence="Called.", by=officer, at=at()
    )
    plan_reviews.report(line_id=plan.lines.get(owner="parent").pk, status="done", evidence="Up.", **said)
    measured = [one for one in interventions.given([pupil.pk]) if one.about_kind == "casework.plan"]
    assert [(one.about_id, one.on) for one in measured] == [(str(plan.pk), TODAY)]
    assert Entry.objects.filter(pupil=pupil, title="Attendance contract runs", audience="school").exists()
    old, draft = before_a_case(pupil, officer), before_a_case(pupil, school)
    Plan.objects.filter(pk=old.pk).update(
        state="ended", result="kept", result_words="Well.", state_since=later(-400)
    )
    case = a_case(pupil, officer)
    assert list(case.plans.all()) == [plan] and Passage.objects.get(text="Likes art.").case == case
    assert Deadline.objects.open().get(rule="plan-review").owner == officer
    plan.refresh_from_db()
    with pytest.raises(StepRefused, match="education welfare service leads"):
        plans.end(plan_id=plan.pk, result="kept", words="Well.", **said)
    with pytest.raises(StepRefused, match="speak with them"):
        before_a_case(pupil, school)
    plans.offer(plan_id=draft.pk, **said)  # what the school offers now goes to the case as well
    assert set(case.plans.all()) == {plan, draft}


def test_an_assessment_has_its_areas_asks_for_consent_and_is_copied_in_the_parents_language() -> None:
    pupil = a_child()
    mother = ParentFactory(of=pupil, language="Polish", large_print=True)
    officer, school = UserFactory(role="ewo"), UserFactory(role="school_staff", school=pupil.school)
    plan, said = before_a_case(pupil, officer, "early_help", purchased=True), {"by": officer, "at": at()}
    assert [one["key"] for one in plan.areas] == [one.key for one in assessment.DEFAULT.items]
    words = [Typed("voice", "I miss my friends.", 0), Typed("parents", "Nights are short.", 0)]
    days = {"starts_on": TODAY, "ends_on": plan.ends_on, "review_on": plan.review_on, "target": None}
    plan_writing.write(plan_id=plan.pk, consent="All but health", typed=words[:1], **days, **said)
    with pytest.raises(
        StepRefused, match=r"which parent agreed .* Write down what the child and the parents say"
    ):
        plans.offer(plan_id=plan.pk, **said)
    plan_writing.write(plan_id=plan.pk, consent="All but health", typed=words[1:], **days, **said)
    given = {"plan_id": plan.pk, "on": TODAY, "how": "signed", **said}
    with pytest.raises(StepRefused, match="which parent"):
        plans.agree_to_share(parent=ParentFactory().pk, with_school=True, **given)
    plans.agree_to_share(parent=None, with_school=True, **given)  # a child's word alone does not carry it
    with pytest.raises(StepRefused, match="which parent agreed"):
        plans.offer(plan_id=plan.pk, **said)
    consent = plans.agree_to_share(parent=mother.pk, with_school=False, **given)
    plans.take_back(plan_id=plan.pk, consent_id=plan.consents.get(parent=None).pk, **said)
    plans.offer(plan_id=plan.pk, **said)
    assert not Plan.objects.visible_to(school).exists()
    assert Entry.objects.get(title="Early help assessment offered").audience == "service"
    copy = plan_reviews.make_copy(plan_id=plan.pk, parent=mother.pk, **said)
    text = words_of(copy.document.file)
    assert "What the child says I miss my friends." in text and "Early help is voluntary" in text
    assert f"{mother.name}, on Monday 23 November 2026. The school may not read it." in text
    assert "Plan dla Państwa dziecka" in text and "Jest dobrowolna" in text
    assert (copy.document.language, copy.document.large_print) == ("pl", True)
    shared = plans.agree_to_share(parent=mother.pk, with_school=True, **given)
    consent.refresh_from_db()
    assert consent.withdrawn_on == TODAY
    assert not Plan.objects.visible_to(school).exists()  # the child took back what they said
    plans.agree_to_share(parent=None, with_school=True, **given)
    assert Plan.objects.visible_to(school).get() == plan
    no = plans.agree_to_share(parent=None, with_school=False, **given)
    assert not Plan.objects.visible_to(school).exists()  # the child said no
    plans.take_back(plan_id=plan.pk, consent_id=no.pk, **said)
    assert not Plan.objects.visible_to(school).exists()  # a no taken back is no yes
    plans.agree_to_share(parent=None, with_school=True, **given)
    again, manager = ParentFactory(of=pupil), UserFactory(role="service_manager")
    last = plans.agree_to_share(parent=again.pk, with_school=True, **given)
    merge_parents(kept=mother, other=again, reasons="One person.", by=manager, at=at())
    shared.refresh_from_db()
    assert shared.withdrawn_on == TODAY and Plan.objects.visible_to(school).exists()
    assert plan.consents.standing().get(parent=mother) == last
    plans.take_back(plan_id=plan.pk, consent_id=last.pk, **said)
    assert not Plan.objects.visible_to(school).exists()
    with pytest.raises(StepRefused, match="which parent agreed"):
        plans.start(plan_id=plan.pk, **said)


def test_before_a_case_the_link_officer_answers_for_what_a_leaver_began() -> None:
    pupil = a_child()
    mother, leaver = ParentFactory(of=pupil), UserFactory(role="ewo", name="Rowan Leaver")
    link = LinkOfficerFactory(school=pupil.school).officer
    plan, said = before_a_case(pupil, leaver, "action"), {"by": UserFactory(role="ewo"), "at": at()}
    plans.offer(plan_id=plan.pk, **said)
    leaver.is_active = False
    leaver.save()
    plans.start(plan_id=plan.pk, **said)
    assert {one.owner for one in Deadline.objects.open()} == {link}
    copy = plan_reviews.make_copy(plan_id=plan.pk, parent=mother.pk, **said)
    contact = copy.document.values["contact"]
    assert link.name in contact and leaver.name not in contact
    measured = [one for one in interventions.given([pupil.pk]) if one.about_kind == "casework.plan"]
    assert [one.officer_id for one in measured] == [leaver.pk]  # whose work it was


def test_the_council_sets_the_areas_of_assessments_begun_from_then_on() -> None:
    manager, officer = UserFactory(role="service_manager"), UserFactory(role="ewo")
    before = before_a_case(a_child(), officer, "early_help")
    voices = [one for one in assessment.DEFAULT.items if one.key in ("voice", "parents")]
    own = [*voices, assessment.Area("own-1", "Money", "Only if they want to speak of it.")]
    said = {"since": TODAY, "reason": "Shorter", "at": at()}
    for items, by, match in (
        (own[1:], manager, "stay in every assessment"), (assessment.DEFAULT.items, manager, "Nothing would change"),
        (own, officer, "Your role"),
    ):  # fmt: skip
        with pytest.raises(StepRefused, match=match):
            assessment_areas.set_areas(items=items, by=by, **said)
    assessment_areas.set_areas(items=own, by=manager, **said)
    after = before_a_case(a_child(), officer, "early_help")
    assert [one["text"] for one in after.areas][-1] == "Money" and len(before.areas) == len(
        assessment.DEFAULT.items
    )
