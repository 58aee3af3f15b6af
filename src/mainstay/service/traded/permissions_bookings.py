"""Which permission each page of bookings needs."""

from typing import Final

PAGES: Final[dict[str, str | None]] = {
    "booking_calendar": "see_traded",
    "bookings": "see_traded",
    "bookings_export": "export_lists",
    "bookings_achieved": "see_traded",
    "booking_new": "book_days",
    "booking": "see_traded",
    "booking_move": "book_days",
    "booking_give": "arrange_cover",
    "booking_cancel": "book_days",
    "booking_cancel_service": "deliver_days",
    "booking_deliver": "deliver_days",
    "booking_children": "deliver_days",
    "booking_child_remove": "deliver_days",
    "booking_confirm": "order_days",
    "booking_query": "order_days",
    "booking_settle": "accept_order",
}
