"""Requests and notices for tests, made by the actions a person would take."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from tests.factories import AddressFactory, ParentFactory, UserFactory
from tests.factories_attendance import TODAY, a_child, at, days_before, give, marked

from mainstay.service.accounts.models import User
from mainstay.service.attendance.models import Finding
from mainstay.service.directory.models import Parent, Pupil
from mainstay.service.penalties import code, sessions
from mainstay.service.penalties.actions import (
    checking,
    improvement_giving,
    improving,
    issuing,
    leave,
    requests,
)
from mainstay.service.penalties.models import (
    CodeValue,
    EarlierNotice,
    Improvement,
    LeaveRequest,
    Notice,
    NoticeRequest,
)

#: answers that let a notice pass
ANSWERS = {
    "support": "not_appropriate", "equality": "considered", "send": "considered", "best_tool": "yes",
    "proceedings": "none", "crossing": "not_needed",
}  # fmt: skip


def declared(since: date = date(2024, 8, 19)) -> None:
    """Earlier notices are all loaded."""
    by = UserFactory(role="service_manager")
    CodeValue.objects.create(
        name="earlier_complete", value=True, since=since, set_at=at(), set_by=by, reason="Old books are in"
    )


def a_parent(pupil: Pupil, **given: Any) -> Parent:
    """A parent of that child with evidence for it and a home."""
    parent = ParentFactory(of=pupil, of__basis_evidence="Birth certificate seen by the school", **given)
    AddressFactory(parent=parent, since=date(2020, 1, 1))
    return parent


def absent(sessions: int = 12, code: str = "G", **given: Any) -> Pupil:
    """A child whose unauthorised sessions meet the threshold."""
    pupil = a_child(**given)
    assert pupil.school is not None
    give(pupil, marked(days_before(pupil.school), code, sessions))
    return pupil


def a_request(
    pupil: Pupil | None = None, by: User | None = None, when: datetime | None = None, **given: Any
) -> NoticeRequest:
    """A request about the threshold, sent by an officer."""
    pupil, by, when = pupil or absent(), by or UserFactory(role="ewo"), when or at()
    finding = Finding.objects.filter(pupil=pupil, kind=Finding.Kind.THRESHOLD).first()
    made = requests.start(pupil=pupil, route="threshold", finding=finding, by=by, at=when, **given)
    return requests.ask(request_id=made.pk, by=by, at=when)


def answered(request: NoticeRequest, by: User, when: datetime | None = None, **other: str) -> None:
    """Every question answered so that a notice may pass; other: answers that differ."""
    for name, value in {**ANSWERS, **other}.items():
        checking.answer(
            request_id=request.pk,
            name=name,
            value=value,
            text="Considered with the school.",
            by=by,
            at=when or at(),
        )


def a_notice(
    state: str = "issued",
    *,
    pupil: Pupil | None = None,
    parent: Parent | None = None,
    request: NoticeRequest | None = None,
    officer: User | None = None,
    approver: User | None = None,
    when: datetime | None = None,
) -> Notice:
    """A notice that has come as far as ``state``: draft, proposed, approved or issued; later states follow from these."""
    when, officer = when or at(), officer or UserFactory(role="ewo")
    if not code.in_force(timezone.localdate(when))["earlier_complete"]:
        declared()
    pupil = pupil or (request.pupil if request else parent.parenthoods.get().pupil if parent else absent())
    parent = parent or a_parent(pupil)
    request = request or a_request(pupil, by=officer, when=when)
    answered(request, officer, when)
    notice = checking.choose_parent(
        request_id=request.pk, parent=parent, why="Took the child away in term time.", by=officer, at=when
    )
    if state == "draft":
        return notice
    notice = checking.propose(
        notice_id=notice.pk, reasons="A holiday in term time after a warning.", by=officer, at=when
    )
    if state == "proposed":
        return notice
    approver = approver or UserFactory(role="senior_ewo")
    notice = checking.approve(notice_id=notice.pk, by=approver, at=when)
    if state == "approved":
        return notice
    done = issuing.issue(notice_ids=[notice.pk], by=approver, at=when)
    assert not done.refused, done.refused
    return done.notices[0]


def an_earlier(notice_parent: Parent, pupil: Pupil, issued_on: date, **given: Any) -> EarlierNotice:
    """A notice from before, or of another authority."""
    said = {"outcome": "paid", "issuer": "Elsewhere Council", "kind": "attendance", **given}
    return EarlierNotice.objects.create(
        parent=notice_parent, pupil=pupil, issued_on=issued_on, added_by=UserFactory(role="service_manager"),
        added_at=at(), **said,
    )  # fmt: skip


def content(pupil: Pupil, **given: Any) -> improving.Content:
    """What a notice to improve about that child says, from Monday 30 November 2026 for three school weeks."""
    picked = tuple(one.key for one in sessions.offered(pupil, [], TODAY))
    said: dict[str, Any] = {
        "starts_on": date(2026, 11, 30), "school_weeks": 3, "target": 0, "attendance": "Possible sessions: 90",
        "record_from": date(2026, 9, 7), "record_to": date(2026, 11, 20), "support_so_far": "A place at breakfast club.",
        "support_refused": "", "support_offered": "The learning mentor calls each morning.",
        "sufficient": "No session is missed without leave.", "early_grounds": "The support is refused.",
        "picked": picked,
    }  # fmt: skip
    return improving.Content(**(said | given))


def an_improvement(
    state: str = "running",
    *,
    pupil: Pupil | None = None,
    parent: Parent | None = None,
    officer: User | None = None,
    when: datetime | None = None,
    **given: Any,
) -> Improvement:
    """A notice to improve, drafted or given on ``when``."""
    pupil, officer, when = pupil or absent(), officer or UserFactory(role="ewo"), when or at()
    parent = parent or a_parent(pupil)
    made = improving.draft(pupil=pupil, content=content(pupil, **given), by=officer, at=when)
    improving.choose_parent(
        improvement_id=made.pk, parent=parent, why="Lives with the child.", by=officer, at=when
    )
    if state == "draft":
        return made
    return improvement_giving.give(improvement_id=made.pk, by=officer, at=when)


def a_leave(pupil: Pupil | None = None, parent: Parent | None = None, **given: Any) -> LeaveRequest:
    """A parent's request in November for a week in December 2026, written down by the school."""
    pupil = pupil or absent()
    said: dict[str, Any] = {
        "parent": parent or a_parent(pupil), "lives_with": True, "asked_on": date(2026, 11, 20),
        "first_day": date(2026, 12, 7), "last_day": date(2026, 12, 11), "reason": "A wedding abroad",
        "by": given.pop("by", None) or UserFactory(role="school_staff", school=pupil.school), "at": at(),
    }  # fmt: skip
    return leave.ask(pupil=pupil, **(said | given))
