"""One meeting as its page shows it: the pack, what was agreed, what is still open from the last one."""

from typing import Any

from mainstay.law.rules import CURRENT
from mainstay.registers.grid import year_label
from mainstay.service.attendance import national
from mainstay.service.attendance.queries import schools as shown
from mainstay.service.attendance.summaries import SMALL
from mainstay.service.attendance.targeting.models import TargetingAction, TargetingMeeting
from mainstay.service.common.ui.filters import percent

State = TargetingMeeting.State


def figures(meeting: TargetingMeeting, content: dict[str, Any]) -> dict[str, Any]:
    """The school as a whole, drawn from what the pack holds."""
    if not content.get("marks"):
        return {}
    school, pupils = meeting.school, content["pupils"]
    return {
        "label": year_label(content["year"]),
        "last_mark_on": content["last_mark_on"],
        "tiles": numbers(meeting, content),
        "trend": shown.trend(school, content["weeks"], content["city"]),
        "bands": shown.bands(pupils, content["persistent"], content["severe"]),
        "groups": content["groups"],
        "small": SMALL,
        "quality": content["quality"],
    }  # fmt: skip


def numbers(meeting: TargetingMeeting, content: dict[str, Any]) -> list[dict[str, Any]]:
    """The school in numbers, each with its words; none where the pack holds no marks."""
    if not content.get("marks"):
        return []
    pupils = content["pupils"]
    rate = national.absence(meeting.school.phase)
    upto = {name: 100 - CURRENT.whole(f"{name}_percent") for name in ("persistent", "severe")}
    return [
        {"value": percent(1 - content["absent"] / content["possible"]), "label": "attendance",
         "note": f"{national.LABEL}: {percent(1 - rate)}" if rate is not None else ""},
        {"value": content["persistent"], "label": f"at {upto['persistent']}% or below",
         "note": percent(shown.share(content["persistent"], pupils))},
        {"value": content["severe"], "label": f"at {upto['severe']}% or below",
         "note": percent(shown.share(content["severe"], pupils))},
        {"value": content["met_threshold"], "label": "met the penalty threshold"},
    ]  # fmt: skip


def earlier_actions(meeting: TargetingMeeting, user: Any) -> list[TargetingAction]:
    """Of the meetings before: those still open, and those of the last one that are done."""
    assert meeting.calendar is not None
    before = TargetingMeeting.objects.filter(
        school=meeting.school_id, state=State.AGREED, calendar__starts__lt=meeting.calendar.starts
    )
    last = before.order_by("-calendar__starts").values_list("pk", flat=True).first()
    theirs = TargetingAction.objects.visible_to(user).filter(meeting__in=before.order_by().values("pk"))
    found = theirs.select_related("meeting__school", "pupil").order_by("due", "pk")
    return [one for one in found if one.done_at is None or one.meeting_id == last]


def own_actions(meeting: TargetingMeeting, user: Any) -> list[TargetingAction]:
    found = TargetingAction.objects.visible_to(user).filter(meeting=meeting)
    return list(found.select_related("meeting__school", "pupil").order_by("due", "pk"))
