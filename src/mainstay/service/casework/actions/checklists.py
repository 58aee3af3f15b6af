"""The evidence checklist gets a new version, from a day on; referrals begun before keep theirs."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from mainstay.service.casework import checklist
from mainstay.service.casework.checklist import Item
from mainstay.service.casework.models import Checklist
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused

MOST: Final = 60


@transaction.atomic
def set_version(
    *,
    items: Sequence[Item],
    window_sessions: int,
    window_weeks: int,
    since: date,
    reason: str,
    by: Any,
    at: datetime,
) -> Checklist:
    """A new version. Raises StepRefused without a reason, for a day in the past, an empty list, or no change."""
    if not by.may("edit_checklist"):
        raise StepRefused("Your role cannot change the checklist.")
    if not reason.strip():
        raise StepRefused("Say why the checklist is changed.")
    if since < timezone.localdate(at):
        raise StepRefused("The checklist is changed from today on: referrals before had the one of then.")
    if not items or len(items) > MOST or len({item.key for item in items}) != len(items):
        raise StepRefused(f"Keep between one and {MOST} lines.")
    before = checklist.in_force(since)
    if (before.items, before.window_sessions, before.window_weeks) == (
        tuple(items),
        window_sessions,
        window_weeks,
    ):
        raise StepRefused("Nothing would change: this is the checklist already.")
    rows = Checklist.objects.select_for_update().order_by("-number")
    number = max((row.number for row in rows), default=0) + 1
    try:
        with transaction.atomic():
            made = Checklist.objects.create(
                number=number, since=since, items=[item.as_kept() for item in items],
                window_sessions=window_sessions, window_weeks=window_weeks, reason=reason.strip()[:300], made_by=by,
                made_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise StepRefused("Somebody has just changed the checklist: look again.") from None
    trail.record(
        by=by, at=at, action="checklist.set", on=made, since=since, reason=made.reason, items=made.items,
        before=[item.as_kept() for item in before.items],
    )  # fmt: skip
    return made
