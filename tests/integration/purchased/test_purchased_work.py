"""Purchased work: begun beneath a booking, written, shared, finished; who sees it; casework that becomes a referral."""

from datetime import timedelta
from typing import Any

import pytest
from tests.factories import ConflictFactory, UserFactory
from tests.factories_attendance import TODAY, a_child, a_school, at
from tests.factories_purchased import a_booking, a_school_user, a_work

from mainstay.service.casework.models import Case, Consultation, Plan, Referral
from mainstay.service.common import meanwhile
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory import merging
from mainstay.service.purchased.actions import agreeing, casework, writing
from mainstay.service.purchased.models import Work
from mainstay.service.record.models import Entry

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: at())


def said(work: Work, **given: Any) -> dict[str, Any]:
    return {**writing.kept(work), **given}


def write(work: Work, **given: Any) -> Work:
    return writing.write(work_id=work.pk, said=said(work, **given), seen="", by=work.owner, at=at())


def take(work: Work, step: str, by: Any = None) -> Work:
    return writing.take(work_id=work.pk, step=step, by=by or work.owner, at=at())


def test_a_meeting_from_draft_to_finished() -> None:
    child = a_child()
    work = a_work("early_intervention", child)
    staff = a_school_user(child.school)
    assert work.number == f"PW-{work.pk:06}" and work.owner == work.booking.officer
    assert not Work.objects.visible_to(staff).exists()
    take(work, "share")
    assert Work.objects.visible_to(staff).get() == work
    with pytest.raises(StepRefused, match=r"Write down what was done.*came of it.*Fill in: Who came"):
        take(work, "finish")
    work = write(work, done="We talked.", outcome="Mother calls before nine.", attended="Mother", minutes=60)
    line = agreeing.agree(
        work_id=work.pk, text="Call home", owner="school", who="", due_on=TODAY + DAY, by=work.owner, at=at()
    )
    other = agreeing.agree(
        work_id=work.pk, text="Visit", owner="officer", who="", due_on=TODAY + DAY, by=work.owner, at=at()
    )
    with pytest.raises(StepRefused, match="what the school has done"):
        agreeing.tick(work_id=work.pk, line_id=other.pk, words="", by=staff, at=at())
    take(work, "finish")
    assert agreeing.tick(work_id=work.pk, line_id=line.pk, words="Called", by=staff, at=at()).done_on == TODAY
    with pytest.raises(StepRefused, match="finished"):
        write(work, done="Else.")
    titles = Entry.objects.filter(pupil=child, about_kind="purchased.work").values_list("text", flat=True)
    assert set(titles) == {"", "Mother calls before nine."}


def test_what_cannot_be_begun_chosen_or_written() -> None:
    child, stranger = a_child(), a_child()
    booking = a_booking("early_intervention", child.school)
    officer = booking.officer
    for by, words in ((UserFactory(role="finance"), "role"), (a_school_user(child.school), "role")):
        with pytest.raises(StepRefused, match=words):
            writing.begin(booking_id=booking.pk, title="", by=by, at=at())
    work = writing.begin(booking_id=booking.pk, title="", by=officer, at=at())
    assert work.title == "Early intervention meetings"
    with pytest.raises(StepRefused, match="Choose the child"):
        take(work, "share")
    with pytest.raises(StepRefused, match="roll of this school"):
        writing.choose(work_id=work.pk, add=[stranger.pk], remove=[], by=officer, at=at())
    sibling = a_child(school=child.school)
    with pytest.raises(StepRefused, match="about one child"):
        writing.choose(work_id=work.pk, add=[child.pk, sibling.pk], remove=[], by=officer, at=at())
    writing.choose(work_id=work.pk, add=[child.pk], remove=[], by=officer, at=at())
    writing.choose(work_id=work.pk, add=[sibling.pk], remove=[], by=officer, at=at())
    assert list(work.pupils.all()) == [sibling]
    seen = meanwhile.mark(writing.kept(work))
    write(work, done="Mine.")
    with pytest.raises(meanwhile.Changed):
        writing.write(work_id=work.pk, said=said(work, done="Yours."), seen=seen, by=officer, at=at())
    type(booking).objects.filter(pk=booking.pk).update(state="cancelled_by_school")
    with pytest.raises(StepRefused, match="cancelled"):
        writing.begin(booking_id=booking.pk, title="", by=officer, at=at())


