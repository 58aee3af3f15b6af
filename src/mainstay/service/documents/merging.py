"""When two records become one, the documents and how they were served go with them."""

from datetime import datetime
from typing import Any

from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.documents.models import Document, LeafletGiven, Service, Statement


def move(*, kept: Pupil, other: Pupil, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """Move what this room keeps of ``other`` to ``kept``; listens to ``pupils_merged``."""
    for model in (Document, Service, Statement, LeafletGiven):
        rows = model._default_manager.filter(pupil_id=other.pk)
        moved[model._meta.label_lower] = list(rows.order_by().values_list("pk", flat=True))
        rows.update(pupil_id=kept.pk)


def move_parent(*, kept: Parent, other: Parent, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """What was served on or given to ``other`` was to ``kept``; listens to ``parents_merged``."""
    for model, name in ((Service, "addressee"), (LeafletGiven, "parent")):
        rows = model._default_manager.filter(**{name: other})
        moved[model._meta.label_lower] = list(rows.order_by().values_list("pk", flat=True))
        rows.update(**{name: kept})
