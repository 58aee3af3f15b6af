"""What is done once a day: each task recorded, so that a missed day is caught up.

A room names its task in its ``apps.py``: ``daily("record.reminders")(remind)``. The function takes
``on``, the day, and ``last``, the day it last finished (None before the first time), and has to do
what fell due in between.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final, Protocol

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from mainstay.service.common.jobs.models import DailyRun

log = structlog.get_logger("mainstay.daily")

HOUR: Final = 5  # of London; earlier only where yesterday was missed
TRIES: Final = 3
ABANDONED: Final = timedelta(hours=1)


class Task(Protocol):
    def __call__(self, *, on: date, last: date | None) -> None: ...


_tasks: dict[str, Task] = {}


def daily(name: str) -> Callable[[Task], Task]:
    """Name a function that is called once a day."""

    def register(task: Task) -> Task:
        _tasks[name] = task
        return task

    return register


def run_due(now: datetime | None = None) -> list[str]:
    """Run every task not yet done today; the names of those that ran."""
    now = now or timezone.now()
    local = timezone.localtime(now)
    return [name for name in sorted(_tasks) if _due(name, local) and _run(name, local.date(), now)]


def _due(name: str, local: datetime) -> bool:
    last = _last(name)
    if last == local.date():
        return False
    return local.hour >= HOUR or (last is not None and last < local.date() - timedelta(days=1))


def _last(name: str) -> date | None:
    done = DailyRun.objects.filter(task=name, finished_at__isnull=False, problem="").order_by("-on").first()
    return done.on if done else None


def _run(name: str, on: date, now: datetime) -> bool:
    run = _claim(name, on, now)
    if run is None:
        return False
    try:
        _tasks[name](on=on, last=_last(name))
    except Exception as error:
        log.exception("daily_task_failed", task=name)
        run.problem = type(error).__name__
    else:
        run.problem = ""
    run.finished_at = timezone.now()
    run.save()
    return True


def _claim(name: str, on: date, now: datetime) -> DailyRun | None:
    """The row of this task and day, ours; None where another timer has it or it failed often enough."""
    try:
        with transaction.atomic():
            return DailyRun.objects.create(task=name, on=on, started_at=now)
    except IntegrityError:
        run = DailyRun.objects.get(task=name, on=on)
    if run.tries >= TRIES or (run.finished_at is None and run.started_at > now - ABANDONED):
        return None
    won = DailyRun.objects.filter(pk=run.pk, tries=run.tries).update(
        tries=run.tries + 1, started_at=now, finished_at=None
    )
    return DailyRun.objects.get(pk=run.pk) if won else None
