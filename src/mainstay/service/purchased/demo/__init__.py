"""Purchased work of the made-up city in every state, made by the actions people would have taken at the time."""

from collections.abc import Callable
from datetime import datetime

from mainstay.service.directory.demo.loading import Loaded
from mainstay.service.purchased.demo import figures, meetings
from mainstay.service.purchased.demo.cast import Cast

Progress = Callable[[float, str], None]


def live(loaded: Loaded, at: datetime, progress: Progress) -> None:
    """Where no school bought days only what needs no booking."""
    cast = Cast(loaded, at)
    progress(0.0, "meetings, casework and days")
    meetings.tell(cast)
    progress(0.6, "figures, training and documents")
    figures.tell(cast)
    progress(1.0, "purchased work is in")
