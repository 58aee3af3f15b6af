"""The penalty notice: one template for a first, a second and an excluded child's notice; its sums are the tariff's."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from mainstay.law import tariff
from mainstay.law.clock import in_words
from mainstay.law.rules import CURRENT, Rules
from mainstay.service.documents.letters import parts
from mainstay.service.documents.letters.base import Letter, span
from mainstay.service.documents.letters.parts import Session


@dataclass(frozen=True, slots=True)
class Seen:
    """Where and when an excluded child was found in a public place."""

    on: date
    time: str  # "10:40am"
    place: str


@dataclass(frozen=True, kw_only=True)
class PenaltyNotice(Letter):
    """A notice under Education Act 1996 s.444A, or under Education and Inspections Act 2006 s.105.

    kind: "attendance" or "excluded"; position: "first" or "second", None for an excluded child
    cost: the tariff of that kind and position; received_on: the day it will count as received
    child_name: the child's full name. child_lives_here: at this addressee's address, which is then printed as the
        child's; otherwise the notice says that we hold the address, and prints none
    school: or the place of alternative provision; offence_from, offence_to: the period of the offence
    sessions: relied on, for "attendance"; seen: for "excluded"
    authority: official particulars of the issuing officer, who signs, such as "authorised by the council to issue…"
    pay_online: address of the page to pay at; other_ways: further methods of payment, a sentence each
    payee: who is paid, and the address for payment and letters: the sender's, unless given
    """

    template: ClassVar[str] = "penalty_notice"
    name: ClassVar[str] = "Penalty notice"
    purpose: ClassVar[str] = "Offers a parent to pay a penalty instead of being prosecuted."

    kind: tariff.Kind
    position: tariff.Position | None
    cost: tariff.Tariff
    received_on: date
    child_name: str
    child_lives_here: bool
    school: str
    offence_from: date
    offence_to: date
    sessions: tuple[Session, ...] = ()
    seen: tuple[Seen, ...] = ()
    authority: str
    pay_online: str = ""
    other_ways: tuple[str, ...] = ()
    payee: str = ""
    rules: Rules = CURRENT

    def __post_init__(self) -> None:
        if (self.kind == "excluded") != (self.position is None):
            raise ValueError("a notice for failure to attend has a position, an excluded child's has none")
        if self.position == "second" and self.cost.reduced_pounds != self.cost.full_pounds:
            raise ValueError("a second notice has no reduced sum")
        if not (self.sessions if self.kind == "attendance" else self.seen):
            raise ValueError("a notice says what it relies on")
        if not (self.pay_online or self.other_ways):
            raise ValueError("a notice says how to pay")

    def facts(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "position": self.position or "",
            "sums": parts.sums(self.cost, self.received_on),
            "full_days": self.cost.full_days,
            "received_on": in_words(self.received_on),
            "full_until": in_words(self.cost.full_until(self.received_on)),
            "limit": self.rules.whole("notices_in_years"),
            "years": self.rules.whole("notices_years"),
            "excluded_days": self.rules.whole("excluded_days"),
            "child": self.child_name,
            "child_lives_here": self.child_lives_here,
            "school": self.school,
            "period": span(self.offence_from, self.offence_to),
            "sessions": parts.by_day(self.sessions),
            "seen": [[in_words(s.on), s.time, s.place] for s in self.seen],
            "authority": self.authority,
            "pay_online": self.pay_online,
            "other_ways": list(self.other_ways),
            "payee": self.payee or self.sender.name,
        }

    def courtesy(self) -> dict[str, Any]:
        return {
            "case": self.position or "excluded",
            "child": self.child_name,
            "school": self.school,
            "received_on": self.received_on.isoformat(),
            "sums": parts.sums_by_day(self.cost, self.received_on),
        }

    @classmethod
    def sample(cls, kind: tariff.Kind = "attendance", position: tariff.Position | None = "first") -> Self:
        excluded, relied_on = kind == "excluded", parts.sample_sessions()
        seen = Seen(date(2024, 10, 8), "10:40am", "Invented Shopping Centre")
        return cls(
            sender=parts.SENDER, addressee=parts.ADDRESSEE, reference="PN-0001234-K", dated=date(2024, 11, 4),
            signed_by=parts.OFFICER[0], signed_post=parts.OFFICER[1],
            kind=kind, position=None if excluded else position,
            cost=tariff.of(kind, position, CURRENT), received_on=date(2024, 11, 6),
            child_name=parts.CHILD, child_lives_here=True, school=parts.SCHOOL,
            offence_from=seen.on if excluded else relied_on[0].on,
            offence_to=seen.on if excluded else relied_on[-1].on,
            sessions=() if excluded else relied_on, seen=(seen,) if excluded else (),
            authority="Officer authorised by the council to issue penalty notices",
            pay_online="pay.example.org",
            other_ways=(
                "At the council's cash office, with this letter.",
                "By bank transfer, with the number of this notice as the reference.",
            ),
        )  # fmt: skip

    @classmethod
    def samples(cls) -> dict[str, Self]:
        return {
            "First notice": cls.sample(),
            "Second notice": cls.sample(position="second"),
            "Excluded child": cls.sample(kind="excluded"),
        }
