"""An officer's recorded consideration of a finding."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.attendance.findings import packed
from mainstay.service.attendance.findings.answers import Asked, Met, ask
from mainstay.service.attendance.findings.batch import Batch, rows_of
from mainstay.service.attendance.findings.recompute import OF_PUPIL
from mainstay.service.attendance.findings.steps import STEPS, Said
from mainstay.service.attendance.models import Consideration, Finding
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.record import access, deadlines
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience


@transaction.atomic
def consider(
    *,
    finding_id: int,
    choice: str,
    reasons: str,
    by: Any,
    at: datetime,
    support_tried: str = "",
    circumstances: str = "",
    equality: str = "",
    evidence: str = "",
    alternatives: str = "",
    review_on: date | None = None,
) -> Consideration:
    """Record what is decided about a finding; the law is asked again, and its Answer kept with the decision.

    choice: a value of ``Consideration.Choice``; review_on: a day to look again, which starts a deadline.
    Raises StepRefused: not in view, restricted and not opened, considered already, no longer met, no reasons.
    """
    finding = _locked(finding_id, by)
    if choice not in STEPS:
        raise StepRefused("Choose what you decide.")
    target = STEPS.check(choice, Said(finding.state, support_tried), by)
    if not reasons.strip():
        raise StepRefused("Say why: the record must explain the decision on its own.")
    today = timezone.localdate(at)
    if review_on is not None and review_on <= today:
        raise StepRefused("The day to look again must be in the future.")
    now = _asked_again(finding, today)
    answer = packed.whole(now.answer)
    decision = decide(
        by=by, at=at, kind="finding.consideration", outcome=choice, reasons=reasons, answer=answer,
        support_tried=support_tried, circumstances=circumstances, equality=equality, evidence=evidence,
        alternatives=alternatives,
    )  # fmt: skip
    done = Consideration.objects.create(
        finding=finding,
        choice=choice,
        decision=decision,
        review_on=review_on,
        relied_on=answer.get("sessions", []),
    )
    finding.state, finding.alert, finding.alerted_at, finding.computed_at = target, "", None, at
    finding.answer, finding.rules_version = answer, now.rules_version
    finding.strength, finding.weight, finding.since, finding.reached_on = (
        now.strength, now.weight, now.since, now.reached_on,
    )  # fmt: skip
    finding.save()
    _tell(done, finding, by=by, at=at, today=today)
    return done


def _locked(finding_id: int, by: Any) -> Finding:
    finding = Finding.objects.select_for_update().filter(pk=finding_id).first()
    if finding is None or not Finding.objects.visible_to(by).filter(pk=finding_id).exists():
        raise StepRefused(
            "You cannot see this finding; if you declared a conflict of interest, somebody else decides."
        )
    if not access.may_open(by, finding.pupil):
        raise StepRefused("This record is restricted: open it with a reason first.")
    if finding.state == Finding.State.CONSIDERED:
        last = finding.considerations.select_related("decision__by").order_by("-pk").first()
        who = f" by {last.decision.by.name}" if last else ""
        raise StepRefused(f"This finding was considered already{who}. Open it again to see what was decided.")
    if finding.state == Finding.State.LAPSED:
        raise StepRefused(
            "With the marks as they are now, this is no longer met: there is nothing to consider."
        )
    return finding


def _asked_again(finding: Finding, today: date) -> Met:
    """The finding by the marks and the law of this moment."""
    rows = rows_of([finding.pupil_id], {finding.year})
    row = rows.get((finding.pupil_id, finding.school_id, finding.year)) or next(iter(rows.values()), None)
    earlier = Consideration.objects.filter(
        finding__pupil=finding.pupil_id, finding__kind=finding.kind, finding__lt=finding.pk
    )
    if finding.kind not in OF_PUPIL:
        earlier = earlier.filter(finding__school=finding.school_id)
    before = earlier.order_by("-decision__at").values_list("decision__at", flat=True).first()
    met = None
    if row is not None:
        batch = Batch({finding.pupil_id}, {finding.year, row.year})
        met = ask(batch, Asked(finding.kind, row, today, timezone.localdate(before) if before else None))
    if met is None:
        raise StepRefused(
            "With the marks as they are now, this is no longer met. Look at the register again before deciding."
        )
    return met


def _tell(done: Consideration, finding: Finding, *, by: Any, at: datetime, today: date) -> None:
    """Deadlines, chronology and audit. Whoever considers it again has looked again."""
    for same in Finding.objects.filter(pupil=finding.pupil_id, kind=finding.kind).only("pk"):
        deadlines.stop(about=same, by=by, at=at)
    if done.review_on is not None:
        deadlines.start(
            pupil=finding.pupil_id, about=finding, rule="finding-review", label=f"Look again (finding {finding.pk})",
            trigger_on=today, last_day=done.review_on, by=by, at=at, owner=by,
        )  # fmt: skip
    add_entry(
        pupil=finding.pupil_id,
        by=by,
        at=at,
        kind="consideration",
        title=f"Considered: {finding.get_kind_display().lower()}. {done.get_choice_display()}",
        text=done.decision.reasons,
        audience=Audience.SERVICE,
        about=finding,
    )
    trail.record(
        by=by, at=at, action="finding.considered", on=finding, kind=finding.kind, choice=done.choice,
        consideration=done.pk, decision=done.decision_id, rules_version=finding.rules_version,
    )  # fmt: skip
