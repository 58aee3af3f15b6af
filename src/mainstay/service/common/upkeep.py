"""What the common packages do once a day: prove the audit chain, sweep files, empty what has expired."""

from datetime import date, timedelta
from typing import Final

import structlog
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from mainstay.service.common.audit import sealing, trail
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.jobs.models import Job
from mainstay.service.common.uploads import care

log = structlog.get_logger("mainstay.upkeep")

DONE_JOBS_KEPT: Final = timedelta(days=90)


@daily("common.audit_chain")
def check_chain(*, on: date, last: date | None) -> None:
    """Seal what is left, verify, and put the head into the log, which leaves the machine."""
    sealing.seal_all()
    verdict = sealing.verify()
    log.info("audit_head", head=verdict.head, sealed=verdict.sealed, faults=len(verdict.faults))
    if not verdict.holds:
        log.error("audit_chain_broken", faults=verdict.faults)
    trail.record(
        by=None,
        at=timezone.now(),
        action="audit.verified",
        on=("common.auditrow", ""),
        sealed=verdict.sealed,
        unsealed=verdict.unsealed,
        erased=verdict.erased,
        faults=verdict.faults[:20],
    )


@daily("common.sweep_files")
def sweep_files(*, on: date, last: date | None) -> None:
    swept = care.sweep()
    log.info("files_swept", removed=swept.removed, missing=len(swept.missing))
    if swept.missing:
        log.error("files_missing", rows=swept.missing[:50])


@daily("common.expired")
def clear_expired(*, on: date, last: date | None) -> None:
    """Ended sign-ins, and jobs done long ago."""
    SessionStore.clear_expired()
    Job.objects.filter(state=Job.State.DONE, finished_at__lt=timezone.now() - DONE_JOBS_KEPT).delete()
