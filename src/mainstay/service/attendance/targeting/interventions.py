"""Being talked about at a targeting meeting, as an intervention whose effect is measured."""

from collections.abc import Iterable

from django.utils import timezone

from mainstay.service.attendance.interventions import Intervention
from mainstay.service.attendance.targeting.models import TargetingDecision, TargetingMeeting
from mainstay.service.common.among import among


def given(pupils: Iterable[int] | None) -> list[Intervention]:
    """Each child decided about, once the meeting is over."""
    over = (TargetingMeeting.State.ENDED, TargetingMeeting.State.AGREED)
    rows = TargetingDecision.objects.filter(meeting__state__in=over).order_by("pk")
    if pupils is not None:
        rows = rows.filter(pupil__among=among(pupils))
    return [
        Intervention("attendance.targetingdecision", str(pk), "Targeting meeting", pupil, school, officer, timezone.localdate(at))
        for pk, pupil, school, officer, at in rows.values_list(
            "pk", "pupil_id", "meeting__school_id", "by_id", "meeting__began_at"
        )
    ]  # fmt: skip
