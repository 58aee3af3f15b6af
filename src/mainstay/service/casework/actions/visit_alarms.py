"""Officers out alone who are overdue: the managers are told within a minute, and say what they found out."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.queries import holding
from mainstay.service.casework.actions.visits import locked
from mainstay.service.casework.models import Visit
from mainstay.service.common.audit import trail
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import clock


def look(now: datetime) -> None:
    """Every minute: whoever should have been heard from by now; each alarm is raised once."""
    overdue = Visit.objects.not_heard_from(now).filter(alarmed_at=None)
    for pk in list(overdue.order_by("pk").values_list("pk", flat=True)):
        _raise_alarm(pk, now)


@transaction.atomic
def _raise_alarm(pk: int, now: datetime) -> None:
    found = Visit.objects.select_for_update(of=("self",)).not_heard_from(now).filter(pk=pk, alarmed_at=None)
    visit = found.select_related("meeting__organiser").first()
    if visit is None:
        return
    visit.alarmed_at = now
    visit.save(update_fields=["alarmed_at"])
    officer = visit.meeting.organiser
    for manager in holding("see_team", timezone.localdate(now)):
        post.queue(
            to=manager.email,
            subject="An officer has not been heard from",
            body=_words(visit),
            at=now,
            about=visit,
        )
    trail.record(by=None, at=now, action="visit.alarm_raised", on=visit, officer=officer.pk)


def _words(visit: Visit) -> str:
    officer = visit.meeting.organiser
    due = visit.safe_until or visit.meeting.ends
    call = f"Call them now: {officer.phone}." if officer.phone else "Call them now."
    where = reverse("visit", args=[visit.pk])
    place = (
        f"{settings.CONFIG.address}{where}"
        if settings.CONFIG.address
        else "Your first page says where they are."
    )
    return (
        f"{officer.name} is on visit {visit.pk} and should have been heard from by {clock(timezone.localtime(due))}. {call}\n\n{place}\n\n"
        "When you know how they are, write it on the page of the visit."
    )


@transaction.atomic
def answer(*, visit_id: int, words: str, by: Any, at: datetime) -> Visit:
    """A manager says what they found out about an officer who was looked for. Raises StepRefused without words."""
    if not by.may("see_team"):
        raise StepRefused("A manager or senior officer answers this.")
    if not words.strip():
        raise StepRefused("Say how the officer is, and how you know.")
    visit = locked(visit_id, by)
    if visit.alarmed_at is None:
        raise StepRefused("Nobody is looked for on this visit.")
    if visit.answered_at is not None:
        raise StepRefused("This was answered already.")
    visit.answered_by, visit.answered_at, visit.answer = by, at, words.strip()[:300]
    visit.save(update_fields=["answered_by", "answered_at", "answer"])
    trail.record(by=by, at=at, action="visit.alarm_answered", on=visit)
    return visit
