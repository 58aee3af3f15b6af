"""From request to approved notice: parents chosen one by one, questions answered, a decision, a second person."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from mainstay.registers.grid import academic_year
from mainstay.service.attendance.actions.certificates import draft_certificate
from mainstay.service.attendance.models import Register
from mainstay.service.common.audit import trail
from mainstay.service.common.decisions.recording import approve as approve_decision
from mainstay.service.common.decisions.recording import decide
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory.models import Dated, Parent, Parenthood
from mainstay.service.penalties import facts, sessions
from mainstay.service.penalties.actions.locking import notice_of, request_of
from mainstay.service.penalties.actions.requests import close_decided
from mainstay.service.penalties.checks import BY_NAME
from mainstay.service.penalties.models import Check, Notice, NoticeRequest
from mainstay.service.penalties.steps import NOTICE
from mainstay.service.record.actions import add_entry

State = Notice.State


@transaction.atomic
def answer(*, request_id: int, name: str, value: str, text: str, by: Any, at: datetime) -> Check:
    """Answer one question of the pre-issue check, with what was considered; the latest answer counts.

    Raises StepRefused without words, for an unknown question or answer, and once the request is decided.
    """
    request = request_of(request_id, by)
    _to_check(request, by)
    question = BY_NAME.get(name)
    if question is None or question.choice(value) is None:
        raise StepRefused("Choose an answer.")
    if not text.strip():
        raise StepRefused("Say what was considered, in words that can be read years later.")
    check = Check.objects.create(request=request, name=name, value=value, text=text.strip(), by=by, at=at)
    trail.record(
        by=by, at=at, action="notice_check.answered", on=request, name=name, value=value, check=check.pk
    )
    return check


@transaction.atomic
def link_improvement(*, request_id: int, improvement: Any, by: Any, at: datetime) -> NoticeRequest:
    """Say which notice to improve came first."""
    request = request_of(request_id, by)
    _to_check(request, by)
    if improvement.pupil_id != request.pupil_id:
        raise StepRefused("That notice to improve is about another child.")
    request.improvement = improvement
    request.save(update_fields=["improvement"])
    trail.record(by=by, at=at, action="notice_request.improvement", on=request, improvement=improvement.pk)
    return request


@transaction.atomic
def choose_parent(*, request_id: int, parent: Parent, why: str, by: Any, at: datetime) -> Notice:
    """Choose one parent as the person to notify, with the reason for this one.

    Raises StepRefused: not a parent of this child, not an individual, chosen already, no reason.
    """
    request = request_of(request_id, by)
    _to_check(request, by)
    if not why.strip():
        raise StepRefused("Say why this parent: who had the care of the child, who allowed the absence.")
    tie = Parenthood.objects.filter(
        Dated.on(timezone.localdate(at)), parent=parent, pupil=request.pupil_id
    ).first()
    if tie is None:
        raise StepRefused("This person is not recorded as a parent of this child.")
    if not parent.forename.strip():
        raise StepRefused(
            "A penalty notice goes to an individual, by name: a council or an organisation that looks after the child is "
            "not fined. Record the parent's first name, or choose another."
        )
    notice = Notice.objects.filter(request=request, parent=parent).first()
    if notice is not None and notice.state != State.REFUSED:
        raise StepRefused("This parent is chosen already.")
    if notice is None:
        notice = Notice(
            request=request, parent=parent, pupil=request.pupil, school=request.school, kind=request.kind
        )
    notice.state, notice.why_parent, notice.sent_back_because = State.DRAFT, why.strip(), ""
    notice.chosen_by, notice.chosen_at = by, at
    notice.save()
    trail.record(by=by, at=at, action="notice.parent_chosen", on=notice, parent=parent.pk, basis=tie.basis)
    return notice


@transaction.atomic
def drop(*, notice_id: int, because: str, by: Any, at: datetime) -> Notice:
    """No notice to this parent after all, with the reason."""
    notice = notice_of(notice_id, by)
    if not because.strip():
        raise StepRefused("Say why not this parent.")
    notice.state = NOTICE.check("drop", notice, by)
    notice.sent_back_because = because.strip()
    notice.save()
    trail.record(by=by, at=at, action="notice.dropped", on=notice)
    close_decided({notice.request_id}, by=by, at=at)
    return notice


@transaction.atomic
def propose(
    *,
    notice_id: int,
    reasons: str,
    by: Any,
    at: datetime,
    circumstances: str = "",
    alternatives: str = "",
) -> Notice:
    """The officer's decision: recorded with the checks, the law's Answer and the register as it stands.

    Raises StepRefused with everything that is missing, or what the law refuses.
    """
    notice = notice_of(notice_id, by)
    now = facts.one(notice, timezone.localdate(at))
    target = NOTICE.check("propose", notice, by)
    notice.sessions = sessions.in_order(now.relied_on)
    notice.decision = decide(
        by=by, at=at, kind="penalty_notice", outcome="issue", reasons=reasons, answer=now.answer.as_dict(),
        evidence=_said(now, "best_tool"), support_tried=_said(now, "support", "improvement"),
        equality=_said(now, "equality", "send"), circumstances=circumstances, alternatives=alternatives,
    )  # fmt: skip
    notice.state, notice.proposed_at, notice.sent_back_because = target, at, ""
    notice.offence_from, notice.offence_to = sessions.span(notice.sessions)
    notice.marks_digest = sessions.digest(notice.sessions)
    notice.certificates = [d.pk for d in _certificates(notice, by, at)]
    notice.answer, notice.rules_version = now.answer.as_dict(), now.answer.rules_version
    notice.code_version = now.code.version
    notice.save()
    trail.record(
        by=by, at=at, action="notice.proposed", on=notice, decision=notice.decision_id, marks=notice.marks_digest,
        code=notice.code_version, rules=notice.rules_version,
    )  # fmt: skip
    return notice


def _said(now: facts.Facts, *names: str) -> str:
    """The latest answers to these questions, in words."""
    parts = []
    for name in names:
        check = now.checks.get(name)
        choice = BY_NAME[name].choice(check.value) if check else None
        if check and choice:
            parts.append(f"{choice.label}. {check.text}")
    return "\n".join(parts)


def _certificates(notice: Notice, by: Any, at: datetime) -> list[Any]:
    """The registers relied on, frozen as documents; none where the child was excluded."""
    if notice.kind != "attendance" or notice.offence_from is None or notice.offence_to is None:
        return []
    years = range(academic_year(notice.offence_from), academic_year(notice.offence_to) + 1)
    registers = Register.objects.filter(pupil=notice.pupil_id, year__in=years).order_by("year", "pk")
    return [draft_certificate(register_id=pk, by=by, at=at) for pk in registers.values_list("pk", flat=True)]


@transaction.atomic
def approve(*, notice_id: int, by: Any, at: datetime) -> Notice:
    """A second person approves; whoever asked for it, or decided, may not. The law is asked again.

    Raises StepRefused with what stands in the way by now.
    """
    notice = notice_of(notice_id, by)
    if words := not_by(notice, by):
        raise StepRefused(words)
    target = NOTICE.check("approve", notice, by)
    assert notice.decision is not None
    approve_decision(decision=notice.decision, by=by, at=at)
    notice.state = target
    notice.save(update_fields=["state"])
    trail.record(by=by, at=at, action="notice.approved", on=notice, decision=notice.decision_id)
    return notice


def not_by(notice: Notice, by: Any) -> str:
    """Why this person may not approve it; "" where they may."""
    own = (notice.request.made_by_id, notice.chosen_by_id, notice.decision.by_id if notice.decision else None)
    return "Somebody else must approve this: you asked for it, or prepared it." if by.pk in own else ""


@transaction.atomic
def send_back(*, notice_id: int, reasons: str, by: Any, at: datetime) -> Notice:
    """Back to the officer with what is to be seen to; its decision record stays."""
    notice = notice_of(notice_id, by)
    if not reasons.strip():
        raise StepRefused("Say what is to be seen to.")
    notice.state = NOTICE.check("send_back", notice, by)
    notice.sent_back_because, notice.held_because = reasons.strip(), ""
    notice.save(update_fields=["state", "sent_back_because", "held_because"])
    trail.record(by=by, at=at, action="notice.sent_back", on=notice, reasons=reasons.strip())
    return notice


@transaction.atomic
def refuse(*, notice_id: int, reasons: str, by: Any, at: datetime) -> Notice:
    """It is not issued; the reasons are a decision record of their own."""
    notice = notice_of(notice_id, by)
    notice.state = NOTICE.check("refuse", notice, by)
    decision = decide(
        by=by, at=at, kind="penalty_notice", outcome="not_issued", reasons=reasons, answer=notice.answer
    )
    notice.sent_back_because, notice.decision = reasons.strip(), decision
    notice.save(update_fields=["state", "sent_back_because", "decision"])
    add_entry(
        pupil=notice.pupil_id, by=by, at=at, kind="penalty_notice", title="A penalty notice was not approved",
        text=reasons, about=notice,
    )  # fmt: skip
    trail.record(by=by, at=at, action="notice.refused", on=notice, decision=decision.pk)
    close_decided({notice.request_id}, by=by, at=at)
    return notice


@transaction.atomic
def sign_off(*, notice_id: int, reasons: str, by: Any, at: datetime) -> Notice:
    """A legal co-ordinator lets the sessions of a withdrawn notice be relied on again."""
    notice = notice_of(notice_id, by)
    if not by.may("sign_off_reissue"):
        raise StepRefused("Only the legal co-ordinator can sign this off.")
    if notice.state != State.WITHDRAWN:
        raise StepRefused("This notice is not withdrawn.")
    if not reasons.strip():
        raise StepRefused("Give the reasons in law.")
    notice.signed_off_by, notice.signed_off_at, notice.signed_off_because = by, at, reasons.strip()
    notice.save(update_fields=["signed_off_by", "signed_off_at", "signed_off_because"])
    trail.record(by=by, at=at, action="notice.signed_off", on=notice, reasons=reasons.strip())
    return notice


def _to_check(request: NoticeRequest, by: Any) -> None:
    if not by.may("check_notice"):
        raise StepRefused("Your role cannot work on the check.")
    if request.state != NoticeRequest.State.ASKED:
        raise StepRefused(
            f"This request is {request.get_state_display().lower()}: there is nothing to check."
        )
