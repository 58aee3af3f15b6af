"""Casework a school buys: a purchased case, its visits and plans; where more is needed it becomes a referral with its history.

A referral is the school's own act: the officer writes down the advice to refer, the school begins it from here.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from mainstay.law.clock import in_words
from mainstay.service.casework.actions import cases, consulting, plan_writing, referring
from mainstay.service.casework.models import Case, Consultation, Plan, Referral
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import plural
from mainstay.service.directory.models import Pupil
from mainstay.service.purchased.actions.writing import locked, of_part
from mainstay.service.purchased.models import Work
from mainstay.service.traded.models import ServiceCode

#: which plan of casework each service is
PLANS = {ServiceCode.EARLY_HELP: Plan.Kind.EARLY_HELP, ServiceCode.ATTENDANCE_CONTRACT: Plan.Kind.CONTRACT}


@transaction.atomic
def open_case(*, work_id: int, by: Any, at: datetime) -> Case:
    """Open the purchased case of its child: visits, plans and the rest of casework hang on it. One that is open is used."""
    work = of_part(work_id, "case", by)
    if work.case_id is not None:
        raise StepRefused("Its case is open already.")
    child = _child(work)
    running = (
        Case.objects.open()
        .filter(pupil=child, school=work.school_id, kind=Case.Kind.PURCHASED)
        .order_by("pk")
    )
    work.case = running.first() or cases.open_case(
        pupil=child, school=work.school, because=f"{work.number}: {work.details.get('concern') or work.title}",
        owner=work.owner or by, by=by, at=at, kind=Case.Kind.PURCHASED,
    )  # fmt: skip
    work.save(update_fields=["case"])
    trail.record(by=by, at=at, action="purchased.case_opened", on=work, case=work.case.pk)
    return work.case


@transaction.atomic
def begin_plan(*, work_id: int, starts_on: date, ends_on: date, review_on: date, target: int | None, by: Any,
               at: datetime) -> Plan:  # fmt: skip
    """Begin the early help assessment or attendance contract that was bought, with the family."""
    work = of_part(work_id, "plan", by)
    if work.plan_id is not None:
        raise StepRefused("Its plan is begun already.")
    work.plan = plan_writing.begin_before(
        pupil=_child(work), kind=PLANS[ServiceCode(work.service)], starts_on=starts_on, ends_on=ends_on, review_on=review_on,
        target=target, by=by, at=at, purchased=True,
    )  # fmt: skip
    work.save(update_fields=["plan"])
    trail.record(by=by, at=at, action="purchased.plan_begun", on=work, plan=work.plan.pk)
    return work.plan


@transaction.atomic
def advise_referral(
    *, work_id: int, spoke_with: str, on: date, how: str, concern: str, advice: str, by: Any, at: datetime
) -> Consultation:
    """Advise the school to refer, as a consultation with what the work has shown; the school then begins the referral."""
    work = of_part(work_id, "referral", by)
    if work.consultation_id is not None:
        raise StepRefused("The school was advised to refer already.")
    work.consultation = consulting.log(
        pupil=_child(work), school=work.school, officer=by, spoke_with=spoke_with, on=on, how=how, concern=concern,
        advice=advice, outcome=Consultation.Outcome.PROCEED, by=by, at=at,
    )  # fmt: skip
    work.save(update_fields=["consultation"])
    trail.record(
        by=by, at=at, action="purchased.referral_advised", on=work, consultation=work.consultation.pk
    )
    return work.consultation


@transaction.atomic
def refer(*, work_id: int, by: Any, at: datetime) -> Referral:
    """The school begins the referral: its reasons and what was tried stand in it already, and it may change them."""
    work = locked(work_id, by, "refer")
    if work.consultation_id is None:
        raise StepRefused("The officer has not advised a referral: speak with them first.")
    if work.referral_id is not None:
        raise StepRefused("The referral is begun already.")
    draft = referring.start(pupil=_child(work), by=by, at=at)
    work.referral = referring.write(
        referral_id=draft.pk, part="reasons", reasons=reasons(work), tried=history(work), by=by, at=at
    )
    work.save(update_fields=["referral"])
    trail.record(by=by, at=at, action="purchased.referral_begun", on=work, referral=work.referral.pk)
    return work.referral


def reasons(work: Work) -> str:
    """What the referral begins with."""
    advice = work.consultation.advice if work.consultation else ""
    said = (work.details.get("concern"), work.outcome, advice)
    return "\n\n".join(dict.fromkeys(part.strip() for part in said if part and part.strip()))


def history(work: Work) -> str:
    """What was tried, a line each: the work itself, what was agreed and what became of it, contacts."""
    lines = [line for line in str(work.details.get("tried") or "").splitlines() if line.strip()]
    total = plural(work.minutes, "minute") if work.minutes else "time"
    lines.append(f"Purchased casework {work.number} from {in_words(work.on)}: {total} of an officer")
    lines += [f"{in_words(one.on)}: {one.what}" for one in work.spent.all()]
    for one in work.agreed.all():
        became = (
            f"done on {in_words(one.done_on)}" if one.done_on else f"not done, due {in_words(one.due_on)}"
        )
        lines.append(f"Agreed with the {one.get_owner_display().lower()}: {one.text} ({became})")
    return "\n".join(lines)


def _child(work: Work) -> Pupil:
    child = work.pupils.select_related("school").first()
    if child is None:
        raise StepRefused("Choose the child first.")
    return child
