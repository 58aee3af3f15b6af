"""Deadlines: started by an action, recomputed when their trigger changes, closed by the next step."""

from datetime import date, datetime
from typing import Any

from django.db import models, transaction

from mainstay.law.deadlines import DeadlineAnswer
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil
from mainstay.service.record.models import Deadline

About = models.Model | tuple[str, str]


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
            "closed_at": None,
            "reminded_at": None,
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
    deadline.reminded_at = None
    deadline.save()
    new = {"trigger_on": deadline.trigger_on, "last_day": deadline.last_day}
    trail.record(by=by, at=at, action="deadline.recomputed", on=deadline, old=old, new=new)
    return deadline


@transaction.atomic
def stop(
    *,
    about: About,
    by: Any | None,
    at: datetime,
    rule: str | None = None,
    state: str = Deadline.State.MET,
) -> int:
    """Close the open deadlines of one thing (of one rule, where named); the number closed."""
    stopped = list(_open(about).select_for_update().filter(**({"rule": rule} if rule else {})))
    for deadline in stopped:
        deadline.state, deadline.closed_at = state, at
        deadline.save(update_fields=["state", "closed_at"])
        trail.record(by=by, at=at, action="deadline.closed", on=deadline, state=str(state))
    return len(stopped)


@transaction.atomic
def override(*, deadline: Deadline, last_day: date, reason: str, by: Any, at: datetime) -> Deadline:
    """Set another last day by hand, with a reason."""
    if not reason.strip():
        raise StepRefused("Say why the deadline is moved.")
    deadline = Deadline.objects.select_for_update().get(pk=deadline.pk)
    if deadline.state != Deadline.State.OPEN:
        raise StepRefused("This deadline is closed already.")
    old = deadline.last_day
    deadline.last_day, deadline.overridden_by, deadline.override_reason = last_day, by, reason.strip()[:300]
    deadline.save(update_fields=["last_day", "overridden_by", "override_reason"])
    trail.record(
        by=by, at=at, action="deadline.overridden", on=deadline, old=old, new=last_day, reason=reason
    )
    return deadline


def counted(answer: DeadlineAnswer) -> dict[str, Any]:
    """What ``start`` and ``recompute`` take from the law's answer: last day, next step, the answer itself.

    ``start(…, rule=rule, trigger_on=day, **counted(law.deadlines.find(rule, day, calendar)))``
    """
    return {
        "last_day": answer.last_day,
        "next_step_from": answer.next_step_from,
        "answer": answer.as_dict(),
    }


def _key(about: About) -> tuple[str, str]:
    return about if isinstance(about, tuple) else (about._meta.label_lower, str(about.pk))


def _open(about: About) -> models.QuerySet[Deadline]:
    kind, key = _key(about)
    return Deadline.objects.filter(about_kind=kind, about_id=key, state=Deadline.State.OPEN)
