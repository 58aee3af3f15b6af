"""A meeting is begun, written, ended; once agreed, what was decided stands in each child's chronology."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.service.attendance.targeting import lines
from mainstay.service.attendance.targeting.actions import sending
from mainstay.service.attendance.targeting.actions.planning import calendar_of, locked
from mainstay.service.attendance.targeting.models import (
    TargetingAction,
    TargetingDecision,
    TargetingMeeting,
    decision_kept,
)
from mainstay.service.attendance.targeting.standing import standing
from mainstay.service.attendance.targeting.steps import MEETING
from mainstay.service.common import meanwhile
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Enrolment, Pupil
from mainstay.service.record import access, meetings
from mainstay.service.record.announcements import intervention_ended

Choice, State = TargetingDecision.Choice, TargetingMeeting.State


@transaction.atomic
def begin(*, meeting_id: int, by: Any, at: datetime) -> TargetingMeeting:
    return _take(meeting_id, "begin", by, at, began_at=at)


@transaction.atomic
def end(*, meeting_id: int, by: Any, at: datetime) -> TargetingMeeting:
    return _take(meeting_id, "end", by, at, ended_at=at)


@transaction.atomic
def go_back(*, meeting_id: int, by: Any, at: datetime) -> TargetingMeeting:
    """Something was forgotten: the meeting goes on until it is ended again."""
    return _take(meeting_id, "go_back", by, at, ended_at=None)


@transaction.atomic
def agree(
    *, meeting_id: int, attended: Iterable[int], minutes: str, by: Any, at: datetime
) -> TargetingMeeting:
    """The summary is agreed: decisions are recorded, actions begin, those who came hear by e-mail.

    attended: numbers of the guests who came. Raises StepRefused where nobody did.
    """
    came = set(attended)
    meeting = locked(meeting_id, by)
    meeting.state = MEETING.check("agree", standing(meeting, by, at), by)
    if not came:
        raise StepRefused("Tick who attended.")
    meetings.hold(meeting_id=calendar_of(meeting), attended=came, by=by, at=at)
    meeting.agreed_at, meeting.agreed_by, meeting.minutes = at, by, minutes.strip()
    meeting.save(update_fields=["state", "agreed_at", "agreed_by", "minutes"])
    for said in meeting.decisions.order_by("pk"):
        said.decision = decide(by=by, at=at, kind="targeting", outcome=said.choice, reasons=said.note)
        said.save(update_fields=["decision"])
    sending.send(meeting, by=by, at=at)
    trail.record(by=by, at=at, action="targeting.agreed", on=meeting, attended=len(came))
    intervention_ended.send(
        service="targeting", pupil=None, school=meeting.school, about=meeting, by=by, at=at
    )
    return meeting


@transaction.atomic
def write(
    *,
    meeting_id: int,
    pupil_id: int | None,
    by: Any,
    at: datetime,
    choice: str = "",
    note: str = "",
    has_plan: bool | None = None,
    lead: str = "",
    review_on: date | None = None,
    line: str = "",
    seen: str = "",
) -> None:
    """Keep what is decided about a child, and one action (``lines``); either may be left out.

    pupil_id: None for an action about the school as a whole. seen: ``meanwhile.mark`` of the decision on the page.
    Raises StepRefused, Changed where a colleague decided meanwhile; then nothing of it is kept.
    """
    meeting = _live(meeting_id, by)
    pupil = _child(meeting, pupil_id, by, at) if pupil_id is not None else None
    if not any((choice, note.strip(), line.strip())):
        raise StepRefused("Choose what is decided, or write an action.")
    if pupil is None and (choice or note.strip()):
        raise StepRefused("Choose a child first: a decision is about one.")
    if pupil is not None and (choice or note.strip()):
        told = {
            "choice": choice,
            "note": note.strip(),
            "has_plan": has_plan,
            "lead": lead.strip()[:120],
            "review_on": review_on,
        }
        _decide(meeting, pupil, told, seen, by, at)
    if line.strip():
        _add(meeting, pupil, line, by, at)


@transaction.atomic
def remove_action(*, action_id: int, meeting_id: int, by: Any, at: datetime) -> None:
    """Take out an action while the meeting is being held."""
    meeting = _live(meeting_id, by)
    action = TargetingAction.objects.visible_to(by).filter(pk=action_id, meeting=meeting).first()
    if action is None:
        raise StepRefused("This action is not there any more.")
    trail.record(by=by, at=at, action="targeting.action_removed", on=meeting, removed=action.pk)
    action.delete()


def _take(meeting_id: int, step: str, by: Any, at: datetime, **changes: Any) -> TargetingMeeting:
    meeting = locked(meeting_id, by)
    meeting.state = MEETING.check(step, standing(meeting, by, at), by)
    for name, value in changes.items():
        setattr(meeting, name, value)
    meeting.save(update_fields=["state", *changes])
    trail.record(by=by, at=at, action=f"targeting.{step}", on=meeting)
    return meeting


def _live(meeting_id: int, by: Any) -> TargetingMeeting:
    meeting = locked(meeting_id, by)
    if not by.may("hold_meetings"):
        raise StepRefused("Your role cannot hold meetings.")
    if meeting.state != State.LIVE:
        raise StepRefused(f"This meeting is not being held now: it is {meeting.get_state_display().lower()}.")
    return meeting


def _child(meeting: TargetingMeeting, pupil_id: int, by: Any, at: datetime) -> Pupil:
    on_roll = Enrolment.objects.on(timezone.localdate(at)).filter(school=meeting.school_id)
    seen = Pupil.objects.visible_to(by).filter(pk=pupil_id, pk__in=on_roll.values("pupil_id"))
    pupil = seen.first()
    if pupil is None:
        raise StepRefused("This child is not on the roll of the school, or you cannot see their record.")
    if not access.may_open(by, pupil):
        raise StepRefused("This record is restricted: open it with a reason first.")
    return pupil


def _decide(
    meeting: TargetingMeeting, pupil: Pupil, told: dict[str, Any], seen: str, by: Any, at: datetime
) -> None:
    if told["choice"] not in Choice.values:
        raise StepRefused("Choose what is decided about this child.")
    if not told["note"]:
        raise StepRefused("Say in a line why: the record must explain the decision on its own.")
    if told["review_on"] is not None and told["review_on"] <= timezone.localdate(at):
        raise StepRefused("The day to look again must be in the future.")
    before = TargetingDecision.objects.filter(meeting=meeting, pupil=pupil).select_related("by").first()
    if before is None:
        TargetingDecision.objects.create(meeting=meeting, pupil=pupil, by=by, at=at, **told)
    elif decision_kept(before) == told:
        return
    else:
        meanwhile.check(seen, decision_kept(before), told)
        _change(before, told, by, at)
    trail.record(by=by, at=at, action="targeting.decided", on=meeting, pupil=pupil.pk, choice=told["choice"])


def _change(before: TargetingDecision, told: dict[str, Any], by: Any, at: datetime) -> None:
    """What a colleague had written stays beneath."""
    if before.by_id != by.pk:
        words = {"choice": before.get_choice_display(), "note": before.note}
        before.earlier = [*before.earlier, {"by": before.by.name, "at": before.at.isoformat(), **words}]
    for name, value in told.items():
        setattr(before, name, value)
    before.by, before.at = by, at
    before.save()


def _add(meeting: TargetingMeeting, pupil: Pupil | None, line: str, by: Any, at: datetime) -> None:
    assert meeting.calendar is not None
    guests = {guest.pk: guest for guest in meeting.calendar.guests.select_related("user")}
    read = lines.read(line, timezone.localdate(at), {pk: guest.name for pk, guest in guests.items()})
    guest = None
    if read.owner == lines.SCHOOL:
        owner, name = None, meeting.school.name
    elif read.owner == lines.OFFICER:
        owner, name = meeting.calendar.organiser, meeting.calendar.organiser.name
    else:
        guest = guests[int(read.owner)]
        owner, name = guest.user, guest.name
    action = TargetingAction.objects.create(
        meeting=meeting, pupil=pupil, text=read.text, for_school=read.owner == lines.SCHOOL, owner=owner,
        owner_name=name, guest=guest, due=read.due, made_by=by, made_at=at,
    )  # fmt: skip
    trail.record(by=by, at=at, action="targeting.action_added", on=meeting, added=action.pk, due=read.due)
