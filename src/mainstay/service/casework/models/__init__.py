"""Cases and what hangs on them, subject by subject."""

from mainstay.service.casework.models.cases import Case
from mainstay.service.casework.models.chairs import Chair
from mainstay.service.casework.models.fast_track import (
    FastTrack,
    FastTrackAction,
    FastTrackInvitation,
    FastTrackValue,
)
from mainstay.service.casework.models.interviews import Interview, InterviewEntry, Locked

__all__ = [
    "Case", "Chair", "FastTrack", "FastTrackAction", "FastTrackInvitation", "FastTrackValue", "Interview",
    "InterviewEntry", "Locked",
]  # fmt: skip
