"""A letter to somebody who complained: that it is looked into, or the answer."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from mainstay.service.documents.letters import parts
from mainstay.service.documents.letters.base import CONTACT, OPENING, SIGN_OFF, Letter, Slot


@dataclass(frozen=True, kw_only=True)
class ComplaintAnswer(Letter):
    """heading: what the letter says in a line; outcome: in a word, "" before there is one; what_next: what they can do."""

    template: ClassVar[str] = "complaint"
    name: ClassVar[str] = "Letter about a complaint"
    purpose: ClassVar[str] = "Acknowledges a complaint, or answers it at either stage."
    slots: ClassVar[tuple[Slot, ...]] = (OPENING, SIGN_OFF, CONTACT)

    heading: str
    text: str
    outcome: str
    remedy: str
    what_next: str

    def courtesy(self) -> dict[str, Any]:
        return {"case": "answered" if self.outcome else ""}

    def facts(self) -> dict[str, Any]:
        names = ("heading", "text", "outcome", "remedy", "what_next")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def sample(cls) -> Self:
        return cls(
            sender=parts.SENDER, addressee=parts.ADDRESSEE, reference="C-7KQ2M9PA", dated=date(2024, 10, 14),
            signed_by=parts.OFFICER[0], signed_post=parts.OFFICER[1], heading="Our answer to you",
            text="We are sorry that nobody called you back.\n\nThe officer was away, and the desk did not pass your message on.",
            outcome="Upheld", remedy="We have called you since, and every message is now passed on the same day.",
            what_next="If you are not content, tell us why and what you would like. We then look at it again, at stage 2.",
        )  # fmt: skip
