"""School attendance orders: enquiries, the notices of sections 437 and 438, the order, what is decided about it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Final, Self

from mainstay.law.clock import in_words
from mainstay.service.documents.letters import parts
from mainstay.service.documents.letters.base import Addressee, Letter

#: how a road may have ended, each with sentences of its own in the template
ENDINGS: Final = (
    "satisfied", "not_expedient", "supervision", "over_age", "revoked", "court", "moved", "other_school", "spent",
)  # fmt: skip

_SAMPLE: Final[dict[str, Any]] = {
    "sender": parts.SENDER, "addressee": parts.ADDRESSEE, "reference": "AO-000012", "dated": date(2026, 9, 3),
    "signed_by": parts.OFFICER[0], "signed_post": parts.OFFICER[1], "child_name": parts.CHILD,
}  # fmt: skip
_HEAD: Final = "Invented Primary School, School Lane (made-up), Southampton, SO99 9ZY"


@dataclass(frozen=True, kw_only=True)
class _Of(Letter):
    """One parent's letter about one child."""

    child_name: str

    def facts(self) -> dict[str, Any]:
        return {"child": self.child_name}

    def courtesy(self) -> dict[str, Any]:
        return {"child": self.child_name}


@dataclass(frozen=True, kw_only=True)
class _Timed(_Of):
    """received_on: when it counts as received, posted as it is; last_day: of the time it gives; days: how many."""

    received_on: date
    last_day: date
    days: int

    def facts(self) -> dict[str, Any]:
        times = {"received_on": in_words(self.received_on), "last_day": in_words(self.last_day)}
        return {**super().facts(), **times, "days": self.days}

    def courtesy(self) -> dict[str, Any]:
        return {**super().courtesy(), "answer_on": self.last_day.isoformat()}


@dataclass(frozen=True, kw_only=True)
class AttendanceEnquiry(_Timed):
    template: ClassVar[str] = "attendance_enquiry"
    name: ClassVar[str] = "Attendance order: informal letter"
    purpose: ClassVar[str] = "Asks a parent, before anything formal, how the child is being educated."

    @classmethod
    def sample(cls) -> Self:
        return cls(**_SAMPLE, received_on=date(2026, 9, 7), last_day=date(2026, 9, 16), days=7)


@dataclass(frozen=True, kw_only=True)
class AttendanceWarning(_Timed):
    template: ClassVar[str] = "attendance_warning"
    name: ClassVar[str] = "Attendance order: warning that a notice follows"
    purpose: ClassVar[str] = (
        "Tells a parent that a formal notice follows unless we hear from them, and what would help."
    )

    @classmethod
    def sample(cls) -> Self:
        return cls(**_SAMPLE, received_on=date(2026, 9, 7), last_day=date(2026, 9, 14), days=7)


@dataclass(frozen=True, kw_only=True)
class AttendanceNotice(_Timed):
    template: ClassVar[str] = "attendance_notice"
    name: ClassVar[str] = "Notice under section 437(1)"
    purpose: ClassVar[str] = "Asks a parent, formally, to show that the child receives suitable education."

    @classmethod
    def sample(cls) -> Self:
        return cls(**_SAMPLE, received_on=date(2026, 9, 7), last_day=date(2026, 9, 21), days=15)


@dataclass(frozen=True, kw_only=True)
class AttendanceIntention(_Timed):
    """school, alternatives: each with its address in one line."""

    template: ClassVar[str] = "attendance_intention"
    name: ClassVar[str] = "Notice of intention under section 438"
    purpose: ClassVar[str] = (
        "Names the school of an order that is meant to be made, and how a parent may choose another."
    )

    school: str
    alternatives: tuple[str, ...] = ()

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "school": self.school, "alternatives": list(self.alternatives)}

    def courtesy(self) -> dict[str, Any]:
        return {**super().courtesy(), "school": self.school}

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **_SAMPLE, received_on=date(2026, 9, 7), last_day=date(2026, 9, 21), days=15, school=_HEAD,
            alternatives=("Made-up Academy, Other Lane (made-up), Southampton, SO99 9ZX",),
        )  # fmt: skip

    @classmethod
    def samples(cls) -> dict[str, Self]:
        made = cls.sample()
        return {"With another school to choose": made, "With one school": replace(made, alternatives=())}


@dataclass(frozen=True, kw_only=True)
class AttendanceOrderMade(_Of):
    """The order itself. school: with its address; because: how it came to be named, a sentence

    amended: whether it takes the place of one made before
    """

    template: ClassVar[str] = "attendance_order"
    name: ClassVar[str] = "School attendance order"
    purpose: ClassVar[str] = "The order: it names the school where a parent has to have the child registered."

    school: str
    because: str
    amended: bool = False

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "school": self.school, "because": self.because, "amended": self.amended}

    def courtesy(self) -> dict[str, Any]:
        return {**super().courtesy(), "school": self.school}

    @classmethod
    def sample(cls) -> Self:
        because = "You were told on Monday 7 September 2026 that this school would be named."
        return cls(**_SAMPLE, school=_HEAD, because=because)

    @classmethod
    def samples(cls) -> dict[str, Self]:
        made = cls.sample()
        because = "You asked for this school, and it has a place."
        return {"Order": made, "Amended order": replace(made, because=because, amended=True)}


