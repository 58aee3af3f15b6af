"""Where a meeting stands, for its table of steps: one answer for the pages and the actions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from mainstay.service.attendance.targeting.models import TargetingMeeting
from mainstay.service.attendance.targeting.pack import SEVERE
from mainstay.service.attendance.targeting.steps import Standing
from mainstay.service.directory.models import Enrolment, Pupil
from mainstay.service.record.models import Meeting

State = TargetingMeeting.State


def standing(meeting: TargetingMeeting, by: Any, at: datetime) -> Standing:
    """``meeting`` with its calendar read; children out of this person's view stand in nobody's way."""
    calendar = meeting.calendar
    assert calendar is not None
    pack = meeting.pack_made
    undecided, written = 0, 1
    if meeting.state == State.LIVE:
        decided = set(meeting.decisions.values_list("pupil_id", flat=True))
        children = pack.content["children"] if pack else []
        left = {one["pupil"] for one in children if one["rank"] in SEVERE} - decided
        undecided = _to_decide(meeting, left, by, at) if left else 0
        written = len(decided) or meeting.actions.count()
    return Standing(
        state=meeting.state, starts=calendar.starts, now=at, has_pack=pack is not None,
        cancelled=calendar.state == Meeting.State.CANCELLED, undecided=undecided, written=written,
    )  # fmt: skip


def _to_decide(meeting: TargetingMeeting, left: Iterable[int], by: Any, at: datetime) -> int:
    """Those who are still on roll: nothing can be decided about a child who left since the pack was made."""
    on_roll = Enrolment.objects.on(timezone.localdate(at)).filter(school=meeting.school_id)
    seen = Pupil.objects.visible_to(by).filter(pk__in=left)
    return seen.filter(pk__in=on_roll.values("pupil_id")).count()
