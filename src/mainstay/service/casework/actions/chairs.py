"""Officers are authorised to chair Fast Track meetings, from a day to a day; the authorisation is ended, never undone."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.casework.models import Chair
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date


@transaction.atomic
def authorise(*, user: Any, since: date, until: date | None, because: str, by: Any, at: datetime) -> Chair:
    """Authorise an officer. Raises StepRefused for oneself, somebody who may not interview, or times that overlap."""
    if not by.may("authorise_chairs"):
        raise StepRefused("Your role cannot authorise chairs.")
    if user.pk == by.pk:
        raise StepRefused("Somebody else must authorise you.")
    if not user.may("interview"):
        raise StepRefused("This person's role cannot hold interviews under caution, and so not chair.")
    if not because.strip():
        raise StepRefused("Say why: experience, training, what is watched over.")
    if until is not None and until < since:
        raise StepRefused("The last day must not lie before the first.")
    type(user).objects.select_for_update().get(pk=user.pk)
    theirs = Chair.objects.filter(user=user)
    for one in theirs:
        assert one.since is not None
        if (until is None or one.since <= until) and (one.until is None or one.until >= since):
            raise StepRefused(f"They are authorised from {long_date(one.since)} already.")
    chair = Chair.objects.create(
        user=user, since=since, until=until, because=because.strip()[:300], authorised_by=by, authorised_at=at
    )
    trail.record(by=by, at=at, action="chair.authorised", on=chair, user=user.pk, since=since, until=until)
    return chair


@transaction.atomic
def end(*, chair_id: int, because: str, by: Any, at: datetime) -> Chair:
    """End an authorisation today: today is its last day."""
    if not by.may("authorise_chairs"):
        raise StepRefused("Your role cannot authorise chairs.")
    chair = Chair.objects.select_for_update().filter(pk=chair_id).first()
    today = timezone.localdate(at)
    if chair is None or (chair.until is not None and chair.until <= today):
        raise StepRefused("This authorisation is over already.")
    if not because.strip():
        raise StepRefused("Say why it ends.")
    assert chair.since is not None
    chair.until = max(today, chair.since)
    chair.save(update_fields=["until"])
    trail.record(by=by, at=at, action="chair.ended", on=chair, user=chair.user_id, because=because.strip())
    return chair
