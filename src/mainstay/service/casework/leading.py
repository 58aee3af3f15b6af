"""Whose a plan is: who leads it, who says what became of a promise, and who answers for its days."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Exists

from mainstay.service.casework.models import Case, Plan, PlanLine
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Enrolment, Pupil
from mainstay.service.directory.relations import link_officer
from mainstay.service.record.frame import is_present


def by_school(plan: Plan) -> bool:
    """A school leads what it began, until a case is opened or the child leaves its roll."""
    if not plan.from_school or plan.case_id is not None:
        return False
    return Enrolment.objects.current().filter(pupil=plan.pupil_id, school=plan.school_id).exists()


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


def speaks_for(user: Any, plan: Plan) -> Collection[str]:
    """The sides of whose promises this person says what became: each side of its own, a school while the child is on
    its roll; whoever leads also speaks for the family and for others."""
    if not user.may("write_plans"):
        return ()
    if leads(user, plan):
        return PlanLine.Owner.values
    if not user.is_school_user:
        return (PlanLine.Owner.OFFICER,)
    return (PlanLine.Owner.SCHOOL,) if is_present(plan.pupil, user) else ()


def officer_of(plan: Plan, on: date) -> Any | None:
    """Of the case; before one, whoever of the service began it, the school's link officer once they have left.

    Nobody of the service for what a school leads.
    """
    if plan.case is not None:
        return plan.case.owner
    if by_school(plan):
        return None
    began = not plan.from_school and plan.made_by.is_active
    return plan.made_by if began else link_officer(plan.school_id, on)


def contact_of(plan: Plan, by: Any, on: date) -> str:
    """Whom the family calls about it."""
    if by_school(plan):
        return ", ".join(filter(None, (plan.school.name, plan.school.phone)))
    return reached(officer_of(plan, on) or by)


def reached(officer: Any) -> str:
    return ", ".join(filter(None, (officer.name, officer.phone, officer.email)))
