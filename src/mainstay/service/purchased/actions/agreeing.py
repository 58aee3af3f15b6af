"""What was agreed: who does what until when; each side says what it has done."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.purchased.actions.writing import locked, of_part, today
from mainstay.service.purchased.models import Agreed, Spent


@transaction.atomic
def agree(*, work_id: int, text: str, owner: str, who: str, due_on: date, by: Any, at: datetime) -> Agreed:
    work = of_part(work_id, "agreed", by)
    if not text.strip() or owner not in Agreed.Owner.values:
        raise StepRefused("Say what is to be done, and who does it.")
    made = Agreed.objects.create(
        work=work, text=text.strip()[:300], owner=owner, who=who.strip()[:120], due_on=due_on
    )
    trail.record(by=by, at=at, action="purchased.agreed", on=work, line=made.pk, owner=owner, due_on=due_on)
    return made


@transaction.atomic
def tick(*, work_id: int, line_id: int, words: str, by: Any, at: datetime) -> Agreed:
    """Say that it is done. A school speaks for what is its own; the service for every side, also once it is finished."""
    permission = "take_part_purchased" if by.is_school_user else "work_purchased"
    work = locked(work_id, by, permission)
    line = Agreed.objects.filter(work=work, pk=line_id).first()
    if line is None:
        raise StepRefused("There is no such action.")
    if by.is_school_user and line.owner != Agreed.Owner.SCHOOL:
        raise StepRefused("The school says what the school has done.")
    if line.done_on is not None:
        raise StepRefused("This is done already.")
    line.done_on, line.done_by, line.done_words = today(at), by, words.strip()[:300]
    line.save(update_fields=["done_on", "done_by", "done_words"])
    trail.record(by=by, at=at, action="purchased.action_done", on=work, line=line.pk)
    return line


@transaction.atomic
def spend(*, work_id: int, on: date, minutes: int, what: str, by: Any, at: datetime) -> Spent:
    """Keep time spent on it; ``Work.minutes`` is the sum."""
    work = of_part(work_id, "spent", by)
    if on > today(at):
        raise StepRefused("The day cannot be in the future.")
    if minutes < 1 or not what.strip():
        raise StepRefused("Say how many minutes, and on what.")
    made = Spent.objects.create(work=work, on=on, minutes=minutes, what=what.strip()[:300], by=by)
    work.minutes = sum(work.spent.values_list("minutes", flat=True))
    work.save(update_fields=["minutes"])
    trail.record(by=by, at=at, action="purchased.time_spent", on=work, minutes=minutes)
    return made
