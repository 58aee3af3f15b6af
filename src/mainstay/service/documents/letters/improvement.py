"""The notice to improve: the last chance before a penalty notice, where support was refused or did not help."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from mainstay.law.clock import in_words
from mainstay.service.documents.letters import parts
from mainstay.service.documents.letters.base import Letter, span
from mainstay.service.documents.letters.parts import Session


@dataclass(frozen=True, kw_only=True)
class NoticeToImprove(Letter):
    """What statutory guidance asks a notice to improve to hold.

    record: the attendance record of record_from to record_to as pairs, ("Possible sessions", "96")…
    sessions: the unauthorised ones it rests on
    support, refused, offered: support given so far, support that was refused, support on offer now; a sentence each
    starts_on, ends_on, weeks: the improvement period, weeks in school weeks; target: what is enough, a sentence
    early: grounds on which a penalty notice may come before the period ends, a sentence each
    """

    template: ClassVar[str] = "notice_to_improve"
    name: ClassVar[str] = "Notice to improve"
    purpose: ClassVar[str] = "Warns a parent that attendance has to improve, and says by when and how far."

    child_name: str
    school: str
    record: tuple[tuple[str, str], ...]
    record_from: date
    record_to: date
    sessions: tuple[Session, ...]
    support: tuple[str, ...]
    refused: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    starts_on: date
    ends_on: date
    weeks: int
    target: str
    early: tuple[str, ...]

    def __post_init__(self) -> None:
        if not (self.sessions and self.support and self.early and self.target.strip()):
            raise ValueError(
                "a notice to improve names sessions, support, a target and grounds to end it early"
            )

    def facts(self) -> dict[str, Any]:
        return {
            "child": self.child_name,
            "school": self.school,
            "record": [list(pair) for pair in self.record],
            "record_period": span(self.record_from, self.record_to),
            "sessions": parts.by_day(self.sessions),
            "support": list(self.support),
            "refused": list(self.refused),
            "offered": list(self.offered),
            "starts_on": in_words(self.starts_on),
            "ends_on": in_words(self.ends_on),
            "weeks": self.weeks,
            "target": self.target,
            "early": list(self.early),
        }

    def courtesy(self) -> dict[str, Any]:
        days = {"starts_on": self.starts_on.isoformat(), "ends_on": self.ends_on.isoformat()}
        return {"child": self.child_name, "school": self.school, **days}

    @classmethod
    def sample(cls) -> Self:
        return cls(
            sender=parts.SENDER, addressee=parts.ADDRESSEE, reference="NI-0000412", dated=date(2024, 11, 4),
            signed_by=parts.OFFICER[0], signed_post=parts.OFFICER[1], child_name=parts.CHILD, school=parts.SCHOOL,
            record=(
                ("Possible sessions", "96"), ("Attended", "80"), ("Attendance", "83.3%"),
                ("Absent with the school's leave", "4"), ("Absent without leave", "12"),
            ),
            record_from=date(2024, 9, 3), record_to=date(2024, 11, 1), sessions=parts.sample_sessions(),
            support=(
                "On Friday 20 September 2024 the school met with you and offered a place at breakfast club.",
                "From Monday 30 September 2024 a learning mentor called you each morning for two weeks.",
            ),
            refused=("The place at breakfast club was not taken up.",),
            offered=("The learning mentor can meet Ada at the gate each morning.",),
            starts_on=date(2024, 11, 11), ends_on=date(2024, 12, 20), weeks=6,
            target="No session is missed without the school's leave.",
            early=(
                "There are more absences without leave in the first weeks of the period.",
                "The support agreed with you is refused.",
            ),
        )  # fmt: skip
