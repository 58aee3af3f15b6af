"""An intervention day: slots in the morning and afternoon, a family in each, and what came of it."""

from datetime import datetime, time, timedelta
from typing import Any, Final

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.purchased.actions.writing import child_of, of_part
from mainstay.service.purchased.models import Slot, Work

MOST: Final = 40


@transaction.atomic
def lay_out(*, work_id: int, first: time, last: time, minutes: int, by: Any, at: datetime) -> list[Slot]:
    """Add slots from ``first`` on that end by ``last``; those already there, with their families, stay."""
    work = of_part(work_id, "slots", by)
    begins, end = _on(work, first), _on(work, last)
    if minutes < 5 or begins + timedelta(minutes=minutes) > end:
        raise StepRefused("The last slot has to end after the first one begins.")
    there = [
        (_on(work, slot.at), _on(work, slot.at) + timedelta(minutes=slot.minutes))
        for slot in work.slots.all()
    ]
    made = []
    while begins + timedelta(minutes=minutes) <= end:
        ends = begins + timedelta(minutes=minutes)
        if not any(start < ends and begins < stop for start, stop in there):
            made.append(Slot(work=work, at=begins.time(), minutes=minutes))
        begins = ends
    if not made:
        raise StepRefused("There are slots at all these times already.")
    if len(made) + len(there) > MOST:
        raise StepRefused(f"A day has at most {MOST} slots.")
    Slot.objects.bulk_create(made)
    trail.record(by=by, at=at, action="purchased.slots_laid_out", on=work, slots=len(made))
    return made


def _on(work: Work, at: time) -> datetime:
    return datetime.combine(work.on, at)


@transaction.atomic
def fill(*, work_id: int, slot_id: int, pupil_id: int | None, family: str, by: Any, at: datetime) -> Slot:
    """Give a slot to a family, or free it (pupil None). The school does so, too, once the day is shared with it."""
    slot = _slot(work_id, slot_id, by, "take_part_purchased" if by.is_school_user else "work_purchased")
    if slot.came:
        raise StepRefused("What came of this slot is written down: it is not given away any more.")
    slot.pupil = child_of(slot.work, pupil_id, by) if pupil_id else None
    slot.family = family.strip()[:200] if pupil_id else ""
    slot.save(update_fields=["pupil", "family"])
    trail.record(by=by, at=at, action="purchased.slot_given", on=slot.work, slot=slot.pk, pupil=pupil_id)
    return slot


@transaction.atomic
def result(*, work_id: int, slot_id: int, came: str, words: str, by: Any, at: datetime) -> Slot:
    """What came of one slot. Raises StepRefused for a free one, and where somebody came without words."""
    slot = _slot(work_id, slot_id, by, "work_purchased")
    if slot.pupil_id is None:
        raise StepRefused("Nobody has this slot.")
    if came not in Slot.Came.values:
        raise StepRefused("Say whether the family came.")
    if came != Slot.Came.NO and not words.strip():
        raise StepRefused("Write down what was agreed with the family.")
    slot.came, slot.result = came, words.strip()
    slot.save(update_fields=["came", "result"])
    trail.record(by=by, at=at, action="purchased.slot_result", on=slot.work, slot=slot.pk, came=came)
    return slot


@transaction.atomic
def remove(*, work_id: int, slot_id: int, by: Any, at: datetime) -> None:
    """Take a free slot away."""
    slot = _slot(work_id, slot_id, by, "work_purchased")
    if slot.pupil_id is not None:
        raise StepRefused("A family has this slot: free it first.")
    trail.record(by=by, at=at, action="purchased.slot_removed", on=slot.work, slot=slot.pk)
    slot.delete()


def _slot(work_id: int, slot_id: int, by: Any, permission: str) -> Slot:
    work = of_part(work_id, "slots", by, permission)
    slot = work.slots.filter(pk=slot_id).first()
    if slot is None:
        raise StepRefused("There is no such slot.")
    slot.work = work
    return slot
