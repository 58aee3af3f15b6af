"""Register files read and taken, by the worker or while the sender waits: begun again after a crash."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import structlog
from django.db import transaction
from django.utils import timezone

from mainstay.registers.register import Block, Note, Reading
from mainstay.service.attendance import mappings, reading, schools, stops, taking
from mainstay.service.attendance.models import RegisterImport
from mainstay.service.common.jobs.models import Job
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.directory import placing
from mainstay.service.directory.models import School

log = structlog.get_logger("mainstay.imports")

State = RegisterImport.State
READ: Final = "attendance.read_import"
TAKE: Final = "attendance.take_import"
#: a file that ended this many workers is not given to another
TRIES: Final = 3
FAILED: Final = {
    READ: "Something went wrong while the file was read. It is kept. Read it again, or tell the administrator.",
    TAKE: "Something went wrong while the marks were taken. The file is kept. Read it again, or tell the administrator.",
}


def read_job(job: Job) -> None:
    """Read a file for its preview: counts, doubts, refusals, first rows. Nothing reaches a register."""
    one = RegisterImport.objects.get(pk=job.payload["import_id"])
    if one.state not in (State.RECEIVED, State.READING) or _given_up(one, job):
        return
    one.state = State.READING
    one.save(update_fields=["state"])
    try:
        _look(one, timezone.localdate(job.began_at), job.began_at)
    except StepRefused as refusal:
        one.stopped_because, one.state = str(refusal), State.PREVIEW
    except Exception:
        log.exception("import_not_read", import_id=one.pk)
        one.stopped_because, one.state = FAILED[READ], State.FAILED
    one.progress = 100
    one.save()


def take_job(job: Job) -> None:
    """Read the kept file once more and write it, one school-year a transaction.

    School-years that were written before a crash are found unchanged.
    """
    one = RegisterImport.objects.get(pk=job.payload["import_id"])
    if one.state != State.TAKING or _given_up(one, job):
        return
    try:
        _take(one, job)
    except StepRefused as refusal:
        one.stopped_because, one.state = str(refusal), State.PREVIEW
        one.save()
    except Exception:
        log.exception("import_not_taken", import_id=one.pk)
        one.stopped_because, one.state = FAILED[TAKE], State.FAILED
        one.save()


def _given_up(one: RegisterImport, job: Job) -> bool:
    if job.tries <= TRIES:
        return False
    one.stopped_because, one.state = FAILED[job.kind], State.FAILED
    one.save()
    return True


def _look(one: RegisterImport, today: date, at: datetime) -> None:
    found, report = reading.read(one, today)
    one.report = report | {"sample": reading.sample_of(one, report["saved_for"])}
    one.stopped_because = stops.words(found.stopped_because) or schools.refusal(
        found.schools, one.school, one.sent_by
    )
    one.errors = _keep_refusals(one, found, [], at)
    one.state = State.PREVIEW


def _keep_refusals(one: RegisterImport, found: Reading, more: list[tuple[str, str]], at: datetime) -> Any:
    if not found.errors and not more:
        return None
    return store.keep_made(reading.refusals_csv(found, more), kind="csv", by=one.sent_by, at=at)


def _take(one: RegisterImport, job: Job) -> None:
    by, at = job.made_by, job.began_at
    if by is not None and not by.may("import_registers"):
        raise StepRefused("Whoever asked for this may not import registers any more.")
    found, one.report = reading.read(one, timezone.localdate(at))
    stopped = stops.words(found.stopped_because) or schools.refusal(
        found.schools, one.school, by or one.sent_by
    )
    if stopped:
        raise StepRefused(stopped)
    more = _write(one, found, by=by, at=at, tell=job.tell)
    one.errors = _keep_refusals(one, found, more, at)
    one.state, one.progress, one.taken_at, one.stopped_because = State.TAKEN, 100, at, ""
    with transaction.atomic():
        one.save()
        _remember_way(one, found, by, at)


def _remember_way(one: RegisterImport, found: Reading, by: Any | None, at: datetime) -> None:
    """What a person set and what worked is the school's own from now on."""
    typed, dates = one.options.get("mapping") or "", one.options.get("dates") or ""
    school = one.school or schools.only(found.schools)
    if school is not None and (typed.strip() or dates):
        mappings.remember(school=school, typed=typed, dates=dates, by=by, at=at)


def _write(
    one: RegisterImport, found: Reading, *, by: Any | None, at: datetime, tell: Callable[[int], None]
) -> list[tuple[str, str]]:
    """Every school-year of the file; whom of its people could not be placed, and why."""
    known = schools.named([name for name in found.schools if name])
    notes: dict[int, list[Note]] = {}
    for note in found.notes:
        notes.setdefault(note.year, []).append(note)
    problems: list[tuple[str, str]] = []
    for n, block in enumerate(sorted(found.blocks, key=lambda b: (b.school, b.year))):
        school = known.get(block.school) or one.school
        if school is None:
            raise StepRefused("The file names no school. Choose the school it is from.")
        with transaction.atomic():
            written, refused = _take_block(one, found, block, notes.get(block.year, []), school, by=by, at=at)
            progress = 100 * (n + 1) // len(found.blocks)
            RegisterImport.objects.filter(pk=one.pk).update(
                marks_new=one.marks_new + written.new,
                marks_changed=one.marks_changed + written.changed,
                progress=progress,
            )
        one.marks_new += written.new
        one.marks_changed += written.changed
        one.progress = progress
        problems += refused
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
