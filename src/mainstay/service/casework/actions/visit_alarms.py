"""Officers out alone who are overdue: senior officers, then managers are told until one of them answers."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from mainstay.service.accounts.models import User
from mainstay.service.accounts.queries import holding
from mainstay.service.casework.actions.visits import locked
from mainstay.service.casework.models import Visit
from mainstay.service.casework.models.visits import VisitQuerySet
from mainstay.service.common.audit import trail
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import and_list, clock
from mainstay.service.team.models import Absence
from mainstay.service.team.values import in_force

#: our own choice: a visit nobody ever said they arrived at, and that was to end longer ago than this, is one to be
#: written up. It stands among the visits without an outcome; a message every few minutes would find nobody any more
LONG_OVER: Final = timedelta(days=1)


def look(now: datetime) -> None:
    """Every minute: whoever should have been heard from by now. The alarm goes out again until somebody answers it."""
    overdue = _unanswered(now).order_by("pk").values_list("pk", "last_alarm_at")
    if waiting := list(overdue):
        values = in_force(timezone.localdate(now))
        every = timedelta(minutes=values["alarm_every"])
        for pk in (pk for pk, last in waiting if last is None or last + every <= now):
            _raise_alarm(pk, now, every, values["alarm_times"])


def _unanswered(now: datetime) -> VisitQuerySet:
    """An answer to an alarm before the officer was last heard from answers nothing now."""
    unanswered = Visit.objects.not_heard_from(now).filter(Q(answered_at=None) | Q(alarmed_at=None))
    return unanswered.exclude(state=Visit.State.PLANNED, meeting__ends__lt=now - LONG_OVER)


@transaction.atomic
def _raise_alarm(pk: int, now: datetime, every: timedelta, times: int) -> None:
    """Once more, to everybody whose turn it is. The count and the messages are kept together or not at all."""
    found = Visit.objects.select_for_update(of=("self",)).select_related("meeting__organiser")
    visit = found.get(pk=pk)
    # asked again once the row is held: an answer given while we waited for it is seen by a new question only
    if not _unanswered(now).filter(pk=pk).exists():
        return
    if visit.last_alarm_at is not None and visit.last_alarm_at + every > now:
        return
    visit.alarms += 1
    visit.alarmed_at, visit.last_alarm_at = visit.alarmed_at or now, now
    visit.answered_by, visit.answered_at, visit.answer = None, None, ""
    visit.save(
        update_fields=["alarms", "alarmed_at", "last_alarm_at", "answered_by", "answered_at", "answer"]
    )
    told = _told(visit, now, managers_too=visit.alarms > times)
    for person in told:
        body = _words(visit, [one.name for one in told if one.pk != person.pk])
        post.queue(to=person.email, subject=_subject(visit), body=body, at=now, about=visit)
    said = {"officer": visit.meeting.organiser_id, "time": visit.alarms, "told": [one.pk for one in told]}
    trail.record(by=None, at=now, action="visit.alarm_raised", on=visit, **said)


def _told(visit: Visit, now: datetime, *, managers_too: bool) -> list[User]:
    """Senior officers first, then managers as well; never who is out there, nor who is away while others are not.

    Where no senior officer is there, the managers hear it at once.
    """
    today = timezone.localdate(now)
    there = set(visit.meeting.guests.exclude(user=None).values_list("user_id", flat=True))
    everybody = list(holding("see_team", today).exclude(pk__in={visit.meeting.organiser_id, *there}))
    away = set(Absence.objects.meeting(now, now + timedelta(minutes=1)).values_list("officer_id", flat=True))
    managers = set(holding("supervise", today).values_list("pk", flat=True))
    present = [one for one in everybody if one.pk not in away] or everybody
    seniors = [one for one in present if one.pk not in managers]
    return present if managers_too or not seniors else seniors


def _subject(visit: Visit) -> str:
    again = f" (message {visit.alarms}: nobody has answered)" if visit.alarms > 1 else ""
    return f"An officer has not been heard from{again}"


def _words(visit: Visit, others: list[str]) -> str:
    officer = visit.meeting.organiser
    due = visit.safe_until or visit.meeting.ends
    call = f"Call them now: {officer.phone}." if officer.phone else "Call them now."
    where = reverse("visit", args=[visit.pk])
    place = (
        f"{settings.CONFIG.address}{where}"
        if settings.CONFIG.address
        else "Your first page says where they are."
    )
    told = f"Also told: {and_list(others)}." if others else "Nobody else is told by this message."
    return (
        f"{officer.name} is on visit {visit.pk} and should have been heard from by {clock(timezone.localtime(due))}. {call}\n\n{place}\n\n"
        f"When you know how they are, write it on the page of the visit. Until somebody does, this message comes again. {told}"
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