@dataclass(frozen=True, kw_only=True)
class AttendanceReminder(_Of):
    template: ClassVar[str] = "attendance_reminder"
    name: ClassVar[str] = "Attendance order: not registered yet"
    purpose: ClassVar[str] = "Reminds a parent of an order that is not followed yet, and what they can do."

    school: str
    served_on: date
    checked_on: date

    def facts(self) -> dict[str, Any]:
        days = {"served_on": in_words(self.served_on), "checked_on": in_words(self.checked_on)}
        return {**super().facts(), "school": self.school, **days}

    def courtesy(self) -> dict[str, Any]:
        return {**super().courtesy(), "school": self.school}

    @classmethod
    def sample(cls) -> Self:
        return cls(**_SAMPLE, school=_HEAD, served_on=date(2026, 8, 24), checked_on=date(2026, 9, 2))


@dataclass(frozen=True, kw_only=True)
class AttendanceRevocation(_Of):
    """The decision on a parent's request that an order is revoked. reasons: as the parent may read them"""

    template: ClassVar[str] = "attendance_revocation"
    name: ClassVar[str] = "Attendance order: decision on revocation"
    purpose: ClassVar[str] = (
        "Tells a parent whether the order is revoked, why, and where they can go if it is not."
    )

    school: str
    asked_on: date
    revoked: bool
    reasons: str

    def facts(self) -> dict[str, Any]:
        said = {"asked_on": in_words(self.asked_on), "revoked": self.revoked, "reasons": self.reasons}
        return {**super().facts(), "school": self.school, **said}

    def courtesy(self) -> dict[str, Any]:
        return {**super().courtesy(), "case": "revoked" if self.revoked else "kept"}

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **_SAMPLE, school=_HEAD, asked_on=date(2026, 8, 24), revoked=False,
            reasons="The plan you sent covers one morning a week. We asked what happens on the other days and had no answer.",
        )  # fmt: skip

    @classmethod
    def samples(cls) -> dict[str, Self]:
        made = cls.sample()
        reasons = "The tutor's plan and the work you showed us cover the whole week."
        return {"Refused": made, "Revoked": replace(made, revoked=True, reasons=reasons)}


@dataclass(frozen=True, kw_only=True)
class AttendanceEnded(_Of):
    """That it is over. ending: one of ENDINGS"""

    template: ClassVar[str] = "attendance_ended"
    name: ClassVar[str] = "Attendance order: it is over"
    purpose: ClassVar[str] = "Tells a parent that no order follows, or that one is over, and what that means."

    ending: str
    ended_on: date
    told: str = ""

    def __post_init__(self) -> None:
        if self.ending not in ENDINGS:
            raise ValueError("a letter about an end says which it was")

    def facts(self) -> dict[str, Any]:
        return {
            **super().facts(),
            "ending": self.ending,
            "ended_on": in_words(self.ended_on),
            "told": self.told,
        }

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **_SAMPLE,
            ending="satisfied",
            ended_on=date(2026, 9, 3),
            told="Thank you for the plan you sent us.",
        )

    @classmethod
    def samples(cls) -> dict[str, Self]:
        made = cls.sample()
        return {"Satisfied": made, "Moved": replace(made, ending="moved", told="")}


@dataclass(frozen=True, kw_only=True)
class AttendanceSchool(Letter):
    """To the governing body or the head of a school: that it is to be named, or that an order names it.

    kind: told, order, amendment; to: governors, head
    last_day: of the time to ask the Secretary of State for a direction, days: how long, counted from received_on; for told
    """

    template: ClassVar[str] = "attendance_school"
    name: ClassVar[str] = "Attendance order: notice to a school"
    purpose: ClassVar[str] = (
        "Tells a governing body and a head teacher that their school is to be named, or is."
    )
    to_families: ClassVar[bool] = False
    slots = tuple(slot for slot in Letter.slots if slot.name != "support")

    child_name: str
    born_on: date
    school: str
    kind: str
    to: str
    received_on: date
    last_day: date | None = None
    days: int = 0

    def facts(self) -> dict[str, Any]:
        return {
            "child": self.child_name,
            "born_on": in_words(self.born_on),
            "school": self.school,
            "kind": self.kind,
            "to": self.to,
            "received_on": in_words(self.received_on),
            "last_day": in_words(self.last_day) if self.last_day else "",
            "days": self.days,
        }

    @classmethod
    def sample(cls) -> Self:
        to = Addressee(
            "The governing body of Invented Primary School",
            ("School Lane (made-up)", "Southampton", "SO99 9ZY"),
        )
        return cls(
            **{**_SAMPLE, "addressee": to}, born_on=date(2016, 3, 9), school="Invented Primary School", kind="told",
            to="governors", received_on=date(2026, 9, 7), last_day=date(2026, 9, 21), days=15,
        )  # fmt: skip

    @classmethod
    def samples(cls) -> dict[str, Self]:
        made = cls.sample()
        return {"To be named": made, "Copy of an order": replace(made, kind="order", last_day=None)}
