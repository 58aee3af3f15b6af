"""Which permission each page of attendance orders needs."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {
    "attendance_orders": "see_orders",
    "attendance_orders_export": "export_lists",
    "attendance_order_begin": "work_orders",
    "attendance_order": "see_orders",
    "attendance_order_parents": "work_orders",
    "attendance_order_owner": "work_orders",
    "attendance_order_regime": "decide_order",
    "attendance_order_enquiry": "work_orders",
    "attendance_order_letter": "work_orders",
    "attendance_order_send": "work_orders",
    "attendance_order_answer": "work_orders",
    "attendance_order_go": "work_orders",
    "attendance_order_panel": "decide_order",
    "attendance_order_consult": "work_orders",
    "attendance_order_school": "work_orders",
    "attendance_order_tell": "work_orders",
    "attendance_order_objection": "work_orders",
    "attendance_order_choice": "work_orders",
    "attendance_order_check": "work_orders",
    "attendance_order_amend": "decide_order",
    "attendance_order_revocation": "work_orders",
    "attendance_order_revocation_decide": "decide_order",
    "attendance_order_end": "work_orders",
    "attendance_order_stands": "decide_order",
}
