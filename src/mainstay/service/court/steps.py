"""The steps of a prosecution, P1 to P12; blockers say in words what is missing."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.utils import timezone

from mainstay.law import defences
from mainstay.service.common.steps import Step, Steps
from mainstay.service.common.ui.filters import long_date
from mainstay.service.court import blockers, charging
from mainstay.service.court import steps_hearings as before
from mainstay.service.court.models import DefenceAsked, Prosecution
from mainstay.service.court.notices import over_for
from mainstay.service.orders.models import Consideration

P = Prosecution.State
#: before a charge is issued
BEFORE: Final = frozenset({P.PROPOSED, P.TESTING, P.AUTHORISING, P.EVIDENCE, P.READY})
#: the charge is issued and not decided
BEFORE_COURT: Final = frozenset({P.SINGLE_JUSTICE, P.SUMMONS, P.LISTED, P.TRIAL})


def day_of(one: Any) -> date:
    """On which day it is looked at: an action's own, for a page today."""
    return timezone.localdate(one.looked_at) if one.looked_at else timezone.localdate()


def in_time(one: Any) -> str | None:
    """The hard stop: after the outer date nothing goes on."""
    if one.outer_date >= day_of(one):
        return None
    return f"It is out of time: the outer date was {long_date(one.outer_date)}. No charge can be issued."


def latest_consideration(one: Any) -> Consideration | None:
    """The last one signed on the case: it is linked when the full code test begins; asked once for a row."""
    if "_considered" not in one.__dict__:
        found = Consideration.objects.filter(case=one.case_id).select_related("decision").first()
        one.__dict__["_considered"] = found
    latest: Consideration | None = one.__dict__["_considered"]
    return latest


def order_considered(one: Any) -> str | None:
    """Before any prosecution for attendance an education supervision order is considered."""
    if one.offence == Prosecution.Offence.DIRECTION:
        return None
    found = one.consideration or (latest_consideration(one) if one.state == P.PROPOSED else None)
    if found is None:
        return "A senior officer considers an education supervision order first, and signs it on the case."
    if found.outcome == "apply_instead":
        return "An education supervision order is sought instead of a prosecution: stop the prosecution."
    return None


def defences_answered(one: Any) -> str | None:
    asked = charging.facts_of(one).defences
    wanted = defences.of(one.offence)
    if missing := [d for d in wanted if d.code not in asked]:
        return f"Ask about each statutory defence: {len(missing)} of {len(wanted)} still to be answered."
    if any(asked[d.code].finding == DefenceAsked.Finding.OPEN for d in wanted):
        return "A defence is raised and not answered yet: no charge while it is open."
    if not charging.relies_on_sessions(one.offence):
        if any(asked[d.code].finding == DefenceAsked.Finding.STANDS for d in wanted):
            return "A defence stands: stop the prosecution."
    elif not charging.left(one):
        return "A defence stands for every absence: stop the prosecution."
    return None


def test_written(one: Any) -> str | None:
    return None if charging.facts_of(one).code_test else "The officer writes the full code test first."


def born(one: Any) -> str | None:
    return None if one.case.pupil.date_of_birth else "Enter the child’s date of birth first."


def register_stands(one: Any) -> str | None:
    if gone := charging.amended(one):
        return f"The register no longer shows the absence as it was picked: {'; '.join(gone[:3])}. Pick the sessions anew."
    return None


def charge_allowed(route: str) -> Callable[[Any], str | None]:
    """What the law says against the charge, issued today by that route; every block in its words."""

    def blocker(one: Any) -> str | None:
        if born(one):
            return None
        answer = charging.ask(one, day_of(one), route)
        return " ".join(block.text for block in answer.blocks) or None

    return blocker


_ISSUE: Final = (
    born,
    in_time,
    order_considered,
    defences_answered,
    register_stands,
    blockers.evidence_missing,
)

PROSECUTION: Final = Steps(
    "prosecution",
    Step("consider_order", "Go on to the full code test", frozenset({P.PROPOSED}), P.TESTING, "propose_prosecution",
         (born, in_time, order_considered)),
    Step("test", "Send to be authorised", frozenset({P.TESTING}), P.AUTHORISING, "review_code_test",
         (in_time, order_considered, defences_answered, test_written, over_for)),
    Step("more_evidence", "Ask for more evidence", frozenset({P.TESTING, P.AUTHORISING}), P.TESTING, "review_code_test"),
    Step("test_failed", "Stop: the code test is not met", frozenset({P.TESTING}), P.STOPPED, "review_code_test",
         (test_written,)),
    Step("authorise", "Authorise the prosecution", frozenset({P.AUTHORISING}), P.EVIDENCE, "authorise_prosecution",
         (in_time, order_considered, defences_answered, over_for)),
    Step("refuse", "Refuse to authorise", frozenset({P.AUTHORISING}), P.STOPPED, "authorise_prosecution"),
    Step("evidence_ready", "Say that the evidence is complete", frozenset({P.EVIDENCE}), P.READY, "prosecute",
         (in_time, defences_answered, over_for, blockers.evidence_missing)),
    Step("issue_single_justice", "Issue the charge with a single justice procedure notice", frozenset({P.READY}),
         P.SINGLE_JUSTICE, "prosecute", (*_ISSUE, charge_allowed("sjp"))),
    Step("issue_requisition", "Issue the charge and requisition", frozenset({P.READY}), P.LISTED, "prosecute",
         (*_ISSUE, charge_allowed("requisition"))),
    Step("apply_summons", "Apply for a summons", frozenset({P.READY}), P.SUMMONS, "prosecute",
         (*_ISSUE, charge_allowed("summons"))),
    Step("summons_issued", "Record the summons and serve it", frozenset({P.SUMMONS}), P.LISTED, "prosecute"),
    Step("reply", "Record the reply", frozenset({P.SINGLE_JUSTICE}), P.SINGLE_JUSTICE, "prosecute"),
    Step("to_hearing", "List for a hearing", frozenset({P.SINGLE_JUSTICE}), P.LISTED, "prosecute"),
    Step("plead_not_guilty", "Prepare for trial", frozenset({P.LISTED}), P.TRIAL, "prosecute"),
    Step("decide", "Record the result", BEFORE_COURT, P.DECIDED, "prosecute", (before.decided_at_hearing,)),
    Step("told", "Result told", frozenset({P.DECIDED}), P.AFTER, "prosecute", (before.told,)),
    Step("void", "Record that the result is void", frozenset({P.DECIDED, P.AFTER, P.CLOSED}), P.LISTED, "prosecute",
         (before.conviction_stands,)),
    Step("appeal_allowed", "Record that the appeal was allowed", frozenset({P.DECIDED, P.AFTER, P.CLOSED}), P.CLOSED,
         "prosecute", (before.conviction_stands,)),
    Step("close", "Close after the check", frozenset({P.AFTER}), P.CLOSED, "work_case", (before.letter_sent,)),
    Step("stop", "Stop before the charge", BEFORE, P.STOPPED, "test_prosecution"),
    Step("discontinue", "Discontinue", BEFORE_COURT, P.STOPPED, "prosecute"),
)  # fmt: skip
