"""Models of the common packages, gathered for Django."""

from mainstay.service.common.audit.models import AuditRow, Seal
from mainstay.service.common.decisions.models import Decision
from mainstay.service.common.jobs.models import DailyRun, Job
from mainstay.service.common.outbox.models import Message
from mainstay.service.common.search.models import SearchEntry, SearchWord
from mainstay.service.common.uploads.models import StoredFile

__all__ = [
    "AuditRow",
    "DailyRun",
    "Decision",
    "Job",
    "Message",
    "Seal",
    "SearchEntry",
    "SearchWord",
    "StoredFile",
]
