"""The steps of a request, a notice, a notice to improve and a request for leave."""

from typing import Any, Final

from django.utils import timezone

from mainstay.service.common.steps import Step, Steps
from mainstay.service.common.ui.filters import plural
from mainstay.service.penalties import checks, code, evidence, facts
from mainstay.service.penalties.models import Improvement, LeaveRequest, Notice, NoticeRequest

R, N, I, L = NoticeRequest.State, Notice.State, Improvement.State, LeaveRequest.State  # noqa: E741


def _sessions_chosen(request: Any) -> str | None:
    if request.sessions:
        return None
    excluded = request.route == NoticeRequest.Route.EXCLUDED
    return "Say where and when the child was seen." if excluded else "Choose the sessions it relies on."


def _reason_given(request: Any) -> str | None:
    needs = request.route in (NoticeRequest.Route.BELOW, NoticeRequest.Route.EXCLUDED)
    return "Say why a notice is asked for." if needs and not request.because.strip() else None


def _evidence_said(request: Any) -> str | None:
    lacking = evidence.missing(request, code.in_force(timezone.localdate()))
    return f"Answer every line of evidence: {plural(len(lacking), 'line')} to go." if lacking else None


def _from_school(request: Any) -> str | None:
    return (
        None
        if request.from_school
        else "The service asked for this itself: there is no school to send it to."
    )


def _checked(notice: Any) -> str | None:
    """Every line of the pre-issue check that is not done, as it stands today.

    A page that has looked already leaves what it found on the notice.
    """
    found = getattr(notice, "found", None)
    if found is None:
        found = facts.one(facts.select(Notice.objects).get(pk=notice.pk), timezone.localdate())
    return " ".join(checks.missing(found)) or None


def _in_advance(leave: Any) -> str | None:
    if leave.asked_on < leave.first_day:
        return None
    return "Leave has to be asked for before its first day: afterwards it cannot be granted."


def _by_a_parent_at_home(leave: Any) -> str | None:
    return None if leave.lives_with else "Only a parent the child normally lives with can ask for leave."


_LEAVE: Final = (_in_advance, _by_a_parent_at_home)


def _parents_chosen(improvement: Any) -> str | None:
    return (
        None if improvement.letters.exists() else "Choose at least one parent to write to, with the reason."
    )


def _whole(improvement: Any) -> str | None:
    """What a notice to improve must hold."""
    parts = (
        (improvement.sessions, "the sessions it rests on"),
        (improvement.attendance, "the record of attendance"),
        (improvement.support_so_far, "the support so far"),
        (
            improvement.support_offered or improvement.support_refused,
            "further support, or support that was refused",
        ),
        (improvement.sufficient, "what is enough"),
        (improvement.early_grounds, "when a notice may come before the time is over"),
    )
    lacking = [words for said, words in parts if not said]
    return f"Write down {', '.join(lacking)}." if lacking else None


def _not_exceeded(improvement: Any) -> str | None:
    if improvement.breached_on is None:
        return None
    return "The register shows the target exceeded: decide what follows, or close it with your reasons."


def _exceeded(improvement: Any) -> str | None:
    """Our own reading, for the family: without a breach there is nothing a notice on this route could rest on."""
    return (
        None
        if improvement.breached_on
        else "The register does not show the target exceeded: nothing follows from it."
    )


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
    Step("give", "Give the notice to improve", frozenset({I.DRAFT}), I.RUNNING, "check_notice", (_whole, _parents_chosen)),
    Step("met", "Record that the target was met", frozenset({I.ENDED}), I.MET, "check_notice", (_not_exceeded,)),
    Step("follow", "Ask for a penalty notice", frozenset({I.BREACHED, I.ENDED}), I.FOLLOWED, "check_notice", (_exceeded,)),
    Step("go_on", "Let the period go on", frozenset({I.BREACHED}), I.RUNNING, "check_notice"),
    Step("close", "Close it", frozenset({I.DRAFT, I.RUNNING, I.BREACHED, I.ENDED}), I.CLOSED, "check_notice"),
)  # fmt: skip

LEAVE: Final = Steps(
    "request for leave",
    Step("grant", "Grant the leave", frozenset({L.ASKED}), L.GRANTED, "decide_leave", _LEAVE),
    Step("part", "Grant part of it", frozenset({L.ASKED}), L.PART, "decide_leave", _LEAVE),
    Step("refuse", "Refuse the leave", frozenset({L.ASKED}), L.REFUSED, "decide_leave"),
    Step("take_back", "The parent takes it back", frozenset({L.ASKED}), L.TAKEN_BACK, "ask_leave"),
)  # fmt: skip
