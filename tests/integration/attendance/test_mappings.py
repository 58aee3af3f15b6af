"""How a school's files are read is kept for it once it worked, and every change of it is in the audit."""

from pathlib import Path

import pytest
from tests.factories import UserFactory
from tests.factories_attendance import a_child, a_school, at, days_before, later, long_file, present, send
from tests.integration.attendance.test_inbox import _drop

from mainstay.service.accounts.models import User
from mainstay.service.attendance import inbox, mappings
from mainstay.service.attendance.actions import imports
from mainstay.service.attendance.models import Register, RegisterImport
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil, School

pytestmark = pytest.mark.django_db(databases="__all__")
TICKS = '[codes]\n"+" = "/"\n"*" = "\\\\"\n'
TABLE = {"codes": {"+": "/", "*": "\\"}}


@pytest.fixture
def pupil() -> Pupil:
    return a_child()


@pytest.fixture
def officer() -> User:
    return UserFactory(role="ewo")


def ticked(pupil: Pupil, first: int, last: int, heading: str = "URN") -> bytes:
    """A file in this school's own spelling: ticks for marks."""
    text = long_file({pupil: present(days_before(pupil.school)[first:last])}).getvalue().decode()
    return text.replace(",/", ",+").replace(",\\", ",*").replace("URN", heading, 1).encode()


def received(content: bytes, by: User | None, school: School | None = None, when: int = 0) -> RegisterImport:
    import io

    file = io.BytesIO(content)
    file.name = "register.csv"  # type: ignore[misc]
    return imports.receive(file=file, school=school, by=by, at=later(when))


def taken(one: RegisterImport, by: User | None, when: int = 0) -> RegisterImport:
    imports.take(import_id=one.pk, by=by, at=later(when))
    one.refresh_from_db()
    assert one.state == "taken", one.stopped_because
    return one


def teach(pupil: Pupil, by: User) -> None:
    """Take a first file whose marks somebody explained."""
    one = received(ticked(pupil, 10, 15), by)
    assert one.report["marks"] == 0
    taken(imports.reread(import_id=one.pk, by=by, at=at(), mapping=TICKS), by)


def test_what_was_set_is_kept_for_the_school_that_the_file_names(pupil: Pupil, officer: User) -> None:
    teach(pupil, officer)
    pupil.school.refresh_from_db()
    assert pupil.school.attendance_mapping == TABLE
    row = AuditRow.objects.get(action="school.mapping_changed", on_id=str(pupil.school.pk))
    assert row.by == officer and row.payload == {"old": {}, "new": TABLE}


def test_the_next_file_that_names_the_school_is_read_so_and_says_so(pupil: Pupil, officer: User) -> None:
    teach(pupil, officer)
    other = a_child()
    one = received(ticked(pupil, 15, 20), officer, when=1)
    assert one.report["marks"] == 10 and one.report["saved_for"] == pupil.school.pk
    assert taken(one, officer, 1).marks_new == 10
    assert received(ticked(other, 15, 20), officer).report["marks"] == 0
    assert AuditRow.objects.filter(action="school.mapping_changed").count() == 1


def test_a_file_in_the_inbox_that_names_the_school_is_read_so(
    pupil: Pupil, officer: User, tmp_path: Path
) -> None:
    teach(pupil, officer)
    _drop(tmp_path, "week.csv", ticked(pupil, 15, 20))
    inbox.empty(tmp_path, quiet_seconds=20)
    assert Register.objects.get(pupil=pupil).attended == 20


def test_a_school_is_found_in_a_file_whose_columns_only_its_mapping_knows(
    pupil: Pupil, officer: User
) -> None:
    columns = '[columns]\n"Tag" = "mark"\n"School no" = "school"\n' + TICKS
    strange = [
        ticked(pupil, n, n + 5, "School no").replace(b"Session,Mark", b"Session,Tag") for n in (10, 15)
    ]
    one = received(strange[0], officer)
    assert one.stopped_because and one.report["schools"] == []
    one = imports.reread(import_id=one.pk, by=officer, at=at(), mapping=columns)
    assert not one.stopped_because, one.stopped_because
    taken(one, officer)
    again = received(strange[1], officer, when=1)
    assert again.report["saved_for"] == pupil.school.pk and again.report["marks"] == 10


def test_the_order_of_dates_is_kept_too(pupil: Pupil, officer: User) -> None:
    day = days_before(pupil.school)[0]
    one = received(long_file({pupil: present([day])}).getvalue(), officer)
    assert "day first and with the month first" in one.stopped_because
    assert "--" not in one.stopped_because and "dates_ambiguous" not in one.stopped_because
    taken(imports.reread(import_id=one.pk, by=officer, at=at(), dates="dmy"), officer)
    pupil.school.refresh_from_db()
    assert pupil.school.attendance_mapping == {"dates": "dmy"}
    next_day = received(long_file({pupil: present([days_before(pupil.school)[1]])}).getvalue(), officer)
    assert next_day.stopped_because == "" and next_day.report["marks"] == 2


def test_a_file_of_several_schools_is_read_as_it_comes_and_teaches_nothing(
    pupil: Pupil, officer: User
) -> None:
    teach(pupil, officer)
    other = a_child()
    lines = ticked(other, 15, 20).split(b"\n", 1)[1]
    both = received(ticked(pupil, 15, 20) + lines, officer, when=1)
    assert both.report["marks"] == 0 and both.report["saved_for"] is None
    both = imports.reread(import_id=both.pk, by=officer, at=later(1), mapping=TICKS)
    imports.take(import_id=both.pk, by=officer, at=later(1), wait=True)
    assert Register.objects.get(pupil=other).attended == 10
    assert School.objects.get(pk=other.school.pk).attendance_mapping is None


def test_what_is_kept_can_be_forgotten_by_those_who_may_send_for_the_school(
    pupil: Pupil, officer: User
) -> None:
    teach(pupil, officer)
    with pytest.raises(StepRefused):
        mappings.forget(
            school=pupil.school, by=UserFactory(role="school_staff", school=a_school()), at=later(1)
        )
    mappings.forget(
        school=pupil.school, by=UserFactory(role="school_staff", school=pupil.school), at=later(1)
    )
    assert AuditRow.objects.filter(action="school.mapping_changed").latest("pk").payload == {
        "old": TABLE, "new": {},
    }  # fmt: skip
    assert received(ticked(pupil, 15, 20), officer).report["marks"] == 0


def test_a_file_without_anything_set_keeps_nothing(pupil: Pupil) -> None:
    send(long_file({pupil: present(days_before(pupil.school)[:5])}))
    assert School.objects.get(pk=pupil.school.pk).attendance_mapping is None
