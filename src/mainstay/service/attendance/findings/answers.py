"""What the law says of one pupil and kind: met or not, on which sessions, in words."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

import numpy as np

from mainstay.law import absence, age, clock, returns, threshold
from mainstay.law.register import Sitting, Standing, merge
from mainstay.law.rules import CURRENT
from mainstay.registers import tables
from mainstay.registers.grid import academic_year, slot_of
from mainstay.service.attendance.findings import packed
from mainstay.service.attendance.findings.batch import (
    Batch,
    Row,
    as_session,
    days_with,
    sessions_of,
    since,
    tomorrow,
)
from mainstay.service.attendance.models import Finding

Kind = Finding.Kind
HALF: Final = {"AM": "morning", "PM": "afternoon"}
STRENGTH: Final = 80  # characters of ``Finding.strength``


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: a pupil, a kind, the academic year, and the measured register it comes from.

    considered_on: the last time the same was considered; what is found must be newer
    """

    kind: str
    row: Row
    today: date
    considered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """A finding as the law sees it today."""

    pupil: int
    school: int
    kind: str
    year: int
    since: date
    reached_on: date
    strength: str
    weight: int
    answer: dict[str, Any]

    @property
    def rules_version(self) -> str:
        return str(self.answer["rules_version"])


def ask(batch: Batch, asked: Asked) -> Met | None:
    """The finding if the law's condition is met today, else None."""
    return _ASK[asked.kind](batch, asked)


def _met(
    asked: Asked, first: date, reached: date, strength: str, weight: int, answer: dict[str, Any], **said: Any
) -> Met:
    row = asked.row
    school = said.pop("school", row.school)
    return Met(
        row.pupil,
        school,
        asked.kind,
        row.year,
        first,
        reached,
        strength[:STRENGTH],
        weight,
        {**answer, **said},
    )


@lru_cache(maxsize=16_384)
def _of_counts(attended: int, authorised: int, unauthorised: int, late: int, missing: int) -> dict[str, Any]:
    """The law's Answer for counts that many pupils share; read, never written to."""
    return absence.of_counts(
        attended=attended, authorised=authorised, unauthorised=unauthorised, late=late, missing_marks=missing
    ).as_dict()


def _absence(batch: Batch, asked: Asked) -> Met | None:
    row = asked.row
    if asked.kind == Kind.SEVERE and not row.severe:
        return None
    if asked.kind == Kind.PERSISTENT and (row.severe or not row.persistent):
        return None
    absences = batch.absences(row.school, row.year)
    missed = np.flatnonzero(absences.missed[absences.row[row.pupil]])
    if not len(missed):
        return None
    counted = _of_counts(row.attended, row.authorised, row.unauthorised, row.late, row.missing)
    percent = CURRENT.whole(f"{asked.kind}_percent")
    names = sessions_of(row.year)
    reached = names[absences.stays(row.pupil, percent)][0]
    lost, of = counted["absent"], counted["possible"]
    strength = f"Missed {100 * lost / of:.1f}%, {lost} of {of} sessions"
    return _met(
        asked,
        names[int(missed[0])][0],
        reached,
        strength,
        1000 * lost // of,
        counted,
        sentence=f"{strength}; at or above {percent}% without a break since {clock.in_words(reached)}.",
        sessions=packed.pack(row.year, batch.marks[row.pupil, row.school, row.year], missed),
    )


def _threshold(batch: Batch, asked: Asked) -> Met | None:
    row = asked.row
    record = batch.threshold_record(row.pupil, row.year, max(row.year, academic_year(asked.today)))
    if record is None:
        return None
    answer = threshold.find(record, batch.births.get(row.pupil), considered_on=asked.considered_on)
    if not (answer.met if asked.kind == Kind.THRESHOLD else answer.near_miss) or not answer.sessions:
        return None
    best, span = answer.best, 0
    if best.first_week and best.last_week:
        span = sum(best.first_week <= week <= best.last_week for week in record.weeks)
    last = answer.sessions[-1]
    strength = f"{best.count} sessions in {_weeks(span)}"
    if answer.met and answer.window:
        sentence = (
            f"{len(answer.sessions)} unauthorised sessions within {_weeks(answer.window.school_weeks)}: the threshold "
            f"was met on {clock.in_words(last.date)} ({HALF[last.half]})."
        )
    else:
        sentence = f"{strength} at most: close to the threshold, and not met."
    return _met(
        asked,
        answer.sessions[0].date,
        last.date,
        strength,
        (400 if answer.met else 200) + 10 * min(best.count, 50),
        answer.as_dict(),
        school=_school_of(batch, row, last.date, last.half),
        sentence=sentence,
    )


def _part(answer: returns.ReturnsAnswer, name: str) -> dict[str, Any]:
    """The part of an answer about returns that one kind of finding is about, with its own reason."""
    said = answer.as_dict()
    number = _RETURNS.index(name)
    rest = {key: value for key, value in said.items() if key not in _RETURNS}
    return {name: said[name], **rest, "reasons": said["reasons"][number : number + 1]}