def test_nobody_sees_work_about_a_child_they_have_a_conflict_about() -> None:
    child = a_child()
    work = a_work("early_intervention", child)
    other = UserFactory(role="ewo")
    assert Work.objects.visible_to(other).filter(pk=work.pk).exists()
    ConflictFactory(user=other, pupil=child)
    assert not Work.objects.visible_to(type(other).objects.get(pk=other.pk)).filter(pk=work.pk).exists()
    assert not Work.objects.visible_to(UserFactory(role="police_liaison")).exists()


def test_casework_becomes_a_referral_with_its_history() -> None:
    child = a_child()
    work = write(
        a_work("casework", child),
        done="Calls.",
        concern="Falls asleep.",
        tried="Breakfast club",
        outcome="No change.",
    )
    officer, staff = work.owner, a_school_user(child.school)
    case = casework.open_case(work_id=work.pk, by=officer, at=at())
    assert case.kind == Case.Kind.PURCHASED and case.owner == officer
    assert not hasattr(case, "investigation")
    with pytest.raises(StepRefused, match="open already"):
        casework.open_case(work_id=work.pk, by=officer, at=at())
    agreeing.spend(work_id=work.pk, on=TODAY, minutes=40, what="Call", by=officer, at=at())
    agreeing.agree(
        work_id=work.pk, text="Taxi", owner="school", who="", due_on=TODAY + DAY, by=officer, at=at()
    )
    take(work, "share")
    with pytest.raises(StepRefused, match="not advised"):
        casework.refer(work_id=work.pk, by=staff, at=at())
    casework.advise_referral(
        work_id=work.pk, spoke_with="Head of year", on=TODAY, how="phone", concern="Falls asleep.", advice="Refer.",
        by=officer, at=at(),
    )  # fmt: skip
    with pytest.raises(StepRefused, match="role"):
        casework.refer(work_id=work.pk, by=officer, at=at())
    referral = casework.refer(work_id=work.pk, by=staff, at=at())
    work.refresh_from_db()
    assert work.referral == referral and referral.state == Referral.State.DRAFT
    assert referral.reasons == "Falls asleep.\n\nNo change.\n\nRefer."
    assert "Breakfast club" in referral.tried and "40 minutes of an officer" in referral.tried
    assert "Taxi (not done" in referral.tried and "Call" in referral.tried
    assert Consultation.objects.get(pupil=child).outcome == Consultation.Outcome.PROCEED
    with pytest.raises(StepRefused, match="hangs on it"):
        writing.choose(work_id=work.pk, add=[], remove=[child.pk], by=officer, at=at())


def test_an_assessment_and_a_contract_are_plans_of_casework() -> None:
    for service, kind in (
        ("early_help", Plan.Kind.EARLY_HELP),
        ("attendance_contract", Plan.Kind.CONTRACT),
    ):
        work = a_work(service, a_child())
        plan = casework.begin_plan(
            work_id=work.pk, starts_on=TODAY, ends_on=TODAY + 60 * DAY, review_on=TODAY + 30 * DAY, target=None,
            by=work.owner, at=at(),
        )  # fmt: skip
        assert plan.kind == kind and plan.purchased and not plan.from_school


def test_a_restricted_child_needs_a_reason() -> None:
    child = a_child(restricted=True)
    work = a_work("early_intervention")
    Work.objects.filter(pk=work.pk).update(school=child.school)
    with pytest.raises(StepRefused, match="restricted"):
        writing.choose(work_id=work.pk, add=[child.pk], remove=[], by=work.owner, at=at())
    work.pupils.add(child)
    with pytest.raises(StepRefused, match="restricted"):
        write(work, done="Words.")


def test_two_records_of_a_child_become_one() -> None:
    school = a_school()
    kept, other = a_child(school=school), a_child(school=school)
    both, only = a_work("bespoke", kept, other), a_work("early_intervention", other)
    merging.merge_pupils(kept=kept, other=other, by=UserFactory(role="service_manager"), at=at())
    assert kept in both.pupils.all() and list(only.pupils.all()) == [kept]
