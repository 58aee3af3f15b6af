"""An interview under caution, step by step: nothing is asked before the caution, and it stops when it must.

Each line is written as it is said. The child is never interviewed here: an interview is one parent's.
"""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.law import clock
from mainstay.service.casework import interview_record, interview_screens
from mainstay.service.casework.actions import cases
from mainstay.service.casework.actions.fast_track_locking import locked as fast_track_of
from mainstay.service.casework.fast_track_values import in_force
from mainstay.service.casework.models import FastTrack, Interview, InterviewEntry
from mainstay.service.casework.queries.chairs import may_chair
from mainstay.service.casework.steps_fast_track import INTERVIEW, rights_missing
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.record import deadlines
from mainstay.service.record.models import Audience

State, Kind = Interview.State, InterviewEntry.Kind
#: rule of the deadline of a record that is not signed yet
SIGNATURE: Final = "interview-signature"
#: when a parent may be questioned: at the meeting, and later where an offence is asked about again
WHEN = (FastTrack.State.INVITED, FastTrack.State.MET, FastTrack.State.FRAMEWORK, FastTrack.State.REVIEW)


@transaction.atomic
def begin(*, fast_track_id: int, parent_id: int, by: Any, at: datetime) -> Interview:
    """Begin with one parent. Raises StepRefused with every reason why not: rights, leaflet, chair, time."""
    if not by.may("interview"):
        raise StepRefused("Your role cannot hold interviews under caution.")
    one = fast_track_of(fast_track_id, by, at)
    if missing := before(one, parent_id, at):
        raise StepRefused(" ".join(missing))
    interview = Interview.objects.create(fast_track=one, parent_id=parent_id, begun_at=at, begun_by=by)
    _tell(interview, one, "interview under caution begun", by, at)
    trail.record(by=by, at=at, action="interview.begun", on=interview, fast_track=one.pk)
    return interview


def before(one: FastTrack, parent_id: int, at: datetime) -> list[str]:
    """What stands in the way of questioning this parent under caution now."""
    to = one.invitations.select_related("service").filter(parent=parent_id).first()
    if to is None:
        return ["This parent was not invited: each parent gets a letter with their rights first."]
    today, missing = timezone.localdate(at), []
    if one.state not in WHEN:
        missing.append("Questions under caution are asked at the meeting, and until the review is over.")
    elif one.meeting is None or one.meeting.starts > at:
        missing.append("The meeting has not begun yet.")
    if one.chair is None or not may_chair(one.chair, today):
        missing.append("The meeting needs a chair who is authorised today.")
    if words := rights_missing(to, today):
        missing.append(words)
    if one.state == FastTrack.State.REVIEW and to.review_asked_at is None:
        missing.append("Ask this parent again, before the review, what help is needed to follow it.")
    if Interview.objects.filter(fast_track=one, parent=parent_id).exclude(state=State.SIGNED).exists():
        missing.append("An interview with this parent is open already: go on with that one.")
    return missing


@transaction.atomic
def confirm(*, interview_id: int, kind: str, note: str, by: Any, at: datetime) -> Interview:
    """Confirm the screen that is due, or one of the two before the end. Raises StepRefused for any other."""
    one, entries = _open(interview_id, by)
    due = interview_screens.due(one, entries)
    in_closing = due is None and one.state == State.QUESTIONS and kind in (Kind.STATEMENTS, Kind.ADDITION)
    if not in_closing and (due is None or due.kind != kind):
        raise StepRefused("Another step comes first: the order is that of the law.")
    screen = interview_screens.BY_KIND[kind]
    if screen.needed and not note.strip():
        raise StepRefused(f"Write it down: {screen.note[:1].lower()}{screen.note[1:]}.")
    text = f"{screen.large}\n\n{note.strip()}" if screen.large else note
    entries.append(_write(one, kind, text, by, at))
    if kind == Kind.CAUTION:
        one.cautioned = True
    if one.state == State.OPENING and interview_screens.due(one, entries) is None:
        one.state = INTERVIEW.check("question", one, by)
    one.save()
    return one


