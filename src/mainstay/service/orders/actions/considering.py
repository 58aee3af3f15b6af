"""Whether a supervision order is sought: considered by a senior officer before any prosecution (Education Act 1996 s.447(1))."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.casework.actions import cases
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import rendering
from mainstay.service.orders import papers_supervision
from mainstay.service.orders.actions import supervision
from mainstay.service.orders.actions.supervision_locking import past
from mainstay.service.orders.models import Consideration
from mainstay.service.orders.steps_supervision import IN_CARE
from mainstay.service.orders.supervision_dates import not_of_age
from mainstay.service.record.actions import add_entry

Outcome = Consideration.Outcome
#: the welfare checklist of the Children Act 1989 s.1(3), each point in our words
CHECKLIST: Final = {
    "wishes": "The child's wishes and feelings",
    "needs": "Physical, emotional and educational needs",
    "change": "The likely effect of a change in the child's circumstances",
    "background": "Age, sex, background and what else about the child matters",
    "harm": "Harm suffered, or at risk of being suffered",
    "capable": "How capable each parent is of meeting the child's needs",
    "powers": "What else the court, or the authority, could do",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """welfare: a key of ``CHECKLIST`` -> words; consulted: children's services, who and what they said."""

    welfare: dict[str, str] = field(default_factory=dict)
    no_order: str
    consulted: str
    consulted_on: date
    reasons: str
    evidence: str = ""
    alternatives: str = ""
    equality: str = ""


@transaction.atomic
def consider(*, case_id: int, outcome: str, weighed: Weighed, by: Any, at: datetime) -> Consideration:
    """Sign the consideration; one to apply begins an order, unless one is under way.

    Raises StepRefused with what was left out, and for a child in care or of another age where an order is sought.
    """
    case = cases.locked(case_id, by)
    if not by.may("consider_order"):
        raise StepRefused("A senior officer considers a supervision order.")
    if case.closed_at is not None:
        raise StepRefused("This case is closed.")
    if outcome not in Outcome.values:
        raise StepRefused("Choose what comes of it.")
    lacking = [words for key, words in CHECKLIST.items() if not weighed.welfare.get(key, "").strip()]
    if lacking:
        raise StepRefused(f"The welfare checklist is not complete: {lacking[0].lower()}.")
    if not weighed.no_order.strip():
        raise StepRefused("Say whether an order would be better for the child than none.")
    if not weighed.consulted.strip():
        raise StepRefused("Children's services are consulted before: say who, and what they said.")
    past(weighed.consulted_on, at, "of the consultation")
    if outcome != Outcome.NOT_APPROPRIATE:
        if case.pupil.in_care:
            raise StepRefused(IN_CARE)
        if words := not_of_age(case.pupil, timezone.localdate(at)):
            raise StepRefused(words)
    decision = decide(
        by=by, at=at, kind="supervision_order.consideration", outcome=outcome, reasons=weighed.reasons,
        evidence=weighed.evidence, alternatives=weighed.alternatives, equality=weighed.equality,
    )  # fmt: skip
    one = Consideration.objects.create(
        case=case, outcome=outcome, decision=decision, no_order=weighed.no_order.strip(),
        consulted=weighed.consulted.strip(), consulted_on=weighed.consulted_on,
        welfare="\n\n".join(f"{words}: {weighed.welfare[key].strip()}" for key, words in CHECKLIST.items()),
    )  # fmt: skip
    one.document = rendering.issue(
        template=papers_supervision.PAPER, title=f"Consideration of a supervision order, case {case.number}",
        values=papers_supervision.of_consideration(one), pupil_id=case.pupil_id, by=by, at=at, draft=False, about=one,
    )  # fmt: skip
    one.save(update_fields=["document"])
    add_entry(
        pupil=case.pupil_id, by=by, at=at, kind="order_considered", about=one, text=weighed.reasons,
        title=f"Supervision order considered: {one.get_outcome_display().lower()}",
    )  # fmt: skip
    trail.record(
        by=by, at=at, action="supervision_order.considered", on=one, outcome=outcome, decision=decision.pk
    )
    if outcome != Outcome.NOT_APPROPRIATE:
        supervision.begin(case, one, by=by, at=at)
    return one
