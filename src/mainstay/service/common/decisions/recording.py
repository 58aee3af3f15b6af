"""Recording and approving a decision; inside the transaction of the action it explains."""

from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.models import Decision
from mainstay.service.common.steps import StepRefused


def decide(
    *,
    by: Any,
    at: datetime,
    kind: str,
    outcome: str,
    reasons: str,
    answer: dict[str, Any] | None = None,
    approved_by: Any | None = None,
    **parts: str,
) -> Decision:
    """Keep why something was decided.

    kind: what was decided ("finding.consideration"); outcome: which way ("support").
    answer: the law's Answer as JSON, kept whole with its rules_version.
    approved_by: another person who approved it at the same moment, where one must.
    parts: evidence, support_tried, circumstances, equality, alternatives.
    Raises StepRefused without reasons, or where the decider approves their own decision.
    """
    if not reasons.strip():
        raise StepRefused("Give your reasons.")
    if approved_by is not None and approved_by.pk == by.pk:
        raise StepRefused("Somebody else must approve this.")
    return Decision.objects.create(
        at=at,
        by=by,
        kind=kind,
        outcome=outcome,
        reasons=reasons.strip(),
        answer=answer,
        rules_version=(answer or {}).get("rules_version", ""),
        approved_by=approved_by,
        approved_at=at if approved_by is not None else None,
        **{name: text.strip() for name, text in parts.items()},
    )


@transaction.atomic
def approve(*, decision: Decision, by: Any, at: datetime) -> Decision:
    """Keep who approved a decision later, and when; whether they may at all, the caller asks.

    Raises StepRefused for the person who decided, and where it is approved already.
    """
    decision = Decision.objects.select_for_update().get(pk=decision.pk)
    if decision.by_id == by.pk:
        raise StepRefused("You made this decision: somebody else must approve it.")
    if decision.approved_by is not None:
        raise StepRefused(f"{decision.approved_by.name} approved this already.")
    decision.approved_by, decision.approved_at = by, at
    decision.save(update_fields=["approved_by", "approved_at"])
    trail.record(by=by, at=at, action="decision.approved", on=decision)
    return decision
