"""Deadlines: started by an action, recomputed when their trigger changes, closed by the next step or a person."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from django.db import models, transaction
from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.law.deadlines import DeadlineAnswer
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil
from mainstay.service.record import access
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Deadline

About = models.Model | tuple[str, str]
#: a deadline with a new last day is one nobody was reminded of
_UNTOLD: Final = {"reminded_at": None, "escalated_at": None}


@transaction.atomic
def start(
    *,
    pupil: Pupil | int | None,
    about: About,
    rule: str,
    label: str,
    trigger_on: date,
    last_day: date,
    by: Any | None,
    at: datetime,
    next_step_from: date | None = None,
    owner: Any | None = None,
    answer: Any | None = None,
) -> Deadline:
    """Start (or start again) the deadline of one rule about one thing; one row per rule and thing.

    last_day, next_step_from: a council's own value; what the law counts comes as ``**counted(answer)``.
    answer: the law's Answer as JSON, kept with the row.
    """
    kind, key = _key(about)
    deadline, made = Deadline.objects.update_or_create(
        about_kind=kind,
        about_id=key,
        rule=rule,
        defaults={
            "pupil_id": pupil.pk if isinstance(pupil, Pupil) else pupil,
            "label": label,
            "trigger_on": trigger_on,
            "last_day": last_day,
            "next_step_from": next_step_from,
            "owner": owner,
            "state": Deadline.State.OPEN,
            "answer": answer,
            "overridden_by": None,
            "override_reason": "",
            "closed_at": None,
            **_UNTOLD,
        },
    )
    trail.record(
        by=by,
        at=at,
        action="deadline.started" if made else "deadline.restarted",
        on=deadline,
        rule=rule,
        last_day=last_day,
    )
    return deadline


@transaction.atomic
def recompute(
    *,
    about: About,
    rule: str,
    trigger_on: date,
    last_day: date,
    by: Any | None,
    at: datetime,
    next_step_from: date | None = None,
    answer: Any | None = None,
) -> Deadline | None:
    """Move an open deadline after its trigger changed, old and new values in the audit; None if none is open.

    A deadline somebody has overridden keeps the day they set.
    """
    deadline = _open(about).select_for_update().filter(rule=rule).first()
    if deadline is None:
        return None
    old = {"trigger_on": deadline.trigger_on, "last_day": deadline.last_day}
    deadline.trigger_on, deadline.answer = trigger_on, answer
    if deadline.overridden_by_id is None:
        deadline.last_day, deadline.next_step_from = last_day, next_step_from
    deadline.reminded_at = deadline.escalated_at = None
    deadline.save()
    new = {"trigger_on": deadline.trigger_on, "last_day": deadline.last_day}
    trail.record(by=by, at=at, action="deadline.recomputed", on=deadline, old=old, new=new)
    return deadline


@transaction.atomic
def pause(*, about: About, rule: str, by: Any | None, at: datetime) -> None:
    """Its clock stands still: nobody is reminded, until ``start`` sets its new last day."""
    for deadline in _open(about).select_for_update().filter(rule=rule):
        deadline.state = Deadline.State.PAUSED
        deadline.save(update_fields=["state"])
        trail.record(by=by, at=at, action="deadline.paused", on=deadline, last_day=deadline.last_day)


@transaction.atomic
def stop(*, about: About, by: Any | None, at: datetime, rule: str | None = None) -> int:
    """Close the deadlines of one thing that are not over (of one rule, where named); the number closed."""
    kind, key = _key(about)
    running = Deadline.objects.running().filter(about_kind=kind, about_id=key)
    stopped = list(running.select_for_update().filter(**({"rule": rule} if rule else {})))
    for deadline in stopped:
        _close(deadline, by=by, at=at)
    return len(stopped)


@transaction.atomic
def stop_many(*, about_kind: str, about_ids: Iterable[int], by: Any | None, at: datetime) -> None:
    """Close the deadlines of many things of one kind that are not over."""
    ids = [str(pk) for pk in about_ids]
    found = Deadline.objects.running().select_for_update().filter(about_kind=about_kind, about_id__in=ids)
    stopped = list(found)
    for deadline in stopped:
        deadline.state, deadline.closed_at = _ended(deadline, at), at
    for state in {deadline.state for deadline in stopped}:
        same = [deadline.pk for deadline in stopped if deadline.state == state]
        Deadline.objects.filter(pk__in=same).update(state=state, closed_at=at)
    trail.record_many(
        by=by, at=at, action="deadline.closed", rows=[(d, {"state": str(d.state)}) for d in stopped]
    )


@transaction.atomic
def finish(*, deadline: Deadline, found: str, by: Any, at: datetime) -> Deadline:
    """Mark a deadline done by hand; found: a line of what was found, which the chronology keeps.

    Raises StepRefused without it, for a closed deadline, and for whoever may not change this one.
    """
    if not found.strip():
        raise StepRefused("Say in a line what was found.")
    deadline = _to_change(deadline, by)
    _close(deadline, by=by, at=at)
    _tell(deadline, f"Done: {deadline.label}", found.strip(), by=by, at=at)
    return deadline


@transaction.atomic
def override(*, deadline: Deadline, last_day: date, reason: str, by: Any, at: datetime) -> Deadline:
    """Set another last day by hand, with a reason. Raises StepRefused as ``finish`` does."""
    if not reason.strip():
        raise StepRefused("Say why the deadline is moved.")
    if last_day < timezone.localdate(at):
        raise StepRefused("The new last day must not be in the past.")
    deadline = _to_change(deadline, by)
    old = deadline.last_day
    deadline.last_day, deadline.overridden_by, deadline.override_reason = last_day, by, reason.strip()[:300]
    deadline.reminded_at = deadline.escalated_at = None
    deadline.save()
    trail.record(
        by=by, at=at, action="deadline.overridden", on=deadline, old=old, new=last_day, reason=reason
    )
    title = f"Deadline moved from {in_words(old)} to {in_words(last_day)}: {deadline.label}"
    _tell(deadline, title, reason.strip(), by=by, at=at)
    return deadline


def may_change(user: Any, deadline: Deadline) -> bool:
    """Its owner and the managers close or move a deadline; one without an owner, whoever sees it."""
    return deadline.owner_id in (None, user.pk) or user.may("see_team")


def counted(answer: DeadlineAnswer) -> dict[str, Any]:
    """What ``start`` and ``recompute`` take from the law's answer: last day, next step, the answer itself.

    ``start(…, rule=rule, trigger_on=day, **counted(law.deadlines.find(rule, day, calendar)))``
    """
    return {
        "last_day": answer.last_day,
        "next_step_from": answer.next_step_from,
        "answer": answer.as_dict(),
    }


def _to_change(deadline: Deadline, by: Any) -> Deadline:
    """The deadline, locked, if it is open and this person's to change."""
    found = Deadline.objects.visible_to(by).filter(pk=deadline.pk).exists()
    deadline = Deadline.objects.select_for_update().get(pk=deadline.pk)
    if not found or (deadline.pupil is not None and not access.may_open(by, deadline.pupil)):
        raise StepRefused("You cannot see the record this deadline is about.")
    if deadline.state == Deadline.State.PAUSED:
        raise StepRefused("The clock of this deadline stands still: let it go on first.")
    if deadline.state != Deadline.State.OPEN:
        raise StepRefused("This deadline is closed already.")
    if not may_change(by, deadline):
        raise StepRefused("Only the owner of a deadline, or a manager, can change it.")
    return deadline


