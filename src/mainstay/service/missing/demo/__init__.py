"""This room in the made-up city."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from mainstay.service.directory.demo.loading import Loaded
from mainstay.service.missing.demo import children, notifications

Progress = Callable[[float, str], None]
#: how long ago registers may have ended: longer than any holiday
LATELY: Final = timedelta(days=60)


def live(loaded: Loaded, at: datetime, progress: Progress) -> None:
    """Made by the actions a person would have taken at the time."""
    if loaded.city.until < timezone.localdate(at) - LATELY or "cme" not in loaded.users:
        return
    children.tell(children.Cast(loaded.users, at, loaded.city.until))
    notifications.tell(notifications.Cast(loaded.users, at))
    progress(1.0, "missing children are in")
