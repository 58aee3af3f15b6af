"""Register files hold children of schools: who may look at one, take one, and what is written down."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import ConflictFactory, UserFactory
from tests.factories_attendance import a_child, a_school, at, days_before, long_file, present, send

from mainstay.service.accounts.models import RoleHeld, User
from mainstay.service.attendance import reading
from mainstay.service.attendance.actions import imports
from mainstay.service.attendance.models import Register, RegisterImport
from mainstay.service.attendance.queries.imports import visible
from mainstay.service.common.jobs import queue
from mainstay.service.common.jobs.models import Job
from mainstay.service.directory.models import Pupil, SchoolPost
from mainstay.service.record.models import RecordRead

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def ours() -> Pupil:
    return a_child()


@pytest.fixture
def theirs() -> Pupil:
    return a_child()


def file_of(*pupils: Pupil):
    return long_file({pupil: present(days_before(pupil.school)[:5]) for pupil in pupils})


def test_a_file_of_several_schools_is_not_open_to_each_of_them(
    client: Client, ours: Pupil, theirs: Pupil
) -> None:
    one = send(file_of(ours, theirs), by=UserFactory(role="ewo"))
    queue.run_waiting()
    one.refresh_from_db()
    assert one.state == RegisterImport.State.TAKEN
    staff = UserFactory(role="school_staff", school=ours.school)
    assert not visible(staff).exists()
    client.force_login(staff)
    for name in ("import", "import_refusals"):
        assert client.get(reverse(name, args=[one.pk])).status_code == 404
    assert str(one.filename) not in client.get(reverse("imports")).content.decode()


def test_a_file_of_our_school_alone_is_open_to_us_whoever_sent_it(ours: Pupil, theirs: Pupil) -> None:
    one = send(file_of(ours), by=UserFactory(role="ewo"))
    assert list(visible(UserFactory(role="school_staff", school=ours.school))) == [one]
    assert not visible(UserFactory(role="school_staff", school=theirs.school)).exists()


def test_who_changed_schools_leaves_the_files_behind(ours: Pupil, theirs: Pupil) -> None:
    staff = UserFactory(role="school_staff", school=ours.school)
    one = send(file_of(ours), by=staff)
    assert list(visible(staff)) == [one]
    SchoolPost.objects.filter(user=staff).update(school=theirs.school)
    assert not visible(User.objects.get(pk=staff.pk)).exists()


def test_nobody_looks_at_the_files_of_a_school_they_have_a_conflict_with(
    client: Client, ours: Pupil, theirs: Pupil
) -> None:
    sender, officer = UserFactory(role="ewo"), UserFactory(role="ewo")
    taken = send(file_of(ours), by=sender)
    looked_at = imports.receive(file=file_of(ours), school=None, by=sender, at=at())
    other = send(file_of(theirs), by=sender)
    ConflictFactory(user=officer, school=ours.school)
    assert taken not in visible(officer) and other in visible(officer)
    client.force_login(officer)
    for one, status in ((taken, 404), (looked_at, 404), (other, 200)):
        assert client.get(reverse("import", args=[one.pk])).status_code == status


def test_another_role_beside_the_schools_does_not_open_other_schools(ours: Pupil, theirs: Pupil) -> None:
    staff = UserFactory(role="school_staff", school=ours.school)
    RoleHeld.objects.create(user=staff, role="solicitor", since=timezone.localdate())
    staff = User.objects.get(pk=staff.pk)
    one = send(file_of(theirs), by=staff)
    assert one.state == RegisterImport.State.PREVIEW and "not yours" in one.stopped_because
    assert not Register.objects.exists()


def test_an_officer_cannot_send_the_file_of_a_school_they_have_a_conflict_with(ours: Pupil) -> None:
    officer = UserFactory(role="ewo")
    ConflictFactory(user=officer, school=ours.school)
    assert "not yours" in send(file_of(ours), by=officer).stopped_because
    assert not Register.objects.exists()


def test_work_left_to_the_worker_is_refused_when_whoever_asked_may_no_longer(ours: Pupil) -> None:
    officer = UserFactory(role="ewo")
    one = imports.receive(file=file_of(ours), school=None, by=officer, at=at())
    RegisterImport.objects.filter(pk=one.pk).update(state=RegisterImport.State.TAKING)
    job = queue.queue(imports.TAKE, by=officer, at=at(), import_id=one.pk)
    RoleHeld.objects.filter(user=officer).delete()
    queue.run(Job.objects.get(pk=job.pk))
    one.refresh_from_db()
    assert one.state == RegisterImport.State.PREVIEW and "may not import" in one.stopped_because
    assert not Register.objects.exists()


def test_looking_at_the_rows_of_a_file_is_logged(client: Client, ours: Pupil) -> None:
    officer = UserFactory(role="ewo")
    one = imports.receive(file=file_of(ours), school=None, by=officer, at=at())
    client.force_login(officer)
    assert ours.surname in client.get(reverse("import", args=[one.pk])).content.decode()
    assert RecordRead.objects.filter(user_id=officer.pk, page=f"import {one.pk}").count() == 1


def test_a_name_that_is_a_formula_is_harmless_in_the_list_of_refusals(ours: Pupil) -> None:
    one = imports.receive(file=file_of(ours), school=a_school(), by=None, at=at())
    found, _ = reading.read(one, timezone.localdate())
    text = reading.refusals_csv(
        found, [('=HYPERLINK("https://example.org") Fenwick', "-not placed")]
    ).decode()
    assert "\n,,\"'=HYPERLINK" in text.replace("\r", "")
