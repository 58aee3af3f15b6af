"""When two records of one parent become one, what the orders keep of them does; an order follows its case."""

from datetime import datetime
from typing import Any

from mainstay.service.directory.models import Parent
from mainstay.service.orders.models import Direction, PersistentFailure, Respondent


def move_parent(*, kept: Parent, other: Parent, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """Move what this room keeps of ``other`` to ``kept``; listens to ``parents_merged``.

    Where both are respondents of one application, the second's row stays with the second.
    """
    both = Respondent.objects.filter(parent=kept).values("order_id")
    rows = {
        Respondent: ("parent", Respondent.objects.filter(parent=other).exclude(order__in=both)),
        Direction: ("to_parent", Direction.objects.filter(to_parent=other)),
        PersistentFailure: ("parent", PersistentFailure.objects.filter(parent=other)),
    }
    for model, (field, found) in rows.items():
        ids = sorted(found.order_by().values_list("pk", flat=True))
        model._default_manager.filter(pk__in=ids).update(**{field: kept})
        moved[model._meta.label_lower] = ids
