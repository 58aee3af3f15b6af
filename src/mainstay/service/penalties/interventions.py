"""Notices to improve and penalty notices, as interventions whose effect is measured."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from mainstay.service.attendance.interventions import Intervention
from mainstay.service.common.among import among
from mainstay.service.penalties.models import Improvement, Notice


def given(pupils: Iterable[int] | None) -> list[Intervention]:
    return [*_improvements(pupils), *_notices(pupils)]


def _of(rows: Any, pupils: Iterable[int] | None) -> Any:
    return rows if pupils is None else rows.filter(pupil__among=among(pupils))


def _improvements(pupils: Iterable[int] | None) -> list[Intervention]:
    rows = _of(Improvement.objects.filter(issued_at__isnull=False), pupils).order_by("pk")
    return [
        Intervention(
            "penalties.improvement",
            str(pk),
            "Notice to improve",
            pupil,
            school,
            officer,
            timezone.localdate(at),
        )
        for pk, pupil, school, officer, at in rows.values_list(
            "pk", "pupil_id", "school_id", "made_by_id", "issued_at"
        )
    ]


def _notices(pupils: Iterable[int] | None) -> list[Intervention]:
    """One for each child and day, however many parents got one; withdrawn ones are none."""
    rows = _of(Notice.objects.standing(), pupils).order_by("pk")
    found: dict[tuple[int, Any], Intervention] = {}
    for pk, pupil, school, owner, chosen_by, on in rows.values_list(
        "pk", "pupil_id", "school_id", "request__owner_id", "chosen_by_id", "issued_on"
    ):
        found.setdefault(
            (pupil, on),
            Intervention(
                "penalties.notice", str(pk), "Penalty notice", pupil, school, owner or chosen_by, on
            ),
        )
    return list(found.values())
