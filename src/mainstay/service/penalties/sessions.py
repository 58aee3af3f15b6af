"""The sessions a request may rely on: read from the registers, with whatever stands against each.

A session is a dict {"date": ISO, "half", "code"}. One that a standing notice to the same parent for the same child
relies on, or a charge against that parent, is used up for that parent; the other parent's notice may rely on it.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mainstay.law import age, codes
from mainstay.law.rules import CURRENT
from mainstay.registers import tables
from mainstay.registers.grid import academic_year, session_of, slot_of
from mainstay.service.attendance.models import Register
from mainstay.service.directory.models import Dated, Parenthood, Pupil, School, conflicts_of
from mainstay.service.penalties import known, providers
from mainstay.service.penalties.models import Notice
from mainstay.service.penalties.providers import Pair, Session

_LETTERS: Final = codes.code_of_byte()


@dataclass(frozen=True, slots=True)
class Used:
    """What has used a session up for one parent."""

    by: str  # "PN-0000012-A", or "a charge"
    withdrawn: bool = False  # a withdrawn notice: free again only with legal sign-off


@dataclass(frozen=True, slots=True)
class Offered:
    """One session of the register that could be relied on, with what a person should see about it."""

    on: date
    half: str
    code: str
    school: str
    place: int  # the school's id
    flags: tuple[str, ...] = ()
    used: Mapping[int, Used] = field(default_factory=dict)  # parent -> by what

    @property
    def key(self) -> str:
        return f"{self.on.isoformat()} {self.half}"

    def spent_for(self, parents: Collection[int]) -> bool:
        """Whether every one of these parents had a notice for it, or a charge, that stands."""
        return bool(parents) and all(p in self.used and not self.used[p].withdrawn for p in parents)

    def as_kept(self) -> dict[str, str]:
        """As a request keeps it."""
        return {"date": self.on.isoformat(), "half": self.half, "code": self.code}


def offered(
    pupil: Pupil,
    parents: Collection[int],
    today: date,
    *,
    registers: Iterable[Register] | None = None,
    ours: Iterable[Notice] | None = None,
    charges: Mapping[Pair, providers.Known] | None = None,
) -> list[Offered]:
    """The unauthorised sessions of last academic year and this, newest first, at every school.

    registers, ours, charges: where they are read already (``known``)
    """
    year = academic_year(today)
    begins = CURRENT.day("national_framework_from")
    years = range(year - known.YEARS_BACK, year + 1)
    if registers is None:
        registers = known.registers([pupil.pk], years)
    span = age.compulsory(pupil.date_of_birth) if pupil.date_of_birth else None
    used = used_sessions([(parent, pupil.pk) for parent in parents], ours, charges)
    found = []
    for register in registers:
        if register.year not in years:
            continue
        marks = marks_of(register)
        for slot in np.flatnonzero(tables.UNAUTHORISED[marks]).tolist():
            on, half = session_of(register.year, slot)
            if begins <= on <= today:
                code = _LETTERS[chr(marks[slot])]
                key = (on.isoformat(), half)
                by = {
                    parent: used[parent, pupil.pk][key] for parent in parents if key in used[parent, pupil.pk]
                }
                flags = tuple(_flags(on, code, span))
                found.append(Offered(on, half, code, register.school.name, register.school_id, flags, by))
    return sorted(found, key=lambda one: (one.on, one.half), reverse=True)


def marks_of(register: Register) -> NDArray[np.uint8]:
    """The marks of one register, uint8 (756,)."""
    return np.frombuffer(bytes(register.grid.marks), np.uint8)


def places_in_view(user: Any) -> Callable[[int], bool]:
    """Whether registers of a school, by its id, are for this person: a school picks from its own."""
    if user.sees_all_schools and not conflicts_of(user)[0]:
        return lambda _: True
    return set(School.objects.visible_to(user).order_by().values_list("pk", flat=True)).__contains__


def parents_of(pupil: int, on: date) -> list[int]:
    """The ids of a child's parents on a day."""
    ties = Parenthood.objects.filter(Dated.on(on), pupil=pupil)
    return list(ties.values_list("parent_id", flat=True))


def _flags(on: date, code: str, span: tuple[date, date] | None) -> Iterable[str]:
    if code == "N":
        yield "Reason not yet established"
    if span is None:
        yield "Date of birth not known"
    elif not span[0] <= on <= span[1]:
        yield "Not of compulsory school age"


def used_sessions(
    pairs: Collection[Pair],
    ours: Iterable[Notice] | None = None,
    charges: Mapping[Pair, providers.Known] | None = None,
) -> dict[Pair, dict[Session, Used]]:
    """(parent, pupil) -> session -> what has used it up.

    ours: our notices to these parents for these children, where they are read already; charges: ``prosecutions_of``
    """
    found: dict[Pair, dict[Session, Used]] = {pair: {} for pair in pairs}
    if not pairs:
        return found
    if ours is None:
        ours = known.issued({parent for parent, _ in pairs}, {pupil for _, pupil in pairs})
    for notice in sorted(ours, key=lambda one: one.pk):
        of = found.get((notice.parent_id, notice.pupil_id))
        withdrawn = notice.state == Notice.State.WITHDRAWN
        if of is None or notice.number is None or (withdrawn and notice.signed_off_at):
            continue
        for one in notice.sessions:
            key = (one["date"], one["half"])
            if not withdrawn or key not in of:
                of[key] = Used(notice.number, withdrawn)
    for pair, charge in (providers.prosecutions_of(pairs) if charges is None else charges).items():
        if pair in found:
            found[pair].update(dict.fromkeys(charge.charged, Used("a charge")))
    return found


def marks_now(
    wanted: Mapping[int, Collection[Session]], registers: Iterable[Register]
) -> dict[tuple[int, str, str], set[str]]:
    """(pupil, ISO date, half) -> the codes that stand there now on these registers, at whatever schools."""
    rows: dict[tuple[int, int], list[Any]] = {}
    for register in registers:
        rows.setdefault((register.pupil_id, register.year), []).append(marks_of(register))
    found: dict[tuple[int, str, str], set[str]] = {}
    for pupil, sessions in wanted.items():
        for iso, half in sessions:
            on = date.fromisoformat(iso)
            slot = slot_of(on, half)
            stand = {_LETTERS[chr(marks[slot])] for marks in rows.get((pupil, academic_year(on)), ())}
            found[pupil, iso, half] = stand
    return found


def span(sessions: Collection[Mapping[str, str]]) -> tuple[date, date] | tuple[None, None]:
    """First and last day."""
    days = [date.fromisoformat(one["date"]) for one in sessions]
    return (min(days), max(days)) if days else (None, None)


def reason(sessions: Iterable[Mapping[str, str]]) -> str:
    """What an absence is counted as in the yearly return: all of it a holiday, all of it late, or other."""
    codes = {one["code"] for one in sessions}
    return {frozenset("G"): "holiday", frozenset("U"): "late"}.get(frozenset(codes), "other")


def digest(sessions: Iterable[Mapping[str, str]]) -> str:
    """SHA-256 of the sessions and their codes, in order."""
    said = sorted((one["date"], one["half"], one["code"]) for one in sessions)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def in_order(sessions: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Ascending, each session once."""
    known = {(one["date"], one["half"]): dict(one) for one in sessions}
    return [known[key] for key in sorted(known)]
