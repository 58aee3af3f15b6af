"""The enquiry to another council about notices it issued to a parent for a child."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from mainstay.law import clock
from mainstay.law.clock import in_words
from mainstay.law.rules import CURRENT, Rules
from mainstay.service.documents.letters import parts
from mainstay.service.documents.letters.base import OPENING, SIGN_OFF, Addressee, Letter, Slot


@dataclass(frozen=True, kw_only=True)
class CrossBorderEnquiry(Letter):
    """Asks what another council knows; names the child and the parent, no address of either.

    proposed_on: the day a notice may be issued, from which the years looked back over are counted
    school: the child's school there, or ""; answer_by: our own choice of a day; answer_to: a secure way to answer
    """

    template: ClassVar[str] = "cross_border_enquiry"
    name: ClassVar[str] = "Enquiry to another council"
    purpose: ClassVar[str] = "Asks another council about earlier notices to a parent for a child."
    slots: ClassVar[tuple[Slot, ...]] = (OPENING, SIGN_OFF)
    to_families: ClassVar[bool] = False

    child_name: str
    child_born: date | None
    parent_name: str
    parent_born: date | None = None
    school: str = ""
    proposed_on: date
    answer_by: date
    answer_to: str
    rules: Rules = CURRENT

    def facts(self) -> dict[str, Any]:
        years = self.rules.whole("notices_years")
        first = clock.months_after(self.proposed_on, -12 * years) + clock.DAY
        return {
            "child": self.child_name,
            "child_born": _born(self.child_born),
            "parent": self.parent_name,
            "parent_born": _born(self.parent_born),
            "school": self.school or "not known",
            "since": in_words(max(first, self.rules.day("notices_counted_from"))),
            "answer_by": in_words(self.answer_by),
            "answer_to": self.answer_to,
        }

    @classmethod
    def sample(cls) -> Self:
        council = Addressee(
            "Invented Borough Council", ("Education welfare", "Invented Town Hall", "Inventown", "ZZ99 1AA")
        )
        return cls(
            sender=parts.SENDER, addressee=council, reference="CB-0000019", dated=date(2026, 11, 9),
            signed_by=parts.OFFICER[0], signed_post=parts.OFFICER[1], child_name=parts.CHILD,
            child_born=date(2016, 3, 9), parent_name=parts.ADDRESSEE.name, school="Invented Infant School",
            proposed_on=date(2026, 11, 23), answer_by=date(2026, 11, 20),
            answer_to="crossborder@example.org, by encrypted message",
        )  # fmt: skip


def _born(day: date | None) -> str:
    return f"born on {in_words(day)}" if day else "date of birth not known"
