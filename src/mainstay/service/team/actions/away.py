"""Leave and sickness are entered, end sooner or later, and are cancelled."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.team import telling
from mainstay.service.team.models import Absence, Cover
from mainstay.service.team.providers import away_set
from mainstay.service.team.steps import ABSENCE
from mainstay.service.team.times import period


@transaction.atomic
def enter(
    *,
    officer: Any,
    kind: str,
    first_on: date,
    first_half: str,
    last_on: date,
    last_half: str,
    stands_in: Any | None,
    by: Any,
    at: datetime,
) -> Absence:
    """Enter an absence: one's own, or for whoever arranges cover, anybody's.

    Raises StepRefused for one that ends before it starts, or that meets another of the same officer.
    """
    if not may_arrange(by, officer.pk):
        raise StepRefused("You can enter your own leave; a manager enters a colleague’s.")
    User.objects.select_for_update().get(pk=officer.pk)
    starts, ends = period(first_on, first_half, last_on, last_half)
    if ends <= starts:
        raise StepRefused("The last half-day must not lie before the first.")
    if Absence.objects.meeting(starts, ends).filter(officer=officer).exists():
        raise StepRefused("An absence is entered for some of this time already: cancel that one first.")
    if stands_in is not None and stands_in.pk == officer.pk:
        raise StepRefused("Somebody else has to stand in.")
    absence = Absence.objects.create(
        officer=officer, kind=kind, first_on=first_on, first_half=first_half, last_on=last_on, last_half=last_half,
        starts=starts, ends=ends, stands_in=stands_in, entered_by=by, entered_at=at,
    )  # fmt: skip
    # why somebody is away is not in the audit, which others read
    trail.record(by=by, at=at, action="absence.entered", on=absence, officer=officer.pk, first_on=first_on)
    away_set.send(absence=absence, was=None, now=(starts, ends), by=by, at=at)
    return absence


@transaction.atomic
def move_end(*, absence_id: int, last_on: date, last_half: str, by: Any, at: datetime) -> Absence:
    """Back sooner, or away longer. Colleagues asked for meetings after a sooner end are asked no longer.

    Raises StepRefused as ``enter`` does.
    """
    absence = locked(absence_id, by)
    ABSENCE.check("move_end", absence, by)
    User.objects.select_for_update().get(pk=absence.officer_id)
    starts, ends = period(absence.first_on, absence.first_half, last_on, last_half)
    if ends <= starts:
        raise StepRefused("The last half-day must not lie before the first.")
    others = Absence.objects.meeting(starts, ends).filter(officer=absence.officer_id).exclude(pk=absence.pk)
    if others.exists():
        raise StepRefused("Another absence is entered for some of this time already.")
    was = (absence.starts, absence.ends)
    absence.last_on, absence.last_half, absence.ends = last_on, last_half, ends
    absence.save(update_fields=["last_on", "last_half", "ends"])
    later = Q(meeting__starts__gte=ends) | Q(duty_on__gt=last_on)
    take_back(absence.covers.filter(later), by, at)
    trail.record(by=by, at=at, action="absence.end_moved", on=absence, last_on=last_on)
    away_set.send(absence=absence, was=was, now=(starts, ends), by=by, at=at)
    return absence


@transaction.atomic
def cancel(*, absence_id: int, by: Any, at: datetime) -> Absence:
    """It is not so; colleagues asked for cover and not yet answered are asked no longer."""
    absence = locked(absence_id, by)
    ABSENCE.check("cancel", absence, by)
    absence.cancelled_at = at
    absence.save(update_fields=["cancelled_at"])
    take_back(absence.covers.all(), by, at)
    trail.record(by=by, at=at, action="absence.cancelled", on=absence)
    away_set.send(absence=absence, was=(absence.starts, absence.ends), now=None, by=by, at=at)
    return absence


def take_back(covers: QuerySet[Cover], by: Any | None, at: datetime) -> None:
    """Colleagues asked and not answered yet are asked no longer, and hear it. by: None where nobody did it."""
    waiting = covers.select_for_update(of=("self",)).filter(state=Cover.State.ASKED)
    asked = list(waiting.select_related("colleague", "absence"))
    Cover.objects.filter(pk__in=[one.pk for one in asked]).update(state=Cover.State.UNDONE, answered_at=at)
    asked_no_longer(asked, by, at)


def asked_no_longer(covers: Sequence[Cover], by: Any | None, at: datetime) -> None:
    """Tell each colleague once, whatever they were asked for; nobody is told what they did themselves."""
    who = by.pk if by is not None else None
    for cover in {one.colleague_id: one for one in covers if one.colleague_id != who}.values():
        mine = [one.was_at for one in covers if one.colleague_id == cover.colleague_id]
        days = ", ".join(dict.fromkeys(long_date(timezone.localdate(when)) for when in sorted(mine)))
        body = f"The request to cover for a colleague is taken back: {days}. What you do not see under Leave and cover is no longer yours."
        telling.colleague(cover.colleague, subject="Cover taken back", body=body, at=at, about=cover.absence)


def locked(absence_id: int, by: Any) -> Absence:
    """A standing absence, locked, that this person may arrange; raises StepRefused."""
    found = Absence.objects.select_for_update(of=("self",)).select_related("officer").filter(pk=absence_id)
    absence = found.first()
    if absence is None or not may_arrange(by, absence.officer_id):
        raise StepRefused("Only the officer who is away, or a manager, can do this.")
    if absence.state == Absence.State.CANCELLED:
        raise StepRefused("This absence is cancelled.")
    return absence


def may_arrange(user: Any, officer_id: int) -> bool:
    """One's own absences, and for whoever arranges cover everybody's."""
    own = user.pk == officer_id and user.may("plan_absence")
    return bool(own or user.may("arrange_cover"))
