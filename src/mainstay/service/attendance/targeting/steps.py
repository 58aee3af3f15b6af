"""The steps of a targeting meeting, and what stands in the way of each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from mainstay.service.attendance.targeting.models import TargetingMeeting
from mainstay.service.common.steps import Step, Steps
from mainstay.service.common.ui.filters import date_time

State = TargetingMeeting.State
#: our own choice: people come early; anything else is another time, of which all should hear
EARLY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the table looks at. undecided: severely absent children without a decision; written: decisions and actions."""

    state: str
    starts: datetime
    now: datetime
    has_pack: bool = True
    cancelled: bool = False  # in the calendar, by whoever arranges cover
    undecided: int = 0
    written: int = 1


def _stands(of: Standing) -> str | None:
    return "This meeting was cancelled in the calendar: plan another one." if of.cancelled else None


def _pack_made(of: Standing) -> str | None:
    return None if of.has_pack else "Make the pack, so that you see what the register says."


def _on_time(of: Standing) -> str | None:
    if of.starts - EARLY <= of.now:
        return None
    return f"The meeting is on {date_time(of.starts)}. If it is held earlier, move it first, so that everybody hears of it."


def _time_has_come(of: Standing) -> str | None:
    if of.starts <= of.now:
        return None
    return f"In everybody’s calendar the meeting begins on {date_time(of.starts)}: agree the summary from then on."


def _severe_decided(of: Standing) -> str | None:
    if not of.undecided:
        return None
    return f"Decide about every severely absent child: {of.undecided} {'is' if of.undecided == 1 else 'are'} left."


def _something_written(of: Standing) -> str | None:
    return None if of.written else "Write down what is decided about at least one child, or an action."


MEETING: Final = Steps(
    "meeting",
    Step("make_pack", "Make the pack", frozenset({State.PLANNED, State.READY}), State.READY, "hold_meetings", (_stands,)),
    Step(
        "begin", "Begin the meeting", frozenset({State.PLANNED, State.READY}), State.LIVE, "hold_meetings",
        (_stands, _pack_made, _on_time),
    ),
    Step("cancel", "Cancel the meeting", frozenset({State.PLANNED, State.READY}), State.CANCELLED, "hold_meetings"),
    Step("end", "End the meeting", frozenset({State.LIVE}), State.ENDED, "hold_meetings", (_severe_decided, _something_written)),
    Step("go_back", "Go back into the meeting", frozenset({State.ENDED}), State.LIVE, "hold_meetings"),
    Step("agree", "Agree and send the summary", frozenset({State.ENDED}), State.AGREED, "hold_meetings", (_time_has_come,)),
)  # fmt: skip
