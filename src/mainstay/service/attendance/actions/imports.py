"""Register files: received, looked at, taken or set aside. The file itself is kept in every case."""

from datetime import date, datetime
from typing import IO, Any, Final

import numpy as np
from django.db import transaction
from django.utils import timezone

from mainstay.registers.register import Block, Note, Reading
from mainstay.service.attendance import reading, schools, taking
from mainstay.service.attendance.models import RegisterImport
from mainstay.service.common.audit import trail
from mainstay.service.common.jobs import queue as jobs
from mainstay.service.common.jobs.models import Job
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import kinds, store
from mainstay.service.directory import placing
from mainstay.service.directory.models import School

State = RegisterImport.State
READ: Final = "attendance.read_import"
TAKE: Final = "attendance.take_import"
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
) -> RegisterImport:
    """Keep a register file and read it, soon or at once; nothing of it is stored in a register.

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
    return _read_soon(one, by, at)


def _school(school: School | None, by: Any | None) -> School | None:
    """A sender of one school only means that school."""
    if school is None and by is not None and by.is_school_user:
        own = list(School.objects.visible_to(by)[:2])
        return own[0] if len(own) == 1 else None
    return school


def _read_soon(one: RegisterImport, by: Any | None, at: datetime) -> RegisterImport:
    if one.file is not None and one.file.size <= AT_ONCE_BYTES:
        look(one, at)
    else:
        jobs.queue(READ, by=by, at=at, import_id=one.pk)
    return one


def read_job(job: Job) -> None:
    """The worker's way to ``look``."""
    look(RegisterImport.objects.get(pk=job.payload["import_id"]), timezone.now())


def look(one: RegisterImport, at: datetime) -> None:
    """Read a file for its preview: counts, doubts, refusals, first rows. Nothing reaches a register."""
    if one.state not in (State.RECEIVED, State.READING):
        return
    one.state = State.READING
    one.save(update_fields=["state"])
    today = timezone.localdate(at)
    try:
        found = reading.read(one, today)
        one.report = reading.report_of(found) | {"sample": reading.sample_of(one, today)}
        one.stopped_because = found.stopped_because or schools.refusal(found.schools, one.school, one.sent_by)
        one.errors = _keep_refusals(one, found, [], at)
        one.state = State.PREVIEW
    except StepRefused as refusal:
        one.stopped_because, one.state = str(refusal), State.PREVIEW
    except Exception:
        one.stopped_because = (
            "Something went wrong while the file was read. It is kept; tell the administrator."
        )
        one.state = State.FAILED
        one.save()
        raise
    one.progress = 100
    one.save()


def _keep_refusals(one: RegisterImport, found: Reading, more: list[tuple[str, str]], at: datetime) -> Any:
    if not found.errors and not more:
        return None
    return store.keep_made(reading.refusals_csv(found, more), kind="csv", by=one.sent_by, at=at)


def reread(
    *, import_id: int, by: Any, at: datetime, dates: str = "", school: School | None = None, mapping: str = ""
) -> RegisterImport:
    """Read the file again, with another order of dates, school, or mapping of columns and codes."""
    with transaction.atomic():
        one = _locked(import_id, by, (State.PREVIEW, State.FAILED))
        if school is not None and not School.objects.visible_to(by).filter(pk=school.pk).exists():
            raise StepRefused("You cannot send registers of that school.")
        one.options = {"dates": dates, "mapping": mapping}
        one.school, one.state, one.stopped_because = school, State.RECEIVED, ""
        reading.mapping_of(one)
        one.save()
        trail.record(
            by=by, at=at, action="import.read_again", on=one, dates=dates, school=school and school.pk
        )
    return _read_soon(one, by, at)


def _locked(import_id: int, by: Any | None, states: tuple[str, ...]) -> RegisterImport:
    one = RegisterImport.objects.select_for_update().get(pk=import_id)
    if by is not None and not by.may("import_registers"):
        raise StepRefused("Your role cannot import registers.")
    if one.state not in states:
        raise StepRefused(f"This file is {one.get_state_display().lower()}: that cannot be done with it now.")
    return one


@transaction.atomic
def discard(*, import_id: int, by: Any, at: datetime) -> RegisterImport:
    """Set a file aside: it is kept, nothing of it is stored."""
    one = _locked(import_id, by, (State.PREVIEW, State.FAILED))
    one.state, one.report = State.REFUSED, _without_sample(one)
    one.save()
    trail.record(by=by, at=at, action="import.set_aside", on=one)
    return one


def _without_sample(one: RegisterImport) -> dict[str, Any] | None:
    return {key: value for key, value in one.report.items() if key != "sample"} if one.report else None


