"""What the sections of one piece of work show beside its words."""

from typing import Any

from mainstay.service.casework.models import Case, Plan, Visit
from mainstay.service.casework.queries.cases import COLOURS as OF_CASES
from mainstay.service.casework.queries.plans import COLOURS as OF_PLANS
from mainstay.service.common.ui import charts
from mainstay.service.common.ui.filters import percent
from mainstay.service.directory.models import School
from mainstay.service.purchased import kinds
from mainstay.service.purchased.actions import moving
from mainstay.service.purchased.answers import ANSWERS
from mainstay.service.purchased.models import Sampled, Work
from mainstay.service.purchased.queries import groups


def of(work: Work, user: Any) -> dict[str, Any]:
    """The context of its sections; a fixed number of queries."""
    found: dict[str, Any] = {}
    for part in kinds.of(work).parts:
        if part in _OF:
            found |= _OF[part](work, user)
    return found


def _case(work: Work, user: Any) -> dict[str, Any]:
    if work.case is None or not Case.objects.visible_to(user).filter(pk=work.case.pk).exists():
        return {"case": None}
    visits = Visit.objects.visible_to(user).filter(case=work.case_id).select_related("meeting__organiser")
    return {"case": work.case, "case_colour": OF_CASES[work.case.state], "visits": list(visits)}


def _plan(work: Work, user: Any) -> dict[str, Any]:
    seen = work.plan is not None and Plan.objects.visible_to(user).filter(pk=work.plan.pk).exists()
    return {
        "plan": work.plan if seen else None,
        "plan_colour": OF_PLANS[work.plan.state] if work.plan else "",
    }


def _sample(work: Work, user: Any) -> dict[str, Any]:
    rows = list(work.sample.all())
    counts = {finding: sum(row.finding == finding for row in rows) for finding in Sampled.Finding}
    checked = sum(bool(row.finding) for row in rows)
    tiles = [{"value": n, "label": str(finding.label)} for finding, n in counts.items()]
    return {"checked": checked, "tiles": [{"value": f"{checked} of {len(rows)}", "label": "Checked"}, *tiles]}


def _slots(work: Work, user: Any) -> dict[str, Any]:
    rows = list(work.slots.all())
    return {"halves": [(half, [s for s in rows if s.half == half]) for half in ("Morning", "Afternoon")]}


def _sessions(work: Work, user: Any) -> dict[str, Any]:
    found = groups.effect(work)
    rows = [row for row in groups.shown(work, found) if row["pupil"] in work.children]  # type: ignore[attr-defined]
    return {"effect": found, "group": rows}


def _analysis(work: Work, user: Any) -> dict[str, Any]:
    found = work.details.get("analysis")
    if not found:
        return {}
    drawn = []
    for group in found["groups"]:
        labels = [row["label"] for row in group["rows"]]
        values = [None if row["hidden"] else row["attendance"] for row in group["rows"]]
        shown = "; ".join(
            f"{label} {'hidden' if value is None else percent(value)}"
            for label, value in zip(labels, values, strict=True)
        )
        drawn.append(
            (group, charts.bars(group["heading"], f"Attendance: {shown}.", labels, values, unit="percent",
                                value_heading="Attendance", label_heading="Group"))
        )  # fmt: skip
    return {"drawn": drawn}


def _checks(work: Work, user: Any) -> dict[str, Any]:
    return {"answers": ANSWERS}


def _counts(work: Work, user: Any) -> dict[str, Any]:
    """Times down, year groups across."""
    rows = work.details.get("counts") or []
    times = sorted({row["at"] for row in rows})
    years = sorted({row["year"] for row in rows}, key=lambda y: (y != "R", int(y) if y.isdecimal() else 0))
    known = {(row["at"], row["year"]): row["n"] for row in rows}
    table = [
        (at, [known.get((at, year), 0) for year in years], sum(known.get((at, y), 0) for y in years))
        for at in times
    ]
    return {"count_years": years, "count_rows": table, "count_total": sum(row["n"] for row in rows)}


def _moving(work: Work, user: Any) -> dict[str, Any]:
    return {"moves": moving.of_work(work, user)}


def _places(work: Work, user: Any) -> dict[str, Any]:
    mine = set(School.objects.visible_to(user).order_by().values_list("pk", flat=True))
    booked = [place for place in work.places.all() if place.cancelled_at is None]
    return {
        "seats": [place for place in booked if place.school_id in mine],
        "taken": len(booked),
        "averages": averages(booked) if user.may("work_purchased") else [],
    }


def averages(places: list[Any]) -> list[tuple[str, float, int]]:
    """Of each question its average and how many answered."""
    said: dict[str, list[int]] = {}
    for place in places:
        for question, mark in place.answers.items():
            said.setdefault(question, []).append(mark)
    return [(question, sum(marks) / len(marks), len(marks)) for question, marks in said.items()]


_OF: dict[str, Any] = {
    "case": _case, "plan": _plan, "sample": _sample, "slots": _slots, "sessions": _sessions, "analysis": _analysis,
    "checks": _checks, "counts": _counts, "moving": _moving, "places": _places,
}  # fmt: skip
