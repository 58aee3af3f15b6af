"""What the common packages do once a day: prove the audit chain, sweep files, empty what has expired."""

from datetime import date, timedelta
from typing import Any, Final

import structlog
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from mainstay.service.common.audit import sealing
from mainstay.service.common.jobs.daily import daily
from mainstay.service.common.jobs.models import Job
from mainstay.service.common.uploads import care

log = structlog.get_logger("mainstay.upkeep")

DONE_JOBS_KEPT: Final = timedelta(days=90)


def make_cache_table(using: str, **_: Any) -> None:
    """The shared counters' table; after every migration, made where it is missing."""
    call_command("createcachetable", database=using, verbosity=0)


@daily("common.audit_chain")
def check_chain(*, on: date, last: date | None) -> None:
    """Seal what is left, verify, and put the head into the log, which leaves the machine."""
    sealing.seal_all()
    verdict = sealing.verify()
    log.info("audit_head", head=verdict.head, sealed=verdict.sealed, faults=len(verdict.faults))
    if not verdict.holds:
        log.error("audit_chain_broken", faults=verdict.faults)
    sealing.record(verdict, by=None, at=timezone.now())


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


@daily("common.statistics")
def refresh_statistics(*, on: date, last: date | None) -> None:
    """What the query planner knows of the tables; PostgreSQL sees to it by itself, SQLite is told."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