_RETURNS: Final = ("ten_days_unauthorised", "sickness", "unresolved_n")


def _weeks(number: int) -> str:
    return "1 school week" if number == 1 else f"{number} school weeks"


def _school_of(batch: Batch, row: Row, on: date, half: str) -> int:
    """The school whose register holds that counted session; the lowest id of several."""
    slot, year = slot_of(on, half), academic_year(on)
    found = [
        school
        for pupil, school, of in batch.of_pupil.get(row.pupil, ())
        if of == year and tables.THRESHOLD[batch.marks[pupil, school, of][slot]]
    ]
    return min(found, default=row.school)


def _ten_days(batch: Batch, asked: Asked) -> Met | None:
    row = asked.row
    registers = batch.law_registers(row.pupil, row.year, row.year, tail=True, school=row.school)
    born = batch.births.get(row.pupil)
    if asked.considered_on:
        registers = [since(register, tomorrow(asked.considered_on)) for register in registers]
    record = merge(registers)
    answer = returns.find(record, born)
    begins = date(row.year, 8, 1)
    while (reached := answer.ten_days_unauthorised.reached_on) is not None and reached < begins:
        registers = [since(register, tomorrow(reached)) for register in registers]
        record = merge(registers)
        answer = returns.find(record, born)
    if reached is None:
        return None
    run: list[Sitting] = []
    for sitting in reversed(record.sittings):
        if sitting.date <= reached and sitting.standing == Standing.UNAUTHORISED:
            if len({one.date for one in run} | {sitting.date}) > CURRENT.whole("run_days"):
                break
            run.append(sitting)
    run.reverse()
    strength = f"{CURRENT.whole('run_days')} school days in a row, {len(run)} sessions"
    sentence = (
        f"Absent without authority for {strength}, the last on {clock.in_words(reached)}: a return is due."
    )
    return _met(
        asked, run[0].date, reached, strength, 450 + len(run), _part(answer, "ten_days_unauthorised"),
        sentence=sentence, sessions=[as_session(sitting.session) for sitting in run],
    )  # fmt: skip


def _sickness(batch: Batch, asked: Asked) -> Met | None:
    row = asked.row
    # no other day bears on it
    record = merge(days_with("I", batch.law_registers(row.pupil, row.year, row.year, tail=False)))
    born = batch.births.get(row.pupil)
    answer = returns.find(record, born)
    if not answer.sickness.met:
        return None
    first, last = age.compulsory(born) if born else (date.min, date.max)
    ill = [s.session for s in record.sittings if s.code == "I" and first <= s.date <= last]
    reached = ill[min(len(ill), 2 * CURRENT.whole("sickness_days")) - 1].date
    days = answer.sickness.days_so_far
    return _met(
        asked, ill[0].date, reached, f"{days:g} school days of illness", 300 + len(ill), _part(answer, "sickness"),
        sentence=f"Missed {days:g} school days through illness this school year: a sickness return is due.",
        sessions=[as_session(session) for session in ill],
    )  # fmt: skip


def _unresolved(batch: Batch, asked: Asked) -> Met | None:
    row = asked.row
    registers = batch.law_registers(row.pupil, row.year, row.year, tail=False, ahead=True, school=row.school)
    first_n = min(
        (on for register in registers for on, pair in register.marks.items() if "N" in pair), default=None
    )
    if first_n is None:
        return None
    begin = max(first_n, tomorrow(asked.considered_on)) if asked.considered_on else first_n
    answer = returns.find([since(registers[0], begin)], batch.births.get(row.pupil))
    late = [n for n in answer.unresolved_n if n.becomes_o_on and n.becomes_o_on < asked.today]
    if not late:
        return None
    settled = late[0].becomes_o_on or late[0].date
    many = "1 session" if len(late) == 1 else f"{len(late)} sessions"
    return _met(
        asked, late[0].date, settled, f"{many} still N", 50 + min(len(late), 40),
        _part(replace(answer, unresolved_n=tuple(late)), "unresolved_n"),
        sentence=f"The reason for {many} is still not established; the first should have been settled by "
                 f"{clock.in_words(settled)}.",
        sessions=[{"date": n.date.isoformat(), "half": n.half, "code": "N"} for n in late],
    )  # fmt: skip


_ASK: Final[dict[str, Callable[[Batch, Asked], Met | None]]] = {
    Kind.SEVERE: _absence,
    Kind.PERSISTENT: _absence,
    Kind.THRESHOLD: _threshold,
    Kind.NEAR_MISS: _threshold,
    Kind.TEN_DAYS: _ten_days,
    Kind.SICKNESS: _sickness,
    Kind.UNRESOLVED: _unresolved,
}
