"""Cases, as interventions whose effect is measured."""

from collections.abc import Iterable

from django.utils import timezone

from mainstay.service.attendance.interventions import Intervention
from mainstay.service.casework.models import Case
from mainstay.service.common.among import among


def given(pupils: Iterable[int] | None) -> list[Intervention]:
    """Each case from the day it was opened; one opened in error is none."""
    rows = Case.objects.exclude(closed_because=Case.Reason.IN_ERROR).order_by("pk")
    if pupils is not None:
        rows = rows.filter(pupil__among=among(pupils))
    return [
        Intervention("casework.case", str(pk), "Case", pupil, school, owner, timezone.localdate(at))
        for pk, pupil, school, owner, at in rows.values_list(
            "pk", "pupil_id", "school_id", "owner_id", "opened_at"
        )
    ]
