"""Targeting meetings in each state that has a page of its own, for their addresses."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from mainstay.service.attendance.targeting.actions import holding, planning
from mainstay.service.directory.models import Parent, Pupil

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
#: addresses about one school's meeting, and through it about its children
OF_A_CHILD: Final = (
    "targeting_meeting", "targeting_children", "targeting_summary", "targeting_meeting_move", "targeting_meeting_ask", "targeting_meeting_cancel", "targeting_meeting_pack",
    "targeting_meeting_begin", "targeting_live", "targeting_live_write", "targeting_live_whole", "targeting_live_find",
    "targeting_live_remove", "targeting_live_end", "targeting_agree", "targeting_agree_back", "targeting_action_done",
    "targeting_frequency",
)  # fmt: skip


def make(pupil: Pupil, parent: Parent, by: Any) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """``ids`` and ``extra`` as in ``objects.Objects``."""
    school = pupil.school
    assert school is not None
    meetings = [
        planning.plan(
            school=school, starts=AT, ends=AT + timedelta(hours=1), where="Room 2", organiser=by, asked=[], by=by,
            at=AT - timedelta(days=7),
        )
        for _ in range(4)
    ]  # fmt: skip
    planned, live, ended, agreed = (one.pk for one in meetings)
    for pk in (planned, live, ended, agreed):
        planning.make_pack(meeting_id=pk, by=by, at=AT)
    for pk in (live, ended, agreed):
        holding.begin(meeting_id=pk, by=by, at=AT)
        holding.write(
            meeting_id=pk, pupil_id=pupil.pk, choice="consult", note="Help was refused twice.",
            line="@school call home by 4 Dec 2026", by=by, at=AT,
        )  # fmt: skip
    for pk in (ended, agreed):
        holding.end(meeting_id=pk, by=by, at=AT)
    calendar = meetings[-1].calendar
    assert calendar is not None
    came = calendar.guests.values_list("pk", flat=True)
    done = holding.agree(meeting_id=agreed, attended=came, minutes="", by=by, at=AT)
    return {
        "targeting_meeting": planned,
        "targeting_children": agreed,
        "targeting_summary": agreed,
        "targeting_live": live,
        "targeting_agree": ended,
        "targeting_action": done.actions.get().pk,
        "targeting_frequency": school.pk,
    }, {"targeting_guest": {"token": "nothing"}}
