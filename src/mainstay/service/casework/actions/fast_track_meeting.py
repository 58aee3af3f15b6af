"""The meeting is held or nobody came; the plan is written line by line, and the framework begins.

The part about help is written down here, the child's voice among it. What was asked under caution is another record.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.law.clock import BeyondTable, working_day_after
from mainstay.service.casework import fast_track_register
from mainstay.service.casework.actions import cases
from mainstay.service.casework.actions.fast_track_locking import COPY, MIDPOINT, REVIEW, locked, take, worked
from mainstay.service.casework.fast_track_values import in_force
from mainstay.service.casework.models import FastTrack, FastTrackAction
from mainstay.service.casework.steps_fast_track import FAST_TRACK
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.directory.relations import link_officer
from mainstay.service.record import deadlines, meetings
from mainstay.service.record.frame import is_present
from mainstay.service.record.models import Audience, Deadline, Meeting

State = FastTrack.State


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """The part of the meeting about help: what the family said, the child's voice, the support; who came."""

    views: str
    child_present: bool
    child_voice: str
    support: str


@transaction.atomic
def hold(*, fast_track_id: int, held: Held, guests: Iterable[int], by: Any, at: datetime) -> FastTrack:
    """Record the meeting; guests: ids of those asked who came. Raises StepRefused where no parent did."""
    one = worked(fast_track_id, by, at)
    FAST_TRACK.check("hold", one, by)
    came = set(guests)
    attended = _attended(one, came)
    if not any(attended.values()):
        raise StepRefused("No parent came: record that nobody came, or arrange another day.")
    if not held.views.strip():
        raise StepRefused("Write down what the family says stands in the way, and what would help.")
    if not held.child_voice.strip():
        raise StepRefused("Write down the child's own voice: said here, or asked for before, and by whom.")
    _keep_attendance(one, came, attended, by, at)
    one.views, one.child_present = held.views.strip(), held.child_present
    one.child_voice, one.support = held.child_voice.strip(), held.support.strip()
    take(one, "hold", "meeting held", one.support, by, at, audience=Audience.SCHOOL)
    return one


def _attended(one: FastTrack, came: set[int]) -> dict[int, bool]:
    """Invitation -> whether that parent came."""
    assert one.meeting is not None
    parents = {guest.parent_id for guest in one.meeting.guests.all() if guest.pk in came}
    return {to.pk: to.parent_id in parents for to in one.asked()}


def _keep_attendance(
    one: FastTrack, came: set[int], attended: dict[int, bool], by: Any, at: datetime
) -> None:
    assert one.meeting is not None
    meetings.hold(meeting_id=one.meeting.pk, attended=came, by=by, at=at)
    for pk, was_there in attended.items():
        one.invitations.filter(pk=pk).update(attended=was_there)


@transaction.atomic
def not_attended(*, fast_track_id: int, record: str, questions: str, by: Any, at: datetime) -> FastTrack:
    """Nobody came. That the letters were received is shown first; questions may be put in writing with the plan."""
    one = worked(fast_track_id, by, at)
    FAST_TRACK.check("not_attended", one, by)
    if not record.strip():
        raise StepRefused("Say how long you waited, whom you called, and what is known of why nobody came.")
    _keep_attendance(one, set(), _attended(one, set()), by, at)
    one.absence_record, one.questions = record.strip(), questions.strip()
    take(one, "not_attended", "nobody came to the meeting", one.absence_record, by, at)
    return one


@transaction.atomic
def allocate(*, fast_track_id: int, owner: Any, because: str, by: Any, at: datetime) -> FastTrack:
    """Give the case to an officer at the meeting: the school's link officer, or another with the reason."""
    one = worked(fast_track_id, by, at)
    link = link_officer(one.case.school_id, timezone.localdate(at))
    if link is not None and owner.pk != link.pk and not because.strip():
        raise StepRefused(f"{link.name} is the school's link officer: say why somebody else takes the case.")
    one.case = cases.allocate(case_id=one.case_id, owner=owner, because=because, by=by, at=at)
    found = Deadline.objects.open().filter(about_kind=one._meta.label_lower, about_id=str(one.pk))
    found.update(owner=owner)
    return one


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    need: str
    action: str
    owner: str
    who: str
    due: date
    measure: str


