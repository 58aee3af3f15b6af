"""Orders and what leads to them."""

from mainstay.service.orders.models.attendance import (
    AttendanceAmendment,
    AttendanceCheck,
    AttendanceConsultation,
    AttendanceEnquiry,
    AttendanceOrder,
    AttendanceOrderNotice,
    AttendanceRevocation,
    AttendanceSchoolPaper,
)
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
    "AttendanceAmendment", "AttendanceCheck", "AttendanceConsultation", "AttendanceEnquiry", "AttendanceOrder",
    "AttendanceOrderNotice", "AttendanceRevocation", "AttendanceSchoolPaper", "Breach", "Consideration", "Direction",
    "Extension", "OrderConsultation", "PersistentFailure", "Respondent", "SupervisionContact", "SupervisionOrder",
]  # fmt: skip
