"""Orders and what leads to them."""

from mainstay.service.orders.models.attendance import AttendanceOrder, AttendanceOrderNotice
from mainstay.service.orders.models.considerations import Consideration
from mainstay.service.orders.models.supervision import (
    Breach,
    Direction,
    Extension,
    OrderConsultation,
    PersistentFailure,
    Respondent,
    SupervisionContact,
    SupervisionOrder,
)

__all__ = [
    "AttendanceOrder", "AttendanceOrderNotice", "Breach", "Consideration", "Direction", "Extension", "OrderConsultation",
    "PersistentFailure", "Respondent", "SupervisionContact", "SupervisionOrder",
]  # fmt: skip
