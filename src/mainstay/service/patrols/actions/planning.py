"""A patrol is planned, goes out, comes back, and is closed or cancelled."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.patrols.models import DesignatedPlace, Direction, Patrol
from mainstay.service.patrols.steps import PATROL, outside


@transaction.atomic
def plan(
    *,
    direction_id: int,
    place_id: int,
    area: str,
    starts: datetime,
    ends: datetime,
    officers: Collection[Any],
    police: str,
    briefing: str,
    by: Any,
    at: datetime,
    patrol_id: int | None = None,
) -> Patrol:
    """Plan a patrol within a direction; the first of the officers leads it. patrol_id: one that is planned, to change it.

    Raises StepRefused outside the period of the direction, in the past, without an officer or constable, and for one that is out.
    """
    if not by.may("plan_patrol"):
        raise StepRefused("Your role cannot plan patrols.")
    officers = list(officers)
    if not officers or not all(one.may("log_patrol") for one in officers):
        raise StepRefused("Choose at least one officer.")
    if not area.strip() or not police.strip():
        raise StepRefused("Say where it goes, and which constables go with it.")
    if ends <= starts:
        raise StepRefused("A patrol ends after it begins.")
    if ends < at:
        raise StepRefused("This time is over: plan a patrol to come.")
    if patrol_id is None:
        one = Patrol(state_since=at, made_by=by, made_at=at)
    else:
        one = locked(patrol_id, by, at)
        if one.state != Patrol.State.PLANNED:
            raise StepRefused(f"The plan stays as it is: the patrol is {one.get_state_display().lower()}.")
    one.direction, one.place = (
        Direction.objects.get(pk=direction_id),
        DesignatedPlace.objects.get(pk=place_id),
    )
    one.area, one.police, one.briefing = area.strip(), police.strip(), briefing.strip()
    one.starts, one.ends, one.lead = starts, ends, officers[0]
    if words := outside(one):
        raise StepRefused(words)
    one.save()
    one.officers.set(officers)
    action = "patrol.planned" if patrol_id is None else "patrol.plan_changed"
    trail.record(by=by, at=at, action=action, on=one, direction=one.direction_id, place=one.place_id)
    return one


@transaction.atomic
def take(*, patrol_id: int, step: str, by: Any, at: datetime, because: str = "") -> Patrol:
    """Take a step of the table. Raises StepRefused: what is missing, or no reason for cancelling."""
    one = locked(patrol_id, by, at)
    target = PATROL.check(step, one, by)
    if step == "cancel" and not because.strip():
        raise StepRefused("Say why the patrol is cancelled.")
    one.state, one.state_since = target, at
    one.because = because.strip()[:300] or one.because
    one.save(update_fields=["state", "state_since", "because"])
    trail.record(by=by, at=at, action=f"patrol.{step}", on=one)
    return one


def locked(patrol_id: int, by: Any, at: datetime) -> Patrol:
    """The patrol, locked. Raises StepRefused where it is not in view."""
    rows = Patrol.objects.visible_to(by).select_for_update(of=("self",)).select_related("direction", "place")
    one = rows.filter(pk=patrol_id).first()
    if one is None:
        raise StepRefused("You cannot see this patrol.")
    one.looked_at = at
    return one
