"""Group work: its sessions, and who was there."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.purchased.actions.writing import of_part, today
from mainstay.service.purchased.models import Presence, Session


@transaction.atomic
def plan_session(*, work_id: int, on: date, topic: str, by: Any, at: datetime) -> Session:
    work = of_part(work_id, "sessions", by)
    if not topic.strip():
        raise StepRefused("Say what the session is about.")
    made = Session.objects.create(work=work, on=on, topic=topic.strip()[:200])
    trail.record(by=by, at=at, action="purchased.session_planned", on=work, session=made.pk, day=on)
    return made


@transaction.atomic
def hold_session(
    *, work_id: int, session_id: int, there: Collection[int], note: str, by: Any, at: datetime
) -> Session:
    """Who of the group was at a session. Raises StepRefused before its day, for an empty group or somebody outside it."""
    work = of_part(work_id, "sessions", by)
    session = work.sessions.filter(pk=session_id).first()
    if session is None:
        raise StepRefused("There is no such session.")
    if session.on > today(at):
        raise StepRefused("This session has not taken place yet.")
    group = set(work.pupils.order_by().values_list("pk", flat=True))
    if not group:
        raise StepRefused("Choose the children of the group first.")
    if not set(there) <= group:
        raise StepRefused("Somebody ticked is not in the group.")
    session.presences.all().delete()
    Presence.objects.bulk_create(
        Presence(session=session, pupil_id=pk, there=pk in there) for pk in sorted(group)
    )
    session.taken, session.note = True, note.strip()
    session.save(update_fields=["taken", "note"])
    trail.record(by=by, at=at, action="purchased.session_held", on=work, session=session.pk, there=len(there))
    return session
