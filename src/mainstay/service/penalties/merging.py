"""When two records of a child become one, their notices do, and positions are counted anew."""

from datetime import datetime
from typing import Any, Final

from django.db import models

from mainstay.service.directory.models import Pupil
from mainstay.service.penalties import positions
from mainstay.service.penalties.models import (
    EarlierNotice,
    Enquiry,
    Improvement,
    LeaveRequest,
    Notice,
    NoticeRequest,
)

MODELS: Final = (NoticeRequest, Notice, Improvement, LeaveRequest, Enquiry, EarlierNotice)
#: what makes two rows of earlier notices one
SAME: Final = ("parent_id", "kind", "issued_on", "issuer", "reference")


def move(*, kept: Pupil, other: Pupil, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """Move what this room keeps of ``other`` to ``kept``; listens to ``pupils_merged``."""
    for model in MODELS:
        ids = _of_second_alone(model, kept, other)
        model._default_manager.filter(pk__in=ids).update(pupil=kept)
        moved[model._meta.label_lower] = ids
    pairs = Notice.objects.issued().filter(pupil=kept).order_by().values_list("parent_id", "pupil_id")
    positions.recheck(set(pairs), by=by, at=at)


def _of_second_alone(model: type[models.Model], kept: Pupil, other: Pupil) -> list[int]:
    """All of the second record; an earlier notice that stands on both stays there, out of view."""
    rows = model._default_manager.filter(pupil=other).order_by("pk")
    if model is not EarlierNotice:
        return list(rows.values_list("pk", flat=True))
    known = set(EarlierNotice.objects.filter(pupil=kept).order_by().values_list(*SAME))
    return [pk for pk, *key in rows.values_list("pk", *SAME) if tuple(key) not in known]
