"""Once a day: owners are reminded of deadlines due soon and overdue, managers told of those long overdue.

A message says numbers and addresses only: what a deadline is about stays inside the building.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.queries import holding
from mainstay.service.common.audit import trail
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.outbox import post
from mainstay.service.common.ui.filters import plural, short_date
from mainstay.service.record.models import Deadline

#: how long before its last day an owner is reminded: our own choice, so that a week of work is left
SOON: Final = timedelta(days=7)
#: how long a deadline is overdue before the managers are told: our own choice
ESCALATED_AFTER: Final = timedelta(days=7)


@daily("record.reminders")
def remind(*, on: date, last: date | None) -> None:
    """Each deadline is told of when due soon, when overdue, and to the managers; and on the days the law's answer sets."""
    alarms = _alarms(on)
    owners = Deadline.objects.open().filter(Q(last_day__lte=on + SOON) | Q(pk__in=alarms)).values("owner")
    for user in User.objects.filter(pk__in=owners, is_active=True):
        _remind(user, on, alarms)
    _escalate(on)


def _alarms(on: date) -> list[int]:
    """Open deadlines of which an alarm's day has come since their owner was reminded last.

    The days stand in the answer of the law: ``alerts`` of a limitation, ``reminders`` of other rules.
    """
    rows = Deadline.objects.open().filter(Q(answer__has_key="alerts") | Q(answer__has_key="reminders"))
    found = []
    for pk, answer, reminded_at in rows.values_list("pk", "answer", "reminded_at"):
        told = timezone.localdate(reminded_at).isoformat() if reminded_at else ""
        said = answer or {}
        days = [*(said.get("alerts") or ()), *(said.get("reminders") or ())]
        if any(told < day <= on.isoformat() for day in days):
            found.append(pk)
    return found


@transaction.atomic
def _remind(user: User, on: date, alarms: Collection[int]) -> None:
    mine = Deadline.objects.visible_to(user).open().filter(owner=user)
    due_soon = Q(last_day__lte=on + SOON, reminded_at=None)
    overdue = Q(last_day__lt=on, reminded_at__date__lte=F("last_day"))
    due = list(mine.filter(due_soon | overdue | Q(pk__in=alarms)))
    if not due:
        return
    at = timezone.now()
    post.queue(
        to=user.email,
        subject="Deadlines due soon or overdue",
        body=f"Of your deadlines, {len(due)} need you:\n\n{_lines(due, on)}\n\n{_where('mine')}\n",
        at=at,
        about=("record.deadline", str(due[0].pk)),
    )
    Deadline.objects.filter(pk__in=[d.pk for d in due]).update(reminded_at=at)
    trail.record(by=None, at=at, action="deadline.reminded", on=user, deadlines=[d.pk for d in due])


@transaction.atomic
def _escalate(on: date) -> None:
    """To every manager who may see it, except the owner."""
    late = Deadline.objects.open().filter(last_day__lt=on - ESCALATED_AFTER, escalated_at=None)
    at, told = timezone.now(), set()
    for manager in holding("see_team", on):
        theirs = list(late.visible_to(manager).exclude(owner=manager).select_related("owner"))
        if not theirs:
            continue
        by_owner: dict[str, list[Deadline]] = {}
        for deadline in theirs:
            by_owner.setdefault(deadline.owner.name if deadline.owner else "Nobody", []).append(deadline)
        parts = [f"{name}:\n{_lines(by_owner[name], on)}" for name in sorted(by_owner)]
        post.queue(
            to=manager.email,
            subject="Deadlines overdue in your team",
            body=f"Overdue by more than {plural(ESCALATED_AFTER.days, 'day')}:\n\n"
            + "\n\n".join(parts)
            + f"\n\n{_where('team')}\n",
            at=at,
            about=("record.deadline", str(theirs[0].pk)),
        )
        told |= {deadline.pk for deadline in theirs}
    if told:
        Deadline.objects.filter(pk__in=told).update(escalated_at=at)
        trail.record(
            by=None, at=at, action="deadline.escalated", on=("record.deadline", ""), deadlines=sorted(told)
        )


def _lines(deadlines: Iterable[Deadline], on: date) -> str:
    return "\n".join(f"- {_line(deadline, on)}" for deadline in deadlines)


def _line(deadline: Deadline, on: date) -> str:
    days = (deadline.last_day - on).days
    left = (
        f"{plural(-days, 'day')} overdue"
        if days < 0
        else "due today"
        if not days
        else f"{plural(days, 'day')} left"
    )
    said = f"deadline {deadline.pk}, last day {short_date(deadline.last_day)}, {left}"
    if not settings.CONFIG.address:
        return said
    return f"{said}: {settings.CONFIG.address}{reverse('deadline', args=[deadline.pk])}"


def _where(scope: str) -> str:
    """Where all of them are listed."""
    if not settings.CONFIG.address:
        return "Sign in and open Deadlines from your first page."
    return f"All of them: {settings.CONFIG.address}{reverse('deadlines')}?scope={scope}&state=overdue"
