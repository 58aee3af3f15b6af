"""Figures worked out once and kept with the work: groups and codes, impact of casework, counts at the gate, checklists."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.purchased import values
from mainstay.service.purchased.actions.writing import keep_detail, of_part, today
from mainstay.service.purchased.answers import ANSWERS
from mainstay.service.purchased.models import Work
from mainstay.service.purchased.queries import analysing


@transaction.atomic
def analyse(*, work_id: int, first: date, last: date, by: Any, at: datetime) -> Work:
    """Attendance of the school's groups and its codes between two days; small groups hidden before anything is kept."""
    work = of_part(work_id, "analysis", by)
    _check(first, last, at)
    small = values.in_force(today(at))["small"]
    found = analysing.groups(work.school_id, first, last, small)
    if found is None:
        raise StepRefused("The register has no marks of so many pupils between these days.")
    keep_detail(work, "analysis", {**found, "made_on": today(at).isoformat()})
    trail.record(by=by, at=at, action="purchased.analysed", on=work, first=first, last=last, small=small)
    return work


@transaction.atomic
def evaluate(*, work_id: int, first: date, last: date, by: Any, at: datetime) -> Work:
    """Attendance before and after what was done at the school between two days; small numbers hidden."""
    work = of_part(work_id, "impact", by)
    _check(first, last, at)
    small = values.in_force(today(at))["small"]
    found = analysing.impact(work.school_id, first, last, small)
    if found is None:
        raise StepRefused(
            "Nothing done at this school in these days is measured yet: six weeks have to pass on both sides."
        )
    keep_detail(work, "impact", {**found, "made_on": today(at).isoformat()})
    trail.record(by=by, at=at, action="purchased.evaluated", on=work, first=first, last=last, small=small)
    return work


@transaction.atomic
def count(*, work_id: int, counts: Sequence[Mapping[str, Any]], by: Any, at: datetime) -> Work:
    """Pupils who came late, by ten minutes and year group. counts: {"at": "08:50", "year": "7", "n": 3} each."""
    work = of_part(work_id, "counts", by)
    kept = [{"at": str(c["at"]), "year": str(c["year"]), "n": int(c["n"])} for c in counts if int(c["n"]) > 0]
    if not kept:
        raise StepRefused("Enter at least one count.")
    keep_detail(work, "counts", kept)
    trail.record(by=by, at=at, action="purchased.counted", on=work, pupils=sum(c["n"] for c in kept))
    return work


@transaction.atomic
def review_policy(*, work_id: int, answers: Sequence[tuple[str, str]], by: Any, at: datetime) -> Work:
    """The school's policy against the checklist of the day; each line answered, with advice where it is not all there.

    answers: (answer, advice) in the order of ``checklist_of``
    """
    work = of_part(work_id, "checks", by)
    lines = checklist_of(work)
    if len(answers) != len(lines):
        raise StepRefused("Answer each line of the checklist.")
    checks = []
    for line, (answer, advice) in zip(lines, answers, strict=True):
        if answer not in ANSWERS:
            raise StepRefused(f"Answer “{line}”.")
        if answer != "yes" and not advice.strip():
            raise StepRefused(f"Say what the school is advised to do about “{line}”.")
        checks.append(
            {"line": line, "answer": answer, "advice": advice.strip()[:1000], "on": today(at).isoformat()}
        )
    keep_detail(work, "checks", checks)
    trail.record(by=by, at=at, action="purchased.policy_reviewed", on=work, lines=len(checks))
    return work


def checklist_of(work: Work) -> list[str]:
    """The lines it was reviewed with, or those in force on its day."""
    if kept := work.details.get("checks"):
        return [str(check["line"]) for check in kept]
    lines: list[str] = values.in_force(work.on)["policy_checklist"]
    return lines


def _check(first: date, last: date, at: datetime) -> None:
    if first > last or last > today(at):
        raise StepRefused("The first day comes before the last, and the last is not in the future.")
    if (last - first).days > 800:
        raise StepRefused("Choose at most two years.")
