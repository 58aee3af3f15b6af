"""A batch of approved notices issued by the worker: one print run, and nothing issued twice however often it is begun.

The job holds the notices asked for, and its print run once there is one; which of them are issued already is read
from the run itself. What was begun on one day is not finished on another: the letters of a run are posted together.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.jobs.models import Job
from mainstay.service.common.jobs.queue import queue
from mainstay.service.common.steps import StepRefused
from mainstay.service.documents import runs
from mainstay.service.documents.models import PrintRun
from mainstay.service.penalties.actions import issuing
from mainstay.service.penalties.models import Notice

ISSUE: Final = "penalties.issue"
ANOTHER_DAY: Final = "The run it belonged to was not finished on its day: issue it again."


@transaction.atomic
def ask(*, notice_ids: Collection[int], by: Any, at: datetime) -> Job:
    """Leave approved notices to the worker, in the order they were proposed.

    Raises StepRefused for a role that may not, and where none of them waits to be issued.
    """
    _may(by)
    waiting = list(issuing.waiting(by).filter(pk__in=notice_ids).values_list("pk", flat=True))
    if not waiting:
        raise StepRefused("Tick at least one notice that waits to be issued.")
    job = queue(ISSUE, by=by, at=at, notices=waiting)
    trail.record(by=by, at=at, action="notices.issue_asked", on=job, notices=waiting)
    return job


def issue_job(job: Job) -> None:
    """Issue what is left of the batch in short transactions, then make one file of the letters."""
    by, at = job.made_by, job.began_at
    _may(by)
    run = _run(job)
    left = _left(job)
    if timezone.localdate(run.made_at) != timezone.localdate(at):
        issuing.hold(dict.fromkeys(left, ANOTHER_DAY))
    else:
        for first in range(0, len(left), issuing.STEP):
            issuing.issue(notice_ids=left[first : first + issuing.STEP], by=by, at=at, run=run)
            job.tell(100 * min(first + issuing.STEP, len(left)) // (len(left) + 1))
    _finish(job, run, by, at)


def _may(by: Any) -> None:
    if not by.may("issue_notices"):
        raise StepRefused("Your role cannot issue notices.")


@transaction.atomic
def _run(job: Job) -> PrintRun:
    """The print run of the job; started by its first call."""
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if "run" not in locked.payload:
        run = runs.start(by=job.made_by, at=job.began_at)
        locked.payload["run"] = run.pk
        locked.save(update_fields=["payload"])
    job.payload = locked.payload
    return PrintRun.objects.get(pk=job.payload["run"])


def _left(job: Job) -> list[int]:
    waiting = Notice.objects.filter(pk__in=job.payload["notices"], state=Notice.State.APPROVED)
    still = set(waiting.values_list("pk", flat=True))
    return [pk for pk in job.payload["notices"] if pk in still]


def _finish(job: Job, run: PrintRun, by: Any, at: datetime) -> None:
    """One file of the letters; a run in which none went out is no run."""
    run = PrintRun.objects.get(pk=run.pk)
    if run.file_id is not None:
        return
    if run.services.exists():
        runs.put_together(run=run, by=by, at=at)
    else:
        _drop(job, run, by, at)


@transaction.atomic
def _drop(job: Job, run: PrintRun, by: Any, at: datetime) -> None:
    del job.payload["run"]
    job.save(update_fields=["payload"])
    trail.record(by=by, at=at, action="print_run.dropped", on=run)
    run.delete()
