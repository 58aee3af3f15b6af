"""Asking for a penalty notice: written by a school or an officer, sent, sent back, refused, closed."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from mainstay.service.attendance.findings import packed
from mainstay.service.attendance.models import Finding
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.outbox import post
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Pupil, School
from mainstay.service.directory.relations import link_officer
from mainstay.service.penalties import code, sessions
from mainstay.service.penalties.actions.locking import request_of
from mainstay.service.penalties.facts import school_type
from mainstay.service.penalties.models import Improvement, LeaveRequest, Notice, NoticeRequest
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
    if pupil.school is None or pupil.school_id is None:
        raise StepRefused(
            "This child is on no roll: there is no school whose register a notice could rest on."
        )
    if not School.objects.visible_to(by).filter(pk=pupil.school_id).exists():
        raise StepRefused("The school whose roll this child is mainly on asks, or the service.")
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
        return sessions.in_order([*improvement.sessions, *_of_period(pupil, improvement, at)])
    if leave is not None:
        granted = (leave.granted_from, leave.granted_to)
        shown = sessions.offered(pupil, [], timezone.localdate(at))
        inside = [
            s for s in shown if leave.first_day <= s.on <= leave.last_day and not _granted(s.on, granted)
        ]
        return sessions.in_order(one.as_kept() for one in inside)
    return []


def _of_period(pupil: Pupil, improvement: Improvement, at: datetime) -> list[dict[str, str]]:
    """What was missed without leave in the time to improve."""
    last = improvement.ends_on or timezone.localdate(at)
    shown = sessions.offered(pupil, [], timezone.localdate(at))
    inside = [s for s in shown if improvement.starts_on <= s.on <= last and s.place == improvement.school_id]
    return [one.as_kept() for one in inside]


def _granted(on: date, granted: tuple[date | None, date | None]) -> bool:
    first, last = granted
    return first is not None and last is not None and first <= on <= last


@transaction.atomic
def ask(*, request_id: int, by: Any, at: datetime) -> NoticeRequest:
    """Send the request: it is checked from now on. Raises StepRefused with what is missing."""
    request = request_of(request_id, by)
    _own(request, by)
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
    audience = Audience.SCHOOL if request.from_school else Audience.SERVICE
    _tell(request, "Penalty notice asked for", request.because, by=by, at=at, audience=audience)
    return request


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
    _write_to_asker(request, "sent back: something is missing", at)
    return request


@transaction.atomic
def refuse(*, request_id: int, reasons: str, by: Any, at: datetime) -> NoticeRequest:
    """Refuse it whole, with reasons that are kept and the school reads; its draft notices end with it."""
    request = request_of(request_id, by)
    if frozen(request):
        raise StepRefused("A notice of this request is proposed or issued: decide about that notice.")
    request.state = REQUEST.check("refuse", request, by)
    decide(by=by, at=at, kind="notice_request", outcome="refused", reasons=reasons, answer=request.answer)
    request.returned_because, request.closed_at = reasons.strip(), at
    request.save()
    request.notices.filter(state="draft").update(state="refused", sent_back_because=reasons.strip())
    deadlines.stop(about=request, by=by, at=at)
    audience = Audience.SCHOOL if request.from_school else Audience.SERVICE
    _tell(request, "Request for a penalty notice refused", reasons, by=by, at=at, audience=audience)
    _write_to_asker(request, "refused, with reasons", at)
    return request


def _write_to_asker(request: NoticeRequest, became: str, at: datetime) -> None:
    """An e-mail to whoever asked at the school; the reasons, and whom they are about, stay inside the building."""
    if request.from_school and request.made_by.is_active:
        page = reverse("notice_request", args=[request.pk])
        where = f": {settings.CONFIG.address}{page}" if settings.CONFIG.address else ", under Notices."
        post.queue(
            to=request.made_by.email,
            subject="A request for a penalty notice needs you",
            body=f"A request for a penalty notice was {became}.\n\nSign in to read why{where}\n",
            at=at,
            about=request,
        )


@transaction.atomic
def take_back(*, request_id: int, by: Any, at: datetime) -> NoticeRequest:
    """The requester takes it back; not once a notice is proposed."""
    request = request_of(request_id, by)
    _own(request, by)
    if frozen(request):
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


def close_decided(request_ids: Collection[int], *, by: Any, at: datetime) -> None:
    """Requests are done once each notice asked of them is issued or refused; inside the caller's transaction.

    Where the parents chosen were only dropped again, another can be chosen, or the request is refused for the school
    to read why.
    """
    of = Notice.objects.filter(request__in=request_ids)
    waiting = of.filter(state__in=("draft", "proposed", "approved"))
    decided = of.filter(Q(issued_on__isnull=False) | Q(decision__outcome="not_issued"))
    open_ = NoticeRequest.objects.filter(pk__in=decided.values("request_id"), state=State.ASKED)
    done = list(open_.exclude(pk__in=waiting.values("request_id")).values_list("pk", flat=True))
    NoticeRequest.objects.filter(pk__in=done).update(state=State.DONE, closed_at=at)
    deadlines.stop_many(about_kind=ABOUT, about_ids=done, by=by, at=at)


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


def _own(request: NoticeRequest, by: Any) -> None:
    if request.from_school != by.is_school_user:
        raise StepRefused("Only the side that asks, the school or the service, can do this.")


def frozen(request: NoticeRequest, notices: Iterable[Notice] | None = None) -> bool:
    """Whether a notice rests on it already: later changes would not be the decision's.

    notices: those of the request, where they are read already
    """
    held = request.notices.all() if notices is None else notices
    return any(notice.state not in (Notice.State.DRAFT, Notice.State.REFUSED) for notice in held)
