"""What a sender answers."""

from dataclasses import dataclass

from mainstay.service.common.outbox.models import Message


class NotSent(Exception):
    """It did not go out; the text is shown. ``for_good``: trying again would not help."""

    def __init__(self, problem: str, *, for_good: bool = False) -> None:
        super().__init__(problem)
        self.for_good = for_good


@dataclass(frozen=True, slots=True)
class Taken:
    """It was handed over."""

    state: Message.State = Message.State.SENT
    external_id: str = ""
