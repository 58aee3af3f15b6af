"""The steps of a case; blockers come from the parts of the room that know what is missing."""

from typing import Any, Final

from mainstay.service.casework import providers
from mainstay.service.casework.models import Case
from mainstay.service.casework.steps_visits import no_investigation, unfinished
from mainstay.service.common.steps import Step, Steps

S = Case.State


def still_open(case: Any) -> str | None:
    """What other rooms have under way in it, in words."""
    return " ".join(words for found in providers.open_matters.ask(case) for words in found) or None


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
    Step("close", "Close the case", OPEN, S.CLOSED, "work_case", (unfinished, still_open)),
)  # fmt: skip
