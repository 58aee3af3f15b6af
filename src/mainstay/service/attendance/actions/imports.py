"""Register files: received, read again, taken or set aside. The file itself is kept in every case."""

from datetime import datetime
from typing import IO, Any, Final

from django.db import transaction

from mainstay.service.attendance import reading
from mainstay.service.attendance.importing import READ, TAKE
from mainstay.service.attendance.models import RegisterImport
from mainstay.service.common.audit import trail
from mainstay.service.common.jobs import queue as jobs
from mainstay.service.common.jobs.models import Job
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import kinds, store
from mainstay.service.directory.models import School

State = RegisterImport.State
#: smaller files are read, and taken, while the sender waits
AT_ONCE_BYTES: Final = 1_500_000
AT_ONCE_MARKS: Final = 60_000


def receive(
    *,
    file: IO[bytes],
    school: School | None,
    by: Any | None,
    at: datetime,
    via: str = "page",
    name: str | None = None,
    wait: bool = False,
) -> RegisterImport:
    """Keep a register file and read it, soon or at once; nothing of it is stored in a register.

    wait: read it now, however large it is.
    Raises FileRefused (uploads) for what is no register file, StepRefused for a school that is not the sender's.
    """
    name = name or file.name or "register"
    if (
        school is not None
        and by is not None
        and not School.objects.visible_to(by).filter(pk=school.pk).exists()
    ):
        raise StepRefused("You cannot send registers of that school.")
    kept = store.keep(file, allowed=kinds.REGISTERS, by=by, at=at, name=name)
    with transaction.atomic():
        one = RegisterImport.objects.create(
            file=kept, filename=name[-200:], sent_by=by, sent_at=at, via=via, school=_school(school, by)
        )
        trail.record(by=by, at=at, action="import.received", on=one, sha256=kept.sha256, via=via)
        job = _read_job(one, by, at, wait)
    return _run(one, job, at)


def _school(school: School | None, by: Any | None) -> School | None:
    """A sender of one school only means that school."""
    if school is None and by is not None and by.is_school_user:
        own = list(School.objects.visible_to(by)[:2])
        return own[0] if len(own) == 1 else None
    return school


def _read_job(one: RegisterImport, by: Any | None, at: datetime, wait: bool = False) -> Job:
    """The row of the work comes first, so that a worker takes over where whoever began it dies."""
    small = one.file is not None and one.file.size <= AT_ONCE_BYTES
    make = jobs.begin if wait or small else jobs.queue
    return make(READ, by=by, at=at, import_id=one.pk)


def _run(one: RegisterImport, job: Job, at: datetime) -> RegisterImport:
    """Do what was begun; the import as it is then."""
    if job.state == Job.State.RUNNING:
        jobs.run(job, at)
        one.refresh_from_db()
    return one


def reread(
    *, import_id: int, by: Any, at: datetime, dates: str = "", school: School | None = None, mapping: str = ""
) -> RegisterImport:
    """Read the file again, with another order of dates, school, or mapping of columns and codes.

    What a person accepted of it was the file as it was read then: it has to be accepted anew.
    """
    with transaction.atomic():
        one = _locked(import_id, by, (State.PREVIEW, State.FAILED))
        if school is not None and not School.objects.visible_to(by).filter(pk=school.pk).exists():
            raise StepRefused("You cannot send registers of that school.")
        one.options = {"dates": dates, "mapping": mapping}
        one.school, one.state, one.stopped_because = _school(school, by), State.RECEIVED, ""
        one.accepted_by, one.accepted_because = None, ""
        reading.check_way(one)
        one.save()
        trail.record(
            by=by, at=at, action="import.read_again", on=one, dates=dates, school=school and school.pk,
            mapping=mapping,
        )  # fmt: skip
        job = _read_job(one, by, at)
    return _run(one, job, at)


def _locked(import_id: int, by: Any | None, states: tuple[str, ...]) -> RegisterImport:
    one = RegisterImport.objects.select_for_update().get(pk=import_id)
    if by is not None and not by.may("import_registers"):
        raise StepRefused("Your role cannot import registers.")
    if one.state not in states:
        raise StepRefused(f"This file is {one.get_state_display().lower()}: that cannot be done with it now.")
    return one


@transaction.atomic
def discard(*, import_id: int, by: Any, at: datetime) -> RegisterImport:
    """Set a file aside: it is kept, nothing more of it is stored."""
    one = _locked(import_id, by, (State.PREVIEW, State.FAILED))
    one.state, one.report = State.REFUSED, _without_sample(one)
    one.save()
    trail.record(by=by, at=at, action="import.set_aside", on=one, schools_taken=sorted(taken_of(one)))
    return one


def taken_of(one: RegisterImport) -> dict[int, str]:
    """The schools (id -> name) in whose registers marks of this file are, also where the rest of it failed."""
    found = School.objects.filter(pk__in=one.arrivals.order_by().values("school"))
    return dict(found.values_list("pk", "name"))


def _without_sample(one: RegisterImport) -> dict[str, Any] | None:
    return {key: value for key, value in one.report.items() if key != "sample"} if one.report else None


def take(
    *, import_id: int, by: Any | None, at: datetime, accepted_because: str = "", wait: bool = False
) -> RegisterImport:
    """Take the marks of a file that was looked at, at once or by the worker.

    wait: take them now, however many there are.
    accepted_because: a person's word that an implausible file is right; needs ``accept_implausible``.
    Raises StepRefused: not ready, stopped, or not theirs to accept.
    """
    with transaction.atomic():
        one = _locked(import_id, by, (State.PREVIEW,))
        if one.stopped_because:
            _accept(one, by, at, accepted_because)
        one.state, one.progress, one.report = State.TAKING, 0, _without_sample(one)
        one.save()
        report = one.report or {}
        small = len(report.get("schools", [])) <= 1 and report.get("marks", 0) <= AT_ONCE_MARKS
        make = jobs.begin if wait or small else jobs.queue
        job = make(TAKE, by=by, at=at, import_id=one.pk)
    return _run(one, job, at)


def _accept(one: RegisterImport, by: Any | None, at: datetime, because: str) -> None:
    report = one.report or {}
    if not report.get("acceptable"):
        raise StepRefused(one.stopped_because)
    if by is None or not by.may("accept_implausible"):
        raise StepRefused("The file looks wrong. A senior officer can accept it and say why.")
    if not because.strip():
        raise StepRefused("Say why this file is right although it looks wrong.")
    one.accepted_by, one.accepted_because = by, because.strip()[:300]
    one.options = one.options | {"accepted": {"key": report["key"], "doubts": report["doubts"]}}
    trail.record(
        by=by,
        at=at,
        action="import.accepted",
        on=one,
        because=one.accepted_because,
        doubt=one.stopped_because,
    )
