"""The steps of a referral, from the school's first word to the answer, and the appeal against it."""

from typing import Final

from mainstay.service.casework import readiness
from mainstay.service.casework.models import Case, Referral, ReferralItem, ReferralPaper
from mainstay.service.common.steps import Step, Steps
from mainstay.service.common.ui.filters import plural

S = Referral.State
WRITTEN: Final = frozenset({S.DRAFT, S.RETURNED})


def _checked(referral: Referral) -> str | None:
    left = sum(not item.verdict for item in referral.items.all())
    return f"Check every line: {plural(left, 'line')} to go." if left else None


def _no_gaps(referral: Referral) -> str | None:
    gaps = sum(item.verdict == ReferralItem.Verdict.GAP for item in referral.items.all())
    if not gaps:
        return None
    return (
        f"{plural(gaps, 'line')} missing or not enough: send it back, or a manager accepts it all the same."
    )


def _received(referral: Referral) -> str | None:
    """A paper marked a gap never came: that gap is what the school is asked for."""
    waiting = ReferralPaper.objects.filter(item__referral=referral, received_at=None).exclude(
        way=ReferralPaper.Way.UPLOAD
    )
    if waiting.exclude(item__verdict=ReferralItem.Verdict.GAP).exists():
        return "Confirm that the papers sent another way were received, or mark their line as missing."
    return None


def _no_open_case(referral: Referral) -> str | None:
    if Case.objects.open().filter(pupil=referral.pupil_id, kind=Case.Kind.STATUTORY).exists():
        return "This child has an open case already: work goes on there."
    return None


def _running(referral: Referral) -> str | None:
    return "The clock stands still: let it go on first." if referral.paused_from else None


REFERRAL: Final = Steps(
    "referral",
    Step("sign", "Sign the referral", WRITTEN, S.SIGNED, "sign", readiness.WRITTEN),
    Step("reopen", "Write on", frozenset({S.SIGNED}), S.DRAFT, "refer"),
    Step("submit", "Send the referral", frozenset({S.SIGNED}), S.SUBMITTED, "refer", readiness.WRITTEN),
    Step("withdraw", "Withdraw the referral", frozenset({S.DRAFT, S.SIGNED, S.SUBMITTED, S.ACKNOWLEDGED, S.RETURNED}), S.WITHDRAWN, "refer"),
    Step("acknowledge", "Acknowledge it", frozenset({S.SUBMITTED}), S.ACKNOWLEDGED, "check_referral"),
    Step("accept", "Accept the referral", frozenset({S.ACKNOWLEDGED}), S.ACCEPTED, "check_referral", (_running, _checked, _no_gaps, _received, _no_open_case)),
    Step("override", "Accept despite the gaps", frozenset({S.ACKNOWLEDGED}), S.ACCEPTED, "decide_appeal", (_running, _no_open_case)),
    Step("return", "Send it back with its gaps", frozenset({S.ACKNOWLEDGED}), S.RETURNED, "check_referral", (_running,)),
    Step("reject", "Reject the referral", frozenset({S.ACKNOWLEDGED}), S.REJECTED, "check_referral", (_running,)),
    Step("divert", "Take it another way", frozenset({S.ACKNOWLEDGED}), S.DIVERTED, "check_referral", (_running,)),
    Step("appeal", "Appeal to the manager", frozenset({S.REJECTED}), S.APPEALED, "refer"),
    Step("uphold", "Uphold the rejection", frozenset({S.APPEALED}), S.UPHELD, "decide_appeal"),
    Step("allow", "Accept on appeal", frozenset({S.APPEALED}), S.ACCEPTED, "decide_appeal", (_no_open_case,)),
)  # fmt: skip
