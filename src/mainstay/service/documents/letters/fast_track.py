"""Fast Track to Attendance: the invitation to a meeting under caution, and the plan that follows."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from mainstay.law.clock import in_words
from mainstay.service.documents.letters import parts
from mainstay.service.documents.letters.base import Letter, span


@dataclass(frozen=True, kw_only=True)
class FastTrackInvite(Letter):
    """Asks one parent to a meeting of which a part is held under caution, with the rights they have there.

    section: of the Education Act 1996; offence_from, offence_to: the time the questions are about
    leaflet, leaflet_language: the leaflet on rights that is enclosed ("" for English)
    help_arranged: a sentence each; again: the meeting was rearranged
    """

    template: ClassVar[str] = "fast_track_invite"
    name: ClassVar[str] = "Fast Track invitation"
    purpose: ClassVar[str] = "Asks a parent to a meeting about attendance, a part of it under caution."

    child_name: str
    school: str
    section: str
    offence_from: date
    offence_to: date
    meeting_on: date
    meeting_time: str
    where: str
    chair: str
    leaflet: str
    leaflet_language: str = ""
    help_arranged: tuple[str, ...] = ()
    again: bool = False

    def facts(self) -> dict[str, Any]:
        return {
            "child": self.child_name,
            "school": self.school,
            "section": self.section,
            "period": span(self.offence_from, self.offence_to),
            "meeting_on": in_words(self.meeting_on),
            "meeting_time": self.meeting_time,
            "where": self.where,
            "chair": self.chair,
            "leaflet": self.leaflet,
            "leaflet_language": self.leaflet_language,
            "help": list(self.help_arranged),
            "again": self.again,
        }

    def courtesy(self) -> dict[str, Any]:
        day = {"meeting_on": self.meeting_on.isoformat(), "meeting_time": self.meeting_time}
        return {"child": self.child_name, "school": self.school, **day}

    @classmethod
    def sample(cls) -> Self:
        return cls(
            sender=parts.SENDER, addressee=parts.ADDRESSEE, reference="FT-000041", dated=date(2024, 11, 4),
            signed_by=parts.OFFICER[0], signed_post=parts.OFFICER[1], child_name=parts.CHILD, school=parts.SCHOOL,
            section="section 444(1)", offence_from=date(2024, 9, 9), offence_to=date(2024, 10, 18),
            meeting_on=date(2024, 11, 21), meeting_time="10:00am", where="Invented Primary School, the blue room",
            chair="Jo Invented", leaflet="Your rights and the legal process", leaflet_language="Polish",
            help_arranged=("An interpreter for Polish will be there.",),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class FastTrackPlan(Letter):
    """The plan of the weeks from the meeting to the review, agreed or imposed.

    target: attendance in per cent; tolerated: unauthorised sessions before the review is brought forward
    actions: need, action, who, by when, how it is told that it was done
    questions: put in writing to a parent who did not come
    """

    template: ClassVar[str] = "fast_track_plan"
    name: ClassVar[str] = "Fast Track plan"
    purpose: ClassVar[str] = "Says what everybody does until the review, and what is enough."

    child_name: str
    school: str
    agreed: bool
    starts_on: date
    midpoint_on: date
    review_on: date
    target: int
    tolerated: int
    actions: tuple[tuple[str, str, str, date, str], ...]
    questions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.actions:
            raise ValueError("a plan names what is to be done")

    def facts(self) -> dict[str, Any]:
        return {
            "child": self.child_name,
            "school": self.school,
            "agreed": self.agreed,
            "starts_on": in_words(self.starts_on),
            "midpoint_on": in_words(self.midpoint_on),
            "review_on": in_words(self.review_on),
            "target": self.target,
            "tolerated": self.tolerated,
            "actions": [[need, act, who, in_words(due), how] for need, act, who, due, how in self.actions],
            "questions": list(self.questions),
        }

    def courtesy(self) -> dict[str, Any]:
        days = {"starts_on": self.starts_on.isoformat(), "review_on": self.review_on.isoformat()}
        return {"child": self.child_name, "school": self.school, **days}

    @classmethod
    def sample(cls) -> Self:
        return cls(
            sender=parts.SENDER, addressee=parts.ADDRESSEE, reference="FT-000041", dated=date(2024, 11, 22),
            signed_by=parts.OFFICER[0], signed_post=parts.OFFICER[1], child_name=parts.CHILD, school=parts.SCHOOL,
            agreed=True, starts_on=date(2024, 11, 21), midpoint_on=date(2025, 1, 10), review_on=date(2025, 2, 28),
            target=95, tolerated=4,
            actions=(
                ("Mornings are hard", "Meets Ada at the gate each day", "The learning mentor", date(2024, 11, 25),
                 "The mentor's diary"),
                ("Late bedtimes", "Lights out at nine on school nights", "Mrs Fenwick", date(2024, 11, 25),
                 "Ada tells her mentor"),
            ),
        )  # fmt: skip