def _close(deadline: Deadline, *, by: Any | None, at: datetime) -> None:
    deadline.state, deadline.closed_at = _ended(deadline, at), at
    deadline.save(update_fields=["state", "closed_at"])
    trail.record(by=by, at=at, action="deadline.closed", on=deadline, state=str(deadline.state))


def _ended(deadline: Deadline, at: datetime) -> Deadline.State:
    """Met, or missed where it was done after its last day; one whose clock stood still no longer applies."""
    if deadline.state == Deadline.State.PAUSED:
        return Deadline.State.DROPPED
    late = timezone.localdate(at) > deadline.last_day
    return Deadline.State.MISSED if late else Deadline.State.MET


def _tell(deadline: Deadline, title: str, text: str, *, by: Any, at: datetime) -> None:
    if deadline.pupil_id is not None:
        about = (deadline.about_kind, deadline.about_id)
        add_entry(pupil=deadline.pupil_id, by=by, at=at, kind="deadline", title=title, text=text, about=about)


def _key(about: About) -> tuple[str, str]:
    return about if isinstance(about, tuple) else (about._meta.label_lower, str(about.pk))


def _open(about: About) -> models.QuerySet[Deadline]:
    kind, key = _key(about)
    return Deadline.objects.open().filter(about_kind=kind, about_id=key)
