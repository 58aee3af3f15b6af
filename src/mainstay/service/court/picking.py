"""The absences a charge may rely on: of the registers, each with what stands against it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from mainstay.law import clock
from mainstay.law.rules import CURRENT
from mainstay.service.directory.models import Pupil
from mainstay.service.penalties import sessions
from mainstay.service.penalties.models import Notice


@dataclass(frozen=True, slots=True)
class Absence:
    """One session: ``notes`` stand beside it; ``closed`` ones cannot be picked; ``advised`` ones are picked at first."""

    on: date
    half: str
    code: str
    school: str
    notes: tuple[str, ...]
    closed: bool
    advised: bool

    @property
    def key(self) -> str:
        return f"{self.on.isoformat()} {self.half}"

    def as_kept(self) -> dict[str, str]:
        return {"date": self.on.isoformat(), "half": self.half, "code": self.code}


def offered(
    pupil: Pupil, parents: Collection[int], today: date, notice: Notice | None = None
) -> list[Absence]:
    """Newest first. Charged before, or relied on by another notice, to every one of the parents: closed.

    Older than the limit: shown, and left out at first; so is what the notice does not rely on, where there is one.
    """
    oldest = CURRENT.whole("limitation_months")
    of_notice = {(s["date"], s["half"]) for s in notice.sessions} if notice else None
    return [
        _absence(one, parents, today, oldest, of_notice, notice)
        for one in sessions.offered(pupil, parents, today)
    ]


def _absence(
    one: sessions.Offered,
    parents: Collection[int],
    today: date,
    months: int,
    of_notice: set[tuple[str, str]] | None,
    notice: Notice | None,
) -> Absence:
    notes = list(one.flags)
    old = clock.months_after(one.on, months) < today
    notes += [f"Older than {months} months: out of time"] if old else []
    against = [_against(one, parent, notice) for parent in parents]
    notes += sorted({words for words in against if words})
    closed = bool(against) and all(against)
    mine = of_notice is None or (one.on.isoformat(), one.half) in of_notice
    advised = not (old or closed or any(against) or one.flags) and mine
    return Absence(one.on, one.half, one.code, one.school, tuple(notes), closed, advised)


def _against(one: sessions.Offered, parent: int, notice: Notice | None) -> str:
    used = one.used.get(parent)
    if used is None or (notice is not None and used.by == notice.number):
        return ""
    if used.withdrawn:
        return f"{used.by} was withdrawn: no charge for it"
    return "Charged before" if used.by == "a charge" else f"{used.by} relies on it"


def of_parent(found: Iterable[Absence], keys: Collection[str], free: Collection[str]) -> list[dict[str, Any]]:
    """Those picked that are free for one parent, in order of days."""
    kept = [one.as_kept() for one in found if one.key in keys and one.key in free]
    return sessions.in_order(kept)
