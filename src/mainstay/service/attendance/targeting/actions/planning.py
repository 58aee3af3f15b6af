"""A meeting is planned, moved, cancelled; its pack is made; how often a school has one is set."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from hashlib import sha256
from json import dumps
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.attendance.targeting import pack, terms
from mainstay.service.attendance.targeting.models import (
    TargetingFrequency,
    TargetingMeeting,
    TargetingPack,
)
from mainstay.service.attendance.targeting.standing import standing
from mainstay.service.attendance.targeting.steps import MEETING
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import School
from mainstay.service.record import meetings
from mainstay.service.record.meetings import Asked

KIND: Final = "targeting"
#: our own choice: more than this is no meeting of a term any more
MOST_A_TERM: Final = 12


@transaction.atomic
def plan(
    *,
    school: School,
    starts: datetime,
    ends: datetime,
    where: str,
    organiser: Any,
    asked: Iterable[Asked],
    by: Any,
    at: datetime,
) -> TargetingMeeting:
    """Plan a school's meeting and invite those asked.

    Raises StepRefused: a school out of view, an officer who may not hold it or not see the school, a time gone by.
    """
    for person, whose in ((by, "You"), (organiser, organiser.name)):
        if not person.may("hold_meetings"):
            raise StepRefused(f"{whose} cannot hold targeting meetings: that is the work of an officer.")
        if not School.objects.visible_to(person).filter(pk=school.pk).exists():
            raise StepRefused(f"{whose} cannot see this school.")
    if school.closed_on is not None and school.closed_on <= timezone.localdate(starts):
        raise StepRefused("This school is closed by then.")
    if starts < at:
        raise StepRefused("The meeting must lie in the future.")
    year, term = terms.of_school(school.pk, timezone.localdate(starts))
    meeting = TargetingMeeting.objects.create(school=school, year=year, term=term, made_by=by, made_at=at)
    meeting.calendar = meetings.plan(
        kind=KIND, title=f"Targeting Support Meeting, {school.name}", starts=starts, ends=ends, where=where,
        organiser=organiser, by=by, at=at, about=meeting, school=school, asked=asked,
    )  # fmt: skip
    meeting.save(update_fields=["calendar"])
    trail.record(by=by, at=at, action="targeting.planned", on=meeting, school=school.pk, year=year, term=term)
    return meeting


@transaction.atomic
def move(
    *, meeting_id: int, starts: datetime, ends: datetime, where: str, because: str, by: Any, at: datetime
) -> TargetingMeeting:
    """Another time or place; everybody's calendar follows, and it counts for the term of its new day."""
    meeting = to_come(meeting_id, by)
    meetings.move(
        meeting_id=calendar_of(meeting), starts=starts, ends=ends, where=where, because=because, by=by, at=at
    )
    meeting.year, meeting.term = terms.of_school(meeting.school_id, timezone.localdate(starts))
    meeting.save(update_fields=["year", "term"])
    trail.record(by=by, at=at, action="targeting.moved", on=meeting, starts=starts)
    return meeting


@transaction.atomic
def ask(*, meeting_id: int, asked: Iterable[Asked], by: Any, at: datetime) -> TargetingMeeting:
    """Ask more people, until the summary is agreed; each gets the invitation, unless the meeting is over by then."""
    meeting = locked(meeting_id, by)
    if not by.may("hold_meetings"):
        raise StepRefused("Your role cannot arrange meetings.")
    if meeting.state in (meeting.State.AGREED, meeting.State.CANCELLED):
        raise StepRefused(f"This meeting is {meeting.get_state_display().lower()}.")
    meetings.ask(meeting_id=calendar_of(meeting), asked=asked, by=by, at=at)
    return meeting


@transaction.atomic
def cancel(*, meeting_id: int, because: str, by: Any, at: datetime) -> TargetingMeeting:
    meeting = locked(meeting_id, by)
    meeting.state = MEETING.check("cancel", standing(meeting, by, at), by)
    meetings.cancel(meeting_id=calendar_of(meeting), because=because, by=by, at=at)
    meeting.save(update_fields=["state"])
    trail.record(by=by, at=at, action="targeting.cancelled", on=meeting)
    return meeting


