"""When two records of one parent become one, their invitations and interviews do; a Fast Track follows its case."""

from datetime import datetime
from typing import Any

from mainstay.service.casework.models import FastTrackInvitation, Interview
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Parent


def move_parent(*, kept: Parent, other: Parent, moved: dict[str, list[int]], by: Any, at: datetime) -> None:
    """Move what this room keeps of ``other`` to ``kept``; listens to ``parents_merged``.

    Raises StepRefused where both have an interview open in one Fast Track.
    """
    unsigned = Interview.objects.exclude(state=Interview.State.SIGNED)
    ours = unsigned.filter(parent=kept).values("fast_track_id")
    if unsigned.filter(parent=other, fast_track__in=ours).exists():
        raise StepRefused("Both records have an interview under caution open: finish one of the two first.")
    invited = FastTrackInvitation.objects.filter(parent=kept).values("fast_track_id")
    ids = sorted(
        FastTrackInvitation.objects.filter(parent=other)
        .exclude(fast_track__in=invited)
        .values_list("pk", flat=True)
    )
    FastTrackInvitation.objects.filter(pk__in=ids).update(parent=kept)
    moved[FastTrackInvitation._meta.label_lower] = ids
    held = sorted(Interview.objects.filter(parent=other).order_by().values_list("pk", flat=True))
    Interview.objects.filter(pk__in=held).update(parent=kept)
    moved[Interview._meta.label_lower] = held
