"""While the framework runs and at its review: a breach decided on, the review held, its outcome, the aftercare."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import clock
from mainstay.service.casework import fast_track_register
from mainstay.service.casework.actions import cases, fast_track_meeting, fast_track_review_day
from mainstay.service.casework.actions.fast_track_locking import (
    AFTERCARE,
    BREACH,
    COPY,
    MIDPOINT,
    REVIEW,
    chaired,
    locked,
    take,
    worked,
)
from mainstay.service.casework.fast_track_values import in_force
from mainstay.service.casework.models import Case, FastTrack
from mainstay.service.casework.steps_fast_track import FAST_TRACK, review_not_held
from mainstay.service.common import meanwhile
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import long_date
from mainstay.service.record import deadlines, meetings
from mainstay.service.record.announcements import intervention_ended
from mainstay.service.record.models import Audience, Meeting

State, Outcome = FastTrack.State, FastTrack.Outcome
#: outcomes of a review that close it -> the step of the case that follows
PASSED_ON: Final = {
    Outcome.PENALTY: "monitor",
    Outcome.SUPERVISION: "monitor",
    Outcome.LEGAL: "to_legal",
    Outcome.SOCIAL_CARE: "close",
}


@transaction.atomic
def go_on(*, fast_track_id: int, because: str, by: Any, at: datetime) -> FastTrack:
    """After a breach it goes on all the same: only sessions beyond those known now are flagged again."""
    one = worked(fast_track_id, by, at)
    if one.breached_on is None:
        raise StepRefused("The tolerated number of sessions is not exceeded: there is nothing to decide.")
    if not because.strip():
        raise StepRefused("Give your reasons.")
    seen = fast_track_register.look([one]).get(one.pk)
    if seen is not None:
        one.tolerated = max(one.tolerated, seen.total.unauthorised)
    one.breached_on = one.noticed_at = None
    take(one, "go_on", "goes on after a breach", because.strip(), by, at)
    deadlines.stop(about=one, rule=BREACH, by=by, at=at)
    return one


@transaction.atomic
def look_half_way(*, fast_track_id: int, words: str, by: Any, at: datetime) -> FastTrack:
    """What the register and the people say at the mid-point; its deadline is met."""
    one = worked(fast_track_id, by, at)
    if one.state != State.FRAMEWORK:
        raise StepRefused("The framework is not running.")
    if not words.strip():
        raise StepRefused("Write down what helps, what does not, and what changes from now on.")
    seen = fast_track_register.look([one]).get(one.pk)
    figures = f"{seen.total.words}\n\n" if seen is not None else ""
    deadlines.stop(about=one, rule=MIDPOINT, by=by, at=at)
    cases.tell(
        one.case, f"Fast Track {one.number}: half-way", f"{figures}{words.strip()}", by=by, at=at, audience=Audience.SCHOOL
    )  # fmt: skip
    trail.record(by=by, at=at, action="fast_track.half_way", on=one)
    return one


@transaction.atomic
def bring_forward(
    *, fast_track_id: int, starts: datetime, ends: datetime, where: str, because: str, by: Any, at: datetime
) -> FastTrack:
    """The review comes sooner, after a breach or because it goes well; the meeting in the calendars is moved.

    Raises StepRefused for a day that leaves parents too little time after their letter.
    """
    one = worked(fast_track_id, by, at)
    if not because.strip():
        raise StepRefused("Say why the review comes sooner.")
    fast_track_review_day.put(one, starts, ends, where, "The review comes sooner.", by, at)
    take(one, "bring_forward", "the review is brought forward", because.strip(), by, at)
    for rule in (MIDPOINT, BREACH):
        deadlines.stop(about=one, rule=rule, by=by, at=at)
    return one


@transaction.atomic
def record_review(
    *,
    fast_track_id: int,
    voice: str,
    account: str,
    by: Any,
    at: datetime,
    came: Iterable[int] = (),
    seen: str = "",
) -> FastTrack:
    """Keep the child's voice and the parents' account, and the attendance as it stands now.

    came: guests of the review; seen: ``meanwhile.mark`` of what the page showed

    Where an offence is asked about, that is an interview under caution of its own.
    """
    one = chaired(fast_track_id, by, at)
    if one.state != State.REVIEW:
        raise StepRefused("The review has not come yet.")
    came = set(came)
    there = (
        set(one.review.guests.filter(pk__in=came).values_list("parent_id", flat=True))
        if one.review
        else set()
    )
    if missing := review_not_held(one, there):
        raise StepRefused(missing)
    if not voice.strip() or not account.strip():
        raise StepRefused(
            "Write down the child's voice and the parents' account, or why one could not be heard."
        )
    said = {"voice": voice.strip(), "account": account.strip()}
    meanwhile.check(seen, {"voice": one.review_voice, "account": one.parents_account}, said)
    register = fast_track_register.look([one]).get(one.pk)
    one.review_voice, one.parents_account = said["voice"], said["account"]
    one.figures = register.total.as_dict() if register is not None else None
    one.save()
    if one.review is not None and one.review.state == Meeting.State.PLANNED:
        meetings.hold(meeting_id=one.review.pk, attended=came, by=by, at=at)
    cases.tell(
        one.case,
        f"Fast Track {one.number}: reviewed",
        f"The parents: {one.parents_account}",  # the child's own words stay apart
        by=by,
        at=at,
        audience=Audience.SERVICE,
    )
    trail.record(by=by, at=at, action="fast_track.reviewed", on=one, figures=one.figures)
    return one


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """Why this outcome: reasons, what else was possible, equality; told: what the letter to each parent says about it."""

    reasons: str
    alternatives: str
    equality: str
    told: str = ""


@transaction.atomic
def improved(*, fast_track_id: int, weighed: Weighed, by: Any, at: datetime) -> FastTrack:
    """It went well: aftercare by the school, and the case is monitored."""
    one = chaired(fast_track_id, by, at)
    FAST_TRACK.check("improved", one, by)
    today = timezone.localdate(at)
    weeks = in_force(today)["aftercare"]
    until = _aftercare(one, today, weeks)
    _decided(one, Outcome.IMPROVED, weighed, by, at)
    one.aftercare_until = until
    _stop_clocks(one, by, at)
    take(one, "improved", f"attendance improved, aftercare until {long_date(until)}", weighed.reasons, by, at)
    _monitor(one, weighed.reasons, by, at)
    deadlines.start(
        pupil=one.case.pupil_id, about=one, rule=AFTERCARE, label=f"Fast Track {one.pk}: end of aftercare", trigger_on=today,
        last_day=until, owner=one.case.owner, by=by, at=at,
    )  # fmt: skip
    return one


def _aftercare(one: FastTrack, today: date, weeks: int) -> date:
    """Its last day: as many school weeks as the council sets, within compulsory school age."""
    last = fast_track_register.compulsory_to(one.case.pupil)
    if last is not None and last < today + clock.WEEK:
        return max(last, today)
    return fast_track_register.days(one.case, today, "school", weeks).review_on


@transaction.atomic
def extend(*, fast_track_id: int, weighed: Weighed, by: Any, at: datetime) -> FastTrack:
    """Once, from today on, with the same plan and a review of its own; what was said of its lines stays."""
    one = chaired(fast_track_id, by, at)
    FAST_TRACK.check("extend", one, by)
    said = weighed.reasons.strip()
    _weighed(one, "extended", weighed, by, at)
    _stop_clocks(one, by, at)
    fast_track_meeting.run(one, "extend", "Extended once.", by, at, extended_because=said, review_voice="")
    return one


@transaction.atomic
def pass_on(*, fast_track_id: int, outcome: str, weighed: Weighed, by: Any, at: datetime) -> FastTrack:
    """A penalty notice or a supervision order is considered, legal takes over, or social care leads."""
    one = chaired(fast_track_id, by, at)
    if outcome not in PASSED_ON:
        raise StepRefused("Choose what follows from the review.")
    _decided(one, Outcome(outcome), weighed, by, at)
    return _closed(one, "pass_on", PASSED_ON[Outcome(outcome)], weighed.reasons, by, at)


@transaction.atomic
def at_once(*, fast_track_id: int, weighed: Weighed, by: Any, at: datetime) -> FastTrack:
    """To legal straight from the meeting, without a framework."""
    one = chaired(fast_track_id, by, at)
    _decided(one, Outcome.LEGAL, weighed, by, at)
    return _closed(one, "at_once", "to_legal", weighed.reasons, by, at)


@transaction.atomic
def stop(*, fast_track_id: int, weighed: Weighed, by: Any, at: datetime) -> FastTrack:
    """New information, health, special educational needs, safeguarding: it stops, and the case is monitored."""
    one = locked(fast_track_id, by, at)
    _decided(one, Outcome.STOPPED, weighed, by, at)
    for meeting in (one.meeting, one.review):
        if meeting is not None and meeting.state == Meeting.State.PLANNED:
            meetings.cancel(meeting_id=meeting.pk, because="It does not take place.", by=by, at=at)
    return _closed(one, "stop", "monitor", weighed.reasons, by, at)


@transaction.atomic
def relapse(*, fast_track_id: int, because: str, by: Any, at: datetime) -> FastTrack:
    """Attendance fell again in the aftercare: it is reviewed anew, and the case is at Fast Track again."""
    one = worked(fast_track_id, by, at)
    if not because.strip():
        raise StepRefused("Say what the register shows.")
    take(
        one, "relapse", "to be reviewed after a relapse", because.strip(), by, at, review_voice="", outcome="",
        outcome_decision=None, review=None,
    )  # fmt: skip
    one.invitations.update(
        review_document=None, review_service=None, review_asked_at=None, review_asked_by=None
    )
    deadlines.stop(about=one, by=by, at=at)
    if one.case.state == Case.State.MONITORING:
        cases.take(case_id=one.case_id, step="fast_track", because=because, by=by, at=at)
    return one


@transaction.atomic
def end(*, fast_track_id: int, reasons: str, by: Any, at: datetime) -> FastTrack:
    """The aftercare is over: the Fast Track ends, and the case closes as improved."""
    one = worked(fast_track_id, by, at)
    take(one, "end", "aftercare over", reasons, by, at)
    deadlines.stop(about=one, by=by, at=at)
    pupil, school = one.case.pupil, one.case.school
    intervention_ended.send(service="fast_track", pupil=pupil, school=school, about=one, by=by, at=at)
    cases.close(case_id=one.case_id, reason=Case.Reason.IMPROVED, reasons=reasons, by=by, at=at)
    return one


def _decided(one: FastTrack, outcome: FastTrack.Outcome, weighed: Weighed, by: Any, at: datetime) -> None:
    one.outcome = outcome
    _weighed(one, outcome, weighed, by, at)


def _weighed(one: FastTrack, outcome: str, weighed: Weighed, by: Any, at: datetime) -> None:
    """Why, and on which day; each parent gets a new letter about what is decided now."""
    one.outcome_decision = decide(
        by=by, at=at, kind="fast_track.outcome", outcome=outcome, reasons=weighed.reasons, equality=weighed.equality,
        alternatives=weighed.alternatives, answer=one.answer,
    )  # fmt: skip
    one.told = weighed.told.strip()
    one.invitations.update(outcome_document=None, outcome_service=None)


def _closed(one: FastTrack, step: str, of_case: str, reasons: str, by: Any, at: datetime) -> FastTrack:
    take(one, step, one.get_outcome_display().lower(), reasons, by, at)
    deadlines.stop(about=one, by=by, at=at)
    if of_case == "close":
        cases.close(case_id=one.case_id, reason=Case.Reason.SOCIAL_CARE, reasons=reasons, by=by, at=at)
    elif of_case == "monitor":
        _monitor(one, reasons, by, at)
    else:
        cases.take(case_id=one.case_id, step=of_case, because=reasons, by=by, at=at)
    return one


def _monitor(one: FastTrack, reasons: str, by: Any, at: datetime) -> None:
    """A case that stands at Fast Track goes on to monitoring; one that is elsewhere by then stays there."""
    if one.case.state == Case.State.FAST_TRACK:
        cases.take(case_id=one.case_id, step="monitor", because=reasons, by=by, at=at)


def _stop_clocks(one: FastTrack, by: Any, at: datetime) -> None:
    for rule in (MIDPOINT, REVIEW, BREACH, COPY):
        deadlines.stop(about=one, rule=rule, by=by, at=at)
