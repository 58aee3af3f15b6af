"""The pack of a meeting, made from the register as it stands: the school as a whole, and its children in order.

Children stand in it by number. Groups are those of the school's own page, small ones hidden.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mainstay.law.rules import CURRENT
from mainstay.registers import tables
from mainstay.registers.grid import SLOTS, WEEKS, academic_year
from mainstay.service.attendance import grids
from mainstay.service.attendance.models import Finding, Register, SchoolYear
from mainstay.service.attendance.providers import in_hand
from mainstay.service.attendance.queries import schools as shown
from mainstay.service.attendance.targeting.models import TargetingAction, TargetingDecision
from mainstay.service.common.among import among
from mainstay.service.directory.models import Enrolment, School

#: the order in which children are discussed, and what each place is called
RANKS: Final = {
    "severe_no_plan": "Severely absent, without a plan",
    "severe": "Severely absent",
    "undecided": "Threshold met and not decided",
    "supported": "Persistently absent, with a social worker or an EHC plan",
    "rising": "Persistently absent, and more so lately",
    "other": "Persistently absent, or followed from the last meeting",
}
SEVERE: Final = ("severe_no_plan", "severe")
#: our own choice: absence rises when these last weeks with marks are worse by this share than those before
LATELY_WEEKS: Final = 4
RISE: Final = 0.05
_ORDER: Final = list(RANKS)
_PUPIL: Final = ("pupil__social_worker", "pupil__in_care", "pupil__sen")
_COUNTS: Final = ("possible", "authorised", "unauthorised", "late", "persistent", "severe", "best_count")


def make(school: School, day: date) -> dict[str, Any]:
    """Everything the pack holds, as JSON; ``marks`` is false where the school sent no register yet."""
    years = SchoolYear.objects.filter(school=school, year__lte=academic_year(day), possible__gt=0)
    summary = years.order_by("-year").first()
    if summary is None:
        return {"marks": False, "year": academic_year(day), "children": []}
    city = shown.city_weeks(summary.year, school.phase)
    return {
        "marks": True,
        "year": summary.year,
        "last_mark_on": summary.last_mark_on.isoformat() if summary.last_mark_on else None,
        **{
            name: getattr(summary, name)
            for name in ("pupils", "possible", "absent", "unauthorised", "persistent")
        },
        "severe": summary.severe,
        "met_threshold": summary.met_threshold,
        "weeks": [{name: week[name] for name in ("week", "possible", "absent")} for week in summary.weeks],
        "city": {week["week"]: city.get(week["week"]) for week in summary.weeks},
        "groups": shown.groups_of(summary),
        "quality": shown.quality_of(summary),
        "children": _children(school, summary, day),
        "rules_version": CURRENT.version,
    }


def _children(school: School, summary: SchoolYear, day: date) -> list[dict[str, Any]]:
    """The children on roll who are to be discussed, first things first."""
    found = _findings(school)
    followed = _followed(school)
    listed = Register.objects.filter(
        school=school, year=summary.year, possible__gt=0, pupil__merged_into=None
    )
    on_roll = Enrolment.objects.on(day).filter(school=school)
    rows = [
        row
        for row in listed.filter(pupil__in=on_roll.values("pupil_id")).order_by("pk").values("pk", "pupil_id", *_COUNTS, *_PUPIL)
        if row["persistent"] or row["severe"] or row["pupil_id"] in followed
        or Finding.Kind.THRESHOLD in found.get(row["pupil_id"], ())
    ]  # fmt: skip
    weeks = _lately({row["pk"] for row in rows}, bytes(summary.open_mask))
    planned = with_plan((row["pupil_id"] for row in rows), day)
    children = [_child(row, found.get(row["pupil_id"], []), weeks.get(row["pk"]), planned) for row in rows]
    return sorted(children, key=lambda one: (_ORDER.index(one["rank"]), one["rate"], one["pupil"]))


def _child(
    row: dict[str, Any], kinds: list[str], lately: tuple[float, float] | None, planned: Collection[int]
) -> dict[str, Any]:
    absent = row["authorised"] + row["unauthorised"]
    now, before = lately or (None, None)
    has_plan = row["pupil_id"] in planned
    return {
        "pupil": row["pupil_id"],
        "rank": _rank(row, kinds, lately, has_plan),
        "rate": 1 - absent / row["possible"],
        **{name: row[name] for name in _COUNTS},
        "now": now,
        "before": before,
        "has_plan": has_plan,
        "kinds": kinds,
    }


def _rank(row: dict[str, Any], kinds: list[str], lately: tuple[float, float] | None, has_plan: bool) -> str:
    if row["severe"]:
        return "severe" if has_plan else "severe_no_plan"
    if Finding.Kind.THRESHOLD in kinds:
        return "undecided"
    if row["persistent"]:
        if row["pupil__social_worker"] or row["pupil__in_care"] or row["pupil__sen"] == "E":
            return "supported"
        if lately is not None and lately[1] - lately[0] >= RISE:
            return "rising"
    return "other"


def with_plan(pupils: Iterable[int], day: date) -> set[int]:
    """Those with a plan: said so at their last meeting and not past its review, or known to another room."""
    ids = list(pupils)
    found = {pupil for answer in in_hand.ask(ids) for pupil in answer}
    said = TargetingDecision.objects.filter(pupil__among=among(ids), has_plan__isnull=False)
    last: dict[int, tuple[bool, date | None]] = {}
    rows = said.order_by("at", "pk").values_list("pupil_id", "has_plan", "review_on")
    for pupil, has_plan, review_on in rows:
        last[pupil] = has_plan, review_on
    still = {pupil for pupil, (has, review) in last.items() if has and (review is None or review >= day)}
    return found | still


def _findings(school: School) -> dict[int, list[str]]:
    """Child -> kinds of findings nobody has considered yet."""
    found: dict[int, list[str]] = {}
    rows = Finding.objects.open().filter(school=school).order_by("kind").values_list("pupil_id", "kind")
    for pupil, kind in rows:
        found.setdefault(pupil, []).append(kind)
    return found


def _followed(school: School) -> set[int]:
    """Children of the last agreed meeting who are still watched or worked with, and those with an open action."""
    last = school.targeting_meetings.filter(state="agreed").order_by("-calendar__starts").first()
    open_actions = TargetingAction.objects.open().filter(meeting__school=school).exclude(pupil=None)
    found = set(open_actions.order_by().values_list("pupil_id", flat=True))
    if last is not None:
        going_on = last.decisions.exclude(choice=TargetingDecision.Choice.NONE)
        found |= set(going_on.values_list("pupil_id", flat=True))
    return found


def _lately(registers: Collection[int], open_mask: bytes) -> dict[int, tuple[float, float]]:
    """Register -> attendance of its last weeks with marks, and of those before; only where there are both."""
    if not registers:
        return {}
    held = grids.of_registers(sorted(registers))
    opened = np.frombuffer(open_mask, np.uint8) if open_mask else np.ones(WEEKS * SLOTS, np.uint8)
    possible, absent = (_by_week(table[held.marks] * opened) for table in (tables.POSSIBLE, tables.ABSENT))
    found = {}
    for register, of, missed in zip(held.registers.tolist(), possible, absent, strict=True):
        used = np.flatnonzero(of)
        if len(used) > LATELY_WEEKS:
            parts = used[-LATELY_WEEKS:], used[:-LATELY_WEEKS]
            now, before = (float(1 - missed[part].sum() / of[part].sum()) for part in parts)
            found[register] = now, before
    return found


def _by_week(sessions: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.asarray(sessions.reshape(-1, WEEKS, SLOTS).sum(axis=2, dtype=np.int64))
