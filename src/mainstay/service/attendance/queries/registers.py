"""A pupil's register as the page shows it: grid, totals, trend, weekday profile, amendments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
from django.utils import timezone
from markupsafe import Markup

from mainstay.law import codes
from mainstay.registers import grid as layout
from mainstay.service.attendance import grids
from mainstay.service.attendance.models import Amendment, Arrival, MarkNote, Register
from mainstay.service.attendance.queries import figures, windows
from mainstay.service.common.ui.filters import short_date
from mainstay.service.common.ui.register_grid import Marks, RegisterGrid, build
from mainstay.service.directory.models import Enrolment, Pupil

HEADER: Final = ("Date", "Session", "Code", "Meaning", "School", "First sent", "Minutes late", "Comment",
                 "Counted")  # fmt: skip


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
    """One school's register of the pupil in the year asked for.

    left_out: sessions whose notes are not shown because they may be later than the day asked for
    """

    pk: int
    school: str
    status: str
    tiles: list[dict[str, Any]]
    grid: RegisterGrid
    trend: Markup
    weekdays: Markup
    amendments: Sequence[Change]
    left_out: int
    has_marks: bool


@dataclass(slots=True)
class _Held:
    """What stands in the database about one register, as known on the day asked for."""

    register: Any  # with_marks
    marks: bytes
    arrivals: dict[int, Arrival]
    stays: list[Enrolment] = field(default_factory=list)
    amendments: list[Amendment] = field(default_factory=list)
    notes: list[MarkNote] = field(default_factory=list)
    left_out: int = 0

    @property
    def open_slots(self) -> bytes:
        return bytes(self.register.open_mask or b"")


def years_of(pupil: Pupil, user: Any) -> list[int]:
    """Academic years with a register this person may see, newest first."""
    found = Register.objects.visible_to(user).filter(pupil=pupil).values_list("year", flat=True)
    return sorted(set(found), reverse=True)


def _marks(pupil: Pupil, year: int, user: Any, known: date | None) -> dict[Any, bytes]:
    """The registers of the year and their marks; as known on a day: those of the year before as well.

    A window that ends in one year may begin in the one before.
    """
    years = (year - 1, year) if known else (year,)
    found = Register.objects.visible_to(user).filter(pupil=pupil, year__in=years)
    registers = list(found.with_marks().defer(None))
    if known is None:
        return {r: bytes(r.grid.marks) for r in registers}
    then = grids.as_known(registers, known)
    return {r: then[r.pk] for r in registers}


def _held(pupil: Pupil, year: int, marks: dict[Any, bytes], known: date | None) -> list[_Held]:
    registers = [r for r in marks if r.year == year]
    schools = [r.school_id for r in registers]
    arrivals = _arrivals(schools, year)
    held = {r.pk: _Held(r, marks[r], arrivals.get(r.school_id, {})) for r in registers}
    for change in Amendment.objects.filter(register__in=held).select_related(
        "arrival__source", "arrival__by"
    ):
        held[change.register_id].amendments.append(change)
    for note in MarkNote.objects.filter(register__in=held):
        held[note.register_id].notes.append(note)
    stays = list(Enrolment.objects.filter(pupil=pupil, school__in=schools))
    for one in held.values():
        one.stays = [stay for stay in stays if stay.school_id == one.register.school_id]
        if known:
            _go_back(one, known)
    return list(held.values())


def _go_back(held: _Held, known: date) -> None:
    """Leave out later amendments, and the notes of sessions whose mark came or was changed later.

    A note does not tell when it came: one beside a mark that has not moved since is taken to be as old.
    """
    end = grids.end_of(known)
    moved = {change.slot for change in held.amendments if change.at >= end}
    held.amendments = [change for change in held.amendments if change.at < end]
    kept = [n for n in held.notes if n.slot not in moved and held.marks[n.slot] != layout.BLANK]
    held.left_out, held.notes = len(held.notes) - len(kept), kept


def of_pupil(pupil: Pupil, year: int, user: Any, *, known: date | None) -> list[ShownRegister]:
    """Every school's register of one year; ``known``: as it was known at the end of that day."""
    marks = _marks(pupil, year, user, known)
    held = _held(pupil, year, marks, known)
    window = (
        windows.as_known(pupil, year, marks, known) if known and held else windows.latest(pupil, year, user)
    )
    return [_shown(one, known, window) for one in held]


