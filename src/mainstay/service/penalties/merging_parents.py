"""When two records of one parent become one, their notices, letters and enquiries do, and positions are counted anew."""

from datetime import datetime
from typing import Any, Final

from django.db import models

from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Parent
from mainstay.service.penalties import positions
from mainstay.service.penalties.models import (
    EarlierNotice,
    Enquiry,
    ImprovementLetter,
    LeaveLetter,
    LeaveRequest,
    Notice,
)

#: a row of the second record that the first has too, by these fields, stays with the second, out of view
_ONE_EACH: Final[dict[type[models.Model], tuple[str, ...]]] = {
    Notice: ("request_id",),
    ImprovementLetter: ("improvement_id",),
    LeaveLetter: ("leave_id", "kind"),
    EarlierNotice: ("pupil_id", "kind", "issued_on", "issuer", "reference"),
    LeaveRequest: (),
    Enquiry: (),
}


def move(*, kept: Parent, other: Parent, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """Move what this room keeps of ``other`` to ``kept``; listens to ``parents_merged``.

    Raises StepRefused where both were chosen for one request and neither choice was given up.
    """
    _refuse_twice(kept, other)
    for model, fields in _ONE_EACH.items():
        ids = _of_second_alone(model, fields, kept, other)
        model._default_manager.filter(pk__in=ids).update(parent=kept)
        moved[model._meta.label_lower] = ids
    pairs = Notice.objects.filter(parent=kept).order_by().values_list("parent_id", "pupil_id")
    positions.recheck(set(pairs), by=by, at=at)


def _refuse_twice(kept: Parent, other: Parent) -> None:
    live = Notice.objects.exclude(state__in=(Notice.State.REFUSED, Notice.State.WITHDRAWN))
    ours = live.filter(parent=kept).values("request_id")
    if live.filter(parent=other, request__in=ours).exists():
        raise StepRefused(
            "Both records have a notice of the same request: refuse or withdraw one of the two first. "
            "One person is not fined twice for the same sessions."
        )


def _of_second_alone(
    model: type[models.Model], fields: tuple[str, ...], kept: Parent, other: Parent
) -> list[int]:
    rows = model._default_manager.order_by("pk")
    known = set(rows.filter(parent=kept).values_list(*fields)) if fields else set()
    theirs = rows.filter(parent=other).values_list("pk", *fields)
    return [pk for pk, *key in theirs if tuple(key) not in known]