@transaction.atomic
def make_pack(*, meeting_id: int, by: Any, at: datetime) -> TargetingPack:
    """Make the pack, or make it anew, until the meeting begins; then it stays as it is."""
    meeting = locked(meeting_id, by)
    meeting.state = MEETING.check("make_pack", standing(meeting, by, at), by)
    return _make(meeting, by, at)


def make_due(*, on: date, last: date | None) -> None:
    """Once a day: the packs of meetings of this day and the next that were not made since the day before."""
    tomorrow = on + timedelta(days=1)
    due = TargetingMeeting.objects.to_come().filter(calendar__starts__date__range=(on, tomorrow))
    for pk, starts in due.order_by("pk").values_list("pk", "calendar__starts"):
        with transaction.atomic():
            meeting = _any(pk)
            made = TargetingPack.objects.filter(meeting=pk).values_list("made_at", flat=True).first()
            day_before = timezone.localdate(starts) - timedelta(days=1)
            fresh = made is not None and timezone.localdate(made) >= day_before
            if meeting.state in (meeting.State.PLANNED, meeting.State.READY) and not fresh:
                meeting.state = meeting.State.READY
                _make(meeting, None, timezone.now())


@transaction.atomic
def set_frequency(
    *, school: School, per_term: int, since: date, reason: str, by: Any, at: datetime
) -> TargetingFrequency:
    """How many meetings a school has a term from a day on, with the reason."""
    if not by.may("allocate") or not School.objects.visible_to(by).filter(pk=school.pk).exists():
        raise StepRefused("Your role cannot set how often a school has its meeting: ask a senior officer.")
    if not 1 <= per_term <= MOST_A_TERM:
        raise StepRefused(f"A school has between 1 and {MOST_A_TERM} meetings a term.")
    if not reason.strip():
        raise StepRefused("Say why this school has its meeting so often.")
    found = TargetingFrequency.objects.create(
        school=school, since=since, per_term=per_term, reason=reason.strip()[:300], set_by=by, set_at=at
    )
    trail.record(
        by=by, at=at, action="targeting.frequency_set", on=school, per_term=per_term, since=since, reason=found.reason
    )  # fmt: skip
    return found


def locked(meeting_id: int, by: Any) -> TargetingMeeting:
    """The meeting, locked. Raises StepRefused where it is out of view."""
    if not TargetingMeeting.objects.visible_to(by).filter(pk=meeting_id).exists():
        raise StepRefused("You cannot see this meeting.")
    return _any(meeting_id)


def to_come(meeting_id: int, by: Any) -> TargetingMeeting:
    """One that was not begun, locked, for somebody who may arrange it."""
    meeting = locked(meeting_id, by)
    if not by.may("hold_meetings"):
        raise StepRefused("Your role cannot arrange meetings.")
    if meeting.state not in (meeting.State.PLANNED, meeting.State.READY):
        raise StepRefused(f"This meeting is {meeting.get_state_display().lower()}.")
    return meeting


def calendar_of(meeting: TargetingMeeting) -> int:
    """The number of its row in the calendar, which every planned meeting has."""
    assert meeting.calendar_id is not None
    return meeting.calendar_id


def _any(meeting_id: int) -> TargetingMeeting:
    found = TargetingMeeting.objects.select_for_update(of=("self",)).select_related(
        "school", "calendar__organiser"
    )
    return found.get(pk=meeting_id)


def _make(meeting: TargetingMeeting, by: Any | None, at: datetime) -> TargetingPack:
    assert meeting.calendar is not None
    content = pack.make(
        meeting.school, min(timezone.localdate(at), timezone.localdate(meeting.calendar.starts))
    )
    made, _ = TargetingPack.objects.update_or_create(
        meeting=meeting, defaults={"made_at": at, "made_by": by, "content": content}
    )
    meeting.save(update_fields=["state"])
    trail.record(
        by=by, at=at, action="targeting.pack_made", on=meeting, children=len(content["children"]),
        digest=sha256(dumps(content, sort_keys=True).encode()).hexdigest(),
    )  # fmt: skip
    return made