@transaction.atomic
def ask(*, interview_id: int, question: str, answer: str, by: Any, at: datetime) -> InterviewEntry:
    """One question with its answer; silence is written down as silence. Raises StepRefused before the caution."""
    one, entries = _open(interview_id, by)
    if one.state != State.QUESTIONS or interview_screens.due(one, entries) is not None:
        raise StepRefused("Give the caution first: nothing is asked before it.")
    if not question.strip() or not answer.strip():
        raise StepRefused(
            "Write down the question and the answer; silence is an answer too: write “no answer”."
        )
    return _write(one, Kind.QUESTION, question, by, at, answer=answer)


@transaction.atomic
def take_break(*, interview_id: int, because: str, by: Any, at: datetime) -> Interview:
    """A break begins; the caution is repeated after it."""
    return _taken(interview_id, "break", Kind.BREAK, because, by, at)


@transaction.atomic
def go_on(*, interview_id: int, note: str, by: Any, at: datetime) -> Interview:
    """The break is over: before the next question the caution is given again."""
    return _taken(interview_id, "back", Kind.BACK, note, by, at)


@transaction.atomic
def stop(*, interview_id: int, because: str, note: str, by: Any, at: datetime) -> Interview:
    """Stop at once: the parent asks for advice, is ill, wants to leave, or a safeguarding matter arises."""
    if because not in Interview.Stop.values:
        raise StepRefused("Choose why it stops.")
    one, _ = _open(interview_id, by)
    one.state, one.cautioned = INTERVIEW.check("stop", one, by), False
    one.stopped_because = because
    _write(one, Kind.STOP, f"{one.get_stopped_because_display()}. {note.strip()}".strip(), by, at)
    one.save()
    _tell(one, one.fast_track, "interview under caution stopped", by, at)
    trail.record(by=by, at=at, action="interview.stopped", on=one, because=because)
    return one


@transaction.atomic
def resume(*, interview_id: int, note: str, by: Any, at: datetime) -> Interview:
    """Another sitting, opened afresh: rights, understanding and the caution are gone through again.

    Raises StepRefused without what was done about the reason for stopping, or where rights or chair are lacking now.
    """
    one, _ = _open(interview_id, by)
    state = INTERVIEW.check("resume", one, by)
    if not note.strip():
        raise StepRefused("Say what was done about the reason it was stopped for.")
    if one.fast_track.state not in WHEN:
        raise StepRefused("The Fast Track is over: no more questions are asked under caution.")
    today = timezone.localdate(at)
    to = one.fast_track.invitations.select_related("service").get(parent=one.parent_id)
    if words := rights_missing(to, today):
        raise StepRefused(words)
    if one.fast_track.chair is None or not may_chair(one.fast_track.chair, today):
        raise StepRefused("The meeting needs a chair who is authorised today.")
    one.state, one.sitting, one.cautioned, one.stopped_because = state, one.sitting + 1, False, ""
    _write(one, Kind.RESUMED, note, by, at)
    one.save()
    trail.record(by=by, at=at, action="interview.resumed", on=one, sitting=one.sitting)
    return one


@transaction.atomic
def end(*, interview_id: int, by: Any, at: datetime) -> Interview:
    """No more questions; the note is then read and signed, by a last day of the interviewer's."""
    one = _taken(interview_id, "end", Kind.END, "", by, at)
    _to_be_signed(one, by, at)
    return one


@transaction.atomic
def read_back(*, interview_id: int, note: str, amendments: str, by: Any, at: datetime) -> Interview:
    """The parent reads the note or it is read out; what they want changed is added, and nothing is overwritten."""
    one, _ = _open(interview_id, by)
    if one.state != State.READING:
        raise StepRefused("End the interview first.")
    if not note.strip():
        raise StepRefused("Say who read it, or to whom it was read.")
    if not one.entries.filter(kind=Kind.READ, sitting=one.sitting).exists():
        _to_be_signed(one, by, at)
    _write(one, Kind.READ, note, by, at)
    if amendments.strip():
        _write(one, Kind.AMENDMENT, amendments, by, at)
    return one


