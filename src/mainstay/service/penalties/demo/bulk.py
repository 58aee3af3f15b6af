"""Notices written in bulk up to the approval, a few inserts a batch, and then issued by the action."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from mainstay.service.attendance.actions.certificates import draft_certificate
from mainstay.service.attendance.models import Register
from mainstay.service.common.models import Decision
from mainstay.service.directory.models import Parent
from mainstay.service.penalties.actions import issuing
from mainstay.service.penalties.demo import way
from mainstay.service.penalties.demo.scene import Family, Scene
from mainstay.service.penalties.models import Check, Notice, NoticeRequest
from mainstay.service.penalties.sessions import digest, span

#: days from the last session relied on until the notice is issued: a request is written and looked at
LOOKED_AT: Final = 8


@dataclass(frozen=True, slots=True)
class Case:
    """What one notice is about; certified: with its registers frozen, as every proposal has it."""

    pupil: int
    school: int
    parent: Parent
    officer: Any
    sessions: Sequence[Mapping[str, str]]
    certified: bool = False


def case(family: Family, before: date, *, certified: bool = False) -> Case:
    """A notice to the first parent of a family, resting on sessions before a day."""
    relied = family.relied(before)
    return Case(family.pupil.pk, family.school.pk, family.parents[0], family.officer, relied, certified)


def issued(scene: Scene, cases: Sequence[Case], when: datetime) -> list[Notice]:
    """Notices of these cases, issued in one batch, in their order; what cannot be issued stays approved."""
    ids = [notice.pk for notice in approved(scene, cases, when - timedelta(days=1))]
    return issuing.issue(notice_ids=ids, by=scene.users["support"], at=when).notices


def approved(scene: Scene, cases: Sequence[Case], when: datetime) -> list[Notice]:
    """Requests, answers, decisions and approved notices."""
    requests = NoticeRequest.objects.bulk_create(_request(one, when) for one in cases)
    Check.objects.bulk_create(
        check
        for request, one in zip(requests, cases, strict=True)
        for check in way.answers(request, one.officer, when)
    )
    decisions = Decision.objects.bulk_create(_decision(scene, one, when) for one in cases)
    return Notice.objects.bulk_create(
        _notice(one, request, decision, when)
        for one, request, decision in zip(cases, requests, decisions, strict=True)
    )


def _request(one: Case, when: datetime) -> NoticeRequest:
    first, last = span(one.sessions)
    return NoticeRequest(
        pupil_id=one.pupil, school_id=one.school, route=NoticeRequest.Route.THRESHOLD, state=NoticeRequest.State.ASKED,
        from_school=False, because=way.BECAUSE, sessions=list(one.sessions), offence_from=first, offence_to=last,
        made_by=one.officer, made_at=when, asked_at=when, owner=one.officer,
    )  # fmt: skip


def _decision(scene: Scene, one: Case, when: datetime) -> Decision:
    return Decision(
        at=when, by=one.officer, kind="penalty_notice", outcome="issue", reasons=way.WHY_NOTICE,
        approved_by=way.approver(scene, one.officer), approved_at=when + way.LATER,
    )  # fmt: skip


def _notice(one: Case, request: NoticeRequest, decision: Decision, when: datetime) -> Notice:
    frozen = (
        Register.objects.filter(pupil=one.pupil, school=one.school).order_by("-year")[:1]
        if one.certified
        else ()
    )
    return Notice(
        request=request, kind="attendance", pupil_id=one.pupil, parent=one.parent, school_id=one.school,
        state=Notice.State.APPROVED, why_parent=way.WHY_PARENT, chosen_by=one.officer, chosen_at=when, decision=decision,
        proposed_at=when, sessions=list(one.sessions), offence_from=request.offence_from, offence_to=request.offence_to,
        marks_digest=digest(one.sessions),
        certificates=[draft_certificate(register_id=r.pk, by=one.officer, at=when).pk for r in frozen],
    )  # fmt: skip
