"""Meetings and duty days of somebody away: a colleague is asked, accepts or declines; taken back; or moved."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mainstay.service.attendance.targeting.actions import planning
from mainstay.service.attendance.targeting.models import TargetingMeeting
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import and_list, long_date, plural
from mainstay.service.record import meetings
from mainstay.service.record.models import Meeting
from mainstay.service.team import telling
from mainstay.service.team.actions.away import asked_no_longer, locked, may_arrange
from mainstay.service.team.actions.duty import passed_on
from mainstay.service.team.models import Absence, Cover, DutyDay
from mainstay.service.team.providers import cannot_move, handed_over
from mainstay.service.team.queries import free
from mainstay.service.team.steps import COVER
from mainstay.service.team.times import instant

State = Cover.State
#: stands in calendars: who is away is said, why is not
BECAUSE = "Cover while a colleague is away"


@transaction.atomic
def ask(
    *, absence_id: int, meeting_ids: Iterable[int], colleague: Any, by: Any, at: datetime, days: Iterable[date] = ()
) -> list[Cover]:  # fmt: skip
    """Ask one colleague to take some of the meetings and duty days; all stays as it is until the colleague accepts.

    Raises StepRefused, and asks for none, where one of them is not the absent officer's in this time, somebody is
    asked already, or the colleague may not see it or is away then.
    """
    absence = locked(absence_id, by)
    wanted, wanted_days = set(meeting_ids), set(days)
    chosen = list(free.to_cover(absence).select_for_update(of=("self",)).filter(pk__in=wanted))
    duty = list(
        free.days_to_cover(absence, timezone.localdate(at)).select_for_update().filter(on__in=wanted_days)
    )
    if not (wanted or wanted_days) or len(chosen) != len(wanted) or len(duty) != len(wanted_days):
        raise StepRefused("Tick meetings and days of this list that are still to be covered.")
    if not colleague.may("hold_meetings") or colleague.pk == absence.officer_id:
        raise StepRefused("Choose a colleague who can hold meetings.")
    for said in [*free.preview(chosen, colleague), *free.preview_days(wanted_days, colleague)]:
        if said.problem:
            which = telling.when(said.meeting) if said.meeting else f"Duty on {long_date(said.on)}"
            raise StepRefused(f"{which}: {said.problem}")
    asked = Q(meeting__in=chosen) | Q(duty_on__in=wanted_days)
    if Cover.objects.filter(asked, state=State.ASKED).exists():
        raise StepRefused("A colleague is asked about one of these already: take that back first.")
    given: dict[str, Any] = {"absence": absence, "colleague": colleague, "asked_by": by, "asked_at": at}
    covers = [
        *(Cover.objects.create(meeting=meeting, was_at=meeting.starts, **given) for meeting in chosen),
        *(Cover.objects.create(duty_on=day.on, was_at=instant(day.on), **given) for day in duty),
    ]
    for cover in covers:
        trail.record(by=by, at=at, action="cover.asked", on=cover, colleague=colleague.pk)
    lines = "\n".join(f"- {what(cover)}" for cover in covers)
    counted = ((len(chosen), "meeting"), (len(duty), "duty day"))
    words = and_list([plural(number, noun) for number, noun in counted if number])
    body = f"{by.name} asks you to take {words} for {absence.officer.name}:\n{lines}\n\nSign in to accept or decline."
    telling.colleague(colleague, subject=f"Cover asked: {words}", body=body, at=at, about=absence)
    return covers


def what(cover: Cover) -> str:
    """What is to be covered, in words fit for an e-mail."""
    return telling.when(cover.meeting) if cover.meeting else f"Duty officer on {long_date(cover.duty_on)}"


@transaction.atomic
def accept(*, cover_id: int, by: Any, at: datetime) -> Cover:
    """The colleague takes the meeting over: calendars follow, the school is told; or has the duty day.

    Whoever asked is told. A duty day concerns no one school: all of them read who is on duty under "Who to ask".
    """
    cover = _asked_of(cover_id, by)
    cover.state, cover.answered_at = COVER.check("accept", cover, by), at
    cover.save(update_fields=["state", "answered_at"])
    told = _take_day(cover, by, at) if cover.meeting is None else _take_meeting(cover, cover.meeting, by, at)
    if cover.asked_by_id != by.pk:
        body = f"{by.name} takes for {cover.absence.officer.name}: {what(cover)}."
        telling.colleague(cover.asked_by, subject="Cover accepted", body=body, at=at, about=cover.absence)
    trail.record(by=by, at=at, action="cover.accepted", on=cover, told=told)
    return cover


def _take_meeting(cover: Cover, held: Meeting, by: Any, at: datetime) -> int:
    """How many addresses of the school were told."""
    (said,) = free.preview([held], by)
    if said.problem:
        raise StepRefused(said.problem)
    if held.starts <= at:
        raise StepRefused("This meeting has begun already.")
    meeting = _handed_over(held, by, BECAUSE, by, at)
    words = f"{telling.when(meeting)} is held by {by.name} instead of {cover.absence.officer.name}."
    return telling.school_of(meeting, subject="Another officer comes", what=words, at=at)


def _take_day(cover: Cover, by: Any, at: datetime) -> int:
    assert cover.duty_on is not None
    (said,) = free.preview_days([cover.duty_on], by)
    if said.problem:
        raise StepRefused(said.problem)
    _give_day(cover, cover.absence.officer_id, by, by, at)
    return 0


def _give_day(cover: Cover, of: int | None, to: Any, by: Any, at: datetime) -> None:
    """The duty day passes from one to the other, unless the rota has changed meanwhile or the day is over."""
    if cover.duty_on is None or cover.duty_on < timezone.localdate(at):
        raise StepRefused("This day is over.")
    passed_on([cover.duty_on], by, at)
    day = DutyDay.objects.select_for_update().filter(on=cover.duty_on, officer=of).first()
    if day is None:
        raise StepRefused("This duty day has passed to somebody else meanwhile: the rota has changed.")
    day.officer, day.set_by, day.set_at = to, by, at
    day.save(update_fields=["officer", "set_by", "set_at"])


@transaction.atomic
def decline(*, cover_id: int, because: str, by: Any, at: datetime) -> Cover:
    """The colleague cannot; whoever asked is told and asks another, or moves the meeting."""
    cover = _asked_of(cover_id, by)
    cover.state, cover.answered_at = COVER.check("decline", cover, by), at
    cover.because = because.strip()[:300]
    cover.save(update_fields=["state", "answered_at", "because"])
    body = f"{by.name} cannot take this: {what(cover)}. Sign in to ask somebody else, or to move it."
    telling.colleague(cover.asked_by, subject="Cover declined", body=body, at=at, about=cover.absence)
    trail.record(by=by, at=at, action="cover.declined", on=cover)
    return cover


@transaction.atomic
def undo(*, cover_id: int, by: Any, at: datetime) -> Cover:
    """Take it back: a colleague is no longer asked, or gives the meeting back to the one it was of."""
    cover = _locked(cover_id)
    if not may_arrange(by, cover.absence.officer_id):
        raise StepRefused("Only the officer who is away, or a manager, can take this back.")
    was = cover.state
    cover.state, cover.answered_at = COVER.check("undo", cover, by), at
    if was == State.ACCEPTED and cover.meeting is None:
        _give_day(cover, cover.colleague_id, cover.absence.officer, by, at)
    elif was == State.ACCEPTED and cover.meeting is not None:
        _give_back(cover, cover.meeting, by, at)
    cover.save(update_fields=["state", "answered_at"])
    asked_no_longer([cover], by, at)
    trail.record(by=by, at=at, action="cover.undone", on=cover, was=was)
    return cover


def _give_back(cover: Cover, held: Meeting, by: Any, at: datetime) -> None:
    if held.starts < at:
        raise StepRefused("This meeting has begun already.")
    if held.organiser_id != cover.colleague_id:
        raise StepRefused("This meeting has passed to somebody else since.")
    officer = cover.absence.officer
    meeting = _handed_over(held, officer, "Cover taken back", by, at)
    words = f"{telling.when(meeting)} is held by {officer.name} after all."
    telling.school_of(meeting, subject="The officer comes as planned", what=words, at=at)


@transaction.atomic
def rearrange(
    *, absence_id: int, meeting_id: int, starts: datetime, ends: datetime, where: str, because: str, by: Any, at: datetime
) -> Meeting:  # fmt: skip
    """No cover is found: the meeting moves to another time, calendars and the school follow."""
    absence = locked(absence_id, by)
    if not by.may("arrange_cover"):
        raise StepRefused("Your role cannot move a colleague’s meetings.")
    before = free.to_cover(absence).filter(pk=meeting_id).first()
    if before is None:
        raise StepRefused("This meeting is not one of those to be covered.")
    if refusal := next(filter(None, cannot_move.ask(before)), None):
        raise StepRefused(refusal)
    if Absence.objects.meeting(starts, ends).filter(officer=absence.officer_id).exists():
        raise StepRefused(f"{absence.officer.name} is away then: choose another time.")
    asked = Cover.objects.select_for_update().filter(meeting=meeting_id, state=State.ASKED).first()
    cover = asked or Cover(absence=absence, meeting=before, was_at=before.starts, asked_by=by, asked_at=at)
    cover.state = COVER.check("rearrange", cover, by)
    was, colleague = telling.when(before), cover.colleague
    meeting = _moved(before, by, at, starts=starts, ends=ends, where=where, because=because)
    cover.answered_at = at
    cover.save()
    words = f"{was} cannot take place then. It is now {telling.when(meeting)}."
    told = telling.school_of(meeting, subject="A meeting has moved", what=words, at=at)
    if colleague is not None:
        body = f"{was} has moved: you are no longer asked to hold it."
        telling.colleague(colleague, subject="No longer asked", body=body, at=at, about=absence)
    trail.record(by=by, at=at, action="cover.rearranged", on=cover, told=told)
    return meeting


def _handed_over(meeting: Meeting, to: Any, because: str, by: Any, at: datetime) -> Meeting:
    """Calendars follow, and the room whose meeting it is."""
    handed_over.send(meeting=meeting, to=to, by=by, at=at)
    return meetings.hand_over(meeting_id=meeting.pk, to=to, because=because, by=by, at=at)


def _moved(meeting: Meeting, by: Any, at: datetime, **when: Any) -> Meeting:
    """A targeting meeting counts for the term of its new day."""
    targeting = TargetingMeeting.objects.filter(calendar=meeting).first()
    if targeting is None:
        return meetings.move(meeting_id=meeting.pk, **when, by=by, at=at)
    planning.move(meeting_id=targeting.pk, **when, by=by, at=at)
    return Meeting.objects.get(pk=meeting.pk)


def _asked_of(cover_id: int, by: Any) -> Cover:
    cover = _locked(cover_id)
    if cover.colleague_id != by.pk:
        raise StepRefused("Somebody else was asked: only they can answer.")
    return cover


def _locked(cover_id: int) -> Cover:
    found = Cover.objects.select_for_update(of=("self",)).select_related(
        "meeting", "absence__officer", "asked_by", "colleague"
    )
    cover = found.filter(pk=cover_id).first()
    if cover is None:
        raise StepRefused("There is no such request for cover.")
    return cover
