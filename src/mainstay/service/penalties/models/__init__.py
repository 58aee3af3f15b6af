"""Requests, notices, notices to improve, leave of absence, payments, what went before, and the council's own code."""

from mainstay.service.penalties.models.before import EarlierImport, EarlierNotice, Enquiry
from mainstay.service.penalties.models.code import CodeValue
from mainstay.service.penalties.models.improvement import Improvement, ImprovementLetter
from mainstay.service.penalties.models.leave import LeaveLetter, LeaveRequest
from mainstay.service.penalties.models.notices import Notice, NoticeNumber
from mainstay.service.penalties.models.payments import (
    Allocation,
    BankFile,
    BankLine,
    FinanceBatch,
    PayEvent,
    Payment,
    Posting,
    Refund,
)
from mainstay.service.penalties.models.requests import Check, NoticeRequest, RequestEvidence

__all__ = [
    "Allocation", "BankFile", "BankLine", "Check", "CodeValue", "EarlierImport", "EarlierNotice", "Enquiry",
    "FinanceBatch", "Improvement", "ImprovementLetter", "LeaveLetter", "LeaveRequest", "Notice", "NoticeNumber",
    "NoticeRequest", "PayEvent", "Payment", "Posting", "Refund", "RequestEvidence",
]  # fmt: skip
