"""A consultation is written down, by the school or by the officer: once, for what was said cannot be unsaid."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.casework.models import Consultation
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Enrolment, Pupil, School
from mainstay.service.record import access
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience


@transaction.atomic
def log(
    *,
    pupil: Pupil | None,
    school: School,
    officer: Any,
    spoke_with: str,
    on: date,
    how: str,
    concern: str,
    advice: str,
    outcome: str,
    by: Any,
    at: datetime,
) -> Consultation:
    """Write a consultation down; pupil: None where it is about the school as a whole.

    Raises StepRefused: not in view, a child of another school, no officer, a day to come, nothing said.
    """
    if not by.may("consult"):
        raise StepRefused("Your role cannot write down a consultation.")
    if not School.objects.visible_to(by).filter(pk=school.pk).exists():
        raise StepRefused("You cannot see this school.")
    if pupil is not None:
        _check_child(pupil, school, by)
    if not officer.may("check_referral"):
        raise StepRefused("Choose the officer who was consulted.")
    if on > timezone.localdate(at):
        raise StepRefused("The day of the consultation cannot be in the future.")
    if how not in Consultation.How.values or outcome not in Consultation.Outcome.values:
        raise StepRefused("Choose how you spoke, and what came of it.")
    if not (spoke_with.strip() and concern.strip() and advice.strip()):
        raise StepRefused("Say who spoke for the school, what the concern is, and what was advised.")
    made = Consultation.objects.create(
        pupil=pupil, school=school, officer=officer, spoke_with=spoke_with.strip()[:120], on=on, how=how,
        concern=concern.strip(), advice=advice.strip(), outcome=outcome, from_school=by.is_school_user, made_by=by,
        made_at=at,
    )  # fmt: skip
    if pupil is not None:
        add_entry(
            pupil=pupil, by=by, at=at, kind="consultation", about=made, audience=Audience.SCHOOL,
            title=f"Officer consulted: {made.get_outcome_display().lower()}", text=f"{made.concern}\n\n{made.advice}",
        )  # fmt: skip
    trail.record(by=by, at=at, action="consultation.logged", on=made, outcome=outcome, officer=officer.pk)
    return made


def _check_child(pupil: Pupil, school: School, by: Any) -> None:
    if not Pupil.objects.present_to(by).filter(pk=pupil.pk).exists() or not access.may_open(by, pupil):
        raise StepRefused("You cannot see this child's record.")
    if not Enrolment.objects.current().filter(pupil=pupil, school=school).exists():
        raise StepRefused("This child is not on the roll of that school.")
