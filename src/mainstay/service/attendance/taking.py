"""Marks into a school-year's grids: what is new, what changes, and everything that follows from it.

One transaction a school-year, with its row locked. A blank of the input never erases a mark.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import numpy as np
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from mainstay.registers import tables
from mainstay.registers.grid import BLANK, SIZE, session_of, slot_of
from mainstay.registers.register import Note
from mainstay.service.attendance import grids, measuring, rows, summaries
from mainstay.service.attendance.announcements import marks_changed
from mainstay.service.attendance.findings.batch import Fresh
from mainstay.service.attendance.findings.recompute import Outcome, recompute
from mainstay.service.attendance.grids import Held
from mainstay.service.attendance.models import (
    Amendment,
    Arrival,
    MarkNote,
    Register,
    RegisterImport,
    SchoolYear,
)
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.bulk import insert

COMMENT: Final = 300  # characters of ``MarkNote.comment``


@dataclass(frozen=True, slots=True)
class Incoming:
    """Marks for one school-year: pupils (n,), marks uint8 (n, 756); notes name rows of both."""

    school: int
    year: int
    pupils: Sequence[int]
    marks: NDArray[np.uint8]
    notes: Sequence[Note] = ()


@dataclass(slots=True)
class Written:
    """What one writing did."""

    new: int = 0
    changed: int = 0
    arrival: Arrival | None = None
    findings: Outcome = field(default_factory=Outcome)


def lock(school: int, year: int) -> SchoolYear:
    """The school-year's row, locked for the rest of the transaction; what is worked out anew isn't read."""
    held = SchoolYear.objects.select_for_update().filter(school=school, year=year).defer(*summaries.FILLED)
    if (found := held.first()) is not None:
        return found
    SchoolYear.objects.get_or_create(school_id=school, year=year)
    return held.get()


@transaction.atomic
def take(
    incoming: Incoming,
    *,
    at: datetime,
    by: Any | None = None,
    source: RegisterImport | None = None,
    reason: str = "",
) -> Written:
    """Write marks into a school-year; nothing at all happens where they say nothing new.

    source: the import they came with, or None for a correction by a person, who then gives the reason.
    """
    summary = lock(incoming.school, incoming.year)
    held, made = _registers(incoming)
    place = held.place()
    at_row = np.array([place[pupil] for pupil in incoming.pupils], np.int64)
    old = held.marks[at_row]
    said = incoming.marks != BLANK
    fills, changes = said & (old == BLANK), said & (old != BLANK) & (old != incoming.marks)
    written = Written(int(fills.sum()), int(changes.sum()))
    if written.new or written.changed:
        written.arrival = _arrive(summary, at, by, source, reason)
        held.marks[at_row] = np.where(said, incoming.marks, old)
        ordinals = held.provenance[at_row]
        ordinals[fills] = written.arrival.ordinal
        held.provenance[at_row] = ordinals
        touched = at_row[(fills | changes).any(axis=1)]
        grids.write(held.registers[touched], held.marks[touched], held.provenance[touched])
        _amend(held, at_row, old, incoming.marks, changes, written.arrival)
    elif made:
        grids.write(held.registers, held.marks, held.provenance)
    _note(held, at_row, incoming.notes)
    if written.arrival is None and not made:
        return written
    amended, steady = _amended(incoming, changes), _steady(summary, incoming, fills, changes)
    written.findings = follow(summary, held, incoming.pupils, at=at, by=by, amended=amended, steady=steady)
    _tell(incoming, written, held, at_row, fills | changes, at=at, by=by, source=source)
    return written


def follow(
    summary: SchoolYear,
    held: Held,
    touched: Collection[int],
    *,
    at: datetime,
    by: Any | None = None,
    amended: dict[int, set[tuple[date, str]]] | None = None,
    steady: Collection[int] = (),
) -> Outcome:
    """Measure a school-year, keep its summary, and bring the findings of its pupils up to date.

    amended, steady: see ``recompute``
    """
    school, year, today = summary.school_id, summary.year, timezone.localdate(at)
    opened = measuring.open_mask(school, year, held.marks)
    facts = summaries.facts_of(held.pupils)
    births = {pupil: known[0] for pupil, known in facts.items()}
    measured = measuring.measure(
        school, year, held, opened, births=list(map(births.get, held.pupils.tolist()))
    )
    found = measuring.columns(measured)
    moved = measuring.keep(held, found, at, whole=2 * len(touched) > len(held))
    summaries.fill(summary, held, measured, opened, today, facts)
    summary.save()
    later = _measure_year_after(school, year, at)
    pupils = {*touched, *moved, *later}
    fresh = Fresh.of(school, year, held, found, births)
    return recompute(pupils, today=today, at=at, by=by, changed=amended, steady=steady, fresh=fresh)


def _measure_year_after(school: int, year: int, at: datetime) -> list[int]:
    """The year after reaches back into this one: its windows and runs are measured again."""
    summary = SchoolYear.objects.filter(school=school, year=year + 1).first()
    if summary is None:
        return []
    held = grids.of_school(school, year + 1)
    if not len(held):
        return []
    opened = measuring.open_mask(school, year + 1, held.marks)
    measured = measuring.measure(school, year + 1, held, opened)
    moved = measuring.keep(held, measuring.columns(measured), at)
    if moved:
        summaries.fill(summary, held, measured, opened, timezone.localdate(at))
        summary.save()
    return moved


def _registers(incoming: Incoming) -> tuple[Held, int]:
    """The school-year's registers, with new empty ones for pupils who have none; how many are new."""
    held = grids.of_school(incoming.school, incoming.year)
    known = set(held.pupils.tolist())
    missing = [pupil for pupil in dict.fromkeys(incoming.pupils) if pupil not in known]
    if not missing:
        return held, 0
    new = Register.objects.bulk_create(
        [Register(pupil_id=pupil, school_id=incoming.school, year=incoming.year) for pupil in missing],
        batch_size=500,
    )
    n = len(new)
    return Held(
        np.concatenate([held.registers, np.array([r.pk for r in new], np.int64)]),
        np.concatenate([held.pupils, np.array(missing, np.int64)]),
        np.concatenate([held.schools, np.full(n, incoming.school, np.int64)]),
        np.concatenate([held.years, np.full(n, incoming.year, np.int64)]),
        np.concatenate([held.marks, np.full((n, SIZE), BLANK, np.uint8)]),
        np.concatenate([held.provenance, np.zeros((n, SIZE), np.uint16)]),
    ), n


