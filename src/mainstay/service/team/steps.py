"""The steps of an absence, of a request for cover, of a swap of duty days, of a supervision record and of a quality review."""

from typing import Any, Final

from mainstay.service.common.steps import Step, Steps
from mainstay.service.record.models import Meeting
from mainstay.service.team.models import Absence, Cover, Review, Supervision, Swap

A, C, S, R, V = Absence.State, Cover.State, Swap.State, Review.State, Supervision.State


def not_planned(cover: Cover) -> str | None:
    """A meeting that was held or cancelled meanwhile is nobody's to cover."""
    if cover.meeting is not None and cover.meeting.state != Meeting.State.PLANNED:
        return f"This meeting is {cover.meeting.get_state_display().lower()} already."
    return None


def day_changed(swap: Swap) -> str | None:
    """The rota was changed since the swap was asked for."""
    if swap.day.officer_id != swap.asked_by_id:
        return "This duty day has passed to somebody else meanwhile: the rota has changed."
    if swap.in_return is not None and swap.in_return.officer_id != swap.asked_of_id:
        return "The day in return is no longer yours: the rota has changed."
    return None


def _set(*states: Any) -> frozenset[str]:
    return frozenset(str(state) for state in states)


#: one's own; whoever arranges cover takes them for anybody (``actions.away.may_arrange``)
ABSENCE: Final = Steps(
    "absence",
    Step("move_end", "Change the last day", _set(A.STANDS), A.STANDS, "plan_absence"),
    Step("cancel", "Cancel the absence", _set(A.STANDS), A.CANCELLED, "plan_absence"),
)
COVER: Final = Steps(
    "request for cover",
    Step("accept", "Accept", _set(C.ASKED), C.ACCEPTED, "hold_meetings", (not_planned,)),
    Step("decline", "Decline", _set(C.ASKED), C.DECLINED, "hold_meetings"),
    Step("undo", "Take back", _set(C.ASKED, C.ACCEPTED), C.UNDONE, "plan_absence", (not_planned,)),
    Step("rearrange", "Rearrange", _set(C.ASKED), C.REARRANGED, "arrange_cover", (not_planned,)),
)
SWAP: Final = Steps(
    "swap",
    Step("accept", "Accept", _set(S.ASKED), S.ACCEPTED, "take_calls", (day_changed,)),
    Step("decline", "Decline", _set(S.ASKED), S.DECLINED, "take_calls"),
    Step("withdraw", "Withdraw", _set(S.ASKED), S.WITHDRAWN, "take_calls"),
)
#: of the pair alone, each for themselves
SUPERVISION: Final = Steps(
    "supervision record",
    Step("sign", "Sign this record", _set(V.OPEN), V.HALF, "have_supervision"),
    Step("countersign", "Sign it as the second", _set(V.HALF), V.SIGNED, "have_supervision"),
    Step("unsign", "Take the signature back", _set(V.HALF), V.OPEN, "have_supervision"),
)
REVIEW: Final = Steps(
    "review",
    Step("review", "Record the review", _set(R.DRAWN), R.REVIEWED, "review_quality"),
    Step("moderate", "Moderate", _set(R.REVIEWED), R.MODERATED, "review_quality"),
)
