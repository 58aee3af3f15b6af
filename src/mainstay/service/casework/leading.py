"""Whose a plan is: who leads it, who says what became of a promise, and who answers for its days."""

from typing import Any

from django.db.models import Exists

from mainstay.service.casework.models import Case, Plan, PlanLine
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil


def by_school(plan: Plan) -> bool:
    """A school leads what it began, until a case is opened."""
    return plan.from_school and plan.case_id is None


def leads(user: Any, plan: Plan) -> bool:
    """Whether this person writes, offers, reviews and ends a plan in their view."""
    return bool(user.may("write_plans") and user.is_school_user == by_school(plan))


def must_lead(user: Any, plan: Plan) -> None:
    if leads(user, plan):
        return
    if user.may("write_plans"):
        side = "The school" if by_school(plan) else "The education welfare service"
        raise StepRefused(f"{side} leads this plan: ask them.")
    raise StepRefused("Your role cannot do this to a plan.")


def may_begin(user: Any, pupil: Pupil) -> bool:
    """Whether this person may begin a plan of the child outside a case: on a roll in view, and no case open."""
    if pupil.school_id is None or not user.may("write_plans"):
        return False
    worked_with = Case.objects.open().filter(pupil=pupil, kind=Case.Kind.STATUTORY)
    here = Pupil.objects.present_to(user).filter(pk=pupil.pk)
    return bool(here.exclude(Exists(worked_with)).exists())


def may_report(user: Any, plan: Plan, line: PlanLine) -> bool:
    """Each side says what became of its own promises; whoever leads also speaks for the family and for others."""
    own = PlanLine.Owner.SCHOOL if user.is_school_user else PlanLine.Owner.OFFICER
    return bool(user.may("write_plans") and (line.owner == own or leads(user, plan)))


def officer_of(plan: Plan) -> Any | None:
    """Of the case; before one, whoever of the service began it. Nobody of the service for a school's own."""
    if plan.case is not None:
        return plan.case.owner
    return None if plan.from_school else plan.made_by


def contact_of(plan: Plan, by: Any) -> str:
    """Whom the family calls about it."""
    if by_school(plan):
        return ", ".join(filter(None, (plan.school.name, plan.school.phone)))
    return reached(officer_of(plan) or by)


def reached(officer: Any) -> str:
    return ", ".join(filter(None, (officer.name, officer.phone, officer.email)))
