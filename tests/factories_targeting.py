"""Targeting meetings for tests: planned, begun, agreed, with the children of the pack."""

from datetime import datetime, timedelta
from typing import Any

from tests.factories import UserFactory
from tests.factories_attendance import TODAY, a_child, a_school, at, days_before, give, marked

from mainstay.service.attendance.targeting.actions import holding, planning
from mainstay.service.attendance.targeting.models import TargetingMeeting
from mainstay.service.directory.models import Pupil, School
from mainstay.service.record.meetings import Asked

#: the meeting is on ``TODAY`` at ten, planned a week before
PLANNED, STARTS = at(TODAY - timedelta(days=7)), at(hour=10)


def absent(school: School, share: float, **given: Any) -> Pupil:
    """A child of the school who was ill for this share of the sessions so far, the first ones."""
    child, days = a_child(school=school, **given), days_before(school)
    give(child, marked(days, "I", round(2 * len(days) * share)), at(TODAY - timedelta(days=1)))
    return child


def a_meeting(
    school: School | None = None, officer: Any = None, asked: Any = (), starts: datetime = STARTS
) -> TargetingMeeting:
    school, officer = school or a_school(), officer or UserFactory(role="ewo")
    return planning.plan(
        school=school, starts=starts, ends=starts + timedelta(hours=1), where="Room 2", organiser=officer, by=officer,
        asked=[Asked.of(user) for user in asked], at=min(PLANNED, starts - timedelta(days=7)),
    )  # fmt: skip


def officer_of(meeting: TargetingMeeting) -> Any:
    assert meeting.calendar is not None
    return meeting.calendar.organiser


def begun(meeting: TargetingMeeting, when: datetime = STARTS) -> TargetingMeeting:
    officer = officer_of(meeting)
    planning.make_pack(meeting_id=meeting.pk, by=officer, at=when)
    return holding.begin(meeting_id=meeting.pk, by=officer, at=when)


def decided(meeting: TargetingMeeting, pupil: Pupil, when: datetime = STARTS, **said: Any) -> None:
    told = {"choice": "watch", "note": "Better since half-term.", **said}
    holding.write(meeting_id=meeting.pk, pupil_id=pupil.pk, by=officer_of(meeting), at=when, **told)


def agreed(meeting: TargetingMeeting, when: datetime = STARTS) -> TargetingMeeting:
    """Ended and agreed, everybody asked having come."""
    officer = officer_of(meeting)
    holding.end(meeting_id=meeting.pk, by=officer, at=when)
    assert meeting.calendar is not None
    came = meeting.calendar.guests.values_list("pk", flat=True)
    return holding.agree(meeting_id=meeting.pk, attended=came, minutes="", by=officer, at=when)
