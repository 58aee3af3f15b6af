"""What follows once a meeting is agreed: entries in the chronology, deadlines, and an e-mail without a child's name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.attendance.targeting.models import (
    TargetingAction,
    TargetingDecision,
    TargetingMeeting,
)
from mainstay.service.common.outbox import post
from mainstay.service.common.ui.filters import long_date, plural
from mainstay.service.record import deadlines
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience, Guest

RULE: Final = "targeting-action"
ENTRY: Final = "targeting"


def send(meeting: TargetingMeeting, *, by: Any, at: datetime) -> None:
    """For an agreed meeting, inside the action that agrees it."""
    decisions = list(meeting.decisions.order_by("pk"))
    actions = list(meeting.actions.select_related("owner").order_by("due", "pk"))
    _chronicle(meeting, decisions, actions, by, at)
    for action in actions:
        if action.owner is not None and action.owner.may("see_service_entries"):
            deadlines.start(
                pupil=action.pupil_id, about=action, rule=RULE, label=f"Action {action.pk} of a targeting meeting",
                trigger_on=timezone.localdate(at), last_day=action.due, by=by, at=at, owner=action.owner,
            )  # fmt: skip
    _mail(meeting, decisions, actions, at)


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
        words = [decision.note] if decision else []
        words += [f"Action: {one.owner_name} by {in_words(one.due)}: {one.text}" for one in theirs]
        add_entry(
            pupil=pupil, by=by, at=at, kind=ENTRY, title=f"Targeting Support Meeting: {title}", text="\n".join(words),
            audience=Audience.SCHOOL, about=meeting, happened_at=meeting.began_at,
        )  # fmt: skip


def _mail(
    meeting: TargetingMeeting,
    decisions: Sequence[TargetingDecision],
    actions: Sequence[TargetingAction],
    at: datetime,
) -> None:
    """To everybody who attended and has an address: how much there is, and where to read it."""
    assert meeting.calendar is not None
    page = reverse("targeting_meeting", args=[meeting.pk])
    where = f": {settings.CONFIG.address}{page}" if settings.CONFIG.address else ", under Meetings."
    for guest in Guest.objects.filter(meeting=meeting.calendar, attended=True).exclude(email=""):
        mine = sum(guest.user_id is not None and one.owner_id == guest.user_id for one in actions)
        yours = f" {plural(mine, 'of them is', 'of them are')} yours." if mine else ""
        post.queue(
            to=guest.email, subject="Targeting Support Meeting: the summary is agreed", at=at, about=meeting,
            body=(
                f"Summary of the Targeting Support Meeting of {meeting.school.name} on "
                f"{long_date(meeting.calendar.starts)}.\n\n"
                f"Discussed: {plural(len(decisions), 'child', 'children')}. "
                f"Agreed: {plural(len(actions), 'action')}.{yours}\n\n"
                f"Sign in to read it{where}\n\nNobody is named in this message on purpose."
            ),
        )  # fmt: skip
