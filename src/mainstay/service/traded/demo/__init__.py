"""Purchases in the made-up city, in every state, made by the actions a person would have taken at the time."""

from collections.abc import Callable
from datetime import datetime

from mainstay.service.directory.demo.loading import Loaded
from mainstay.service.traded.demo import bookings, buying

Progress = Callable[[float, str], None]


def live(loaded: Loaded, at: datetime, progress: Progress) -> None:
    """Prices, last year with its end, this year's orders and invoices, and bookings of what was bought."""
    progress(0.0, "orders of days")
    buying.tell(loaded, at)
    progress(0.6, "bookings")
    bookings.tell(loaded, at)
    progress(1.0, "purchases are in")
