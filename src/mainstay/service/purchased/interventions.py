"""Purchased work about children, as interventions whose effect is measured; cases, visits and plans are casework's own."""

from collections.abc import Iterable
from typing import Any

from mainstay.service.attendance.interventions import Intervention
from mainstay.service.common.among import among
from mainstay.service.purchased import kinds
from mainstay.service.purchased.models import Presence, Slot, Work
from mainstay.service.traded.models import ServiceCode


def given(pupils: Iterable[int] | None) -> list[Intervention]:
    """Meetings from their day, slots to which a family came, groups from the first session a child was at."""
    asked = None if pupils is None else list(pupils)
    return [*_meetings(asked), *_slots(asked), *_groups(asked)]


def _of(rows: Any, asked: list[int] | None, pupil: str) -> Any:
    return rows if asked is None else rows.filter(**{f"{pupil}__among": among(asked)})


def _meetings(asked: list[int] | None) -> list[Intervention]:
    rows = Work.pupils.through.objects.filter(work__service=ServiceCode.EARLY_INTERVENTION)
    rows = _of(rows.exclude(work__state=Work.State.DRAFT), asked, "pupil").order_by("pk")
    said = rows.values_list("work_id", "pupil_id", "work__school_id", "work__owner_id", "work__on")
    label = kinds.KINDS[ServiceCode.EARLY_INTERVENTION].label
    return [
        Intervention("purchased.work", str(pk), label, pupil, school, owner, on)
        for pk, pupil, school, owner, on in said
    ]


def _slots(asked: list[int] | None) -> list[Intervention]:
    rows = Slot.objects.filter(came__in=(Slot.Came.YES, Slot.Came.PARTLY), pupil__isnull=False)
    rows = _of(rows.exclude(work__state=Work.State.DRAFT), asked, "pupil").order_by("pk")
    said = rows.values_list("pk", "pupil_id", "work__school_id", "work__owner_id", "work__on")
    label = kinds.KINDS[ServiceCode.INTERVENTION_DAY].label
    return [
        Intervention("purchased.slot", str(pk), label, pupil, school, owner, on)
        for pk, pupil, school, owner, on in said
    ]


def _groups(asked: list[int] | None) -> list[Intervention]:
    rows = Presence.objects.filter(there=True).exclude(session__work__state=Work.State.DRAFT)
    rows = _of(rows, asked, "pupil").order_by("session__on", "pk")
    said = rows.values_list(
        "pk",
        "pupil_id",
        "session__work_id",
        "session__work__school_id",
        "session__work__owner_id",
        "session__on",
    )
    first: dict[tuple[int, int], Intervention] = {}
    label = kinds.KINDS[ServiceCode.GROUP_WORK].label
    for pk, pupil, work, school, owner, on in said:
        first.setdefault(
            (pupil, work), Intervention("purchased.presence", str(pk), label, pupil, school, owner, on)
        )
    return list(first.values())
