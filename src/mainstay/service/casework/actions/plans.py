"""A plan is offered, agreed or not, started, ended."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import clock
from mainstay.service.casework import joining
from mainstay.service.casework.actions.cases import locked as locked_case
from mainstay.service.casework.families import parents_of
from mainstay.service.casework.leading import by_school, must_lead, officer_of
from mainstay.service.casework.models import Plan, PlanConsent, PlanSignature
from mainstay.service.casework.steps_plans import PLAN
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.record import access, deadlines
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience

State = Plan.State
OPEN: Final = (State.DRAFT, State.OFFERED, State.RUNNING)
COPIES_RULE: Final = "plan-copies"
#: working days within which each parent has their copy: our own choice, a week in which it can be posted
COPIES_WORKING_DAYS: Final = 5
REVIEW_RULE: Final = joining.REVIEW_RULE


@transaction.atomic
def offer(*, plan_id: int, by: Any, at: datetime) -> Plan:
    """Offer it to the family: from now on its words stand. A school's own joins a case opened meanwhile."""
    plan = _moved(_of_open_case(plan_id, by), "offer", by, at)
    _tell(
        plan,
        f"{plan.get_kind_display()} offered",
        "Nobody has to agree to it." if is_voluntary(plan) else "",
        by,
        at,
    )
    joining.join_open_case(plan, by=by, at=at)
    return plan


@transaction.atomic
def drop(*, plan_id: int, because: str, by: Any, at: datetime) -> Plan:
    plan = locked(plan_id, by)
    if not because.strip():
        raise StepRefused("Say why it is not offered.")
    plan = _moved(plan, "drop", by, at)
    _tell(plan, f"{plan.get_kind_display()} not offered", because, by, at, _own_audience(plan))
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
    must_lead(by, plan)
    if plan.state != State.OFFERED:
        raise StepRefused("Sides agree, or do not, once a plan is offered and before it starts.")
    if not timezone.localdate(plan.state_since) <= on <= timezone.localdate(at):
        raise StepRefused("The day must lie between the offer and today.")
    if not agreed and not words.strip():
        raise StepRefused("Write down what they said: they may have good reasons.")
    signer = None
    if side == PlanSignature.Side.PARENT:
        parents = {one.pk: one for one in parents_of(plan.pupil_id, timezone.localdate(at))}
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
    _tell(plan, f"{plan.get_kind_display()} not agreed", words, by, at, _own_audience(plan))
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


@transaction.atomic
def agree_to_share(
    *, plan_id: int, parent: int | None, on: date, how: str, with_school: bool, by: Any, at: datetime
) -> PlanConsent:
    """Keep that a parent, or the child (None), agreed to the assessment, and whether the school may read it.

    Said anew, the earlier word ends. Raises StepRefused for a day to come, and for whoever is no parent of this child.
    """
    plan = _assessment(plan_id, by)
    if plan.state not in OPEN:
        raise StepRefused("This assessment is over.")
    if on > timezone.localdate(at):
        raise StepRefused("The day they agreed cannot be in the future.")
    people = {one.pk: one for one in parents_of(plan.pupil_id, timezone.localdate(at))}
    if parent is not None and parent not in people:
        raise StepRefused("Choose which parent, or the child.")
    plan.consents.standing().filter(parent=parent).update(withdrawn_on=timezone.localdate(at))
    made = PlanConsent.objects.create(
        plan=plan, parent=people[parent] if parent else None, on=on, how=PlanConsent.How(how), with_school=with_school,
        by=by, at=at,
    )  # fmt: skip
    trail.record(
        by=by, at=at, action="plan.consent_given", on=plan, consent=made.pk, parent=parent, with_school=with_school
    )  # fmt: skip
    return made


@transaction.atomic
def take_back(*, plan_id: int, consent_id: int, by: Any, at: datetime) -> PlanConsent:
    """Somebody no longer agrees: nothing more is shared on their word."""
    plan = _assessment(plan_id, by)
    consent = plan.consents.standing().filter(pk=consent_id).first()
    if consent is None:
        raise StepRefused("They do not agree any more: it is recorded already.")
    consent.withdrawn_on = timezone.localdate(at)
    consent.save(update_fields=["withdrawn_on"])
    _tell(plan, f"{plan.get_kind_display()}: {consent.name} no longer agrees", "", by, at, Audience.SERVICE)
    trail.record(by=by, at=at, action="plan.consent_taken_back", on=plan, consent=consent.pk)
    return consent


def _assessment(plan_id: int, by: Any) -> Plan:
    plan = locked(plan_id, by)
    must_lead(by, plan)
    if plan.kind != Plan.Kind.EARLY_HELP:
        raise StepRefused("Only an early help assessment asks for this.")
    return plan


def locked(plan_id: int, by: Any) -> Plan:
    """The plan, locked with its case where it has one, of a record that stands open to this person."""
    rows = Plan.objects.select_for_update(of=("self",)).select_related("pupil", "school", "made_by")
    plan = rows.filter(pk=plan_id).first()
    if plan is None or not Plan.objects.visible_to(by).filter(pk=plan_id).exists():
        raise StepRefused("You cannot see this plan.")
    if plan.case_id is not None:
        plan.case = locked_case(plan.case_id, by)
    elif not access.may_open(by, plan.pupil):
        raise StepRefused("This record is restricted: open it with a reason first.")
    return plan


def _of_open_case(plan_id: int, by: Any) -> Plan:
    plan = locked(plan_id, by)
    if plan.case is not None and plan.case.closed_at is not None:
        raise StepRefused("This case is closed.")
    return plan


def _clock(plan: Plan, rule: str, what: str, last_day: date, by: Any, at: datetime) -> None:
    """Deadlines are the service's own: a school finds the days of its plans on its first page."""
    if by_school(plan):
        return
    today = timezone.localdate(at)
    deadlines.start(
        pupil=plan.pupil_id, about=plan, rule=rule, label=f"{what} plan {plan.number}", trigger_on=today,
        last_day=last_day, owner=officer_of(plan, today), by=by, at=at,
    )  # fmt: skip


def _moved(plan: Plan, step: str, by: Any, at: datetime) -> Plan:
    must_lead(by, plan)
    plan.state, plan.state_since = PLAN.check(step, plan, by), at
    plan.save()
    trail.record(by=by, at=at, action=f"plan.{step}", on=plan)
    return plan


def audience_of(plan: Plan) -> str:
    """School and service; of an assessment the service alone, while the family did not agree that the school reads it."""
    shared = Plan.objects.filter(pk=plan.pk).open_to_school().exists()
    return Audience.SCHOOL if shared else Audience.SERVICE


def _own_audience(plan: Plan) -> str:
    """What was not agreed stays with the side that wrote it."""
    return Audience.SCHOOL if by_school(plan) else Audience.SERVICE


def _tell(plan: Plan, title: str, text: str, by: Any, at: datetime, audience: str | None = None) -> None:
    add_entry(
        pupil=plan.pupil_id, by=by, at=at, kind="case", title=title, text=text, audience=audience or audience_of(plan),
        about=plan,
    )  # fmt: skip
