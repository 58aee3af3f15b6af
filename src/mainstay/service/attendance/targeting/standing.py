"""Where a meeting stands, for its table of steps: one answer for the pages and the actions."""

from datetime import datetime
from typing import Any

from mainstay.service.attendance.targeting.models import TargetingMeeting, TargetingPack
from mainstay.service.attendance.targeting.pack import SEVERE
from mainstay.service.attendance.targeting.steps import Standing
from mainstay.service.directory.models import Pupil
from mainstay.service.record.models import Meeting

State = TargetingMeeting.State


def standing(meeting: TargetingMeeting, by: Any, at: datetime) -> Standing:
    """``meeting`` with its calendar read; children out of this person's view stand in nobody's way."""
    calendar = meeting.calendar
    assert calendar is not None
    pack = TargetingPack.objects.filter(meeting=meeting).only("content").first()
    undecided, written = 0, 1
    if meeting.state == State.LIVE:
        decided = set(meeting.decisions.values_list("pupil_id", flat=True))
        children = pack.content["children"] if pack else []
        left = {one["pupil"] for one in children if one["rank"] in SEVERE} - decided
        undecided = Pupil.objects.visible_to(by).filter(pk__in=left).count() if left else 0
        written = len(decided) or meeting.actions.count()
    return Standing(
        state=meeting.state, starts=calendar.starts, now=at, has_pack=pack is not None,
        cancelled=calendar.state == Meeting.State.CANCELLED, undecided=undecided, written=written,
    )  # fmt: skip
