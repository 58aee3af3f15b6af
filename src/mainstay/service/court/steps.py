"""The steps of a prosecution, P1 to P12; blockers say in words what is missing."""

from typing import Final

from mainstay.service.common.steps import Step, Steps
from mainstay.service.court import steps_hearings as before
from mainstay.service.court.models import Prosecution

P = Prosecution.State
#: before a charge is issued
BEFORE: Final = frozenset({P.PROPOSED, P.TESTING, P.AUTHORISING, P.EVIDENCE, P.READY})
#: the charge is issued and not decided
BEFORE_COURT: Final = frozenset({P.SINGLE_JUSTICE, P.LISTED, P.TRIAL})

PROSECUTION: Final = Steps(
    "prosecution",
    Step("consider_order", "Go on to the full code test", frozenset({P.PROPOSED}), P.TESTING, "propose_prosecution"),
    Step("test", "Send to be authorised", frozenset({P.TESTING}), P.AUTHORISING, "review_code_test"),
    Step("more_evidence", "Ask for more evidence", frozenset({P.TESTING, P.AUTHORISING}), P.TESTING, "review_code_test"),
    Step("authorise", "Authorise the prosecution", frozenset({P.AUTHORISING}), P.EVIDENCE, "authorise_prosecution"),
    Step("refuse", "Refuse to authorise", frozenset({P.AUTHORISING}), P.STOPPED, "authorise_prosecution"),
    Step("evidence_ready", "The evidence is complete", frozenset({P.EVIDENCE}), P.READY, "prosecute"),
    Step("issue_single_justice", "Issue the charge with a single justice procedure notice", frozenset({P.READY}),
         P.SINGLE_JUSTICE, "prosecute"),
    Step("issue_requisition", "Issue the charge and requisition", frozenset({P.READY}), P.LISTED, "prosecute"),
    Step("apply_summons", "Apply for a summons", frozenset({P.READY}), P.LISTED, "prosecute"),
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
