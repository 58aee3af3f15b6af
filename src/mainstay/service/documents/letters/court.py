"""After court: the letter to the parent prosecuted about what the court decided."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final, Self

from mainstay.law.clock import in_words
from mainstay.service.documents.letters import parts
from mainstay.service.documents.letters.base import Letter

#: how it ended, each with sentences of its own in the template
ENDINGS: Final = ("convicted", "acquitted", "ended")


@dataclass(frozen=True, kw_only=True)
class CourtResult(Letter):
    """What was decided about this parent; nothing about another one.

    ending: one of ENDINGS; offence: in the words of the charge; sentences: a line each
    pay: sums by what they are for ("Fine", "£146"), whole at the end; follows: what the parent has to do or may expect
    appeal_by: the last day for an appeal, where there is a conviction
    """

    template: ClassVar[str] = "court_result"
    name: ClassVar[str] = "Result of the court"
    purpose: ClassVar[str] = (
        "Tells the parent prosecuted what the court decided, what to pay and what follows."
    )

    child_name: str
    school: str
    court: str
    heard_on: date
    ending: str
    offence: str
    lesser: bool = False
    in_absence: bool = False
    sentences: tuple[str, ...] = ()
    pay: tuple[tuple[str, str], ...] = ()
    parenting_until: date | None = None
    discharge_until: date | None = None
    directed: bool = False
    appeal_by: date | None = None

    def __post_init__(self) -> None:
        if self.ending not in ENDINGS or (self.ending == "convicted") != (self.appeal_by is not None):
            raise ValueError(
                "a letter about a conviction says until when an appeal is possible, and no other does"
            )

    def facts(self) -> dict[str, Any]:
        return {
            "child": self.child_name,
            "school": self.school,
            "court": self.court,
            "heard_on": in_words(self.heard_on),
            "ending": self.ending,
            "offence": self.offence,
            "lesser": self.lesser,
            "in_absence": self.in_absence,
            "sentences": list(self.sentences),
            "pay": [list(line) for line in self.pay],
            "parenting_until": in_words(self.parenting_until) if self.parenting_until else "",
            "discharge_until": in_words(self.discharge_until) if self.discharge_until else "",
            "directed": self.directed,
            "appeal_by": in_words(self.appeal_by) if self.appeal_by else "",
        }

    def courtesy(self) -> dict[str, Any]:
        return {
            "child": self.child_name, "school": self.school, "court": self.court, "case": self.ending,
            "heard_on": self.heard_on.isoformat(), "appeal_by_on": self.appeal_by.isoformat() if self.appeal_by else "",
        }  # fmt: skip

    @classmethod
    def sample(cls) -> Self:
        return cls.samples()["Convicted"]

    @classmethod
    def samples(cls) -> dict[str, Self]:
        said: dict[str, Any] = {
            "sender": parts.SENDER, "addressee": parts.ADDRESSEE, "reference": "PR-000041", "dated": date(2025, 3, 3),
            "signed_by": parts.OFFICER[0], "signed_post": parts.OFFICER[1], "child_name": parts.CHILD,
            "school": parts.SCHOOL, "court": "Inventedtown Magistrates’ Court", "heard_on": date(2025, 2, 26),
            "offence": "failing to secure regular attendance",
        }  # fmt: skip
        convicted = cls(
            ending="convicted", lesser=True, in_absence=True, appeal_by=date(2025, 3, 19),
            sentences=("Fine of £146", "Parenting order, 6 months, to 25 August 2025"),
            pay=(("Fine", "£146"), ("Surcharge", "£58"), ("Costs", "£125"), ("Together", "£329")),
            parenting_until=date(2025, 8, 25), directed=True, **said,
        )  # fmt: skip
        discharged = cls(
            ending="convicted", appeal_by=date(2025, 3, 19), discharge_until=date(2026, 2, 25),
            sentences=("Conditional discharge, 12 months, to 25 February 2026",), **said,
        )  # fmt: skip
        return {
            "Convicted": convicted,
            "Discharged": discharged,
            "Acquitted": cls(ending="acquitted", **said),
            "Withdrawn": cls(ending="ended", **said),
        }


@dataclass(frozen=True, kw_only=True)
class CourtEnded(Letter):
    """That the council stopped the case before the court decided.

    hearing_on, court: of the hearing that was taken off, where there was one to come
    """

    template: ClassVar[str] = "court_ended"
    name: ClassVar[str] = "End of the prosecution"
    purpose: ClassVar[str] = (
        "Tells the parent prosecuted that the council stopped the case, and that nothing is to be paid."
    )

    child_name: str
    school: str
    hearing_on: date | None = None
    court: str = ""

    def facts(self) -> dict[str, Any]:
        return {
            "child": self.child_name,
            "school": self.school,
            "hearing_on": in_words(self.hearing_on) if self.hearing_on else "",
            "court": self.court,
        }

    def courtesy(self) -> dict[str, Any]:
        on = self.hearing_on.isoformat() if self.hearing_on else ""
        return {
            "child": self.child_name,
            "school": self.school,
            "hearing_on": on,
            "case": "hearing" if on else "",
        }

    @classmethod
    def sample(cls) -> Self:
        return cls.samples()["With a hearing to come"]

    @classmethod
    def samples(cls) -> dict[str, Self]:
        said: dict[str, Any] = {
            "sender": parts.SENDER, "addressee": parts.ADDRESSEE, "reference": "PR-000041", "dated": date(2025, 3, 3),
            "signed_by": parts.OFFICER[0], "signed_post": parts.OFFICER[1], "child_name": parts.CHILD,
            "school": parts.SCHOOL,
        }  # fmt: skip
        coming = cls(hearing_on=date(2025, 3, 26), court="Inventedtown Magistrates’ Court", **said)
        return {"With a hearing to come": coming, "Without one": cls(**said)}
