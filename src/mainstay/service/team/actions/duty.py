"""The duty rota: set day by day, filled by turns, swapped between two officers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.team import telling
from mainstay.service.team.actions.away import take_back
from mainstay.service.team.models import Absence, Cover, DutyDay, Swap
from mainstay.service.team.steps import SWAP
from mainstay.service.team.times import bounds, instant, school_days
from mainstay.service.team.turns import by_turns
from mainstay.service.team.values import in_force

State = Swap.State


@transaction.atomic
def set_days(*, officers: Mapping[date, Any | None], by: Any, at: datetime) -> int:
    """Set who answers on each of these days, None: nobody; how many changed. What was asked about such a day falls away."""
    if not by.may("edit_rota"):
        raise StepRefused("Your role cannot change the rota.")
    if any(day < timezone.localdate(at) for day in officers):
        raise StepRefused("The rota of days that are over stays as it was.")
    # held before the days are, as by whoever accepts one of them
    list(Cover.objects.select_for_update().filter(duty_on__in=officers, state=Cover.State.ASKED))
    now = {
        row.on: row
        for row in DutyDay.objects.select_for_update(of=("self",))
        .select_related("officer")
        .filter(on__in=officers)
    }
    changed: list[date] = []
    told: dict[
        Any, tuple[list[date], list[date]]
    ] = {}  # officer -> days they have now, days they have no longer
    for day, officer in officers.items():
        before = now[day].officer_id if day in now else None
        if before == (officer.pk if officer else None):
            continue
        if officer is not None:
            told.setdefault(officer, ([], []))[0].append(day)
        if before is not None:
            told.setdefault(now[day].officer, ([], []))[1].append(day)
        _put(day, officer, by, at)
        trail.record(
            by=by, at=at, action="duty.set", on=("team.dutyday", day.isoformat()), before=before,
            officer=officer.pk if officer else None,
        )  # fmt: skip
        changed.append(day)
    passed_on(changed, by, at)
    for person, (given, taken) in told.items():
        if person.pk != by.pk:
            _tell(person, given, taken, at)
    return len(changed)


def passed_on(days: Collection[date], by: Any | None, at: datetime) -> None:
    """These days are somebody else's, or nobody's: a swap or cover asked for them is asked no longer."""
    Swap.objects.filter(day__on__in=days, state=State.ASKED).update(state=State.WITHDRAWN, answered_at=at)
    take_back(Cover.objects.filter(duty_on__in=days), by, at)


def _tell(person: Any, given: list[date], taken: list[date], at: datetime) -> None:
    """One e-mail to each whose days changed."""
    parts = [("You are duty officer on", given), ("You are no longer duty officer on", taken)]
    body = "\n\n".join(
        f"{words}\n" + "\n".join(f"- {long_date(day)}" for day in sorted(days)) for words, days in parts if days
    )  # fmt: skip
    body += "\n\nIf a day does not suit you, ask a colleague for a swap: Team, then Rota."
    telling.colleague(
        person, subject="Your duty days", body=body, at=at, about=("team.dutyday", min(given + taken).isoformat())
    )  # fmt: skip


def _put(day: date, officer: Any | None, by: Any, at: datetime) -> None:
    if officer is None:
        DutyDay.objects.filter(on=day).delete()
        return
    if not officer.may("take_calls"):
        raise StepRefused(f"{officer.name}’s role does not take calls.")
    said = {"officer": officer, "set_by": by, "set_at": at}
    DutyDay.objects.update_or_create(on=day, defaults=said)


@transaction.atomic
def fill(*, first: date, last: date, officers: Sequence[Any], by: Any, at: datetime) -> int:
    """Give every school day without anybody to the officers by turns; who is away is passed over.

    How many days were filled. Days that have somebody stay as they are.
    """
    if not officers:
        raise StepRefused("Choose at least one officer.")
    if not first <= last or (last - first).days > 370:
        raise StepRefused("The last day must lie after the first, and within a year of it.")
    days = school_days(max(first, timezone.localdate(at)), last, in_force(first)["closed_days"])
    if not days:
        raise StepRefused("No school is open on these days, or they are over.")
    taken = dict(DutyDay.objects.filter(on__in=days).values_list("on", "officer_id"))
    away = Absence.objects.meeting(instant(days[0]), bounds(days[-1])[1]).filter(officer__in=officers)
    off = {(one.officer_id, day) for one in away for day in days if _away_on(one, day)}
    turns = by_turns(days, [one.pk for one in officers], taken, off)
    by_id = {one.pk: one for one in officers}
    return set_days(officers={day: by_id[pk] for day, pk in turns.items()}, by=by, at=at)


def _away_on(absence: Absence, day: date) -> bool:
    starts, ends = bounds(day)
    return absence.starts < ends and absence.ends > starts


@transaction.atomic
def ask_swap(*, day_id: int, of: Any, in_return: DutyDay | None, because: str, by: Any, at: datetime) -> Swap:
    """Ask a colleague to take one's own duty day, perhaps for one of theirs."""
    day = DutyDay.objects.select_for_update().filter(pk=day_id, officer=by).first()
    if day is None:
        raise StepRefused("You can swap your own duty days.")
    today = timezone.localdate(at)
    if day.on < today or (in_return is not None and in_return.on < today):
        raise StepRefused("A day that is over cannot be swapped.")
    if of.pk == by.pk or not of.may("take_calls"):
        raise StepRefused("Choose a colleague who takes calls.")
    if in_return is not None and in_return.officer_id != of.pk:
        raise StepRefused("The day in return must be one of your colleague’s duty days.")
    if day.swaps.filter(state=State.ASKED).exists():
        raise StepRefused("You have asked somebody about this day already: withdraw that first.")
    swap = Swap.objects.create(
        day=day, in_return=in_return, asked_by=by, asked_of=of, asked_at=at, because=because.strip()[:300]
    )
    trail.record(by=by, at=at, action="swap.asked", on=swap, of=of.pk)
    more = f" and takes yours on {long_date(in_return.on)}" if in_return else ""
    body = f"{by.name} asks you to be duty officer on {long_date(day.on)}{more}.\n\nSign in to accept or decline."
    telling.colleague(of, subject="A duty day to swap", body=body, at=at, about=swap)
    return swap


