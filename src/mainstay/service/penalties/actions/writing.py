"""Writing a request: the sessions it relies on, what is known of an exclusion, and the evidence sent with it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import IO, Any

from django.db import transaction
from django.utils import timezone

from mainstay.law.clock import in_words
from mainstay.service.common.audit import trail
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.ui.filters import plural
from mainstay.service.common.uploads import kinds, store
from mainstay.service.penalties import sessions
from mainstay.service.penalties.actions.locking import request_of
from mainstay.service.penalties.actions.requests import frozen
from mainstay.service.penalties.models import Notice, NoticeRequest, RequestEvidence

State = NoticeRequest.State


@transaction.atomic
def write(*, request_id: int, picked: Iterable[str], because: str, by: Any, at: datetime) -> NoticeRequest:
    """Keep the sessions picked ("2026-11-16 AM" each) and the reason; only sessions the register shows.

    A school picks from its own register; what was picked at another school stays.
    Raises StepRefused once it is sent, unless to an officer who checks it, and once it is decided.
    """
    request = _to_write(request_id, by)
    if request.kind == "excluded":
        raise StepRefused("An excluded child's notice rests on where they were seen, not on marks.")
    before = request.sessions
    request.sessions = _of_register(request, list(picked), by, at)
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
    if not by.may("request_notice"):
        raise StepRefused("Your role cannot ask for a penalty notice.")
    if request.state in (State.REFUSED, State.DONE, State.TAKEN_BACK) or frozen(request):
        raise StepRefused("This request is decided: what it relied on stays as it was.")
    if not may_write(request, by):
        raise StepRefused(
            "This request was sent already." if by.is_school_user else "The school is writing this."
        )
    return request


def may_write(request: NoticeRequest, by: Any, notices: Iterable[Notice] | None = None) -> bool:
    """Whose turn it is: whoever asks while it is being written, the service once it is asked.

    notices: those of the request, where they are read already
    """
    if not by.may("request_notice") or frozen(request, notices):
        return False
    if request.state in (State.DRAFT, State.RETURNED):
        return bool(request.from_school == by.is_school_user)
    return request.state == State.ASKED and bool(by.may("check_notice"))


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


def _of_register(request: NoticeRequest, picked: list[str], by: Any, at: datetime) -> list[dict[str, str]]:
    today = timezone.localdate(at)
    parents = sessions.parents_of(request.pupil_id, today)
    shown = sessions.offered(request.pupil, parents, today)
    in_view = sessions.places_in_view(by)
    own = [one for one in shown if in_view(one.place)]
    by_key = {one.key: one for one in own}
    if not set(picked) <= by_key.keys():
        raise StepRefused(
            "A session picked is not marked as an unauthorised absence any more: look at the register again."
        )
    chosen = [by_key[key] for key in picked]
    if spent := [one for one in chosen if one.spent_for(parents)]:
        raise StepRefused(
            f"{plural(len(spent), 'session')} picked, the first on {in_words(min(one.on for one in spent))}, "
            "can support no other notice: every parent of this child had one for it."
        )
    return sessions.in_order([*(one.as_kept() for one in chosen), *_elsewhere(request, shown, own)])


def _elsewhere(
    request: NoticeRequest, shown: list[sessions.Offered], own: list[sessions.Offered]
) -> list[dict[str, str]]:
    """What the request relies on at other schools, which whoever writes it does not see."""
    hidden = {one.key for one in shown} - {one.key for one in own}
    return [one for one in request.sessions if f"{one['date']} {one['half']}" in hidden]


@transaction.atomic
def add_evidence(
    *, request_id: int, what: str, state: str, text: str, by: Any, at: datetime, file: IO[bytes] | None = None
) -> RequestEvidence:
    """One paper, or why it does not apply. Raises StepRefused for neither file nor words; FileRefused."""
    request = _to_evidence(request_id, by)
    if file is None and not text.strip():
        raise StepRefused("Enclose the paper, or say when and how it was sent, or why it does not apply.")
    kept = store.keep(file, allowed=kinds.EVIDENCE, by=by, at=at) if file is not None else None
    added = RequestEvidence.objects.create(
        request=request, what=what[:200], state=state, text=text.strip()[:500], file=kept, by=by, at=at,
        from_school=by.is_school_user,
    )  # fmt: skip
    trail.record(
        by=by, at=at, action="notice_request.evidence", on=request, evidence=added.pk, file=kept and kept.pk
    )
    return added


@transaction.atomic
def remove_evidence(*, evidence_id: int, by: Any, at: datetime) -> NoticeRequest:
    """Take out what was added by mistake; not once somebody may have relied on it, after the request was sent."""
    found = RequestEvidence.objects.visible_to(by).filter(pk=evidence_id).first()
    if found is None:
        raise StepRefused("You cannot see this paper.")
    request = _to_evidence(found.request_id, by)
    if found.from_school != by.is_school_user:
        raise StepRefused("Only the side that added it can take it out.")
    if request.asked_at is not None and found.at <= request.asked_at:
        raise StepRefused("This was sent with the request: add what is right beside it.")
    trail.record(
        by=by, at=at, action="notice_request.evidence_removed", on=request, evidence=found.pk, what=found.what,
        file=found.file_id,
    )  # fmt: skip
    found.delete()
    return request


def _to_evidence(request_id: int, by: Any) -> NoticeRequest:
    request = request_of(request_id, by)
    if not by.may("request_notice"):
        raise StepRefused("Your role cannot add evidence to a request.")
    if request.state not in (State.DRAFT, State.RETURNED, State.ASKED):
        raise StepRefused("This request is decided.")
    return request
