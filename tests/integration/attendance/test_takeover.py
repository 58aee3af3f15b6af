"""Work on a file that its process did not survive: the worker takes it over, and nothing hangs for ever."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.factories import UserFactory
from tests.factories_attendance import a_child, at, days_before, later, long_file, present, send

from mainstay.service.attendance import importing, reading, taking
from mainstay.service.attendance.actions import imports
from mainstay.service.attendance.models import Arrival, Register, RegisterImport
from mainstay.service.common.jobs import queue
from mainstay.service.common.jobs.models import Job
from mainstay.service.directory.models import Pupil

pytestmark = pytest.mark.django_db(databases="__all__")


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


@pytest.fixture
def pupils() -> list[Pupil]:
    """Of two schools."""
    return [a_child(), a_child()]


def file_of(*pupils: Pupil) -> Any:
    return long_file({pupil: present(days_before(pupil.school)[:5]) for pupil in pupils})


def killed(*_: object, **__: object) -> None:
    raise Killed


def lease_over() -> None:
    Job.objects.filter(state="running").update(leased_until=timezone.now() - timedelta(seconds=1))


def test_the_worker_takes_what_died_while_it_was_taken(
    pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = imports.receive(file=file_of(pupils[0]), school=None, by=None, at=at())
    with monkeypatch.context() as dying, pytest.raises(Killed):
        dying.setattr(taking, "take", killed)
        imports.take(import_id=one.pk, by=None, at=at())
    one.refresh_from_db()
    assert one.state == "taking"
    assert queue.run_waiting() == 0  # its owner may still be alive
    lease_over()
    assert queue.run_waiting() == 1
    one.refresh_from_db()
    assert (one.state, one.marks_new) == ("taken", 10)
    assert Register.objects.get().attended == 10


def test_the_worker_reads_what_died_while_it_was_read(
    pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying, pytest.raises(Killed):
        dying.setattr(reading, "read", killed)
        imports.receive(file=file_of(pupils[0]), school=None, by=None, at=at())
    one = RegisterImport.objects.get()
    assert one.state == "reading"
    lease_over()
    queue.run_waiting()
    one.refresh_from_db()
    assert one.state == "preview" and one.report["marks"] == 10


def test_schools_that_were_written_before_the_crash_are_counted_once(
    pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, take, calls = send_half(pupils), taking.take, []

    def second_kills(*args: Any, **more: Any) -> Any:
        calls.append(1)
        return killed() if len(calls) == 2 else take(*args, **more)

    with monkeypatch.context() as dying, pytest.raises(Killed):
        dying.setattr(taking, "take", second_kills)
        imports.take(import_id=one.pk, by=None, at=at(), wait=True)
    one.refresh_from_db()
    assert (one.state, one.marks_new, Arrival.objects.count()) == ("taking", 10, 1)
    lease_over()
    queue.run_waiting()
    one.refresh_from_db()
    assert (one.state, one.marks_new, Arrival.objects.count()) == ("taken", 20, 2)


def send_half(pupils: list[Pupil]) -> RegisterImport:
    return imports.receive(file=file_of(*pupils), school=None, by=None, at=at())


def test_a_file_that_ends_every_worker_is_given_up_and_can_be_set_aside(
    pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = imports.receive(file=file_of(pupils[0]), school=None, by=None, at=at())
    monkeypatch.setattr(taking, "take", killed)
    with pytest.raises(Killed):
        imports.take(import_id=one.pk, by=None, at=at())
    for _ in range(importing.TRIES - 1):
        lease_over()
        with pytest.raises(Killed):
            queue.run_next()
    lease_over()
    assert queue.run_next()
    one.refresh_from_db()
    assert one.state == "failed" and "went wrong" in one.stopped_because
    imports.discard(import_id=one.pk, by=UserFactory(role="ewo"), at=later(1))


def test_after_a_failure_half_way_it_is_known_which_schools_are_in(
    pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, take, calls = send_half(pupils), taking.take, []

    def second_fails(*args: Any, **more: Any) -> Any:
        calls.append(1)
        return 1 / 0 if len(calls) == 2 else take(*args, **more)

    with monkeypatch.context() as broken:
        broken.setattr(taking, "take", second_fails)
        imports.take(import_id=one.pk, by=None, at=at(), wait=True)
    one.refresh_from_db()
    assert one.state == "failed"
    assert list(imports.taken_of(one).values()) == [Arrival.objects.get().school.name]
    again = imports.reread(import_id=one.pk, by=UserFactory(role="ewo"), at=at())
    imports.take(import_id=again.pk, by=None, at=at(), wait=True)
    again.refresh_from_db()
    assert (again.state, again.marks_new) == ("taken", 20)


def test_a_small_file_leaves_no_work_behind(pupils: list[Pupil]) -> None:
    send(file_of(pupils[0]))
    assert set(Job.objects.values_list("kind", "state")) == {
        (importing.READ, "done"), (importing.TAKE, "done"),
    }  # fmt: skip
