"""A register file beside the school's file before it, and beside the days the school was open."""

from datetime import date
from typing import Any

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import (
    YEAR,
    a_child,
    a_school,
    at,
    days_before,
    give,
    later,
    long_file,
    present,
    send,
)

from mainstay.service.attendance import taking
from mainstay.service.attendance.actions import imports
from mainstay.service.attendance.models import Register, RegisterImport
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory import calendars
from mainstay.service.directory.models import Pupil, School

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def school() -> School:
    return a_school()


@pytest.fixture
def pupils(school: School) -> list[Pupil]:
    """Two classes of ten."""
    return [a_child(school=school, reg_group=name) for name in ("5A", "5B") for _ in range(10)]


def sent(pupils: list[Pupil], days: list[date], when: int = 0, by: Any = None) -> RegisterImport:
    return send(long_file({pupil: present(days) for pupil in pupils}), by=by, when=later(when))


def remarks(one: RegisterImport) -> list[str]:
    return [warning["text"] for warning in one.report["warnings"] if warning["code"] == "beside"]


def test_a_first_file_has_nothing_to_be_held_against(pupils: list[Pupil], school: School) -> None:
    one = sent(pupils, days_before(school)[:5])
    assert one.state == "taken" and not remarks(one)


def test_a_file_with_a_tenth_fewer_or_more_pupils_is_taken_and_with_less_it_waits(
    pupils: list[Pupil], school: School
) -> None:
    days = days_before(school)
    sent(pupils, days[:5])
    assert sent(pupils[:18], days[5:6], 1).state == "taken"
    two_less = sent([*pupils[:8], *pupils[10:14]], days[6:7], 2)
    assert two_less.state == "preview"
    assert "12 pupils where the file before had 18" in two_less.stopped_because
    assert "implausible" not in two_less.stopped_because
    with pytest.raises(StepRefused):
        imports.take(import_id=two_less.pk, by=UserFactory(role="ewo"), at=later(2))
    assert Register.objects.filter(attended=14).count() == 0


def test_a_file_twice_as_large_waits_for_somebody_who_may_accept_it(
    pupils: list[Pupil], school: School
) -> None:
    days, senior = days_before(school), UserFactory(role="senior_ewo")
    sent(pupils[:10], days[:5])
    more = [a_child(school=school, reg_group="5A") for _ in range(10)]
    one = sent([*pupils[:10], *more], days[5:6], 1, by=senior)
    assert one.state == "preview" and one.report["pupils"] == 20
    imports.take(import_id=one.pk, by=senior, at=later(1), accepted_because="Two schools became one")
    one.refresh_from_db()
    assert (one.state, one.accepted_by, one.marks_new) == ("taken", senior, 40)
    row = AuditRow.objects.get(action="import.accepted")
    assert "20 pupils where the file before had 10" in row.payload["doubt"]
    assert sent([*pupils[:10], *more], days[6:7], 2).state == "taken"


def test_one_class_is_held_against_that_class_and_the_whole_school_against_what_came(
    pupils: list[Pupil], school: School
) -> None:
    days = days_before(school)
    sent(pupils, days[:5])
    one_class = sent(pupils[:10], days[5:6], 1)
    assert one_class.state == "taken" and remarks(one_class) == [
        "Classes that the file before had and this one has not: 5B"
    ]
    whole = sent(pupils, days[5:7], 2)
    assert whole.state == "taken" and not remarks(whole)
    half_a_class = sent(pupils[:5], days[7:8], 3)
    assert half_a_class.state == "preview"
    assert "5 pupils where the file before had 10" in half_a_class.stopped_because


def test_a_days_file_after_a_whole_years_is_held_against_who_was_still_there(
    pupils: list[Pupil], school: School
) -> None:
    days = days_before(school)
    left = {pupil: present(days[:10]) for pupil in pupils[::4]}
    assert send(long_file({pupil: present(days[:-1]) for pupil in pupils} | left)).state == "taken"
    stayed = [pupil for pupil in pupils if pupil not in left]
    assert sent(stayed, days[-1:], 1).state == "taken"


