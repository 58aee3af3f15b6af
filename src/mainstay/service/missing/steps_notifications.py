"""What can be done with a notification, and with a name that left a register without a ground."""

from typing import Any, Final

from mainstay.service.common.steps import Step, Steps
from mainstay.service.missing.models import Notification, OffRolling

N, O = Notification.State, OffRolling.State  # noqa: E741


def _complete(one: Any) -> str | None:
    return f"Send it back instead: {one.problems[0]}" if one.problems else None


def _raised(one: Any) -> str | None:
    return None if one.asked else "Raise it with the school first."


NOTIFICATION: Final = Steps(
    "school notification",
    Step("send", "Send", frozenset({""}), N.SENT, "notify_roll"),
    Step("accept", "Accept", frozenset({N.SENT}), N.ACCEPTED, "see_notifications", (_complete,)),
    Step("send_back", "Send back", frozenset({N.SENT}), N.BACK, "see_notifications"),
    Step("correct", "Send again", frozenset({N.SENT, N.BACK}), N.SENT, "notify_roll"),
    Step("withdraw", "Withdraw", frozenset({N.SENT, N.BACK}), N.WITHDRAWN, "notify_roll"),
)

OFF_ROLLING: Final = Steps(
    "deletion without a ground",
    Step("find", "Find", frozenset({""}), O.FOUND, "see_notifications"),
    Step("raise", "Raise with the school", frozenset({O.FOUND}), O.RAISED, "see_notifications"),
    Step("answer", "Answer", frozenset({O.RAISED, O.ANSWERED, O.ESCALATED}), O.ANSWERED, "notify_roll"),
    Step("escalate", "Escalate", frozenset({O.RAISED, O.ANSWERED}), O.ESCALATED, "work_missing", (_raised,)),
    Step(
        "settle", "Settle", frozenset({O.FOUND, O.RAISED, O.ANSWERED, O.ESCALATED}), O.CLOSED, "work_missing"
    ),
)
