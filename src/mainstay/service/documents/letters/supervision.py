"""Letters about an education supervision order: the consultation before it, a direction, the warning where one was not followed."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from mainstay.law.clock import in_words
from mainstay.service.documents.letters import parts
from mainstay.service.documents.letters.base import (
    CONTACT,
    OPENING,
    SIGN_OFF,
    SUPPORT_IF_ADDED,
    Addressee,
    Letter,
    Slot,
)


@dataclass(frozen=True, kw_only=True)
class SupervisionConsultation(Letter):
    """To an authority that is consulted before an order is applied for.

    head: under which of the heads it is asked; asked: the officer's words; questions: as the answer is kept
    """

    template: ClassVar[str] = "eso_consultation"
    name: ClassVar[str] = "Consultation about a supervision order"
    purpose: ClassVar[str] = "Asks social care, or another authority, before an order is applied for."
    to_families: ClassVar[bool] = False
    slots: ClassVar[tuple[Slot, ...]] = (OPENING, SIGN_OFF, CONTACT)

    child_name: str
    born_on: date | None
    school: str
    head: str
    asked: str
    questions: tuple[str, ...]
    last_day: date

    def facts(self) -> dict[str, Any]:
        return {
            "child": self.child_name,
            "born_on": in_words(self.born_on) if self.born_on else "",
            "school": self.school,
            "head": self.head,
            "asked": self.asked,
            "questions": list(self.questions),
            "last_day": in_words(self.last_day),
        }

    @classmethod
    def sample(cls) -> Self:
        to = Addressee("Assessment team (made-up)", ("Civic Centre (made-up)", "Southampton", "SO99 9ZZ"))
        return cls(
            sender=parts.SENDER, addressee=to, reference="SO-000012", dated=date(2026, 9, 7),
            signed_by=parts.OFFICER[0], signed_post=parts.OFFICER[1], child_name=parts.CHILD, born_on=date(2016, 3, 9),
            school=parts.SCHOOL, head="The council’s own social care",
            asked="Ada missed half of the summer term. Two plans with the family did not change enough.",
            questions=("Is the child or the family known to you?", "Do you object to an order, and why?"),
            last_day=date(2026, 9, 21),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SupervisionDirection(Letter):
    """One direction of the supervising officer.

    to_child: it is the child's own. What each of the family said before stays with the service: letters are opened at home.
    """

    slots: ClassVar[tuple[Slot, ...]] = (OPENING, SUPPORT_IF_ADDED, SIGN_OFF, CONTACT)  # some go to children
    template: ClassVar[str] = "eso_direction"
    name: ClassVar[str] = "Direction under a supervision order"
    purpose: ClassVar[str] = (
        "Tells a parent or the child what to do under a supervision order, why and by when."
    )

    child_name: str
    school: str
    direction: str
    to_child: bool
    text: str
    because: str
    due_on: date
    order_until: date

    def facts(self) -> dict[str, Any]:
        return {
            "child": self.child_name,
            "direction": self.direction,
            "to_child": self.to_child,
            "text": self.text,
            "because": self.because,
            "due_on": in_words(self.due_on),
            "order_until": in_words(self.order_until),
        }

    def courtesy(self) -> dict[str, Any] | None:
        if self.to_child:
            return None
        return {"child": self.child_name, "school": self.school, "due_on": self.due_on.isoformat()}

    @classmethod
    def sample(cls) -> Self:
        return cls(
            sender=parts.SENDER, addressee=parts.ADDRESSEE, reference="SO-000012", dated=date(2026, 11, 23),
            signed_by=parts.OFFICER[0], signed_post=parts.OFFICER[1], child_name=parts.CHILD, school=parts.SCHOOL,
            direction="SD-000031", to_child=False, text="Bring Ada to the gate by 8:40 on each school day.",
            because="Ada misses most mornings, and says that being late is the hardest part.",
            due_on=date(2026, 12, 7),
            order_until=date(2027, 10, 13),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SupervisionWarning(Letter):
    """That a direction was not followed, and what persistent failure is.

    given_on: the direction's day; on, what: the failure; explanation: what the parent said, "" if nothing yet
    """

    template: ClassVar[str] = "eso_warning"
    name: ClassVar[str] = "Warning under a supervision order"
    purpose: ClassVar[str] = "Warns a parent that persistently failing to follow directions is an offence."

    child_name: str
    school: str
    direction: str
    text: str
    given_on: date
    on: date
    what: str
    explanation: str

    def facts(self) -> dict[str, Any]:
        return {
            "child": self.child_name,
            "direction": self.direction,
            "text": self.text,
            "given_on": in_words(self.given_on),
            "on": in_words(self.on),
            "what": self.what,
            "explanation": self.explanation,
        }

    def courtesy(self) -> dict[str, Any]:
        days = {"given_on": self.given_on.isoformat(), "failed_on": self.on.isoformat()}
        return {"child": self.child_name, "school": self.school, **days}

    @classmethod
    def sample(cls) -> Self:
        return cls(
            sender=parts.SENDER, addressee=parts.ADDRESSEE, reference="SO-000012", dated=date(2026, 12, 14),
            signed_by=parts.OFFICER[0], signed_post=parts.OFFICER[1], child_name=parts.CHILD, school=parts.SCHOOL,
            direction="SD-000031", text="Bring Ada to the gate by 8:40 on each school day.", given_on=date(2026, 11, 23),
            on=date(2026, 12, 10), what="Ada was not brought to school, and nobody called.",
            explanation="You told us that the bus did not come.",
        )  # fmt: skip
