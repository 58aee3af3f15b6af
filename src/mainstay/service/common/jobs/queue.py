"""Queueing work and running it: by the worker, or at once where there is none.

A room names its work in its ``apps.py``: ``handler("attendance.read_import")(read_import)``; the
function takes the Job and owns its transactions. It may be called again after a crash: it has to
begin with looking at how far the last call came.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import models
from django.utils import timezone

from mainstay.service.common.jobs.models import LEASE, Job
from mainstay.service.common.steps import StepRefused

log = structlog.get_logger("mainstay.jobs")

Handler = Callable[[Job], None]
BACK_OFF: Final = (timedelta(minutes=1), timedelta(minutes=10))  # after the first and second failure

_handlers: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Name the function that does work of this kind."""

    def name(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return name


def queue(
    kind: str, *, by: Any | None, at: datetime, not_before: datetime | None = None, **payload: Any
) -> Job:
    """Leave work to the worker, from ``not_before`` on; in the transaction of what made it necessary."""
    return _make(kind, by, at, payload, not_before=not_before or at)


def begin(kind: str, *, by: Any | None, at: datetime, **payload: Any) -> Job:
    """Work that the caller does with ``run`` once this is committed; a worker takes it over if the caller dies."""
    lease = timezone.now() + LEASE
    return _make(kind, by, at, payload, state=Job.State.RUNNING, tries=1, leased_until=lease)


def _make(kind: str, by: Any | None, at: datetime, payload: dict[str, Any], **more: Any) -> Job:
    if kind not in _handlers:
        raise KeyError(kind)
    said = {"kind": kind, "payload": payload, "made_at": at, "made_by": by, "not_before": at, **more}
    return Job.objects.create(**said)


def run_next() -> bool:
    """Take the oldest waiting job and do it; False when there is none."""
    while (job := _oldest(timezone.now())) is not None:
        if _claim(job):
            run(job)
            return True
    return False


def run(job: Job, at: datetime | None = None) -> None:
    """Do a job now (``at``); what goes wrong is kept with it and not raised."""
    job.began_at = at or timezone.now()
    try:
        _handlers[job.kind](job)
    except StepRefused as refusal:
        _finish(job, Job.State.FAILED, str(refusal)[:300])
    except Exception as error:
        log.exception("job_failed", job=job.pk, kind=job.kind)
        _retry(job, type(error).__name__)
    else:
        job.progress = 100
        _finish(job, Job.State.DONE, "")


def run_waiting() -> int:
    """Do everything that waits, here and now; how many. For sites and tests without a worker."""
    done = 0
    while run_next():
        done += 1
    return done


def _oldest(now: datetime) -> Job | None:
    abandoned = models.Q(state=Job.State.RUNNING, leased_until__lt=now)
    waiting = models.Q(state=Job.State.WAITING, not_before__lte=now)
    return Job.objects.filter(waiting | abandoned).order_by("not_before", "pk").first()


def _claim(job: Job) -> bool:
    """Mark it ours in one statement: two workers cannot both succeed."""
    lease = timezone.now() + LEASE
    won = Job.objects.filter(
        pk=job.pk, state=job.state, tries=job.tries, leased_until=job.leased_until
    ).update(state=Job.State.RUNNING, tries=job.tries + 1, leased_until=lease)
    job.state, job.tries, job.leased_until = Job.State.RUNNING, job.tries + 1, lease
    return bool(won)


def _retry(job: Job, error: str) -> None:
    problem = f"Something went wrong ({error}). The log tells more under job {job.pk}."
    if job.tries > len(BACK_OFF):
        _finish(job, Job.State.FAILED, problem)
        return
    job.state, job.problem, job.leased_until = Job.State.WAITING, problem, None
    job.not_before = timezone.now() + BACK_OFF[max(job.tries, 1) - 1]
    job.save()


def _finish(job: Job, state: Job.State, problem: str) -> None:
    job.state, job.problem, job.finished_at, job.leased_until = state, problem, timezone.now(), None
    job.save()
