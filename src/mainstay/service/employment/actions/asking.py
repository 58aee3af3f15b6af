"""A school is asked for its view on an application, and answers."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.employment import checks
from mainstay.service.employment.actions.locking import locked, tell
from mainstay.service.employment.kinds import KINDS
from mainstay.service.employment.models import SchoolView
from mainstay.service.record.models import Audience


@transaction.atomic
def ask(*, kind: str, pk: int, by: Any, at: datetime) -> SchoolView:
    """Ask the child's school; it has the council's days to answer. Raises StepRefused without a school, or twice."""
    one = locked(KINDS[kind].model, pk, by, at)
    KINDS[kind].steps.check("ask", one, by)
    school = one.pupil.school if one.pupil else None
    if school is None:
        raise StepRefused("The child is on no roll here: there is no school to ask.")
    if one.views.waiting().filter(school=school).exists():
        raise StepRefused(f"{school.name} is asked already.")
    days = checks.said(one)["answer_days"]
    view = SchoolView.objects.create(
        **{kind: one},
        school=school,
        asked_at=at,
        asked_by=by,
        answer_by=timezone.localdate(at) + timedelta(days=days),
    )
    tell(one, f"{school.name} asked about {one.number}", "", by=by, at=at, audience=Audience.SCHOOL)
    trail.record(by=by, at=at, action="employment.school_asked", on=view)
    return view


@transaction.atomic
def answer(*, view_id: int, answer: str, text: str, leave: bool | None, by: Any, at: datetime) -> SchoolView:
    """What the school says; an answer already given is not changed. Raises StepRefused."""
    view = SchoolView.objects.select_for_update(of=("self",)).filter(pk=view_id).first()
    if view is None or not (by.may("view_on_employment") or by.may("work_employment")):
        raise StepRefused("Your role cannot answer this.")
    if not SchoolView.objects.visible_to(by).filter(pk=view_id).exists():
        raise StepRefused("You cannot see this.")
    if view.answered_at or view.dropped:
        raise StepRefused("This question is over: it was answered, or the application is decided.")
    if answer not in SchoolView.Answer.values:
        raise StepRefused("Choose an answer.")
    if answer != SchoolView.Answer.CONTENT and not text.strip():
        raise StepRefused("Say what the concern is.")
    if view.licence is not None and view.licence.absence and leave is None:
        raise StepRefused("Say whether the child may miss school for it.")
    view.answer, view.text, view.leave = answer, text.strip(), leave
    view.answered_at, view.answered_by = at, by
    view.save()
    one = view.about
    title = f"{view.school.name} on {one.number}: {view.get_answer_display().lower()}"
    tell(one, title, view.text, by=by, at=at, audience=Audience.SCHOOL)
    trail.record(by=by, at=at, action="employment.school_answered", on=view, answer=answer)
    return view
