"""The sessions of a request on the register: what can be ticked, what is picked, and what else stands beside them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from mainstay.law import clock
from mainstay.law.rules import CURRENT
from mainstay.registers.grid import academic_year
from mainstay.service.attendance.queries.findings import weeks_of
from mainstay.service.common.ui.filters import meaning
from mainstay.service.directory.models import Dated, Parent
from mainstay.service.penalties import known, sessions
from mainstay.service.penalties.models import NoticeRequest


@dataclass(frozen=True, slots=True)
class Row:
    """One session that can be ticked."""

    key: str
    on: date
    half: str
    code: str
    meaning: str
    school: str
    notes: Sequence[tuple[str, str]]  # words, colour
    picked: bool
    disabled: bool

    @property
    def short(self) -> str:
        return f"{self.on:%a} {'am' if self.half == 'Morning' else 'pm'}"

    @property
    def label(self) -> str:
        return f"{self.on:%A} {self.on.day} {self.on:%B}, {self.half.lower()}: {self.meaning}"


@dataclass(slots=True)
class Week:
    """The sessions of one week, by its Monday."""

    monday: date
    rows: list[Row] = field(default_factory=list)

    @property
    def notes(self) -> list[tuple[str, str]]:
        """What to look at, each thing once with the sessions it is said of."""
        said: dict[tuple[str, str], list[str]] = {}
        for row in self.rows:
            for note in row.notes:
                said.setdefault(note, []).append(row.short)
        return [(f"{', '.join(shorts)}: {words}", colour) for (words, colour), shorts in said.items()]


@dataclass(slots=True)
class Relied:
    """The sessions of a request as one person may see them.

    near, earlier: weeks of what can be ticked; weeks: of what is picked; elsewhere: sessions relied on at schools out
    of view; gone: sessions the register does not show as unauthorised any more
    """

    near: list[Week] = field(default_factory=list)
    earlier: list[Week] = field(default_factory=list)
    picked: list[Row] = field(default_factory=list)
    weeks: list[Week] = field(default_factory=list)
    elsewhere: int = 0
    gone: int = 0

    @property
    def keys(self) -> list[str]:
        return [row.key for week in (*self.near, *self.earlier) for row in week.rows if not row.disabled]

    @property
    def schools(self) -> int:
        return len({row.school for week in (*self.near, *self.earlier) for row in week.rows})

    @property
    def rows_earlier(self) -> int:
        return sum(len(week.rows) for week in self.earlier)


def relied(
    request: NoticeRequest,
    user: Any,
    today: date,
    picked: Iterable[str] | None = None,
    *,
    read: known.Known | None = None,
    with_used: bool = True,
) -> Relied:
    """picked: keys ticked in a form that was not right; None: what the request holds.

    read: what is read already; with_used: with what notices and charges rely on already
    """
    parents = _parents(request, today, read) if with_used else {}
    shown = sessions.offered(
        request.pupil,
        list(parents),
        today,
        registers=read.registers if read else None,
        ours=read.ours if read else None,
        charges=read.charges if read else None,
    )
    in_view = sessions.places_in_view(user)
    own = [one for one in shown if in_view(one.place)]
    kept = {f"{one['date']} {one['half']}" for one in request.sessions}
    ticked = kept if picked is None else set(picked)
    rows = [_row(one, one.key in ticked, parents, user) for one in own]
    found = Relied(picked=sorted((row for row in rows if row.picked), key=lambda row: row.key))
    found.elsewhere = len(kept & ({one.key for one in shown} - {one.key for one in own}))
    found.gone = len(kept - {one.key for one in shown})
    found.weeks = _weeks(found.picked)
    weeks = _weeks(rows)
    first = min((row.on for row in found.picked), default=None)
    for n, week in enumerate(weeks):
        near = n < CURRENT.whole("threshold_weeks") if first is None else week.monday >= clock.monday(first)
        (found.near if near else found.earlier).append(week)
    return found


def _parents(request: NoticeRequest, today: date, read: known.Known | None) -> dict[int, str]:
    """The child's parents of that day by name."""
    if read is not None:
        ties = read.people.of_child(request.pupil_id)
        return {tie.parent_id: read.people.rows[tie.parent_id].name for tie in ties}
    of = Parent.objects.filter(parenthoods__in=request.pupil.parenthoods.filter(Dated.on(today)))
    return {parent.pk: parent.name for parent in of}