def _arrive(
    summary: SchoolYear, at: datetime, by: Any | None, source: RegisterImport | None, reason: str
) -> Arrival:
    if summary.arrivals >= grids.MOST_ARRIVALS:
        raise StepRefused(
            f"This school's year has taken {grids.MOST_ARRIVALS} files and corrections, the most there can be. "
            "Ask the administrator."
        )
    summary.arrivals += 1
    if source is not None:
        summary.last_import_at = at
    return Arrival.objects.create(
        school_id=summary.school_id, year=summary.year, ordinal=summary.arrivals, at=at, source=source, by=by,
        reason=reason[:300],
    )  # fmt: skip


def _amend(
    held: Held,
    at_row: NDArray[np.int64],
    old: NDArray[np.uint8],
    new: NDArray[np.uint8],
    changes: NDArray[np.bool_],
    arrival: Arrival,
) -> None:
    where = np.argwhere(changes)
    if not len(where):
        return
    stamp = rows.stamp(arrival.at)
    registers = held.registers[at_row]
    insert(
        Amendment,
        ("register_id", "slot", "old", "new", "at", "arrival_id"),
        (
            (int(registers[n]), int(slot), chr(old[n, slot]), chr(new[n, slot]), stamp, arrival.pk)
            for n, slot in where.tolist()
        ),
    )


def _amended(incoming: Incoming, changes: NDArray[np.bool_]) -> dict[int, set[tuple[date, str]]]:
    """Pupil -> the sessions whose mark was changed."""
    found: dict[int, set[tuple[date, str]]] = {}
    for row, slot in np.argwhere(changes).tolist():
        found.setdefault(incoming.pupils[row], set()).add(session_of(incoming.year, slot))
    return found


#: marks on which an Answer about single sessions may rest
_BEARS: Final = tables.THRESHOLD | tables.ILLNESS


def _steady(
    summary: SchoolYear, incoming: Incoming, fills: NDArray[np.bool_], changes: NDArray[np.bool_]
) -> set[int]:
    """Pupils of whom only presence and the like was added, after all that the school had sent before.

    Nobody, where any pupil's earlier session was filled or changed: it may have shown when the school was open.
    """
    end = summary.last_mark_on
    if end is None or changes.any() or fills[:, : slot_of(end, "PM") + 1].any():
        return set()
    bears = (fills & (_BEARS[incoming.marks] != 0)).any(axis=1)
    return {pupil for pupil, one in zip(incoming.pupils, bears.tolist(), strict=True) if not one}


def _note(held: Held, at_row: NDArray[np.int64], notes: Iterable[Note]) -> None:
    kept = [
        MarkNote(
            register_id=int(held.registers[at_row[note.person]]),
            slot=note.slot,
            minutes_late=note.minutes_late,
            comment=note.comment[:COMMENT],
        )
        for note in notes
    ]
    MarkNote.objects.bulk_create(
        kept,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["register", "slot"],
        update_fields=["minutes_late", "comment"],
    )


def _tell(
    incoming: Incoming,
    written: Written,
    held: Held,
    at_row: NDArray[np.int64],
    moved: NDArray[np.bool_],
    *,
    at: datetime,
    by: Any | None,
    source: RegisterImport | None,
) -> None:
    """The audit row, with the digest of every grid written, and the announcement."""
    touched = np.unique(at_row[moved.any(axis=1)])
    trail.record(
        by=by,
        at=at,
        action="register.taken" if source is not None else "register.corrected",
        on=source
        if source is not None
        else written.arrival or ("attendance.schoolyear", f"{incoming.school}/{incoming.year}"),
        school=incoming.school,
        year=incoming.year,
        arrival=written.arrival.ordinal if written.arrival else None,
        new=written.new,
        changed=written.changed,
        findings={"opened": len(written.findings.opened), "lapsed": written.findings.lapsed},
        grids=grids.digests(held.registers[touched], held.marks[touched]),
    )
    pupils = [int(pupil) for pupil in held.pupils[touched]]
    marks_changed.send(school_id=incoming.school, year=incoming.year, pupil_ids=pupils, by=by, at=at)
