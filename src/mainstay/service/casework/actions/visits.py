"""A visit is planned, watched over while the officer is there, written up, cancelled."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from mainstay.service.casework.actions import passages
from mainstay.service.casework.actions.cases import locked as locked_case
from mainstay.service.casework.actions.cases import tell
from mainstay.service.casework.actions.passages import Typed
from mainstay.service.casework.models import KeptText, Visit
from mainstay.service.casework.queries import passages as written
from mainstay.service.casework.steps_visits import VISIT
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.record import meetings
from mainstay.service.record.meetings import Asked
from mainstay.service.record.models import Audience

State = Visit.State
#: how much longer an officer may say at once that they stay: our own choice, so that nobody is out of sight for long
LONGEST: Final = timedelta(hours=2)
#: what a calendar outside says of the place: never an address
PLACES: Final = {
    Visit.Place.HOME: "A home visit: the address is in the case",
    Visit.Place.ELSEWHERE: "The place is in the case",
}


@transaction.atomic
def plan(
    *,
    case_id: int,
    starts: datetime,
    minutes: int,
    place: str,
    announced: bool,
    told: str,
    purpose: str,
    risks: str,
    precautions: str,
    colleague: Any | None,
    by: Any,
    at: datetime,
) -> Visit:
    """Plan a visit of a case. colleague: who comes along.

    Raises StepRefused for a closed case, without a word about risks, announced without how the family was told.
    """
    case = locked_case(case_id, by)
    if not by.may("work_case"):
        raise StepRefused("Your role cannot plan visits.")
    if case.closed_at is not None:
        raise StepRefused("This case is closed.")
    if starts < at:
        raise StepRefused("The visit must lie in the future.")
    if not risks.strip():
        raise StepRefused("Write down the risks you know of, or that you looked and know of none.")
    if announced and not told.strip():
        raise StepRefused("Say how and when the family was told of the visit.")
    meeting = meetings.plan(
        kind="visit", title="Visit", starts=starts, ends=starts + timedelta(minutes=minutes),
        where=PLACES.get(Visit.Place(place)) or case.school.name, organiser=by, by=by, at=at, about=case,
        school=case.school, pupil=case.pupil, asked=[Asked.of(colleague)] if colleague else [],
    )  # fmt: skip
    visit = Visit.objects.create(
        case=case, meeting=meeting, place=place, announced=announced, told=told.strip()[:300], purpose=purpose.strip()[:300],
        risks=risks.strip(), precautions=precautions.strip(),
    )  # fmt: skip
    trail.record(by=by, at=at, action="visit.planned", on=visit, case=case.pk, announced=announced)
    return visit


@transaction.atomic
def arrive(*, visit_id: int, by: Any, at: datetime) -> Visit:
    """The officer says that they are arriving; they mean to stay as long as was planned."""
    visit = _of(locked(visit_id, by), by)
    visit.state = VISIT.check("arrive", visit, by)
    visit.arrived_at = at
    visit.safe_until = at + (visit.meeting.ends - visit.meeting.starts)
    _clear_alarm(visit)
    visit.save()
    trail.record(by=by, at=at, action="visit.arrived", on=visit, safe_until=visit.safe_until)
    return visit


@transaction.atomic
def stay(*, visit_id: int, minutes: int, by: Any, at: datetime) -> Visit:
    """The officer is well and stays longer. Raises StepRefused for more than two hours at once."""
    visit = _of(locked(visit_id, by), by)
    if visit.state != State.THERE:
        raise StepRefused("Say first that you are arriving.")
    if not timedelta() < timedelta(minutes=minutes) <= LONGEST:
        raise StepRefused("Say how much longer you stay: at most two hours at once.")
    visit.safe_until = at + timedelta(minutes=minutes)
    _clear_alarm(visit)
    visit.save()
    trail.record(by=by, at=at, action="visit.stays", on=visit, safe_until=visit.safe_until)
    return visit


@transaction.atomic
def leave(*, visit_id: int, by: Any, at: datetime) -> Visit:
    """The officer is safe and leaving; nobody looks for them any more."""
    visit = _of(locked(visit_id, by), by)
    visit.state = VISIT.check("leave", visit, by)
    if visit.arrived_at is None and visit.meeting.starts > at:
        raise StepRefused("This visit has not begun yet. Cancel it if it does not take place.")
    visit.left_at = at
    visit.save()
    trail.record(by=by, at=at, action="visit.left", on=visit)
    return visit


@transaction.atomic
def save(
    *,
    visit_id: int,
    outcome: str,
    child_seen: bool | None,
    who_seen: str,
    version: int,
    typed: Iterable[Typed],
    by: Any,
    at: datetime,
) -> tuple[Visit, list[KeptText], bool]:
    """Save what is written of a visit; the texts now kept beside another's, and whether the answers above them are.

    version: of outcome, child_seen and who_seen as their writer saw them: answers given meanwhile stand.
    What arrives after it was written up lies beside the record. Raises StepRefused before the visit.
    """
    visit = locked(visit_id, by)
    typed = list(typed)
    if not by.may("work_case"):
        raise StepRefused("Your role cannot write up visits.")
    if visit.state not in (State.THERE, State.LEFT, State.RECORDED):
        raise StepRefused("Say first that you are arriving, or that you are safe and have left.")
    final = visit.state == State.RECORDED
    beside = passages.save(case=visit.case, about=visit, typed=typed, by=by, at=at, final=final)
    now = (visit.outcome, visit.child_seen, visit.who_seen)
    said = (outcome or visit.outcome, child_seen, who_seen.strip()[:300])
    stands = said != now and (version != visit.version or final)
    if said != now and not stands:
        visit.outcome, visit.child_seen, visit.who_seen = said
        visit.version += 1
        visit.save()
        trail.record(by=by, at=at, action="visit.saved", on=visit, outcome=visit.outcome)
    return visit, beside, stands


@transaction.atomic
def record(*, visit_id: int, by: Any, at: datetime) -> Visit:
    """The record is whole: the meeting counts as held, and the chronology says that the visit was made."""
    visit = locked(visit_id, by)
    visit.state = VISIT.check("record", visit, by)
    if not visit.outcome:
        raise StepRefused("Say what came of the visit.")
    if visit.outcome == Visit.Outcome.SEEN and not visit.who_seen:
        raise StepRefused("Say who was seen.")
    visit.recorded_by, visit.recorded_at = by, at
    visit.save()
    came = list(visit.meeting.guests.order_by().values_list("pk", flat=True))
    meetings.hold(meeting_id=visit.meeting_id, attended=came, by=by, at=at)
    title = f"{visit.get_place_display()}, {'announced' if visit.announced else 'unannounced'} visit: "
    tell(
        visit.case, title + visit.get_outcome_display().lower(), "", by=by, at=at, audience=Audience.SCHOOL,
        happened_at=visit.arrived_at or visit.meeting.starts,
    )  # fmt: skip
    if text := written.in_words(visit):
        tell(
            visit.case, "What was said and seen at the visit", text, by=by, at=at,
            happened_at=visit.arrived_at or visit.meeting.starts,
        )  # fmt: skip
    trail.record(by=by, at=at, action="visit.recorded", on=visit, outcome=visit.outcome)
    return visit


@transaction.atomic
def cancel(*, visit_id: int, because: str, by: Any, at: datetime) -> Visit:
    visit = locked(visit_id, by)
    visit.state = VISIT.check("cancel", visit, by)
    visit.save(update_fields=["state"])
    meetings.cancel(meeting_id=visit.meeting_id, because=because, by=by, at=at)
    trail.record(by=by, at=at, action="visit.cancelled", on=visit)
    return visit


def locked(visit_id: int, by: Any) -> Visit:
    """The visit, locked, of a case whose record stands open to this person."""
    found = Visit.objects.select_for_update(of=("self",)).select_related("meeting")
    visit = found.filter(pk=visit_id).first()
    if visit is None or not Visit.objects.visible_to(by).filter(pk=visit_id).exists():
        raise StepRefused("You cannot see this visit.")
    visit.case = locked_case(visit.case_id, by)
    return visit


def makes(visit: Visit, user: Any) -> bool:
    """Whether this person goes: only they know that they are safe."""
    return visit.meeting.organiser_id == user.pk or visit.meeting.guests.filter(user=user).exists()


def _of(visit: Visit, by: Any) -> Visit:
    if not makes(visit, by):
        raise StepRefused("Only who makes the visit says that they arrive, stay or are safe.")
    return visit


def _clear_alarm(visit: Visit) -> None:
    """Heard from again: a next time everything begins anew. Who answered stands until then."""
    visit.alarmed_at = visit.last_alarm_at = None
    visit.alarms = 0
