"""Cases and what hangs on them, subject by subject."""

from mainstay.service.casework.models.cases import Case
from mainstay.service.casework.models.checklists import Checklist
from mainstay.service.casework.models.consultations import Consultation
from mainstay.service.casework.models.referrals import (
    Referral,
    ReferralItem,
    ReferralLetter,
    ReferralPaper,
    ReferralParent,
    ReferralRound,
)

__all__ = [
    "Case", "Checklist", "Consultation", "Referral", "ReferralItem", "ReferralLetter", "ReferralPaper", "ReferralParent",
    "ReferralRound",
]  # fmt: skip
