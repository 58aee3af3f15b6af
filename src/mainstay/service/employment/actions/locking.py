"""A row of this room locked for a change, and what is told of it."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from mainstay.service.common.steps import StepRefused
from mainstay.service.record import access
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience


def locked(model: Any, pk: int, by: Any, at: datetime, permission: str = "work_employment") -> Any:
    """The row, locked. Raises StepRefused where it is not in view, not open to this person, or not theirs to change."""
    if not by.may(permission):
        raise StepRefused("Your role cannot do this.")
    if not model.objects.visible_to(by).filter(pk=pk).exists():
        raise StepRefused("You cannot see this.")
    one = model.objects.select_for_update(of=("self",)).get(pk=pk)
    if getattr(one, "pupil_id", None) and not access.may_open(by, one.pupil):
        raise StepRefused("This record is restricted: open it with a reason first.")
    one.looked_on = timezone.localdate(at)
    return one


def tell(
    one: Any, title: str, text: str, *, by: Any | None, at: datetime, audience: str = Audience.SERVICE
) -> None:
    """An entry in the child's chronology, where the child is known; the link officer reads it there."""
    pupil = getattr(one, "pupil_id", None)
    if pupil:
        add_entry(
            pupil=pupil, by=by, at=at, kind="employment", title=title, text=text, audience=audience, about=one
        )