@transaction.atomic
def add_line(*, fast_track_id: int, line: Line, by: Any, at: datetime) -> FastTrackAction:
    """Add a line to the plan, until the framework begins and while it runs."""
    one = worked(fast_track_id, by, at)
    if one.state not in (State.MET, State.NOT_ATTENDED, State.FRAMEWORK):
        raise StepRefused("Lines are added from the meeting on, until the review.")
    if line.owner not in FastTrackAction.Owner.values:
        raise StepRefused("Choose who does it.")
    if line.due < timezone.localdate(at):
        raise StepRefused("A line of the plan is due today or later.")
    action = FastTrackAction.objects.create(
        fast_track=one, need=line.need.strip(), action=line.action.strip(), owner=line.owner, who=line.who.strip(),
        due=line.due, measure=line.measure.strip(),
    )  # fmt: skip
    trail.record(by=by, at=at, action="fast_track.line_added", on=one, line=action.pk)
    return action


@transaction.atomic
def drop_line(*, action_id: int, by: Any, at: datetime) -> None:
    """Take a line out again before the framework begins; what was sent to the family stays."""
    action = FastTrackAction.objects.filter(pk=action_id).first()
    if action is None:
        raise StepRefused("This line is not there any more.")
    one = worked(action.fast_track_id, by, at)
    if one.state not in (State.MET, State.NOT_ATTENDED):
        raise StepRefused("The plan was sent: say whether the line was done instead.")
    action.delete()
    trail.record(by=by, at=at, action="fast_track.line_dropped", on=one, line=action_id)


@transaction.atomic
def say_done(*, action_id: int, done: bool, evidence: str, by: Any, at: datetime) -> FastTrackAction:
    """Say whether a line was done, by whom and how that is known; said again, the last counts and all are in the audit."""
    found = FastTrackAction.objects.filter(pk=action_id).first()
    if found is None:
        raise StepRefused("This line is not there any more.")
    one = locked(found.fast_track_id, by, at)
    if found.owner not in speaks_for(by, one):
        raise StepRefused("Only the side that promised this, or the officer, says what became of it.")
    if one.state not in (State.FRAMEWORK, State.REVIEW):
        raise StepRefused("Whether a line was done is said while the plan runs, and at its review.")
    if not evidence.strip():
        raise StepRefused("Say who did it or did not, and how you know.")
    action = FastTrackAction.objects.select_for_update().get(pk=action_id)
    action.done, action.evidence, action.said_at, action.said_by = done, evidence.strip()[:300], at, by
    action.save()
    trail.record(
        by=by, at=at, action="fast_track.line_said", on=one, line=action_id, done=done, evidence=action.evidence
    )  # fmt: skip
    return action


def speaks_for(user: Any, one: FastTrack) -> Collection[str]:
    """The sides about whose lines this person says what became of them: whoever works on cases about all; somebody of
    the school about the school's own, while the child is on its roll."""
    if user.is_school_user:
        return (FastTrackAction.Owner.SCHOOL,) if is_present(one.case.pupil, user) else ()
    return FastTrackAction.Owner.values if user.may("work_case") else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """agreed: by the parents, or imposed; because: why it is imposed, or what was agreed differently"""

    agreed: bool
    because: str
    target: int
    tolerated: int


