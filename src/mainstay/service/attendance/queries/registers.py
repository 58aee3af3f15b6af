"""A pupil's register as the page shows it: grid, totals, trend, weekday profile, amendments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from django.utils import timezone
from markupsafe import Markup

from mainstay.law import codes
from mainstay.law.rules import CURRENT
from mainstay.registers import grid as layout
from mainstay.registers import tables
from mainstay.service.attendance import grids
from mainstay.service.attendance.models import Amendment, Arrival, Finding, MarkNote, Register, SchoolYear
from mainstay.service.common.ui import charts
from mainstay.service.common.ui.filters import day_month, percent, short_date
from mainstay.service.common.ui.register_grid import Marks, RegisterGrid, build
from mainstay.service.directory.models import Enrolment, Pupil, School

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
HEADER: Final = ("Date", "Session", "Code", "Meaning", "School", "First sent", "Minutes late", "Comment")


@dataclass(frozen=True, slots=True)
class Change:
    """One amendment in words."""

    on: date
    half: str
    old: str
    new: str
    at: Any
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShownRegister:
    """One school's register of the pupil in the year asked for."""

    pk: int
    school: str
    status: str
    tiles: list[dict[str, Any]]
    grid: RegisterGrid
    trend: Markup
    weekdays: Markup
    amendments: Sequence[Change]


def years_of(pupil: Pupil, user: Any) -> list[int]:
    """Academic years with a register this person may see, newest first."""
    found = Register.objects.visible_to(user).filter(pupil=pupil).values_list("year", flat=True)
    return sorted(set(found), reverse=True)


def _registers(pupil: Pupil, year: int, user: Any) -> list[Register]:
    found = Register.objects.visible_to(user).filter(pupil=pupil, year=year)
    return list(found.select_related("school", "grid").order_by("pk"))


def of_pupil(pupil: Pupil, year: int, user: Any, *, known: date | None) -> list[ShownRegister]:
    """Every school's register of one year; ``known``: as it was known at the end of that day."""
    registers = _registers(pupil, year, user)
    schools = [r.school_id for r in registers]
    found = SchoolYear.objects.filter(school__in=schools, year=year)
    years = {y.school_id: y for y in found.only("school_id", "open_mask", "last_mark_on")}
    arrivals = _arrivals(schools, year)
    enrolments = {e.school_id: e for e in Enrolment.objects.filter(pupil=pupil, school__in=schools)}
    amendments = _amendments(registers)
    notes = _notes(registers)
    window = _window(pupil, year, user)
    return [
        _shown(r, known, years.get(r.school_id), arrivals.get(r.school_id, {}),
               enrolments.get(r.school_id), amendments.get(r.pk, []), notes.get(r.pk, []), window)
        for r in registers
    ]  # fmt: skip


def _arrivals(schools: list[int], year: int) -> dict[int, dict[int, Arrival]]:
    """School -> ordinal -> what arrived."""
    found: dict[int, dict[int, Arrival]] = {}
    for arrival in Arrival.objects.filter(school__in=schools, year=year).select_related("source", "by"):
        found.setdefault(arrival.school_id, {})[arrival.ordinal] = arrival
    return found


def _amendments(registers: list[Register]) -> dict[int, list[Amendment]]:
    found: dict[int, list[Amendment]] = {}
    changes = Amendment.objects.filter(register__in=registers).select_related(
        "arrival__source", "arrival__by"
    )
    for change in changes:
        found.setdefault(change.register_id, []).append(change)
    return found


def _notes(registers: list[Register]) -> dict[int, list[MarkNote]]:
    found: dict[int, list[MarkNote]] = {}
    for note in MarkNote.objects.filter(register__in=registers):
        found.setdefault(note.register_id, []).append(note)
    return found


def _window(pupil: Pupil, year: int, user: Any) -> dict[str, Any]:
    """The Answer of the latest threshold finding with sessions in this year: its window is drawn in the margin."""
    found = Finding.objects.filter(pupil=pupil, kind=Finding.Kind.THRESHOLD, year__in=(year, year + 1))
    if not user.sees_all_schools:
        found = found.filter(school__in=School.objects.visible_to(user))
    for answer in found.order_by("-found_at", "-pk").values_list("answer", flat=True):
        days = (date.fromisoformat(s["date"]) for s in answer.get("sessions") or [])
        if any(layout.academic_year(day) == year for day in days):
            return dict(answer)
    return {}


