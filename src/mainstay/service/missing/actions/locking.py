"""A child of this room locked for a change, told of in the chronology, taken to the next state."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.missing.models import MissingChild
from mainstay.service.missing.steps import MISSING
from mainstay.service.record import access
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience


def locked(child_id: int, by: Any, at: datetime, permission: str = "work_missing") -> MissingChild:
    """The child, locked. Raises StepRefused where it is not in view, not open to this person, or not theirs to change."""
    if not by.may(permission):
        raise StepRefused("Your role cannot do this.")
    rows = MissingChild.objects.select_for_update(of=("self",)).select_related(
        "pupil", "school", "last_school", "owner"
    )
    one = rows.filter(pk=child_id).first()
    if one is None or not MissingChild.objects.visible_to(by).filter(pk=child_id).exists():
        raise StepRefused("You cannot see this child.")
    if one.pupil is not None and not access.may_open(by, one.pupil):
        raise StepRefused("This record is restricted: open it with a reason first.")
    one.looked_on = timezone.localdate(at)
    return one


def needs_state(one: MissingChild, *states: str) -> None:
    if one.state not in states:
        raise StepRefused(f"This cannot be done now: it stands at “{one.get_state_display()}”.")


def past(on: date | None, at: datetime, what: str) -> None:
    if on is not None and on > timezone.localdate(at):
        raise StepRefused(f"The {what} cannot be in the future.")


def take(
    one: MissingChild,
    step: str,
    title: str,
    text: str,
    by: Any,
    at: datetime,
    *,
    audience: str = "",
    **changes: Any,
) -> None:
    """Take a step of the table and save, with what changes by it; told in the chronology, with an audit row."""
    target = MISSING.check(step, one, by)
    if target != one.state:
        one.state, one.state_since = target, at
    for name, value in changes.items():
        setattr(one, name, value)
    one.save()
    tell(one, title, text, by=by, at=at, audience=audience)
    trail.record(by=by, at=at, action=f"missing.{step}", on=one)


def tell(
    one: MissingChild, title: str, text: str, *, by: Any | None, at: datetime, audience: str = ""
) -> None:
    """An entry in the chronology of a child who has a record; the school reads what it has part in."""
    if one.pupil_id is not None:
        add_entry(
            pupil=one.pupil_id, by=by, at=at, kind="missing", title=f"Missing education {one.number}: {title}",
            text=text, audience=audience or Audience.SERVICE, about=one,
        )  # fmt: skip


def of_school(one: MissingChild) -> str:
    """The audience of what the school has part in."""
    return Audience.SCHOOL if one.school_id else Audience.SERVICE