@transaction.atomic
def answer_swap(*, swap_id: int, step: str, by: Any, at: datetime) -> Swap:
    """Accept or decline as the colleague asked, or withdraw as the one who asked."""
    found = Swap.objects.select_for_update(of=("self",)).select_related(
        "day", "in_return", "asked_by", "asked_of"
    )
    swap = found.filter(pk=swap_id).first()
    who = None if swap is None else swap.asked_by if step == "withdraw" else swap.asked_of
    if swap is None or step not in SWAP or who != by:
        raise StepRefused("Only the two whose days they are can answer this.")
    swap.state, swap.answered_at = SWAP.check(step, swap, by), at
    swap.save(update_fields=["state", "answered_at"])
    if step == "accept":
        _exchange(swap, by, at)
    trail.record(by=by, at=at, action=f"swap.{step}", on=swap)
    if step != "withdraw":
        said = f"{by.name} has {'accepted' if step == 'accept' else 'declined'} your duty day on {long_date(swap.day.on)}."
        telling.colleague(swap.asked_by, subject="Your duty day", body=said, at=at, about=swap)
    return swap


def _exchange(swap: Swap, by: Any, at: datetime) -> None:
    pairs = [(swap.day, swap.asked_of), *([(swap.in_return, swap.asked_by)] if swap.in_return else [])]
    passed_on([day.on for day, _ in pairs], by, at)
    for day, officer in pairs:
        DutyDay.objects.filter(pk=day.pk).update(officer=officer, set_by=by, set_at=at)