@transaction.atomic
def sign(*, interview_id: int, signed_as: str, refusal: str, by: Any, at: datetime) -> Interview:
    """Signed as correct under a name, or refused with the reason; the record is locked by its digest."""
    one, entries = _open(interview_id, by)
    state = INTERVIEW.check("sign", one, by)
    if bool(signed_as.strip()) == bool(refusal.strip()):
        raise StepRefused("Write the name as it was signed, or why it was not signed: one of the two.")
    text = (
        f"Signed as correct: {signed_as.strip()}" if signed_as.strip() else f"Not signed: {refusal.strip()}"
    )
    entries.append(_write(one, Kind.SIGNATURE, text, by, at))
    one.refused, one.signed_at, one.state = bool(refusal.strip()), at, state
    one.digest = interview_record.digest(one, entries)
    one.save()
    deadlines.stop(about=one, rule=SIGNATURE, by=by, at=at)
    _tell(one, one.fast_track, "interview under caution over, its record locked", by, at)
    trail.record(by=by, at=at, action="interview.signed", on=one, digest=one.digest, refused=one.refused)
    return one


@transaction.atomic
def add(*, interview_id: int, kind: str, text: str, by: Any, at: datetime) -> InterviewEntry:
    """After the signature: that a copy was given, or an addendum. What was signed stays."""
    one, _ = _open(interview_id, by)
    if kind not in InterviewEntry.AFTER:
        raise StepRefused("After the signature a copy or an addendum is noted, nothing else.")
    if one.state != State.SIGNED:
        raise StepRefused("It is not signed yet: write it among the questions.")
    if not text.strip():
        raise StepRefused("Write down what is added, or how and when the copy was given.")
    entry = _write(one, kind, text, by, at)
    trail.record(by=by, at=at, action="interview.added", on=one, kind=kind)
    return entry


def _open(interview_id: int, by: Any) -> tuple[Interview, list[InterviewEntry]]:
    """The interview, locked, with its lines. Raises StepRefused where it is not this person's to hold."""
    rows = Interview.objects.select_for_update(of=("self",)).select_related("fast_track")
    one = rows.filter(pk=interview_id).first()
    if one is None or not Interview.objects.visible_to(by).filter(pk=interview_id).exists():
        raise StepRefused("You cannot see this interview.")
    if not by.may("interview"):
        raise StepRefused("Your role cannot hold interviews under caution.")
    case = cases.locked(one.fast_track.case_id, by)
    one.fast_track.refresh_from_db()  # it may have ended while its case was waited for
    one.fast_track.case = case
    return one, list(one.entries.order_by("number"))


def _to_be_signed(one: Interview, by: Any, at: datetime) -> None:
    """A last day to have it signed, or to write down why it is not; counted again once it was read back.

    Where bank holidays are not known that far, in weeks of five days: an interview is not held up by it.
    """
    today = timezone.localdate(at)
    days = in_force(today)["signature"]
    try:
        last = clock.working_day_after(today, days)
    except clock.BeyondTable:
        last = today + -(-days // 5) * clock.WEEK
    deadlines.start(
        pupil=one.fast_track.case.pupil_id, about=one, rule=SIGNATURE, label=f"Interview {one.number}: to be signed",
        trigger_on=today, last_day=last, owner=one.begun_by, by=by, at=at,
    )  # fmt: skip


def _write(one: Interview, kind: str, text: str, by: Any, at: datetime, answer: str = "") -> InterviewEntry:
    last = one.entries.order_by("-number").values_list("number", flat=True).first()
    return InterviewEntry.objects.create(
        interview=one, number=(last or 0) + 1, sitting=one.sitting, kind=kind, at=at, by=by, text=text.strip(),
        answer=answer.strip(),
    )  # fmt: skip


def _taken(interview_id: int, step: str, kind: str, text: str, by: Any, at: datetime) -> Interview:
    one, _ = _open(interview_id, by)
    one.state = INTERVIEW.check(step, one, by)
    one.cautioned = False if step in ("break", "back") else one.cautioned
    _write(one, kind, text, by, at)
    one.save()
    trail.record(by=by, at=at, action=f"interview.{step}", on=one)
    return one


def _tell(one: Interview, fast_track: FastTrack, what: str, by: Any, at: datetime) -> None:
    """That it happened; what was said stays in its own record."""
    title = f"Fast Track {fast_track.number}: {what} ({one.number})"
    cases.tell(fast_track.case, title, "", by=by, at=at, audience=Audience.SERVICE)
