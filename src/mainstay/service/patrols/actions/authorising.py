"""What a patrol rests on: designated places of which the chief officer knows, and directions."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import School
from mainstay.service.patrols.models import DesignatedPlace, Direction


def _allowed(by: Any) -> None:
    if not by.may("plan_patrol"):
        raise StepRefused("Your role cannot plan patrols.")


@transaction.atomic
def designate(
    *,
    name: str,
    address: str,
    school: School | None,
    on: date,
    chief_told_on: date | None,
    by: Any,
    at: datetime,
) -> DesignatedPlace:
    """Write down premises the council designated. chief_told_on: the day its chief officer notice went, if it did."""
    _allowed(by)
    today = timezone.localdate(at)
    if not name.strip() or not address.strip():
        raise StepRefused("Say what the place is called and where it is.")
    _not_ahead(chief_told_on, today)
    place = DesignatedPlace.objects.create(
        name=name.strip(), address=address.strip(), school=school, designated_on=on, chief_told_on=chief_told_on, by=by,
        at=at,
    )  # fmt: skip
    trail.record(by=by, at=at, action="patrol.place_designated", on=place, from_day=on, told=chief_told_on)
    return place


@transaction.atomic
def tell_chief(*, place_id: int, on: date, by: Any, at: datetime) -> DesignatedPlace:
    """The day on which the chief officer of police was told of a place."""
    _allowed(by)
    place = DesignatedPlace.objects.select_for_update().get(pk=place_id)
    _not_ahead(on, timezone.localdate(at))
    before, place.chief_told_on = place.chief_told_on, on
    place.save(update_fields=["chief_told_on"])
    trail.record(by=by, at=at, action="patrol.chief_told", on=place, before=before, told=on)
    return place


@transaction.atomic
def end_place(*, place_id: int, on: date, by: Any, at: datetime) -> DesignatedPlace:
    """The place is designated until that day."""
    _allowed(by)
    place = DesignatedPlace.objects.select_for_update().get(pk=place_id)
    if on < place.designated_on:
        raise StepRefused("It ends on the day it began, or later.")
    place.ended_on = on
    place.save(update_fields=["ended_on"])
    trail.record(by=by, at=at, action="patrol.place_ended", on=place, ended=on)
    return place


@transaction.atomic
def direct(
    *,
    reference: str,
    given_by: str,
    given_on: date,
    area: str,
    starts: datetime,
    ends: datetime,
    by: Any,
    at: datetime,
) -> Direction:
    """Write down a direction. given_by: name and rank. Raises StepRefused where something of it is missing."""
    _allowed(by)
    if not (reference.strip() and given_by.strip() and area.strip()):
        raise StepRefused("A direction has a reference, the name and rank of who gave it, and an area.")
    if ends <= starts:
        raise StepRefused("The period ends after it begins.")
    if given_on > timezone.localdate(starts):
        raise StepRefused("A direction is given before its period begins.")
    one = Direction.objects.create(
        reference=reference.strip(), given_by=given_by.strip(), given_on=given_on, area=area.strip(), starts=starts,
        ends=ends, by=by, at=at,
    )  # fmt: skip
    trail.record(
        by=by, at=at, action="patrol.directed", on=one, reference=one.reference, starts=starts, ends=ends
    )
    return one


@transaction.atomic
def withdraw(*, direction_id: int, by: Any, at: datetime) -> Direction:
    """The police withdrew the direction: nothing starts under it any more."""
    _allowed(by)
    one = Direction.objects.select_for_update().get(pk=direction_id)
    if one.withdrawn_at is not None:
        raise StepRefused("This direction is withdrawn already.")
    one.withdrawn_at = at
    one.save(update_fields=["withdrawn_at"])
    trail.record(by=by, at=at, action="patrol.direction_withdrawn", on=one)
    return one


def _not_ahead(day: date | None, today: date) -> None:
    if day is not None and day > today:
        raise StepRefused("The day the chief officer was told cannot be in the future.")
