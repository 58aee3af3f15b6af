"""Asking for a penalty notice: written by a school or an officer, sent, sent back, refused, closed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import IO, Any, Final

from django.db import transaction
from django.utils import timezone

from mainstay.service.attendance.findings import packed
from mainstay.service.attendance.models import Finding
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import kinds, store
from mainstay.service.directory.models import Pupil
from mainstay.service.directory.relations import link_officer
from mainstay.service.penalties import code, sessions
from mainstay.service.penalties.actions.locking import request_of
from mainstay.service.penalties.facts import school_type
from mainstay.service.penalties.models import Improvement, LeaveRequest, NoticeRequest, RequestEvidence
from mainstay.service.penalties.steps import REQUEST
from mainstay.service.record import access, deadlines
from mainstay.service.record.actions import add_entry
from mainstay.service.record.models import Audience

State, Route = NoticeRequest.State, NoticeRequest.Route
#: working days within which a request is looked at: our own choice, so that none lies about
LOOKED_AT: Final = 5
ABOUT: Final = "penalties.noticerequest"


@transaction.atomic
def start(
    *,
    pupil: Pupil,
    route: str,
    by: Any,
    at: datetime,
    finding: Finding | None = None,
    leave: LeaveRequest | None = None,
    improvement: Improvement | None = None,
) -> NoticeRequest:
    """A draft request, with the sessions of the finding, leave or improvement picked to begin with.

    Raises StepRefused: not in view, no school, an independent school, a route the code refuses, a draft open already.
    """
    if not by.may("request_notice"):
        raise StepRefused("Your role cannot ask for a penalty notice.")
    if not Pupil.objects.present_to(by).filter(pk=pupil.pk).exists() or not access.may_open(by, pupil):
        raise StepRefused("You cannot see this child's record.")
    if pupil.school is None:
        raise StepRefused(
            "This child is on no roll: there is no school whose register a notice could rest on."
        )
    if school_type(pupil.school.kind) == "independent":
        raise StepRefused("No penalty notice can be issued for a pupil of an independent school.")
    if route not in Route.values:
        raise StepRefused("Choose what the request rests on.")
    if route == Route.BELOW and code.in_force(timezone.localdate(at))["below_threshold"] == "refused":
        raise StepRefused("The code of conduct refuses notices below the national threshold.")
    _belongs(pupil, route, finding, leave, improvement)
    kind = "excluded" if route == Route.EXCLUDED else "attendance"
    waiting = NoticeRequest.objects.filter(
        pupil=pupil, kind=kind, state__in=(State.DRAFT, State.ASKED, State.RETURNED)
    )
    if waiting.filter(from_school=by.is_school_user).exists():
        raise StepRefused("A request about this child is open already: go on with that one.")
    request = NoticeRequest.objects.create(
        pupil=pupil, school=pupil.school, kind=kind, route=route, finding=finding, leave=leave,
        improvement=improvement, from_school=by.is_school_user, made_by=by, made_at=at,
        sessions=_first_picked(pupil, finding, leave, improvement, at),
    )  # fmt: skip
    request.offence_from, request.offence_to = sessions.span(request.sessions)
    request.save(update_fields=["offence_from", "offence_to"])
    trail.record(by=by, at=at, action="notice_request.started", on=request, route=route)
    return request


def _belongs(pupil: Pupil, route: str, *things: Any) -> None:
    for thing in things:
        if thing is not None and thing.pupil_id != pupil.pk:
            raise StepRefused("That is about another child.")
    finding, leave, improvement = things
    if (
        route == Route.LEAVE
        and leave is not None
        and leave.state in (LeaveRequest.State.ASKED, LeaveRequest.State.GRANTED)
    ):
        raise StepRefused("That leave was not refused.")
    if route == Route.IMPROVEMENT and improvement is None:
        raise StepRefused("Choose the notice to improve that was not kept to.")
    if route == Route.THRESHOLD and (finding is None or finding.kind != Finding.Kind.THRESHOLD):
        raise StepRefused(
            "The threshold has not been found to be met: ask below the threshold, with a reason."
        )


def _first_picked(
    pupil: Pupil,
    finding: Finding | None,
    leave: LeaveRequest | None,
    improvement: Improvement | None,
    at: datetime,
) -> list[dict[str, str]]:
    if finding is not None:
        return sessions.in_order(packed.sessions(finding.answer))
    if improvement is not None:
        return sessions.in_order(improvement.sessions)
    if leave is not None:
        granted = (leave.granted_from, leave.granted_to)
        shown = sessions.offered(pupil, [], timezone.localdate(at))
        inside = [
            s for s in shown if leave.first_day <= s.on <= leave.last_day and not _granted(s.on, granted)
        ]
        return sessions.in_order({"date": s.on.isoformat(), "half": s.half, "code": s.code} for s in inside)
    return []


def _granted(on: date, granted: tuple[date | None, date | None]) -> bool:
    first, last = granted
    return first is not None and last is not None and first <= on <= last


@transaction.atomic
def write(*, request_id: int, picked: Iterable[str], because: str, by: Any, at: datetime) -> NoticeRequest:
    """Keep the sessions picked ("2026-11-16 AM" each) and the reason; only sessions the register shows.

    Raises StepRefused once it is sent, unless to an officer who checks it, and once it is decided.
    """
    request = _to_write(request_id, by)
    if request.kind == "excluded":
        raise StepRefused("An excluded child's notice rests on where they were seen, not on marks.")
    before = request.sessions
    request.sessions = _of_register(request, picked, at)
    return _written(request, before, because, by, at)


@transaction.atomic
def write_exclusion(
    *,
    request_id: int,
    notice_on: date | None,
    excluded_from: date | None,
    school_days: int | None,
    seen: Iterable[Mapping[str, Any]],
    because: str,
    by: Any,
    at: datetime,
) -> NoticeRequest:
    """Keep what is known of an exclusion, and where the child was seen.

    notice_on: the day the notice under s.104 was given; seen: {"date": date, "time": "10:40", "place"} each
    """
    request = _to_write(request_id, by)
    if request.kind != "excluded":
        raise StepRefused("This request is about a failure to attend.")
    before = request.sessions
    request.excluded_notice_on, request.excluded_from = notice_on, excluded_from
    request.excluded_school_days = school_days
    request.seen = [
        {"date": s["date"].isoformat(), "time": s["time"], "place": s["place"].strip()} for s in seen
    ]
    halves = (
        {"date": s["date"], "half": "AM" if s["time"] < "12:00" else "PM", "code": "E"} for s in request.seen
    )
    request.sessions = sessions.in_order(halves)
    return _written(request, before, because, by, at)


def _to_write(request_id: int, by: Any) -> NoticeRequest:
    request = request_of(request_id, by)
    if request.state not in (State.DRAFT, State.RETURNED) and not by.may("check_notice"):
        raise StepRefused("This request was sent already.")
    if not by.may("request_notice"):
        raise StepRefused("Your role cannot ask for a penalty notice.")
    if request.state in (State.REFUSED, State.DONE, State.TAKEN_BACK) or _frozen(request):
        raise StepRefused("This request is decided: what it relied on stays as it was.")
    return request


def _written(
    request: NoticeRequest, before: list[dict[str, str]], because: str, by: Any, at: datetime
) -> NoticeRequest:
    request.offence_from, request.offence_to = sessions.span(request.sessions)
    request.because = because.strip()
    request.save()
    changed = before if before != request.sessions else None
    trail.record(
        by=by,
        at=at,
        action="notice_request.written",
        on=request,
        sessions=len(request.sessions),
        before=changed,
    )
    return request


def _frozen(request: NoticeRequest) -> bool:
    """Whether a notice rests on it already: later changes would not be the decision's."""
    return request.notices.exclude(state__in=("draft", "refused")).exists()


