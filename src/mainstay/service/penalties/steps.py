"""The steps of a request, a notice, a notice to improve and a request for leave."""

from typing import Any, Final

from django.utils import timezone

from mainstay.service.common.steps import Step, Steps
from mainstay.service.penalties import checks, code, evidence, facts
from mainstay.service.penalties.models import Improvement, LeaveRequest, Notice, NoticeRequest

R, N, I, L = NoticeRequest.State, Notice.State, Improvement.State, LeaveRequest.State  # noqa: E741


def _sessions_chosen(request: Any) -> str | None:
    return None if request.sessions else "Choose the sessions it relies on."


def _reason_given(request: Any) -> str | None:
    needs = request.route in (NoticeRequest.Route.BELOW, NoticeRequest.Route.EXCLUDED)
    return "Say why a notice is asked for." if needs and not request.because.strip() else None


def _evidence_said(request: Any) -> str | None:
    lacking = evidence.missing(request, code.in_force(timezone.localdate()))
    return f"Answer every line of evidence: {'; '.join(lacking)}." if lacking else None


def _from_school(request: Any) -> str | None:
    return (
        None
        if request.from_school
        else "The service asked for this itself: there is no school to send it to."
    )


def _checked(notice: Any) -> str | None:
    """Every line of the pre-issue check that is not done, as it stands today."""
    found = facts.one(facts.select(Notice.objects).get(pk=notice.pk), timezone.localdate())
    return " ".join(checks.missing(found)) or None


#: a request is done by itself once every notice asked of it is issued or refused
REQUEST: Final = Steps(
    "request for a penalty notice",
    Step("ask", "Send the request", frozenset({R.DRAFT, R.RETURNED}), R.ASKED, "request_notice",
         (_sessions_chosen, _reason_given, _evidence_said)),
    Step("take_back", "Take the request back", frozenset({R.DRAFT, R.ASKED, R.RETURNED}), R.TAKEN_BACK, "request_notice"),
    Step("return", "Send it back to the school", frozenset({R.ASKED}), R.RETURNED, "check_notice", (_from_school,)),
    Step("refuse", "Refuse the request", frozenset({R.ASKED, R.RETURNED}), R.REFUSED, "check_notice"),
)  # fmt: skip

NOTICE: Final = Steps(
    "penalty notice",
    Step("propose", "Propose to issue", frozenset({N.DRAFT}), N.PROPOSED, "check_notice", (_checked,)),
    Step("drop", "Drop this parent", frozenset({N.DRAFT}), N.REFUSED, "check_notice"),
    Step("approve", "Approve", frozenset({N.PROPOSED}), N.APPROVED, "approve_notice", (_checked,)),
    Step("send_back", "Send back", frozenset({N.PROPOSED, N.APPROVED}), N.DRAFT, "approve_notice"),
    Step("refuse", "Refuse", frozenset({N.PROPOSED, N.APPROVED}), N.REFUSED, "approve_notice"),
    Step("issue", "Issue", frozenset({N.APPROVED}), N.ISSUED, "issue_notices"),
    Step("prosecute", "Decide to prosecute", frozenset({N.UNPAID}), N.PROSECUTING, "decide_unpaid"),
    Step("withdraw", "Withdraw the notice", frozenset({N.ISSUED, N.PAID, N.UNPAID, N.PROSECUTING}), N.WITHDRAWN, "withdraw_notice"),
)  # fmt: skip

IMPROVEMENT: Final = Steps(
    "notice to improve",
    Step("give", "Give the notice to improve", frozenset({I.DRAFT}), I.RUNNING, "check_notice"),
    Step("met", "Record that the target was met", frozenset({I.ENDED}), I.MET, "check_notice"),
    Step("follow", "Ask for a penalty notice", frozenset({I.BREACHED, I.ENDED}), I.FOLLOWED, "check_notice"),
    Step("go_on", "Let the period go on", frozenset({I.BREACHED}), I.RUNNING, "check_notice"),
    Step("close", "Close it", frozenset({I.DRAFT, I.RUNNING, I.BREACHED, I.ENDED}), I.CLOSED, "check_notice"),
)  # fmt: skip

LEAVE: Final = Steps(
    "request for leave",
    Step("grant", "Grant the leave", frozenset({L.ASKED}), L.GRANTED, "decide_leave"),
    Step("part", "Grant part of it", frozenset({L.ASKED}), L.PART, "decide_leave"),
    Step("refuse", "Refuse the leave", frozenset({L.ASKED}), L.REFUSED, "decide_leave"),
    Step("take_back", "The parent takes it back", frozenset({L.ASKED}), L.TAKEN_BACK, "ask_leave"),
)  # fmt: skip
