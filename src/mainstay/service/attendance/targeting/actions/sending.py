"""What follows once a meeting is agreed: entries in the chronology, deadlines, e-mails."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.attendance.targeting.actions import telling
from mainstay.service.attendance.targeting.models import (
    TargetingAction,
    TargetingDecision,
    TargetingMeeting,
)
from mainstay.service.directory.relations import link_officer
from mainstay.service.record import deadlines
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience

RULE: Final = "targeting-action"
ENTRY: Final = "targeting"


def send(meeting: TargetingMeeting, *, by: Any, at: datetime) -> None:
    """For an agreed meeting, inside the action that agrees it."""
    decisions = list(meeting.decisions.order_by("pk"))
    actions = list(meeting.actions.select_related("owner", "pupil").order_by("due", "pk"))
    _chronicle(meeting, decisions, actions, by, at)
    _time(meeting, actions, by, at)
    telling.tell(meeting, decisions, actions, at=at)


def _time(meeting: TargetingMeeting, actions: Sequence[TargetingAction], by: Any, at: datetime) -> None:
    """Each action has its deadline; the school's and a guest's are followed up by the link officer."""
    assert meeting.calendar is not None
    today = timezone.localdate(at)
    follows = link_officer(meeting.school_id, today) or meeting.calendar.organiser
    for action in actions:
        ours = action.owner is not None and action.owner.may("see_service_entries")
        whose = "" if ours else ", the school’s" if _of_school(action) else ", a guest’s"
        deadlines.start(
            pupil=action.pupil_id, about=action, rule=RULE, label=f"Action {action.pk} of a targeting meeting{whose}",
            trigger_on=today, last_day=action.due, by=by, at=at, owner=action.owner if ours else follows,
        )  # fmt: skip


def _of_school(action: TargetingAction) -> bool:
    return action.for_school or bool(action.owner is not None and action.owner.is_school_user)


def _chronicle(
    meeting: TargetingMeeting,
    decisions: Sequence[TargetingDecision],
    actions: Sequence[TargetingAction],
    by: Any,
    at: datetime,
) -> None:
    """One entry for each child who was discussed; the school may read it."""
    said = {one.pupil_id: one for one in decisions}
    of_child: dict[int, list[TargetingAction]] = {pupil: [] for pupil in said}
    for action in actions:
        if action.pupil_id is not None:
            of_child.setdefault(action.pupil_id, []).append(action)
    for pupil, theirs in of_child.items():
        decision = said.get(pupil)
        title = decision.get_choice_display() if decision else "Actions agreed"
        words = [decision.note, *decision.before()] if decision else []
        words += [f"Action: {one.owner_name} by {in_words(one.due)}: {one.text}" for one in theirs]
        add_entry(
            pupil=pupil, by=by, at=at, kind=ENTRY, title=f"Targeting Support Meeting: {title}", text="\n".join(words),
            audience=Audience.SCHOOL, about=meeting, happened_at=meeting.began_at,
        )  # fmt: skip
