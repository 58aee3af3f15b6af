"""The referral of a child to the service: the school's letter before it, and the service's once it takes the case."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from mainstay.service.documents.letters import parts
from mainstay.service.documents.letters.base import SUPPORT_IF_ADDED, Letter, Sender, Slot

_SLOTS: tuple[Slot, ...] = tuple(
    SUPPORT_IF_ADDED if slot.name == "support" else slot for slot in Letter.slots
)


@dataclass(frozen=True, kw_only=True)
class _Referral(Letter):
    """One parent is told about the referral of one child; no address, and no name, of anybody else."""

    slots: ClassVar[tuple[Slot, ...]] = _SLOTS

    child_name: str
    school: str

    def facts(self) -> dict[str, Any]:
        return {"child": self.child_name, "school": self.school}

    def courtesy(self) -> dict[str, Any]:
        return self.facts()


_SAMPLE: dict[str, Any] = {
    "addressee": parts.ADDRESSEE, "reference": "RF-000077", "dated": date(2024, 11, 4), "child_name": parts.CHILD,
    "school": parts.SCHOOL,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ReferralTold(_Referral):
    """From the school, before it refers. tried: what was done so far, a sentence each."""

    template: ClassVar[str] = "referral_told"
    name: ClassVar[str] = "Referral: the school tells a parent"
    purpose: ClassVar[str] = "Tells a parent, before it happens, that the school asks the service for help."

    tried: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "tried": list(self.tried)}

    def courtesy(self) -> dict[str, Any]:
        return super().facts()

    @classmethod
    def sample(cls) -> Self:
        return cls(
            sender=Sender(parts.SCHOOL, ("School Lane (made-up)", "Southampton", "SO99 9ZY"), "01632 960100"),
            signed_by="Jo Sample", signed_post="Head teacher",
            tried=(
                "On Friday 20 September 2024 we met and offered a place at breakfast club.",
                "A learning mentor called you each morning for two weeks.",
            ),
            **_SAMPLE,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ReferralAccepted(_Referral):
    """From the service, once it has taken the case. officer: who works on it; "" where nobody is named yet."""

    template: ClassVar[str] = "referral_accepted"
    name: ClassVar[str] = "Referral: the service has taken it"
    purpose: ClassVar[str] = "Tells a parent that the service works with the family now, and who will call."

    officer: str
    officer_phone: str = ""

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "officer": self.officer, "officer_phone": self.officer_phone}

    def courtesy(self) -> dict[str, Any]:
        return super().facts()

    @classmethod
    def sample(cls) -> Self:
        return cls(
            sender=parts.SENDER, signed_by=parts.OFFICER[0], signed_post=parts.OFFICER[1], officer=parts.OFFICER[0],
            officer_phone="01632 960002", **_SAMPLE,
        )  # fmt: skip
