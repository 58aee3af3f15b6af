"""Orders in the made-up city, on every part of their road, made by the actions a person would have taken at the time."""

from collections.abc import Callable
from datetime import datetime

from mainstay.service.casework import demo as casework
from mainstay.service.casework.demo.scene import Scene
from mainstay.service.directory.demo.loading import Loaded
from mainstay.service.orders.demo import attendance, supervision
from mainstay.service.record.models import Entry

Progress = Callable[[float, str], None]


def cast(loaded: Loaded, at: datetime) -> Scene | None:
    """The children nobody has told a story of yet; None where there is nothing to tell."""
    scene = casework.cast(loaded, at)
    if scene is not None:
        told = Entry.objects.filter(pupil__in=[child.pupil.pk for child in scene.children]).order_by()
        known = set(told.filter(about_kind__startswith="casework.").values_list("pupil_id", flat=True))
        scene.children = [child for child in scene.children if child.pupil.pk not in known]
    return scene


def live(loaded: Loaded, at: datetime, progress: Progress) -> None:
    """Supervision orders and attendance orders."""
    scene = cast(loaded, at)
    if scene is None:
        return
    progress(0.0, "supervision orders")
    supervision.tell(scene)
    progress(0.5, "attendance orders")
    attendance.tell(scene)
    progress(1.0, "orders are in")
