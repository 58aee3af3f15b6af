"""Meetings and visits: planned, moved, handed to a colleague, cancelled, held; calendars of those asked follow.

An invitation says what kind of meeting it is, when and where: never whom it is about.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import models, transaction

from mainstay.service.common.audit import trail
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Parent, Pupil, School
from mainstay.service.record.models import Guest, Meeting

State = Meeting.State


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody to ask: ``of`` a user or parent, or by name alone; without an e-mail no invitation goes out."""

    name: str
    email: str = ""
    user: Any | None = None
    parent: Parent | None = None

    @classmethod
    def of(cls, user: Any) -> "Asked":
        return cls(user.name, user.email, user=user)


@transaction.atomic
def plan(
    *,
    kind: str,
    title: str,
    starts: datetime,
    ends: datetime,
    where: str,
    organiser: Any,
    by: Any,
    at: datetime,
    about: models.Model | None = None,
    school: School | None = None,
    pupil: Pupil | None = None,
    asked: Iterable[Asked] = (),
) -> Meeting:
    """Plan a meeting and invite those asked who have an e-mail address, the organiser among them.

    One that is over already is written down without inviting anybody. Raises StepRefused for one that ends before it
    starts, or has no place.
    """
    _check(starts, ends, where)
    meeting = Meeting.objects.create(
        kind=kind, title=" ".join(title.split())[:160], starts=starts, ends=ends, where=where.strip()[:200],
        organiser=organiser, made_by=by, made_at=at, school=school, pupil=pupil,
        uid=f"{uuid4()}@mainstay",
        about_kind=about._meta.label_lower if about is not None else "", about_id=str(about.pk) if about is not None else "",
    )  # fmt: skip
    _add(meeting, (Asked.of(organiser), *asked))
    _tell(meeting, at)
    trail.record(by=by, at=at, action="meeting.planned", on=meeting, kind=kind, starts=starts)
    return meeting


@transaction.atomic
def ask(*, meeting_id: int, asked: Iterable[Asked], by: Any, at: datetime) -> list[Guest]:
    """Ask more people to a planned meeting, those asked already left out; the new guests, each invited.

    Raises StepRefused where there is nobody new.
    """
    meeting = locked(meeting_id, by)
    there = {(guest.email or guest.name).casefold() for guest in meeting.guests.all()}
    added = _add(meeting, [one for one in asked if (one.email or one.name).casefold() not in there])
    if not added:
        raise StepRefused("Choose or write somebody who is not asked yet.")
    for guest in added:
        _invite(meeting, guest, at, cancel=False)
    trail.record(by=by, at=at, action="meeting.asked", on=meeting, guests=[guest.pk for guest in added])
    return added


@transaction.atomic
def move(
    *, meeting_id: int, starts: datetime, ends: datetime, where: str, because: str, by: Any, at: datetime
) -> Meeting:
    """Another time or place, with the reason; everybody's calendar follows."""
    meeting = locked(meeting_id, by)
    _check(starts, ends, where)
    if starts < at:
        raise StepRefused("The meeting must lie in the future.")
    if not because.strip():
        raise StepRefused("Say why the meeting is moved.")
    before = meeting.starts
    meeting.starts, meeting.ends, meeting.where = starts, ends, where.strip()[:200]
    _changed(meeting, because, at)
    trail.record(by=by, at=at, action="meeting.moved", on=meeting, before=before, starts=starts)
    return meeting


@transaction.atomic
def hand_over(*, meeting_id: int, to: Any, because: str, by: Any, at: datetime) -> Meeting:
    """A colleague holds it instead; who held it before is taken out of the calendar entry."""
    meeting = locked(meeting_id, by)
    before = meeting.organiser
    if to.pk == before.pk:
        raise StepRefused(f"{to.name} holds this meeting already.")
    meeting.organiser = to
    for guest in meeting.guests.filter(user=before):
        _invite(meeting, guest, at, cancel=True)
        guest.delete()
    if not meeting.guests.filter(user=to).exists():
        meeting.guests.create(user=to, name=to.name, email=to.email)
    _changed(meeting, because, at)
    trail.record(by=by, at=at, action="meeting.handed_over", on=meeting, before=before.pk, to=to.pk)
    return meeting


@transaction.atomic
def cancel(*, meeting_id: int, because: str, by: Any, at: datetime) -> Meeting:
    """It does not take place; it leaves everybody's calendar."""
    meeting = locked(meeting_id, by)
    if not because.strip():
        raise StepRefused("Say why the meeting is cancelled.")
    meeting.state, meeting.because, meeting.sequence = (
        State.CANCELLED,
        because.strip()[:300],
        meeting.sequence + 1,
    )
    meeting.save()
    _tell(meeting, at)
    trail.record(by=by, at=at, action="meeting.cancelled", on=meeting)
    return meeting


@transaction.atomic
def hold(*, meeting_id: int, attended: Iterable[int], by: Any, at: datetime) -> Meeting:
    """It took place; attended: ids of the guests who came."""
    meeting = locked(meeting_id, by)
    if meeting.starts > at:
        raise StepRefused("This meeting has not begun yet.")
    came = set(attended)
    for guest in meeting.guests.all():
        guest.attended = guest.pk in came
        guest.save(update_fields=["attended"])
    meeting.state = State.HELD
    meeting.save(update_fields=["state"])
    trail.record(by=by, at=at, action="meeting.held", on=meeting, attended=len(came))
    return meeting


def locked(meeting_id: int, by: Any) -> Meeting:
    """A planned meeting, locked. Raises StepRefused where it is out of view, held or cancelled."""
    meeting = (
        Meeting.objects.select_for_update(of=("self",))
        .select_related("organiser")
        .filter(pk=meeting_id)
        .first()
    )
    if meeting is None or not Meeting.objects.visible_to(by).filter(pk=meeting_id).exists():
        raise StepRefused("You cannot see this meeting.")
    if meeting.state != State.PLANNED:
        raise StepRefused(f"This meeting is {meeting.get_state_display().lower()}.")
    return meeting


def _add(meeting: Meeting, asked: Iterable[Asked]) -> list[Guest]:
    """Each once, in the order given."""
    people = {(one.email or one.name).casefold(): one for one in asked}
    return Guest.objects.bulk_create(
        Guest(meeting=meeting, user=one.user, parent=one.parent, name=one.name[:160], email=one.email)
        for one in people.values()
    )


def _check(starts: datetime, ends: datetime, where: str) -> None:
    if ends <= starts:
        raise StepRefused("The meeting must end after it starts.")
    if not where.strip():
        raise StepRefused("Say where the meeting is, or that it is on Teams.")


def _changed(meeting: Meeting, because: str, at: datetime) -> None:
    meeting.because, meeting.sequence = because.strip()[:300], meeting.sequence + 1
    meeting.save()
    _tell(meeting, at)


def _tell(meeting: Meeting, at: datetime) -> None:
    for guest in meeting.guests.all():
        _invite(meeting, guest, at, cancel=meeting.state == State.CANCELLED)


def _invite(meeting: Meeting, guest: Guest, at: datetime, *, cancel: bool) -> None:
    if guest.email and meeting.ends > at:
        post.queue_invitation(
            to=guest.email, uid=meeting.uid, sequence=meeting.sequence + (cancel and meeting.state != State.CANCELLED),
            starts=meeting.starts, ends=meeting.ends, summary=meeting.title, where=meeting.where,
            organiser=meeting.organiser.email, cancel=cancel, at=at, about=meeting,
        )  # fmt: skip
