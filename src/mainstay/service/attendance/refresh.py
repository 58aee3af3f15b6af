"""What follows from changes elsewhere: calendars, dates of birth, two records that are one child, a new day."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

import numpy as np
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from mainstay.registers.grid import BLANK, SIZE, session_of
from mainstay.service.attendance import grids, measuring, summaries, taking
from mainstay.service.attendance.findings import chronicle
from mainstay.service.attendance.findings.recompute import OF_PUPIL, recompute, year_in_work
from mainstay.service.attendance.models import Amendment, Finding, MarkNote, Register, SchoolYear
from mainstay.service.common.audit import trail
from mainstay.service.common.jobs import queue as jobs
from mainstay.service.common.jobs.models import Job
from mainstay.service.directory.models import Pupil

MEASURE: Final = "attendance.measure_school"
STEP = 2000  # pupils whose findings are brought up to date in one transaction


def calendar_changed(*, school_ids: list[int], years: list[int], by: Any, at: datetime) -> None:
    """Sessions appeared or went: what was measured on them is measured again.

    One school at once; of many each by a job of its own, so that no transaction holds the lock for a city.
    """
    found = SchoolYear.objects.filter(school__in=school_ids, year__in=years).values_list("school_id", "year")
    places: dict[int, list[int]] = {}
    for school, year in sorted(found):
        places.setdefault(school, []).append(year)
    for school, its_years in places.items():
        if len(school_ids) > 1:
            jobs.queue(MEASURE, by=by, at=at, school=school, years=its_years)
        else:
            measure(school, its_years, by=by, at=at)


def measure(school: int, years: Iterable[int], *, by: Any, at: datetime) -> None:
    """Measure years of a school anew, one a transaction, with the findings that rest on them."""
    for year in years:
        again(school, year, _with_findings(school, year), by=by, at=at)


def measure_job(job: Job) -> None:
    """The worker's way to ``measure``."""
    measure(job.payload["school"], job.payload["years"], by=job.made_by, at=timezone.now())


def progress() -> dict[str, int] | None:
    """How far the last change for many schools is followed; None once every school is measured."""
    rows = Job.objects.filter(kind=MEASURE)
    last = rows.order_by("-made_at").values("made_at")[:1]
    counts = dict(
        rows.filter(made_at__in=last)
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
        .values_list("state", "n")
    )
    done, failed, total = counts.get(Job.State.DONE, 0), counts.get(Job.State.FAILED, 0), sum(counts.values())
    return {"done": done, "failed": failed, "total": total} if done < total else None


def pupils_changed(*, pupil_ids: list[int], by: Any, at: datetime) -> None:
    """A date of birth decides which sessions are of compulsory school age."""
    places = Register.objects.filter(pupil__in=pupil_ids).values_list("school_id", "year").distinct()
    for school, year in sorted(places):
        again(school, year, pupil_ids, by=by, at=at)


@transaction.atomic
def again(school: int, year: int, pupils: Iterable[int], *, by: Any, at: datetime) -> None:
    """Measure a school-year anew, with the findings of these pupils and of all whose measures moved."""
    summary = taking.lock(school, year)
    held = grids.of_school(school, year)
    if len(held):
        pupils, moved = list(pupils), _sessions_moved(summary, held)
        amended = dict.fromkeys(pupils, moved) if moved else None
        taking.follow(summary, held, pupils, at=at, by=by, amended=amended)


def _sessions_moved(summary: SchoolYear, held: grids.Held) -> set[tuple[date, str]]:
    """The sessions on which the school was open when last measured and isn't now, or the other way round."""
    before = np.frombuffer(bytes(summary.open_mask), np.uint8)
    if len(before) != SIZE:
        return set()
    now = measuring.open_mask(summary.school_id, summary.year, held.marks)
    return {session_of(summary.year, slot) for slot in np.flatnonzero(before != now).tolist()}


