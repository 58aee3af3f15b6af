"""When two records become one, the chronology and the deadlines go with them."""

from datetime import datetime
from typing import Any

from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Deadline, Entry, Guest, Meeting, RestrictedOpening


def move(*, kept: Pupil, other: Pupil, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """Move what this room keeps of ``other`` to ``kept``; listens to ``pupils_merged``."""
    for model in (Entry, Deadline, RestrictedOpening, Meeting):
        rows = model._default_manager.filter(pupil=other)
        moved[model._meta.label_lower] = list(rows.order_by().values_list("pk", flat=True))
        rows.update(pupil=kept)
    add_entry(
        pupil=kept,
        by=by,
        at=at,
        kind="merge",
        title="Two records of this child were joined",
        text=f"Record {other.pk} was joined to this one; its entries, registers and people are here now.",
        about=other,
    )


def move_parent(*, kept: Parent, other: Parent, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """What a parent was asked to follows them; listens to ``parents_merged``."""
    rows = Guest.objects.filter(parent=other)
    moved[Guest._meta.label_lower] = list(rows.order_by().values_list("pk", flat=True))
    rows.update(parent=kept)
