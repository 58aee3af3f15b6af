"""This room in the made-up city."""

from collections.abc import Callable
from datetime import datetime

from mainstay.service.directory.demo.loading import Loaded

Progress = Callable[[float, str], None]


def live(loaded: Loaded, at: datetime, progress: Progress) -> None:
    """Made by the actions a person would have taken at the time."""
