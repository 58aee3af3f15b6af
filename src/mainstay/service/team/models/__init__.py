"""Who is there for whom, who is away, who is on duty, supervision and quality, subject by subject."""

from mainstay.service.team.models.away import Absence, Cover
from mainstay.service.team.models.contacts import OfficerContact, TeamValue
from mainstay.service.team.models.duty import Call, DutyDay, Swap
from mainstay.service.team.models.quality import Review, Sample
from mainstay.service.team.models.supervision import Discussed, Supervision, SupervisionAction

__all__ = [
    "Absence",
    "Call",
    "Cover",
    "Discussed",
    "DutyDay",
    "OfficerContact",
    "Review",
    "Sample",
    "Supervision",
    "SupervisionAction",
    "Swap",
    "TeamValue",
]