def _of_register(request: NoticeRequest, picked: Iterable[str], at: datetime) -> list[dict[str, str]]:
    shown = {one.key: one for one in sessions.offered(request.pupil, [], timezone.localdate(at))}
    unknown = [key for key in picked if key not in shown]
    if unknown:
        raise StepRefused(
            "A session picked is not marked as an unauthorised absence any more: look at the register again."
        )
    chosen = [shown[key] for key in picked]
    return sessions.in_order({"date": s.on.isoformat(), "half": s.half, "code": s.code} for s in chosen)


@transaction.atomic
def add_evidence(
    *, request_id: int, what: str, state: str, text: str, by: Any, at: datetime, file: IO[bytes] | None = None
) -> RequestEvidence:
    """One paper, or why it does not apply. Raises StepRefused for neither file nor words; FileRefused."""
    request = request_of(request_id, by)
    if request.state not in (State.DRAFT, State.RETURNED, State.ASKED):
        raise StepRefused("This request is decided.")
    if file is None and not text.strip():
        raise StepRefused("Enclose the paper, or say when and how it was sent, or why it does not apply.")
    kept = store.keep(file, allowed=kinds.EVIDENCE, by=by, at=at) if file is not None else None
    added = RequestEvidence.objects.create(
        request=request, what=what[:200], state=state, text=text.strip()[:500], file=kept, by=by, at=at
    )
    trail.record(
        by=by, at=at, action="notice_request.evidence", on=request, evidence=added.pk, file=kept and kept.pk
    )
    return added


