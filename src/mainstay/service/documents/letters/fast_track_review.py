"""Fast Track to Attendance: the invitation to its review, the review brought forward, and what was decided there."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Final, Self

from mainstay.law.clock import in_words
from mainstay.service.documents.letters import parts
from mainstay.service.documents.letters.base import Letter

#: what may have been decided, each with sentences of its own in the template
OUTCOMES: Final = ("improved", "extended", "penalty_notice", "supervision", "legal", "social_care", "stopped")

_SAMPLE: Final[dict[str, Any]] = {
    "sender": parts.SENDER, "addressee": parts.ADDRESSEE, "reference": "FT-000041", "signed_by": parts.OFFICER[0],
    "signed_post": parts.OFFICER[1], "child_name": parts.CHILD, "school": parts.SCHOOL,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Asked(Letter):
    """One parent is asked to a review. help_arranged: a sentence each, as this parent was asked again."""

    child_name: str
    school: str
    review_on: date
    review_time: str
    where: str
    chair: str
    help_arranged: tuple[str, ...] = ()

    def facts(self) -> dict[str, Any]:
        return {
            "child": self.child_name,
            "school": self.school,
            "review_on": in_words(self.review_on),
            "review_time": self.review_time,
            "where": self.where,
            "chair": self.chair,
            "help": list(self.help_arranged),
        }

    def courtesy(self) -> dict[str, Any]:
        day = {"review_on": self.review_on.isoformat(), "review_time": self.review_time}
        return {"child": self.child_name, "school": self.school, **day}


@dataclass(frozen=True, kw_only=True)
class FastTrackReview(_Asked):
    """The review at the end of the weeks. target: attendance in per cent, as the plan has it."""

    template: ClassVar[str] = "fast_track_review"
    name: ClassVar[str] = "Fast Track review invitation"
    purpose: ClassVar[str] = "Asks a parent to the review of the plan, and what helped."

    target: int

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "target": self.target}

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **_SAMPLE, dated=date(2025, 2, 10), review_on=date(2025, 2, 28), review_time="10:00am",
            where="Invented Primary School, the blue room", chair="Jo Invented", target=95,
            help_arranged=("An interpreter for Polish will be there.",),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class FastTrackSooner(_Asked):
    """The review comes sooner than the plan said.

    planned_on: its day before; breached_on: when more than ``tolerated`` sessions had been missed without leave, None
    where it comes sooner for another reason
    """

    template: ClassVar[str] = "fast_track_sooner"
    name: ClassVar[str] = "Fast Track review brought forward"
    purpose: ClassVar[str] = "Tells a parent that the review comes sooner, why, and what may help by then."

    planned_on: date
    tolerated: int
    breached_on: date | None

    def facts(self) -> dict[str, Any]:
        return {
            **super().facts(),
            "planned_on": in_words(self.planned_on),
            "tolerated": self.tolerated,
            "breached_on": in_words(self.breached_on) if self.breached_on else "",
        }

    @classmethod
    def sample(cls) -> Self:
        return cls(
            **_SAMPLE, dated=date(2025, 1, 13), review_on=date(2025, 1, 28), review_time="10:00am",
            where="Invented Primary School, the blue room", chair="Jo Invented", planned_on=date(2025, 2, 28),
            tolerated=4, breached_on=date(2025, 1, 9),
        )  # fmt: skip

    @classmethod
    def samples(cls) -> dict[str, Self]:
        made = cls.sample()
        return {"After a breach": made, "For another reason": replace(made, breached_on=None)}


@dataclass(frozen=True, kw_only=True)
class FastTrackOutcome(Letter):
    """What was decided, with what the register said and what became of each line of the plan.

    outcome: one of OUTCOMES; told: what the council says about why, in its own words
    figures: per cent attended and sessions missed without leave, None where the register said nothing
    actions: what, by whom, what became of it
    aftercare_until, review_on: where it improved, and where it was extended
    """

    template: ClassVar[str] = "fast_track_outcome"
    name: ClassVar[str] = "Fast Track outcome"
    purpose: ClassVar[str] = (
        "Tells a parent what was decided at the review, on what it rests and what follows."
    )

    child_name: str
    school: str
    outcome: str
    decided_on: date
    told: str = ""
    target: int | None = None
    figures: tuple[str, int] | None = None
    actions: tuple[tuple[str, str, str], ...] = ()
    aftercare_until: date | None = None
    review_on: date | None = None

    def __post_init__(self) -> None:
        needed = {"improved": self.aftercare_until, "extended": self.review_on}
        if self.outcome not in OUTCOMES or needed.get(self.outcome, self.dated) is None:
            raise ValueError("a letter about an outcome says which it was, and until when it runs on")

    def facts(self) -> dict[str, Any]:
        return {
            "child": self.child_name,
            "school": self.school,
            "outcome": self.outcome,
            "decided_on": in_words(self.decided_on),
            "told": self.told,
            "target": self.target,
            "figures": list(self.figures) if self.figures else [],
            "actions": [list(line) for line in self.actions],
            "aftercare_until": in_words(self.aftercare_until) if self.aftercare_until else "",
            "review_on": in_words(self.review_on) if self.review_on else "",
        }

    def courtesy(self) -> dict[str, Any]:
        days = {"aftercare_until": self.aftercare_until, "review": self.review_on}
        said = {f"{name}_on": day.isoformat() if day else "" for name, day in days.items()}
        facts = {"child": self.child_name, "school": self.school, "case": self.outcome}
        return {**facts, "decided_on": self.decided_on.isoformat(), **said}

    @classmethod
    def sample(cls) -> Self:
        return cls.samples()["Improved"]

    @classmethod
    def samples(cls) -> dict[str, Self]:
        said: dict[str, Any] = {
            **_SAMPLE, "dated": date(2025, 3, 3), "decided_on": date(2025, 2, 28), "target": 95,
            "actions": (
                ("Meets Ada at the gate each day", "The learning mentor", "Done"),
                ("Lights out at nine on school nights", "Mrs Fenwick", "Not done"),
            ),
        }  # fmt: skip
        improved = cls(
            outcome="improved", figures=("96.2", 1), aftercare_until=date(2025, 4, 4),
            told="Ada has found her way back, and the mentor stays.", **said,
        )  # fmt: skip
        extended = cls(outcome="extended", figures=("88.0", 5), review_on=date(2025, 6, 6), **said)
        made = {"Improved": improved, "Extended": extended}
        others = {name: cls(outcome=name, **said) for name in OUTCOMES[2:]}
        return made | {name.replace("_", " ").capitalize(): letter for name, letter in others.items()}
