"""Changes to registers and findings, each one transaction with its audit row."""

from mainstay.service.attendance.actions.consider import consider
from mainstay.service.attendance.actions.correct import correct_mark
from mainstay.service.attendance.actions.imports import discard, receive, reread, take

__all__ = ["consider", "correct_mark", "discard", "receive", "reread", "take"]
