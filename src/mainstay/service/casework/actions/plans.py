"""A plan is offered, agreed or not, started, ended."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import clock
from mainstay.service.casework.actions.cases import locked as locked_case
from mainstay.service.casework.actions.cases import tell
from mainstay.service.casework.families import parents_of
from mainstay.service.casework.models import Plan, PlanSignature
from mainstay.service.casework.steps_plans import PLAN
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.record import deadlines
from mainstay.service.record.models import Audience

State = Plan.State
COPIES_RULE: Final = "plan-copies"
#: working days within which each parent has their copy: our own choice, a week in which it can be posted
COPIES_WORKING_DAYS: Final = 5
REVIEW_RULE: Final = "plan-review"


@transaction.atomic
def offer(*, plan_id: int, by: Any, at: datetime) -> Plan:
    """Offer it to the family: from now on its words stand."""
    plan = _moved(_of_open_case(plan_id, by), "offer", by, at)
    _tell(
        plan,
        f"{plan.get_kind_display()} offered",
        "Nobody has to agree to it." if is_voluntary(plan) else "",
        by,
        at,
    )
    return plan


@transaction.atomic
def drop(*, plan_id: int, because: str, by: Any, at: datetime) -> Plan:
    plan = locked(plan_id, by)
    if not because.strip():
        raise StepRefused("Say why it is not offered.")
    plan = _moved(plan, "drop", by, at)
    tell(plan.case, f"{plan.get_kind_display()} not offered", because, by=by, at=at)
    return plan


@transaction.atomic
def sign(
    *,
    plan_id: int,
    side: str,
    parent: int | None,
    name: str,
    agreed: bool,
    words: str,
    on: date,
    by: Any,
    at: datetime,
) -> PlanSignature:
    """Keep that one side agreed, or did not and why; said anew until the plan starts.

    Raises StepRefused without words where somebody did not agree: they are kept as they were said.
    """
    plan = locked(plan_id, by)
    may_work(by)
    if plan.state != State.OFFERED:
        raise StepRefused("Sides agree, or do not, once a plan is offered and before it starts.")
    if not timezone.localdate(plan.state_since) <= on <= timezone.localdate(at):
        raise StepRefused("The day must lie between the offer and today.")
    if not agreed and not words.strip():
        raise StepRefused("Write down what they said: they may have good reasons.")
    signer = None
    if side == PlanSignature.Side.PARENT:
        parents = {one.pk: one for one in parents_of(plan.case.pupil_id, timezone.localdate(at))}
        if parent not in parents:
            raise StepRefused("Choose which parent.")
        signer, name = parents[parent], parents[parent].name
    elif not name.strip():
        raise StepRefused("Say who signed.")
    signed, _ = PlanSignature.objects.update_or_create(
        plan=plan, side=PlanSignature.Side(side), parent=signer,
        defaults={"name": name.strip()[:200], "agreed": agreed, "words": words.strip(), "on": on, "by": by, "at": at},
    )  # fmt: skip
    trail.record(by=by, at=at, action="plan.signed", on=plan, side=side, parent=parent, agreed=agreed)
    return signed


@transaction.atomic
def start(*, plan_id: int, by: Any, at: datetime) -> Plan:
    """It runs: the review is due on its day, and each parent has a copy within a week."""
    plan = _moved(_of_open_case(plan_id, by), "start", by, at)
    agreed = plan.signatures.filter(agreed=True).count()
    _tell(
        plan,
        f"{plan.get_kind_display()} runs",
        f"Agreed by {agreed}." if agreed else "Set without agreement.",
        by,
        at,
    )
    today = timezone.localdate(at)
    _clock(plan, COPIES_RULE, "Copies of", clock.working_day_after(today, COPIES_WORKING_DAYS), by, at)
    _clock(plan, REVIEW_RULE, "Review of", plan.review_on, by, at)
    return plan


@transaction.atomic
def not_agreed(*, plan_id: int, by: Any, at: datetime) -> Plan:
    """Keep that it was offered and not agreed, with what each side said."""
    plan = _moved(locked(plan_id, by), "not_agreed", by, at)
    words = "\n".join(f"{one.name}: {one.words}" for one in plan.signatures.filter(agreed=False))
    tell(plan.case, f"{plan.get_kind_display()} not agreed", words, by=by, at=at)
    return plan


@transaction.atomic
def end(*, plan_id: int, result: str, words: str, by: Any, at: datetime) -> Plan:
    """End it, saying in how far it was kept."""
    plan = locked(plan_id, by)
    if result not in Plan.Result.values or not words.strip():
        raise StepRefused("Say in how far it was kept, and what it changed.")
    plan.result, plan.result_words = result, words.strip()
    plan = _moved(plan, "end", by, at)
    for rule in (COPIES_RULE, REVIEW_RULE):
        deadlines.stop(about=plan, rule=rule, by=by, at=at)
    _tell(plan, f"{plan.get_kind_display()} ended: {plan.get_result_display().lower()}", "", by, at)
    return plan


def is_voluntary(plan: Plan) -> bool:
    """Contracts and early help are asked for and given freely on every side."""
    return plan.kind in (Plan.Kind.CONTRACT, Plan.Kind.EARLY_HELP)


def locked(plan_id: int, by: Any) -> Plan:
    """The plan, locked, of a case whose record stands open to this person."""
    plan = Plan.objects.select_for_update(of=("self",)).filter(pk=plan_id).first()
    if plan is None or not Plan.objects.visible_to(by).filter(pk=plan_id).exists():
        raise StepRefused("You cannot see this plan.")
    plan.case = locked_case(plan.case_id, by)
    return plan


def _of_open_case(plan_id: int, by: Any) -> Plan:
    plan = locked(plan_id, by)
    if plan.case.closed_at is not None:
        raise StepRefused("This case is closed.")
    return plan


def may_work(by: Any) -> None:
    if not by.may("work_case"):
        raise StepRefused("Your role cannot do this to a plan.")


def _clock(plan: Plan, rule: str, what: str, last_day: date, by: Any, at: datetime) -> None:
    deadlines.start(
        pupil=plan.case.pupil_id, about=plan, rule=rule, label=f"{what} plan {plan.number}",
        trigger_on=timezone.localdate(at), last_day=last_day, owner=plan.case.owner, by=by, at=at,
    )  # fmt: skip


def _moved(plan: Plan, step: str, by: Any, at: datetime) -> Plan:
    plan.state, plan.state_since = PLAN.check(step, plan, by), at
    plan.save()
    trail.record(by=by, at=at, action=f"plan.{step}", on=plan)
    return plan


def _tell(plan: Plan, title: str, text: str, by: Any, at: datetime) -> None:
    tell(plan.case, title, text, by=by, at=at, audience=Audience.SCHOOL)
