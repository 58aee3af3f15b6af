"""Children missing education, and what is done to find them."""

from mainstay.service.missing.models.children import (
    ENDED,
    FLAGS,
    MissingAlias,
    MissingChild,
    MissingParent,
    MissingSibling,
)
from mainstay.service.missing.models.enquiries import Alert, Enquiry, HandOver, Message
from mainstay.service.missing.models.notifications import (
    Candidate,
    Comparison,
    DueReturn,
    Notification,
    NotificationFile,
    OffRolling,
)
from mainstay.service.missing.models.outcomes import Closure, PlaceAsked, SearchRecord, TermReview
from mainstay.service.missing.models.rolls import RollDecision
from mainstay.service.missing.models.settings import Draft, MissingValue

__all__ = [
    "ENDED", "FLAGS", "Alert", "Candidate", "Closure", "Comparison", "Draft", "DueReturn", "Enquiry", "HandOver", "Message",
    "MissingAlias", "MissingChild", "MissingParent", "MissingSibling", "MissingValue", "Notification", "NotificationFile",
    "OffRolling", "PlaceAsked", "RollDecision", "SearchRecord", "TermReview",
]  # fmt: skip
