"""The day of a review is set, or moved: in time for a letter to each parent, and within compulsory school age."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.casework import fast_track_register
from mainstay.service.casework.actions import cases, fast_track_meeting
from mainstay.service.casework.actions.fast_track_inviting import early_enough
from mainstay.service.casework.actions.fast_track_locking import locked
from mainstay.service.casework.models import FastTrack
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.record import meetings
from mainstay.service.record.models import Audience, Meeting

State = FastTrack.State


@transaction.atomic
def set_day(
    *, fast_track_id: int, starts: datetime, ends: datetime, where: str, because: str, by: Any, at: datetime
) -> FastTrack:
    """Another day of a review that is to come, or the day of one after a relapse; each parent gets a new letter.

    Raises StepRefused for a day before the weeks end: a review that comes sooner is brought forward, and the letter says so.
    """
    if not by.may("invite_parents"):
        raise StepRefused("Your role cannot invite parents.")
    one = locked(fast_track_id, by, at)
    if one.state not in (State.FRAMEWORK, State.REVIEW):
        raise StepRefused("No review is to come.")
    if not because.strip():
        raise StepRefused("Say why the review is on that day.")
    planned, on = one.review_on, timezone.localdate(starts)
    if one.state == State.FRAMEWORK and planned is not None and on < planned:
        raise StepRefused(f"The weeks run until {long_date(planned)}: bring the review forward instead.")
    put(one, starts, ends, where, because, by, at)
    one.save(update_fields=["review"])
    title = f"Fast Track {one.number}: review on {long_date(on)}"
    cases.tell(one.case, title, because.strip(), by=by, at=at, audience=Audience.SERVICE)
    trail.record(by=by, at=at, action="fast_track.review_set", on=one, starts=starts)
    return one


def put(
    one: FastTrack, starts: datetime, ends: datetime, where: str, because: str, by: Any, at: datetime
) -> None:
    """The review in the calendars, and no letter sent about it yet; the caller saves."""
    on, last = timezone.localdate(starts), fast_track_register.compulsory_to(one.case.pupil)
    early_enough(on, timezone.localdate(at), "review_notice")
    if last is not None and on > last:
        raise StepRefused(
            f"Compulsory school age ends with {long_date(last)}: the review is that day or sooner."
        )
    if one.review is not None and one.review.state == Meeting.State.PLANNED:
        meetings.move(
            meeting_id=one.review.pk, starts=starts, ends=ends, where=where, because=because, by=by, at=at
        )
        one.review.refresh_from_db()
    else:
        one.review = fast_track_meeting.plan_review(one, starts, ends, where, by, at)
    one.invitations.update(review_document=None, review_service=None)
