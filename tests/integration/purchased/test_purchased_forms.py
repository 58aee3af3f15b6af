"""The special forms: audits by sample, intervention days, groups, figures with small numbers hidden, training, moves, library."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from tests.factories import ConflictFactory, UserFactory
from tests.factories_attendance import TODAY, a_child, a_school, at, days_before, give, marked, present
from tests.factories_purchased import a_school_user, a_work

from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil, School
from mainstay.service.purchased import interventions, values
from mainstay.service.purchased.actions import (
    auditing,
    days,
    figures,
    giving,
    groups,
    moving,
    training,
    writing,
)
from mainstay.service.purchased.models import Moving, Place, Slot, Work
from mainstay.service.purchased.monitored import measures
from mainstay.service.purchased.queries import groups as effects
from mainstay.service.team import monitoring

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
FIRST = date(2026, 9, 1)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: at())


def with_marks(n: int, school: School | None = None, **given: Any) -> list[Pupil]:
    """Children of one school with marks since September; the first one missed ten sessions."""
    school = school or a_school()
    children = [a_child(school=school, **given) for _ in range(n)]
    taught = days_before(school)
    for number, child in enumerate(children):
        give(child, marked(taught, "O", 10, 20) if number == 0 else present(taught))
    return children


def share(work: Work) -> Work:
    return writing.take(work_id=work.pk, step="share", by=work.owner, at=at())


def test_the_same_seed_draws_the_same_weeks_and_a_checked_sample_stands() -> None:
    children = with_marks(3)
    hidden = a_child(school=children[0].school, restricted=True)
    give(hidden, marked(days_before(hidden.school), "O", 4))
    work = a_work("audit", school=children[0].school)
    said = {"work_id": work.pk, "first": FIRST, "last": TODAY, "by": work.owner, "at": at()}

    def drawn(**more: Any) -> list[tuple[int, date]]:
        rows = auditing.draw(**said, **{"number": 5, "absent": False, **more})
        return [(row.pupil_id, row.week) for row in rows]

    first = drawn(seed=7)
    assert drawn(seed=7) == first and len(set(first)) == 5
    assert drawn(seed=8) != first and hidden.pk not in {pupil for pupil, _ in first}
    work.refresh_from_db()
    assert work.details["sampling"]["seed"] == 8 and work.details["sampling"]["number"] == 5
    with pytest.raises(StepRefused, match="has only 1 such weeks"):
        drawn(number=2, absent=True)
    (row,) = auditing.draw(**said, number=1, absent=True)
    assert row.pupil == children[0] and row.codes == ["O"] * 10
    with pytest.raises(StepRefused, match="what is wrong"):
        auditing.check(
            work_id=work.pk, place=1, finding="wrong", evidence="None", note="", by=work.owner, at=at()
        )
    auditing.check(
        work_id=work.pk, place=1, finding="wrong", evidence="A letter", note="M", by=work.owner, at=at()
    )
    with pytest.raises(StepRefused, match="it stands"):
        drawn()


def test_a_day_of_slots_with_families_and_results() -> None:
    school = a_school()
    children = [a_child(school=school) for _ in range(2)]
    work = a_work("intervention_day", *children)
    officer, staff = work.owner, a_school_user(school)
    made = days.lay_out(work_id=work.pk, first=time(9), last=time(10, 45), minutes=30, by=officer, at=at())
    assert [slot.at for slot in made] == [time(9), time(9, 30), time(10)]
    with pytest.raises(StepRefused, match="already"):
        days.lay_out(work_id=work.pk, first=time(9), last=time(10), minutes=30, by=officer, at=at())
    slot = {"work_id": work.pk, "slot_id": work.slots.first().pk, "at": at()}
    with pytest.raises(StepRefused, match="cannot see"):
        days.fill(**slot, pupil_id=children[0].pk, family="Mother", by=staff)
    share(work)
    with pytest.raises(StepRefused, match="one of the children"):
        days.fill(**slot, pupil_id=a_child().pk, family="", by=staff)
    days.fill(**slot, pupil_id=children[0].pk, family="Mother", by=staff)
    with pytest.raises(StepRefused, match="has a slot"):
        writing.choose(work_id=work.pk, add=[], remove=[children[0].pk], by=officer, at=at())
    with pytest.raises(StepRefused, match="free it first"):
        days.remove(**slot, by=officer)
    with pytest.raises(StepRefused, match="what was agreed"):
        days.result(**slot, came="yes", words="", by=officer)
    days.result(**slot, came="yes", words="A bus pass.", by=officer)
    with pytest.raises(StepRefused, match="not given away"):
        days.fill(**slot, pupil_id=None, family="", by=staff)
    (effect,) = [one for one in interventions.given(None) if one.about_kind == "purchased.slot"]
    assert effect.pupil_id == children[0].pk and effect.on == work.on
    assert Slot.objects.filter(work=work).count() == 3


def test_a_group_with_attendance_before_and_after() -> None:
    children = with_marks(2)
    work = a_work("group_work", *children)
    first, last = TODAY - 8 * WEEK, TODAY - 7 * WEEK
    sessions = [
        groups.plan_session(work_id=work.pk, on=on, topic="Sleep", by=work.owner, at=at())
        for on in (first, last)
    ]
    later = groups.plan_session(work_id=work.pk, on=TODAY + WEEK, topic="Food", by=work.owner, at=at())
    hold = {"work_id": work.pk, "note": "", "by": work.owner, "at": at()}
    with pytest.raises(StepRefused, match="not taken place"):
        groups.hold_session(**hold, session_id=later.pk, there=[])
    with pytest.raises(StepRefused, match="not in the group"):
        groups.hold_session(**hold, session_id=sessions[0].pk, there=[a_child().pk])
    groups.hold_session(**hold, session_id=sessions[0].pk, there=[children[0].pk])
    later.delete()
    found = effects.effect(work)
    assert found is not None
    side = found.of_pupils[children[0].pk]
    assert side.before_possible and side.after_possible and side.before is not None
    assert found.of_pupils[children[1].pk].after == 1
    rows = effects.shown(work, found)
    assert [(row["came"], row["of"]) for row in rows] == [(1, 1), (0, 1)]


def test_small_groups_are_hidden_before_anything_is_kept() -> None:
    school = a_school()
    with_marks(6, school)
    with_marks(2, school, fsm=True, sex="M", sen="K")
    work = a_work("group_analysis", school=school)
    with pytest.raises(StepRefused, match="not in the future"):
        figures.analyse(work_id=work.pk, first=FIRST, last=TODAY + DAY, by=work.owner, at=at())
    work = figures.analyse(work_id=work.pk, first=FIRST, last=TODAY, by=work.owner, at=at())
    found = work.details["analysis"]
    assert found["pupils"] == 8 and found["small"] == 5
    by = {group["by"]: group["rows"] for group in found["groups"]}
    # two are small: alone the six could be worked out as the sum less the two, so both are hidden
    assert all(row["hidden"] and set(row) == {"label", "hidden"} for row in by["fsm"])
    (all_,) = by["ethnicity"]
    assert all_["pupils"] == 8 and all_["absent"] == 20 and all_["unauthorised"] == 20
    codes = {row["code"]: row for row in found["codes"]}
    assert codes["O"] == {"code": "O", "hidden": True} and codes["/"]["pupils"] == 8
    values.set_value(
        name="small",
        value=3,
        since=TODAY,
        reason="Large school.",
        by=UserFactory(role="service_manager"),
        at=at(),
    )
    work = figures.analyse(work_id=work.pk, first=FIRST, last=TODAY, by=work.owner, at=at())
    assert work.details["analysis"]["small"] == 3
    tiny = a_work("group_analysis", school=with_marks(1)[0].school)
    with pytest.raises(StepRefused, match="no marks of so many"):
        figures.analyse(work_id=tiny.pk, first=FIRST, last=TODAY, by=tiny.owner, at=at())


def test_places_are_booked_attended_and_evaluated() -> None:
    work = a_work("training", details={"capacity": 2, "starts": "9am", "where": "Hall"})
    own, other = a_school_user(work.school), a_school_user(a_school())
    there = (
        other.school_posts.get().school
        if hasattr(other, "school_posts")
        else School.objects.visible_to(other).get()
    )
    share(work)
    book = {"work_id": work.pk, "name": "A Teacher", "post": "", "at": at()}
    with pytest.raises(StepRefused, match="cannot see this course"):
        training.book(**book, school=there, by=other)
    writing.keep_detail(work, "everybody", True)
    place = training.book(**book, school=there, by=other)
    with pytest.raises(StepRefused, match="cannot see this school"):
        training.book(**book, school=there, by=own)
    mine = training.book(**book, school=work.school, by=own)
    with pytest.raises(StepRefused, match="taken"):
        training.book(**book, school=work.school, by=own)
    with pytest.raises(StepRefused, match="no such place"):
        training.cancel(work_id=work.pk, place_id=mine.pk, by=other, at=at())
    training.cancel(work_id=work.pk, place_id=mine.pk, by=own, at=at())
    with pytest.raises(StepRefused, match="Only who was there"):
        training.evaluate(work_id=work.pk, place_id=place.pk, answers={}, remarks="", by=other, at=at())
    assert training.attended(work_id=work.pk, there=[place.pk], by=work.owner, at=at()) == 1
    questions = values.in_force(TODAY)["questions"]
    with pytest.raises(StepRefused, match="1 to 5"):
        training.evaluate(
            work_id=work.pk,
            place_id=place.pk,
            answers=dict.fromkeys(questions, 6),
            remarks="",
            by=other,
            at=at(),
        )
    training.evaluate(
        work_id=work.pk,
        place_id=place.pk,
        answers=dict.fromkeys(questions, 4),
        remarks="Good",
        by=other,
        at=at(),
    )
    hidden = a_school_user(a_school())
    ConflictFactory(user=hidden, school=work.school)
    assert not training.courses_for(hidden).exists()


def test_a_note_reaches_the_next_school_once_both_agreed() -> None:
    child, next_ = a_child(), a_school()
    work = a_work("transition", child)
    leaving, arriving = a_school_user(child.school), a_school_user(next_)
    put = {
        "work_id": work.pk,
        "pupil_id": child.pk,
        "to_school": next_,
        "starts_on": None,
        "phased": "",
        "at": at(),
    }
    line = moving.put(**put, note="Likes maps.", by=work.owner)
    with pytest.raises(StepRefused, match="cannot see"):
        moving.agree_leaving(line_id=line.pk, by=leaving, at=at())
    share(work)
    assert not Moving.objects.arriving_at(arriving).exists()
    with pytest.raises(StepRefused, match="the child leaves agrees"):
        moving.agree_leaving(line_id=line.pk, by=work.owner, at=at())
    moving.agree_leaving(line_id=line.pk, by=leaving, at=at())
    assert Moving.objects.arriving_at(arriving).get() == line
    with pytest.raises(StepRefused, match="moves to"):
        moving.agree_arriving(line_id=line.pk, by=leaving, at=at())
    line = moving.put(**put, note="Likes trains.", by=work.owner)
    assert line.left_agreed_on is None
    moving.agree_leaving(line_id=line.pk, by=leaving, at=at())
    assert moving.agree_arriving(line_id=line.pk, by=arriving, at=at()).passed_on
    with pytest.raises(StepRefused, match="it stands"):
        moving.put(**put, note="Else.", by=work.owner)


def test_a_version_given_stays_and_a_policy_is_reviewed_line_by_line() -> None:
    manager = UserFactory(role="service_manager")
    said = {"text": "Words.", "because": "New.", "since": TODAY, "at": at()}
    with pytest.raises(StepRefused, match="role"):
        giving.write_version(
            template_id=None, title="Letter", kind="letter", by=UserFactory(role="ewo"), **said
        )
    one = giving.write_version(template_id=None, title="Letter", kind="letter", by=manager, **said)
    two = giving.write_version(template_id=one.template_id, title="", kind="", by=manager, **said)
    assert (one.number, two.number) == (1, 2)
    work = a_work("consistent_approaches")
    given = giving.give(work_id=work.pk, version_id=one.pk, by=work.owner, at=at())
    assert given.document.values["facts"][1][1].startswith("1, in force")
    with pytest.raises(StepRefused, match="already"):
        giving.give(work_id=work.pk, version_id=one.pk, by=work.owner, at=at())
    policy = a_work("policy_review")
    lines = figures.checklist_of(policy)
    with pytest.raises(StepRefused, match="advised to do"):
        figures.review_policy(work_id=policy.pk, answers=[("no", "")] * len(lines), by=policy.owner, at=at())
    figures.review_policy(work_id=policy.pk, answers=[("yes", "")] * len(lines), by=policy.owner, at=at())
    gate = a_work("gate")
    with pytest.raises(StepRefused, match="at least one count"):
        figures.count(work_id=gate.pk, counts=[{"at": "08:50", "year": "7", "n": 0}], by=gate.owner, at=at())
    kept = figures.count(
        work_id=gate.pk, counts=[{"at": "08:50", "year": "7", "n": 3}], by=gate.owner, at=at()
    )
    assert kept.details["counts"] == [{"at": "08:50", "year": "7", "n": 3}]


def test_the_yearly_review_counts_training_and_hides_what_few_people_said(
    django_assert_num_queries: Any,
) -> None:
    work = a_work("training", details={"capacity": 20})
    said = {"work": work, "school": work.school, "booked_by": work.owner, "booked_at": at()}
    for n in range(6):
        answers = {"Clear": 5 if n < 3 else 2} | ({"Useful": 4} if n < 4 else {})
        Place.objects.create(name=f"Teacher {n}", attended=True, answers=answers, **said)
    Place.objects.create(name="Ill", attended=False, **said)
    Place.objects.create(name="Cancelled", cancelled_at=at(), **said)
    of_years = monitoring.years_of(2026, TODAY)
    with django_assert_num_queries(2):
        places, thought = (monitoring.shown(one, of_years, None) for one in measures())
    assert [places.words(n, 0) for n in range(3)] == ["7", "6", "6"]
    assert [line.label for line in thought.lines] == ["Clear", "Useful"]
    # four answers are few; with the other beside it nobody can subtract
    assert {thought.words(n, 0) for n in range(2)} == {"hidden: small number"}
    Place.objects.filter(name="Teacher 5").update(answers={"Clear": 2, "Useful": 1})
    thought = monitoring.shown(measures()[1], of_years, None)
    assert [thought.words(n, 0) for n in range(2)] == ["50.0%", "80.0%"]
