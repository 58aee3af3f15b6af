"""Visits, investigations and plans for tests."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.factories import ParentFactory, UserFactory
from tests.factories_attendance import TODAY, at, later
from tests.factories_cases import a_case

from mainstay.service.accounts.models import User
from mainstay.service.casework.actions import investigations, plan_writing, plans, visits
from mainstay.service.casework.actions.passages import Typed
from mainstay.service.casework.families import parents_of
from mainstay.service.casework.models import Case, Investigation, Plan, Visit
from mainstay.service.directory.models import Pupil

RISKS = "Looked: none known."


def a_visit(case: Case | None = None, when: datetime | None = None, **given: Any) -> Visit:
    """An unannounced home visit of an hour, planned by the case's officer two days from now."""
    case = case or a_case()
    said = {
        "starts": later(2), "minutes": 60, "place": "home", "announced": False, "told": "", "purpose": "To meet the family",
        "risks": RISKS, "precautions": "", "colleague": None, "by": case.owner, "at": when or at(), **given,
    }  # fmt: skip
    return visits.plan(case_id=case.pk, **said)


def a_visit_made(case: Case | None = None, **given: Any) -> Visit:
    """The officer was there and has left; nothing is written yet."""
    visit = a_visit(case, **given)
    by, then = visit.meeting.organiser, visit.meeting.starts
    visits.arrive(visit_id=visit.pk, by=by, at=then)
    return visits.leave(visit_id=visit.pk, by=by, at=then + timedelta(minutes=30))


def ready(case: Case | None = None) -> Investigation:
    """An investigation that lacks nothing but its recommendation."""
    case = case or a_case()
    one, by = case.investigation, case.owner
    investigations.check_register(investigation_id=one.pk, first=date(2026, 9, 1), last=TODAY, by=by, at=at())
    typed = [Typed("parent", "Mornings are hard.", 0, p.pk) for p in parents_of(case.pupil_id, TODAY)]
    typed += [Typed("child", "I am scared of the bus.", 0), Typed("analysis", "It is the bus.", 0)]
    investigations.save(investigation_id=one.pk, no_agencies="None is involved.", typed=typed, by=by, at=at())
    return Investigation.objects.get(pk=one.pk)


def investigated(case: Case, recommendation: str = "fast_track", senior: Any | None = None) -> Case:
    """A case whose investigation is finished, and agreed to."""
    one = ready(case)
    investigations.finish(
        investigation_id=one.pk, recommendation=recommendation, review_on=later(28).date(), reasons="As found.",
        by=case.owner, at=at(),
    )  # fmt: skip
    investigations.agree(investigation_id=one.pk, by=senior or UserFactory(role="senior_ewo"), at=at())
    return Case.objects.get(pk=case.pk)


def a_plan(case: Case | None = None, kind: str = "contract", **given: Any) -> Plan:
    """A draft for twelve weeks with a promise of the parent and one of the school."""
    case = case or a_case()
    said = {
        "starts_on": TODAY, "ends_on": later(84).date(), "review_on": later(42).date(), "target": 92, "by": case.owner,
        "at": at(), **given,
    }  # fmt: skip
    plan = plan_writing.begin(case_id=case.pk, kind=kind, **said)
    for owner, action in (("parent", "Wakes the child at seven"), ("school", "Meets the child at the gate")):
        plan_writing.promise(
            plan_id=plan.pk, need="Mornings", action=action, owner=owner, who="", due_on=later(14).date(),
            measure="The register", by=case.owner, at=at(),
        )  # fmt: skip
    return plan


def a_running_plan(case: Case | None = None, **given: Any) -> Plan:
    """Agreed by one parent of the child, and running since today."""
    case = case or a_case()
    parents = parents_of(case.pupil_id, TODAY) or [ParentFactory(of=case.pupil)]
    plan, said = a_plan(case, **given), {"by": case.owner, "at": at()}
    plans.offer(plan_id=plan.pk, **said)
    plans.sign(
        plan_id=plan.pk, side="parent", parent=parents[0].pk, name="", agreed=True, words="", on=TODAY, **said
    )
    return plans.start(plan_id=plan.pk, **said)


def a_schools_plan(pupil: Pupil, by: User) -> Plan:
    """An action plan that a school began before a case, running since today, with a promise of its own."""
    days = {"starts_on": TODAY, "ends_on": later(84).date(), "review_on": later(7).date()}
    said = {"by": by, "at": at()}
    plan = plan_writing.begin_before(pupil=pupil, kind="action", target=92, **days, **said)
    plan_writing.promise(
        plan_id=plan.pk, need="Mornings", action="By the school", owner="school", who="", due_on=later(14).date(),
        measure="The register", **said,
    )  # fmt: skip
    plans.offer(plan_id=plan.pk, **said)
    return plans.start(plan_id=plan.pk, **said)
