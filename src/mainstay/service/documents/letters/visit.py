"""The letter that announces a visit, and the card left at a home where nobody was in, which says nothing of whom it is about."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Self

from mainstay.law.clock import in_words
from mainstay.service.documents.letters import parts
from mainstay.service.documents.letters.base import CONTACT, OPENING, SIGN_OFF, SUPPORT_IF_ADDED, Letter, Slot


@dataclass(frozen=True, kw_only=True)
class VisitAppointment(Letter):
    """An officer comes at a day and time. where: no address; phone: the officer's own, or ""; again: another letter to
    this parent named another day or time."""

    template: ClassVar[str] = "visit_appointment"
    name: ClassVar[str] = "Appointment for a visit"
    purpose: ClassVar[str] = "Tells a parent when an officer comes, why, and how to choose another day."

    child_name: str
    school: str
    visit_on: date
    visit_time: str
    where: str
    officer: str
    phone: str = ""
    again: bool = False

    def facts(self) -> dict[str, Any]:
        return {
            "child": self.child_name, "school": self.school, "visit_on": in_words(self.visit_on),
            "visit_time": self.visit_time, "where": self.where, "officer": self.officer, "phone": self.phone,
            "again": self.again,
        }  # fmt: skip

    def courtesy(self) -> dict[str, Any]:
        day = {"visit_on": self.visit_on.isoformat(), "visit_time": self.visit_time}
        return {"child": self.child_name, "school": self.school, "officer": self.officer, **day}

    @classmethod
    def sample(cls) -> Self:
        return cls(
            sender=parts.SENDER, addressee=parts.ADDRESSEE, reference="VA-0000012", dated=date(2024, 10, 7),
            signed_by=parts.OFFICER[0], signed_post=parts.OFFICER[1], child_name=parts.CHILD, school=parts.SCHOOL,
            visit_on=date(2024, 10, 14), visit_time="3:30pm", where="At your home", officer=parts.OFFICER[0],
            phone="01632 960123",
        )  # fmt: skip

    @classmethod
    def samples(cls) -> dict[str, Self]:
        made = cls.sample()
        return {"A first time": made, "Another day": replace(made, again=True, phone="")}


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
