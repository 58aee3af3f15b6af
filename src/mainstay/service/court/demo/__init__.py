"""Prosecutions in the made-up city, on every part of their road, made by the actions a person would have taken at the time."""

from collections.abc import Callable
from datetime import datetime

from mainstay.service.court.demo import before, listed, setting
from mainstay.service.court.demo.scene import CourtScene
from mainstay.service.directory.demo.loading import Loaded
from mainstay.service.orders import demo as orders

Progress = Callable[[float, str], None]


def live(loaded: Loaded, at: datetime, progress: Progress) -> None:
    """Courts, what the council set for them, prosecutions, evidence, hearings, results."""
    cast = orders.cast(loaded, at)
    if cast is None:
        return
    progress(0.0, "courts")
    scene = CourtScene(cast, setting.courts(cast))
    progress(0.1, "before a court")
    before.tell(scene)
    progress(0.4, "in court")
    listed.tell(scene)
    progress(1.0, "prosecutions are in")
