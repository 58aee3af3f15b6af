"""The letter that announces a visit goes to each parent by themselves."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.casework import papers_visits, sending
from mainstay.service.casework.actions.cases import tell
from mainstay.service.casework.actions.visits import locked
from mainstay.service.casework.models import Visit
from mainstay.service.casework.queries import appointments
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date, plural


@transaction.atomic
def announce(*, visit_id: int, parents: Collection[int], where: str, by: Any, at: datetime) -> Visit:
    """Post the letter to each of the parents. where: for a visit somewhere else, the place in words.

    Raises StepRefused for an unannounced visit, one that is over or too soon for the post, and whoever gets no letter.
    """
    visit, today = locked(visit_id, by), timezone.localdate(at)
    if not by.may("work_case"):
        raise StepRefused("Your role cannot write to families about a visit.")
    if not visit.announced:
        raise StepRefused("This visit is unannounced: nobody is written to before it.")
    if not appointments.announces(visit):
        raise StepRefused("This visit is no longer to come.")
    place = _place(visit, where)
    there = sending.received(today)
    if timezone.localdate(visit.meeting.starts) <= there:
        raise StepRefused(
            f"A letter posted today counts as received on {long_date(there)}: tell the family another way, or choose another day."
        )
    rows = {row.parent.pk: row for row in appointments.each(visit, today, by)}
    chosen = [rows[pk] for pk in dict.fromkeys(parents) if pk in rows]
    if not chosen or len(chosen) != len(set(parents)):
        raise StepRefused("Choose whom you write to: each is a parent of this child.")
    for row in chosen:
        if not row.open:
            said = row.why_not or "they have a letter with this day and time already."
            raise StepRefused(f"{row.parent.name} gets no letter: {said}")
    letters = [papers_visits.appointment_for(visit, row, place, on=today, by=by) for row in chosen]
    sending.send(letters, about=visit, pupil_id=visit.case.pupil_id, by=by, at=at)
    day = long_date(timezone.localdate(visit.meeting.starts))
    said = f"{plural(len(letters), 'letter')}, each parent's own."
    tell(visit.case, f"Visit on {day} announced by letter", said, by=by, at=at)
    trail.record(by=by, at=at, action="visit.announced", on=visit, parents=[row.parent.pk for row in chosen])
    return visit


def _place(visit: Visit, where: str) -> str:
    if visit.place == Visit.Place.HOME:
        return "At your home"
    if visit.place == Visit.Place.SCHOOL:
        return visit.case.school.name
    if not where.strip():
        raise StepRefused("Say where you meet, as the letter has it.")
    return where.strip()[:200]