def take(*, import_id: int, by: Any | None, at: datetime, accepted_because: str = "") -> RegisterImport:
    """Take the marks of a file that was looked at, at once or by the worker.

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
        at_once = len(report.get("schools", [])) <= 1 and report.get("marks", 0) <= AT_ONCE_MARKS
        if not at_once:
            jobs.queue(TAKE, by=by, at=at, import_id=one.pk)
    if at_once:
        take_import(one, by=by, at=at)
    return one


def _accept(one: RegisterImport, by: Any | None, at: datetime, because: str) -> None:
    if not (one.report or {}).get("acceptable"):
        raise StepRefused(one.stopped_because)
    if by is None or not by.may("accept_implausible"):
        raise StepRefused("The file looks wrong. A senior officer can accept it and say why.")
    if not because.strip():
        raise StepRefused("Say why this file is right although it looks wrong.")
    one.accepted_by, one.accepted_because = by, because.strip()[:300]
    trail.record(
        by=by,
        at=at,
        action="import.accepted",
        on=one,
        because=one.accepted_because,
        doubt=one.stopped_because,
    )


def take_job(job: Job) -> None:
    """The worker's way to ``take_import``; school-years taken before a crash are simply found unchanged."""
    one = RegisterImport.objects.get(pk=job.payload["import_id"])
    if one.state == State.TAKING:
        take_import(one, by=job.made_by, at=timezone.now(), tell=job.tell)


def take_import(
    one: RegisterImport, *, by: Any | None, at: datetime, tell: Any | None = None
) -> RegisterImport:
    """Read the kept file once more and write it, one school-year a transaction."""
    try:
        if by is not None and not by.may("import_registers"):
            raise StepRefused("Whoever asked for this may not import registers any more.")
        found = reading.read(one, timezone.localdate(at))
        stopped = found.stopped_because or schools.refusal(found.schools, one.school, by or one.sent_by)
        if stopped:
            raise StepRefused(stopped)
        more = _write(one, found, by=by, at=at, tell=tell)
    except Exception as problem:
        refused = isinstance(problem, StepRefused)
        one.state = State.PREVIEW if refused else State.FAILED
        one.stopped_because = (
            str(problem) if refused else "Something went wrong while the marks were taken. Try again."
        )
        one.save()
        raise
    one.errors = _keep_refusals(one, found, more, at)
    one.state, one.progress, one.taken_at, one.stopped_because = State.TAKEN, 100, at, ""
    one.save()
    _remember_mapping(one)
    return one


def _write(
    one: RegisterImport, found: Reading, *, by: Any | None, at: datetime, tell: Any | None
) -> list[tuple[str, str]]:
    """Every school-year of the file; whom of its people could not be placed, and why."""
    known = schools.named([name for name in found.schools if name])
    notes: dict[int, list[Note]] = {}
    for note in found.notes:
        notes.setdefault(note.year, []).append(note)
    problems: list[tuple[str, str]] = []
    one.marks_new = one.marks_changed = 0
    for n, block in enumerate(sorted(found.blocks, key=lambda b: (b.school, b.year))):
        school = known.get(block.school) or one.school
        if school is None:
            raise StepRefused("The file names no school. Choose the school it is from.")
        with transaction.atomic():
            written, refused = _take_block(one, found, block, notes.get(block.year, []), school, by=by, at=at)
        problems += refused
        one.marks_new += written.new
        one.marks_changed += written.changed
        one.progress = 100 * (n + 1) // len(found.blocks)
        one.save(update_fields=["marks_new", "marks_changed", "progress"])
        if tell is not None:
            tell(one.progress)
    return list(dict.fromkeys(problems))


def _take_block(
    one: RegisterImport,
    found: Reading,
    block: Block,
    notes: list[Note],
    school: School,
    *,
    by: Any | None,
    at: datetime,
) -> tuple[taking.Written, list[tuple[str, str]]]:
    people = [found.people[n] for n in block.people.tolist()]
    source = f"register {one.filename}"[:120]
    placed = placing.place(
        people,
        school,
        _first_day(found, at),
        by=by,
        at=at,
        source=source,
        year=block.year,
        origin=("attendance.registerimport", str(one.pk)),
    )
    rows = [n for n, pupil in enumerate(placed.pupils) if pupil is not None]
    place = {int(block.people[row]): k for k, row in enumerate(rows)}
    incoming = taking.Incoming(
        school.pk,
        block.year,
        [pupil for pupil in placed.pupils if pupil is not None],
        block.marks[np.array(rows, np.intp)],
        [
            Note(place[note.person], note.year, note.slot, note.minutes_late, note.comment)
            for note in notes
            if note.person in place
        ],
    )
    written = taking.take(incoming, at=at, by=by, source=one) if rows else taking.Written()
    refused = [
        (people[n].upn or f"{people[n].forename} {people[n].surname}", why) for n, why in placed.refused
    ]
    return written, refused


def _first_day(found: Reading, at: datetime) -> date:
    return found.first or timezone.localdate(at)


def _remember_mapping(one: RegisterImport) -> None:
    """A mapping that worked is the school's own from now on."""
    import tomllib

    text = one.options.get("mapping") or ""
    if one.school is not None and text.strip():
        School.objects.filter(pk=one.school.pk).update(attendance_mapping=tomllib.loads(text))