@transaction.atomic
def begin(*, fast_track_id: int, terms: Terms, by: Any, at: datetime) -> FastTrack:
    """Begin the framework today: its days by the school's calendar, the review in the calendars, copies due.

    Raises StepRefused without lines or an officer, for an imposed plan without why, or a calendar that ends too soon.
    """
    one = worked(fast_track_id, by, at)
    FAST_TRACK.check("begin", one, by)
    if not terms.agreed and not terms.because.strip():
        raise StepRefused("Say why the plan is imposed and not agreed.")
    if terms.agreed and one.state == State.NOT_ATTENDED:
        raise StepRefused("Nobody came to the meeting: the plan cannot have been agreed there.")
    if not 1 <= terms.target <= 100:
        raise StepRefused("The target is a percentage from 1 to 100.")
    one.agreed, one.plan_because = terms.agreed, terms.because.strip()
    one.target, one.tolerated = terms.target, terms.tolerated
    said = "Agreed." if terms.agreed else f"Imposed: {one.plan_because}"
    run(one, "begin", said, by, at)
    return one


def run(one: FastTrack, step: str, said: str, by: Any, at: datetime, **changes: Any) -> None:
    """The weeks from today on, with their deadlines, copies due and the review in the calendars; the step is taken."""
    today, values = timezone.localdate(at), in_force(timezone.localdate(at))
    answer = fast_track_register.days(one.case, today, values["unit"], values["weeks"])
    one.starts_on, one.midpoint_on, one.review_on = today, answer.midpoint_on, answer.review_on
    one.answer = answer.as_dict()
    one.breached_on = one.noticed_at = None
    one.review = _review_meeting(one, by, at)
    title = f"framework until {long_date(answer.review_on)}"
    take(one, step, title, said, by, at, audience=Audience.SCHOOL, **changes)
    one.invitations.update(
        plan_document=None, plan_service=None, review_document=None, review_service=None, review_asked_at=None,
        review_asked_by=None,
    )  # fmt: skip
    _start_copy(one, by, at)
    looks = ((MIDPOINT, "half-way", answer.midpoint_on), (REVIEW, "review", answer.review_on))
    for rule, words, day in looks:
        deadlines.start(
            pupil=one.case.pupil_id, about=one, rule=rule, label=f"Fast Track {one.pk}: {words}", trigger_on=today,
            last_day=day, owner=one.case.owner, answer=one.answer, by=by, at=at,
        )  # fmt: skip


def _review_meeting(one: FastTrack, by: Any, at: datetime) -> Meeting | None:
    """At the time and place of the first meeting, where there was one; it can be moved."""
    if one.meeting is None or one.chair is None or one.review_on is None:
        return None
    first = timezone.localtime(one.meeting.starts)
    starts = first + timedelta(days=(one.review_on - first.date()).days)
    ends = starts + (one.meeting.ends - one.meeting.starts)
    return plan_review(one, starts, ends, one.meeting.where, by, at)


def plan_review(
    one: FastTrack, starts: datetime, ends: datetime, where: str, by: Any, at: datetime
) -> Meeting:
    """A review in the calendars of its chair and the officer; parents get a letter."""
    asked = [meetings.Asked(to.parent.name, parent=to.parent) for to in one.asked()]
    if one.case.owner is not None:
        asked.append(meetings.Asked.of(one.case.owner))
    if one.meeting is not None:  # whoever of the school was asked to the meeting
        others = one.meeting.guests.filter(parent=None, user=None)
        asked += [meetings.Asked(guest.name, guest.email) for guest in others]
    return meetings.plan(
        kind="review", title="Fast Track review", starts=starts, ends=ends, where=where, organiser=one.chair or by, by=by,
        at=at, about=one, school=one.case.school, pupil=one.case.pupil, asked=asked,
    )  # fmt: skip


def _start_copy(one: FastTrack, by: Any, at: datetime) -> None:
    today = timezone.localdate(at)
    try:
        last = working_day_after(today, in_force(today)["copy"])
    except BeyondTable:
        raise StepRefused("The bank holidays of these weeks are not known: ask an administrator.") from None
    deadlines.start(
        pupil=one.case.pupil_id, about=one, rule=COPY, label=f"Fast Track {one.pk}: plan to each parent", trigger_on=today,
        last_day=last, owner=one.case.owner, by=by, at=at,
    )  # fmt: skip
