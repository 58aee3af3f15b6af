"""The areas of an early help assessment get a new version, from a day on; assessments begun before keep theirs."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from mainstay.service.casework import assessment
from mainstay.service.casework.assessment import PARENTS, VOICE, Area, Version
from mainstay.service.casework.models import AreaList
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused

MOST: Final = 30


@transaction.atomic
def set_areas(*, items: Sequence[Area], since: date, reason: str, by: Any, at: datetime) -> AreaList:
    """A new version. Raises StepRefused without a reason, in the past, without the family's voices, or with no change."""
    if not by.may("edit_checklist"):
        raise StepRefused("Your role cannot change the areas.")
    if not reason.strip():
        raise StepRefused("Say why the areas are changed.")
    if since < timezone.localdate(at):
        raise StepRefused("The areas are changed from today on: assessments before had those of then.")
    keys = [item.key for item in items]
    if len(items) > MOST or len(set(keys)) != len(keys):
        raise StepRefused(f"Keep at most {MOST} areas.")
    if not {VOICE, PARENTS} <= set(keys):
        raise StepRefused("What the child says and what each parent says stay in every assessment.")
    before = assessment.in_force(since)
    if before.items == tuple(items):
        raise StepRefused("Nothing would change: these are the areas already.")
    rows = AreaList.objects.select_for_update().order_by("-number")
    number = max((row.number for row in rows), default=0) + 1
    kept = Version(number, tuple(items)).as_kept()
    try:
        with transaction.atomic():
            made = AreaList.objects.create(
                number=number, since=since, items=kept, reason=reason.strip()[:300], made_by=by, made_at=at
            )
    except IntegrityError:
        raise StepRefused("Somebody has just changed the areas: look again.") from None
    trail.record(
        by=by, at=at, action="assessment_areas.set", on=made, since=since, reason=made.reason, items=kept,
        before=before.as_kept(),
    )  # fmt: skip
    return made
