"""A plan is written with the family: its days, its words, its promises, until it is offered."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from mainstay.service.casework.actions import passages
from mainstay.service.casework.actions.cases import locked as locked_case
from mainstay.service.casework.actions.passages import Typed
from mainstay.service.casework.actions.plans import locked, may_work
from mainstay.service.casework.models import KeptText, Plan, PlanLine
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused

State = Plan.State


@transaction.atomic
def begin(
    *,
    case_id: int,
    kind: str,
    starts_on: date,
    ends_on: date,
    review_on: date,
    target: int | None,
    by: Any,
    at: datetime,
) -> Plan:
    """Begin to write a plan of a case. Raises StepRefused for a closed case and days that cannot be."""
    case = locked_case(case_id, by)
    may_work(by)
    if case.closed_at is not None:
        raise StepRefused("This case is closed.")
    _check_days(starts_on, ends_on, review_on)
    plan = Plan.objects.create(
        case=case, kind=Plan.Kind(kind), starts_on=starts_on, ends_on=ends_on, review_on=review_on, target=target, made_by=by,
        made_at=at, state_since=at,
    )  # fmt: skip
    trail.record(by=by, at=at, action="plan.begun", on=plan, kind=kind, case=case.pk)
    return plan


@transaction.atomic
def write(
    *,
    plan_id: int,
    starts_on: date,
    ends_on: date,
    review_on: date,
    target: int | None,
    consent: str,
    typed: Iterable[Typed],
    by: Any,
    at: datetime,
) -> list[KeptText]:
    """Change a plan that was not offered yet; the texts now kept beside another's words."""
    plan = _draft(plan_id, by)
    _check_days(starts_on, ends_on, review_on)
    beside = passages.save(case=plan.case, about=plan, typed=typed, by=by, at=at)
    plan.starts_on, plan.ends_on, plan.review_on = starts_on, ends_on, review_on
    plan.target, plan.consent = target, consent.strip()[:300]
    plan.save()
    trail.record(
        by=by, at=at, action="plan.written", on=plan, starts_on=starts_on, ends_on=ends_on, target=target
    )
    return beside


@transaction.atomic
def promise(
    *,
    plan_id: int,
    need: str,
    action: str,
    owner: str,
    who: str,
    due_on: date,
    measure: str,
    by: Any,
    at: datetime,
) -> PlanLine:
    """Add a promise to a plan that was not offered yet, within its days."""
    plan = _draft(plan_id, by)
    if not plan.starts_on <= due_on <= plan.ends_on:
        raise StepRefused("The promise must be due while the plan runs.")
    line = PlanLine.objects.create(
        plan=plan, need=need.strip()[:300], action=action.strip()[:300], owner=PlanLine.Owner(owner), who=who.strip()[:120],
        due_on=due_on, measure=measure.strip()[:300],
    )  # fmt: skip
    trail.record(by=by, at=at, action="plan.promise_added", on=plan, line=line.pk, owner=owner)
    return line


@transaction.atomic
def take_out(*, line_id: int, by: Any, at: datetime) -> Plan:
    """Take a promise out of a plan that was not offered yet."""
    line = PlanLine.objects.filter(pk=line_id).first()
    if line is None:
        raise StepRefused("This promise was taken out already.")
    plan = _draft(line.plan_id, by)
    trail.record(by=by, at=at, action="plan.promise_taken_out", on=plan, line=line.pk)
    line.delete()
    return plan


def _draft(plan_id: int, by: Any) -> Plan:
    plan = locked(plan_id, by)
    may_work(by)
    if plan.state != State.DRAFT:
        raise StepRefused(
            "This plan was offered: its words stand. What becomes of it is kept in its reviews."
        )
    return plan


def _check_days(starts_on: date, ends_on: date, review_on: date) -> None:
    if ends_on <= starts_on:
        raise StepRefused("The plan must end after it starts.")
    if not starts_on <= review_on <= ends_on:
        raise StepRefused("The review must lie within the days of the plan.")
