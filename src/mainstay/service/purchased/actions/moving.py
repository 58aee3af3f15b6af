"""Pupils who move on: what the next school should know reaches it once both schools agreed."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil, School
from mainstay.service.purchased.actions.writing import child_of, of_part, today
from mainstay.service.purchased.models import Moving, Work
from mainstay.service.record import access
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience


@transaction.atomic
def put(
    *, work_id: int, pupil_id: int, to_school: School, starts_on: date | None, phased: str, note: str, by: Any, at: datetime
) -> Moving:  # fmt: skip
    """Say where a child moves to, how, and what the next school should know. A change takes both agreements back."""
    work = of_part(work_id, "moving", by, "take_part_purchased" if by.is_school_user else "work_purchased")
    child = child_of(work, pupil_id, by)
    if to_school.pk == work.school_id:
        raise StepRefused("Choose the school the child moves to.")
    if child.restricted and not access.may_open(by, child):
        raise StepRefused("This record is restricted: open it with a reason first.")
    said = {
        "to_school": to_school,
        "starts_on": starts_on,
        "phased": phased.strip()[:300],
        "note": note.strip(),
    }
    none = {"left_agreed_by": None, "left_agreed_on": None, "next_agreed_by": None, "next_agreed_on": None}
    line = Moving.objects.filter(work=work, pupil=child).first()
    if line is not None and line.passed_on:
        raise StepRefused("Both schools agreed and the note was passed on: it stands.")
    line, _ = Moving.objects.update_or_create(work=work, pupil=child, defaults={**said, **none})
    trail.record(by=by, at=at, action="purchased.move_written", on=work, pupil=child.pk, to=to_school.pk)
    return line


@transaction.atomic
def agree_leaving(*, line_id: int, by: Any, at: datetime) -> Moving:
    """The school the child leaves agrees that the note is passed on."""
    line = Moving.objects.select_related("work", "pupil").filter(pk=line_id).first()
    if line is None or not by.is_school_user:
        raise StepRefused("The school the child leaves agrees to that.")
    of_part(line.work_id, "moving", by, "take_part_purchased")
    if not Pupil.objects.visible_to(by).filter(pk=line.pupil_id).exists():
        raise StepRefused("You cannot see this child.")
    if line.left_agreed_on is not None:
        raise StepRefused("Your school agreed already.")
    line.left_agreed_by, line.left_agreed_on = by, today(at)
    line.save(update_fields=["left_agreed_by", "left_agreed_on"])
    trail.record(by=by, at=at, action="purchased.move_agreed", on=line.work, line=line.pk, side="left")
    return line


@transaction.atomic
def agree_arriving(*, line_id: int, by: Any, at: datetime) -> Moving:
    """The next school agrees to receive the note: from now on it reads it."""
    found = Moving.objects.select_for_update(of=("self",)).select_related("work", "pupil", "to_school")
    line = found.filter(pk=line_id).first()
    if (
        line is None
        or not by.is_school_user
        or not by.may("take_part_purchased")
        or not Moving.objects.arriving_at(by).filter(pk=line_id).exists()
    ):
        raise StepRefused("The school the child moves to agrees to that.")
    if line.next_agreed_on is not None:
        raise StepRefused("Your school agreed already.")
    line.next_agreed_by, line.next_agreed_on = by, today(at)
    line.save(update_fields=["next_agreed_by", "next_agreed_on"])
    add_entry(
        pupil=line.pupil_id, by=by, at=at, kind="transition", title=f"Transition note passed on to {line.to_school.name}",
        text=line.note, audience=Audience.SCHOOL, about=line.work,
    )  # fmt: skip
    trail.record(by=by, at=at, action="purchased.move_agreed", on=line.work, line=line.pk, side="next")
    return line


def of_work(work: Work, user: Any) -> list[Moving]:
    """The lines this person may read: a school those of children in its view."""
    return list(
        work.moving.leaving(user).select_related("pupil", "to_school", "left_agreed_by", "next_agreed_by")
    )