def _row(one: sessions.Offered, picked: bool, parents: Mapping[int, str], user: Any) -> Row:
    notes = [(flag, "yellow") for flag in one.flags]
    notes += _used_for_school(one, len(parents)) if not user.sees_all_schools else _used(one, parents)
    return Row(
        key=one.key,
        on=one.on,
        half="Morning" if one.half == "AM" else "Afternoon",
        code=one.code,
        meaning=meaning(one.code, one.on),
        school=one.school,
        notes=notes,
        picked=picked,
        disabled=one.spent_for(list(parents)) and not picked,
    )


def _used(one: sessions.Offered, parents: Mapping[int, str]) -> list[tuple[str, str]]:
    return [
        (f"{parents[parent]}: {used.by}, withdrawn", "grey")
        if used.withdrawn
        else (f"{parents[parent]}: already relied on by {used.by}", "orange")
        for parent, used in one.used.items()
    ]


def _used_for_school(one: sessions.Offered, parents: int) -> list[tuple[str, str]]:
    """That a notice relies on it; which, and to whom, stays with the service."""
    standing = sum(not used.withdrawn for used in one.used.values())
    if not standing:
        return []
    whose = "every parent" if standing == parents else f"{standing} of {parents} parents"
    return [(f"Already relied on for {whose}", "orange")]


def _weeks(rows: Iterable[Row]) -> list[Week]:
    """Newest first, and the days of a week in their order."""
    found: dict[date, Week] = {}
    for row in rows:
        monday = clock.monday(row.on)
        found.setdefault(monday, Week(monday)).rows.append(row)
    for week in found.values():
        week.rows.sort(key=lambda row: row.key)
    return sorted(found.values(), key=lambda week: week.monday, reverse=True)


@dataclass(frozen=True, slots=True)
class OnRegister:
    """The weeks concerned on each register, and what else stands there."""

    grids: list[dict[str, Any]]
    gaps: list[str]  # sessions without a mark, in words
    authorised: int


def on_register(request: NoticeRequest, user: Any, read: known.Known) -> OnRegister:
    """From the first week relied on, or of the window in which the threshold was met, to the last."""
    counted = {(date.fromisoformat(s["date"]), s["half"]) for s in request.sessions}
    first, last = span(request, read.on)
    years = range(academic_year(first), academic_year(last + timedelta(days=6)) + 1)
    in_view = sessions.places_in_view(user)
    held = [r for r in read.registers if r.year in years and in_view(r.school_id)]
    grids = weeks_of(held if user.may("see_registers") else [], counted, (first, last))
    cells = [cell for one in grids for week in one["grid"].weeks for cell in week.cells]
    gaps = [cell.title.split(":")[0] for cell in cells if cell.look == "missing"]
    return OnRegister(grids, gaps, sum(cell.look == "authorised" for cell in cells))


def span(request: NoticeRequest, today: date) -> tuple[date, date]:
    """Monday of the first week shown of the register, and of the last."""
    days = [date.fromisoformat(s["date"]) for s in request.sessions]
    window = ((request.answer or (request.finding and request.finding.answer)) or {}).get("window") or {}
    days += [date.fromisoformat(window[name]) for name in ("first_week", "last_week") if window.get(name)]
    if not days:
        days = [today - timedelta(weeks=CURRENT.whole("threshold_weeks")), today]
    return clock.monday(min(days)), clock.monday(max(days))