def _source(arrival: Arrival | None) -> str:
    if arrival is None:
        return ""
    sent = f"first sent {short_date(arrival.at)}"
    return f"{sent} in {arrival.source.filename}" if arrival.source else sent


def _who(arrival: Arrival) -> tuple[str, str]:
    """Who changed a mark, and the reason or file."""
    by = f"{arrival.by.name}, {arrival.by.post}".rstrip(", ") if arrival.by else "Register import"
    return by, arrival.reason or (arrival.source.filename if arrival.source else "")


def _shown(
    register: Register,
    known: date | None,
    summary: SchoolYear | None,
    arrivals: dict[int, Arrival],
    enrolment: Enrolment | None,
    amendments: list[Amendment],
    notes: list[MarkNote],
    answer: dict[str, Any],
) -> ShownRegister:
    year = register.year
    marks = grids.as_known_on(register, known) if known else bytes(register.grid.marks)
    amended = [a for a in amendments if known is None or timezone.localdate(a.at) <= known]
    window = answer.get("window") or {}
    shown = build(
        Marks(
            year=year,
            marks=marks,
            open_slots=bytes(summary.open_mask) or None if summary else None,
            entry=enrolment.entered_on if enrolment else None,
            leaving=enrolment.left_on if enrolment else None,
            as_known_on=min(filter(None, (known, summary.last_mark_on if summary else None)), default=None),
            window=(date.fromisoformat(window["first_week"]), date.fromisoformat(window["last_week"]))
            if window
            else None,
            counted={(date.fromisoformat(s["date"]), s["half"]) for s in answer.get("sessions", [])}
            if window
            else set(),
            amended={layout.session_of(year, a.slot) for a in amended},
            notes=_texts(register, marks, arrivals, amended, notes),
        )
    )
    return ShownRegister(
        register.pk,
        register.school.name,
        enrolment.get_status_display() if enrolment and enrolment.status != Enrolment.Status.SINGLE else "",
        _tiles(marks),
        shown,
        _trend(marks, year, register.school.name),
        _weekdays(marks, register.school.name),
        [_change(year, a) for a in reversed(amended)],
    )


def _change(year: int, amendment: Amendment) -> Change:
    on, half = layout.session_of(year, amendment.slot)
    by, reason = _who(amendment.arrival)
    letters = codes.code_of_byte()
    return Change(on, half, letters[amendment.old], letters[amendment.new], amendment.at, by, reason)


def _texts(
    register: Register,
    marks: bytes,
    arrivals: dict[int, Arrival],
    amended: list[Amendment],
    notes: list[MarkNote],
) -> dict[tuple[date, str], str]:
    """What a cell says on hover or focus besides its meaning."""
    said: dict[int, list[str]] = {}
    provenance = np.frombuffer(bytes(register.grid.provenance), "<u2")
    sources = {ordinal: _source(arrival) for ordinal, arrival in arrivals.items()}
    for slot in np.flatnonzero(np.frombuffer(marks, np.uint8) != layout.BLANK).tolist():
        if text := sources.get(int(provenance[slot]), ""):
            said[slot] = [text]
    letters = codes.code_of_byte()
    for change in amended:
        by, _ = _who(change.arrival)
        said.setdefault(change.slot, []).append(
            f"changed {short_date(change.at)} from {letters[change.old]} to {letters[change.new]} ({by})"
        )
    for note in notes:
        if note.minutes_late:
            said.setdefault(note.slot, []).append(f"{note.minutes_late} minutes late")
        if note.comment:
            said.setdefault(note.slot, []).append(note.comment)
    return {layout.session_of(register.year, slot): "; ".join(words) for slot, words in said.items()}


