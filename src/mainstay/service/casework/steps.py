"""The steps of a case; blockers come from the parts of the room that know what is missing."""

from typing import Final

from mainstay.service.casework.models import Case
from mainstay.service.casework.steps_visits import no_investigation, unfinished
from mainstay.service.common.steps import Step, Steps

S = Case.State
OPEN: Final = frozenset({S.INVESTIGATION, S.MONITORING, S.FAST_TRACK, S.LEGAL})

#: a case begins when a referral is accepted
CASE: Final = Steps(
    "case",
    Step("monitor", "Go on to monitoring", frozenset({S.INVESTIGATION, S.FAST_TRACK}), S.MONITORING, "work_case",
         (no_investigation,)),
    Step("fast_track", "Decide on Fast Track", frozenset({S.INVESTIGATION, S.MONITORING}), S.FAST_TRACK,
         "decide_fast_track", (no_investigation,)),
    Step("to_legal", "Pass on to legal", frozenset({S.INVESTIGATION, S.FAST_TRACK}), S.LEGAL, "decide_fast_track",
         (no_investigation,)),
    Step("close", "Close the case", OPEN, S.CLOSED, "work_case", (unfinished,)),
)  # fmt: skip
