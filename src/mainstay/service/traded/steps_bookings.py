"""The steps of a booking, and of what the school says to its delivery; blockers say in words what is missing."""

from typing import Any, Final

from django.utils import timezone

from mainstay.service.common.steps import Step, Steps
from mainstay.service.common.ui.filters import long_date
from mainstay.service.traded.models import Booking, Delivery
from mainstay.service.traded.times_bookings import visiting

S, D = Booking.State, Delivery.State


def begun(one: Booking) -> str | None:
    """The action's own moment, for a page now."""
    if visiting(one.on, one.halves)[0] <= (one.looked_at or timezone.now()):
        return "It has begun already: record what was delivered, or cancel it for the service."
    return None


def to_come(one: Booking) -> str | None:
    if visiting(one.on, one.halves)[0] > (one.looked_at or timezone.now()):
        return f"It is on {long_date(one.on)}: record it when it has begun."
    return None


def rebooked(one: Booking) -> str | None:
    if any(one.moved_to.all()):
        return "Another day is booked instead already."
    return None


def _set(*states: Any) -> frozenset[str]:
    return frozenset(str(state) for state in states)


BOOKING: Final = Steps(
    "booking",
    Step("move", "Move it", _set(S.BOOKED), S.BOOKED, "book_days", (begun,)),
    Step("give", "Give it to a colleague", _set(S.BOOKED), S.BOOKED, "arrange_cover"),
    Step("cancel_by_school", "Cancel it for the school", _set(S.BOOKED), S.CANCELLED_BY_SCHOOL, "book_days", (begun,)),
    Step("cancel_by_service", "Cancel it for the service", _set(S.BOOKED), S.CANCELLED_BY_SERVICE, "deliver_days"),
    Step("rebook", "Book another day instead", _set(S.CANCELLED_BY_SERVICE), S.CANCELLED_BY_SERVICE, "book_days", (rebooked,)),
    Step("deliver", "Record the delivery", _set(S.BOOKED), S.DELIVERED, "deliver_days", (to_come,)),
)  # fmt: skip
DELIVERY: Final = Steps(
    "delivery",
    Step("confirm", "Confirm it", _set(D.TOLD), D.CONFIRMED, "order_days"),
    Step("query", "Query it", _set(D.TOLD, D.CONFIRMED), D.QUERIED, "order_days"),
    Step("settle", "Settle the query", _set(D.QUERIED), D.SETTLED, "accept_order"),
)
