"""What was begun for a child before a case joins it once one is opened: it is the evidence of what was tried."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone

from mainstay.service.casework.models import Case, Passage, Plan
from mainstay.service.common.audit import trail
from mainstay.service.record import deadlines
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience, Deadline

REVIEW_RULE: Final = "plan-review"
#: how long ago a plan may have ended and still count as tried before a case: our own choice, a school year
LOOKS_BACK: Final = timedelta(days=365)


def join(case: Case, *, by: Any, at: datetime) -> list[int]:
    """The plans of the child that no case has, but what nobody was offered yet by a school; inside the caller's transaction."""
    found = Plan.objects.select_for_update().filter(pupil=case.pupil_id, case=None)
    found = found.exclude(state=Plan.State.DROPPED).exclude(from_school=True, state=Plan.State.DRAFT)
    over = Q(state__in=(Plan.State.ENDED, Plan.State.NOT_AGREED), state_since__lt=at - LOOKS_BACK)
    return _join(case, found.exclude(over).order_by("pk"), by, at)


def join_open_case(plan: Plan, *, by: Any, at: datetime) -> None:
    """A plan offered once a case is open goes to it."""
    if plan.case_id is not None:
        return
    case = Case.objects.open().filter(pupil=plan.pupil_id).order_by("-kind", "pk").first()
    if case is not None and case.kind == Case.Kind.STATUTORY:
        _join(case, [plan], by, at)


def _join(case: Case, plans: Iterable[Plan], by: Any, at: datetime) -> list[int]:
    joined = []
    for plan in plans:
        plan.case = case
        plan.save(update_fields=["case"])
        about = {"about_kind": plan._meta.label_lower, "about_id": str(plan.pk)}
        Passage.objects.filter(**about).update(case=case)
        _review(plan, case, by, at)
        joined.append(plan.pk)
        add_entry(
            pupil=plan.pupil_id, by=by, at=at, kind="case", audience=Audience.SERVICE, about=plan,
            title=f"{plan.get_kind_display()} {plan.number} belongs to case {case.number} now",
        )  # fmt: skip
    if joined:
        trail.record(by=by, at=at, action="case.plans_joined", on=case, plans=joined)
    return joined


def _review(plan: Plan, case: Case, by: Any, at: datetime) -> None:
    """The case's officer answers for the review; of a school's plan from now on."""
    about = {"about_kind": plan._meta.label_lower, "about_id": str(plan.pk)}
    running = Deadline.objects.open().filter(**about)
    if case.owner_id is not None:
        running.update(owner=case.owner)
    if plan.state == Plan.State.RUNNING and not running.filter(rule=REVIEW_RULE).exists():
        deadlines.start(
            pupil=plan.pupil_id, about=plan, rule=REVIEW_RULE, label=f"Review of plan {plan.number}",
            trigger_on=timezone.localdate(at), last_day=plan.review_on, owner=case.owner, by=by, at=at,
        )  # fmt: skip
