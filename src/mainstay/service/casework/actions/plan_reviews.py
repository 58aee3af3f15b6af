"""While a plan runs: each side says what became of its promises, all look back together, parents get their copies."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.casework import papers_visits, register_check
from mainstay.service.casework.actions.plans import COPIES_RULE, REVIEW_RULE, audience_of, locked
from mainstay.service.casework.families import parents_of
from mainstay.service.casework.leading import by_school, must_lead, officer_of, speaks_for
from mainstay.service.casework.models import Plan, PlanCopy, PlanLine, PlanReview, PlanTick
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents.homes import BY_HAND, NOWHERE, homes
from mainstay.service.documents.service import serve
from mainstay.service.record import deadlines
from mainstay.service.record.actions import add_entry

State, Status = Plan.State, PlanLine.Status


@transaction.atomic
def report(*, line_id: int, status: str, evidence: str, by: Any, at: datetime) -> PlanLine:
    """Say what became of one promise: each side of its own, whoever leads the plan of any.

    Raises StepRefused where it is not theirs, the plan does not run, or nothing shows that it was done.
    """
    line = PlanLine.objects.select_for_update().filter(pk=line_id).first()
    if line is None:
        raise StepRefused("There is no such promise.")
    plan = locked(line.plan_id, by)
    if line.owner not in speaks_for(by, plan):
        raise StepRefused(
            "Only the side that promised this, or whoever leads the plan, says what became of it."
        )
    if plan.state != State.RUNNING:
        raise StepRefused("This plan does not run.")
    if status not in PlanLine.Status.values:
        raise StepRefused("Choose how it stands.")
    if status != PlanLine.Status.TO_DO and not evidence.strip():
        raise StepRefused("Say what shows it.")
    before = line.status
    line.status, line.evidence, line.changed_by, line.changed_at = status, evidence.strip(), by, at
    line.save()
    trail.record(by=by, at=at, action="plan.promise_reported", on=line, before=before, after=status)
    return line


@transaction.atomic
def review(
    *,
    plan_id: int,
    ticks: Mapping[int, tuple[str, str]],
    words: str,
    next_on: date | None,
    by: Any,
    at: datetime,
) -> PlanReview:
    """Look back with each side's promises: line -> (how it stands, words); next_on: the next review, while it runs on.

    Raises StepRefused unless every promise was spoken about: kept, kept in part or not, with words where not wholly;
    one that is not due yet may be left open.
    """
    plan = locked(plan_id, by)
    must_lead(by, plan)
    if plan.state != State.RUNNING:
        raise StepRefused("This plan does not run.")
    today, lines = timezone.localdate(at), list(plan.lines.all())
    if any(ticks.get(line.pk, ("", ""))[0] not in PlanLine.Status.values for line in lines):
        raise StepRefused("Say of every promise how it stands.")
    for line in lines:
        status, said = ticks[line.pk]
        if status == Status.TO_DO and line.due_on <= today:
            raise StepRefused(f"Say whether this was kept, in part or not: {line.action}")
        if status in (Status.PARTLY, Status.NOT_DONE) and not said.strip():
            raise StepRefused(f"Say in words what was kept and what got in the way: {line.action}")
    if not words.strip():
        raise StepRefused("Write down what was said at the review.")
    if next_on is not None and not today < next_on <= plan.ends_on:
        raise StepRefused("The next review must be on a day to come, while the plan runs.")
    made = PlanReview.objects.create(
        plan=plan, on=today, words=words.strip(), next_on=next_on, by=by, at=at,
        register=register_check.check_with(plan.school_id, plan.pupil_id, min(plan.starts_on, today), today),
    )  # fmt: skip
    PlanTick.objects.bulk_create(
        PlanTick(review=made, line=line, status=ticks[line.pk][0], words=ticks[line.pk][1].strip()[:300])
        for line in lines
    )
    for line in lines:
        line.status, line.changed_by, line.changed_at = ticks[line.pk][0], by, at
        line.save(update_fields=["status", "changed_by", "changed_at"])
    deadlines.stop(about=plan, rule=REVIEW_RULE, by=by, at=at)
    if next_on is not None:
        plan.review_on = next_on
        plan.save(update_fields=["review_on"])
        if not by_school(plan):
            deadlines.start(
                pupil=plan.pupil_id, about=plan, rule=REVIEW_RULE, label=f"Review of plan {plan.number}", trigger_on=today,
                last_day=next_on, owner=officer_of(plan, today), by=by, at=at,
            )  # fmt: skip
    kept = sum(tick[0] == PlanLine.Status.DONE for tick in ticks.values())
    add_entry(
        pupil=plan.pupil_id, by=by, at=at, kind="case", title=f"{plan.get_kind_display()} reviewed",
        text=f"{kept} of {len(lines)} promises kept.", audience=audience_of(plan), about=plan,
    )  # fmt: skip
    trail.record(by=by, at=at, action="plan.reviewed", on=made, kept=kept, promises=len(lines))
    return made


@transaction.atomic
def make_copy(*, plan_id: int, parent: int, by: Any, at: datetime) -> PlanCopy:
    """Print the plan for one parent, with a sheet in their language, large where they read large print."""
    plan = locked(plan_id, by)
    must_lead(by, plan)
    if plan.state not in (State.OFFERED, State.RUNNING):
        raise StepRefused("A copy is made of a plan that is offered or runs.")
    today = timezone.localdate(at)
    to = next((one for one in parents_of(plan.pupil_id, today) if one.pk == parent), None)
    if to is None:
        raise StepRefused("This person is not recorded as a parent of this child.")
    document = papers_visits.plan_for(plan, to, by=by, at=at)
    copy = PlanCopy.objects.create(plan=plan, parent=to, document=document)
    trail.record(by=by, at=at, action="plan.copy_made", on=plan, copy=copy.pk, parent=parent)
    return copy


@transaction.atomic
def copy_given(*, copy_id: int, method: str, on: date, by: Any, at: datetime) -> PlanCopy:
    """Keep how and when a copy was given; once each parent of today has one, the clock of the copies stops."""
    copy = (
        PlanCopy.objects.select_for_update(of=("self",))
        .select_related("document", "parent")
        .filter(pk=copy_id)
        .first()
    )
    if copy is None:
        raise StepRefused("There is no such copy.")
    plan = locked(copy.plan_id, by)
    must_lead(by, plan)
    if copy.service_id is not None:
        raise StepRefused("It is recorded already how this copy was given.")
    today = timezone.localdate(at)
    home = homes([copy.parent_id], plan.pupil, today, by).get(copy.parent_id, NOWHERE)
    if method != "hand" and not home.usable:
        raise StepRefused("There is no address this copy can be posted to: hand it over.")
    copy.service = serve(
        document=copy.document, addressee=copy.parent, name=copy.parent.name,
        address=BY_HAND if method == "hand" else home.text, method=method,
        channel="hand" if method == "hand" else "print", sent_on=on, by=by, at=at,
    )  # fmt: skip
    copy.save(update_fields=["service"])
    given = set(plan.copies.filter(service__isnull=False).values_list("parent_id", flat=True))
    if {one.pk for one in parents_of(plan.pupil_id, today)} <= given:
        deadlines.stop(about=plan, rule=COPIES_RULE, by=by, at=at)
    trail.record(by=by, at=at, action="plan.copy_given", on=plan, copy=copy.pk, method=method)
    return copy