def _counts(marks: bytes) -> dict[str, Any]:
    grid = np.frombuffer(marks, np.uint8)
    return {"possible": tables.POSSIBLE[grid], "absent": tables.ABSENT[grid], "unauthorised": tables.UNAUTHORISED[grid],
            "late": tables.LATE[grid]}  # fmt: skip


def _tiles(marks: bytes) -> list[dict[str, Any]]:
    sums = {name: int(values.sum()) for name, values in _counts(marks).items()}
    possible, absent = sums["possible"], sums["absent"]
    rate = (possible - absent) / possible if possible else None
    return [
        {"value": percent(rate), "label": "attendance", "note": f"of {possible} possible sessions"},
        {"value": absent - sums["unauthorised"], "label": "authorised sessions missed"},
        {
            "value": sums["unauthorised"],
            "label": "unauthorised sessions",
            "kind": "alert" if sums["unauthorised"] >= CURRENT.whole("threshold_sessions") else "",
        },
        {"value": sums["late"], "label": "late before registers closed"},
    ]


def _rate(possible: Any, absent: Any) -> float | None:
    total = int(possible.sum())
    return (total - int(absent.sum())) / total if total else None


def week_rates(grids_of_marks: Sequence[bytes]) -> list[float | None]:
    """Attendance of each week with a possible session, over one or several registers of a year."""
    shape = (layout.WEEKS, layout.SLOTS)
    counted = [_counts(marks) for marks in grids_of_marks]
    possible = sum(c["possible"].reshape(shape).sum(axis=1, dtype=int) for c in counted)
    absent = sum(c["absent"].reshape(shape).sum(axis=1, dtype=int) for c in counted)
    return [1 - a / p for p, a in zip(possible, absent, strict=True) if p] if counted else []


def _trend(marks: bytes, year: int, school: str) -> Markup:
    counted = _counts(marks)
    possible, absent = (counted[n].reshape(layout.WEEKS, layout.SLOTS) for n in ("possible", "absent"))
    used = [w for w in range(layout.WEEKS) if possible[w].any()]
    labels = [day_month(layout.first_monday(year) + timedelta(weeks=w)) for w in used]
    values = [_rate(possible[w], absent[w]) for w in used]
    return charts.line(
        "Attendance week by week",
        f"Attendance at {school} for each school week.",
        labels,
        [charts.Series("Attendance", values)],
    )


def _weekdays(marks: bytes, school: str) -> Markup:
    counted = _counts(marks)
    shape = (layout.WEEKS, 7, 2)
    possible, absent = (counted[n].reshape(shape) for n in ("possible", "absent"))
    labels, values = [], []
    for day, name in enumerate(WEEKDAYS):
        for half, word in enumerate(("morning", "afternoon")):
            labels.append(f"{name} {word}")
            rate = _rate(possible[:, day, half], absent[:, day, half])
            values.append(None if rate is None else 1 - rate)
    return charts.bars(
        "Absence by weekday", f"Share of possible sessions missed at {school}.", labels, values,
        unit="percent", value_heading="Absence",
    )  # fmt: skip


def rows(pupil: Pupil, year: int, user: Any, *, known: date | None) -> Iterator[tuple[Any, ...]]:
    """Every session with a mark, one a row, for export."""
    registers = _registers(pupil, year, user)
    arrivals = _arrivals([r.school_id for r in registers], year)
    notes = _notes(registers)
    letters = codes.code_of_byte()
    for register in registers:
        marks = grids.as_known_on(register, known) if known else bytes(register.grid.marks)
        provenance = np.frombuffer(bytes(register.grid.provenance), "<u2")
        said = {note.slot: note for note in notes.get(register.pk, [])}
        for slot, byte in enumerate(marks):
            if byte == layout.BLANK:
                continue
            on, half = layout.session_of(year, slot)
            code = letters[chr(byte)]
            note, arrival = said.get(slot), arrivals.get(register.school_id, {}).get(int(provenance[slot]))
            yield (
                on, half, code, codes.lookup(code, on).meaning, register.school.name,
                timezone.localdate(arrival.at) if arrival else None,
                note.minutes_late if note else None, note.comment if note else "",
            )  # fmt: skip
