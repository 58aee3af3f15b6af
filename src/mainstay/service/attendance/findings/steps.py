"""The steps of a finding: five ways to consider it. It is opened, and lapses, by the marks alone."""

from dataclasses import dataclass
from typing import Final

from mainstay.service.attendance.models import Consideration, Finding
from mainstay.service.common.steps import Step, Steps

Choice, State = Consideration.Choice, Finding.State


@dataclass(frozen=True, slots=True)
class Said:
    """What the table looks at: a finding's state, and what was typed beside it."""

    state: str = State.OPEN
    support_tried: str = ""


def _support_said(said: Said) -> str | None:
    if said.support_tried.strip():
        return None
    return (
        "Say what support was tried, or why support is not appropriate here, before a notice is considered."
    )


STEPS: Final = Steps(
    "finding",
    *(
        Step(
            name=choice.value,
            label=str(choice.label),
            sources=frozenset({State.OPEN.value}),
            target=State.CONSIDERED.value,
            permission="consider_finding",
            blockers=(_support_said,) if choice in (Choice.NOTICE_TO_IMPROVE, Choice.PENALTY_NOTICE) else (),
        )
        for choice in Choice
    ),
)
