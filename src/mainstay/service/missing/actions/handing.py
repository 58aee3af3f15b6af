"""Handing a child to an education welfare officer, as the service's agreement has it: offered, accepted or returned."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.law import clock
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.missing import clocks, values
from mainstay.service.missing.actions.enquiring import waiting
from mainstay.service.missing.actions.locking import locked, needs_state, tell
from mainstay.service.missing.models import HandOver
from mainstay.service.missing.steps import SEARCH
from mainstay.service.record import access, providers
from mainstay.service.record.deadlines import start, stop

State = HandOver.State


@transaction.atomic
def hand_over(*, child_id: int, to: Any | None, asked: str, by: Any, at: datetime) -> HandOver:
    """Ask an officer to take the child on; to: None asks whoever allocates."""
    one = locked(child_id, by, at)
    needs_state(one, *SEARCH)
    if not asked.strip():
        raise StepRefused("Say what the officer is asked to do.")
    if waiting(one) is not None:
        raise StepRefused("It was handed over already: wait for the answer.")
    if to is not None and not to.may("take_over_missing"):
        raise StepRefused("This person does not take children over: choose somebody else.")
    row: HandOver = one.handovers.create(to=to, asked=asked.strip(), at=at, by=by)
    today = timezone.localdate(at)
    last_day = clock.working_day_after(today, values.in_force(today)["answer_days"])
    start(
        pupil=one.pupil_id, about=row, rule=clocks.HAND_OVER, label=f"{one.number}: answer the hand-over",
        trigger_on=today, last_day=last_day, owner=to, by=by, at=at,
    )  # fmt: skip
    tell(one, f"handed to {to.name if to else 'the officers'}", row.asked, by=by, at=at)
    trail.record(by=by, at=at, action="missing.handed_over", on=row, to=to and to.pk)
    return row


@transaction.atomic
def accept(*, handover_id: int, answer: str, by: Any, at: datetime) -> HandOver:
    """The officer takes the child on: a case is opened, unless there is one or the child is on no record.

    The search stays with the CME officer; both write in its shared log.
    """
    row = _waiting(handover_id, by, at)
    one = row.child
    school = (one.pupil.school if one.pupil else None) or one.school or one.last_school
    if one.pupil is not None and school is not None and by.may("work_case"):
        if not access.may_open(by, one.pupil):
            raise StepRefused("This record is restricted: open it with a reason first.")
        row.opened = _case(one, school, by, at)
    return _answered(row, State.ACCEPTED, answer.strip() or "Accepted.", by, at)


def _case(one: Any, school: Any, by: Any, at: datetime) -> str:
    """The number of the new case; "" where one is open already, and work goes on there."""
    because = f"Handed over by the officer for children missing education, {one.number}."
    try:
        with transaction.atomic():
            opened = providers.open_case.ask(one.pupil, school, because, by, by, at)
    except StepRefused:
        return ""
    return str(opened[0][0]) if opened else ""


@transaction.atomic
def send_back(*, handover_id: int, answer: str, by: Any, at: datetime) -> HandOver:
    """The officer returns the child, and says why."""
    row = _waiting(handover_id, by, at)
    if not answer.strip():
        raise StepRefused("Say why it goes back.")
    return _answered(row, State.RETURNED, answer.strip(), by, at)


def _waiting(handover_id: int, by: Any, at: datetime) -> HandOver:
    found = HandOver.objects.filter(pk=handover_id).values_list("child_id", flat=True).first()
    if found is None:
        raise StepRefused("You cannot see this hand-over.")
    one = locked(found, by, at, "take_over_missing")
    row = HandOver.objects.select_for_update(of=("self",)).select_related("by", "to").get(pk=handover_id)
    row.child = one
    if row.state != State.OFFERED:
        raise StepRefused("This was answered already.")
    if row.to_id not in (None, by.pk) and not by.may("allocate"):
        raise StepRefused("This was handed to somebody else.")
    return row


def _answered(row: HandOver, state: str, answer: str, by: Any, at: datetime) -> HandOver:
    row.state, row.answer, row.answered_at, row.answered_by = state, answer, at, by
    row.to = row.to or by
    row.save()
    stop(about=row, by=by, at=at)
    title = f"hand-over {row.get_state_display().lower()}" + (f", case {row.opened}" if row.opened else "")
    tell(row.child, title, answer, by=by, at=at)
    trail.record(by=by, at=at, action=f"missing.handover_{state}", on=row, case=row.opened)
    return row