def test_last_years_file_waits_even_where_only_the_registers_tell_of_the_file_before(
    pupils: list[Pupil], school: School
) -> None:
    give(pupils[0], present(days_before(school)[:3]))
    last_year = calendars.school_days(school, YEAR - 1)[-5:]
    one = sent(pupils, last_year)
    assert one.state == "preview" and "in an earlier school year" in one.stopped_because
    assert one.report["acceptable"]


def test_last_years_file_after_this_years_waits(pupils: list[Pupil], school: School) -> None:
    sent(pupils, days_before(school)[:3])
    one = sent(pupils, calendars.school_days(school, YEAR - 1)[-5:], 1)
    assert one.state == "preview" and "in an earlier school year" in one.stopped_because


def test_fewer_sessions_than_pupils_and_days_make_are_said_but_stop_nothing(
    pupils: list[Pupil], school: School
) -> None:
    days = days_before(school)[:5]
    mornings = {(day, "AM"): "/" for day in days}
    one = send(long_file({p: mornings if n % 2 else present(days) for n, p in enumerate(pupils)}))
    assert one.state == "taken"
    assert remarks(one) == [
        f"{school.name}: 150 sessions with a mark, where these pupils and the days the school was open make 200"
    ]


def test_a_mornings_file_is_as_long_as_the_morning(pupils: list[Pupil], school: School) -> None:
    one = send(long_file({pupil: {(days_before(school)[-1], "AM"): "/"} for pupil in pupils}))
    assert one.state == "taken" and not remarks(one)


@pytest.fixture
def accepted(pupils: list[Pupil], school: School, monkeypatch: pytest.MonkeyPatch) -> RegisterImport:
    """A file that a senior officer accepted and that then failed."""
    sent(pupils, days_before(school)[:5])
    one = sent(pupils[:12], days_before(school)[5:6], 1)
    with monkeypatch.context() as broken:
        broken.setattr(taking, "take", lambda *a, **k: 1 / 0)
        because = "Half the school is on a trip"
        imports.take(
            import_id=one.pk, by=UserFactory(role="senior_ewo"), at=later(1), accepted_because=because
        )
    one.refresh_from_db()
    assert one.state == "failed"
    return one


def test_what_was_accepted_is_accepted_no_more_once_the_file_is_read_again(accepted: RegisterImport) -> None:
    officer = UserFactory(role="ewo")
    one = imports.reread(import_id=accepted.pk, by=officer, at=later(1), dates="dmy")
    assert (one.state, one.accepted_by, one.accepted_because) == ("preview", None, "")
    assert "12 pupils" in one.stopped_because
    with pytest.raises(StepRefused):
        imports.take(import_id=one.pk, by=officer, at=later(1), accepted_because="It is right")


def test_an_acceptance_holds_for_the_file_as_it_was_read_then(accepted: RegisterImport) -> None:
    RegisterImport.objects.filter(pk=accepted.pk).update(
        state="preview", stopped_because="", options=accepted.options | {"mapping": '[codes]\n"O" = "/"\n'}
    )
    imports.take(import_id=accepted.pk, by=UserFactory(role="ewo"), at=later(1))
    accepted.refresh_from_db()
    assert accepted.state == "preview" and "12 pupils" in accepted.stopped_because


def test_an_acceptance_covers_no_doubt_that_arose_later(pupils: list[Pupil], school: School) -> None:
    days, senior = days_before(school), UserFactory(role="senior_ewo")
    sent(pupils, days[:5])
    one = sent(pupils[:12], days[5:6], 1)
    sent([*pupils, *(a_child(school=school, reg_group="5A") for _ in range(2))], days[6:7], 2)
    imports.take(import_id=one.pk, by=senior, at=later(3), accepted_because="Half the school is on a trip")
    one.refresh_from_db()
    assert one.state == "preview" and "had 22" in one.stopped_because and one.report["acceptable"]
    imports.take(import_id=one.pk, by=senior, at=at(), accepted_because="Half the school is on a trip")
    one.refresh_from_db()
    assert one.state == "taken"
