"""What interventions did is measured by each school's own weeks, beside similar pupils."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests import factories_targeting as targeting
from tests.factories import UserFactory
from tests.factories_attendance import YEAR, a_child, a_school, at, give, later, present
from tests.factories_cases import a_case
from tests.factories_fast_track import decided, invited, met, running
from tests.factories_targeting import a_meeting, agreed, begun
from tests.factories_visits import a_running_plan, a_visit_made, investigated

from mainstay.service.attendance import impact
from mainstay.service.attendance.interventions import known
from mainstay.service.attendance.models import Impact
from mainstay.service.attendance.queries import impact as queries
from mainstay.service.attendance.targeting.models import TargetingDecision
from mainstay.service.casework.actions import visits
from mainstay.service.casework.actions.cases import close
from mainstay.service.casework.models import Visit
from mainstay.service.directory import calendars
from mainstay.service.directory.merging import merge_pupils
from mainstay.service.directory.models import Pupil, School

pytestmark = pytest.mark.django_db
#: the week of the interventions, the eighth of school; half term is over before
ON = date(2026, 11, 2)
LATER = date(2027, 1, 31)
ALL = {"by": "kind", "label": "", "school": None, "first": None, "last": None}


@pytest.fixture
def school() -> School:
    return a_school()


def attends(pupil: Pupil, before: int, after: int) -> None:
    """So many days of each week missed before the intervention and after it."""
    days = [d for d in calendars.school_days(pupil.school, YEAR) if date(2026, 9, 1) <= d < date(2027, 1, 25)]
    marks = present(days)
    for day in days:
        if day.weekday() < (before if day < ON else after):
            marks |= {(day, "AM"): "O", (day, "PM"): "O"}
    give(pupil, marks, when=at(LATER))


def helped(school: School, before: int = 2, after: int = 1, **given: Any) -> Pupil:
    pupil = a_child(school=school)
    attends(pupil, before, after)
    a_case(pupil, when=at(ON), **given)
    return pupil


def like(school: School, number: int = 1, before: int = 2, after: int = 2) -> None:
    for _ in range(number):
        attends(a_child(school=school), before, after)


def test_both_sides_and_similar_pupils_are_measured(school: School) -> None:
    pupil = helped(school)
    like(school, 2)
    like(school, 1, before=0, after=0)  # of another band
    assert impact.measure(LATER) == 1
    one = Impact.objects.get()
    assert (one.pupil_id, one.label, one.counts) == (pupil.pk, "Case", True)
    assert (one.before_possible, one.before_attended) == (60, 36)
    assert (one.after_possible, one.after_attended) == (60, 48)
    assert (one.peers, one.peers_before, one.peers_after) == (2, 0.6, 0.6)


def test_those_helped_in_the_same_weeks_and_those_of_another_phase_are_no_comparison(school: School) -> None:
    helped(school)
    helped(school)
    attends(a_child(school=a_school(phase=School.Phase.SECONDARY)), 2, 2)
    impact.measure(LATER)
    assert {one.peers for one in Impact.objects.all()} == {0}


def test_before_the_weeks_after_are_over_nothing_is_compared(school: School) -> None:
    helped(school)
    impact.measure(ON + timedelta(weeks=4))
    assert not Impact.objects.get().counts
    impact.measure(LATER)
    assert Impact.objects.get().counts


def test_a_case_opened_in_error_is_forgotten(school: School) -> None:
    pupil = helped(school)
    impact.measure(LATER)
    case, by = pupil.ews_cases.get(), UserFactory(role="ewo")
    close(case_id=case.pk, reason="in_error", reasons="Another child was meant.", by=by, at=at(LATER))
    impact.measure(LATER)
    assert not Impact.objects.exists()


def test_visits_plans_fast_tracks_and_meetings_are_interventions(school: School) -> None:
    pupil = targeting.absent(school, 0.5)
    case = a_case(pupil)
    visit = a_visit_made(case)
    Visit.objects.filter(pk=visit.pk).update(outcome="seen", who_seen="The mother")
    visits.record(visit_id=visit.pk, by=case.owner, at=later(3))
    plan = a_running_plan(case)
    track = running(met(invited(decided(case=investigated(a_case(a_child(school=school)))))))
    talked = begun(a_meeting(school))
    targeting.decided(talked, pupil)
    targeting.decided(talked, targeting.absent(school, 0.5))
    agreed(talked)
    about = TargetingDecision.objects.get(pupil=pupil)
    found = {(one.about_kind, one.about_id, one.label, one.pupil_id) for one in known()}
    assert {
        ("casework.visit", str(visit.pk), "Visit", pupil.pk),
        ("casework.plan", str(plan.pk), "Attendance contract", pupil.pk),
        ("casework.fasttrack", str(track.pk), "Fast Track", track.case.pupil_id),
        ("attendance.targetingdecision", str(about.pk), "Targeting meeting", pupil.pk),
    } <= found
    assert {one.pupil_id for one in known([pupil.pk])} == {pupil.pk}
    assert impact.measure(LATER) == len(known())


def test_a_joined_record_is_measured_anew(school: School) -> None:
    pupil, twin = helped(school), a_child(school=school)
    impact.measure(LATER)
    merge_pupils(kept=twin, other=pupil, by=UserFactory(role="service_manager"), at=at(LATER))
    impact.measure(LATER)
    assert Impact.objects.get().pupil_id == twin.pk


def test_rows_of_few_pupils_are_hidden_and_cannot_be_worked_out(school: School) -> None:
    manager = UserFactory(role="service_manager")
    busy, other, third = (UserFactory(role="ewo") for _ in range(3))
    for officer, number in ((busy, 7), (other, 6), (third, 1)):
        for _ in range(number):
            helped(school, owner=officer)
    like(school, 5)
    impact.measure(LATER)
    result = queries.shown(manager, {**ALL, "by": "officer"})
    assert sorted(row["name"] for row in result.rows if row["hidden"]) == sorted([other.name, third.name])
    (row,) = [row for row in result.rows if not row["hidden"]]
    assert (row["pupils"], row["before_counts"], row["compared"]) == (7, "252 of 420", 7)
    assert (queries.points(row["change"]), queries.points(row["difference"])) == (
        "+20.0 points",
        "+20.0 points",
    )
    assert result.total is not None and result.total["pupils"] == 14
    exported = queries.for_export(result)
    assert sum("hidden: small number" in line for line in exported) == 2


def test_only_who_sees_the_team_and_nobody_with_a_conflict_counts_them(school: School) -> None:
    helped(school)
    impact.measure(LATER)
    assert not Impact.objects.visible_to(UserFactory(role="ewo")).exists()
    assert queries.shown(UserFactory(role="service_manager"), ALL).total is None


def test_the_page_asks_as_much_for_many_as_for_few(
    school: School, client: Any, django_assert_max_num_queries: Any
) -> None:
    client.force_login(UserFactory(role="service_manager"))
    for _ in range(6):
        helped(school, owner=UserFactory(role="ewo"))
    impact.measure(LATER)
    for by in ("kind", "officer", "school"):
        with django_assert_max_num_queries(18):
            page = client.get(f"/impact/?by={by}")
        assert page.status_code == 200
    csv = b"".join(client.get("/impact/export.csv?by=kind").streaming_content).decode()
    assert "216 of 360" in csv and "+20.0 points" in csv
