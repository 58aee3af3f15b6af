"""Cases and what hangs on them, subject by subject."""

from mainstay.service.casework.models.cases import Case
from mainstay.service.casework.models.chairs import Chair
from mainstay.service.casework.models.checklists import AreaList, Checklist
from mainstay.service.casework.models.consultations import Consultation
from mainstay.service.casework.models.fast_track import (
    FastTrack,
    FastTrackAction,
    FastTrackInvitation,
    FastTrackValue,
)
from mainstay.service.casework.models.interviews import Interview, InterviewEntry, Locked
from mainstay.service.casework.models.investigations import (
    AgencyCheck,
    CaseReview,
    Investigation,
    Recommendation,
)
from mainstay.service.casework.models.passages import KeptText, Passage
from mainstay.service.casework.models.plans import (
    Plan,
    PlanConsent,
    PlanCopy,
    PlanLine,
    PlanReview,
    PlanSignature,
    PlanTick,
)
from mainstay.service.casework.models.referrals import (
    Referral,
    ReferralItem,
    ReferralLetter,
    ReferralPaper,
    ReferralParent,
    ReferralRound,
)
from mainstay.service.casework.models.visits import Visit, VisitCard

__all__ = [
    "AgencyCheck", "AreaList", "Case", "CaseReview", "Chair", "Checklist", "Consultation", "FastTrack",
    "FastTrackAction", "FastTrackInvitation", "FastTrackValue", "Interview", "InterviewEntry",
    "Investigation", "KeptText", "Locked", "Passage", "Plan", "PlanConsent", "PlanCopy", "PlanLine", "PlanReview",
    "PlanSignature", "PlanTick", "Recommendation", "Referral", "ReferralItem", "ReferralLetter",
    "ReferralPaper", "ReferralParent", "ReferralRound", "Visit", "VisitCard",
]  # fmt: skip
