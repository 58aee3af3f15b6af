"""The made-up city's registers in the database: grids, where each mark came from, measures, findings, decisions.

Written past the actions, in large batches, into empty tables; the result is as if each school had sent a
file a week.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import numpy as np
from django.db.models import Max
from django.utils import timezone
from numpy.typing import NDArray

from mainstay.law import codes
from mainstay.registers.grid import BLANK, SIZE, SLOTS, WEEKS, first_monday, session_of
from mainstay.registers.register import Block
from mainstay.registers.simulate import City
from mainstay.service.attendance import demo_life, grids, measuring, rows, summaries
from mainstay.service.attendance.findings.recompute import recompute
from mainstay.service.attendance.grids import Held
from mainstay.service.attendance.models import (
    Amendment,
    Arrival,
    Grid,
    MarkNote,
    Register,
    RegisterImport,
    SchoolYear,
)
from mainstay.service.common.audit import trail
from mainstay.service.directory.bulk import insert
from mainstay.service.directory.models import School

Progress = Callable[[float, str], None]
SENT: Final = time(16, 30)  # on the Friday of each week
AMENDMENTS: Final = time(9, 15)
DAILY: Final = timedelta(days=42)  # so long a file came each day
LISTED: Final = timedelta(days=10)  # so long the files are listed


def load(city: City, schools: list[School], pupil_ids: list[int], progress: Progress) -> None:
    """Everything the city's blocks hold; the database has no registers yet."""
    loading = _Loading(city, schools, pupil_ids)
    for n, block in enumerate(city.blocks):
        progress(0.6 * n / len(city.blocks), "grids")
        loading.block(block)
    progress(0.6, "amendments")
    loading.amend()
    loading.note()
    at = _instant(city.until + timedelta(days=1), AMENDMENTS)
    everyone = sorted(set(loading.in_work))
    step = 2000
    for first in range(0, len(everyone), step):
        progress(0.65 + 0.3 * first / max(len(everyone), 1), "findings")
        recompute(everyone[first : first + step], today=city.until + timedelta(days=1), at=at, backdate=True)
    progress(0.97, "decisions")
    demo_life.live(at)
    progress(1.0, "registers are in")


class _Loading:
    """The rows of one city on their way in; ids are our own, counted up."""

    def __init__(self, city: City, schools: list[School], pupil_ids: list[int]) -> None:
        self.city = city
        self.school = {made.urn: school for made, school in zip(city.schools, schools, strict=True)}
        self.pupil = np.array([pupil_ids[e.pupil] for e in city.enrolments], np.int64)
        self.born = [city.pupils[e.pupil].date_of_birth for e in city.enrolments]
        self.in_work: list[int] = []
        self.last = max(city.years)
        self.next_register = (Register.objects.aggregate(top=Max("pk"))["top"] or 0) + 1
        self.register: dict[tuple[int, int], int] = {}  # (enrolment, year) -> register
        self.arrivals: dict[tuple[int, int], int] = {}  # (school, year) -> ordinals given out
        self.before: dict[int, tuple[Held, NDArray[np.uint8]]] = {}
        self.changes: dict[tuple[int, int], list[Any]] = {}
        for change in city.amendments:
            self.changes.setdefault((change.enrolment, change.year), []).append(change)

    def block(self, block: Block) -> None:
        """One school-year: registers, grids, arrivals, measures, summary."""
        school = self.school[block.school]
        held, born = self._held(block, school)
        opened = measuring.open_mask(school.pk, block.year, held.marks)
        earlier, _ = self.before.get(school.pk, (_none(), None))
        if len(earlier) and int(earlier.years[0]) != block.year - 1:
            earlier = _none()
        measured = measuring.measure(school.pk, block.year, held, opened, before=earlier, births=born)
        self.before[school.pk] = held, opened
        found = measuring.columns(measured)
        stamp = rows.stamp(_instant(self.city.until, SENT))
        insert(
            Register,
            ("id", "pupil_id", "school_id", "year", *measuring.FIELDS, "measured_at"),
            zip(
                held.registers.tolist(), held.pupils.tolist(), held.schools.tolist(), held.years.tolist(),
                *(found[name] for name in measuring.FIELDS), [stamp] * len(held), strict=True,
            ),
        )  # fmt: skip
        last = self._arrive(school, block.year, held)
        insert(Grid, ("register_id", "marks", "provenance"), _grids(held))
        trail.record(
            by=None, at=_instant(self.city.until, SENT), action="register.taken",
            on=("attendance.schoolyear", f"{school.pk}/{block.year}"), school=school.pk, year=block.year,
            grids=grids.digests(held.registers, held.marks),
        )  # fmt: skip
        summary = SchoolYear(school=school, year=block.year, arrivals=self.arrivals[school.pk, block.year])
        summary.last_import_at = last
        summaries.fill(summary, held, measured, opened, self.city.until + timedelta(days=1))
        summary.save()
        if block.year == self.last:
            self.in_work += held.pupils.tolist()

    def _held(self, block: Block, school: School) -> tuple[Held, list[date]]:
        """Rows of pupils; somebody who left and came back has one register a year."""
        place: dict[int, int] = {}
        at_row = [place.setdefault(int(self.pupil[e]), len(place)) for e in block.people]
        n = len(place)
        marks = np.full((n, SIZE), BLANK, np.uint8)
        born: list[date] = [self.born[0]] * n
        for row, enrolment, given in zip(at_row, block.people.tolist(), block.marks, strict=True):
            marks[row] = np.where(given == BLANK, marks[row], given)
            born[row] = self.born[enrolment]
            self.register[enrolment, block.year] = self.next_register + row
        registers = np.arange(self.next_register, self.next_register + n, dtype=np.int64)
        self.next_register += n
        held = Held(
            registers,
            np.array(list(place), np.int64),
            np.full(n, school.pk, np.int64),
            np.full(n, block.year, np.int64),
            marks,
            np.zeros((n, SIZE), np.uint16),
        )
        return held, born

    def _arrive(self, school: School, year: int, held: Held) -> datetime:
        """A file a week, sent on its Friday; in the last weeks one each day."""
        sent: list[tuple[int, datetime, dict[str, Any]]] = []
        for first, end, on in _files(held, year, self.city.until):
            part = held.marks[:, first:end] != BLANK
            held.provenance[:, first:end] = np.where(part, len(sent) + 1, 0)
            sent.append((len(sent) + 1, _instant(on, SENT), _report(school, year, first, part)))
        listed = _instant(self.city.until - LISTED, SENT)
        imports = RegisterImport.objects.bulk_create(
            _import(school, on, report) for _, on, report in sent if on >= listed
        )
        known = {one.taken_at: one for one in imports}
        Arrival.objects.bulk_create(
            [Arrival(school=school, year=year, ordinal=n, at=on, source=known.get(on)) for n, on, _ in sent],
            batch_size=500,
        )
        self.arrivals[school.pk, year] = len(sent)
        return sent[-1][1] if sent else _instant(self.city.until, SENT)

    def amend(self) -> None:
        """Marks that were first something else: an arrival a day and school, with what it changed."""
        by_arrival: dict[tuple[int, int, date], list[tuple[int, Any]]] = {}
        for (enrolment, year), changes in self.changes.items():
            register = self.register.get((enrolment, year))
            school = self.school[self.city.schools[self.city.enrolments[enrolment].school].urn].pk
            for change in changes if register else ():
                by_arrival.setdefault((school, year, change.on), []).append((register or 0, change))
        made = []
        for school, year, on in sorted(by_arrival):
            self.arrivals[school, year] += 1
            ordinal = self.arrivals[school, year]
            made.append(Arrival(school_id=school, year=year, ordinal=ordinal, at=_instant(on, AMENDMENTS)))
        made = Arrival.objects.bulk_create(made, batch_size=500)
        names = ("register_id", "slot", "old", "new", "at", "arrival_id")
        insert(
            Amendment,
            names,
            _amendments(zip(made, (by_arrival[key] for key in sorted(by_arrival)), strict=True)),
        )
        years = list(
            SchoolYear.objects.filter(school__in={s for s, _ in self.arrivals}).only("pk", "school", "year")
        )
        for summary in years:
            summary.arrivals = self.arrivals.get((summary.school_id, summary.year), 0)
        SchoolYear.objects.bulk_update(years, ["arrivals"], batch_size=200)

    def note(self) -> None:
        """Minutes late, where the city says so."""
        kept = {
            (self.register[n.person, n.year], n.slot): n.minutes_late
            for n in self.city.notes
            if (n.person, n.year) in self.register
        }
        insert(
            MarkNote,
            ("register_id", "slot", "minutes_late"),
            ((register, slot, minutes) for (register, slot), minutes in kept.items()),
        )


