"""What follows a penalty notice: reminder, receipt, the end of the time to pay, withdrawal."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final, Self

from mainstay.law import tariff
from mainstay.law.clock import in_words
from mainstay.law.rules import CURRENT
from mainstay.service.documents.letters import parts
from mainstay.service.documents.letters.base import CONTACT, OPENING, SIGN_OFF, SUPPORT_IF_ADDED, Letter, Slot

#: why a notice may be withdrawn; the templates hold the sentences
GROUNDS: Final = (
    "wrongly_issued", "outside_code", "wrong_recipient", "material_error", "unpaid_not_prosecuted",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _After(Letter):
    """The notice it is about. kind: as in ``PenaltyNotice``; the reference is the notice's number."""

    kind: tariff.Kind
    child_name: str
    issued_on: date

    def facts(self) -> dict[str, Any]:
        return {"kind": self.kind, "child": self.child_name, "issued_on": in_words(self.issued_on)}

    def courtesy(self) -> dict[str, Any]:
        return {"child": self.child_name, "issued_on": self.issued_on.isoformat()}


@dataclass(frozen=True, kw_only=True)
class Reminder(_After):
    """Says what can be paid until when; no threat.

    cost, received_on, pay_online, other_ways: as in the notice
    """

    template: ClassVar[str] = "reminder"
    name: ClassVar[str] = "Reminder"
    purpose: ClassVar[str] = "Reminds a parent what can be paid until when."

    cost: tariff.Tariff
    received_on: date
    pay_online: str = ""
    other_ways: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.dated > self.cost.full_until(self.received_on):
            raise ValueError("the time to pay is over")
        if not (self.pay_online or self.other_ways):
            raise ValueError("a reminder says how to pay")

    def facts(self) -> dict[str, Any]:
        return {
            **super().facts(),
            "sums": parts.sums(self.cost, self.received_on, self.dated),
            "pay_online": self.pay_online,
            "other_ways": list(self.other_ways),
        }

    def courtesy(self) -> dict[str, Any]:
        return {**super().courtesy(), "sums": parts.sums_by_day(self.cost, self.received_on, self.dated)}

    @classmethod
    def sample(cls) -> Self:
        return cls(
            dated=date(2024, 11, 18), cost=tariff.of("attendance", "first", CURRENT), received_on=date(2024, 11, 6),
            pay_online="pay.example.org", other_ways=("At the council's cash office, with this letter.",), **_SAMPLE,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Receipt(_After):
    """The penalty was paid. paid_pounds, paid_on; how: "by card", "at the cash office"."""

    template: ClassVar[str] = "receipt"
    name: ClassVar[str] = "Receipt"
    purpose: ClassVar[str] = "Confirms that a penalty was paid and the matter is closed."
    slots: ClassVar[tuple[Slot, ...]] = (OPENING, SUPPORT_IF_ADDED, SIGN_OFF, CONTACT)

    paid_pounds: int
    paid_on: date
    how: str

    def facts(self) -> dict[str, Any]:
        paid = {"paid": parts.pounds(self.paid_pounds), "paid_on": in_words(self.paid_on), "how": self.how}
        return {**super().facts(), **paid}

    def courtesy(self) -> dict[str, Any]:
        return {**super().courtesy(), "paid": self.paid_pounds, "paid_on": self.paid_on.isoformat()}

    @classmethod
    def sample(cls) -> Self:
        return cls(
            dated=date(2024, 11, 21), paid_pounds=80, paid_on=date(2024, 11, 20), how="by card", **_SAMPLE
        )


@dataclass(frozen=True, kw_only=True)
class NonPayment(_After):
    """The time to pay is over. full_pounds: what was asked; full_until: the last day it could be paid."""

    template: ClassVar[str] = "non_payment"
    name: ClassVar[str] = "Not paid in time"
    purpose: ClassVar[str] = "Tells a parent that the time to pay is over and what may follow."
    slots: ClassVar[tuple[Slot, ...]] = (OPENING, SUPPORT_IF_ADDED, SIGN_OFF, CONTACT)

    full_pounds: int
    full_until: date

    def __post_init__(self) -> None:
        if self.dated <= self.full_until:
            raise ValueError("the time to pay is not over yet")

    def facts(self) -> dict[str, Any]:
        asked = {"full": parts.pounds(self.full_pounds), "full_until": in_words(self.full_until)}
        return {**super().facts(), **asked}

    def courtesy(self) -> dict[str, Any]:
        return {**super().courtesy(), "full_until_on": self.full_until.isoformat()}

    @classmethod
    def sample(cls) -> Self:
        return cls(dated=date(2024, 12, 6), full_pounds=160, full_until=date(2024, 12, 3), **_SAMPLE)


@dataclass(frozen=True, kw_only=True)
class Withdrawal(_After):
    """A notice is withdrawn.

    ground: one of ``GROUNDS``; explanation: more about it, may be empty
    refund_pounds: what is paid back, 0 where nothing was paid; refund_how: the way and the time it takes
    """

    template: ClassVar[str] = "withdrawal"
    name: ClassVar[str] = "Withdrawal of a penalty notice"
    purpose: ClassVar[str] = "Tells a parent that a notice is withdrawn, why, and what is paid back."

    ground: str
    explanation: str = ""
    refund_pounds: int = 0
    refund_how: str = ""

    def __post_init__(self) -> None:
        if self.ground not in GROUNDS:
            raise ValueError(f"not a ground for withdrawal: {self.ground}")
        if bool(self.refund_pounds) != bool(self.refund_how.strip()):
            raise ValueError("a refund has a sum and a way it is paid")

    def facts(self) -> dict[str, Any]:
        return {
            **super().facts(),
            "ground": self.ground,
            "explanation": self.explanation,
            "refund": parts.pounds(self.refund_pounds) if self.refund_pounds else "",
            "refund_how": self.refund_how,
        }

    def courtesy(self) -> dict[str, Any]:
        case = "refund" if self.refund_pounds else "nothing_paid"
        return {**super().courtesy(), "case": case, "refund": self.refund_pounds}

    @classmethod
    def sample(cls) -> Self:
        return cls(
            dated=date(2024, 11, 25), ground="material_error", refund_pounds=80,
            explanation="The notice named the wrong school.",
            refund_how="to the card you paid with, within ten working days", **_SAMPLE,
        )  # fmt: skip


_SAMPLE: dict[str, Any] = {
    "sender": parts.SENDER, "addressee": parts.ADDRESSEE, "reference": "PN-0001234-K", "kind": "attendance",
    "child_name": parts.CHILD, "issued_on": date(2024, 11, 4), "signed_by": parts.OFFICER[0],
    "signed_post": parts.OFFICER[1],
}  # fmt: skip
