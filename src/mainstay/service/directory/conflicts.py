"""Conflicts of interest: nobody handles kin or their own child's school."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Conflict, Pupil, School


@transaction.atomic
def declare(
    *,
    user: Any,
    by: Any,
    at: datetime,
    reason: str,
    school: School | None = None,
    pupil: Pupil | None = None,
) -> Conflict:
    """Declare that ``user`` has a conflict about a school or a pupil; both leave their view at once.

    Raises StepRefused without a reason, for somebody else without the permission, or when it stands already.
    """
    if user != by and not by.may("declare_for_others"):
        raise StepRefused(
            "You can declare a conflict for yourself only. A manager can declare one for others."
        )
    if (school is None) == (pupil is None):
        raise StepRefused("Choose either a school or a pupil.")
    if not reason.strip():
        raise StepRefused("Say what the connection is.")
    about = {"school": school, "pupil": pupil}
    if Conflict.objects.open().filter(user=user, **about).exists():
        raise StepRefused("This conflict is declared already.")
    conflict = Conflict.objects.create(
        user=user, reason=reason.strip()[:300], declared_at=at, declared_by=by, **about
    )
    trail.record(by=by, at=at, action="conflict.declared", on=conflict, user=user.pk)
    return conflict


@transaction.atomic
def end(*, conflict: Conflict, by: Any, at: datetime) -> Conflict:
    """End a conflict; only a manager may, so that nobody lets themselves back in."""
    if not by.may("declare_for_others"):
        raise StepRefused("Ask a service manager to end a conflict of interest.")
    conflict = Conflict.objects.select_for_update().get(pk=conflict.pk)
    if conflict.ended_on is not None:
        raise StepRefused("This conflict has ended already.")
    if conflict.user_id == by.pk:
        raise StepRefused("Another manager has to end your own conflict of interest.")
    conflict.ended_on = timezone.localdate(at)
    conflict.save(update_fields=["ended_on"])
    trail.record(by=by, at=at, action="conflict.ended", on=conflict, user=conflict.user_id)
    return conflict