def _none() -> Held:
    empty = np.zeros(0, np.int64)
    return Held(empty, empty, empty, empty, np.zeros((0, SIZE), np.uint8), np.zeros((0, SIZE), np.uint16))


def _instant(on: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(on, clock))


def _grids(held: Held) -> Iterator[tuple[int, bytes, bytes]]:
    ordinals = held.provenance.astype("<u2")
    for pk, marks, provenance in zip(held.registers.tolist(), held.marks, ordinals, strict=True):
        yield pk, marks.tobytes(), provenance.tobytes()


def _files(held: Held, year: int, until: date) -> Iterator[tuple[int, int, date]]:
    """What each file held: first slot, slot after the last, the day it was sent."""
    monday = first_monday(year)
    used = (held.marks != BLANK).any(axis=0)
    for week in range(WEEKS):
        first = week * SLOTS
        friday = monday + timedelta(weeks=week, days=4)
        if friday < until - DAILY:
            if used[first : first + SLOTS].any():
                yield first, first + SLOTS, friday
            continue
        for day in range(SLOTS // 2):
            slot = first + 2 * day
            if used[slot : slot + 2].any():
                yield slot, slot + 2, monday + timedelta(weeks=week, days=day)


def _report(school: School, year: int, first: int, part: NDArray[np.bool_]) -> dict[str, Any]:
    """What the reader would have said of the file; part: where it holds a mark, its first column slot ``first``."""
    marks, used = int(part.sum()), first + np.flatnonzero(part.any(axis=0))
    days = {name: session_of(year, int(used[n]))[0].isoformat() for name, n in (("from", 0), ("to", -1))}
    return {
        "layout": "long", "encoding": "utf-8", "schools": [school.urn], "pupils": int(part.any(axis=1).sum()),
        "rows_taken": marks, "rows_refused": 0, "marks": marks, **days,
    }  # fmt: skip


def _import(school: School, on: datetime, report: dict[str, Any]) -> RegisterImport:
    return RegisterImport(
        filename=f"register-{school.urn}-{timezone.localdate(on):%Y-%m-%d}.csv", sent_at=on, via="demo",
        school=school, state=RegisterImport.State.TAKEN, progress=100, taken_at=on, marks_new=report["marks"],
        report=report,
    )  # fmt: skip


def _amendments(arrivals: Iterable[tuple[Arrival, list[tuple[int, Any]]]]) -> Iterator[tuple[Any, ...]]:
    for arrival, changes in arrivals:
        stamp = rows.stamp(arrival.at)
        for register, change in changes:
            yield (
                register,
                change.slot,
                codes.byte_of(change.old),
                codes.byte_of(change.new),
                stamp,
                arrival.pk,
            )
