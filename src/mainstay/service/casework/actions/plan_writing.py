"""A plan is written with the family: its days, its words, its promises, until it is offered."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.casework import assessment
from mainstay.service.casework.actions import passages
from mainstay.service.casework.actions.cases import locked as locked_case
from mainstay.service.casework.actions.passages import Typed
from mainstay.service.casework.actions.plans import locked
from mainstay.service.casework.leading import must_lead
from mainstay.service.casework.models import Case, Consultation, KeptText, Plan, PlanLine, Referral
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil, School
from mainstay.service.record import access

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
    if not by.may("work_case"):
        raise StepRefused("Your role cannot begin a plan of a case.")
    if case.closed_at is not None:
        raise StepRefused("This case is closed.")
    about = {"pupil": case.pupil, "school": case.school, "case": case}
    return _begun(kind, (starts_on, ends_on, review_on), target, by, at, **about)


@transaction.atomic
def begin_before(
    *,
    pupil: Pupil,
    kind: str,
    starts_on: date,
    ends_on: date,
    review_on: date,
    target: int | None,
    by: Any,
    at: datetime,
    purchased: bool = False,
    consultation: Consultation | None = None,
    referral: Referral | None = None,
) -> Plan:
    """Begin a plan of a child without a case: an officer any of the three, a school a plan or contract of its own pupil.

    consultation, referral: what it follows from. Raises StepRefused for a record that is not open to this person, a
    child on no roll in view, and one whose case is open: there the plan is begun in the case.
    """
    if not by.may("write_plans"):
        raise StepRefused("Your role cannot begin a plan.")
    if not Pupil.objects.present_to(by).filter(pk=pupil.pk).exists() or not access.may_open(by, pupil):
        raise StepRefused("You cannot see this child's record.")
    Pupil.objects.select_for_update().get(pk=pupil.pk)
    school = pupil.school
    if school is None or not School.objects.visible_to(by).filter(pk=school.pk).exists():
        raise StepRefused("A plan is begun with the school whose roll the child is mainly on.")
    if by.is_school_user and kind == Plan.Kind.EARLY_HELP:
        raise StepRefused(
            "An officer writes an early help assessment with the family: ask for it at a consultation."
        )
    if Case.objects.open().filter(pupil=pupil, kind=Case.Kind.STATUTORY).exists():
        where = "speak with them" if by.is_school_user else "begin the plan in the case"
        raise StepRefused(f"An officer works with this child already: {where}.")
    if any(one is not None and one.pupil_id != pupil.pk for one in (consultation, referral)):
        raise StepRefused("That consultation or referral is about another child.")
    return _begun(
        kind, (starts_on, ends_on, review_on), target, by, at, pupil=pupil, school=school, from_school=by.is_school_user,
        purchased=purchased, consultation=consultation, referral=referral,
    )  # fmt: skip


def _begun(
    kind: str, days: tuple[date, date, date], target: int | None, by: Any, at: datetime, **about: Any
) -> Plan:
    starts_on, ends_on, review_on = days
    _check_days(starts_on, ends_on, review_on)
    areas = assessment.in_force(timezone.localdate(at)).as_kept() if kind == Plan.Kind.EARLY_HELP else []
    plan = Plan.objects.create(
        kind=Plan.Kind(kind), starts_on=starts_on, ends_on=ends_on, review_on=review_on, target=target, areas=areas,
        made_by=by, made_at=at, state_since=at, **about,
    )  # fmt: skip
    trail.record(
        by=by, at=at, action="plan.begun", on=plan, kind=kind, case=plan.case_id, school=plan.from_school
    )
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
    must_lead(by, plan)
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
