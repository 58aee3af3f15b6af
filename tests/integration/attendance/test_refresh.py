"""What follows when calendars, dates of birth or records change, and when a day goes by."""

from datetime import date, timedelta

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import (
    TODAY,
    YEAR,
    a_child,
    a_school,
    at,
    days_before,
    give,
    later,
    marked,
    present,
)  # fmt: skip

from mainstay.service.attendance import grids, refresh
from mainstay.service.attendance.actions.consider import consider
from mainstay.service.attendance.models import Finding, Register, SchoolYear
from mainstay.service.common.jobs.models import Job
from mainstay.service.common.jobs.queue import run_next, run_waiting
from mainstay.service.directory import calendar_actions
from mainstay.service.directory.announcements import calendar_changed, pupils_changed
from mainstay.service.directory.calendars import school_days
from mainstay.service.directory.merging import merge_pupils
from mainstay.service.directory.models import CalendarException, Pupil, School

pytestmark = pytest.mark.django_db(databases="__all__")


def test_closing_a_day_takes_its_sessions_out_of_the_measures() -> None:
    pupil = a_child()
    days = days_before(pupil.school)
    give(pupil, marked(days, "O", 10))
    CalendarException.objects.create(school=pupil.school, on=days[0], kind="closed")
    calendar_changed.send(school_ids=[pupil.school_id], years=[YEAR], by=None, at=later(1))
    register = Register.objects.get()
    assert register.possible == 2 * len(days) - 2 and register.unauthorised == 8
    assert Finding.objects.get(kind="threshold").state == "lapsed"


def test_closing_a_day_tells_who_considered_a_finding_that_relied_on_it() -> None:
    pupil, officer = a_child(), UserFactory(role="ewo")
    days = days_before(pupil.school)
    give(pupil, marked(days, "O", 10))
    finding = Finding.objects.get(kind="threshold")
    consider(finding_id=finding.pk, choice="support", reasons="A plan is agreed.", by=officer, at=at())
    CalendarException.objects.create(school=pupil.school, on=days[0], kind="closed")
    calendar_changed.send(school_ids=[pupil.school_id], years=[YEAR], by=None, at=later(1))
    finding.refresh_from_db()
    assert finding.alert.startswith("2 sessions it relied on changed on")
    assert finding.alert.endswith("With the marks as they are now it is not met.")


def test_ten_days_are_one_schools_own_and_each_can_be_considered() -> None:
    pupil, officer = a_child(), UserFactory(role="ewo")
    other = a_school()
    days = days_before(pupil.school)
    give(pupil, marked(days, "O", 20))
    give(pupil, marked(days_before(other), "O", 20, start=4), school=other)
    first, second = Finding.objects.filter(kind="ten_days").order_by("school")
    assert (first.school, second.school) == (pupil.school, other) and first.since < second.since
    for finding in (first, second):
        consider(finding_id=finding.pk, choice="support", reasons="A return is made.", by=officer, at=at())
    assert set(Finding.objects.filter(kind="ten_days").values_list("state", flat=True)) == {"considered"}


def test_a_date_of_birth_learned_later_decides_what_counts() -> None:
    pupil = a_child(date_of_birth=None)
    give(pupil, marked(days_before(pupil.school), "O", 10))
    assert Finding.objects.open().filter(kind="threshold").exists()
    Pupil.objects.filter(pk=pupil.pk).update(date_of_birth=date(2022, 1, 3))  # four years old
    pupils_changed.send(pupil_ids=[pupil.pk], by=None, at=later(1))
    assert not Finding.objects.open().filter(kind="threshold").exists()
    assert Register.objects.get().unauthorised == 10


def test_two_records_joined_have_one_register_with_the_marks_of_both() -> None:
    kept = a_child()
    other = a_child(school=kept.school, surname=kept.surname)
    days = days_before(kept.school)
    give(kept, present(days[:10]))
    give(other, dict.fromkeys([(d, h) for d in days[5:15] for h in ("AM", "PM")], "O"), later(0))
    merge_pupils(kept=kept, other=other, by=UserFactory(role="senior_ewo"), at=later(1))
    register = Register.objects.get()
    assert register.pupil == kept and (register.possible, register.unauthorised) == (30, 10)
    held = grids.of_school(kept.school_id, YEAR)
    assert sorted({int(n) for n in held.provenance[0]}) == [0, 1, 2]
    assert set(Finding.objects.values_list("pupil", flat=True)) <= {kept.pk}


def test_two_records_joined_that_met_the_threshold_at_two_schools_have_one_finding() -> None:
    kept, other = a_child(), a_child()
    for pupil in (kept, other):
        give(pupil, marked(days_before(pupil.school), "O", 10))
    merge_pupils(kept=kept, other=other, by=UserFactory(role="senior_ewo"), at=later(1))
    assert Finding.objects.open().get(kind="threshold").pupil == kept
    assert Finding.objects.filter(kind="threshold", state="lapsed").count() == 1


def test_a_new_day_finds_n_whose_time_is_over_and_counts_quiet_days() -> None:
    pupil = a_child()
    days = days_before(pupil.school)
    give(pupil, marked(days, "N", 1, start=len(days) - 1), at(days[-1]))
    assert not Finding.objects.filter(kind="unresolved").exists()
    refresh.daily(on=TODAY + timedelta(days=14), last=None)
    assert Finding.objects.open().filter(kind="unresolved").exists()
    assert SchoolYear.objects.get().quality["quiet_days"] >= 9


def test_a_correction_of_last_year_reaches_the_windows_of_this_year() -> None:
    pupil = a_child()
    this = days_before(pupil.school)
    july = [day for day in school_days(pupil.school, YEAR - 1) if day >= date(YEAR, 6, 29)]
    give(pupil, marked(this[:5], "O", 6), at(this[5]))
    assert Register.objects.get(year=YEAR).threshold_met_on is None
    give(pupil, marked(july, "O", 4, start=len(july) - 2), at(this[5], 15))
    assert Register.objects.get(year=YEAR).threshold_met_on == this[2]
    assert Finding.objects.open().filter(kind="threshold", pupil=pupil).exists()


def two_schools_with_findings() -> list[School]:
    pupils = [a_child(), a_child()]
    for pupil in pupils:
        give(pupil, marked(days_before(pupil.school), "O", 10))
    return [pupil.school for pupil in pupils]


def test_a_change_for_many_schools_is_measured_by_a_job_for_each() -> None:
    schools, senior = two_schools_with_findings(), UserFactory(role="senior_ewo")
    day = days_before(schools[0])[0]
    said = {"kind": "unplanned", "am_open": False, "pm_open": False, "reason": "Snow"}
    count = calendar_actions.set_day(schools=schools, on=day, by=senior, at=later(1), **said)
    assert count == 2
    assert Finding.objects.open().filter(kind="threshold").count() == 2  # not in the same transaction
    assert refresh.progress() == {"done": 0, "failed": 0, "total": 2}
    assert run_next() and refresh.progress() == {"done": 1, "failed": 0, "total": 2}
    assert Finding.objects.open().filter(kind="threshold").count() == 1
    run_waiting()
    assert refresh.progress() is None
    assert set(Register.objects.values_list("unauthorised", flat=True)) == {8}


def test_a_change_for_one_school_is_measured_at_once() -> None:
    school = two_schools_with_findings()[0]
    day, senior = days_before(school)[0], UserFactory(role="senior_ewo")
    calendar_actions.set_exception(
        school=school, on=day, kind="closed", am_open=False, pm_open=False, by=senior, at=later(1)
    )
    assert Register.objects.get(school=school).unauthorised == 8
    assert not Job.objects.exists()
