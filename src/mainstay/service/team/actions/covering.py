"""Meetings of somebody away: a colleague is asked, accepts or declines; taken back; or moved to another time."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from mainstay.service.attendance.targeting.actions import planning
from mainstay.service.attendance.targeting.models import TargetingMeeting
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import plural
from mainstay.service.record import meetings
from mainstay.service.record.models import Meeting
from mainstay.service.team import telling
from mainstay.service.team.actions.away import locked, may_arrange
from mainstay.service.team.models import Absence, Cover
from mainstay.service.team.providers import cannot_move, handed_over
from mainstay.service.team.queries import free
from mainstay.service.team.steps import COVER

State = Cover.State
#: stands in calendars: who is away is said, why is not
BECAUSE = "Cover while a colleague is away"


@transaction.atomic
def ask(*, absence_id: int, meeting_ids: Iterable[int], colleague: Any, by: Any, at: datetime) -> list[Cover]:
    """Ask one colleague to hold some of the meetings; they stay as they are until the colleague accepts.

    Raises StepRefused, and asks for none, where one of them is not the absent officer's in this time, somebody is
    asked already, or the colleague may not see it or is away or busy then.
    """
    absence = locked(absence_id, by)
    wanted = set(meeting_ids)
    chosen = list(free.to_cover(absence).select_for_update(of=("self",)).filter(pk__in=wanted))
    if not wanted or len(chosen) != len(wanted):
        raise StepRefused("Tick meetings of this list that are still to be covered.")
    if not colleague.may("hold_meetings") or colleague.pk == absence.officer_id:
        raise StepRefused("Choose a colleague who can hold meetings.")
    for said in free.preview(chosen, colleague):
        if said.problem:
            raise StepRefused(f"{telling.when(said.meeting)}: {said.problem}")
    if Cover.objects.filter(meeting__in=chosen, state=State.ASKED).exists():
        raise StepRefused("A colleague is asked about one of these already: take that back first.")
    covers = [
        Cover.objects.create(
            absence=absence,
            meeting=meeting,
            was_at=meeting.starts,
            colleague=colleague,
            asked_by=by,
            asked_at=at,
        )
        for meeting in chosen
    ]
    for cover in covers:
        trail.record(by=by, at=at, action="cover.asked", on=cover, colleague=colleague.pk)
    lines = "\n".join(f"- {telling.when(meeting)}" for meeting in chosen)
    words = plural(len(chosen), "meeting")
    body = f"{by.name} asks you to hold {words} for {absence.officer.name}:\n{lines}\n\nSign in to accept or decline."
    telling.colleague(colleague, subject=f"Cover asked: {words}", body=body, at=at, about=absence)
    return covers


@transaction.atomic
def accept(*, cover_id: int, by: Any, at: datetime) -> Cover:
    """The colleague takes the meeting over: calendars follow, the school is told."""
    cover = _asked_of(cover_id, by)
    cover.state, cover.answered_at = COVER.check("accept", cover, by), at
    (said,) = free.preview([cover.meeting], by)
    if said.problem:
        raise StepRefused(said.problem)
    if cover.meeting.starts <= at:
        raise StepRefused("This meeting has begun already.")
    meeting = _handed_over(cover.meeting, by, BECAUSE, by, at)
    cover.save(update_fields=["state", "answered_at"])
    what = f"{telling.when(meeting)} is held by {by.name} instead of {cover.absence.officer.name}."
    told = telling.school_of(meeting, subject="Another officer comes", what=what, at=at)
    trail.record(by=by, at=at, action="cover.accepted", on=cover, told=told)
    return cover


@transaction.atomic
def decline(*, cover_id: int, because: str, by: Any, at: datetime) -> Cover:
    """The colleague cannot; whoever asked is told and asks another, or moves the meeting."""
    cover = _asked_of(cover_id, by)
    cover.state, cover.answered_at = COVER.check("decline", cover, by), at
    cover.because = because.strip()[:300]
    cover.save(update_fields=["state", "answered_at", "because"])
    body = (
        f"{by.name} cannot hold {telling.when(cover.meeting)}. Sign in to ask somebody else, or to move it."
    )
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
    if was == State.ACCEPTED:
        _give_back(cover, by, at)
    cover.save(update_fields=["state", "answered_at"])
    trail.record(by=by, at=at, action="cover.undone", on=cover, was=was)
    return cover


def _give_back(cover: Cover, by: Any, at: datetime) -> None:
    if cover.meeting.starts < at:
        raise StepRefused("This meeting has begun already.")
    if cover.meeting.organiser_id != cover.colleague_id:
        raise StepRefused("This meeting has passed to somebody else since.")
    officer = cover.absence.officer
    meeting = _handed_over(cover.meeting, officer, "Cover taken back", by, at)
    what = f"{telling.when(meeting)} is held by {officer.name} after all."
    telling.school_of(meeting, subject="The officer comes as planned", what=what, at=at)


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
    if words := next(filter(None, cannot_move.ask(before)), None):
        raise StepRefused(words)
    if Absence.objects.meeting(starts, ends).filter(officer=absence.officer_id).exists():
        raise StepRefused(f"{absence.officer.name} is away then: choose another time.")
    asked = Cover.objects.select_for_update().filter(meeting=meeting_id, state=State.ASKED).first()
    cover = asked or Cover(absence=absence, meeting=before, was_at=before.starts, asked_by=by, asked_at=at)
    cover.state = COVER.check("rearrange", cover, by)
    was = telling.when(before)
    meeting = _moved(before, by, at, starts=starts, ends=ends, where=where, because=because)
    cover.answered_at = at
    cover.save()
    what = f"{was} cannot take place then. It is now {telling.when(meeting)}."
    told = telling.school_of(meeting, subject="A meeting has moved", what=what, at=at)
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
