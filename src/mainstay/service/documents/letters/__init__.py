"""The letters of the service, each a small value object and a template of the same name in ``typst/``."""

from typing import Final

from mainstay.service.documents.letters.after import NonPayment, Receipt, Reminder, Withdrawal
from mainstay.service.documents.letters.attendance_order import (
    AttendanceEnded,
    AttendanceEnquiry,
    AttendanceIntention,
    AttendanceNotice,
    AttendanceOrderMade,
    AttendanceReminder,
    AttendanceRevocation,
    AttendanceSchool,
    AttendanceWarning,
)
from mainstay.service.documents.letters.base import Addressee, Letter, Sender, Slot
from mainstay.service.documents.letters.charge import (
    Requisition,
    SingleJusticeCharge,
    SummonsApplication,
    SummonsServed,
)
from mainstay.service.documents.letters.complaint import ComplaintAnswer
from mainstay.service.documents.letters.court import CourtEnded, CourtResult
from mainstay.service.documents.letters.cross_border import CrossBorderEnquiry
from mainstay.service.documents.letters.fast_track import FastTrackInvite, FastTrackPlan
from mainstay.service.documents.letters.fast_track_review import (
    FastTrackOutcome,
    FastTrackReview,
    FastTrackSooner,
)
from mainstay.service.documents.letters.improvement import NoticeToImprove
from mainstay.service.documents.letters.leave import LeaveRefusal, LeaveWarning
from mainstay.service.documents.letters.parts import Session
from mainstay.service.documents.letters.penalty_notice import PenaltyNotice, Seen
from mainstay.service.documents.letters.referral import ReferralAccepted, ReferralTold
from mainstay.service.documents.letters.supervision import (
    SupervisionConsultation,
    SupervisionDirection,
    SupervisionWarning,
)
from mainstay.service.documents.letters.visit import VisitAppointment, VisitCard

__all__ = [
    "LETTERS", "Addressee", "AttendanceEnded", "AttendanceEnquiry", "AttendanceIntention", "AttendanceNotice",
    "AttendanceOrderMade", "AttendanceReminder", "AttendanceRevocation", "AttendanceSchool", "AttendanceWarning",
    "ComplaintAnswer", "CourtEnded", "CourtResult", "CrossBorderEnquiry", "FastTrackInvite", "FastTrackOutcome", "FastTrackPlan",
    "FastTrackReview", "FastTrackSooner", "LeaveRefusal", "LeaveWarning", "Letter", "NonPayment", "NoticeToImprove",
    "PenaltyNotice", "Receipt", "ReferralAccepted", "ReferralTold", "Reminder", "Requisition", "Seen", "Sender", "Session",
    "SingleJusticeCharge", "Slot", "SummonsApplication", "SummonsServed", "SupervisionConsultation", "SupervisionDirection",
    "SupervisionWarning", "VisitAppointment", "VisitCard", "Withdrawal",
]  # fmt: skip

#: template -> its letter, in the order in which a family meets them
LETTERS: Final[dict[str, type[Letter]]] = {
    letter.template: letter
    for letter in (
        VisitAppointment, VisitCard, LeaveWarning, LeaveRefusal, ReferralTold, ReferralAccepted, NoticeToImprove, CrossBorderEnquiry,
        PenaltyNotice, Reminder, Receipt, NonPayment, Withdrawal, FastTrackInvite, FastTrackPlan,
        FastTrackReview, FastTrackSooner, FastTrackOutcome, SingleJusticeCharge, Requisition, SummonsApplication,
        SummonsServed, CourtResult, SupervisionConsultation, CourtEnded, SupervisionDirection, SupervisionWarning,
        AttendanceEnquiry, AttendanceWarning, AttendanceNotice, AttendanceIntention, AttendanceOrderMade,
        AttendanceReminder, AttendanceRevocation, AttendanceEnded, AttendanceSchool, ComplaintAnswer,
    )
}  # fmt: skip