@transaction.atomic
def ask(*, request_id: int, by: Any, at: datetime) -> NoticeRequest:
    """Send the request: it is checked from now on. Raises StepRefused with what is missing."""
    request = request_of(request_id, by)
    if lacking := evidence_missing(request, code.in_force(timezone.localdate(at))):
        raise StepRefused("Answer every line of evidence first: " + "; ".join(lacking) + ".")
    request.state = REQUEST.check("ask", request, by)
    request.asked_at, request.returned_because = at, ""
    request.answer = packed.whole(request.finding.answer) if request.finding else None
    request.owner = request.owner or link_officer(request.school, timezone.localdate(at))
    request.save()
    today = timezone.localdate(at)
    deadlines.start(
        pupil=request.pupil_id, about=request, rule="notice-request-check", label=f"Check request {request.pk}",
        trigger_on=today, last_day=_working_days_after(today), by=by, at=at, owner=request.owner,
    )  # fmt: skip
    _tell(request, "Penalty notice asked for", request.because, by=by, at=at, audience=Audience.SCHOOL)
    return request


def evidence_missing(request: NoticeRequest, of_code: code.Code) -> list[str]:
    """The lines of the code's list nothing is said about yet; officers know what they rely on."""
    if not request.from_school:
        return []
    said = set(request.evidence.values_list("what", flat=True))
    return [line for line in of_code["evidence"] if line[:200] not in said]


def _working_days_after(today: date) -> date:
    from mainstay.law.clock import working_day_after

    return working_day_after(today, LOOKED_AT)


@transaction.atomic
def give_back(*, request_id: int, because: str, by: Any, at: datetime) -> NoticeRequest:
    """Send it back to whoever asked, saying what is missing."""
    request = request_of(request_id, by)
    if not because.strip():
        raise StepRefused("Say what is missing: the school reads it.")
    request.state = REQUEST.check("return", request, by)
    request.returned_because = because.strip()
    request.save()
    deadlines.stop(about=request, by=by, at=at)
    _tell(request, "Request for a penalty notice sent back", because, by=by, at=at, audience=Audience.SCHOOL)
    return request


@transaction.atomic
def refuse(*, request_id: int, reasons: str, by: Any, at: datetime) -> NoticeRequest:
    """Refuse it whole, with reasons that are kept; its draft notices end with it."""
    request = request_of(request_id, by)
    if _frozen(request):
        raise StepRefused("A notice of this request is proposed or issued: decide about that notice.")
    request.state = REQUEST.check("refuse", request, by)
    decide(by=by, at=at, kind="notice_request", outcome="refused", reasons=reasons, answer=request.answer)
    request.returned_because, request.closed_at = reasons.strip(), at
    request.save()
    request.notices.filter(state="draft").update(state="refused", sent_back_because=reasons.strip())
    deadlines.stop(about=request, by=by, at=at)
    _tell(request, "Request for a penalty notice refused", reasons, by=by, at=at, audience=Audience.SCHOOL)
    return request


@transaction.atomic
def take_back(*, request_id: int, by: Any, at: datetime) -> NoticeRequest:
    """The requester takes it back; not once a notice is proposed."""
    request = request_of(request_id, by)
    if _frozen(request):
        raise StepRefused("A notice of this request is proposed or issued already.")
    request.state = REQUEST.check("take_back", request, by)
    request.closed_at = at
    request.save()
    request.notices.filter(state="draft").update(
        state="refused", sent_back_because="The request was taken back."
    )
    deadlines.stop(about=request, by=by, at=at)
    trail.record(by=by, at=at, action="notice_request.taken_back", on=request)
    return request


def close_if_decided(request: NoticeRequest, *, by: Any, at: datetime) -> None:
    """A request is done once each notice asked of it is issued or refused."""
    waiting = request.notices.filter(state__in=("draft", "proposed", "approved"))
    if request.state == State.ASKED and request.notices.exists() and not waiting.exists():
        request.state, request.closed_at = State.DONE, at
        request.save(update_fields=["state", "closed_at"])
        deadlines.stop(about=request, by=by, at=at)


def _tell(request: NoticeRequest, title: str, text: str, *, by: Any, at: datetime, audience: str) -> None:
    add_entry(
        pupil=request.pupil_id,
        by=by,
        at=at,
        kind="notice_request",
        title=title,
        text=text,
        audience=audience,
        about=request,
    )
    trail.record(by=by, at=at, action=f"notice_request.{request.state}", on=request)
