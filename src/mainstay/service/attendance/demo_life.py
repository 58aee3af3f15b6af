"""Decisions in the made-up city: some findings considered, one threshold met again since."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from mainstay.service.attendance.actions.consider import consider
from mainstay.service.attendance.findings.recompute import recompute
from mainstay.service.attendance.models import Consideration, Finding
from mainstay.service.common.steps import StepRefused

Choice = Consideration.Choice
#: kind, choice, reasons, support tried, considered so many days ago
DECISIONS: Final = (
    (Finding.Kind.THRESHOLD, Choice.SUPPORT, "The school has met the family and agreed a plan; first see whether it helps.",
     "Meeting on a later start and a key worker.", 12),
    (Finding.Kind.SEVERE, Choice.REFERRAL, "Missing more than half; the school alone cannot turn this round.",
     "Breakfast club offered, two home visits by the school.", 9),
    (Finding.Kind.PERSISTENT, Choice.NOT_APPROPRIATE, "All of it is one operation and recovery, covered by letters.", "", 8),
    (Finding.Kind.TEN_DAYS, Choice.REFERRAL, "No contact with the family for ten school days.", "Three calls, one visit.", 6),
    (Finding.Kind.THRESHOLD, Choice.NOTICE_TO_IMPROVE, "Support was offered twice and refused; one more warning first.",
     "Early help offered in September and again in October; declined.", 5),
    (Finding.Kind.SICKNESS, Choice.SUPPORT, "School nurse is involved; medical evidence expected.", "", 4),
)  # fmt: skip
#: how many of each are decided
EACH: Final = 6


def live(at: datetime) -> None:
    """Let link officers consider some of the findings of their schools, in the days before ``at``."""
    for kind, choice, reasons, support, ago in DECISIONS:
        then = at - timedelta(days=ago)
        for finding in _some(kind, then):
            _consider(finding, choice, reasons, support, then)
    _again(at)


def _some(kind: str, then: datetime) -> list[Finding]:
    found = Finding.objects.open().filter(
        kind=kind, found_at__lt=then, owner__isnull=False, pupil__restricted=False
    )
    return list(found.select_related("owner").order_by("-weight", "pk")[:EACH])


def _consider(finding: Finding, choice: str, reasons: str, support: str, then: datetime) -> bool:
    review = timezone.localdate(then) + timedelta(days=21) if choice == Choice.SUPPORT else None
    try:
        consider(
            finding_id=finding.pk, choice=choice, reasons=reasons, support_tried=support, review_on=review,
            by=finding.owner, at=then,
        )  # fmt: skip
    except StepRefused:  # the officer has a conflict of interest there
        return False
    return True


def _again(at: datetime) -> None:
    """A threshold that was considered weeks ago and is met again by sessions since."""
    for finding in (
        Finding.objects.open()
        .filter(kind=Finding.Kind.THRESHOLD, owner__isnull=False)
        .order_by("-weight")[:20]
    ):
        then = timezone.make_aware(
            datetime.combine(finding.reached_on + timedelta(days=2), datetime.min.time().replace(hour=11))
        )
        if then >= at or not _consider(finding, *_FIRST, then):
            continue
        if recompute([finding.pupil_id], today=timezone.localdate(at), at=at).opened:
            return


_FIRST: Final = (Choice.SUPPORT.value, "First time: the school offers support.", "Meeting with the parents.")