def _arrivals(schools: list[int], year: int) -> dict[int, dict[int, Arrival]]:
    """School -> ordinal -> what arrived."""
    found: dict[int, dict[int, Arrival]] = {}
    for arrival in Arrival.objects.filter(school__in=schools, year=year).select_related("source", "by"):
        found.setdefault(arrival.school_id, {})[arrival.ordinal] = arrival
    return found


def _source(arrival: Arrival | None) -> str:
    if arrival is None:
        return ""
    sent = f"first sent {short_date(arrival.at)}"
    return f"{sent} in {arrival.source.filename}" if arrival.source else sent


def _who(arrival: Arrival) -> tuple[str, str]:
    """Who changed a mark, and the reason or file."""
    by = f"{arrival.by.name}, {arrival.by.post}".rstrip(", ") if arrival.by else "Register import"
    return by, arrival.reason or (arrival.source.filename if arrival.source else "")


def _shown(held: _Held, known: date | None, window: windows.Drawn) -> ShownRegister:
    register, year, school = held.register, held.register.year, held.register.school.name
    last = held.register.year_marked_on
    shown = build(
        Marks(
            year=year,
            marks=held.marks,
            open_slots=held.open_slots or None,
            on_roll=[(stay.entered_on, stay.left_on) for stay in held.stays],
            as_known_on=min(filter(None, (known, last)), default=None),
            window=window.weeks,
            counted=window.counted,
            amended={layout.session_of(year, a.slot) for a in held.amendments},
            notes=_texts(held),
        )
    )
    counted = grids.in_session(held.marks, held.open_slots)
    stay = held.stays[-1] if held.stays else None
    return ShownRegister(
        register.pk,
        school,
        stay.get_status_display() if stay and stay.status != Enrolment.Status.SINGLE else "",
        figures.tiles(counted),
        shown,
        figures.trend(counted, year, school),
        figures.weekdays(counted, school),
        [_change(year, a) for a in reversed(held.amendments)],
        held.left_out,
        held.marks != layout.EMPTY,
    )


def _change(year: int, amendment: Amendment) -> Change:
    on, half = layout.session_of(year, amendment.slot)
    by, reason = _who(amendment.arrival)
    letters = codes.code_of_byte()
    return Change(on, half, letters[amendment.old], letters[amendment.new], amendment.at, by, reason)


def _texts(held: _Held) -> dict[tuple[date, str], str]:
    """What a cell says on hover or focus besides its meaning."""
    said: dict[int, list[str]] = {}
    provenance = np.frombuffer(bytes(held.register.grid.provenance), "<u2")
    sources = {ordinal: _source(arrival) for ordinal, arrival in held.arrivals.items()}
    for slot in np.flatnonzero(np.frombuffer(held.marks, np.uint8) != layout.BLANK).tolist():
        if text := sources.get(int(provenance[slot]), ""):
            said[slot] = [text]
    letters = codes.code_of_byte()
    for change in held.amendments:
        by, _ = _who(change.arrival)
        said.setdefault(change.slot, []).append(
            f"changed {short_date(change.at)} from {letters[change.old]} to {letters[change.new]} ({by})"
        )
    for note in held.notes:
        if note.minutes_late:
            said.setdefault(note.slot, []).append(f"{note.minutes_late} minutes late")
        if note.comment:
            said.setdefault(note.slot, []).append(note.comment)
    return {layout.session_of(held.register.year, slot): "; ".join(words) for slot, words in said.items()}


def rows(pupil: Pupil, year: int, user: Any, *, known: date | None) -> Iterator[tuple[Any, ...]]:
    """Every session with a mark, one a row, for export."""
    letters = codes.code_of_byte()
    for held in _held(pupil, year, _marks(pupil, year, user, known), known):
        provenance = np.frombuffer(bytes(held.register.grid.provenance), "<u2")
        counted = grids.in_session(held.marks, held.open_slots)
        said = {note.slot: note for note in held.notes}
        for slot, byte in enumerate(held.marks):
            if byte == layout.BLANK:
                continue
            on, half = layout.session_of(year, slot)
            code = letters[chr(byte)]
            note, arrival = said.get(slot), held.arrivals.get(int(provenance[slot]))
            yield (
                on, half, code, codes.lookup(code, on).meaning, held.register.school.name,
                timezone.localdate(arrival.at) if arrival else None,
                note.minutes_late if note else None, note.comment if note else "",
                "yes" if counted[slot] == byte else "no: school closed",
            )  # fmt: skip
