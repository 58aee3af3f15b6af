"""Cases, visits, plans and Fast Tracks, as interventions whose effect is measured."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from mainstay.service.attendance.interventions import Intervention
from mainstay.service.casework.models import Case, FastTrack, Plan, Visit
from mainstay.service.common.among import among


def given(pupils: Iterable[int] | None) -> list[Intervention]:
    """Nothing of a case opened in error is one."""
    asked = None if pupils is None else list(pupils)
    return [*_cases(asked), *_visits(asked), *_plans(asked), *_fast_tracks(asked)]


def _of(rows: Any, pupils: list[int] | None, case: str) -> Any:
    rows = rows.exclude(**{f"{case}closed_because": Case.Reason.IN_ERROR}).order_by("pk")
    return rows if pupils is None else rows.filter(**{f"{case}pupil__among": among(pupils)})


def _cases(pupils: list[int] | None) -> list[Intervention]:
    """From the day each was opened."""
    rows = _of(Case.objects.all(), pupils, "").values_list(
        "pk", "pupil_id", "school_id", "owner_id", "opened_at"
    )
    return [
        Intervention("casework.case", str(pk), "Case", pupil, school, owner, timezone.localdate(at))
        for pk, pupil, school, owner, at in rows
    ]


def _visits(pupils: list[int] | None) -> list[Intervention]:
    """Those at which the family was seen."""
    seen = Visit.objects.filter(state=Visit.State.RECORDED, outcome=Visit.Outcome.SEEN)
    rows = _of(seen, pupils, "case__").values_list(
        "pk", "case__pupil_id", "case__school_id", "meeting__organiser_id", "meeting__starts"
    )
    return [
        Intervention("casework.visit", str(pk), "Visit", pupil, school, officer, timezone.localdate(at))
        for pk, pupil, school, officer, at in rows
    ]


def _plans(pupils: list[int] | None) -> list[Intervention]:
    """Contracts, action plans and early help assessments that ran, from their first day; also those before a case."""
    ran = Plan.objects.filter(state__in=(Plan.State.RUNNING, Plan.State.ENDED)).order_by("pk")
    rows = ran.exclude(case__closed_because=Case.Reason.IN_ERROR).select_related("case")
    if pupils is not None:
        rows = rows.filter(pupil__among=among(pupils))
    return [
        Intervention(
            "casework.plan", str(one.pk), one.get_kind_display(), one.pupil_id, one.school_id,
            _whose(one), one.starts_on,
        )
        for one in rows
    ]  # fmt: skip


def _whose(plan: Plan) -> int | None:
    """The case's officer; before a case whoever of the service began it, also once they have left."""
    if plan.case is not None:
        return plan.case.owner_id
    return None if plan.from_school else plan.made_by_id


def _fast_tracks(pupils: list[int] | None) -> list[Intervention]:
    """From the first day of the framework."""
    rows = _of(FastTrack.objects.filter(starts_on__isnull=False), pupils, "case__").values_list(
        "pk", "case__pupil_id", "case__school_id", "case__owner_id", "starts_on"
    )
    return [
        Intervention("casework.fasttrack", str(pk), "Fast Track", pupil, school, owner, on)
        for pk, pupil, school, owner, on in rows
    ]
