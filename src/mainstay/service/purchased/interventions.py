"""Purchased work about children, as interventions whose effect is measured; cases, visits and plans are casework's own."""

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Value

from mainstay.service.attendance.interventions import Intervention
from mainstay.service.common.among import among
from mainstay.service.purchased import kinds
from mainstay.service.purchased.models import Presence, Slot, Work
from mainstay.service.traded.models import Booking, ServiceCode

MEETING, SLOT, PRESENCE = "purchased.work", "purchased.slot", "purchased.presence"
_LABELS: Final = {
    MEETING: kinds.KINDS[ServiceCode.EARLY_INTERVENTION].label,
    SLOT: kinds.KINDS[ServiceCode.INTERVENTION_DAY].label,
    PRESENCE: kinds.KINDS[ServiceCode.GROUP_WORK].label,
}


def given(pupils: Iterable[int] | None) -> list[Intervention]:
    """Meetings from their day, slots to which a family came, groups from the first session a child was at; one query.

    Not of children whom the booking names: it tells of them itself.
    """
    asked = None if pupils is None else list(pupils)
    meetings = Work.pupils.through.objects.filter(work__service=ServiceCode.EARLY_INTERVENTION)
    slots = Slot.objects.filter(came__in=(Slot.Came.YES, Slot.Came.PARTLY), pupil__isnull=False)
    there = Presence.objects.filter(there=True)
    rows = _of(meetings, asked, MEETING, "work", "work_id", "work__on").union(
        _of(slots, asked, SLOT, "work", "pk", "work__on"),
        _of(there, asked, PRESENCE, "session__work", "pk", "session__on"),
        all=True,
    )
    found: dict[tuple[str, Any], Intervention] = {}
    for kind, key, work, pupil, school, owner, on in sorted(rows, key=lambda row: (row[0], row[6], row[1])):
        one = Intervention(kind, str(key), _LABELS[kind], pupil, school, owner, on)
        found.setdefault((kind, (work, pupil) if kind == PRESENCE else (key, pupil)), one)
    return list(found.values())


def _of(rows: Any, asked: list[int] | None, kind: str, work: str, key: str, on: str) -> Any:
    """Kind, key, work, child, school, officer and day of rows of work that was shared."""
    rows = rows.exclude(**{f"{work}__state": Work.State.DRAFT}).order_by()
    named = Booking.pupils.through.objects.filter(
        booking=OuterRef(f"{work}__booking"), pupil=OuterRef("pupil")
    )
    rows = rows.exclude(Exists(named))
    if asked is not None:
        rows = rows.filter(pupil__among=among(asked))
    said = {
        "kind_": Value(kind), "key_": F(key), "work_": F(f"{work}_id" if "__" not in work else f"{work}__id"),
        "school_": F(f"{work}__school_id"), "owner_": F(f"{work}__owner_id"), "on_": F(on),
    }  # fmt: skip
    return rows.annotate(**said).values_list("kind_", "key_", "work_", "pupil_id", "school_", "owner_", "on_")