def _with_findings(school: int, year: int) -> list[int]:
    """Pupils with a finding there that stands open, or whose consideration rests on that year's sessions."""
    found = Finding.objects.filter(
        Q(state=Finding.State.OPEN) | Q(state=Finding.State.CONSIDERED, year__gte=year)
    )
    return list(found.filter(school=school).values_list("pupil_id", flat=True).distinct())


def pupils_merged(*, kept: Pupil, other: Pupil, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """Registers and findings of ``other`` become those of ``kept``; marks of both stay, the kept record's first."""
    registers = list(Register.objects.filter(pupil=other).order_by("pk"))
    moved["attendance.register"] = [register.pk for register in registers]
    for register in registers:
        taking.lock(register.school_id, register.year)
        twin = Register.objects.filter(pupil=kept, school=register.school_id, year=register.year).first()
        if twin is None:
            Register.objects.filter(pk=register.pk).update(pupil=kept)
        else:
            _join(twin, register, by=by, at=at)
    moved["attendance.finding"] = _move_findings(kept, other, by=by, at=at)
    for school, year in sorted({(register.school_id, register.year) for register in registers}):
        again(school, year, [kept.pk], by=by, at=at)


def _join(twin: Register, register: Register, *, by: Any, at: datetime) -> None:
    """Fill the blanks of one grid from another of the same school-year; their ordinals are of one series."""
    ours, theirs = grids.of_registers([twin.pk]), grids.of_registers([register.pk])
    fills = (ours.marks == BLANK) & (theirs.marks != BLANK)
    differ = (ours.marks != BLANK) & (theirs.marks != BLANK) & (ours.marks != theirs.marks)
    marks = np.where(fills, theirs.marks, ours.marks)
    grids.write([twin.pk], marks, np.where(fills, theirs.provenance, ours.provenance))
    Amendment.objects.filter(register=register).update(register=twin)
    known = MarkNote.objects.filter(register=twin).values_list("slot", flat=True)
    MarkNote.objects.filter(register=register).exclude(slot__in=list(known)).update(register=twin)
    trail.record(
        by=by, at=at, action="register.joined", on=twin, other=register.pk, filled=int(fills.sum()),
        differing={str(slot): chr(theirs.marks[0, slot]) for slot in np.flatnonzero(differ[0])},
        grids=grids.digests([twin.pk, register.pk], np.concatenate([marks, theirs.marks])),
    )  # fmt: skip
    register.delete()


def _move_findings(kept: Pupil, other: Pupil, *, by: Any, at: datetime) -> list[int]:
    """An open finding that the kept record has too lapses: it is one child, and one decision."""
    findings = list(Finding.objects.filter(pupil=other).order_by("pk"))
    taken = {_place(f) for f in Finding.objects.open().filter(pupil=kept)}
    twice = [f for f in findings if f.state == Finding.State.OPEN and _place(f) in taken]
    Finding.objects.filter(pk__in=[f.pk for f in twice]).update(state=Finding.State.LAPSED, computed_at=at)
    Finding.objects.filter(pk__in=[f.pk for f in findings]).update(pupil=kept)
    for finding in twice:
        finding.pupil = kept
    chronicle.lapsed(twice, by=by, at=at)
    return [finding.pk for finding in findings]


def _place(finding: Finding) -> tuple[str, int | None]:
    """What is found once: at each school, or of all schools together."""
    return finding.kind, None if finding.kind in OF_PUPIL else finding.school_id


def daily(*, on: date, last: date | None) -> None:
    """A day has gone by: N whose time has run out, schools that send nothing."""
    at, work = timezone.now(), year_in_work(on)
    summaries.refresh_quiet(
        SchoolYear.objects.filter(year=work).only("pk", "year", "quality", "open_mask", "last_mark_on"), on
    )
    waiting = Q(unresolved__gt=0, year=work) | Q(
        pupil__findings__kind=Finding.Kind.UNRESOLVED, pupil__findings__state="open"
    )
    pupils = sorted(Register.objects.filter(waiting).values_list("pupil_id", flat=True).distinct())
    for first in range(0, len(pupils), STEP):
        with transaction.atomic():
            recompute(pupils[first : first + STEP], today=on, at=at)
