"""The duty desk writes down a question and what was said, and answers later where it could not at once."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil, School
from mainstay.service.record import access, deadlines
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience
from mainstay.service.team import telling
from mainstay.service.team.models import Call

RULE: Final = "duty-follow-up"


@transaction.atomic
def take(
    *,
    who: str,
    question: str,
    theme: str,
    by: Any,
    at: datetime,
    asker: str = Call.Asker.SCHOOL,
    way: str = Call.Way.PHONE,
    school: School | None = None,
    pupil: Pupil | None = None,
    advice: str = "",
    asked_at: datetime | None = None,
    follow_up_by: Any | None = None,
    follow_up_on: date | None = None,
) -> Call:
    """Write a call down. One with advice is answered; a follow-up is a deadline of whoever takes it on.

    About a child it stands in the chronology, for the service. Raises StepRefused where the child is out of view
    or the record is restricted and not open, and for half a follow-up.
    """
    if not by.may("take_calls"):
        raise StepRefused("Your role does not take calls.")
    if pupil is not None and not access.may_open(by, pupil):
        raise StepRefused("This child’s record is restricted: open it with a reason first.")
    if (follow_up_by is None) != (follow_up_on is None):
        raise StepRefused("A follow-up needs both: who does it, and by when.")
    if asked_at is not None and asked_at > at:
        raise StepRefused("The question cannot have come in the future.")
    call = Call.objects.create(
        asked_at=asked_at or at, answered_at=at if advice.strip() else None, taken_by=by, way=way, asker=asker,
        who=who.strip()[:160], school=school or (pupil.school if pupil else None), pupil=pupil, theme=theme,
        question=question.strip(), advice=advice.strip(),
    )  # fmt: skip
    if pupil is not None:
        _tell(call, by, at)
    if follow_up_by is not None and follow_up_on is not None:
        _follow_up(call, follow_up_by, follow_up_on, by, at)
    trail.record(by=by, at=at, action="call.taken", on=call, theme=theme)
    return call


@transaction.atomic
def answer(*, call_id: int, advice: str, by: Any, at: datetime) -> Call:
    """Write down what was said to a question that waited."""
    call = Call.objects.select_for_update(of=("self",)).select_related("pupil").filter(pk=call_id).first()
    if call is None or not Call.objects.visible_to(by).filter(pk=call_id).exists():
        raise StepRefused("You cannot see this call.")
    if not by.may("take_calls"):
        raise StepRefused("Your role does not take calls.")
    if call.pupil is not None and not access.may_open(by, call.pupil):
        raise StepRefused("This child’s record is restricted: open it with a reason first.")
    if call.answered_at is not None:
        raise StepRefused("This question is answered already.")
    if not advice.strip():
        raise StepRefused("Write down what was said.")
    call.advice, call.answered_at = advice.strip(), at
    call.save(update_fields=["advice", "answered_at"])
    if call.pupil_id is not None:
        _tell(call, by, at)
    trail.record(by=by, at=at, action="call.answered", on=call)
    return call


def _tell(call: Call, by: Any, at: datetime) -> None:
    text = "\n\n".join(filter(None, (f"Asked: {call.question}", call.advice and f"Advice: {call.advice}")))
    add_entry(
        pupil=call.pupil_id or 0, by=by, at=at, kind="call", title=f"Duty desk: {call.theme}"[:200], text=text,
        audience=Audience.SERVICE, about=call, happened_at=call.asked_at,
    )  # fmt: skip


def _follow_up(call: Call, owner: Any, on: date, by: Any, at: datetime) -> None:
    today = timezone.localdate(at)
    if on < today:
        raise StepRefused("The follow-up cannot lie in the past.")
    deadlines.start(
        pupil=call.pupil_id, about=call, rule=RULE, label=f"Follow up a call to the duty desk (call {call.pk})",
        trigger_on=today, last_day=on, owner=owner, by=by, at=at,
    )  # fmt: skip
    if owner.pk != by.pk:
        body = f"{by.name} passes a call to the duty desk on to you (call {call.pk}). Sign in to see it."
        telling.colleague(owner, subject="A call to follow up", body=body, at=at, about=call)
