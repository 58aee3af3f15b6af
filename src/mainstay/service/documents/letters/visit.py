"""The card left at a home where nobody was in: no word about whom it is about."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from mainstay.law.clock import in_words
from mainstay.service.documents.letters import parts
from mainstay.service.documents.letters.base import CONTACT, OPENING, SIGN_OFF, SUPPORT_IF_ADDED, Letter, Slot


@dataclass(frozen=True, kw_only=True)
class VisitCard(Letter):
    """An officer called and missed somebody. visited_on, time: when ("3:05pm"); phone: the officer's own, or ""."""

    template: ClassVar[str] = "visit_card"
    name: ClassVar[str] = "Card: we called"
    purpose: ClassVar[str] = (
        "Left in an envelope where nobody was in; anybody may find it, so it names no child."
    )

    slots: ClassVar[tuple[Slot, ...]] = (OPENING, SUPPORT_IF_ADDED, SIGN_OFF, CONTACT)

    visited_on: date
    time: str
    phone: str = ""

    def facts(self) -> dict[str, Any]:
        return {"visited_on": in_words(self.visited_on), "time": self.time, "phone": self.phone}

    def courtesy(self) -> dict[str, Any]:
        return {"visited_on": self.visited_on.isoformat(), "time": self.time}

    @classmethod
    def sample(cls) -> Self:
        return cls(
            sender=parts.SENDER, addressee=parts.ADDRESSEE, reference="VC-0000012", dated=date(2024, 10, 14),
            signed_by=parts.OFFICER[0], signed_post=parts.OFFICER[1], visited_on=date(2024, 10, 14), time="3:05pm",
            phone="01632 960123",
        )  # fmt: skip
