"""A Fast Track locked for a change, told of in the chronology, taken to its next state."""

from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from mainstay.service.casework.actions import cases
from mainstay.service.casework.models import FastTrack
from mainstay.service.casework.queries.chairs import may_chair
from mainstay.service.casework.steps_fast_track import FAST_TRACK
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.record.models import Audience

#: rules of its deadlines
MIDPOINT: Final = "fast-track-midpoint"
REVIEW: Final = "fast-track-review"
COPY: Final = "fast-track-plan-copy"
BREACH: Final = "fast-track-breach"
AFTERCARE: Final = "fast-track-aftercare"


def locked(fast_track_id: int, by: Any, at: datetime) -> FastTrack:
    """The Fast Track with its case, locked. Raises StepRefused as ``cases.locked``."""
    rows = FastTrack.objects.select_for_update(of=("self",)).select_related("meeting", "review", "chair")
    one = rows.filter(pk=fast_track_id).first()
    if one is None or not FastTrack.objects.visible_to(by).filter(pk=fast_track_id).exists():
        raise StepRefused("You cannot see this Fast Track.")
    one.case = cases.locked(one.case_id, by)
    one.looked_at = at
    return one


def worked(fast_track_id: int, by: Any, at: datetime) -> FastTrack:
    """The same, for those who work on cases."""
    if not by.may("work_case"):
        raise StepRefused("Your role cannot work on cases.")
    return locked(fast_track_id, by, at)


def chaired(fast_track_id: int, by: Any, at: datetime) -> FastTrack:
    """The same, for whoever may chair that day."""
    one = worked(fast_track_id, by, at)
    if not may_chair(by, timezone.localdate(at)):
        raise StepRefused("Only a senior officer, a manager or an authorised officer decides at a review.")
    return one


def take(
    one: FastTrack,
    step: str,
    title: str,
    text: str,
    by: Any,
    at: datetime,
    audience: str = Audience.SERVICE,
    **changes: Any,
) -> None:
    """Take a step of the table and save, with what changes by it; told in the chronology, with an audit row.

    Reasons stay with the service, unless the audience is said to be another.
    """
    one.state, one.state_since = FAST_TRACK.check(step, one, by), at
    for name, value in changes.items():
        setattr(one, name, value)
    one.save()
    cases.tell(one.case, f"Fast Track {one.number}: {title}", text, by=by, at=at, audience=audience)
    trail.record(by=by, at=at, action=f"fast_track.{step}", on=one)
